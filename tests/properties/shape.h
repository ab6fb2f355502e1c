#pragma once

#include <string>
#include <vector>

namespace systole::properties {

/// What the parts of the generator know of the cluster that they make.

struct NodeShape {
  enum class Kind { kCluster, kRemote, kGuest, kBundle };
  std::string name;
  std::string id;
  Kind kind = Kind::kCluster;
};

/// Something that an executor knows by name, and that has a history of its own.
struct AgentShape {
  std::string id;  ///< as histories name it, without the number of an instance
  std::string standard = "ocf";
  std::string provider = "test";
  std::string type = "Agent";
  bool monitored = false;
  bool migratable = false;
  bool promotable = false;
  int instances = 0;  ///< of a unique clone; 0: its name has no number
  bool cloned = false;
  std::string inside = {};  ///< the bundle node that alone may run it
};

struct ResourceShape {
  enum class Kind { kFenceDevice, kRemote, kMachine, kPrimitive, kGroup, kClone, kBundle };
  std::string id;
  Kind kind = Kind::kPrimitive;
  bool promotable = false;
};

/// Resources stand in an order in which each may depend on earlier ones.
struct Shape {
  bool fencing = true;
  bool tickets = false;
  std::vector<NodeShape> nodes;
  std::vector<ResourceShape> resources;
  std::vector<AgentShape> agents;
};

}  // namespace systole::properties
