#include "fencing/tools/options.h"

#include <array>
#include <cstdlib>

#include "lib/base/duration.h"
#include "lib/base/strings.h"

namespace systole::fencing {
namespace {

using base::cat;
using base::Errc;
using base::Error;
using base::Result;
using cli::Argument;
using cli::Option;

enum Modifier {
  kCleanup = 100,
  kBroadcast,
  kAgent,
  kOption,
  kEnvironmentOption,
  kTag,
  kDevice,
  kIndex,
  kTimeout,
  kDelay,
  kAsNodeId,
  kTolerance,
  kQuiet,
};

constexpr int id(Command command) {
  return static_cast<int>(command);
}

constexpr std::array kDefinition = {
    Option{id(Command::kRegister), "register", 'R', Argument::kRequired, "DEVICE",
           "Make a device known under this name. Requires: --agent.\nOptional: --option, "
           "--env-option."},
    Option{id(Command::kDeregister), "deregister", 'D', Argument::kRequired, "DEVICE",
           "Forget a device that was registered."},
    Option{id(Command::kRegisterLevel), "register-level", 'r', Argument::kRequired, "TARGET",
           "Define a level of devices for a target, which is given\nas one of NAME, @PATTERN, or "
           "ATTR=VALUE.\nRequires: --index and one or more --device."},
    Option{id(Command::kDeregisterLevel), "deregister-level", 'd', Argument::kRequired, "TARGET",
           "Remove a level of the target, given as for\n--register-level. Requires: --index"},
};
constexpr std::array kQueries = {
    Option{id(Command::kList), "list", 'l', Argument::kRequired, "HOST",
           "Show the devices that can fence this host.\nOptional: --timeout"},
    Option{id(Command::kListRegistered), "list-registered", 'L', Argument::kNone, "",
           "Show all registered devices. Optional: --timeout."},
    Option{id(Command::kListInstalled), "list-installed", 'I', Argument::kNone, "",
           "Show all installed fence agents. Optional: --timeout."},
    Option{id(Command::kListTargets), "list-targets", 's', Argument::kRequired, "DEVICE",
           "Show the targets that this device can fence.\nOptional: --timeout."},
    Option{id(Command::kMetadata), "metadata", 'M', Argument::kNone, "",
           "Show the metadata of an agent. Requires: --agent.\nOptional: --timeout."},
    Option{id(Command::kQuery), "query", 'Q', Argument::kRequired, "DEVICE",
           "Check whether this device works. Optional: --timeout."},
    Option{id(Command::kHistory), "history", 'H', Argument::kRequired, "NODE",
           "Show the last success of fencing this node\n(or '*' for all nodes). Optional: "
           "--timeout, --cleanup,\n--quiet (show only the time, in seconds since the "
           "epoch),\n--verbose (show everything, also what is running),\n--broadcast (bring the "
           "history of all nodes together)."},
    Option{id(Command::kLast), "last", 'h', Argument::kRequired, "NODE",
           "Show when this node was fenced last.\nOptional: --as-node-id."},
    Option{id(Command::kValidate), "validate", 'K', Argument::kNone, "",
           "Check the configuration of a device. Requires: --agent.\nOptional: --option, "
           "--env-option,\n--quiet (print nothing, only set the exit code)."},
};
constexpr std::array kFencing = {
    Option{id(Command::kFence), "fence", 'F', Argument::kRequired, "HOST",
           "Switch this host off. Optional: --timeout, --tolerance, --delay."},
    Option{id(Command::kUnfence), "unfence", 'U', Argument::kRequired, "HOST",
           "Switch this host on. Optional: --timeout, --tolerance, --delay."},
    Option{id(Command::kReboot), "reboot", 'B', Argument::kRequired, "HOST",
           "Restart this host. Optional: --timeout, --tolerance, --delay."},
    Option{id(Command::kConfirm), "confirm", 'C', Argument::kRequired, "HOST",
           "Tell the cluster that this host is down for sure."},
};
constexpr std::array kAdditional = {
    Option{kCleanup, "cleanup", 'c', Argument::kNone, "",
           "Forget what is shown. Requires --history."},
    Option{kBroadcast, "broadcast", 'b', Argument::kNone, "", "Ask all nodes where that applies."},
    Option{kAgent, "agent", 'a', Argument::kRequired, "AGENT",
           "The agent (for example, fence_xvm;\nwith --register, --metadata, --validate)."},
    Option{kOption, "option", 'o', Argument::kRequired, "PARAM",
           "A parameter of the device as NAME=VALUE (may be given\nseveral times; with --register, "
           "--validate)."},
    Option{kEnvironmentOption, "env-option", 'e', Argument::kRequired, "PARAM",
           "A parameter of the device, whose value is that of the\nenvironment variable "
           "OCF_RESKEY_PARAM (may be given\nseveral times; with --register, --validate)."},
    Option{kTag, "tag", 'T', Argument::kRequired, "TAG",
           "A word by which logs and history tell who asked\n(with most commands)."},
    Option{kDevice, "device", 'v', Argument::kRequired, "DEVICE",
           "A device of the level (with --register-level; may be\ngiven several times); the "
           "device's name (with --validate)."},
    Option{kIndex, "index", 'i', Argument::kRequired, "LEVEL",
           "The level (1-9) (with --register-level,\n--deregister-level)."},
    Option{kTimeout, "timeout", 't', Argument::kRequired, "SECONDS",
           "How long an operation may take in seconds\n(default 120; with most commands)."},
    Option{
        kDelay, "delay", 'y', Argument::kRequired, "SECONDS",
        "Wait this long before fencing, besides what pcmk_delay_base\nand pcmk_delay_max say; -1 "
        "switches all delays off\n(default 0; with --fence, --reboot, --unfence)."},
    Option{kAsNodeId, "as-node-id", 'n', Argument::kNone, "",
           "(Advanced) The node is given by its Corosync number\n(with --last)."},
    Option{kTolerance, "tolerance", 0, Argument::kRequired, "SECONDS",
           "(Advanced) Do nothing if the same succeeded less than\nthis many seconds ago (with "
           "--fence, --unfence, --reboot)."},
};
constexpr std::array kApplication = {
    Option{kQuiet, "quiet", 'q', Argument::kNone, "", "Be less descriptive in output."},
};
constexpr std::array kGroups = {
    cli::OptionGroup{"definition", "Device Definition Commands:", "Show device definition help",
                     kDefinition},
    cli::OptionGroup{"queries", "Queries:", "Show query help", kQueries},
    cli::OptionGroup{"fence", "Fencing Commands:", "Show fence help", kFencing},
    cli::OptionGroup{"additional", "Additional Options:", "Show additional options", kAdditional},
    cli::OptionGroup{"", "", "", kApplication},
};

/// Reads a length of time with an optional unit, rounded up to seconds.
Result<std::chrono::seconds> read_seconds(const std::string& text, std::string_view option) {
  const auto time = base::parse_duration(text);
  if (!time) return Error{Errc::kUsage, cat("Cannot parse time “", text, "” for ", option)};
  return std::chrono::ceil<std::chrono::seconds>(*time);
}

Result<int> read_integer(const std::string& text, std::string_view option) {
  const auto number = base::parse_integer<int>(text);
  if (!number)
    return Error{Errc::kUsage, cat("Cannot parse integer value “", text, "” for ", option)};
  return *number;
}

Result<void> read_parameter(const std::string& text, StonithRequest& request) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return {Errc::kUsage, cat("Invalid option: -o ", text, ": Operation not permitted")};
  }
  request.parameters[text.substr(0, equals)] = text.substr(equals + 1);
  return {};
}

Result<void> read_environment(const std::string& name, StonithRequest& request) {
  const char* value = std::getenv(cat("OCF_RESKEY_", name).c_str());
  if (value == nullptr) return {Errc::kUsage, cat("Invalid option: -e ", name)};
  request.parameters[name] = value;
  return {};
}

Result<void> read_number(const cli::GivenOption& given, StonithRequest& request) {
  const std::string value = given.value.value_or("");
  if (given.id == kTolerance) {
    const auto time = read_seconds(value, "--tolerance");
    if (!time) return time.error();
    request.tolerance = *time;
    return {};
  }
  const char* option = given.id == kIndex ? "-i" : given.id == kTimeout ? "-t" : "-y";
  const auto number = read_integer(value, option);
  if (!number) return number.error();
  if (given.id == kIndex) request.level = *number;
  if (given.id == kTimeout) request.timeout = std::chrono::seconds(*number);
  if (given.id == kDelay) request.delay = std::chrono::seconds(*number);
  return {};
}

Result<void> read_modifier(const cli::GivenOption& given, StonithRequest& request) {
  const std::string value = given.value.value_or("");
  switch (given.id) {
    case kCleanup:
      request.cleanup = true;
      return {};
    case kBroadcast:
      request.broadcast = true;
      return {};
    case kAgent:
      request.agent = value;
      return {};
    case kOption:
      return read_parameter(value, request);
    case kEnvironmentOption:
      return read_environment(value, request);
    case kTag:
      request.tag = value;
      return {};
    case kDevice:
      request.devices.push_back(value);
      return {};
    case kAsNodeId:
      request.as_node_id = true;
      return {};
    case kQuiet:
      request.quiet = true;
      return {};
    default:
      return read_number(given, request);
  }
}

}  // namespace

const cli::Program kStonithAdmin = {
    .name = "stonith_admin",
    .summary = "stonith_admin - Access the Pacemaker fencing API",
    .groups = kGroups,
    .epilogue = "Report bugs to users@clusterlabs.org",
    .formats = "text (default), html, xml, json",
};

Result<StonithRequest> read_request(const cli::CommandLine& command_line) {
  StonithRequest request;
  request.verbose = command_line.verbosity > 0;
  for (const cli::GivenOption& given : command_line.options) {
    if (given.id < kCleanup) {
      request.command = static_cast<Command>(given.id);
      request.subject = given.value.value_or("");
    } else if (auto read = read_modifier(given, request); !read) {
      return read.error();
    }
  }
  return request;
}

}  // namespace systole::fencing
