#include "crmd/tools/crm_resource/time_limit.h"

#include "crmd/tools/crm_resource/options.h"
#include "lib/base/duration.h"
#include "lib/base/strings.h"

namespace systole::crmd::crm_resource {

base::Result<std::chrono::milliseconds> time_limit(const Context& context,
                                                   std::chrono::milliseconds fallback) {
  const std::optional<std::string> text = context.line.value(kTimeout);
  if (!text) return fallback;
  const base::Result<base::Milliseconds> length = base::parse_duration(*text);
  if (!length) return {base::Errc::kUsage, base::cat("'", *text, "' is no length of time")};
  // 0 has always meant "no limit of mine".
  return length->count() > 0 ? *length : fallback;
}

}  // namespace systole::crmd::crm_resource
