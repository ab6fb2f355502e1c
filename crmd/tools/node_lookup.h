#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/client/cib_client.h"

namespace systole::crmd {

/// A node as attributes are kept for it.
struct NodeIdentity {
  std::string id;
  std::string name;
  /// A node without Corosync: a remote node or a guest.
  bool is_remote = false;
};

/// Finds the node called `name` (in any case) among the configured nodes, the remote nodes and
/// guests that resources make, and the nodes in the status. kNotFound when there is none.
base::Result<NodeIdentity> find_node(client::CibClient& cib, std::string_view name);

/// `text` as a string literal of XPath, whatever quotes are in it.
std::string xpath_literal(std::string_view text);

}  // namespace systole::crmd
