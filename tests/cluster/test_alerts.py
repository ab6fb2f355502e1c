"""Alert agents are told what happens, by the nodes that are to tell it, and once."""

import lab as labs
from cluster import ClusterTest, configuration, dummy

# One file for each run: its user first, then the variables.
AGENT = """#!/bin/sh
file=/srv/alerts/$(date +%s.%N).$$
{ id -un; env; } >"$file.part"
mv "$file.part" "$file.alert"
"""
ALERTS = """<alerts>
<alert id="all" path="/srv/agent">
  <select><select_nodes/><select_fencing/><select_resources/>
    <select_attributes><attribute id="all-color" name="color"/></select_attributes></select>
  <meta_attributes id="all-meta"><nvpair id="all-format" name="timestamp-format" value="%Y %s"/></meta_attributes>
  <instance_attributes id="all-params"><nvpair id="all-tone" name="tone" value="high"/></instance_attributes>
  <recipient id="all-one" value="one"/>
</alert>
<alert id="late" path="/srv/slow"><meta_attributes id="late-meta"><nvpair id="late-timeout" name="timeout" value="1s"/>
  </meta_attributes></alert>
</alerts>"""


class Alerts(ClusterTest):

    def setUp(self):
        for node in self.lab.nodes:
            self.prepare(node)
            node.start()
        self.wait_for_coordinator()
        self.load(configuration(dummy("service"), '<rsc_location id="l2" rsc="service" node="node2" score="50"/>')
                  .replace("</configuration>", ALERTS + "</configuration>"))
        self.wait_where("service", ["node2"])

    def prepare(self, node):
        folder = node.directory / "srv/alerts"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o777)
        for name, text in (("agent", AGENT), ("slow", "#!/bin/sh\nsleep 60\n")):
            (node.directory / "srv" / name).write_text(text)
            (node.directory / "srv" / name).chmod(0o755)

    def told(self, node, kind):
        """The variables of each alert of a kind that a node's agent was run for, in order of their numbers."""
        runs = []
        for file in (self.lab.node(node).directory / "srv/alerts").glob("*.alert"):
            user, *lines = file.read_text().splitlines()
            run = dict(line.split("=", 1) for line in lines if "=" in line)
            run["user"] = user
            if run.get("CRM_alert_kind") == kind:
                runs.append(run)
        return sorted(runs, key=lambda run: int(run["CRM_alert_node_sequence"]))

    def forget(self):
        for node in self.lab.nodes:
            for file in (node.directory / "srv/alerts").glob("*.alert"):
                file.unlink()

    def wait_told(self, where, kind, /, **wanted):
        """The one alert of a node with these values."""
        def found():
            return [run for run in self.told(where, kind)
                    if all(run.get(f"CRM_alert_{name}") == value for name, value in wanted.items())]
        runs = labs.wait_until(found, 60, f"{where} tells {kind} {wanted}")
        self.assertEqual(len(runs), 1, runs)
        return runs[0]

    def test_a_failed_monitor_and_its_recovery_are_told_by_their_node(self):
        self.forget()
        self.lab.node("node2").run("rm", "-f", "/run/resource-agents/Dummy-service.state")
        run = self.wait_told("node2", "resource", task="monitor", interval="1000", rc="7", status="0")
        self.assertEqual(run["user"], "hacluster")
        self.assertEqual(run["tone"], "high")
        self.assertEqual(run["CRM_alert_recipient"], "one")
        self.assertEqual(run["CRM_alert_desc"], "not running")
        self.assertEqual(run["CRM_alert_target_rc"], "0")
        self.assertEqual(run["CRM_alert_timestamp"].split()[1], run["CRM_alert_timestamp_epoch"])
        for name, value in run.items():
            if name.startswith("CRM_alert_"):
                self.assertEqual(run["CRM_notify_" + name[len("CRM_alert_"):]], value)
        self.wait_told("node2", "resource", task="start", rc="0")
        for node in ("node1", "node3"):
            self.assertEqual(self.told(node, "resource"), [])
        self.lab.nodes[0].run("crm_resource", "--cleanup", "--resource", "service")

    def test_a_lost_node_and_its_fencing_are_told_by_every_other(self):
        self.forget()
        self.lab.node("node3").kill()
        for node in ("node1", "node2"):
            run = self.wait_told(node, "node", node="node3", nodeid="3", desc="lost")
            self.assertEqual(run["CRM_alert_kind"], "node")
            run = self.wait_told(node, "fencing", node="node3", task="st_notify_fence", rc="0")
            self.assertRegex(run["CRM_alert_desc"],
                             r"^Operation reboot of node3 by node\d for pacemaker-controld\.\d+@node\d: OK \(ref=.+\)$")
        self.lab.node("node3").start()
        for node in ("node1", "node2"):
            self.wait_told(node, "node", node="node3", desc="member")
        self.wait_for_coordinator()
        self.assertEqual(self.told("node3", "node"), [])

    def test_a_selected_attribute_is_told_by_the_coordinator(self):
        self.forget()
        coordinator = self.coordinator()
        self.lab.node("node2").run("attrd_updater", "-n", "other", "-U", "1")
        for _ in range(2):
            self.lab.node("node2").run("attrd_updater", "-n", "color", "-U", "red")
        self.wait_told(coordinator, "attribute", node="node2", nodeid="2", attribute_name="color", attribute_value="red")
        self.lab.node("node2").run("attrd_updater", "-n", "color", "-D")
        self.wait_told(coordinator, "attribute", attribute_name="color", attribute_value="")
        self.assertEqual(sum(len(self.told(node.name, "attribute")) for node in self.lab.nodes), 2)

    def test_an_agent_that_does_not_end_is_killed_and_holds_nothing_up(self):
        self.lab.nodes[0].run("crm_resource", "--resource", "service", "--ban", "--node", "node2")
        labs.wait_until(lambda: self.where("service") in (["node1"], ["node3"]), 30, "service has moved")
        labs.wait_until(lambda: "alert late ran out of time" in self.lab.node("node2").log(), 30, "the slow agent is killed")
        labs.wait_until(lambda: not self.lab.node("node2").pids("sleep"), 30, "nothing of the slow agent is left")
        self.lab.nodes[0].run("crm_resource", "--resource", "service", "--clear")

    def test_a_change_of_the_configuration_holds_at_once(self):
        coordinator = self.coordinator()
        self.lab.node(coordinator).run("cibadmin", "--delete", "--scope", "alerts", "--xml-text", '<alert id="all"/>')
        self.forget()
        self.lab.node(coordinator).run("attrd_updater", "-n", "color", "-U", "green")
        (self.lab.node(coordinator).directory / "srv/alerts.xml").write_text(ALERTS)
        self.lab.node(coordinator).run("cibadmin", "--replace", "--scope", "alerts", "--xml-file", "/srv/alerts.xml")
        self.lab.node(coordinator).run("attrd_updater", "-n", "color", "-U", "blue")
        self.wait_told(coordinator, "attribute", attribute_name="color")
        self.assertEqual(self.told(coordinator, "attribute")[0]["CRM_alert_attribute_value"], "blue")
