"""A node that is said to have been fenced and is alive: it leaves, and what it ran starts elsewhere after that."""

import lab as labs
from cluster import ClusterTest, configuration, dummy

STATE = "/run/resource-agents/Dummy-service.state"
LOCATION = '<rsc_location id="l2" rsc="service" node="node2" score="50"/>'


class FalseFencing(ClusterTest):

    def setUp(self):
        for node in self.lab.nodes:
            if node.unshare_pid is not None and not node.pids("pacemakerd"):
                node.kill()
            node.start()
        self.wait_for_coordinator()

    def runs_on(self, node):
        return node.unshare_pid is not None and node.run("test -e " + STATE, check=False).returncode == 0

    def holders(self):
        return [node.name for node in self.lab.nodes if self.runs_on(node)]

    def wait_for_move(self, seconds):
        """Waits until the service runs on another node than node2; it must never be seen on two."""
        def moved():
            holders = self.holders()
            self.assertLessEqual(len(holders), 1, "the service runs once")
            return holders in (["node1"], ["node3"])
        labs.wait_until(moved, seconds, "the service runs on another node")

    def test_a_live_node_that_a_person_confirms_dead_is_shut_down_and_stays_down(self):
        self.load(configuration(dummy("service"), LOCATION))
        self.wait_where("service", ["node2"])
        confirmed = self.lab.node("node2")
        self.lab.node("node1").run("stonith_admin", "--confirm", "node2")
        self.wait_for_move(60)
        labs.wait_until(lambda: not confirmed.pids("pacemaker-controld"), 30, "its cluster manager has ended")
        self.assertIsNotNone(confirmed.unshare_pid, "it was not reset")
        self.assertNotIn("node2", self.online())
        self.assertTrue(self.fence_events("node2"))

    def confirm_a_node_that_panics(self, prepare=lambda node: None):
        self.load(configuration(dummy("service"), LOCATION, [("fence-reaction", "panic")]))
        self.wait_where("service", ["node2"])
        confirmed = self.lab.node("node2")
        prepare(confirmed)
        before = confirmed.unshare_pid
        self.lab.node("node1").run("stonith_admin", "--confirm", "node2")
        labs.wait_until(lambda: confirmed.unshare_pid != before, 30, "the node was reset")
        self.wait_for_move(60)

    def test_a_node_with_fence_reaction_panic_resets_itself(self):
        self.confirm_a_node_that_panics()

    def test_it_does_so_when_its_supervisor_is_a_new_one(self):
        def replace_supervisor(node):
            old = node.pids("pacemakerd")
            node.run("kill", "-9", old[0])
            labs.wait_until(lambda: node.pids("pacemakerd") not in ([], old), 20, "there is a new supervisor")
            labs.wait_until(lambda: len(self.online(node)) == 3, 20, "it has adopted the daemons")
        self.confirm_a_node_that_panics(replace_supervisor)
