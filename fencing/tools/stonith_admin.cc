#include "fencing/tools/stonith_admin.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fencing/tools/agent_commands.h"
#include "fencing/tools/fencer_connection.h"
#include "fencing/tools/history_output.h"
#include "fencing/tools/options.h"
#include "lib/base/strings.h"
#include "lib/cli/help.h"

namespace systole::fencing {
namespace {

using base::cat;
using base::Errc;
using cli::ExitCode;
using client::FencerCall;
using client::FencerResult;
using xml::Document;
namespace wire = client::fencer_wire;

// Execution statuses of the wire.
constexpr int kTimedOut = 2;
constexpr int kInvalid = 9;
constexpr int kNoDevice = 10;
constexpr int kRcInvalidArgument = 2;
constexpr int kRcNoPermission = 4;

/// A failure as a tool tells it.
struct Failure {
  std::string text;
  ExitCode code = ExitCode::kError;
};

Failure failure_of(const base::Error& error) {
  // A fencer that the user may not connect to is one that is not there.
  if (error.code == Errc::kNotConnected || error.code == Errc::kPermission) {
    return {"Transport endpoint is not connected", ExitCode::kDisconnected};
  }
  return {error.message, cli::exit_code_for(error.code)};
}

Failure failure_of(const FencerResult& result) {
  switch (result.status) {
    case kTimedOut:
      return {"Timer expired", ExitCode::kTimeout};
    case kNoDevice:
      return {"No such device", ExitCode::kNoSuchObject};
    case kInvalid:
      if (result.code == kRcInvalidArgument) return {"Invalid argument", ExitCode::kSoftware};
      if (result.code == kRcNoPermission) {
        return {"Permission denied", ExitCode::kInsufficientPrivileges};
      }
      return {"Protocol error", ExitCode::kProtocol};
    default:
      return {"No data available", ExitCode::kError};
  }
}

/// For how long a fencing waits for a fencer that is not there, which may be starting again: a
/// request that is lost leaves a node alive.
constexpr std::chrono::seconds kFencerPatience{18};
constexpr std::chrono::milliseconds kBetweenTries{500};

base::Result<std::unique_ptr<FencerConnection>> open_fencer(std::string_view name, bool patiently) {
  const auto end = std::chrono::steady_clock::now() + kFencerPatience;
  while (true) {
    auto connection = FencerConnection::open(name);
    const bool absent = !connection && connection.error().code == Errc::kNotConnected;
    if (!absent || !patiently || std::chrono::steady_clock::now() > end) return connection;
    std::this_thread::sleep_for(kBetweenTries);
  }
}

class Admin {
 public:
  Admin(const StonithRequest& request, cli::Output& output) : request_(request), output_(output) {}

  ExitCode run();

 private:
  ExitCode change_device(std::string_view op, const Document& input, std::string_view failing);
  ExitCode change_level(bool add);
  ExitCode list_devices();
  ExitCode list_targets();
  ExitCode query();
  ExitCode history();
  ExitCode last();
  ExitCode fence(std::string_view verb, const char* action, int options);

  /// Asks the fencer. Fills `failure` when there is no answer, or one that says no.
  std::optional<Document> ask(FencerCall call, const Document* input, Failure& failure);
  ExitCode fail(std::string_view what, const Failure& failure);
  base::Result<std::vector<client::FenceEvent>> read_history(int options, Failure& failure);

  const StonithRequest& request_;
  cli::Output& output_;
  FencerResult result_;
};

std::optional<Document> Admin::ask(FencerCall call, const Document* input, Failure& failure) {
  const std::string name =
      request_.tag.empty() ? "stonith_admin" : cat("stonith_admin.", request_.tag);
  const bool fences = call.op == "st_fence" && (call.options & wire::kManualAck) == 0;
  auto connection = open_fencer(name, fences);
  if (!connection) {
    failure = failure_of(connection.error());
    return std::nullopt;
  }
  call.timeout = request_.timeout;
  auto reply = (*connection)->call(call, input);
  if (!reply) {
    // Of a fencer that was there and goes away nobody knows what it has done.
    const bool lost = reply.error().code == Errc::kNotConnected;
    const ExitCode code = fences ? ExitCode::kError : ExitCode::kOsError;
    failure = lost ? Failure{reply.error().message, code} : failure_of(reply.error());
    return std::nullopt;
  }
  result_ = client::read_fencer_result(reply->root());
  if (!result_.ok()) {
    failure = failure_of(result_);
    return std::nullopt;
  }
  return std::move(*reply);
}

ExitCode Admin::fail(std::string_view what, const Failure& failure) {
  if (failure.code == ExitCode::kDisconnected) {
    output_.error(cat("Could not connect to fencer: ", failure.text));
  } else {
    output_.error(cat(what, ": ", failure.text));
  }
  return failure.code;
}

ExitCode Admin::change_device(std::string_view op, const Document& input,
                              std::string_view failing) {
  Failure failure;
  if (ask({.op = op, .call = 0, .options = wire::kAllowSelf}, &input, failure)) {
    return ExitCode::kOk;
  }
  return fail(failing, failure);
}

ExitCode Admin::change_level(bool add) {
  client::FencerLevel level;
  const std::string& target = request_.subject;
  const std::size_t equals = target.find('=');
  if (target.starts_with("@")) {
    level.pattern = target.substr(1);
  } else if (equals != std::string::npos) {
    level.attribute = target.substr(0, equals);
    level.value = target.substr(equals + 1);
  } else {
    level.target = target;
  }
  level.index = request_.level;
  if (add) level.devices = base::join(request_.devices, ",");
  Failure failure;
  const Document input = client::level_input(level);
  const char* op = add ? "st_level_add" : "st_level_remove";
  if (ask({.op = op, .call = 0, .options = wire::kAllowSelf}, &input, failure)) {
    return ExitCode::kOk;
  }
  return fail(
      cat("Can't ", add ? "" : "un", "register topology level ", level.index, " for ", target),
      failure);
}

ExitCode Admin::list_devices() {
  Failure failure;
  const Document input = client::query_input(request_.subject, "off");
  const auto reply =
      ask({.op = "st_query", .call = 0, .options = wire::kAllowSelf}, &input, failure);
  if (!reply) return fail("Failed to list registered devices", failure);
  std::vector<std::string> names;
  for (const client::FencerDevice& device : client::read_fencer_devices(reply->root())) {
    names.push_back(device.id);
  }
  print_names({"registered fence devices", "device", "fence device"}, names, output_);
  return ExitCode::kOk;
}

ExitCode Admin::list_targets() {
  Failure failure;
  const Document input = client::exec_input(request_.subject, "list", {});
  const auto reply =
      ask({.op = "st_execute", .call = 0, .options = wire::kAllowSelf}, &input, failure);
  if (!reply) return fail("Couldn't list targets", failure);
  std::vector<std::string> names;
  for (const std::string_view line : base::split(result_.output, "\n")) {
    const auto words = base::split(line, ", ;\t");
    const bool useless = line.find("invalid") != std::string_view::npos ||
                         line.find("variable") != std::string_view::npos;
    if (!words.empty() && !useless) names.emplace_back(words.front());
  }
  print_names({"fence targets", "", "fence target"}, names, output_);
  return ExitCode::kOk;
}

ExitCode Admin::query() {
  Failure failure;
  const Document input = client::exec_input(request_.subject, "monitor", {});
  if (ask({.op = "st_execute", .call = 0, .options = wire::kAllowSelf}, &input, failure)) {
    return ExitCode::kOk;
  }
  if (failure.code != ExitCode::kNoSuchObject && failure.code != ExitCode::kDisconnected &&
      !result_.reason.empty()) {
    failure.text = result_.reason;
  }
  return fail(cat("Device ", request_.subject), failure);
}

base::Result<std::vector<client::FenceEvent>> Admin::read_history(int options, Failure& failure) {
  const bool all = request_.subject == "*";
  const Document input = client::history_input(request_.subject);
  const auto reply = ask({.op = "st_fence_history", .call = 0, .options = options},
                         all ? nullptr : &input, failure);
  if (!reply) return base::Error{Errc::kInternal, failure.text};
  auto events = client::read_fence_history(reply->root());
  sort_history(events);
  return events;
}

ExitCode Admin::history() {
  Failure failure;
  int options = wire::kAllowSelf;
  if (request_.cleanup) {
    output_.line(cat("cleaning up fencing-history for node ", request_.subject));
    options |= wire::kCleanup;
  } else if (request_.broadcast) {
    output_.line("gather fencing-history from all nodes");
    options |= wire::kBroadcast;
  }
  const auto events = read_history(options, failure);
  if (!events) return fail("Failed to read the fencing history", failure);
  if (!request_.cleanup) print_history(*events, request_, output_);
  return ExitCode::kOk;
}

ExitCode Admin::last() {
  Failure failure;
  const auto events = read_history(request_.as_node_id ? wire::kTargetIsNodeId : 0, failure);
  if (!events) return fail("Failed to read the fencing history", failure);
  print_last(*events, request_, output_);
  return ExitCode::kOk;
}

ExitCode Admin::fence(std::string_view verb, const char* action, int options) {
  const Document input = client::fence_input({.target = request_.subject,
                                              .action = action,
                                              .timeout = request_.timeout,
                                              .tolerance = request_.tolerance,
                                              .delay = request_.delay});
  Failure failure;
  if (ask({.op = "st_fence", .call = 0, .options = options, .delay = request_.delay}, &input,
          failure)) {
    return ExitCode::kOk;
  }
  if (failure.code == ExitCode::kDisconnected && (options & wire::kManualAck) != 0) {
    return fail({}, failure);
  }
  const std::string reason = result_.reason.empty() ? "" : cat(" (", result_.reason, ")");
  output_.error(
      cat("stonith_admin: Couldn't ", verb, " ", request_.subject, ": ", failure.text, reason));
  return failure.code;
}

ExitCode Admin::run() {
  switch (request_.command) {
    case Command::kRegister: {
      client::FencerDevice device{.id = request_.subject, .agent = request_.agent};
      device.parameters.assign(request_.parameters.begin(), request_.parameters.end());
      if (!request_.agent.starts_with("fence_")) device.agent_namespace = "heartbeat";
      return change_device("st_device_register", client::device_input(device),
                           cat("Can't register device ", request_.subject));
    }
    case Command::kDeregister:
      return change_device("st_device_remove", client::device_id_input(request_.subject),
                           cat("Can't unregister device ", request_.subject));
    case Command::kRegisterLevel:
    case Command::kDeregisterLevel:
      return change_level(request_.command == Command::kRegisterLevel);
    case Command::kList:
    case Command::kListRegistered:
      return list_devices();
    case Command::kListInstalled:
      return list_installed(request_, output_);
    case Command::kListTargets:
      return list_targets();
    case Command::kMetadata:
      return show_metadata(request_, output_);
    case Command::kQuery:
      return query();
    case Command::kHistory:
      return history();
    case Command::kLast:
      return last();
    case Command::kValidate:
      return validate(request_, output_);
    case Command::kFence:
      return fence("fence", "off", wire::kAllowSelf);
    case Command::kUnfence:
      return fence("unfence", "on", wire::kAllowSelf);
    case Command::kReboot:
      return fence("fence", "reboot", wire::kAllowSelf);
    case Command::kConfirm:
      return fence("confirm the fencing of", "off", wire::kAllowSelf | wire::kManualAck);
    case Command::kNone:
      break;
  }
  return ExitCode::kUsage;
}

/// A command line that lacks something gets the help, as text or in the structured status.
ExitCode show_usage(cli::Output& output, const std::string& problem) {
  const std::string help = cli::help_text(kStonithAdmin, "");
  output.error(problem.empty() ? help : cat(problem, "\n", help));
  return ExitCode::kUsage;
}

bool needs_agent(Command command) {
  return command == Command::kRegister || command == Command::kMetadata ||
         command == Command::kValidate;
}

}  // namespace

ExitCode stonith_admin(const cli::CommandLine& command_line, cli::Output& output) {
  const auto request = read_request(command_line);
  if (!request) {
    output.error(cat(kStonithAdmin.name, ": ", request.error().message));
    return ExitCode::kUsage;
  }
  if (request->command == Command::kNone || !command_line.arguments.empty()) {
    return show_usage(output, {});
  }
  if (needs_agent(request->command) && request->agent.empty()) {
    return show_usage(output, "Please specify an agent to query using -a,--agent [value]");
  }
  return Admin(*request, output).run();
}

}  // namespace systole::fencing
