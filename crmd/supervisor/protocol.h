#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crmd/supervisor/core.h"
#include "lib/base/result.h"

/// The messages of the service `pacemakerd`.
namespace systole::supervisor {

enum class Task : std::uint8_t {
  kPing,
  kQuit,
  kForgetNode,  ///< rm_node_cache: nothing to do here, since this process keeps no nodes
  kUnknown,
};

struct ClientRequest {
  Task task = Task::kUnknown;
  std::string task_name;
  std::string reference;
  std::string sender;  ///< what the client calls itself, "173_crmadmin"
};

/// Reads a request; an error means that it is none.
base::Result<ClientRequest> parse_client_request(std::string_view text);

/// What the acknowledgement says: an exit code of the command-line tools.
enum class AckStatus : int { kDone = 0, kNotKnown = 2, kProtocol = 76, kReplyFollows = 112 };

std::string make_ack(AckStatus status);

/// The answer to a ping. `checked` is when the children were last seen to be well, in seconds since
/// the epoch.
std::string make_ping_reply(const ClientRequest& request, Phase phase, std::int64_t checked);

/// The answer to a request to stop.
std::string make_quit_reply(const ClientRequest& request, bool permitted);

/// "running", "starting_daemons" ...
std::string_view phase_name(Phase phase);

}  // namespace systole::supervisor
