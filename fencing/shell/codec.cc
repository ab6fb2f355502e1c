#include "fencing/shell/codec.h"

#include <utility>

#include "lib/base/strings.h"
#include "lib/xml/document.h"

namespace systole::fencing {
namespace {

using base::cat;
using base::Errc;
using base::Error;
using xml::Document;
using xml::Element;

constexpr int kFormat = 1;
constexpr std::size_t kOutputMax = 2048;
constexpr std::string_view kRoot = "fencer";

// Writing. Attributes are short because a synchronisation can carry hundreds of entries.

void put(Element element, const ActionResult& result) {
  element.set_attribute("status", static_cast<int>(result.status));
  element.set_attribute("rc", result.rc);
  if (!result.reason.empty()) element.set_attribute("reason", result.reason.substr(0, kOutputMax));
  if (!result.output.empty()) element.set_attribute("output", result.output.substr(0, kOutputMax));
}

void put(Element element, WallTime date) {
  element.set_attribute("date", date.seconds);
  element.set_attribute("nsec", date.nanoseconds);
}

void put(Element element, const HistoryEntry& entry) {
  element.set_attribute("id", entry.id);
  element.set_attribute("target", entry.target);
  element.set_attribute("action", to_string(entry.action));
  element.set_attribute("origin", entry.origin);
  if (!entry.delegate.empty()) element.set_attribute("delegate", entry.delegate);
  element.set_attribute("client", entry.client);
  element.set_attribute("client-id", entry.client_id);
  element.set_attribute("state", static_cast<int>(entry.state));
  put(element, entry.date);
  put(element, entry.result);
}

void put(Element element, const FenceOrder& order) {
  element.set_attribute("timeout", order.timeout.count());
  element.set_attribute("tolerance", order.tolerance.count());
  if (order.delay) element.set_attribute("delay", order.delay->count());
  element.set_attribute("self", order.allow_self ? 1 : 0);
}

void put(Element parent, const std::vector<DeviceOffer>& offers) {
  for (const DeviceOffer& offer : offers) {
    Element row = parent.append("offer");
    row.set_attribute("device", offer.device);
    row.set_attribute("verified", offer.verified ? 1 : 0);
    row.set_attribute("required", offer.required ? 1 : 0);
    row.set_attribute("timeout", offer.timeout.count());
    row.set_attribute("off-timeout", offer.off_timeout.count());
    row.set_attribute("on-timeout", offer.on_timeout.count());
    row.set_attribute("delay-base", offer.delay_base.count());
    row.set_attribute("delay-max", offer.delay_max.count());
  }
}

void put(Element parent, const Plan& plan) {
  for (const Route& route : plan.routes) {
    Element routed = parent.append("route");
    for (const Step& step : route.steps) {
      Element row = routed.append("step");
      row.set_attribute("device", step.device);
      row.set_attribute("action", to_string(step.action));
      row.set_attribute("timeout", step.timeout.count());
      row.set_attribute("delay", step.delay.count());
      row.set_attribute("may-fail", step.may_fail ? 1 : 0);
      for (const NodeNumber node : step.executors) {
        row.append("executor").set_attribute("node", node.value());
      }
    }
  }
}

void put(Element parent, const Operation& operation) {
  put(parent, operation.entry);
  put(parent.append("order"), operation.order);
  for (const Requester& requester : operation.requesters) {
    Element row = parent.append("requester");
    row.set_attribute("node", requester.node.value());
    row.set_attribute("token", static_cast<long long>(requester.token.value()));
  }
  for (const auto& [node, offers] : operation.answers) {
    Element row = parent.append("answer");
    row.set_attribute("node", node.value());
    put(row, offers);
  }
  if (operation.plan) put(parent.append("plan"), *operation.plan);
  parent.set_attribute("route", static_cast<long long>(operation.cursor.route));
  parent.set_attribute("step", static_cast<long long>(operation.cursor.step));
  parent.set_attribute("executor", static_cast<long long>(operation.cursor.executor));
  parent.set_attribute("attempt", operation.attempt);
  parent.set_attribute("executing", operation.executing ? 1 : 0);
  parent.set_attribute("queued", operation.queued.count());
  parent.set_attribute("failed", operation.failed_before ? 1 : 0);
  parent.set_attribute("returned", operation.target_returned ? 1 : 0);
  put(parent.append("failure"), operation.last_failure);
}

struct Writer {
  Element root;

  void operator()(const RequestMessage& message) {
    root.set_attribute("kind", "request");
    put(root, message.entry);
    put(root.append("order"), message.order);
    root.set_attribute("token", static_cast<long long>(message.token.value()));
  }
  void operator()(const AnswerMessage& message) {
    root.set_attribute("kind", "answer");
    root.set_attribute("operation", message.operation);
    put(root, message.offers);
  }
  void operator()(const PlanMessage& message) {
    root.set_attribute("kind", "plan");
    root.set_attribute("operation", message.operation);
    put(root, message.plan);
  }
  void operator()(const ResultMessage& message) {
    root.set_attribute("kind", "result");
    attempt(message.operation, message.attempt, message.result, message.date);
  }
  void operator()(const GiveUpMessage& message) {
    root.set_attribute("kind", "give-up");
    attempt(message.operation, message.attempt, message.result, message.date);
  }
  void operator()(const ConfirmMessage& message) {
    root.set_attribute("kind", "confirm");
    put(root, message.entry);
    root.set_attribute("token", static_cast<long long>(message.token.value()));
  }
  void operator()(const CleanupMessage& message) {
    root.set_attribute("kind", "cleanup");
    root.set_attribute("target", message.target);
    root.set_attribute("token", static_cast<long long>(message.token.value()));
  }
  void operator()(const MarkMessage& message) {
    root.set_attribute("kind", "mark");
    root.set_attribute("exchange", cat(message.exchange));
  }
  void operator()(const SyncMessage& message) {
    root.set_attribute("kind", "sync");
    root.set_attribute("exchange", cat(message.exchange));
    root.set_attribute("name", message.name);
    for (const HistoryEntry& entry : message.state.history) put(root.append("ended"), entry);
    for (const Operation& operation : message.state.operations) {
      put(root.append("operation"), operation);
    }
    for (const Delivery& delivery : message.state.backlog) {
      Element row = root.append("held");
      row.set_attribute("sender", delivery.sender.value());
      std::visit(Writer{row}, delivery.message);
    }
  }
  void operator()(const WaitMessage& message) {
    root.set_attribute("kind", "wait");
    root.set_attribute("operation", message.operation);
    root.set_attribute("attempt", message.attempt);
    root.set_attribute("wait", message.wait.count());
  }
  void attempt(const std::string& operation, std::uint32_t number, const ActionResult& result,
               WallTime date) {
    root.set_attribute("operation", operation);
    root.set_attribute("attempt", number);
    put(root, result);
    put(root, date);
  }
};

// Reading. A number that is missing or none reads as 0, which no rule of the core trusts.

template <typename T>
T number(Element element, std::string_view name) {
  return base::parse_integer<T>(element.attribute_or(name, "")).value_or(T{});
}

std::string text(Element element, std::string_view name) {
  return std::string(element.attribute_or(name, ""));
}

milliseconds duration(Element element, std::string_view name) {
  return milliseconds(number<std::int64_t>(element, name));
}

NodeNumber node(Element element, std::string_view name) {
  return NodeNumber(number<std::uint32_t>(element, name));
}

Token token(Element element) {
  return Token(number<std::uint64_t>(element, "token"));
}

Action action(Element element) {
  return parse_action(element.attribute_or("action", "")).value_or(Action::kOff);
}

ActionResult result(Element element) {
  return {.status = static_cast<ExecutionStatus>(number<int>(element, "status")),
          .rc = element.attribute("rc") ? number<int>(element, "rc") : kRcError,
          .reason = text(element, "reason"),
          .output = text(element, "output")};
}

WallTime date(Element element) {
  return {.seconds = number<std::int64_t>(element, "date"),
          .nanoseconds = number<std::int64_t>(element, "nsec")};
}

HistoryEntry entry(Element element) {
  HistoryEntry read;
  read.id = text(element, "id");
  read.target = text(element, "target");
  read.action = action(element);
  read.origin = text(element, "origin");
  read.delegate = text(element, "delegate");
  read.client = text(element, "client");
  read.client_id = text(element, "client-id");
  read.state = static_cast<OperationState>(number<int>(element, "state"));
  read.date = date(element);
  read.result = result(element);
  return read;
}

FenceOrder order(Element parent) {
  FenceOrder read;
  const Element element = parent.first_child("order");
  if (!element) return read;
  read.timeout = duration(element, "timeout");
  read.tolerance = duration(element, "tolerance");
  read.delay.reset();
  if (element.attribute("delay")) read.delay = duration(element, "delay");
  read.allow_self = number<int>(element, "self") != 0;
  return read;
}

std::vector<DeviceOffer> offers(Element parent) {
  std::vector<DeviceOffer> read;
  for (const Element row : parent.children("offer")) {
    read.push_back({.device = text(row, "device"),
                    .verified = number<int>(row, "verified") != 0,
                    .required = number<int>(row, "required") != 0,
                    .timeout = duration(row, "timeout"),
                    .off_timeout = duration(row, "off-timeout"),
                    .on_timeout = duration(row, "on-timeout"),
                    .delay_base = duration(row, "delay-base"),
                    .delay_max = duration(row, "delay-max")});
  }
  return read;
}

Plan plan(Element parent) {
  Plan read;
  for (const Element routed : parent.children("route")) {
    Route& route = read.routes.emplace_back();
    for (const Element row : routed.children("step")) {
      Step step{.device = text(row, "device"),
                .action = action(row),
                .executors = {},
                .timeout = duration(row, "timeout"),
                .delay = duration(row, "delay"),
                .may_fail = number<int>(row, "may-fail") != 0};
      for (const Element executor : row.children("executor")) {
        step.executors.push_back(node(executor, "node"));
      }
      route.steps.push_back(std::move(step));
    }
  }
  return read;
}

/// Whether the cursor of an operation lies within its plan; others would be walked past the end.
bool is_consistent(const Operation& operation) {
  if (!operation.plan) return !operation.executing;
  const Cursor& cursor = operation.cursor;
  if (cursor.route >= operation.plan->routes.size()) return false;
  const auto& steps = operation.plan->routes[cursor.route].steps;
  return cursor.step < steps.size() && cursor.executor < steps[cursor.step].executors.size();
}

Operation operation(Element element) {
  Operation read;
  read.entry = entry(element);
  read.order = order(element);
  for (const Element row : element.children("requester")) {
    read.requesters.push_back({.node = node(row, "node"), .token = token(row)});
  }
  for (const Element row : element.children("answer")) {
    read.answers[node(row, "node")] = offers(row);
  }
  if (const Element planned = element.first_child("plan")) read.plan = plan(planned);
  read.cursor = {.route = number<std::size_t>(element, "route"),
                 .step = number<std::size_t>(element, "step"),
                 .executor = number<std::size_t>(element, "executor")};
  read.attempt = number<std::uint32_t>(element, "attempt");
  read.executing = number<int>(element, "executing") != 0;
  read.queued = duration(element, "queued");
  read.failed_before = number<int>(element, "failed") != 0;
  read.target_returned = number<int>(element, "returned") != 0;
  if (const Element failed = element.first_child("failure")) read.last_failure = result(failed);
  return read;
}

base::Result<Message> read_message(Element root);

base::Result<Message> read_sync(Element root) {
  SyncMessage message{
      .exchange = number<std::uint64_t>(root, "exchange"), .name = text(root, "name"), .state = {}};
  for (const Element row : root.children("ended")) message.state.history.push_back(entry(row));
  for (const Element row : root.children("operation")) {
    Operation read = operation(row);
    if (!is_consistent(read)) {
      return Error{Errc::kProtocol, cat("operation ", read.entry.id, " contradicts itself")};
    }
    message.state.operations.push_back(std::move(read));
  }
  for (const Element row : root.children("held")) {
    auto held = read_message(row);
    if (!held) return held.error();
    message.state.backlog.push_back({.sender = node(row, "sender"), .message = std::move(*held)});
  }
  return Message(std::move(message));
}

base::Result<Message> read_message(Element root) {
  const std::string_view kind = root.attribute_or("kind", "");
  const std::string id = text(root, "operation");
  if (kind == "request") {
    return Message(
        RequestMessage{.entry = entry(root), .order = order(root), .token = token(root)});
  }
  if (kind == "answer") return Message(AnswerMessage{.operation = id, .offers = offers(root)});
  if (kind == "plan") return Message(PlanMessage{.operation = id, .plan = plan(root)});
  if (kind == "result" || kind == "give-up") {
    const auto attempt = number<std::uint32_t>(root, "attempt");
    if (kind == "result") {
      return Message(ResultMessage{
          .operation = id, .attempt = attempt, .result = result(root), .date = date(root)});
    }
    return Message(GiveUpMessage{
        .operation = id, .attempt = attempt, .result = result(root), .date = date(root)});
  }
  if (kind == "confirm") return Message(ConfirmMessage{.entry = entry(root), .token = token(root)});
  if (kind == "cleanup") {
    return Message(CleanupMessage{.target = text(root, "target"), .token = token(root)});
  }
  if (kind == "mark") {
    return Message(MarkMessage{.exchange = number<std::uint64_t>(root, "exchange")});
  }
  if (kind == "sync") return read_sync(root);
  if (kind == "wait") {
    return Message(WaitMessage{.operation = id,
                               .attempt = number<std::uint32_t>(root, "attempt"),
                               .wait = duration(root, "wait")});
  }
  return Error{Errc::kProtocol, cat("a fencer's message of unknown kind '", kind, "'")};
}

}  // namespace

std::string encode(const Message& message) {
  Document document = Document::create(kRoot);
  document.root().set_attribute("format", kFormat);
  std::visit(Writer{document.root()}, message);
  return document.compact();
}

base::Result<Message> decode(std::string_view bytes) {
  const auto document = Document::parse(bytes);
  if (!document) return Error{Errc::kProtocol, document.error().message};
  const Element root = document->root();
  if (!root.is(kRoot)) return Error{Errc::kProtocol, cat("<", root.name(), "> is no message")};
  if (number<int>(root, "format") != kFormat) {
    return Error{Errc::kVersion,
                 cat("a fencer's message of format ", root.attribute_or("format", "?"))};
  }
  return read_message(root);
}

}  // namespace systole::fencing
