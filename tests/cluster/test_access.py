"""Access control: users see and change what their permissions let them, on whatever node they ask."""

import xml.etree.ElementTree as ET

from cluster import ClusterTest, configuration

WEB = """
<primitive id="web" class="ocf" provider="heartbeat" type="Dummy" description="old">
  <meta_attributes id="web-meta">
    <nvpair id="web-role" name="target-role" value="Started"/>
    <nvpair id="web-limit" name="migration-threshold" value="3"/>
  </meta_attributes>
  <instance_attributes id="web-params"><nvpair id="web-secret" name="state" value="/run/secret"/></instance_attributes>
</primitive>"""

ACLS = """
<acls>
  <acl_role id="reader">
    <acl_permission id="reader-all" kind="read" xpath="/cib"/>
    <acl_permission id="reader-secret" kind="deny" reference="web-secret"/>
  </acl_role>
  <acl_role id="switcher">
    <acl_permission id="switcher-read" kind="read" xpath="/cib"/>
    <acl_permission id="switcher-role" kind="write" xpath="//nvpair[@name='target-role']"/>
  </acl_role>
  <acl_role id="operator"><acl_permission id="operator-all" kind="write" xpath="/cib"/></acl_role>
  <acl_target id="ann"><role id="reader"/></acl_target>
  <acl_target id="ben"><role id="switcher"/></acl_target>
  <acl_group id="operators"><role id="operator"/></acl_group>
</acls>"""

USERS = {"ann": 4001, "ben": 4002, "eve": 4003}
PERMISSION = 4


class Access(ClusterTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for node in cls.lab.nodes:
            with open(node.directory / "etc" / "passwd", "a") as file:
                file.writelines(f"{name}:x:{uid}:4000::/:/bin/sh\n" for name, uid in USERS.items())
        # eve operates the cluster from node2, and only from there.
        with open(cls.lab.nodes[1].directory / "etc" / "group", "a") as file:
            file.write("operators:x:4100:eve\n")

    def setUp(self):
        text = configuration(WEB, options=[("enable-acl", "true")])
        self.load(text.replace("</configuration>", ACLS + "</configuration>"))

    def act(self, user, *words, node=0, environment=""):
        """Runs a command as a user whose group lets it connect."""
        script = f'exec env {environment} setpriv --reuid={USERS[user]} --regid=haclient --clear-groups "$@"'
        return self.lab.nodes[node].run("sh", "-c", script, "sh", *words, check=False)

    def read(self, user, *words, **where):
        done = self.act(user, "cibadmin", "--query", "--local", *words, **where)
        return done.returncode, done.stdout

    def write(self, user, text, node=0):
        return self.act(user, "cibadmin", "--modify", "--xml-text", text, node=node).returncode

    def value(self, pair, attribute="value"):
        """What every node's replica says, which has to be the same."""
        found = set()
        for node in self.lab.nodes:
            text = node.run("cibadmin", "--query", "--local", "--xpath", f"//*[not(self::lrm_resource) and @id='{pair}']").stdout
            found.add(ET.fromstring(text).get(attribute))
        self.assertEqual(len(found), 1, f"{pair} on the nodes")
        return found.pop()

    def test_a_reader_sees_all_but_what_is_denied_and_changes_nothing(self):
        for number in range(3):
            code, text = self.read("ann", node=number)
            self.assertEqual(code, 0, text)
            self.assertIn("web-limit", text)
            self.assertIn("node_state", text)
            self.assertNotIn("secret", ET.tostring(ET.fromstring(text).find("configuration/resources"), "unicode"))
        self.assertEqual(self.write("ann", '<nvpair id="web-role" value="Stopped"/>'), PERMISSION)
        self.assertEqual(self.value("web-role"), "Started")

    def test_a_writer_changes_what_it_may_on_all_nodes_and_nothing_else(self):
        self.assertEqual(self.write("ben", '<nvpair id="web-role" value="Stopped"/>', node=2), 0)
        self.assertEqual(self.value("web-role"), "Stopped")
        for other in ('<nvpair id="web-limit" value="9"/>', '<primitive id="web" description="new"/>',
                      '<acl_target id="ben"><role id="operator"/></acl_target>',
                      '<nvpair id="option-enable-acl" value="false"/>'):
            self.assertEqual(self.write("ben", other, node=2), PERMISSION, other)
        self.assertEqual(self.value("web-limit"), "3")
        self.assertEqual(self.value("web", "description"), "old")
        self.assertEqual(self.value("option-enable-acl"), "true")

    def test_the_tools_say_what_is_refused_and_do_what_is_not(self):
        def meta(name, value):
            return self.act("ben", "crm_resource", "--resource", "web", "--meta", "--set-parameter", name,
                            "--parameter-value", value)
        allowed = meta("target-role", "Stopped")
        self.assertEqual(allowed.returncode, 0, allowed.stdout)
        self.assertEqual(self.value("web-role"), "Stopped")
        refused = meta("migration-threshold", "9")
        self.assertEqual(refused.returncode, PERMISSION, refused.stdout)
        self.assertIn("ermission denied", refused.stdout)
        self.assertEqual(self.value("web-limit"), "3")
        self.assertEqual(self.act("ann", "crm_mon", "--one-shot").returncode, 0)
        self.assertNotEqual(self.act("eve", "crm_mon", "--one-shot").returncode, 0)

    def test_a_member_of_a_group_may_act_from_the_node_that_says_so(self):
        code, text = self.read("eve", node=0)
        self.assertEqual(code, PERMISSION, text)
        self.assertEqual(self.read("eve", node=1)[0], 0)
        self.assertEqual(self.write("eve", '<nvpair id="web-limit" value="5"/>', node=0), PERMISSION)
        self.assertEqual(self.write("eve", '<nvpair id="web-limit" value="5"/>', node=1), 0)
        self.assertEqual(self.value("web-limit"), "5")

    def test_nobody_passes_for_somebody_else_but_root(self):
        code, text = self.read("eve", "--user", "root")
        self.assertEqual(code, PERMISSION, text)
        code, text = self.read("eve", environment="CIB_user=root")
        self.assertEqual(code, PERMISSION, text)
        asked = self.lab.nodes[0].run("cibadmin", "--query", "--local", "--user", "ann", "--scope", "resources")
        self.assertNotIn("secret", asked.stdout)
        self.assertIn("web-limit", asked.stdout)

    def test_attributes_and_history_are_the_status_section_for_users_too(self):
        self.act("ann", "attrd_updater", "--name", "ann-was-here", "--update", "1")
        self.act("eve", "attrd_updater", "--name", "eve-was-here", "--update", "1", node=1)
        self.assertEqual(self.value("status-2-eve-was-here"), "1")
        text = self.lab.nodes[0].run("cibadmin", "--query", "--local", "--scope", "status").stdout
        self.assertNotIn("ann-was-here", text)
        refused = self.act("ann", "crm_resource", "--refresh", "--resource", "web")
        self.assertNotEqual(refused.returncode, 0, refused.stdout)

    def test_access_can_be_shown(self):
        shown = self.lab.nodes[0].run("cibadmin", "--query", "--show-access=text", "--user", "ben").stdout
        self.assertIn("ACLs as evaluated for user ben", shown)
        self.assertIn("WRITABLE", shown)
