#include "fencing/tools/agent_commands.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"
#include "lib/ocf/agent.h"
#include "lib/ocf/answer.h"
#include "lib/ocf/environment.h"
#include "lib/ocf/metadata_source.h"
#include "lib/process/runner.h"
#include "lib/xml/document.h"

namespace systole::fencing {
namespace {

using base::cat;
using cli::ExitCode;
using xml::Element;

/// What an agent that names its target by a parameter is given to check.
constexpr const char* kStandInTarget = "node1";
constexpr int kLegacyNoAgent = -ENOENT;
constexpr int kLegacyFailure = -201;

std::vector<std::string> environment() {
  std::vector<std::string> inherited;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    inherited.emplace_back(*variable);
  }
  return ocf::plain_environment(inherited);
}

ocf::AgentName agent_name(const std::string& agent) {
  return {.standard = "stonith", .provider = {}, .type = agent};
}

/// The cluster gives the target and runs start and stop itself, whatever the agent says.
void present_for_cluster(Element root) {
  if (const Element parameters = root.first_child("parameters")) {
    for (Element parameter : parameters.children("parameter")) {
      const std::string_view name = parameter.attribute_or("name", "");
      if (name == "action" || name == "plug" || name == "port") {
        parameter.set_attribute("required", "0");
      }
    }
  }
  Element actions = root.first_child("actions");
  if (!actions) return;
  for (const char* name : {"stop", "start"}) {
    Element action = actions.append("action");
    action.set_attribute("name", name);
    action.set_attribute("timeout", "20s");
  }
}

/// Copies what counts: attributes, child elements, and the text of elements without any. The line
/// ends and tabs between an agent's tags would spoil the layout.
void copy_content(Element from, Element to) {
  for (const xml::Attribute attribute : from.attributes()) {
    to.set_attribute(attribute.name, attribute.value);
  }
  if (!from.first_child()) {
    if (const std::string text = from.text(); !text.empty()) to.set_text(text);
    return;
  }
  for (const Element child : from.children()) copy_content(child, to.append(child.name()));
}

base::Result<std::string> read_metadata(const std::string& agent) {
  const auto text = ocf::read_metadata_text(agent_name(agent), environment());
  if (!text) return text.error();
  const std::size_t start = text->find("<resource-agent");
  if (start == std::string::npos) {
    return base::Error{base::Errc::kInvalidArgument, cat(agent, " printed no metadata")};
  }
  const auto document =
      xml::Document::parse(std::string_view(*text).substr(start), {}, xml::Text::kKeep);
  if (!document) return document.error();
  xml::Document shown = xml::Document::create(document->root().name());
  copy_content(document->root(), shown.root());
  present_for_cluster(shown.root());
  return shown.indented();
}

struct Validation {
  int legacy_code = 0;
  std::string out;
  std::string err;
};

std::string validation_input(const StonithRequest& request) {
  std::string input = cat("action=validate-all\n", "nodename=", kStandInTarget, "\n");
  for (const auto& [name, value] : request.parameters) {
    if (!name.starts_with("pcmk_")) input += cat(name, "=", value, "\n");
  }
  const bool has_target =
      request.parameters.count("port") > 0 || request.parameters.count("plug") > 0;
  if (!has_target) input += cat("port=", kStandInTarget, "\n");
  return input;
}

Validation run_validation(const StonithRequest& request) {
  const auto path = ocf::agent_path(agent_name(request.agent));
  const std::string missing = cat("Agent ", request.agent, " not found");
  if (!path || access(path->c_str(), X_OK) != 0) {
    return {.legacy_code = kLegacyNoAgent, .out = {}, .err = missing};
  }
  daemon::EventLoop loop;
  process::Runner runner(loop);
  Validation result;
  const auto started = runner.start(
      {.argv = {*path}, .environment = environment(), .input = validation_input(request)},
      {.timeout = request.timeout}, [&](const process::Outcome& outcome) {
        result.out = ocf::printable_output(outcome.out.text(), {});
        result.err = ocf::printable_output({}, outcome.err.text());
        const bool passed = outcome.end == process::End::kExited && outcome.code == 0;
        result.legacy_code = passed                                   ? 0
                             : outcome.end == process::End::kTimedOut ? -ETIME
                                                                      : kLegacyFailure;
        loop.stop();
      });
  if (!started) return {.legacy_code = kLegacyNoAgent, .out = {}, .err = started.error().message};
  loop.run();
  return result;
}

ExitCode exit_code_of(const Validation& validation) {
  switch (validation.legacy_code) {
    case 0:
      return ExitCode::kOk;
    case -ETIME:
      return ExitCode::kTimeout;
    case kLegacyNoAgent:
      return ExitCode::kNoSuchObject;
    default:
      return ExitCode::kError;
  }
}

}  // namespace

void print_names(const NameList& kind, const std::vector<std::string>& names, cli::Output& output) {
  for (const std::string& name : names) output.line(name);
  output.line(cat(names.size(), " ", kind.noun, names.size() == 1 ? "" : "s", " found"));
  cli::Element& list =
      output.root().add("list", {{"name", kind.list_name}, {"count", cat(names.size())}});
  for (const std::string& name : names) {
    cli::Element& item = list.add("item");
    if (!kind.item_name.empty()) item.set("name", kind.item_name);
    item.set_text(name);
  }
}

ExitCode list_installed(const StonithRequest&, cli::Output& output) {
  const auto agents = ocf::list_agents("stonith", {});
  if (!agents) {
    output.error(cat("Failed to list installed devices: ", agents.error().message));
    return cli::exit_code_for(agents.error().code);
  }
  print_names({"installed fence devices", "device", "fence device"}, *agents, output);
  return ExitCode::kOk;
}

ExitCode show_metadata(const StonithRequest& request, cli::Output& output) {
  const auto text = read_metadata(request.agent);
  if (!text) {
    const auto path = ocf::agent_path(agent_name(request.agent));
    const bool exists = path && access(path->c_str(), X_OK) == 0;
    output.error(
        cat("Can't get fence agent meta-data: ", exists ? text.error().message : "No such device"));
    return exists ? ExitCode::kError : ExitCode::kNoSuchObject;
  }
  output.line(base::trim(*text));
  output.root().add("metadata").set_cdata(*text);
  return ExitCode::kOk;
}

ExitCode validate(const StonithRequest& request, cli::Output& output) {
  const Validation result = run_validation(request);
  const bool valid = result.legacy_code == 0;
  if (!request.quiet) {
    output.line(cat("Validation of ", request.agent, valid ? " succeeded" : " failed"));
    if (!result.out.empty()) output.line(result.out);
    if (!result.err.empty()) output.line(result.err);
  }
  cli::Element& element = output.root().add("validate", {{"agent", request.agent}});
  element.set("valid", valid);
  if (!request.devices.empty()) element.set("device", request.devices.front());
  cli::Element& command = element.add("command", {{"code", cat(result.legacy_code)}});
  if (!result.out.empty()) command.add("output", {{"source", "stdout"}}).set_text(result.out);
  if (!result.err.empty()) command.add("output", {{"source", "stderr"}}).set_text(result.err);
  return exit_code_of(result);
}

}  // namespace systole::fencing
