"""A node that is alone from the beginning, or left alone, can be looked at and says what it knows."""

import lab as labs
from cluster import ClusterTest, configuration, dummy


class Alone(ClusterTest):

    begin_with = ("node1",)

    def summary(self, node):
        state = self.monitor(node)
        return None if state is None else state.find("summary/current_dc")

    def nodes_seen(self, node):
        """Names of the nodes that crm_mon shows on a node: (online, unclean)."""
        state = self.monitor(node)
        if state is None:
            return None
        found = state.findall("nodes/node")
        return ([n.get("name") for n in found if n.get("online") == "true"],
                [n.get("name") for n in found if n.get("unclean") == "true"])

    def test_it_names_itself_coordinator_without_quorum_and_the_others_unclean(self):
        first = self.lab.node("node1")
        self.assertEqual(self.summary(first).get("name"), "node1")
        self.assertEqual(self.summary(first).get("with_quorum"), "false")
        self.assertEqual(self.nodes_seen(first), (["node1"], ["node2", "node3"]))
        for name in ("node2", "node3"):
            self.lab.node(name).start()
        labs.wait_until(lambda: len(self.online()) == 3, 60, "all three are online")
        self.load(configuration(dummy("service")))
        labs.wait_until(lambda: self.where("service"), 60, "the service runs")
        for name in ("node2", "node3"):
            self.lab.node(name).kill()
        labs.wait_until(lambda: self.summary(first) is not None and self.summary(first).get("with_quorum") == "false", 30,
                        "the first node knows that it has no quorum")
        self.assertEqual(self.summary(first).get("name"), "node1")
        self.assertEqual(self.nodes_seen(first), (["node1"], ["node2", "node3"]))
