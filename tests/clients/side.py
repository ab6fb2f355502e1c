"""A side of a comparison: a three-node lab with one party's daemons, on which flows are run."""

import dataclasses
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time
from xml.etree import ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cluster"))
import lab as labs  # noqa: E402

FORM_SECONDS = 90
STEP_SECONDS = 120
# The tools whose party may be another than the daemons'.
TOOLS = ("attrd_updater", "cibadmin", "crm_attribute", "crm_diff", "crm_error", "crm_failcount", "crm_master", "crm_mon",
         "crm_node", "crm_resource", "crm_rule", "crm_shadow", "crm_simulate", "crm_standby", "crm_ticket", "crm_verify",
         "crmadmin", "iso8601", "stonith_admin")
# Test devices that both parties' clusters fence with.
FENCE_AGENTS = ("fence_netns", "fence_dummy")
# Nothing left to do: a plan without actions, and a coordinator that waits. `crm_resource --wait` says the same in more time.
SETTLE = """
i=0
while [ $i -lt 300 ]; do
    i=$((i + 1))
    if ! /usr/sbin/crm_simulate -LS 2>/dev/null | grep -Eq '^ +\\* (Resource action|Pseudo action|Cluster action|Fencing) '; then
        dc=$(/usr/sbin/crmadmin -D 2>/dev/null | sed 's/.* //')
        /usr/sbin/crmadmin -S "$dc" 2>&1 | grep -q S_IDLE && exit 0
    fi
    sleep 0.1
done
exit 1
"""
ONLINE = "/usr/sbin/crm_mon -1 2>/dev/null | grep -q 'Online: \\[.* %s .*\\]'"
# Debian's say for a while that versions are mixed, until every node's feature set is known.
FORMED = "/usr/sbin/crm_mon -1 2>/dev/null | grep -v MIXED-VERSION | grep -c 'with quorum$\\|Online: \\[ node1 node2 node3 \\]' | grep -qx 2"
BEGIN = """
/usr/sbin/crm_attribute -t crm_config -n stonith-enabled -v false &&
/usr/sbin/cibadmin -Q -o configuration >/srv/begin.xml
"""


@dataclasses.dataclass(frozen=True)
class Answer:
    exit: int
    out: str
    err: str
    seconds: float
    settled: bool


class Side:
    """One lab. `name` is shown in reports; `party` says whose daemons and tools; `stage` is our installed tree."""

    def __init__(self, name, party, stage, prefix):
        self.name = name
        self.party = party
        self.stage = pathlib.Path(stage)
        self.lab = labs.Lab(f"{prefix}-{name}", self.layer(prefix), cluster_name="clients")

    def layer(self, prefix):
        """The tree that is laid over the machine's: our programs, or no more than the fence agents for tests."""
        if self.party.daemons == "ours":
            return self.stage
        layer = self.stage.parent / f"{self.stage.name}-{prefix}-fence-agents"
        (layer / "usr/sbin").mkdir(parents=True, exist_ok=True)
        for name in FENCE_AGENTS:
            shutil.copy(self.stage / "usr/sbin" / name, layer / "usr/sbin")
        return layer

    def start(self):
        """Starts the lab and waits until the three nodes are a cluster without resources."""
        self.lab.create()
        for node in self.lab.nodes:
            self.prepare(node)
        for node in self.lab.nodes:
            node.start()
            labs.wait_until(lambda node=node: self.shell(node, ONLINE % node.name).exit == 0, FORM_SECONDS,
                            f"{self.name}: {node.name} online", 0.3)
        labs.wait_until(lambda: all(self.shell(node, FORMED).exit == 0 for node in self.lab.nodes), FORM_SECONDS,
                        f"{self.name}: three nodes online", 0.3)
        self.sort_states()
        begun = self.shell(self.lab.nodes[0], BEGIN)
        if begun.exit != 0:
            raise labs.LabError(f"{self.name}: {begun.err}")

    def sort_states(self):
        """Puts the nodes' states in the order of their numbers, by which instances are counted.

        They come in the order in which they were first written, which follows from when who was coordinator."""
        first = self.lab.nodes[0]
        status = ElementTree.fromstring(self.shell(first, "/usr/sbin/cibadmin -Q -o status").out)
        states = sorted(status, key=lambda state: state.get("id"))
        if states == list(status):
            return
        status[:] = states
        sorted_states = self.shell(first, "/usr/sbin/cibadmin -R -o status -p", ElementTree.tostring(status, "unicode"))
        if sorted_states.exit != 0:
            raise labs.LabError(f"{self.name}: {sorted_states.err}")
        self.shell(first, SETTLE)

    def prepare(self, node):
        """The node's own /srv: a home, and the tools of the other party if those are wanted."""
        (node.directory / "srv/home").mkdir(parents=True)
        (node.directory / "etc-corosync/uidgid.d").mkdir(parents=True)
        (node.directory / "var-log/crmsh").mkdir(parents=True)
        if self.party.tools != self.party.daemons:
            source = self.stage / "usr/sbin" if self.party.tools == "ours" else pathlib.Path("/usr/sbin")
            tools = node.directory / "srv/tools"
            tools.mkdir()
            for name in TOOLS:
                shutil.copy(source / name, tools)

    def stop(self):
        self.lab.destroy()

    def reset(self):
        """Back to the configuration with which the cluster began, every resource stopped and forgotten."""
        for node in self.lab.nodes:
            node.start()
        first = self.lab.nodes[0]
        self.shell(first, "/usr/sbin/cibadmin -R --force -o configuration -x /srv/begin.xml")
        self.shell(first, SETTLE)

    def shell(self, node, script, text="", seconds=STEP_SECONDS):
        """Runs a shell script on a node with an environment of its own; what it prints is kept apart from its messages."""
        path = ("/srv/tools:" if self.party.tools != self.party.daemons else "") + "/usr/sbin:/usr/bin:/sbin:/bin"
        command = node.command("env", "-i", f"PATH={path}", "HOME=/srv/home", "LC_ALL=C.UTF-8", "TERM=dumb", "USER=root",
                               "LOGNAME=root", "SHELL=/bin/sh", "COLUMNS=200", "TZ=UTC", "sh", "-c", script)
        began = time.monotonic()
        try:
            done = subprocess.run(command, input=text, capture_output=True, text=True, errors="replace", timeout=seconds,
                                  cwd="/")
            return Answer(done.returncode, done.stdout, done.stderr, time.monotonic() - began, True)
        except subprocess.TimeoutExpired as late:
            out = late.stdout.decode(errors="replace") if late.stdout else ""
            return Answer(-1, out, f"no end within {seconds} s", time.monotonic() - began, False)

    def run_step(self, step):
        node = self.lab.node(step.node)
        if step.power:
            node.start() if step.power == "on" else node.kill()
            return Answer(0, "", "", 0, True)
        for path, text in step.files.items():
            (node.directory / path.lstrip("/")).write_text(text)
        end = time.monotonic() + step.seconds
        while True:
            answer = self.shell(node, step.run, step.input)
            if not step.until or re.search(step.until, answer.out + answer.err, re.MULTILINE) or time.monotonic() > end:
                break
            time.sleep(0.3)
        if not step.settle:
            return answer
        asked = next((each for each in self.lab.nodes if each.init_pid is not None), None)
        settled = asked is None or self.shell(asked, SETTLE).exit == 0
        return dataclasses.replace(answer, settled=settled)

    def run_flow(self, flow):
        """The answers to the flow's steps, in order."""
        if flow.fresh:
            self.stop()
            self.start()
        else:
            self.reset()
        return [self.run_step(step) for step in flow.steps]


def together(*jobs):
    """Runs the functions side by side and returns their results; the first error is raised."""
    results, errors = [None] * len(jobs), []

    def work(number, job):
        try:
            results[number] = job()
        except Exception as error:  # pylint: disable=broad-except
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results
