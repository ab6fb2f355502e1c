#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/client/executor_message.h"
#include "lib/daemon/event_loop.h"

namespace systole::ipc {
class Client;
}

namespace systole::client {

/// The controller's connection to the executor of its node. Nothing here blocks: every request is
/// answered through the event loop, exactly once, unless this object is destroyed before.
///
/// Errors of answers: kNotFound for a resource or recurring operation that the executor does not
/// know, kInvalidArgument, kPermission, kNotConnected when the connection was lost before the
/// answer (the request may have been carried out).
class ExecutorClient {
 public:
  struct Handlers {
    /// Connected and registered; also after each reconnection. Results that the executor holds
    /// come after this.
    std::function<void()> on_connected;
    /// The executor is gone. It is tried again until it is back.
    std::function<void()> on_disconnected;
    /// A result to be kept. Once it is recorded (in the CIB), confirm() it; until then the executor
    /// holds it. Never called twice for one number, unless this process is new.
    std::function<void(const ExecutorResult&)> on_result;
  };
  using Answer = std::function<void(base::Result<void>)>;

  /// `name` is how the executor's log calls us. `loop` outlives this. Tests serve elsewhere than at
  /// the executor's usual endpoint.
  ExecutorClient(daemon::EventLoop& loop, std::string name, Handlers handlers,
                 std::string endpoint = "lrmd");
  ~ExecutorClient();
  ExecutorClient(const ExecutorClient&) = delete;
  ExecutorClient& operator=(const ExecutorClient&) = delete;

  /// Connects, now and whenever the connection is lost.
  void start();
  bool connected() const { return phase_ == Phase::kRegistered; }

  /// Makes a resource known; needed before execute(). Known ones are no error.
  void register_resource(const ExecutorResource& resource, Answer done);
  /// Forgets a resource. kBusy: an operation runs, the resource goes when it ends.
  void unregister_resource(const std::string& id, Answer done);
  /// Starts an operation; answers the call id by which its results name it.
  void execute(const ExecutorOperation& operation, std::function<void(base::Result<int>)> done);
  /// Ends a recurring operation; its result with status cancelled follows.
  void cancel(const std::string& resource, const std::string& action, base::Milliseconds interval,
              Answer done);
  /// Runs an alert agent. The answer says that it was taken; how it ended is the executor's to log.
  void alert(const AlertRequest& alert, Answer done);
  void resource_info(const std::string& id,
                     std::function<void(base::Result<ExecutorResource>)> done);
  /// The operations of one resource, or of all when `resource` is empty, that have not ended. Asked
  /// in on_connected, the answer comes after the results that the executor holds.
  void recurring_operations(
      const std::string& resource,
      std::function<void(base::Result<std::vector<RecurringOperation>>)> done);

  /// Says that a result is recorded. Lost confirmations are repeated when the result comes again.
  void confirm(std::uint64_t result_number);

 private:
  enum class Phase { kIdle, kWaiting, kRegistering, kRegistered };
  using ReplyHandler = std::function<void(base::Result<xml::Element>)>;

  void connect();
  void retry();
  void lose();
  void on_event(const std::string& text);
  void on_reply(xml::Element reply);
  void on_notify(xml::Element notify);
  void request(std::string_view op, int options, xml::Document call_data, ReplyHandler done);
  bool send(const std::string& text);

  daemon::EventLoop& loop_;
  std::string name_;
  std::string endpoint_;
  Handlers handlers_;
  Phase phase_ = Phase::kIdle;
  std::unique_ptr<ipc::Client> connection_;
  daemon::Timer retry_timer_;
  std::uint64_t last_request_ = 0;
  std::map<std::string, ReplyHandler> waiting_;  ///< by lrmd_async_id
  std::set<std::uint64_t> given_;                ///< results passed on and not confirmed
  std::set<std::uint64_t> confirmed_;            ///< whose confirmation may have been lost
};

}  // namespace systole::client
