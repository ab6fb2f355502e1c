#pragma once

#include <cstdint>
#include <vector>

#include "lib/base/score.h"
#include "policy/status/types.h"

namespace systole::policy {

/// What one resource's table says of one node.
struct TableCell {
  base::Score score;
  bool present = false;  ///< absent nodes are no candidates at all
  Discovery discovery = Discovery::kAlways;
  std::int32_t instances = 0;  ///< of a clone, already given to the node
};

/// A table for each resource: what it thinks of each node. Flat; rows are resources, columns nodes,
/// both can be added.
class ScoreTables {
 public:
  using Row = std::vector<TableCell>;

  std::size_t nodes() const { return nodes_; }
  std::size_t resources() const { return rows_; }

  void add_nodes(std::size_t count);
  void add_resources(std::size_t count);

  TableCell& at(RscId rsc, NodeId node) { return cells_[index(rsc, node)]; }
  const TableCell& at(RscId rsc, NodeId node) const { return cells_[index(rsc, node)]; }

  Row row(RscId rsc) const;
  void set_row(RscId rsc, const Row& row);
  void clear_row(RscId rsc);

 private:
  std::size_t index(RscId rsc, NodeId node) const { return rsc.value() * width_ + node.value(); }

  std::size_t nodes_ = 0;
  std::size_t width_ = 0;  ///< cells of a row, at least one a node
  std::size_t rows_ = 0;
  std::vector<TableCell> cells_;
};

}  // namespace systole::policy
