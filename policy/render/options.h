#pragma once

#include <string>
#include <vector>

#include "policy/status/status.h"

namespace systole::policy::render {

/// What lists of nodes and resources show.
struct ListOptions {
  bool inactive = false;  ///< resources that run nowhere, too
  bool detail = false;    ///< node ids, each instance of a clone, each part of a bundle
  bool brief = false;     ///< primitives counted by agent and node instead of listed
  bool pending = true;    ///< operations under way
  bool places = true;     ///< the node after a primitive's state
  /// The lists of Pacemaker since 2.1.6: what maintenance keeps is told from what is unmanaged, and
  /// of a unique clone or a bundle that is active in part, the rest is hidden unless `inactive`;
  /// where something unmanaged is recorded, a clone is not called stopped.
  bool since_2_1_6 = false;
  std::vector<bool> nodes{};      ///< by NodeId: those to show; empty: all
  std::vector<bool> resources{};  ///< by RscId: those to show; empty: all
  std::vector<bool> named{};      ///< by RscId: asked for by name, or in such a one

  bool shows(NodeId node) const { return nodes.empty() || nodes[node.value()]; }
  /// A guest's connection, which nobody configured, is told by its node's line, but listed in
  /// detail and counted where primitives are.
  bool shows_kind(const Resource& rsc) const { return !rsc.internal || detail || brief; }
  bool names(RscId resource) const { return named.empty() || named[resource.value()]; }
  bool shows(RscId resource) const { return resources.empty() || resources[resource.value()]; }
};

/// Limits `options` to the node called `name`, or to all nodes that a tag of this name holds.
void show_only_node(const Status& status, std::string_view name, ListOptions& options);

/// Limits `options` to the resource `id` with what is in it and the ones around it, or to all
/// resources that a tag of this name holds.
void show_only_resource(const Status& status, std::string_view id, ListOptions& options);

}  // namespace systole::policy::render
