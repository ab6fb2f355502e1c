"""A configuration of an old schema runs as it is, and is upgraded in the live cluster when asked."""

import xml.etree.ElementTree as ET

import lab as labs
from cluster import ClusterTest, configuration, dummy

OLD_OPTIONS = [("default-resource-stickiness", "7"), ("no_quorum_policy", "stop"), ("transition_idle_timeout", "60s")]


class Upgrade(ClusterTest):

    def cib(self, node):
        return ET.fromstring(node.run("cibadmin", "--query", "--local").stdout)

    def load_old(self):
        """Replaces the whole CIB by one of schema 2.10, which is newer than what is there."""
        node = self.lab.nodes[0]
        current = self.cib(node)
        root = ET.fromstring("<cib/>")
        root.attrib.update(current.attrib)
        root.set("validate-with", "pacemaker-2.10")
        root.set("epoch", str(int(current.get("epoch")) + 1))
        old = ET.fromstring(configuration(dummy("web"), options=OLD_OPTIONS))
        for member in old.iter("node"):
            member.set("type", "normal")
        root.append(old)
        ET.SubElement(root, "status")
        (node.directory / "srv" / "old.xml").write_text(ET.tostring(root, "unicode"))
        node.run("cibadmin", "--replace", "--xml-file", "/srv/old.xml")

    def test_an_old_configuration_runs_and_is_upgraded_on_every_node_alike(self):
        self.load_old()
        self.assertEqual(self.cib(self.lab.nodes[2]).get("validate-with"), "pacemaker-2.10")
        labs.wait_until(lambda: self.where("web"), 60, "web is active")
        refused = self.lab.nodes[0].run("cibadmin", "--create", "--scope", "resources", "--xml-text",
                                        '<bundle id="b"><podman image="i"/></bundle>', check=False)
        self.assertEqual(refused.returncode, 78, refused.stdout)

        self.lab.nodes[1].run("cibadmin", "--upgrade", "--force")
        texts = set()
        for node in self.lab.nodes:
            cib = self.cib(node)
            self.assertEqual(cib.get("validate-with"), "pacemaker-3.9")
            texts.add(ET.tostring(cib.find("configuration"), "unicode"))
            names = {pair.get("name") for pair in cib.iter("nvpair")}
            self.assertLessEqual({"resource-stickiness", "no-quorum-policy", "cluster-delay"}, names)
            self.assertFalse({"default-resource-stickiness", "no_quorum_policy"} & names)
            self.assertEqual({n.get("type") for n in cib.iter("node")}, {"member"})
        self.assertEqual(len(texts), 1)
        self.assertTrue(self.where("web"))

        again = self.lab.nodes[0].run("cibadmin", "--upgrade", "--force")
        self.assertIn("Upgrade unnecessary", again.stdout)
