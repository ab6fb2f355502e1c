"""Broken input gets a clear error that names the thing, and nothing is lost."""

import lab as labs
from cluster import ClusterTest, configuration, dummy

# Connects to a libqb service by its set-up handshake and then writes junk into the socket.
JUNK = r'''
import os, socket, struct, sys
name = sys.argv[1].encode()
for blob in (b"\x00" * 24, os.urandom(24), struct.pack("<iiiiI4x", -1, 0, 24, 0, 0xffffffff), b"<xml/>" * 100):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        s.connect(b"\0" + name.ljust(107, b"\0"))
        s.sendall(blob)
        s.settimeout(0.2)
        try:
            s.recv(100)
        except OSError:
            pass
    finally:
        s.close()
'''
SERVICES = ("cib_ro", "cib_rw", "cib_shm", "attrd", "crmd", "lrmd", "stonith-ng", "pacemakerd")


class BadInput(ClusterTest):

    def setUp(self):
        self.first = self.lab.nodes[0]

    def cibadmin(self, *words, text=None):
        if text is not None:
            (self.first.directory / "srv" / "input.xml").write_text(text)
            words += ("--xml-file", "/srv/input.xml")
        return self.first.run("cibadmin", *words, check=False)

    def version(self):
        return self.cibadmin("--query", "--no-children").stdout

    def test_broken_xml_is_refused_with_the_reason(self):
        before = self.version()
        done = self.cibadmin("--replace", text="<cib><configuration></cib>")
        self.assertNotEqual(done.returncode, 0)
        self.assertTrue(done.stdout.strip())
        self.assertEqual(self.version(), before)

    def test_a_configuration_that_fits_no_schema_is_refused(self):
        before = self.version()
        done = self.cibadmin("--create", "--scope", "resources", text='<primitive id="x" klass="ocf"/>')
        self.assertEqual(done.returncode, 78, done.stdout)
        self.assertIn("schema", done.stdout)
        self.assertEqual(self.version(), before)

    def test_an_agent_that_does_not_exist_is_named_in_the_status(self):
        self.load(configuration(dummy("ghost", agent="ocf:nowhere:Ghost")))
        def seen():
            state = self.monitor()
            return [op for history in state.iter("resource_history") if history.get("id") == "ghost"
                    for op in history.iter("operation_history") if op.get("rc_text") == "not installed"] if state is not None else None
        labs.wait_until(seen, 30, "ghost is shown as not installed")
        self.assertEqual(self.where("ghost"), [])

    def test_junk_on_every_socket_disturbs_nobody(self):
        programs = {p: [node.pids(p) for node in self.lab.nodes] for p in
                    ("pacemaker-controld", "pacemaker-execd", "pacemaker-fenced", "pacemakerd")}
        (self.first.directory / "srv" / "junk.py").write_text(JUNK)
        for service in SERVICES:
            self.first.run("python3", "/srv/junk.py", service)
        self.assertEqual(len(self.online(self.first)), 3)
        for program, pids in programs.items():
            self.assertEqual([node.pids(program) for node in self.lab.nodes], pids)

    def test_a_client_that_dies_mid_request_disturbs_nobody(self):
        for _ in range(10):
            self.first.run("timeout -s KILL 0.01 cibadmin --query; timeout -s KILL 0.01 crm_mon -1", check=False)
        self.assertEqual(len(self.online(self.first)), 3)

    def test_a_full_disk_loses_nothing(self):
        self.load(configuration(dummy("kept")))
        labs.wait_until(lambda: self.where("kept"), 60, "kept is active")
        fill = self.first.run("mount -t tmpfs -o size=64k,mode=0750 tmpfs /mnt && cp -a /var/lib/pacemaker/cib/. /mnt/"
                              " && mount --move /mnt /var/lib/pacemaker/cib && chown hacluster:haclient /var/lib/pacemaker/cib"
                              " && dd if=/dev/zero of=/var/lib/pacemaker/cib/filler bs=4k; true")
        self.assertIn("No space left", fill.stdout)
        try:
            done = self.first.run("crm_attribute", "--name", "on-full-disk", "--update", "yes", check=False, timeout=60)
            self.assertEqual(done.returncode, 0, "the other two are a majority: " + done.stdout)
            labs.wait_until(lambda: "No space left" in self.first.log(), 10, "the log names the full disk")
        finally:
            self.first.run("umount", "/var/lib/pacemaker/cib")
        for node in self.lab.nodes:
            self.assertEqual(node.run("crm_attribute", "--name", "on-full-disk", "--query", "--quiet").stdout.strip(), "yes")


class BadFenceAgent(ClusterTest):

    def test_a_fence_agent_that_prints_garbage_or_hangs_does_not_count_as_success(self):
        device = ('<primitive id="{id}" class="stonith" type="fence_dummy"><instance_attributes id="{id}-params">'
                  '<nvpair id="{id}-mode" name="mode" value="{mode}"/>'
                  '<nvpair id="{id}-hosts" name="pcmk_host_list" value="node3"/>'
                  '<nvpair id="{id}-timeout" name="pcmk_off_timeout" value="3s"/></instance_attributes></primitive>')
        for mode in ("garbage", "hang"):
            with self.subTest(mode=mode):
                text = configuration(device.format(id=f"broken-{mode}", mode=mode)).replace(
                    "node1 node2 node3", "node1 node2")
                self.load(text)
                labs.wait_until(lambda m=mode: f"broken-{m}" in self.lab.nodes[0].run(
                    "stonith_admin", "--list", "node3", check=False).stdout, 30, "the device can fence node3")
                done = self.lab.nodes[0].run("stonith_admin", "--fence", "node3", "--timeout", "10", check=False, timeout=90)
                self.assertNotEqual(done.returncode, 0, done.stdout)
                self.assertFalse(self.fence_events("node3"))
                self.assertIsNotNone(self.lab.node("node3").unshare_pid)
