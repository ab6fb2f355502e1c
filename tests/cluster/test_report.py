"""crm_report: one archive with what is needed to understand a problem, and no passwords in it."""

import tarfile

import lab as labs
from cluster import ClusterTest, configuration

WITH_PASSWORD = """
<primitive id="web" class="ocf" provider="heartbeat" type="Dummy">
  <instance_attributes id="web-params"><nvpair id="web-password" name="password" value="hunter2"/></instance_attributes>
</primitive>"""
# Stands for ssh: the last word is the command line for the other node.
REMOTE_SHELL = '#!/bin/sh\nfor last; do :; done\nexec unshare --uts sh -c "hostname node9; $last"\n'


class Report(ClusterTest):

    def setUp(self):
        self.first = self.lab.nodes[0]
        self.load(configuration(WITH_PASSWORD))
        labs.wait_until(lambda: self.where("web"), 30, "web runs")
        # The coordinator keeps the inputs of plans, a little later than it begins with them.
        labs.wait_until(lambda: [node for node in self.lab.nodes if self.inputs_of(node)], 30, "inputs are kept")
        self.first = next(node for node in self.lab.nodes if self.inputs_of(node))

    @staticmethod
    def inputs_of(node):
        return list((node.directory / "var-lib-pacemaker" / "pengine").glob("pe-input-*.bz2"))

    def report(self, *words):
        """The archive's members with their contents; the node is called "here"."""
        self.first.run("rm", "-f", "/srv/report.tar.bz2")
        self.first.run("crm_report", "--from", "10 minutes ago", *words, "/srv/report", timeout=120)
        with tarfile.open(self.first.directory / "srv" / "report.tar.bz2") as archive:
            return {member.name.replace(f"/{self.first.name}/", "/here/"): archive.extractfile(member).read().decode(errors="replace")
                    for member in archive.getmembers() if member.isfile()}

    def test_a_node_is_collected_and_passwords_are_masked(self):
        files = self.report("--single-node")
        self.assertIn("web", files["report/here/crm_mon.txt"])
        self.assertIn("******", files["report/here/cib.xml"])
        self.assertIn("corosync", files["report/here/corosync.conf"])
        self.assertIn("report/here/RUNNING", files)
        self.assertTrue(files["report/here/pacemaker.log"].strip())
        self.assertTrue(any(name.startswith("report/here/pengine/pe-") for name in files))
        for name, text in files.items():
            self.assertNotIn("hunter2", text, name)

    def test_other_nodes_send_their_part(self):
        shell = self.first.directory / "srv" / "rsh"
        shell.write_text(REMOTE_SHELL)
        shell.chmod(0o755)
        files = self.report("--nodes", "node9", "--rsh", "/srv/rsh")
        self.assertIn("report/node9/crm_mon.txt", files)
        self.assertIn("report/here/crm_mon.txt", files)
        self.assertIn("node9", files["report/report.summary"])

    def test_what_lies_before_the_time_is_left_out(self):
        log = self.first.directory / "var-log" / "pacemaker" / "pacemaker.log"
        with open(log, "a") as file:
            file.write("Jan 01 00:00:00.000 node old[1] (f) info: long ago\n")
        self.assertNotIn("long ago", self.report("-S")["report/here/pacemaker.log"])

    def test_a_time_that_is_none_is_refused(self):
        done = self.first.run("crm_report", "-S", "--from", "nonsense", "/srv/other", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("--from", done.stdout)
