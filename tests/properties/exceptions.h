#pragma once

#include <string>
#include <vector>

#include "tests/properties/test_cluster.h"

namespace systole::properties {

/// Of the actions of a plan for a cluster that should have settled, those that no known exception
/// explains. Each exception is a cause that stays in the status whatever is done, until somebody
/// sees to it; Pacemaker plans for it again and again, too:
///   failed inside    a failure is on record of what runs in a container, and asks for a restart of
///                    the container until it is forgotten: on a node that the connection left, or
///                    where it may not start again
///   lasting failure  a failure puts its node on standby, which no success takes back, but what is
///                    recorded after a stop may: where a guest stays where its machine is, or where
///                    a monitor says that it does not run, the failure counts again after a start;
///                    what else is on that node comes and goes with it
///   device left      a fence device that nobody may restart runs with other parameters than are
///                    configured; its node is unfenced with the new ones
///   under way        an operation is pending, and counts as newer than all that is recorded
///   hollow start     a clone or bundle is to start for an instance that turns out to have to wait;
///                    what is ordered after the whole starts with it nevertheless
///   no room          resources with demands follow each other to nodes without room for both
///   pursuit          a resource shall be beside another one that shall keep away from it
///   ignored failure  a failure that is to be ignored counts against its node once its resource
///                    runs there, and is ignored again where it does not
///   awaited guest    an instance of a clone has its place on a guest that does not come up; which
///                    of the instances that is depends on where the others run
///   inside out       a resource may be placed inside of a container that it is ordered before, or
///                    that it keeps away from
///   stuck connection a connection is lost where nobody may stop it; that its node was fenced
///                    already does not make it less lost
///   told again       the other instances hear of a stop or demotion that stays blocked
/// What is ordered before or after such an action comes with it, and the stop that goes with a
/// start.
std::vector<std::string> unexplained_actions(const Planned& planned);

}  // namespace systole::properties
