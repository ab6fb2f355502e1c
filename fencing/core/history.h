#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fencing/core/action.h"
#include "fencing/core/action_result.h"
#include "fencing/core/clock.h"

namespace systole::fencing {

/// The numbers travel as st_state and state.
enum class OperationState { kQuerying = 0, kExecuting = 1, kDone = 2, kDuplicate = 3, kFailed = 4 };

/// One fencing, running or ended, as history shows it. The same on every node.
struct HistoryEntry {
  std::string id;  ///< unique over the cluster
  std::string target;
  Action action = Action::kReboot;
  std::string origin;    ///< node where it was asked for
  std::string delegate;  ///< node whose device did it, or kHumanDelegate; empty while unknown
  std::string client;    ///< "name.pid" of who asked
  std::string client_id;
  WallTime date;  ///< when it ended, or when it was asked for
  OperationState state = OperationState::kQuerying;
  ActionResult result;
  bool operator==(const HistoryEntry&) const = default;
};

/// What stands for the delegate when a person confirmed that the node is down.
inline constexpr std::string_view kHumanDelegate = "a human";

/// The newest ended fencings, oldest first.
class History {
 public:
  static constexpr std::size_t kLimit = 500;

  /// Adds, or replaces the entry of the same id; the oldest goes when there are too many.
  void add(HistoryEntry entry);

  /// Removes the entries of `target`, or all for an empty one; returns how many.
  std::size_t clean_up(std::string_view target);

  /// The newest success of `action` on `target` that is not dated later than `latest` (seconds, as
  /// WallTime).
  const HistoryEntry* newest_success(std::string_view target, Action action,
                                     std::int64_t latest) const;

  const HistoryEntry* find(std::string_view id) const;
  void remove(std::string_view id);

  const std::vector<HistoryEntry>& entries() const { return entries_; }
  bool operator==(const History&) const = default;

 private:
  std::vector<HistoryEntry> entries_;
};

}  // namespace systole::fencing
