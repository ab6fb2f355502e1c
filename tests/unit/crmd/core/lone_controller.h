#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "crmd/core/controller.h"
#include "crmd/core/message.h"
#include "lib/cib/document.h"

namespace systole::crmd {

/// A cluster of one node: what its controller multicasts comes back, what it writes reaches the
/// disk.
class LoneController : public testing::Test {
 protected:
  LoneController() {
    event::Started started;
    started.self = kSelf;
    started.incarnation = "boot";
    started.process = 1;
    started.transition_uuid = "00000000-0000-4000-8000-000000000000";
    started.nodes = {{.number = kSelf, .name = "node1"}};
    step(started);
    step(event::QuorumChanged{.quorate = true, .members = {kSelf}, .expected_votes = 1});
    step(event::ViewChanged{.members = {kSelf}, .joined = {kSelf}, .left = {}});
    step(event::ExecutorConnected{});
  }

  void step(Event event) {
    events_.push_back(std::move(event));
    while (!events_.empty()) {
      const Event next = std::move(events_.front());
      events_.pop_front();
      for (Effect& effect : controller_.step(next, now_)) {
        if (auto* multicast = std::get_if<effect::Multicast>(&effect)) {
          if (auto message = decode(multicast->bytes)) sent_.push_back(std::move(*message));
          events_.push_back(event::Delivered{kSelf, multicast->bytes});
        } else if (auto* persist = std::get_if<effect::Persist>(&effect)) {
          events_.push_back(event::Persisted{persist->id, std::nullopt});
        } else if (auto* reply = std::get_if<effect::ReplyCib>(&effect)) {
          answer_ = reply->answer;
        } else if (auto* told = std::get_if<effect::ReplyResource>(&effect)) {
          resource_answer_ = told->answer;
        }
      }
    }
  }

  /// How many messages of this kind it has multicast.
  template <typename Kind>
  std::size_t sent() const {
    return static_cast<std::size_t>(
        std::count_if(sent_.begin(), sent_.end(),
                      [](const auto& message) { return std::holds_alternative<Kind>(message); }));
  }

  CibAnswer ask(const CibRequest& request) {
    answer_ = {};
    step(event::CibCall{CallToken(++token_), request});
    return answer_;
  }

  ResourceAnswer ask(const ResourceRequest& request) {
    resource_answer_ = {};
    step(event::ResourceCall{CallToken(++token_), request});
    return resource_answer_;
  }

  static constexpr NodeNumber kSelf{1};
  Controller controller_{nullptr};
  Now now_{.steady = Milliseconds(1000), .wall = Milliseconds(1700000000000), .utc_offset = 0};

 private:
  std::deque<Event> events_;
  std::vector<Message> sent_;
  std::uint64_t token_ = 0;
  CibAnswer answer_;
  ResourceAnswer resource_answer_;
};

}  // namespace systole::crmd
