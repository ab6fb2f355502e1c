#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crmd/core/effect.h"
#include "crmd/core/event.h"
#include "crmd/core/types.h"

namespace systole::cib {
class Document;
class Schemas;
}  // namespace systole::cib

namespace systole::crmd {

struct ControllerState;

/// A node as the controllers know it.
struct NodeView {
  NodeNumber number;
  std::string name;
  bool in_cluster = false;  ///< a member of Corosync
  bool controller = false;  ///< its controller is in the group and has the replica
};

/// The controller of one node: CIB replica, membership, attributes, coordinator and transitions, as
/// a deterministic state machine without clock, network or disk. The same events with the same
/// times give the same effects, bit for bit.
///
/// `step` must be called for one event after the other, and the effects of one step carried out in
/// order before the next step. The first event is Started.
class Controller {
 public:
  /// `schemas` validate changes of the CIB and must outlive the controller; null: no validation.
  explicit Controller(const cib::Schemas* schemas);
  ~Controller();
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  Effects step(const Event& event, const Now& now);

  /// The replica. Valid until the next step; a controller that has not joined shows what it has
  /// from disk.
  const cib::Document& document() const;

  /// All configured and known nodes, by number.
  std::vector<NodeView> nodes() const;
  std::optional<NodeNumber> coordinator() const;
  bool quorate() const;

  /// Of the configuration in the replica (Stamp::generation).
  std::uint64_t generation() const;

  /// Joined, and the replica is that of the group.
  bool synchronized() const;

 private:
  std::unique_ptr<ControllerState> state_;
};

}  // namespace systole::crmd
