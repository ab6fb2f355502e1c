#include "crmd/tools/crm_resource/time_limit.h"

#include <string>

#include "crmd/tools/crm_resource/options.h"
#include "lib/base/duration.h"

namespace systole::crmd::crm_resource {

std::optional<std::chrono::milliseconds> time_limit(const Context& context) {
  const std::optional<std::string> text = context.line.value(kTimeout);
  if (!text) return std::nullopt;
  const base::Result<base::Milliseconds> length = base::parse_duration(*text);
  if (!length) return base::Milliseconds::zero();
  return length->count() > 0 ? std::optional(*length) : std::nullopt;
}

}  // namespace systole::crmd::crm_resource
