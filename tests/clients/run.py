#!/usr/bin/env python3
"""Runs real clients, unmodified, as Debian packages them, on three-node clusters of namespaces, and compares the answers
with those that Debian's Pacemaker gives to the same steps.

usage: run.py --stage DIR [--against ours|debian|both] [CLIENT[/FLOW]...]

  both     (default, where Debian's pacemaker is installed) every flow runs on a cluster of our daemons and on one of
           Debian's; a step passes when both meet its expectations and their answers are equal once times, versions and
           durations are hidden
  ours     our daemons alone: a step passes when it meets its expectations
  debian   Debian's alone, to see whether the expectations are right

The flows are tables: see flow.py for what a step can say and flows/ for all of them. The last lines count, for each
client, the steps that passed of all that were tried. Needs root.
"""

import argparse
import os
import pathlib
import shutil
import sys
import time

import compare
import flow as flows
import side as sides


class Tally:
    """Steps of one client: passed, differing for a stated reason, failed."""

    def __init__(self):
        self.passed, self.failed, self.reasons = 0, [], []

    def line(self, client):
        tried = self.passed + len(self.failed) + len(self.reasons)
        return f"{client}: {self.passed} of {tried} steps passed, {len(self.reasons)} differ for a reason, {len(self.failed)} failed"


def judge(step, flow, answers):
    """(verdict, text): "passed", "differs" or "failed" and why. `answers` maps a side's name to its answer."""
    for name, answer in answers.items():
        wrong = compare.unexpected(answer, step) or (None if answer.settled else "the cluster did not settle")
        if wrong:
            return "failed", f"{name}: {wrong}\n{answer.out}{answer.err}".rstrip()
    if len(answers) < 2:
        return "passed", ""
    ours, debians = (compare.comparable(answers[name], step, flow) for name in ("ours", "debian"))
    if ours == debians:
        return "passed", ""
    return ("differs" if step.differs else "failed"), compare.difference(ours, debians)


def run_flow(client, flow, running, arguments):
    """Runs a flow on all sides and prints what is worth it; returns its Tally."""
    began = time.monotonic()
    results = sides.together(*[lambda side=side: side.run_flow(flow) for side in running])
    tally = Tally()
    for number, step in enumerate(flow.steps):
        answers = {side.name: answers[number] for side, answers in zip(running, results)}
        verdict, text = judge(step, flow, answers)
        if verdict == "passed":
            tally.passed += 1
        elif verdict == "differs":
            tally.reasons.append((flow.name, step.name, step.differs))
        else:
            tally.failed.append((flow.name, step.name, text))
        if verdict == "failed" or arguments.verbose:
            print(f"--- {client.name}/{flow.name} step {number + 1}: {verdict}: {step.name}\n{text}")
        if arguments.transcript:
            write_transcript(arguments.transcript / client.name / flow.name, number, step, answers)
    print(f"{client.name}/{flow.name}: {tally.passed} of {len(flow.steps)} ({time.monotonic() - began:.0f} s) {flow.title}",
          flush=True)
    return tally


def write_transcript(folder, number, step, answers):
    folder.mkdir(parents=True, exist_ok=True)
    for name, answer in answers.items():
        (folder / f"{number + 1:03}.{name}").write_text(
            f"# {step.name}\n# exit {answer.exit}, {answer.seconds:.2f} s\n{answer.out}--- messages\n{answer.err}")


def run_client(client, chosen, arguments):
    """All chosen flows of a client on labs of their own; returns its Tally."""
    parties = {"ours": client.ours, "debian": client.debian}
    names = list(parties) if arguments.against == "both" else [arguments.against]
    if client.alone:
        names = ["ours"]
    running = [sides.Side(name, parties[name], arguments.stage, arguments.prefix) for name in names]
    total = Tally()
    try:
        sides.together(*[side.start for side in running])
        for flow in chosen:
            tally = run_flow(client, flow, running, arguments)
            total.passed += tally.passed
            total.failed += tally.failed
            total.reasons += tally.reasons
    finally:
        if not arguments.keep:
            for side in running:
                side.stop()
    return total


def debian_is_installed():
    return pathlib.Path("/usr/lib/pacemaker/pacemaker-controld").exists() and shutil.which("pacemakerd") is not None


def chosen_flows(client, names):
    """The client's flows that the words of the command line pick: CLIENT, CLIENT/FLOW, or all without words."""
    return [flow for flow in client.flows if not names or client.name in names or f"{client.name}/{flow.name}" in names]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", type=pathlib.Path, default="build/stage", help="installed tree of this project")
    parser.add_argument("--against", choices=["ours", "debian", "both"],
                        default="both" if debian_is_installed() else "ours")
    parser.add_argument("--transcript", type=pathlib.Path, metavar="DIR", help="write every answer into files below DIR")
    parser.add_argument("--prefix", default="clients", help="first part of the labs' names (default: clients)")
    parser.add_argument("--keep", action="store_true", help="leave the labs running (tests/cluster/labctl --lab clients-ours)")
    parser.add_argument("-v", "--verbose", action="store_true", help="print passed steps too")
    parser.add_argument("names", nargs="*", metavar="CLIENT[/FLOW]")
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("run.py: clusters need root, for namespaces")
    arguments.stage = arguments.stage.resolve()
    lines, reasons, failed, passed = [], [], 0, 0
    for client in flows.load_clients():
        chosen = chosen_flows(client, arguments.names)
        if not chosen:
            continue
        missing = [program for program in client.programs if shutil.which(program) is None]
        if missing:
            lines.append(f"{client.name}: not tried, {' '.join(missing)} of {' '.join(client.packages)} is not installed")
            continue
        if client.alone and arguments.against == "debian":
            lines.append(f"{client.name}: not tried, {client.alone}")
            continue
        tally = run_client(client, chosen, arguments)
        lines.append(tally.line(client.name) + (f"; ours alone: {client.alone}" if client.alone else ""))
        reasons += [f"  {client.name}/{name}: {step}\n      {why}" for name, step, why in tally.reasons]
        failed += len(tally.failed)
        passed += tally.passed
    if reasons:
        print("Differences with a reason:", *reasons, sep="\n")
    print(*lines, sep="\n")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (flows.FlowError, sides.labs.LabError) as error:
        sys.exit(f"run.py: {error}")
