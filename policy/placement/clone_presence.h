#pragma once

#include <map>
#include <utility>
#include <vector>

#include "policy/status/status.h"

namespace systole::policy {

/// Where anonymous promotable clones are already, whichever instance it is. Counted once, because
/// every instance asks for every node.
class ClonePresence {
 public:
  explicit ClonePresence(const Status& status);

  /// Whether the history of `node` knows a primitive of the clone, by its configured name, as
  /// inactive in all instances.
  bool is_inactive_on(RscId clone, model::Text base_id, NodeId node) const;

 private:
  struct Cell {
    bool known = false;
    bool active = false;
  };
  void add(const Status& status, RscId clone);

  std::map<std::pair<std::uint32_t, model::Text>, std::vector<Cell>> cells_;  ///< by node
};

}  // namespace systole::policy
