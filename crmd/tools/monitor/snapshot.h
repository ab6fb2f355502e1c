#pragma once

#include <memory>

#include "crmd/tools/monitor/options.h"
#include "lib/base/result.h"
#include "lib/xml/document.h"

namespace systole::crmd::monitor {

/// A status page with what it points into.
struct Snapshot {
  std::unique_ptr<model::Snapshot> model;
  std::unique_ptr<policy::Status> status;
  View view;
};

/// What `cib` says at `now`, as the settings want it shown. `cib` must outlive the result. The
/// sources that are not the CIB (fencing history, supervisor) are the caller's to add.
base::Result<Snapshot> take_snapshot(const xml::Document& cib, const Settings& settings,
                                     std::int64_t now);

}  // namespace systole::crmd::monitor
