"""crm_mon that stays: it keeps a page in a file up to date and tells an external agent what happens."""

import os

import lab as labs
from cluster import ClusterTest, configuration, dummy

AGENT = r'''#!/bin/sh
echo "$CRM_notify_recipient $CRM_notify_node ${CRM_notify_rsc:--} $CRM_notify_task rc=$CRM_notify_rc \
target=$CRM_notify_target_rc status=$CRM_notify_status desc=$CRM_notify_desc" >>/srv/told
'''


class StayingMonitor(ClusterTest):

    def setUp(self):
        self.first = self.lab.nodes[0]
        agent = self.first.directory / "srv" / "agent"
        agent.write_text(AGENT)
        agent.chmod(0o755)
        self.first.run("chmod", "755", "/srv")
        self.load(configuration(dummy("one")))
        labs.wait_until(lambda: self.where("one"), 30, "one runs")

    def tearDown(self):
        for pid in self.first.pids("crm_mon"):
            self.first.run("kill", pid, check=False)

    def path(self, name):
        return self.first.directory / "srv" / name

    def text(self, name):
        return self.path(name).read_text() if self.path(name).exists() else ""

    def monitor_in_background(self, *words):
        self.first.run("crm_mon", "--daemonize", "--pid-file", "/srv/pid", *words)
        labs.wait_until(lambda: self.text("pid").strip(), 10, "a pid file")

    def test_a_page_follows_the_cluster_and_ends_with_its_process(self):
        self.monitor_in_background("--output-as", "html", "--output-to", "/srv/page.html", "--inactive")
        labs.wait_until(lambda: "Started node" in self.text("page.html"), 20, "the page shows the resource")
        self.assertTrue(self.text("page.html").endswith("</html>\n"))
        self.first.run("crm_resource", "--resource", "one", "--meta", "--set-parameter", "target-role",
                       "--parameter-value", "Stopped")
        labs.wait_until(lambda: "Stopped (disabled)" in self.text("page.html"), 20, "the page shows that it stopped")
        self.first.run("kill", self.text("pid").strip())
        labs.wait_until(lambda: not self.path("pid").exists(), 10, "the pid file is gone")

    def test_a_second_one_is_refused_while_the_first_lives(self):
        self.monitor_in_background("--output-to", "/srv/page.txt")
        done = self.first.run("crm_mon", "-d", "-p", "/srv/pid", "--output-to", "/srv/other.txt", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("already running", done.stdout)

    def test_an_agent_learns_of_a_failure_and_its_recovery(self):
        self.monitor_in_background("--external-agent", "/srv/agent", "--external-recipient", "ops")
        labs.wait_until(lambda: self.first.pids("crm_mon"), 10, "crm_mon runs")
        place = self.where("one")[0]
        labs.wait_until(lambda: self.first.run("sleep", "1"), 5, "it has seen the cluster")
        self.lab.node(place).run("crm_resource", "--force-stop", "--resource", "one")
        labs.wait_until(lambda: f"ops {place} one monitor rc=7 target=0" in self.text("told"), 20, "the failure is told")
        labs.wait_until(lambda: "one start rc=0 target=0 status=0" in self.text("told"), 20, "the start is told")
        self.assertNotIn("target=7", self.text("told"))

    def test_an_agent_learns_of_fencing_when_asked_to(self):
        self.monitor_in_background("-E", "/srv/agent", "-e", "ops", "--watch-fencing")
        self.first.run("sleep", "1")
        self.first.run("stonith_admin", "--confirm", "node9")
        labs.wait_until(lambda: "ops node9 - st_notify_fence" in self.text("told"), 20, "the fencing is told")
