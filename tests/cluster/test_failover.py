"""A node dies: it is fenced first, then its services run elsewhere, and only once."""

import lab as labs
from cluster import ClusterTest, configuration, dummy


class Failover(ClusterTest):

    def setUp(self):
        for node in self.lab.nodes:
            node.start()
        self.wait_for_coordinator()
        # What an earlier test had fenced says nothing about this one.
        self.lab.nodes[0].run("stonith_admin", "--history", "*", "--cleanup")
        self.load(configuration(
            dummy("service"), '<rsc_location id="l2" rsc="service" node="node2" score="50"/>'))
        self.wait_where("service", ["node2"])

    def test_the_service_of_a_killed_node_moves_after_its_fencing(self):
        self.lab.node("node2").kill()
        labs.wait_until(lambda: self.where("service") in (["node1"], ["node3"]), 60, "service runs on a survivor")
        self.assertTrue(self.fence_events("node2"))

    def test_the_cluster_survives_the_loss_of_its_coordinator(self):
        lost = self.lab.node(self.coordinator())
        lost.kill()
        labs.wait_until(lambda: self.coordinator() not in (None, lost.name), 30, "another node is coordinator")
        labs.wait_until(lambda: self.fence_events(lost.name), 60, f"{lost.name} is fenced")
        labs.wait_until(lambda: self.where("service") and self.where("service") != [lost.name], 60, "service runs on a survivor")

    def test_a_lost_node_that_comes_back_is_a_member_again(self):
        victim = self.lab.node("node3")
        victim.kill()
        labs.wait_until(lambda: "node3" not in self.online(), 30, "node3 is seen to be gone")
        labs.wait_until(lambda: self.fence_events("node3"), 60, "node3 is fenced")
        victim.start()
        self.wait_for_coordinator()
        self.assertEqual(self.where("service"), ["node2"])

    def test_the_coordinator_stays_when_a_fenced_node_comes_back(self):
        before = self.coordinator()
        victim = next(node for node in self.lab.nodes if node.name != before)
        victim.kill()
        labs.wait_until(lambda: self.fence_events(victim.name), 60, f"{victim.name} is fenced")
        victim.start()
        # Alone, before it meets the others, it is its own coordinator.
        labs.wait_until(lambda: victim.init_pid is not None and len(self.online(victim)) == len(self.lab.nodes), 30,
                        f"{victim.name} sees all nodes online")
        self.assertEqual({self.coordinator(node) for node in self.lab.nodes}, {before})

    def test_a_failed_monitor_restarts_the_service_where_it_is(self):
        self.lab.node("node2").run("rm -f /run/resource-agents/Dummy-service.state")
        labs.wait_until(lambda: self.lab.node("node2").run("test -e /run/resource-agents/Dummy-service.state",
                        check=False).returncode == 0, 30, "service was started again")
        self.wait_where("service", ["node2"])
        self.lab.nodes[0].run("crm_resource", "--cleanup", "--resource", "service")


class Isolation(ClusterTest):

    def test_a_node_cut_from_the_network_is_fenced_by_the_majority(self):
        self.load(configuration(
            dummy("service"), '<rsc_location id="l2" rsc="service" node="node2" score="50"/>'))
        self.wait_where("service", ["node2"])
        cut = self.lab.node("node2")
        before = cut.unshare_pid
        cut.link(up=False)
        labs.wait_until(lambda: self.fence_events("node2"), 60, "node2 is fenced")
        labs.wait_until(lambda: self.where("service") in (["node1"], ["node3"]), 60, "service runs in the majority")
        self.assertNotEqual(cut.unshare_pid, before, "the fenced node is dead, or is a fresh one")
