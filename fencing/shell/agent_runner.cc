#include "fencing/shell/agent_runner.h"

#include <unistd.h>

#include <utility>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"
#include "lib/ocf/answer.h"
#include "lib/ocf/environment.h"
#include "lib/ocf/metadata_source.h"

namespace systole::fencing {
namespace {

using base::cat;

constexpr std::size_t kReasonMax = 400;
constexpr milliseconds kMetadataTimeout{30000};
/// Between SIGTERM and SIGKILL; the cluster waits meanwhile.
constexpr milliseconds kKillGrace{200};
/// Agents of the older plugin interface are driven by this one.
constexpr const char* kPluginDriver = "fence_legacy";

bool is_plugin(const std::string& agent) {
  return !agent.starts_with("fence_");
}

std::vector<std::string> agent_environment() {
  std::vector<std::string> inherited;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    inherited.emplace_back(*variable);
  }
  return ocf::plain_environment(inherited);
}

/// The last line that says something.
std::string last_line(const std::string& text) {
  std::string_view rest = base::trim(text);
  const std::size_t newline = rest.rfind('\n');
  if (newline != std::string_view::npos) rest.remove_prefix(newline + 1);
  return std::string(base::trim(rest).substr(0, kReasonMax));
}

AgentCapabilities read_capabilities(const ocf::Metadata& metadata) {
  AgentCapabilities read;
  read.known = true;
  read.list = metadata.action("list") != nullptr;
  read.status = metadata.action("status") != nullptr;
  read.reboot = metadata.action("reboot") != nullptr;
  const ocf::ActionMetadata* on = metadata.action("on");
  read.on = on != nullptr;
  read.automatic_on = on != nullptr && on->automatic;
  read.on_on_target = on != nullptr && on->on_target;
  read.plug = metadata.parameter("plug") != nullptr;
  read.port = metadata.parameter("port") != nullptr;
  return read;
}

std::string input_lines(const RunAgent& order) {
  std::string lines;
  for (const auto& [name, value] : order.input) {
    // A line end would begin another parameter.
    if (value.find_first_of("\r\n") != std::string::npos) continue;
    lines += cat(name, "=", value, "\n");
  }
  if (is_plugin(order.agent)) lines += cat("plugin=", order.agent, "\n");
  return lines;
}

}  // namespace

ActionResult judge_outcome(const RunAgent& order, const process::Outcome& outcome) {
  const std::string what =
      cat("fence device '", order.device, "' (", order.agent, "): ", to_string(order.action));
  const std::string out = ocf::printable_output(outcome.out.text(), {});
  switch (outcome.end) {
    case process::End::kExited:
      break;
    case process::End::kTimedOut: {
      const std::string left = process::describe(outcome.survivors);
      return failure(ExecutionStatus::kTimeout,
                     cat(what, " did not end within ", order.timeout.count(), " ms",
                         left.empty() ? "" : "; ", left));
    }
    case process::End::kSignaled:
      return failure(ExecutionStatus::kError, cat(what, " was killed by signal ", outcome.code));
    case process::End::kStopped:
      return failure(ExecutionStatus::kCancelled, cat(what, " was stopped"));
    case process::End::kLost:
      return failure(ExecutionStatus::kError, cat(what, ": nobody knows how it ended"));
  }
  if (outcome.code == 0) return success(out);
  const std::string said = last_line(ocf::printable_output({}, outcome.err.text()));
  ActionResult failed =
      failure(ExecutionStatus::kError, said.empty() ? cat(what, " ended with code ", outcome.code)
                                                    : cat(what, " failed: ", said));
  failed.output = out;
  if (order.action == Action::kStatus) failed.rc = outcome.code;
  return failed;
}

AgentRunner::AgentRunner(daemon::EventLoop& loop, std::string folder, Finished finished)
    : loop_(loop),
      folder_(std::move(folder)),
      finished_(std::move(finished)),
      runner_(loop),
      environment_(agent_environment()) {}

std::string AgentRunner::program(const std::string& agent) const {
  return cat(folder_, "/", is_plugin(agent) ? kPluginDriver : agent.c_str());
}

void AgentRunner::run(const RunAgent& order) {
  const process::Command command{
      .argv = {program(order.agent)}, .environment = environment_, .input = input_lines(order)};
  const process::Limits limits{.timeout = std::max(order.timeout, milliseconds(1)),
                               .grace = kKillGrace};
  auto started = runner_.start(
      command, limits, [this, order](const process::Outcome& outcome) { ended(order, outcome); });
  if (started) {
    running_[order.run] = *started;
    return;
  }
  ActionResult failed = failure(
      ExecutionStatus::kNotInstalled,
      cat("fence device '", order.device, "': agent ", order.agent, ": ", started.error().message));
  loop_.post([this, run = order.run, failed = std::move(failed)] { finished_(run, failed); });
}

void AgentRunner::ended(const RunAgent& order, const process::Outcome& outcome) {
  // A killed run has been forgotten already.
  if (running_.erase(order.run) == 0) return;
  finished_(order.run, judge_outcome(order, outcome));
}

void AgentRunner::kill(RunId run) {
  const auto found = running_.extract(run);
  if (!found.empty()) runner_.stop(found.mapped());
}

AgentCapabilities AgentRunner::capabilities(const std::string& agent) const {
  const auto found = known_.find(agent);
  return found == known_.end() ? AgentCapabilities{} : found->second;
}

void AgentRunner::describe(const std::string& agent, Described described) {
  if (is_plugin(agent) || known_.count(agent) > 0 || asking_[agent]) return;
  const ocf::AgentName name{.standard = "stonith", .provider = {}, .type = agent};
  ocf::AgentRoots roots;
  roots.fence = folder_;
  const auto command = ocf::metadata_command(name, environment_, roots);
  if (!command) {
    base::log(base::LogLevel::kWarning, "fence agent ", agent, ": ", command.error().message);
    return;
  }
  const auto started = runner_.start(
      *command, {.timeout = kMetadataTimeout},
      [this, name, described = std::move(described)](const process::Outcome& outcome) {
        asking_[name.type] = false;
        const auto text = ocf::metadata_text(name, outcome);
        const auto metadata =
            text ? ocf::parse_metadata(*text) : base::Result<ocf::Metadata>(text.error());
        if (!metadata) {
          base::log(base::LogLevel::kWarning, "fence agent ", name.type,
                    ": its metadata cannot be read: ", metadata.error().message);
          return;
        }
        known_[name.type] = read_capabilities(*metadata);
        described(name.type, known_[name.type]);
      });
  if (started) {
    asking_[agent] = true;
  } else {
    base::log(base::LogLevel::kWarning, "fence agent ", agent, ": ", started.error().message);
  }
}

}  // namespace systole::fencing
