#include "lib/client/executor_client.h"

#include <cerrno>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/ipc/client.h"

namespace systole::client {
namespace {

using base::Errc;
using base::LogLevel;
using xml::Document;
using xml::Element;
namespace wire = executor_wire;

constexpr base::Milliseconds kRetry{100};
constexpr base::Milliseconds kExecutorConnectTimeout{1000};
constexpr base::Milliseconds kSendTimeout{1000};

base::Error refusal(int number, std::string_view request) {
  switch (-number) {
    case ENODEV:
      return {Errc::kNotFound, base::cat(request, ": the executor knows no such resource")};
    case EOPNOTSUPP:
      return {Errc::kNotFound, base::cat(request, ": there is no such recurring operation")};
    case EINPROGRESS:
      return {Errc::kBusy, base::cat(request, ": an operation of the resource still runs")};
    case EACCES:
      return {Errc::kPermission, base::cat(request, ": the executor refuses it to us")};
    case EINVAL:
      return {Errc::kInvalidArgument, base::cat(request, ": the executor calls it invalid")};
    default:
      return {base::errc_from_legacy(number), base::cat(request, ": error ", number)};
  }
}

Document with_resource(const std::string& id) {
  Document call_data = Document::create(wire::kCallData);
  Element resource = call_data.root().append(wire::kResource);
  resource.set_attribute("lrmd_origin", "client");
  if (!id.empty()) resource.set_attribute("lrmd_rsc_id", id);
  return call_data;
}

ExecutorClient::Answer only_error(ExecutorClient::Answer done) {
  return done ? std::move(done) : [](const base::Result<void>&) {};
}

std::vector<RecurringOperation> read_recurring(Element reply) {
  std::vector<RecurringOperation> found;
  for (const Element resource : reply.children(wire::kResource)) {
    for (const Element each : resource.children(wire::kResourceOperation)) {
      found.push_back(
          {.resource = std::string(resource.attribute_or("lrmd_rsc_id", "")),
           .action = std::string(each.attribute_or("lrmd_rsc_action", "")),
           .interval = read_milliseconds(each, "lrmd_rsc_interval").value_or({}),
           .timeout = read_milliseconds(each, "lrmd_timeout").value_or({}),
           .user_data = std::string(each.attribute_or("lrmd_rsc_userdata_str", "")),
           .call = base::parse_integer<int>(each.attribute_or("lrmd_callid", "")).value_or(0)});
    }
  }
  return found;
}

}  // namespace

ExecutorClient::ExecutorClient(daemon::EventLoop& loop, std::string name, Handlers handlers,
                               std::string endpoint)
    : loop_(loop),
      name_(std::move(name)),
      endpoint_(std::move(endpoint)),
      handlers_(std::move(handlers)) {}

ExecutorClient::~ExecutorClient() = default;

void ExecutorClient::start() {
  if (phase_ == Phase::kIdle) connect();
}

void ExecutorClient::retry() {
  phase_ = Phase::kWaiting;
  retry_timer_ = loop_.call_after(kRetry, [this] { connect(); });
}

void ExecutorClient::connect() {
  base::Result<std::unique_ptr<ipc::Client>> made =
      ipc::Client::connect(endpoint_, {.connect_timeout = kExecutorConnectTimeout});
  if (!made) {
    retry();
    return;
  }
  connection_ = std::move(*made);
  const base::Result<void> attached = connection_->attach(
      loop_, [this](const std::string& text) { on_event(text); }, [this] { lose(); });
  Document command = Document::create(wire::kCommand);
  command.root().set_attribute("t", "lrmd");
  command.root().set_attribute("lrmd_op", wire::kOpRegister);
  command.root().set_attribute("lrmd_clientname", name_);
  command.root().set_attribute("lrmd_protocol_version", wire::kProtocolVersion);
  command.root().set_attribute("systole_answers", "event");
  command.root().set_attribute("lrmd_async_id", wire::kOpRegister);
  phase_ = Phase::kRegistering;
  waiting_[wire::kOpRegister] = [this](const base::Result<Element>& reply) {
    if (!reply) {
      base::log(LogLevel::kError, "cannot register with the executor: ", reply.error().message);
      return;
    }
    phase_ = Phase::kRegistered;
    if (handlers_.on_connected) handlers_.on_connected();
  };
  if (!attached || !send(command.compact())) lose();
}

void ExecutorClient::lose() {
  const bool was_registered = phase_ == Phase::kRegistered;
  connection_.reset();
  retry();
  // What the new executor sends again was perhaps not recorded by us; what we confirmed, it may
  // not have heard.
  const std::map<std::string, ReplyHandler> waiting = std::exchange(waiting_, {});
  for (const auto& [id, done] : waiting) {
    if (id == wire::kOpRegister) continue;
    done(base::Error{Errc::kNotConnected, "the connection to the executor was lost"});
  }
  if (was_registered && handlers_.on_disconnected) handlers_.on_disconnected();
}

bool ExecutorClient::send(const std::string& text) {
  const base::Result<std::int32_t> sent = connection_->send(text, kSendTimeout);
  if (!sent) base::log(LogLevel::kWarning, "cannot send to the executor: ", sent.error().message);
  return sent.ok();
}

void ExecutorClient::on_event(const std::string& text) {
  const base::Result<Document> document = Document::parse(text);
  if (!document) {
    base::log(LogLevel::kWarning,
              "the executor sent what is no message: ", document.error().message);
    return;
  }
  const Element root = document->root();
  if (root.is(wire::kReply)) {
    on_reply(root);
  } else if (root.is(wire::kNotify) && root.attribute_or("lrmd_op", "") == wire::kOpExecute) {
    on_notify(root);
  }
}

void ExecutorClient::on_reply(Element reply) {
  const auto found = waiting_.find(std::string(reply.attribute_or("lrmd_async_id", "")));
  if (found == waiting_.end()) return;
  const ReplyHandler done = std::move(found->second);
  const std::string request = found->first;
  waiting_.erase(found);
  const int rc = base::parse_integer<int>(reply.attribute_or("lrmd_rc", "")).value_or(-EPROTO);
  if (rc < 0) {
    done(refusal(rc, request));
  } else {
    done(reply);
  }
}

void ExecutorClient::on_notify(Element notify) {
  const base::Result<ExecutorResult> result = read_completion(notify);
  if (!result) {
    base::log(LogLevel::kWarning, "from the executor: ", result.error().message);
    return;
  }
  if (confirmed_.contains(result->number)) {
    confirm(result->number);
    return;
  }
  if (result->number != 0 && !given_.insert(result->number).second) return;
  if (handlers_.on_result) handlers_.on_result(*result);
}

void ExecutorClient::request(std::string_view op, int options, Document call_data,
                             ReplyHandler done) {
  if (!connected()) {
    // Not from within the call: callers expect their answer later.
    loop_.post([done = std::move(done)] {
      done(base::Error{Errc::kNotConnected, "there is no connection to the executor"});
    });
    return;
  }
  const std::string id = base::cat(op, " ", ++last_request_);
  Document command = Document::create(wire::kCommand);
  Element root = command.root();
  root.set_attribute("t", "lrmd");
  root.set_attribute("lrmd_async_id", id);
  root.set_attribute("lrmd_op", op);
  root.set_attribute("lrmd_timeout", 0);
  root.set_attribute("lrmd_callopt", options);
  root.append_copy(call_data.root());
  waiting_[id] = std::move(done);
  if (send(command.compact())) return;
  // A connection that takes nothing any more is as good as lost; not from within the call.
  loop_.post([this, connection = connection_.get()] {
    if (connection_.get() == connection) lose();
  });
}

void ExecutorClient::register_resource(const ExecutorResource& resource, Answer done) {
  Document data = with_resource(resource.id);
  Element element = data.root().first_child();
  element.set_attribute("lrmd_class", resource.agent.standard);
  if (!resource.agent.provider.empty()) {
    element.set_attribute("lrmd_provider", resource.agent.provider);
  }
  element.set_attribute("lrmd_type", resource.agent.type);
  request(wire::kOpRegisterResource, 0, std::move(data),
          [done = only_error(std::move(done))](const base::Result<Element>& reply) {
            done(reply ? base::Result<void>() : base::Result<void>(reply.error()));
          });
}

void ExecutorClient::unregister_resource(const std::string& id, Answer done) {
  request(wire::kOpUnregisterResource, 0, with_resource(id),
          [done = only_error(std::move(done))](const base::Result<Element>& reply) {
            done(reply ? base::Result<void>() : base::Result<void>(reply.error()));
          });
}

void ExecutorClient::execute(const ExecutorOperation& operation,
                             std::function<void(base::Result<int>)> done) {
  Document data = with_resource({});
  write_operation(data.root().first_child(), operation);
  const int options = (operation.only_to_originator ? wire::kOnlyOriginator : 0) |
                      (operation.only_changes ? wire::kOnlyChanges : 0);
  request(wire::kOpExecute, options, std::move(data),
          [done = std::move(done)](const base::Result<Element>& reply) {
            if (!reply) {
              done(reply.error());
              return;
            }
            done(base::parse_integer<int>(reply->attribute_or("lrmd_rc", "")).value_or(0));
          });
}

void ExecutorClient::cancel(const std::string& resource, const std::string& action,
                            base::Milliseconds interval, Answer done) {
  Document data = with_resource(resource);
  Element element = data.root().first_child();
  element.set_attribute("lrmd_rsc_action", action);
  element.set_attribute("lrmd_rsc_interval", interval.count());
  request(wire::kOpCancel, 0, std::move(data),
          [done = only_error(std::move(done))](const base::Result<Element>& reply) {
            done(reply ? base::Result<void>() : base::Result<void>(reply.error()));
          });
}

void ExecutorClient::alert(const AlertRequest& alert, Answer done) {
  Document data = Document::create(wire::kCallData);
  Element element = data.root().append("lrmd_alert");
  element.set_attribute("lrmd_origin", "client");
  element.set_attribute("lrmd_alert_id", alert.id);
  element.set_attribute("lrmd_alert_path", alert.path);
  element.set_attribute("lrmd_timeout", alert.timeout.count());
  write_parameters(element, alert.environment);
  request(wire::kOpAlert, wire::kOnlyOriginator, std::move(data),
          [done = only_error(std::move(done))](const base::Result<Element>& reply) {
            done(reply ? base::Result<void>() : base::Result<void>(reply.error()));
          });
}

void ExecutorClient::resource_info(const std::string& id,
                                   std::function<void(base::Result<ExecutorResource>)> done) {
  request(wire::kOpResourceInfo, 0, with_resource(id),
          [done = std::move(done)](const base::Result<Element>& reply) {
            if (!reply) {
              done(reply.error());
              return;
            }
            done(ExecutorResource{
                .id = std::string(reply->attribute_or("lrmd_rsc_id", "")),
                .agent = {.standard = std::string(reply->attribute_or("lrmd_class", "")),
                          .provider = std::string(reply->attribute_or("lrmd_provider", "")),
                          .type = std::string(reply->attribute_or("lrmd_type", ""))}});
          });
}

void ExecutorClient::recurring_operations(
    const std::string& resource,
    std::function<void(base::Result<std::vector<RecurringOperation>>)> done) {
  Document data = resource.empty() ? Document::create(wire::kCallData) : with_resource(resource);
  request(wire::kOpGetRecurring, 0, std::move(data),
          [done = std::move(done)](const base::Result<Element>& reply) {
            if (!reply) {
              done(reply.error());
              return;
            }
            done(read_recurring(*reply));
          });
}

void ExecutorClient::confirm(std::uint64_t result_number) {
  if (result_number == 0) return;
  given_.erase(result_number);
  confirmed_.insert(result_number);
  if (!connected()) return;
  Document data = Document::create(wire::kCallData);
  data.root().append("result").set_attribute("number", static_cast<long long>(result_number));
  request(wire::kOpConfirm, 0, std::move(data),
          [this, result_number](const base::Result<Element>& reply) {
            if (reply) confirmed_.erase(result_number);
          });
}

}  // namespace systole::client
