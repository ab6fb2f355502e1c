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

}  // namespace systole::policy
