#pragma once

#include <string>
#include <vector>

#include "tests/properties/test_cluster.h"

namespace systole::properties {

/// A property that does not hold, and where.
struct Violation {
  std::string property;
  std::string text;
};
using Violations = std::vector<Violation>;

/// Whether a status is one that a cluster could have written. A random one may hold a machine that
/// runs inside of its own guest, or a connection that is active twice: its plan has to be safe, but
/// not possible to carry out, nor can anything be said about what is behind that connection.
enum class Trust { kPlausible, kRandom };

/// What holds for every plan:
///   acyclic       every action of a plausible cluster's transition can be done some day, and none
///                 was left out because it would wait for itself
///   one-copy      a resource starts only once it has left wherever else it is active
///   one-promoted  no more instances are promoted at any time than the clone allows
///   clean-target  nothing is started or looked for on a node that is lost, unclean or pending
///   fenced-first  what an unclean node may run starts elsewhere only after its fencing
///   repeatable    the same input gives the same plan
///   unrelated     one more resource that is stopped changes nothing for the others
void check_plan(const TestCluster& cluster, const Planned& planned, Trust trust,
                Violations& violations);

/// What holds for the status of a cluster whose plan (`done`) was carried out, as the plan that
/// follows (`next`) sees it:
///   copies  not more copies are active than the configuration allows. Not counted are copies that
///           either plan leaves alone (unmanaged, or blocked by a failure), those whose stop is
///           wanted and blocked, those on a lost node that their configuration does not wait for,
///           and those of resources that are not configured any more.
void check_copies(const Planned& done, const Planned& next, Violations& violations);

/// The actions of a transition that somebody has to do: KEY on NODE.
std::vector<std::string> real_actions(const model::TransitionGraph& graph);

}  // namespace systole::properties
