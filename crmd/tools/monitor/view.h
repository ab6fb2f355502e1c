#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crmd/tools/monitor/sections.h"
#include "lib/client/fencer_message.h"
#include "lib/client/supervisor_client.h"
#include "lib/xml/element.h"
#include "policy/render/options.h"
#include "policy/render/resource_text.h"
#include "policy/render/times.h"
#include "policy/status/status.h"

namespace systole::crmd::monitor {

enum class FenceDetail { kFailures, kLatest, kFull };

/// Everything that a status page is made from.
struct View {
  const policy::Status* status = nullptr;
  xml::Element cib;
  std::int64_t now = 0;  ///< seconds since the epoch
  std::optional<client::SupervisorHealth> supervisor;
  std::optional<std::string> fencing_error;  ///< why there is no fencing history
  std::vector<client::FenceEvent> fencing;   ///< latest first

  policy::render::ResourceCounts counts;  ///< without what lost tickets do

  Sections sections;
  policy::render::ListOptions list;
  std::string bans_prefix;
  FenceDetail fence_detail = FenceDetail::kFailures;
  bool by_node = false;
  bool timing = false;
  bool headers = true;
};

using policy::render::local_time_text;
using policy::render::seconds_text;
using policy::render::sortable_time_text;
using policy::render::utc_time_text;

}  // namespace systole::crmd::monitor
