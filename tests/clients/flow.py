"""Flows: what a client is asked, step by step, read from the TOML files below flows/CLIENT/.

A flow is `title`, optional `mask` (more patterns that hide a value in all its steps), optional `fresh = true` (it begins
on a new cluster) and `steps`. A client is a folder with client.toml (Client below) and a file for each flow; `alone` in
its client.toml says why Debian's Pacemaker cannot do this, and that it runs on our daemons only. A step has

    run       a shell command (required, unless `power` is given)
    node      where: "node1" (default), "node2", "node3"
    input     text for its standard input
    files     { "/srv/x.xml" = "text" }: files that are written on the node before it runs
    power     "off" or "on": presses the node's power button instead of running something
    exit      its exit code on every side: a number (default 0), or "any" when only the sides must agree
    compare   how the sides' answers are compared: "text" (default), "sorted" (lines in any order), "stdout" (without the
              messages), "exit" (the exit code alone), "none"
    match     patterns of which each must be found in the answer of every side
    absent    patterns of which none may be found
    until     a pattern; the command is repeated until its answer has it (at most `seconds`, default 30)
    mask      more patterns that hide a value in this step
    drop      patterns of lines that are not compared
    settle    false when the next step must not wait until the cluster has nothing left to do
    differs   why the answers may differ: a sentence, shown in the report
"""

import dataclasses
import pathlib
import tomllib

FLOWS = pathlib.Path(__file__).resolve().parent / "flows"
COMPARISONS = ("text", "sorted", "stdout", "exit", "none")


class FlowError(Exception):
    """A flow's file is wrong; the message names it and the step."""


@dataclasses.dataclass(frozen=True)
class Step:
    run: str = ""
    node: str = "node1"
    input: str = ""
    files: dict = dataclasses.field(default_factory=dict)
    power: str = ""
    exit: int | str = 0
    compare: str = "text"
    match: list = dataclasses.field(default_factory=list)
    absent: list = dataclasses.field(default_factory=list)
    until: str = ""
    seconds: int = 30
    mask: list = dataclasses.field(default_factory=list)
    drop: list = dataclasses.field(default_factory=list)
    settle: bool = True
    differs: str = ""

    @property
    def name(self):
        return f"{self.node}: {self.run}" if not self.power else f"{self.node}: power {self.power}"


@dataclasses.dataclass(frozen=True)
class Flow:
    name: str
    title: str
    steps: list
    mask: list
    fresh: bool


@dataclasses.dataclass(frozen=True)
class Party:
    """Whose daemons run in a lab and whose tools are first in the search path: "ours" or "debian"."""

    daemons: str
    tools: str


@dataclasses.dataclass(frozen=True)
class Client:
    """What is tried (`ours`) and what it is compared with (`debian`), with the programs that must be there."""

    name: str
    programs: list
    packages: list
    ours: Party
    debian: Party
    alone: str
    flows: list


def make_step(values, place):
    known = {field.name for field in dataclasses.fields(Step)}
    for name in values:
        if name not in known:
            raise FlowError(f"{place}: unknown '{name}', known are {', '.join(sorted(known))}")
    step = Step(**values)
    if step.compare not in COMPARISONS:
        raise FlowError(f"{place}: compare = '{step.compare}' is none of {', '.join(COMPARISONS)}")
    if bool(step.run) == bool(step.power):
        raise FlowError(f"{place}: either 'run' or 'power'")
    return step


def load_flow(path):
    try:
        values = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise FlowError(f"{path.name}: {error}") from error
    steps = [make_step(step, f"{path.name}, step {number}") for number, step in enumerate(values["steps"], 1)]
    return Flow(path.stem, values["title"], steps, values.get("mask", []), values.get("fresh", False))


def load_client(folder):
    values = tomllib.loads((folder / "client.toml").read_text())
    both = {"daemons": "ours", "tools": "ours"}, {"daemons": "debian", "tools": "debian"}
    steps = folder.parent / values.get("flows_of", folder.name)
    return Client(folder.name, values["programs"], values["packages"], Party(**values.get("ours", both[0])),
                  Party(**values.get("debian", both[1])), values.get("alone", ""),
                  [load_flow(path) for path in sorted(steps.glob("*.toml")) if path.name != "client.toml"])


def load_clients():
    return [load_client(path.parent) for path in sorted(FLOWS.glob("*/client.toml"))]
