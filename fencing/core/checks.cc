#include "fencing/core/checks.h"

#include <algorithm>
#include <utility>

#include "fencing/core/runs.h"
#include "lib/base/strings.h"

namespace systole::fencing {
namespace {

/// How long an agent's list counts.
constexpr milliseconds kListLife{60000};
constexpr milliseconds kCheckTimeout{60000};
/// What a fence agent's status exits with when the target is switched off.
constexpr int kStatusOff = 2;

enum class Verdict { kYes, kNo, kAskList, kAskStatus };

/// Whether the device does the action here at all, whoever the target is.
bool supports(const Context& context, const Device& device, const std::string& target,
              Action action) {
  if (action != Action::kOn) return true;
  const AgentCapabilities& agent = device.capabilities;
  if (!agent.on) return false;
  return !agent.on_on_target || target == context.state.self.name;
}

bool list_is_fresh(const Context& context, const LocalDevice& local) {
  return local.listed_at && context.input.steady - *local.listed_at < kListLife;
}

bool listed(const LocalDevice& local, const std::string& target) {
  const std::string port = local.device.port_of(target);
  return std::any_of(local.listed.begin(), local.listed.end(), [&port](const std::string& name) {
    return base::equal_ignoring_case(name, port);
  });
}

Verdict judge(const Context& context, const LocalDevice& local, const std::string& target,
              Action action) {
  if (!supports(context, local.device, target, action)) return Verdict::kNo;
  if (target.empty()) return Verdict::kYes;
  switch (local.device.host_check()) {
    case HostCheck::kNone:
      return Verdict::kYes;
    case HostCheck::kStaticList:
      return local.device.lists_target(target) ? Verdict::kYes : Verdict::kNo;
    case HostCheck::kStatus:
      return Verdict::kAskStatus;
    case HostCheck::kDynamicList:
      if (local.list_failed) return Verdict::kAskStatus;
      if (!list_is_fresh(context, local)) return Verdict::kAskList;
      return listed(local, target) ? Verdict::kYes : Verdict::kNo;
  }
  return Verdict::kNo;
}

void ask_agent(Context& context, Check& check, const LocalDevice& local, Verdict verdict) {
  const Device& device = local.device;
  check.waiting_for.insert(device.id);
  const bool list = verdict == Verdict::kAskList;
  if (list) {
    for (const auto& [id, run] : context.state.runs) {
      if (run.device == device.id && std::holds_alternative<RunForList>(run.purpose)) return;
    }
  }
  const Action action = list ? Action::kList : Action::kStatus;
  RunPurpose purpose = RunForList{};
  if (!list) purpose = RunForStatus{.check = check.id};
  start_run(context, {.purpose = purpose,
                      .device = device.id,
                      .action = action,
                      .target = list ? std::string() : check.target,
                      .timeout = device.timeout_of(action, kCheckTimeout),
                      .delay = milliseconds(0)});
}

void answer(Context& context, const Check& check) {
  std::vector<QueryRow> rows;
  for (const std::string& id : check.capable) {
    const auto found = context.state.devices.find(id);
    if (found == context.state.devices.end()) continue;
    rows.push_back({.device = found->second.device,
                    .offer = make_offer(found->second, check.target, check.action)});
  }
  if (const auto* token = std::get_if<Token>(&check.asker)) {
    context.emit(QueryReply{.token = *token, .rows = std::move(rows)});
    return;
  }
  AnswerMessage message{.operation = std::get<std::string>(check.asker), .offers = {}};
  for (QueryRow& row : rows) message.offers.push_back(std::move(row.offer));
  context.emit(Multicast{std::move(message)});
}

void finish_if_complete(Context& context, std::uint64_t id) {
  const auto found = context.state.checks.find(id);
  if (found == context.state.checks.end() || !found->second.waiting_for.empty()) return;
  std::sort(found->second.capable.begin(), found->second.capable.end());
  const Check check = std::move(found->second);
  context.state.checks.erase(found);
  answer(context, check);
}

void consider(Context& context, std::uint64_t id, const std::string& device) {
  const auto found = context.state.checks.find(id);
  const auto local = context.state.devices.find(device);
  if (found == context.state.checks.end() || local == context.state.devices.end()) return;
  Check& check = found->second;
  switch (const Verdict verdict = judge(context, local->second, check.target, check.action)) {
    case Verdict::kYes:
      check.capable.push_back(device);
      break;
    case Verdict::kNo:
      break;
    case Verdict::kAskList:
    case Verdict::kAskStatus:
      ask_agent(context, check, local->second, verdict);
      break;
  }
}

}  // namespace

DeviceOffer make_offer(const LocalDevice& local, const std::string& target, Action action) {
  const Device& device = local.device;
  const milliseconds none(0);
  return {.device = device.id,
          .verified = local.verified,
          .required = action == Action::kOn && (device.capabilities.automatic_on ||
                                                device.parameter("provides") == "unfencing"),
          .timeout = device.timeout_of(device.effective_action(action), none),
          .off_timeout = device.timeout_of(Action::kOff, none),
          .on_timeout = device.timeout_of(Action::kOn, none),
          .delay_base = device.delay_base(target),
          .delay_max = device.delay_max()};
}

void start_check(Context& context, std::variant<std::string, Token> asker,
                 const std::string& target, Action action) {
  const std::uint64_t id = ++context.state.last_check;
  context.state.checks.emplace(id, Check{.id = id,
                                         .target = target,
                                         .action = action,
                                         .asker = std::move(asker),
                                         .waiting_for = {},
                                         .capable = {}});
  std::vector<std::string> devices;
  for (const auto& [device, local] : context.state.devices) devices.push_back(device);
  for (const std::string& device : devices) consider(context, id, device);
  finish_if_complete(context, id);
}

void list_known(Context& context, const std::string& device, const ActionResult& result) {
  const auto local = context.state.devices.find(device);
  if (local != context.state.devices.end()) {
    if (result.ok()) {
      local->second.listed = parse_host_list(result.output);
      local->second.listed_at = context.input.steady;
      local->second.list_failed = false;
    } else if (local->second.listed_at) {
      // A list that worked before is better than none while the device does not answer.
      local->second.listed_at = context.input.steady;
    } else {
      local->second.list_failed = true;
    }
  }
  std::vector<std::uint64_t> waiting;
  for (const auto& [id, check] : context.state.checks) {
    if (check.waiting_for.count(device) > 0) waiting.push_back(id);
  }
  for (const std::uint64_t id : waiting) {
    context.state.checks.at(id).waiting_for.erase(device);
    consider(context, id, device);
    finish_if_complete(context, id);
  }
  // Only this round asks for the status instead: the next check tries the list again.
  if (local != context.state.devices.end()) local->second.list_failed = false;
}

void status_known(Context& context, std::uint64_t check, const std::string& device,
                  const ActionResult& result) {
  const auto found = context.state.checks.find(check);
  if (found == context.state.checks.end()) return;
  found->second.waiting_for.erase(device);
  const bool answered =
      result.ok() || (result.status == ExecutionStatus::kError && result.rc == kStatusOff);
  if (answered) found->second.capable.push_back(device);
  finish_if_complete(context, check);
}

void drop_checks_of(Context& context, const std::string& operation) {
  std::erase_if(context.state.checks, [&operation](const auto& item) {
    const auto* id = std::get_if<std::string>(&item.second.asker);
    return id != nullptr && *id == operation;
  });
}

}  // namespace systole::fencing
