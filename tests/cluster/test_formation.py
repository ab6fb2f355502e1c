"""Three nodes find each other, agree on one coordinator and one configuration."""

import unittest

import lab as labs
from cluster import ClusterTest, configuration, dummy


class Formation(ClusterTest):

    def test_every_node_names_the_same_coordinator(self):
        self.assertEqual(len({self.coordinator(node) for node in self.lab.nodes}), 1)

    def test_every_node_sees_all_three_online(self):
        for node in self.lab.nodes:
            self.assertEqual(sorted(self.online(node)), ["node1", "node2", "node3"])

    def test_a_change_made_on_one_node_is_read_on_the_others(self):
        for number, node in enumerate(self.lab.nodes):
            node.run("crm_attribute", "--name", "from-node", "--update", f"value-{number}")
            for reader in self.lab.nodes:
                labs.wait_until(lambda r=reader, n=number: r.run("crm_attribute", "--name", "from-node", "--query", "--quiet",
                                check=False).stdout.strip() == f"value-{n}", 10, f"{reader.name} reads value-{number}")

    def test_replicas_are_byte_identical_when_quiet(self):
        def texts():
            return {node.run("cibadmin", "--query", check=False).stdout for node in self.lab.nodes}
        labs.wait_until(lambda: len(texts()) == 1, 15, "all three replicas answer the same document")

    def test_resources_start_and_stay_where_constraints_put_them(self):
        self.load(configuration(
            dummy("alone") + f'<group id="pair">{dummy("pair-1")}{dummy("pair-2")}</group>'
            + f'<clone id="everywhere">{dummy("instance")}</clone>',
            '<rsc_location id="l1" rsc="alone" node="node3" score="INFINITY"/>'
            '<rsc_colocation id="c1" rsc="pair" with-rsc="alone" score="INFINITY"/>'
            '<rsc_order id="o1" first="alone" then="pair"/>'))
        self.wait_where("alone", ["node3"])
        self.wait_where("pair-2", ["node3"])
        self.wait_where("instance", ["node1", "node2", "node3"])
        self.assertEqual(self.where("pair-1"), ["node3"])

    def test_standby_empties_a_node_and_online_fills_it_again(self):
        self.load(configuration(dummy("roaming"), '<rsc_location id="l1" rsc="roaming" node="node2" score="100"/>'))
        self.wait_where("roaming", ["node2"])
        first = self.lab.nodes[0]
        first.run("crm_standby", "--node", "node2", "--update", "on")
        labs.wait_until(lambda: self.where("roaming") in (["node1"], ["node3"]), 30, "roaming leaves node2")
        first.run("crm_standby", "--node", "node2", "--delete")
        self.wait_where("roaming", ["node2"])


if __name__ == "__main__":
    unittest.main()
