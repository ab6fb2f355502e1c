"""Clusters of real Corosync nodes in namespaces of this machine.

A `Lab` is a switch (a network namespace with a bridge) and nodes. A node is a process tree in its own
network, mount, UTS, IPC and PID namespaces: its own /run, /dev/shm, /etc/corosync, /var/lib state and
user database, and this project's programs laid over /usr. Nothing outside of the namespaces and of the
lab's own directory changes. Needs root; asserts nothing about time.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import processes

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
STATE_ROOT = pathlib.Path("/run/systole-lab")
NODE_INIT = HERE / "node_init.sh"

COROSYNC_CONF = """\
totem {{
    version: 2
    cluster_name: {cluster}
    transport: knet
    crypto_cipher: none
    crypto_hash: none
    token: {token}
    token_coefficient: {coefficient}
}}
system {{
    sched_rr: {realtime}
    move_to_root_cgroup: no
}}
quorum {{
    provider: corosync_votequorum
{quorum}}}
logging {{
    to_syslog: no
    to_stderr: no
    to_logfile: yes
    logfile: /var/log/corosync.log
    timestamp: hires
}}
nodelist {{
{nodes}}}
"""


class LabError(Exception):
    """A step of a lab failed; the message names the step and shows what it printed."""


def run(*command, check=True, timeout=60, **options):
    """Runs a command of the host and returns its CompletedProcess, its output as text."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, text=True, errors="replace", timeout=timeout, **options)
    if check and done.returncode != 0:
        raise LabError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}")
    return done


def wait_until(condition, seconds, what, interval=0.05):
    """Polls `condition` until it is true and returns its value; LabError naming `what` after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise LabError(f"not within {seconds} s: {what}")
        time.sleep(interval)


class Node:
    """One node. `start` and `kill` are its power button; `run` is a shell on it."""

    def __init__(self, lab, number):
        self.lab = lab
        self.number = number
        self.name = f"node{number}"
        self.netns = f"{lab.name}-{self.name}"
        self.address = f"{lab.subnet}.{number}"
        self.directory = lab.directory / self.name
        self.pid_file = lab.directory / "power" / f"{self.name}.pid"

    @property
    def unshare_pid(self):
        """The host's number of the process that dies with the whole node; None while it is off."""
        try:
            return processes.pid_of(self.pid_file.read_text())
        except OSError:
            return None

    @property
    def init_pid(self):
        """The host's number of the node's process 1."""
        parent = self.unshare_pid
        if parent is None:
            return None
        try:
            children = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        except OSError:
            return None
        return int(children[0]) if children else None

    def make_network(self):
        port = f"p{self.number}"
        run("ip", "netns", "add", self.netns)
        # The kernel removes a network that was cut a moment after that.
        run("ip", "-n", self.lab.switch, "link", "del", port, check=False)
        run("ip", "-n", self.lab.switch, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", self.netns)
        run("ip", "-n", self.lab.switch, "link", "set", port, "master", "br0", "up")
        run("ip", "-n", self.netns, "link", "set", "lo", "up")
        run("ip", "-n", self.netns, "addr", "add", f"{self.address}/24", "dev", "eth0")
        run("ip", "-n", self.netns, "link", "set", "eth0", "up")

    def start(self):
        """Power on: the network is made anew, what was on disk is still there."""
        if self.unshare_pid is not None:
            return
        if not pathlib.Path(f"/run/netns/{self.netns}").exists():
            self.make_network()
        for part in ("etc-corosync", "var-lib-corosync", "var-lib-pacemaker", "var-log"):
            (self.directory / part).mkdir(parents=True, exist_ok=True)
        (self.directory / "etc-corosync" / "corosync.conf").write_text(self.lab.corosync_conf())
        log = open(self.directory / "console.log", "ab")
        environment = {
            "PATH": "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "LAB_NODE": self.name,
            "LAB_DIR": str(self.directory), "LAB_STAGE": str(self.lab.stage), "LAB_HOSTS": self.lab.hosts(),
            "LAB_POWER": str(self.lab.directory / "power"), "LAB_MANAGER": self.lab.manager}
        child = subprocess.Popen(
            ["ip", "netns", "exec", self.netns, "unshare", "--mount", "--uts", "--ipc", "--pid", "--fork",
             "--kill-child", "bash", str(NODE_INIT)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True)
        log.close()
        self.lab.children.append(child)
        self.pid_file.write_text(processes.mark(child.pid))
        (self.lab.directory / "power" / f"{self.name}.netns").write_text(self.netns)
        wait_until(lambda: self.init_pid, 5, f"{self.name} has a process 1", 0.01)

    def kill(self):
        """The whole node dies at once, its addresses too: the nearest thing to pulling the plug."""
        pid = self.unshare_pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        self.cut_network()

    def cut_network(self):
        run("ip", "netns", "del", self.netns, check=False)

    def link(self, up):
        """Takes the switch's port to this node up or down."""
        run("ip", "-n", self.lab.switch, "link", "set", f"p{self.number}", "up" if up else "down")

    def command(self, *words):
        """The host's command line that runs `words` on this node."""
        pid = self.init_pid
        if pid is None:
            raise LabError(f"{self.name} is off")
        return ["nsenter", "-t", str(pid), "-m", "-n", "-i", "-u", "-p", "--"] + [str(word) for word in words]

    def run(self, *words, check=True, timeout=60, **options):
        """Runs a command on this node; a single word with spaces is given to a shell."""
        if len(words) == 1 and " " in str(words[0]):
            words = ("sh", "-c", words[0])
        return run(*self.command(*words), check=check, timeout=timeout, **options)

    def pids(self, program):
        """Numbers (in the node) of the processes whose argv[0] ends with /`program` or is it."""
        script = ('for d in /proc/[0-9]*; do { read -r -d "" a <"$d/cmdline"; } 2>/dev/null; '
                  '[ "${a##*/}" = "$0" ] && echo "${d#/proc/}"; done; true')
        return [int(pid) for pid in self.run("bash", "-c", script, program).stdout.split()]

    def log(self):
        """The text of the manager's log on this node."""
        path = self.directory / "var-log" / "pacemaker" / "pacemaker.log"
        return path.read_text(errors="replace") if path.exists() else ""


class Lab:
    """A switch and `count` nodes, all off until `start`."""

    def __init__(self, name, stage, count=3, token=1000, coefficient=0, manager="pacemakerd", cluster_name=None):
        self.name = name
        self.stage = pathlib.Path(stage)
        self.token = token
        self.coefficient = coefficient
        self.manager = manager
        self.cluster_name = cluster_name or name
        self.switch = f"{name}-switch"
        self.directory = STATE_ROOT / name
        self.subnet = "10.99.0"
        self.children = []
        self.nodes = [Node(self, number) for number in range(1, count + 1)]

    def node(self, name):
        return next(node for node in self.nodes if node.name == name)

    def hosts(self):
        return "\n".join(f"{node.address} {node.name}" for node in self.nodes)

    def corosync_conf(self):
        nodes = "".join(
            f"    node {{\n        ring0_addr: {node.address}\n        name: {node.name}\n        nodeid: {node.number}\n    }}\n"
            for node in self.nodes)
        quorum = "    two_node: 1\n    wait_for_all: 0\n" if len(self.nodes) == 2 else ""
        return COROSYNC_CONF.format(cluster=self.cluster_name, token=self.token, coefficient=self.coefficient, nodes=nodes,
                                    quorum=quorum, realtime="yes" if realtime_permitted() else "no")

    def create(self):
        """Makes the switch and the power switch; a lab of the same name that was left over is removed."""
        self.destroy()
        (self.directory / "power").mkdir(parents=True)
        run("ip", "netns", "add", self.switch)
        run("ip", "-n", self.switch, "link", "set", "lo", "up")
        run("ip", "-n", self.switch, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        run("ip", "-n", self.switch, "addr", "add", f"{self.subnet}.254/24", "dev", "br0")
        run("ip", "-n", self.switch, "link", "set", "br0", "up")
        self.save()
        log = open(self.directory / "power.log", "ab")
        power = self.directory / "power"
        switch = subprocess.Popen(
            [sys.executable, str(HERE / "power_switch"), "--socket", str(power / "socket"), "--nodes-dir", str(power),
             "--on-command", f"{sys.executable} {HERE / 'labctl'} --lab {self.name} on"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        log.close()
        self.children.append(switch)
        (self.directory / "power_switch.pid").write_text(processes.mark(switch.pid))
        wait_until((power / "socket").exists, 10, "the power switch listens")

    def save(self):
        (self.directory / "lab.json").write_text(json.dumps(
            {"name": self.name, "stage": str(self.stage), "count": len(self.nodes), "token": self.token,
             "coefficient": self.coefficient, "manager": self.manager, "cluster_name": self.cluster_name}))

    @staticmethod
    def load(name):
        """The running lab of that name; LabError when there is none."""
        try:
            return Lab(**json.loads((STATE_ROOT / name / "lab.json").read_text()))
        except OSError as error:
            raise LabError(f"no lab '{name}' is running") from error

    def start(self):
        for node in self.nodes:
            node.start()

    def destroy(self):
        """Removes every process, namespace and file of the lab."""
        for node in self.nodes:
            node.kill()
        pid_file = self.directory / "power_switch.pid"
        switch = processes.pid_of(pid_file.read_text()) if pid_file.exists() else None
        if switch is not None:
            os.kill(switch, signal.SIGTERM)
        for child in self.children:
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
        self.children.clear()
        if pathlib.Path(f"/run/netns/{self.switch}").exists():
            run("ip", "netns", "del", self.switch)
        shutil.rmtree(self.directory, ignore_errors=True)

    def http_get(self, address, timeout=0.2):
        """The body that a web server at `address` answers to a client at the switch; None without an answer."""
        done = run("ip", "netns", "exec", self.switch, "curl", "-s", "-m", timeout, f"http://{address}/", check=False)
        return done.stdout if done.returncode == 0 else None

    def __enter__(self):
        self.create()
        return self

    def __exit__(self, *_):
        self.destroy()


def realtime_permitted():
    """Whether a process here may ask for real-time scheduling, as Corosync wants to."""
    return run("chrt", "-r", "1", "true", check=False).returncode == 0
