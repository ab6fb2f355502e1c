#pragma once

#include <unistd.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"
#include "lib/ipc/server.h"

namespace systole::ipc {

/// A service name that nobody else on this machine uses.
inline std::string unique_service_name() {
  static std::atomic<int> counter = 0;
  return base::cat("systole-test-", getpid(), "-", ++counter);
}

/// A server with a loop in a thread of its own.
class ServerThread {
 public:
  explicit ServerThread(Server::Handlers handlers, Server::Limits limits = {})
      : name_(unique_service_name()) {
    std::promise<void> started;
    thread_ = std::thread([this, &started, handlers = std::move(handlers), limits]() mutable {
      daemon::EventLoop loop;
      loop_ = &loop;
      auto server = Server::start(loop, name_, std::move(handlers), limits);
      server_ = server.ok() ? server->get() : nullptr;
      started.set_value();
      loop.run();
      server_ = nullptr;
    });
    started.get_future().wait();
  }
  ~ServerThread() { stop(); }
  ServerThread(const ServerThread&) = delete;
  ServerThread& operator=(const ServerThread&) = delete;

  /// Ends the loop, then the server: what clients see when a daemon dies.
  void stop() {
    if (!thread_.joinable()) return;
    loop_->stop();
    thread_.join();
  }

  /// Runs `work` in the server's thread and waits for it.
  void in_loop(const std::function<void(Server&)>& work) {
    std::promise<void> done;
    loop_->post([&] {
      work(*server_);
      done.set_value();
    });
    done.get_future().wait();
  }

  const std::string& name() const { return name_; }
  bool started() const { return server_ != nullptr; }
  /// For handlers, which run in the server's thread.
  Server& server() { return *server_; }

 private:
  std::string name_;
  std::thread thread_;
  daemon::EventLoop* loop_ = nullptr;
  Server* server_ = nullptr;
};

}  // namespace systole::ipc
