#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "lib/base/score.h"
#include "policy/status/types.h"

namespace systole::model {
struct HistoryOperation;
struct NodeState;
struct OperationConfig;
}  // namespace systole::model

namespace systole::policy {

/// What was noticed on the way to a plan: no part of it, but worth telling to people.
namespace remark {

/// What is recorded of some node is not used: it lacks a name or an id, or names no known node.
struct StateIgnored {
  const model::NodeState* state = nullptr;
};
/// A node became one that only fencing makes certain.
struct FencingAsked {
  NodeId node;
  std::string_view reason;
};
/// An operation on record failed.
struct FailureRecorded {
  enum class Meaning : std::uint8_t {
    kUnexpected,   ///< what its on-fail says will be done about it
    kIgnored,      ///< its on-fail says that it does not matter
    kNoAgent,      ///< it would not matter, but its agent is not installed
    kNotHere,      ///< the resource cannot run on this node any more
    kNowhere,      ///< it cannot run on any node
    kUnstoppable,  ///< a stop that nothing can take the place of
  };
  RscId resource;
  NodeId node;
  const model::HistoryOperation* operation = nullptr;
  int rc = 0;
  int status = 0;
  Meaning meaning = Meaning::kUnexpected;
};
/// Failures of a resource do not expire, because one of them blocks it.
struct TimeoutIgnored {
  RscId resource;
};
/// A resource runs that is not configured any more.
struct RemovedActive {
  RscId resource;
  NodeId node;
};
/// What is recorded of the node itself says that it is in an unknown state.
struct NodeUnclean {
  NodeId node;
};
/// A resource (all instances of an anonymous clone) failed too often on a node.
struct ThresholdReached {
  RscId resource;
  NodeId node;
  base::Score failures;
  base::Score threshold;
};
/// A resource that shall run once was found on several nodes.
struct MultiplyActive {
  RscId resource;
  std::size_t nodes = 0;
};
/// An action cannot be done because of the state of its node.
struct NodeCannotAct {
  enum class State : std::uint8_t { kOffline, kPending };
  ActionId action;
  State state = State::kOffline;
};
/// Of two operations with one name and interval neither recurs.
struct SameOperation {
  const model::OperationConfig* first = nullptr;
  const model::OperationConfig* second = nullptr;
};

}  // namespace remark

using Remark = std::variant<remark::StateIgnored, remark::FencingAsked, remark::FailureRecorded,
                            remark::TimeoutIgnored, remark::RemovedActive, remark::NodeUnclean,
                            remark::ThresholdReached, remark::MultiplyActive, remark::NodeCannotAct,
                            remark::SameOperation>;

/// The remarks of one stage in the order in which they came up; none where nobody asked for them,
/// which then costs one test each.
class Remarks {
 public:
  explicit Remarks(bool asked = false) : asked_(asked) {}

  bool asked() const { return asked_; }
  template <typename Kind>
  void add(const Kind& remark) {
    if (asked_) list_.emplace_back(remark);
  }
  /// Makes the remarks since there were `count` once more.
  void repeat_from(std::size_t count) {
    const std::size_t end = list_.size();
    list_.reserve(2 * end - count);
    for (std::size_t i = count; i < end; ++i) list_.push_back(list_[i]);
  }
  const std::vector<Remark>& list() const { return list_; }

 private:
  bool asked_ = false;
  std::vector<Remark> list_;
};

}  // namespace systole::policy
