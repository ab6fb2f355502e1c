"""What the cluster tests ask of a running lab: configuration in, state out, through the ordinary tools."""

import os
import unittest
import xml.etree.ElementTree as ET

import lab as labs

FORM_SECONDS = 30
SETTLE_SECONDS = 60

FENCING = """
<primitive id="fencing" class="stonith" type="fence_netns">
  <instance_attributes id="fencing-params">
    <nvpair id="fencing-socket" name="socket" value="/run/power/socket"/>
    <nvpair id="fencing-hosts" name="pcmk_host_list" value="node1 node2 node3"/>
  </instance_attributes>
</primitive>"""


def dummy(name, agent="ocf:heartbeat:Dummy", interval="1s", meta=()):
    """XML of a primitive of a Dummy-like agent with a monitor."""
    standard, provider, kind = agent.split(":")
    pairs = "".join(f'<nvpair id="{name}-meta-{key}" name="{key}" value="{value}"/>' for key, value in meta)
    return (f'<primitive id="{name}" class="{standard}" provider="{provider}" type="{kind}">'
            f'<meta_attributes id="{name}-meta">{pairs}</meta_attributes>'
            f'<operations><op id="{name}-monitor" name="monitor" interval="{interval}" timeout="20s"/></operations>'
            f'</primitive>')


def configuration(resources, constraints="", options=()):
    """A <configuration> of the three lab nodes with fencing."""
    pairs = "".join(f'<nvpair id="option-{key}" name="{key}" value="{value}"/>' for key, value in options)
    nodes = "".join(f'<node id="{n}" uname="node{n}"/>' for n in (1, 2, 3))
    return (f'<configuration><crm_config><cluster_property_set id="cib-bootstrap-options">{pairs}'
            f'</cluster_property_set></crm_config><nodes>{nodes}</nodes><resources>{FENCING}{resources}</resources>'
            f'<constraints>{constraints}</constraints></configuration>')


class ClusterTest(unittest.TestCase):
    """Base of the tests: a fresh three-node cluster for each class, kept for all its tests."""

    lab_options = {}
    begin_with = None  # names of the nodes that are started; None: all
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.lab = labs.Lab(os.environ.get("LAB_NAME", "test"), os.environ["LAB_STAGE"], **cls.lab_options)
        cls.addClassCleanup(cls.lab.destroy)
        cls.lab.create()
        for node in cls.lab.nodes:
            if cls.begin_with is None or node.name in cls.begin_with:
                node.start()
        cls.wait_for_coordinator()

    @classmethod
    def wait_for_coordinator(cls):
        labs.wait_until(lambda: cls.coordinator() is not None and len(cls.online()) == len(cls.running()),
                        FORM_SECONDS, "every running node is online under a coordinator")

    def run(self, result=None):
        done = super().run(result)
        if result is not None and any(test is self for test, _ in result.failures + result.errors):
            self.show_logs()
        return done

    def show_logs(self):
        for node in self.lab.nodes:
            print(f"--- {node.name}, last lines of its log and console")
            print("\n".join(node.log().splitlines()[-40:]))
            console = node.directory / "console.log"
            if console.exists():
                print("\n".join(console.read_text(errors="replace").splitlines()[-10:]))

    @classmethod
    def running(cls):
        return [node for node in cls.lab.nodes if node.init_pid is not None]

    @classmethod
    def monitor(cls, node=None):
        """The XML of crm_mon on a node (the first that runs), or None while it has no answer."""
        node = node or cls.running()[0]
        done = node.run("crm_mon", "--output-as=xml", check=False, timeout=30)
        try:
            return ET.fromstring(done.stdout) if done.returncode == 0 else None
        except ET.ParseError:
            return None

    @classmethod
    def coordinator(cls, node=None):
        """Name of the coordinator as a node sees it, or None."""
        state = cls.monitor(node)
        dc = None if state is None else state.find("summary/current_dc")
        return dc.get("name") if dc is not None and dc.get("present") == "true" else None

    @classmethod
    def online(cls, node=None):
        state = cls.monitor(node)
        if state is None:
            return []
        return [n.get("name") for n in state.findall("nodes/node") if n.get("online") == "true" and n.get("pending") != "true"]

    @classmethod
    def where(cls, resource, node=None):
        """Names of the nodes on which a resource is active, sorted; None without an answer."""
        state = cls.monitor(node)
        if state is None:
            return None
        return sorted(place.get("name") for found in state.iter("resource") if found.get("id") == resource
                      and found.get("role") != "Stopped" for place in found.findall("node"))

    def load(self, text):
        """Replaces the configuration and waits for nothing."""
        node = self.running()[0]
        path = node.directory / "srv" / "load.xml"
        path.write_text(text)
        node.run("cibadmin", "--replace", "--scope", "configuration", "--xml-file", "/srv/load.xml")

    def wait_where(self, resource, places, seconds=SETTLE_SECONDS):
        labs.wait_until(lambda: self.where(resource) == sorted(places), seconds,
                        f"{resource} is active on {' '.join(places) or 'no node'} (now: {self.where(resource)})")

    def fence_events(self, target):
        """Completed successful fencing of a node, as survivors remember it."""
        done = self.running()[0].run("stonith_admin", "--history", target, "--output-as=xml", check=False)
        root = ET.fromstring(done.stdout)
        return [e for e in root.iter("fence_event") if e.get("target") == target and e.get("status") == "success"]
