"""Measures the cluster as a whole: failover, process crashes, cold start, memory, requests, updates. Prints medians.

usage: bench.py --stage DIR [--runs N] [failover crash start memory requests updates]

`requests` and `updates` also measure a stage without this project's programs, which is the Pacemaker that the machine has.
"""

import argparse
import os
import pathlib
import re
import statistics
import sys
import threading
import time

import demo
import lab as labs

PROGRAMS = ("pacemaker-controld", "pacemaker-execd", "pacemaker-fenced", "pacemakerd")


class Sampler(threading.Thread):
    """Asks for the web page without a pause and keeps when it was answered, by whom, and when not."""

    def __init__(self, lab):
        super().__init__(daemon=True)
        self.lab = lab
        self.samples = []
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            answer = demo.server_of(self.lab.http_get(demo.ADDRESS, timeout=0.1))
            self.samples.append((time.monotonic(), answer))
            time.sleep(0.005)

    def stop(self):
        self.stopped.set()
        self.join()

    def longest_gap(self, since):
        """Seconds of the longest time without an answer after `since`."""
        good = [since] + [at for at, answer in self.samples if answer and at >= since]
        return max((b - a for a, b in zip(good, good[1:])), default=float("inf"))


def median(values):
    return statistics.median(values) if values else float("nan")


def report(what, values, unit="s"):
    print(f"{what:58} median {median(values):8.3f} {unit}   min {min(values):8.3f}   max {max(values):8.3f}   n={len(values)}",
          flush=True)


def started(args):
    lab = labs.Lab(args.lab, pathlib.Path(args.stage).resolve())
    lab.create()
    demo.prepare_web_pages(lab)
    begin = time.monotonic()
    lab.start()
    return lab, begin


def load_demo(lab):
    labs.wait_until(lambda: demo.controller_ready(lab.nodes[0]), 60, "a coordinator")
    lab.nodes[0].run("cibadmin", "--replace", "--scope", "configuration", "--xml-file", "/srv/demo.xml")
    labs.wait_until(lambda: demo.server_of(lab.http_get(demo.ADDRESS)), 60, "HTTP on the address")
    time.sleep(2)


STAMP = re.compile(r"^(\w{3} \d\d \d\d:\d\d:\d\d\.\d{3}) ")


def first_stamp(log, pattern, after):
    """Wall-clock seconds of the first log line after `after` that matches; None without one."""
    year = time.localtime().tm_year
    for line in log.splitlines():
        stamp = STAMP.match(line)
        if stamp and re.search(pattern, line):
            text, millis = stamp.group(1).rsplit(".", 1)
            at = time.mktime(time.strptime(f"{year} {text}", "%Y %b %d %H:%M:%S")) + int(millis) / 1000
            if at >= after:
                return at
    return None


def failover(args):
    """Whole node killed to the first HTTP answer from another node, with the parts as the survivors log them."""
    parts = {"detection (Corosync's new membership)": [], "decision (fencing asked for)": [], "fencing": [],
             "start (HTTP answers)": [], "total": []}
    for _ in range(args.runs):
        lab, _begin = started(args)
        try:
            load_demo(lab)
            victim = lab.node(demo.server_of(lab.http_get(demo.ADDRESS)))
            killed, wall = time.monotonic(), time.time()
            victim.kill()
            labs.wait_until(lambda: demo.server_of(lab.http_get(demo.ADDRESS, 0.1)), 60, "HTTP again", 0.005)
            total = time.monotonic() - killed
            time.sleep(1)
            survivors = [node for node in lab.nodes if node is not victim]
            corosync = "".join((node.directory / "var-log" / "corosync.log").read_text() for node in survivors)
            ours = "".join(node.log() for node in survivors)
            seen = first_stamp(corosync, r"A new membership", wall)
            asked = first_stamp(ours, rf"asks to fence .* {victim.name}", wall)
            done = first_stamp(ours, rf"fencing .* of {victim.name} .*: done", wall)
            for name, value in zip(parts, (seen - wall, asked - seen, done - asked, wall + total - done, total)):
                parts[name].append(value)
        finally:
            lab.destroy()
    for name, values in parts.items():
        report(f"node killed to HTTP: {name}", values)


def crash(args):
    """kill -9 of each process on the coordinator and elsewhere: gap of the service, time until it is back."""
    lab, _begin = started(args)
    try:
        load_demo(lab)
        coordinator = lab.nodes[0].run("crmadmin", "-D", "-q").stdout.strip()
        serving = demo.server_of(lab.http_get(demo.ADDRESS))
        other = next(n.name for n in lab.nodes if n.name != coordinator)
        for place, name in (("coordinator", coordinator), ("elsewhere", other)):
            for program in PROGRAMS:
                gaps, backs = [], []
                for _ in range(args.runs):
                    node = lab.node(name)
                    old = node.pids(program)
                    sampler = Sampler(lab)
                    sampler.start()
                    time.sleep(0.3)
                    begin = time.monotonic()
                    node.run("kill", "-9", *old)
                    labs.wait_until(lambda: node.pids(program) not in ([], old), 30, f"{program} back", 0.01)
                    backs.append(time.monotonic() - begin)
                    time.sleep(3)
                    sampler.stop()
                    gaps.append(sampler.longest_gap(begin))
                report(f"kill -9 {program} ({place}): back after", backs)
                report(f"kill -9 {program} ({place}): longest gap of HTTP", gaps)
        print(f"served by {serving} before, {demo.server_of(lab.http_get(demo.ADDRESS))} after")
        for node in lab.nodes:
            history = node.run("stonith_admin", "--history", "*", check=False).stdout.strip()
            print(f"fencing seen by {node.name}: {history}")
    finally:
        lab.destroy()


def start(args):
    """Three nodes switched on with a configuration on disk, until every resource is active."""
    times = []
    lab, _begin = started(args)
    try:
        load_demo(lab)
        for _ in range(args.runs):
            for node in lab.nodes:
                node.kill()
            time.sleep(0.5)
            begin = time.monotonic()
            lab.start()
            labs.wait_until(lambda: demo.server_of(lab.http_get(demo.ADDRESS, 0.1)), 90, "HTTP after a cold start", 0.02)
            times.append(time.monotonic() - begin)
            time.sleep(1)
        report("cold start of three nodes to HTTP", times)
    finally:
        lab.destroy()


def memory(args):
    """Proportional set size of our processes on each node of the idle cluster."""
    lab, _begin = started(args)
    try:
        load_demo(lab)
        time.sleep(3)
        totals = {"resident": [], "proportional": []}
        for node in lab.nodes:
            sums = {"Rss": 0, "Pss": 0}
            for program in PROGRAMS:
                for pid in node.pids(program):
                    text = node.run("cat", f"/proc/{pid}/smaps_rollup").stdout
                    figures = {key: int(re.search(rf"^{key}:\s+(\d+)", text, re.M).group(1)) for key in sums}
                    print(f"  {node.name} {program:20} {figures['Rss'] / 1024:6.1f} MiB resident {figures['Pss'] / 1024:6.1f} MiB proportional")
                    sums = {key: sums[key] + figures[key] for key in sums}
            totals["resident"].append(sums["Rss"] / 1024)
            totals["proportional"].append(sums["Pss"] / 1024)
        for kind, values in totals.items():
            report(f"memory of all processes a node, {kind}", values, "MiB")
    finally:
        lab.destroy()


RESOURCES = 200
CHANGES = 50
UPDATES = 5000


def timed(node, script):
    """Seconds that a shell script takes on a node."""
    begin = time.monotonic()
    node.run("sh", "-c", f"set -e; {script}", timeout=600)
    return time.monotonic() - begin


def load_resources(node):
    """A configuration of 200 resources that are not started: the requests alone are measured."""
    rows = "".join(
        f'<primitive id="r{i}" class="ocf" provider="heartbeat" type="Dummy"><meta_attributes id="r{i}-m">'
        f'<nvpair id="r{i}-t" name="target-role" value="Stopped"/></meta_attributes></primitive>' for i in range(RESOURCES))
    (node.directory / "srv" / "resources.xml").write_text(f"<resources>{rows}</resources>")
    node.run("crm_attribute", "-t", "crm_config", "-n", "stonith-enabled", "-v", "false")
    node.run("cibadmin", "--replace", "--scope", "resources", "--xml-file", "/srv/resources.xml")


def has_coordinator(node):
    """By crm_mon: some tools of Pacemaker wait for a coordinator for more than a minute."""
    done = node.run("crm_mon", "-1", check=False)
    return done.returncode == 0 and "Current DC: node" in done.stdout


DAEMONS = ("corosync", "pacemaker-controld", "pacemaker-attrd", "pacemaker-based")


def processor_seconds(lab):
    """Seconds that Corosync and the daemons between a client and the CIB have used on all nodes, by program."""
    used = {}
    for node in lab.nodes:
        for program in DAEMONS:
            for pid in node.pids(program):
                fields = node.run("cat", f"/proc/{pid}/stat").stdout.rsplit(")", 1)[1].split()
                ticks = int(fields[11]) + int(fields[12])
                used[program] = used.get(program, 0) + ticks / os.sysconf("SC_CLK_TCK")
    return used


def count_attribute_up(node, args, *how):
    """Updates a second through one node, how many of them are not in the value on another node, and what they cost."""
    program = pathlib.Path(args.stage).resolve().parent / "release" / "tests" / "cluster_attribute_load"
    copy = node.directory / "srv" / "load"
    copy.write_bytes(program.read_bytes())
    copy.chmod(0o755)
    before = processor_seconds(node.lab)
    seconds = node.run("/srv/load", UPDATES, *how, timeout=300).stdout.split()[-2]
    after = processor_seconds(node.lab)
    time.sleep(2)
    other = node.lab.nodes[-1].run("attrd_updater", "-n", "load", "-Q", "-N", node.name).stdout
    node.run("attrd_updater", "-n", "load", "-D")
    time.sleep(1)
    cost = {program: after[program] - before.get(program, 0) for program in after}
    return UPDATES / float(seconds), UPDATES - int(re.search(r'value="(\d+)"', other).group(1)), cost


def probed(node):
    """Gives the node's cluster 200 resources and the time that their probes take."""
    labs.wait_until(lambda: has_coordinator(node), 120, "a coordinator", 0.5)
    load_resources(node)
    time.sleep(20)


def updates(args):
    """Attribute updates through one node with 200 resources, of one client and of several."""
    lab, _begin = started(args)
    try:
        first = lab.nodes[0]
        probed(first)
        for title, how in (("a client that streams", (1, "stream")), ("a client that waits", (1,)), ("4 clients", (4,))):
            results = [count_attribute_up(first, args, *how) for _ in range(args.runs)]
            report(f"attribute updates through one node, {title}", [rate for rate, _, _ in results], "/s")
            report("of them lost on another node", [lost for _, lost, _ in results], "")
            for program in results[0][2]:
                report(f"{UPDATES} updates, {program} on three nodes", [cost[program] for _, _, cost in results], "s CPU")
    finally:
        lab.destroy()


def requests(args):
    """Sequential changes and status pages with 200 resources."""
    lab, _begin = started(args)
    try:
        first = lab.nodes[0]
        probed(first)
        changes, pages = [], []
        for _ in range(args.runs):
            script = (f"i=0; while [ $i -lt {CHANGES} ]; do i=$((i+1)); cibadmin --modify --allow-create --scope nodes "
                      f"--xml-text \"<node id='1' uname='node1' description='$i'/>\"; done")
            changes.append(CHANGES / timed(first, script))
            pages.append(1000 * timed(first, "for i in 1 2 3 4 5 6 7 8 9 10; do crm_mon -1 -r >/dev/null; done") / 10)
        report("sequential cibadmin changes, three nodes", changes, "/s")
        report("crm_mon -1 -r, 200 resources", pages, "ms")
    finally:
        lab.destroy()


MEASURES = {"failover": failover, "crash": crash, "start": start, "memory": memory, "requests": requests, "updates": updates}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", default="build/stage")
    parser.add_argument("--lab", default="bench", help="name of the lab: two runs at a time need two")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("what", nargs="*", choices=[*MEASURES, []])
    args = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("bench.py: needs root, for namespaces")
    for name in args.what or MEASURES:
        print(f"-- {name}", flush=True)
        MEASURES[name](args)


if __name__ == "__main__":
    main()
