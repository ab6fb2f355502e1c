#include "policy/status/score_tables.h"

#include <algorithm>

namespace systole::policy {

void ScoreTables::add_nodes(std::size_t count) {
  const std::size_t nodes = nodes_ + count;
  if (nodes <= width_) {
    nodes_ = nodes;
    return;
  }
  // Bundles add their nodes one by one: there is room for some more each time.
  const std::size_t wider = std::max(nodes, width_ + width_ / 2);
  std::vector<TableCell> cells(rows_ * wider);
  for (std::size_t row = 0; row < rows_; ++row) {
    std::copy_n(cells_.begin() + static_cast<std::ptrdiff_t>(row * width_), nodes_,
                cells.begin() + static_cast<std::ptrdiff_t>(row * wider));
  }
  cells_ = std::move(cells);
  nodes_ = nodes;
  width_ = wider;
}

void ScoreTables::add_resources(std::size_t count) {
  rows_ += count;
  cells_.resize(rows_ * width_);
}

ScoreTables::Row ScoreTables::row(RscId rsc) const {
  const auto first = cells_.begin() + static_cast<std::ptrdiff_t>(rsc.value() * width_);
  return Row(first, first + static_cast<std::ptrdiff_t>(nodes_));
}

void ScoreTables::set_row(RscId rsc, const Row& row) {
  std::copy(row.begin(), row.end(),
            cells_.begin() + static_cast<std::ptrdiff_t>(rsc.value() * width_));
}

void ScoreTables::clear_row(RscId rsc) {
  const auto first = cells_.begin() + static_cast<std::ptrdiff_t>(rsc.value() * width_);
  std::fill_n(first, nodes_, TableCell{});
}

}  // namespace systole::policy
