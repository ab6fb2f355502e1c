#pragma once

#include <cstdint>

#include "lib/base/result.h"
#include "lib/model/snapshot.h"
#include "lib/xml/element.h"

namespace systole::cib_model {

class Histories;

/// What a snapshot takes from outside the CIB.
struct ReadOptions {
  std::int64_t now = 0;         ///< seconds since the epoch
  std::int32_t utc_offset = 0;  ///< of local time, seconds east
  bool explicit_now = false;    ///< `now` wins over the CIB's execution-date
  bool from_file = false;       ///< see model::Snapshot::from_file
  /// What was left out of the document when it was parsed; given to the snapshot.
  Histories* histories = nullptr;
};

/// Reads a CIB document into plain values. Configurations of the languages 3 and 4 are read as they
/// are, with the meaning that an upgrade to 4.0 would give them; older ones are rewritten first, in
/// a copy. References (`id-ref`, templates) are resolved; what refers to nothing is left out.
/// Errors: kInvalidArgument when `cib` is no CIB, kVersion when its feature set is newer than this
/// program's.
base::Result<model::Snapshot> read_snapshot(xml::Element cib, const ReadOptions& options);

}  // namespace systole::cib_model
