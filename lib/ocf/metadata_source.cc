#include "lib/ocf/metadata_source.h"

#include <optional>
#include <utility>

#include "lib/base/strings.h"
#include "lib/ocf/environment.h"
#include "lib/ocf/service_metadata.h"
#include "lib/ocf/stonith_plugin.h"
#include "lib/process/child.h"
#include "lib/process/runner.h"

namespace systole::ocf {
namespace {

using base::Errc;

process::Limits metadata_limits() {
  return {.timeout = base::Milliseconds(30000), .head_bytes = 1 << 20, .tail_bytes = 4096};
}

/// Of these, the metadata is made of what is known about them.
bool is_service(const AgentName& agent) {
  return agent.standard == "lsb" || agent.standard == "systemd" || agent.standard == "service";
}

}  // namespace

base::Result<process::Command> metadata_command(const AgentName& agent,
                                                const std::vector<std::string>& inherited,
                                                const AgentRoots& roots) {
  if (agent.standard == "stonith" && StonithPlugin::is_name(agent.type)) {
    if (const std::optional<std::string> driver = StonithPlugin::driver(roots)) {
      return process::Command{.argv = {*driver, "-t", agent.type, "-m"},
                              .environment = plain_environment(inherited)};
    }
  }
  base::Result<std::string> path = agent_path(agent, roots);
  if (!path) return path.error();
  if (agent.standard == "ocf") {
    return process::Command{
        .argv = {*path, "meta-data"},
        .environment = ocf_environment(
            {.agent = agent, .resource = agent.type, .ocf_root = roots.ocf}, inherited)};
  }
  if (agent.standard == "stonith") {
    return process::Command{
        .argv = {*path}, .environment = plain_environment(inherited), .input = "action=metadata\n"};
  }
  return {Errc::kUnsupported, base::cat(to_string(agent), " has no metadata")};
}

base::Result<std::string> metadata_text(const AgentName& agent, const process::Outcome& outcome) {
  if (outcome.end == process::End::kTimedOut) {
    return {Errc::kTimeout, base::cat(to_string(agent), " did not print its metadata in time")};
  }
  if (outcome.end != process::End::kExited || outcome.code != 0) {
    return {Errc::kInternal,
            base::cat(to_string(agent), " printed no metadata: it ended with ", outcome.code)};
  }
  if (outcome.out.dropped > 0) {
    return {Errc::kTooLarge, base::cat("the metadata of ", to_string(agent), " is too long")};
  }
  return outcome.out.head;
}

base::Result<std::string> read_metadata_text(const AgentName& agent,
                                             const std::vector<std::string>& inherited,
                                             const AgentRoots& roots) {
  if (is_service(agent)) return service_metadata(agent, roots);
  const base::Result<process::Command> command = metadata_command(agent, inherited, roots);
  if (!command) return command.error();
  const base::Result<process::Outcome> outcome = process::run(*command, metadata_limits());
  if (!outcome) return outcome.error();
  return metadata_text(agent, *outcome);
}

base::Result<void> fetch_metadata(process::Runner& runner, const AgentName& agent,
                                  const std::vector<std::string>& inherited,
                                  std::function<void(base::Result<Metadata>)> done) {
  const base::Result<process::Command> command = metadata_command(agent, inherited);
  if (!command) return command.error();
  const auto run = runner.start(*command, metadata_limits(),
                                [agent, done = std::move(done)](const process::Outcome& outcome) {
                                  const base::Result<std::string> text =
                                      metadata_text(agent, outcome);
                                  if (!text) {
                                    done(text.error());
                                    return;
                                  }
                                  done(parse_metadata(*text));
                                });
  if (!run) return run.error();
  return {};
}

}  // namespace systole::ocf
