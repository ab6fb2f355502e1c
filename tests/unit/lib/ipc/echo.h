#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "tests/unit/lib/ipc/server_thread.h"

namespace systole::ipc {

/// Answers each request with its own text, as response or as event.
class Echo {
 public:
  explicit Echo(Server::Limits limits = {})
      : thread_({.on_connect = [this](const Peer& peer) { last_peer = peer; },
                 .on_request = [this](const Peer& peer, Message message) { answer(peer, message); },
                 .on_disconnect = [this](const Peer&) { ++disconnects; }},
                limits) {}

  ServerThread& operator*() { return thread_; }
  ServerThread* operator->() { return &thread_; }

  bool wait_for(const std::function<bool()>& condition) {
    for (int i = 0; i < 500 && !condition(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return condition();
  }

  std::atomic<int> requests = 0;
  std::atomic<int> disconnects = 0;
  Peer last_peer;

 private:
  void answer(const Peer& peer, const Message& message) {
    ++requests;
    if (message.text == "<silent/>") return;
    const auto sent = message.expects_response()
                          ? thread_.server().respond(peer.connection, message.id, message.text)
                          : thread_.server().send_event(peer.connection, message.text);
    EXPECT_TRUE(sent.ok()) << sent.error().message;
  }

  ServerThread thread_;
};

}  // namespace systole::ipc
