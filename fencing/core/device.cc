#include "fencing/core/device.h"

#include <algorithm>

#include "lib/base/duration.h"
#include "lib/base/strings.h"

namespace systole::fencing {
namespace {

using base::cat;

constexpr int kDefaultTries = 2;
constexpr std::string_view kSeparators = ", ;\t\r\n";

milliseconds duration_or(std::string_view text, milliseconds fallback) {
  if (text.empty()) return fallback;
  const auto parsed = base::parse_duration(text);
  return parsed && *parsed > milliseconds(0) ? *parsed : fallback;
}

/// Parameters that are for the cluster and never reach the agent.
bool is_for_cluster(std::string_view name) {
  return name == "action" || name == "provides" || name == "stonith-timeout" ||
         name == "crm_feature_set" || name.starts_with("pcmk_") || name.starts_with("CRM_meta");
}

bool contains_ignoring_case(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [name](const std::string& known) {
    return base::equal_ignoring_case(known, name);
  });
}

const std::string* find_ignoring_case(const std::map<std::string, std::string>& map,
                                      std::string_view name) {
  for (const auto& [key, value] : map) {
    if (base::equal_ignoring_case(key, name)) return &value;
  }
  return nullptr;
}

}  // namespace

std::map<std::string, std::string> parse_host_map(std::string_view text) {
  std::map<std::string, std::string> map;
  std::string host;
  std::string piece;
  bool in_value = false;
  const auto finish = [&] {
    if (in_value && !host.empty() && !piece.empty()) map[host] = piece;
    host.clear();
    piece.clear();
    in_value = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      piece.push_back(text[++i]);
    } else if ((c == ':' || c == '=') && !in_value) {
      host = std::move(piece);
      piece.clear();
      in_value = true;
    } else if (c == ';' || c == ' ' || c == '\t' || c == '\n') {
      finish();
    } else {
      piece.push_back(c);
    }
  }
  finish();
  return map;
}

std::vector<std::string> parse_host_list(std::string_view text) {
  std::vector<std::string> names;
  for (const std::string_view line : base::split(text, "\n")) {
    if (line.find("invalid") != std::string_view::npos ||
        line.find("variable") != std::string_view::npos) {
      continue;
    }
    for (const std::string_view name : base::split(line, kSeparators)) names.emplace_back(name);
  }
  return names;
}

Result<void> check_device(const Device& device) {
  if (device.id.empty()) return {Errc::kInvalidArgument, "a fence device needs an id"};
  if (device.agent.empty()) {
    return {Errc::kInvalidArgument, cat("fence device '", device.id, "' names no agent")};
  }
  // Plugins of the older kind have names like external/ipmi.
  const bool path = device.agent.front() == '/' || (device.agent.starts_with("fence_") &&
                                                    device.agent.find('/') != std::string::npos);
  if (path || device.agent.find("..") != std::string::npos) {
    return {Errc::kInvalidArgument, cat("fence device '", device.id, "': agent '", device.agent,
                                        "' must be a name, not a path")};
  }
  return {};
}

std::string_view Device::parameter(std::string_view name) const {
  const auto found = parameters.find(std::string(name));
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

HostCheck Device::host_check() const {
  const std::string_view check = parameter("pcmk_host_check");
  if (check == "static-list") return HostCheck::kStaticList;
  if (check == "dynamic-list") return HostCheck::kDynamicList;
  if (check == "status") return HostCheck::kStatus;
  if (check == "none") return HostCheck::kNone;
  if (!parameter("pcmk_host_list").empty() || !parameter("pcmk_host_map").empty()) {
    return HostCheck::kStaticList;
  }
  if (capabilities.list) return HostCheck::kDynamicList;
  return capabilities.status ? HostCheck::kStatus : HostCheck::kNone;
}

bool Device::lists_target(std::string_view target) const {
  return contains_ignoring_case(parse_host_list(parameter("pcmk_host_list")), target) ||
         find_ignoring_case(parse_host_map(parameter("pcmk_host_map")), target) != nullptr;
}

std::string Device::port_of(std::string_view target) const {
  const auto map = parse_host_map(parameter("pcmk_host_map"));
  const std::string* alias = find_ignoring_case(map, target);
  return alias != nullptr ? *alias : std::string(target);
}

milliseconds Device::timeout_of(Action action, milliseconds fallback) const {
  return duration_or(parameter(cat("pcmk_", to_string(action), "_timeout")), fallback);
}

bool Device::has_own_timeout(Action action) const {
  return timeout_of(action, milliseconds(0)) > milliseconds(0);
}

int Device::tries_of(Action action) const {
  const auto tries =
      base::parse_integer<int>(parameter(cat("pcmk_", to_string(action), "_retries")));
  return std::max(1, tries.value_or(kDefaultTries));
}

milliseconds Device::delay_base(std::string_view target) const {
  const std::string_view text = parameter("pcmk_delay_base");
  if (text.find(':') == std::string_view::npos) return duration_or(text, milliseconds(0));
  const auto by_host = parse_host_map(text);
  const std::string* own = find_ignoring_case(by_host, target);
  return own != nullptr ? duration_or(*own, milliseconds(0)) : milliseconds(0);
}

milliseconds Device::delay_max() const {
  return duration_or(parameter("pcmk_delay_max"), milliseconds(0));
}

milliseconds Device::delay_for(std::string_view target, std::uint64_t random) const {
  const milliseconds least = delay_base(target);
  const milliseconds most = delay_max();
  const milliseconds::rep span = (most - least).count();
  if (span <= 0) return most > milliseconds(0) ? most : least;
  return least + milliseconds(random % static_cast<std::uint64_t>(span));
}

std::optional<int> Device::action_limit() const {
  const int limit = base::parse_integer<int>(parameter("pcmk_action_limit")).value_or(1);
  if (limit < 0) return std::nullopt;
  return std::max(1, limit);
}

Action Device::effective_action(Action action) const {
  return action == Action::kReboot && !capabilities.reboot ? Action::kOff : action;
}

std::map<std::string, std::string> Device::agent_input(Action action, const Target& target) const {
  std::map<std::string, std::string> input;
  for (const auto& [name, value] : parameters) {
    if (!is_for_cluster(name)) input[name] = value;
  }
  const Action real = effective_action(action);
  const std::string_view word = parameter(cat("pcmk_", to_string(real), "_action"));
  input["action"] = word.empty() ? to_string(real) : word;
  if (target.name.empty() || real == Action::kList || real == Action::kMonitor) return input;
  input["nodename"] = target.name;
  if (target.nodeid) input["nodeid"] = cat(*target.nodeid);
  std::string_view argument = parameter("pcmk_host_argument");
  if (argument.empty()) argument = capabilities.plug ? "plug" : "port";
  if (argument == "none" || agent == "fence_legacy") return input;
  const std::string_view fixed = parameter(argument);
  if (fixed.empty() || fixed == "dynamic") input[std::string(argument)] = port_of(target.name);
  return input;
}

}  // namespace systole::fencing
