#include "policy/status/score_tables.h"

#include <algorithm>

namespace systole::policy {

void ScoreTables::add_nodes(std::size_t count) {
  if (count == 0) return;
  const std::size_t wider = nodes_ + count;
  std::vector<TableCell> cells(rows_ * wider);
  for (std::size_t row = 0; row < rows_; ++row) {
    std::copy_n(cells_.begin() + static_cast<std::ptrdiff_t>(row * nodes_), nodes_,
                cells.begin() + static_cast<std::ptrdiff_t>(row * wider));
  }
  cells_ = std::move(cells);
  nodes_ = wider;
}

void ScoreTables::add_resources(std::size_t count) {
  rows_ += count;
  cells_.resize(rows_ * nodes_);
}

ScoreTables::Row ScoreTables::row(RscId rsc) const {
  const auto first = cells_.begin() + static_cast<std::ptrdiff_t>(rsc.value() * nodes_);
  return Row(first, first + static_cast<std::ptrdiff_t>(nodes_));
}

void ScoreTables::set_row(RscId rsc, const Row& row) {
  std::copy(row.begin(), row.end(),
            cells_.begin() + static_cast<std::ptrdiff_t>(rsc.value() * nodes_));
}

void ScoreTables::clear_row(RscId rsc) {
  const auto first = cells_.begin() + static_cast<std::ptrdiff_t>(rsc.value() * nodes_);
  std::fill_n(first, nodes_, TableCell{});
}

std::string_view to_string(ScoreCause cause) {
  switch (cause) {
    case ScoreCause::kLocation:
      return "location constraint";
    case ScoreCause::kStickiness:
      return "stickiness";
    case ScoreCause::kMigrationThreshold:
      return "migration threshold";
    case ScoreCause::kFailure:
      return "failed operation";
    case ScoreCause::kMultipleActive:
      return "active on several nodes";
    case ScoreCause::kRemoved:
      return "removed from the configuration";
    case ScoreCause::kUnmanaged:
      return "unmanaged";
    case ScoreCause::kTicket:
      return "ticket";
    case ScoreCause::kShutdownLock:
      return "shutdown lock";
    case ScoreCause::kDiscovery:
      return "exclusive discovery";
    case ScoreCause::kHealth:
      return "node health";
    case ScoreCause::kNodeKind:
      return "kind of node";
    case ScoreCause::kTargetRole:
      return "target role";
    case ScoreCause::kColocation:
      return "colocation";
    case ScoreCause::kPromotion:
      return "promotion score";
    case ScoreCause::kCapacity:
      return "capacity";
    case ScoreCause::kLimit:
      return "limit of instances";
  }
  return "unknown";
}

}  // namespace systole::policy
