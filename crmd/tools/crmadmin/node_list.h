#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/xml/element.h"

namespace systole::crmd::crmadmin {

struct ConfiguredNode {
  enum class Kind { kCluster, kGuest, kRemote };
  Kind kind;
  std::string name;
  std::string id;
};

std::string_view kind_name(ConfiguredNode::Kind kind);

/// The nodes of a CIB in the order of the document: cluster nodes, then those that resources make:
/// guests (a primitive with remote-node) and remotes (ocf:pacemaker:remote). `types` is "all" or a
/// list of kinds separated by commas; empty means all.
std::vector<ConfiguredNode> configured_nodes(xml::Element cib, std::string_view types);

}  // namespace systole::crmd::crmadmin
