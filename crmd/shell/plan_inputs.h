#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/xml/document.h"

namespace systole::crmd {

/// One kind of saved inputs: pe-input, pe-warn or pe-error.
enum class InputSeries : std::uint8_t { kInput, kWarning, kError };

/// The inputs of plans, kept as NAME-N.bz2 for diagnosis, where N goes round at the limit that the
/// CIB sets for the series. For one thread.
class PlanInputs {
 public:
  explicit PlanInputs(std::string directory) : directory_(std::move(directory)) {}

  /// The file that the next input of the series goes to; empty when none are to be kept.
  std::string next_path(InputSeries series, const xml::Document& cib) const;

  /// Keeps `cib` as it was planned at `now` (seconds since the epoch). Nothing happens when it is
  /// the same as the last one, or when none are to be kept. Returns the file's path.
  base::Result<std::string> save(InputSeries series, xml::Document& cib, std::int64_t now);

 private:
  std::string path(InputSeries series, long number) const;
  long next_number(InputSeries series, long limit) const;

  std::string directory_;
  std::string last_digest_;
  std::string last_path_;
};

}  // namespace systole::crmd
