#include "crmd/tools/crm_resource/agent_action.h"

#include <unistd.h>

#include "crmd/tools/crm_resource/context.h"
#include "lib/base/strings.h"
#include "lib/model/execution.h"
#include "lib/ocf/answer.h"
#include "lib/ocf/environment.h"
#include "lib/process/child.h"

namespace systole::crmd::crm_resource {
namespace {

using base::Errc;
using base::Result;
using cli::ExitCode;
using cli::Output;

constexpr int kNotExecuted = 4;  // op-status "Error"

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// What is shown of an action that was run, or could not be.
struct Report {
  int code = 0;
  std::string code_text;
  int execution = 0;
  std::string execution_text = "complete";
  std::string reason = {};
  std::string out = {};
  std::string err = {};
};

std::string subject(const AgentAction& action) {
  const std::string name = ocf::to_string(action.agent);
  return action.resource.empty() ? base::cat("(", name, ")")
                                 : base::cat("for ", action.resource, " (", name, ")");
}

Result<process::Command> command_for(const AgentAction& action, Parameters parameters) {
  Result<std::string> path = ocf::agent_path(action.agent, action.roots);
  if (!path) return path.error();
  if (action.agent.standard == "lsb") {
    return process::Command{.argv = {std::move(*path), std::string(ocf::lsb_action(action.action))},
                            .environment = ocf::plain_environment(own_environment())};
  }
  if (action.agent.standard != "ocf") {
    return {Errc::kUnsupported, base::cat("Manual execution of the ", action.agent.standard,
                                          " standard is unsupported")};
  }
  ocf::EnvironmentRequest request{.agent = action.agent,
                                  .resource = action.resource.empty() ? "test" : action.resource,
                                  .parameters = std::move(parameters)};
  process::Command command{.argv = {std::move(*path), action.action},
                           .environment = ocf::ocf_environment(request, own_environment())};
  if (action.verbose) {
    // What the agent does line by line, among what it prints.
    command.environment.emplace_back("OCF_TRACE_RA=1");
    command.environment.emplace_back("OCF_TRACE_FILE=/dev/stderr");
  }
  return command;
}

/// `parameters` as the agent gets them.
Result<Parameters> with_secrets(const AgentAction& action) {
  Parameters out;
  for (const auto& [name, value] : action.parameters) {
    if (value != ocf::kSecretPlaceholder) {
      out.emplace_back(name, value);
      continue;
    }
    Result<std::string> secret = ocf::read_secret(action.secrets_folder, action.resource, name);
    if (secret) {
      out.emplace_back(name, std::move(*secret));
    } else if (action.action != "stop") {
      return secret.error();
    }
  }
  return out;
}

Report report_of(const AgentAction& action, const process::Outcome& outcome) {
  Report report;
  report.out = outcome.out.text();
  report.err = outcome.err.text();
  report.reason = ocf::exit_reason(report.err);
  if (outcome.end != process::End::kExited) {
    const bool late = outcome.end == process::End::kTimedOut;
    report.execution = late ? 2 : kNotExecuted;
    report.execution_text = late ? "Timed Out" : "Error";
    if (report.reason.empty()) {
      report.reason = late ? std::string("Resource agent did not exit within specified timeout")
                           : base::cat("ended by signal ", outcome.code);
    }
    report.code = static_cast<int>(model::ExitCode::kGenericError);
    report.code_text = model::describe(model::ExitCode::kGenericError);
    return report;
  }
  report.code = outcome.code;
  if (action.agent.standard == "lsb") {
    report.code = static_cast<int>(ocf::lsb_answer(action.action, outcome.code));
  }
  report.code_text = model::describe(model::ExitCode{report.code});
  return report;
}

void print_report(const AgentAction& action, const Report& report, Output& output) {
  const std::string reason = report.reason.empty() ? "" : ": " + report.reason;
  if (report.execution != 0) {
    output.error(base::cat("Operation ", action.command, " ", subject(action),
                           " could not be executed (", report.execution_text, reason, ")"));
  } else {
    output.line(base::cat("Operation ", action.command, " ", subject(action), " returned ",
                          report.code, " (", report.code_text, reason, ")"));
  }
  if (!action.verbose && report.code == 0) return;
  for (const std::string& text : {report.out, report.err}) {
    if (!text.empty()) output.line(text);
  }
}

void add_report(const AgentAction& action, const Report& report, cli::Element& root) {
  cli::Element& element = root.add("resource-agent-action");
  element.set("action", action.command).set("class", action.agent.standard);
  element.set("type", action.agent.type);
  if (!action.resource.empty()) element.set("rsc", action.resource);
  if (!action.agent.provider.empty()) element.set("provider", action.agent.provider);
  cli::Element& overrides = element.add("overrides");
  for (const auto& [name, value] : action.overrides) {
    cli::Element& override = overrides.add("override");
    if (!action.resource.empty()) override.set("rsc", action.resource);
    override.set("name", name).set("value", value);
  }
  cli::Element& status = element.add("agent-status");
  status.set("code", std::to_string(report.code)).set("message", report.code_text);
  status.set("execution_code", std::to_string(report.execution));
  status.set("execution_message", report.execution_text);
  if (!report.reason.empty()) status.set("reason", report.reason);
  if (report.out.empty() && report.err.empty()) return;
  cli::Element& command = element.add("command");
  command.set("code", std::to_string(report.code));
  if (!report.out.empty()) command.add("output").set("source", "stdout").set_text(report.out);
  if (!report.err.empty()) command.add("output").set("source", "stderr").set_text(report.err);
}

/// Runs the agent.
Report perform(const AgentAction& action, Parameters parameters) {
  const Result<process::Command> command = command_for(action, std::move(parameters));
  const Result<process::Outcome> outcome = command
                                               ? process::run(*command, {.timeout = action.timeout})
                                               : Result<process::Outcome>(command.error());
  if (outcome) return report_of(action, *outcome);
  const bool unsupported = outcome.error().code == Errc::kUnsupported;
  Report report;
  report.code = unsupported ? static_cast<int>(ExitCode::kUnimplemented)
                            : static_cast<int>(ExitCode::kNotInstalled);
  report.code_text = model::describe(model::ExitCode{report.code});
  report.execution = kNotExecuted;
  report.execution_text = "Error";
  report.reason = outcome.error().message;
  return report;
}

Report report_without_secrets(const base::Error& error) {
  Report report;
  report.code = static_cast<int>(model::ExitCode::kInvalidArgument);
  report.code_text = model::describe(model::ExitCode::kInvalidArgument);
  report.reason = base::cat("Unable to load CIB secrets: ", error.message);
  return report;
}

}  // namespace

std::vector<std::string> own_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

ExitCode run_agent(const AgentAction& action, Output& output) {
  Result<Parameters> parameters = with_secrets(action);
  const Report report = parameters ? perform(action, std::move(*parameters))
                                   : report_without_secrets(parameters.error());
  if (output.is_structured()) {
    add_report(action, report, output.root());
  } else {
    print_report(action, report, output);
  }
  if (report.code != 0) {
    output.error(
        base::cat("crm_resource: Error performing operation: ", cli::exit_text(report.code)));
  }
  return static_cast<ExitCode>(report.code);
}

}  // namespace systole::crmd::crm_resource
