#include "crmd/shell/plan_inputs.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "lib/base/strings.h"
#include "lib/cib/digest.h"
#include "lib/ipc/compression.h"
#include "lib/xml/xpath.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::Result;

struct SeriesInfo {
  std::string_view name;
  std::string_view option;
  long limit;  ///< when the CIB does not say; negative: none
};

constexpr std::array<SeriesInfo, 3> kSeries = {{
    {"pe-input", "pe-input-series-max", 4000},
    {"pe-warn", "pe-warn-series-max", 5000},
    {"pe-error", "pe-error-series-max", -1},
}};

const SeriesInfo& info(InputSeries series) {
  return kSeries[static_cast<std::size_t>(series)];
}

long limit_of(InputSeries series, const xml::Document& cib) {
  const std::string expression =
      base::cat("/cib/configuration/crm_config/cluster_property_set/nvpair[@name='",
                info(series).option, "']");
  const auto found = xml::xpath(cib.root(), expression);
  if (!found || found->empty()) return info(series).limit;
  const auto value = base::parse_integer<long>(found->front().attribute_or("value", {}));
  return value.value_or(info(series).limit);
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".new";
  errno = 0;
  {
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.flush();
    if (!file) {
      const int number = errno;
      std::remove(temporary.c_str());
      return {number == ENOSPC ? Errc::kNoSpace : Errc::kIo,
              base::cat("cannot write '", path, "': ", std::strerror(number))};
    }
  }
  std::error_code error;
  std::filesystem::permissions(temporary, std::filesystem::perms(0640), error);
  std::filesystem::rename(temporary, path, error);
  if (error) return {Errc::kIo, base::cat("cannot replace '", path, "': ", error.message())};
  return {};
}

}  // namespace

std::string PlanInputs::path(InputSeries series, long number) const {
  return base::cat(directory_, "/", info(series).name, "-", number, ".bz2");
}

long PlanInputs::next_number(InputSeries series, long limit) const {
  std::ifstream file(base::cat(directory_, "/", info(series).name, ".last"));
  std::stringstream text;
  text << file.rdbuf();
  const long number = base::parse_integer<long>(base::trim(text.str())).value_or(0);
  return number < 0 || (limit > 0 && number >= limit) ? 0 : number;
}

std::string PlanInputs::next_path(InputSeries series, const xml::Document& cib) const {
  const long limit = limit_of(series, cib);
  return limit == 0 ? std::string() : path(series, next_number(series, limit));
}

Result<std::string> PlanInputs::save(InputSeries series, xml::Document& cib, std::int64_t now) {
  const long limit = limit_of(series, cib);
  if (limit == 0) return std::string();
  const std::string digest = cib::file_digest(cib.root());
  if (digest == last_digest_) return last_path_;
  cib.root().set_attribute("execution-date", now);
  auto bytes = ipc::compress(cib.indented());
  if (!bytes) return bytes.error();
  const long number = next_number(series, limit);
  const std::string target = path(series, number);
  if (auto written = write_file(target, *bytes); !written) return written.error();
  const long next = limit > 0 && number + 1 >= limit ? 0 : number + 1;
  const std::string last = base::cat(directory_, "/", info(series).name, ".last");
  if (auto written = write_file(last, std::to_string(next)); !written) return written.error();
  last_digest_ = digest;
  last_path_ = target;
  return target;
}

}  // namespace systole::crmd
