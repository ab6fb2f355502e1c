#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/client/fencer_message.h"
#include "lib/daemon/event_loop.h"

namespace systole::ipc {
class Client;
}

namespace systole::client {

/// A daemon's connection to the fencer of its node. Nothing here blocks. Every call is answered
/// through the event loop exactly once, unless this object is destroyed before; a call that cannot
/// be sent is answered too.
///
/// When the fencer is lost, calls under way are answered with kNotConnected: the fencing may or may
/// not have happened, and has to be asked for again. The connection is tried again every 200 ms.
class FencerClient {
 public:
  struct Handlers {
    /// Connected; also after each reconnection.
    std::function<void()> on_connected{};
    std::function<void()> on_disconnected{};
    /// A fencing has ended, whoever asked for it, on any node.
    std::function<void(const FenceEvent&)> on_fence{};
  };
  /// An error means that there is no answer (kNotConnected, kTimeout, kProtocol); what failed is in
  /// the result.
  using Answer = std::function<void(base::Result<FencerResult>)>;

  /// `name` is how the fencer's log and the history call us. `loop` outlives this.
  FencerClient(daemon::EventLoop& loop, std::string name, Handlers handlers);
  ~FencerClient();
  FencerClient(const FencerClient&) = delete;
  FencerClient& operator=(const FencerClient&) = delete;

  /// Connects from the loop, soon, and again whenever the connection is lost.
  void start();
  bool connected() const { return connection_ != nullptr; }

  /// Fences. Success means that a device or a person has confirmed it.
  void fence(const FenceRequest& request, Answer done);

  /// Makes a device known to the fencer of this node (the start of a stonith resource) and takes
  /// that back (its stop). Devices of the CIB are known without.
  void register_device(const FencerDevice& device, Answer done);
  void remove_device(std::string_view id, Answer done);

  /// Runs an action of a device on this node: monitor, list, status.
  void execute(std::string_view device, std::string_view action, std::chrono::seconds timeout,
               Answer done);

  /// The fencings of `target`, or of all when it is empty.
  void history(std::string_view target,
               std::function<void(base::Result<std::vector<FenceEvent>>)> done);

 private:
  using RawAnswer = std::function<void(base::Result<xml::Element>)>;
  struct Call {
    RawAnswer done;
    daemon::Timer timer;
  };

  void connect();
  void retry();
  void lose(const base::Error& why);
  void on_event(const std::string& text);
  void on_reply(xml::Element reply);
  void on_timeout_value(xml::Element value);
  void call(FencerCall frame, const xml::Document* input, RawAnswer done);
  void simple_call(FencerCall frame, const xml::Document& input, Answer done);
  void arm(int call, std::chrono::seconds limit);
  void answer(int call, base::Result<xml::Element> result);

  daemon::EventLoop& loop_;
  std::string name_;
  Handlers handlers_;
  std::unique_ptr<ipc::Client> connection_;
  daemon::Timer retry_timer_;
  std::map<int, Call> calls_;
  int last_call_ = 1;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace systole::client
