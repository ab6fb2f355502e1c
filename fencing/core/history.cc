#include "fencing/core/history.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace systole::fencing {

void History::add(HistoryEntry entry) {
  std::erase_if(entries_, [&entry](const HistoryEntry& known) { return known.id == entry.id; });
  // Sorted by date and id, so that histories that were merged in any order are equal.
  const auto place = std::upper_bound(entries_.begin(), entries_.end(), entry,
                                      [](const HistoryEntry& a, const HistoryEntry& b) {
                                        return std::tie(a.date, a.id) < std::tie(b.date, b.id);
                                      });
  entries_.insert(place, std::move(entry));
  if (entries_.size() > kLimit) entries_.erase(entries_.begin());
}

std::size_t History::clean_up(std::string_view target) {
  return std::erase_if(entries_, [target](const HistoryEntry& entry) {
    return target.empty() || entry.target == target;
  });
}

const HistoryEntry* History::newest_success(std::string_view target, Action action,
                                            std::int64_t latest) const {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (entry->target == target && entry->action == action &&
        entry->state == OperationState::kDone && entry->date.seconds <= latest) {
      return &*entry;
    }
  }
  return nullptr;
}

const HistoryEntry* History::find(std::string_view id) const {
  for (const HistoryEntry& entry : entries_) {
    if (entry.id == id) return &entry;
  }
  return nullptr;
}

void History::remove(std::string_view id) {
  std::erase_if(entries_, [id](const HistoryEntry& entry) { return entry.id == id; });
}

}  // namespace systole::fencing
