#include "lib/client/cib_watcher.h"

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/cib/patchset.h"
#include "lib/client/cib_message.h"
#include "lib/client/remote_cib.h"
#include "lib/ipc/client.h"

namespace systole::client {

constexpr std::chrono::seconds kRetryDelay{1};
/// Pacemaker 2.1's daemon loses a message of a client elsewhere that comes together with the one
/// before, when the connection is not encrypted; this one follows a message without an answer.
constexpr std::chrono::milliseconds kRemotePause{200};
constexpr std::chrono::seconds kRemoteSendTimeout{5};

/// Shared with the callbacks on the loop, which hold it weakly: a handler may destroy the watcher.
class CibWatcher::Impl : public std::enable_shared_from_this<CibWatcher::Impl> {
 public:
  Impl(daemon::EventLoop& loop, std::string client_name, Handlers handlers,
       CibWatcher::Source source)
      : loop_(loop),
        client_name_(std::move(client_name)),
        handlers_(std::move(handlers)),
        source_(std::move(source)) {}

  void connect_after(std::chrono::nanoseconds delay);
  const xml::Document* cib() const { return cib_ ? &*cib_ : nullptr; }
  bool connected() const { return connection_ != nullptr || remote_ != nullptr; }

 private:
  void connect();
  void connect_to_service(const std::string& service);
  void connect_to_remote(const RemoteCibSource& source);
  template <typename Connection>
  base::Result<void> attach(Connection& connection);
  base::Result<void> subscribe();
  base::Result<void> subscribe_remote();
  base::Result<void> query();
  void disconnected(const base::Error& why);
  void on_event(const std::string& text);
  void on_reply(const xml::Document& reply);
  void on_diff(const xml::Document& notification);
  void on_failure(const base::Result<void>& result);

  daemon::EventLoop& loop_;
  std::string client_name_;
  Handlers handlers_;
  CibWatcher::Source source_;
  /// One of them, while connected.
  std::unique_ptr<ipc::Client> connection_;
  std::unique_ptr<remote::Client> remote_;
  daemon::Timer pause_;
  daemon::Timer retry_;
  std::optional<xml::Document> cib_;
  bool lost_reported_ = false;
  int last_call_ = 1;
  /// The call whose answer will be the new copy; 0 when none is under way. Patchsets that come
  /// meanwhile are part of that answer or follow it.
  int query_ = 0;
};

void CibWatcher::Impl::connect_after(std::chrono::nanoseconds delay) {
  retry_ = loop_.call_after(delay, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->connect();
  });
}

void CibWatcher::Impl::connect() {
  if (const auto* service = std::get_if<std::string>(&source_)) {
    connect_to_service(*service);
  } else {
    connect_to_remote(std::get<RemoteCibSource>(source_));
  }
}

void CibWatcher::Impl::connect_to_service(const std::string& service) {
  base::Result<std::unique_ptr<ipc::Client>> connection =
      ipc::Client::connect(service, {.connect_timeout = std::chrono::milliseconds(500)});
  if (!connection) {
    disconnected(connection.error());
    return;
  }
  connection_ = std::move(*connection);
  if (const base::Result<void> subscribed = subscribe(); !subscribed) {
    disconnected(subscribed.error());
  }
}

void CibWatcher::Impl::connect_to_remote(const RemoteCibSource& source) {
  base::Result<std::unique_ptr<remote::Client>> connection = log_in(source);
  if (!connection) {
    disconnected(connection.error());
    return;
  }
  remote_ = std::move(*connection);
  if (const base::Result<void> subscribed = subscribe_remote(); !subscribed) {
    disconnected(subscribed.error());
  }
}

template <typename Connection>
base::Result<void> CibWatcher::Impl::attach(Connection& connection) {
  return connection.attach(
      loop_,
      [weak = weak_from_this()](const std::string& text) {
        if (const auto self = weak.lock()) self->on_event(text);
      },
      [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self) self->disconnected({base::Errc::kNotConnected, "the CIB's daemon went away"});
      });
}

base::Result<void> CibWatcher::Impl::subscribe_remote() {
  if (base::Result<void> attached = attach(*remote_); !attached) return attached;
  pause_ = loop_.call_after(kRemotePause, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->on_failure(self->query());
  });
  return remote_->send(subscribe_message("cib_diff_notify", "cib_command"), kRemoteSendTimeout);
}

base::Result<void> CibWatcher::Impl::subscribe() {
  if (base::Result<void> attached = attach(*connection_); !attached) return attached;
  // Without asking for responses: those would have to be waited for.
  for (const std::string& message :
       {register_message(client_name_), subscribe_message("cib_diff_notify")}) {
    const base::Result<std::int32_t> sent = connection_->send(message);
    if (!sent) return sent.error();
  }
  return query();
}

base::Result<void> CibWatcher::Impl::query() {
  query_ = ++last_call_;
  const CibCall call{.options = cib::CallOption::kScopeLocal};
  const std::string message = call_message(call, "", query_);
  if (remote_) return remote_->send(message, kRemoteSendTimeout);
  const base::Result<std::int32_t> sent = connection_->send(message);
  if (!sent) return sent.error();
  return {};
}

void CibWatcher::Impl::disconnected(const base::Error& why) {
  connection_.reset();
  remote_.reset();
  pause_.cancel();
  query_ = 0;
  connect_after(kRetryDelay);
  if (lost_reported_) return;
  lost_reported_ = true;
  const auto keep_alive = shared_from_this();
  if (handlers_.lost) handlers_.lost(why);
}

void CibWatcher::Impl::on_failure(const base::Result<void>& result) {
  if (!result) disconnected(result.error());
}

void CibWatcher::Impl::on_event(const std::string& text) {
  const base::Result<xml::Document> event = xml::Document::parse(text);
  if (!event) {
    base::log(base::LogLevel::kWarning,
              "Ignoring a message from the CIB's daemon: ", event.error().message);
    return;
  }
  const auto keep_alive = shared_from_this();
  const xml::Element root = event->root();
  if (root.attribute_or("t", "") == "cib_notify") {
    if (root.attribute_or("subt", "") == "cib_diff_notify") on_diff(*event);
  } else if (root.attribute_or("cib_op", "") == "cib_query") {
    on_reply(*event);
  }
}

void CibWatcher::Impl::on_reply(const xml::Document& reply) {
  if (query_ == 0) return;
  base::Result<CibAnswer> answer = read_reply(reply, query_);
  if (!answer) return;  // the answer to a query that was overtaken
  query_ = 0;
  if (!answer->verdict || !answer->data) {
    disconnected(answer->verdict ? base::Error{base::Errc::kProtocol, "a query without data"}
                                 : answer->verdict.error());
    return;
  }
  cib_ = std::move(*answer->data);
  lost_reported_ = false;
  if (handlers_.changed) handlers_.changed(*cib_, xml::Element());
}

void CibWatcher::Impl::on_diff(const xml::Document& notification) {
  if (query_ != 0 || !cib_) return;
  const xml::Element root = notification.root();
  if (root.attribute_or("cib_rc", "0") != "0") return;
  const xml::Element result = root.first_child("cib_update_result");
  const xml::Element patch = result ? result.first_child("diff") : xml::Element();
  const base::Result<void> applied =
      patch ? cib::apply_patchset(*cib_, patch)
            : base::Result<void>(base::Errc::kProtocol, "a notification without a patchset");
  if (applied) {
    if (handlers_.changed) handlers_.changed(*cib_, patch);
  } else if (applied.error().code != base::Errc::kOldData) {
    // Older patchsets are those that the copy had already when it was read.
    on_failure(query());
  }
}

CibWatcher::CibWatcher(daemon::EventLoop& loop, std::string client_name, Handlers handlers,
                       Source source)
    : impl_(std::make_shared<Impl>(loop, std::move(client_name), std::move(handlers),
                                   std::move(source))) {}

CibWatcher::~CibWatcher() = default;

void CibWatcher::start() {
  impl_->connect_after(std::chrono::nanoseconds(0));
}

const xml::Document* CibWatcher::cib() const {
  return impl_->cib();
}

bool CibWatcher::connected() const {
  return impl_->connected();
}

}  // namespace systole::client
