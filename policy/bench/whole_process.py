"""Measures crm_simulate as a whole process on generated clusters, against budgets and, where it is
installed, beside Debian's Pacemaker.

usage: whole_process.py --build DIR [--runs N] [--oracle PROGRAM] [--corpus DIR]

Each program checks its input against the grammars that are installed with it: ours are those of the build.
Runs of the two programs alternate, so that what else the machine does burdens both alike. Prints the
medians of wall-clock time, of processor time and the largest memory; exits with 1 where a budget is not
kept.
"""

import argparse
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

PLAN = ("-Q", "-G")
EXECUTE = ("-S",)


@dataclass(frozen=True)
class Job:
    nodes: int
    resources: int
    situation: str
    mode: tuple
    budget_ms: float | None = None
    budget_mib: float | None = None
    ratio: float | None = None  # how many times faster than the oracle it has to be
    oracle: bool = False  # the oracle answers within a bearable time

    @property
    def name(self):
        return f"{self.nodes:2} nodes x {self.resources:4} {self.situation:8} {' '.join(self.mode)}"


JOBS = (
    Job(16, 500, "cold", PLAN, budget_ms=35, ratio=80, oracle=True),
    Job(16, 500, "running", PLAN, oracle=True),
    Job(16, 500, "lost", PLAN, oracle=True),
    Job(16, 500, "cold", EXECUTE, budget_ms=300),
    Job(16, 1000, "cold", PLAN, budget_ms=80, oracle=True),
    Job(16, 1000, "running", PLAN, budget_ms=130, oracle=True),
    Job(16, 1000, "lost", PLAN, budget_ms=130, oracle=True),
    *(Job(32, size, situation, PLAN) for situation in ("cold", "running", "lost") for size in (1250, 2500)),
    *(Job(32, 5000, situation, PLAN, budget_ms=2000, budget_mib=1024) for situation in ("cold", "running", "lost")),
)
GROWTH = 1.3  # the highest exponent from 1,250 to 5,000 resources
CORPUS_MEAN_MS, CORPUS_WORST_MS = 10, 100


@dataclass
class Samples:
    wall: list = field(default_factory=list)
    cpu: list = field(default_factory=list)
    mib: float = 0

    def add(self, program, arguments, environment=None):
        begin = time.perf_counter()
        with open(os.devnull, "w") as null:
            process = subprocess.Popen([program, *arguments], stdout=null, stderr=null, env=environment)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{program} {' '.join(arguments)} ended with {process.returncode}")
        self.wall.append((time.perf_counter() - begin) * 1000)
        self.cpu.append((usage.ru_utime + usage.ru_stime) * 1000)
        self.mib = max(self.mib, usage.ru_maxrss / 1024)

    @property
    def median(self):
        return statistics.median(self.wall)

    @property
    def median_cpu(self):
        return statistics.median(self.cpu)


class Bench:
    def __init__(self, args, folder):
        self.build = pathlib.Path(args.build)
        self.program = str(self.build / "bin/crm_simulate")
        self.environment = {**os.environ, "PCMK_schema_directory": str(self.build.resolve() / "schemas")}
        self.runs = args.runs
        self.oracle = args.oracle if os.access(args.oracle, os.X_OK) else None
        self.folder = folder
        self.broken = []

    def input_of(self, job):
        path = self.folder / f"{job.nodes}-{job.resources}-{job.situation}.xml"
        if not path.exists():
            with open(path, "w") as file:
                subprocess.run([self.build / "bin/policy_bench_cluster", str(job.nodes), str(job.resources), job.situation],
                               stdout=file, check=True)
        return path

    def arguments(self, job, path):
        extra = ["-G", str(self.folder / "graph.xml")] if job.mode == PLAN else []
        return ["-x", str(path), *(word for word in job.mode if word != "-G"), *extra]

    def measure(self, job):
        arguments = self.arguments(job, self.input_of(job))
        own, other = Samples(), Samples()
        own.add(self.program, arguments, self.environment)  # to warm up
        own = Samples()
        with_oracle = self.oracle and job.oracle
        for _ in range(self.runs):
            # More often than the other, beside whose seconds these runs are moments.
            for _ in range(3):
                own.add(self.program, arguments, self.environment)
            if with_oracle:
                other.add(self.oracle, arguments)
        line = f"{job.name:34} {own.median:8.1f} ms  cpu {own.median_cpu:8.1f} ms  {own.mib:6.0f} MiB"
        if job.budget_ms:
            line += f"  budget {job.budget_ms:5.0f} ms" + self.judge(own.median <= job.budget_ms, job.name)
        if job.budget_mib:
            line += f"  {job.budget_mib:.0f} MiB" + self.judge(own.mib <= job.budget_mib, job.name)
        if with_oracle:
            ratio = other.median / own.median
            line += f"  Debian's {other.median:8.0f} ms: {ratio:6.1f} times"
            if job.ratio:
                line += f", wanted {job.ratio}" + self.judge(ratio >= job.ratio, job.name + " beside Debian's")
        print(line, flush=True)
        return own.median_cpu

    def judge(self, kept, what):
        if not kept:
            self.broken.append(what)
        return "" if kept else " (NOT KEPT)"

    def growth(self, times):
        for situation in ("cold", "running", "lost"):
            small, large = (times[(32, size, situation)] for size in (1250, 5000))
            exponent = math.log(large / small) / math.log(4)
            print(f"growth from 1,250 to 5,000 resources, {situation:8} n^{exponent:.2f}"
                  + self.judge(exponent < GROWTH, f"growth, {situation}"), flush=True)

    def corpus(self, folder):
        cases = sorted(pathlib.Path(folder).glob("xml/*.xml"))
        if not cases:
            return
        took = {}
        for case in cases:
            samples = Samples()
            arguments = ["-x", str(case), "-Q", "-G", str(self.folder / "graph.xml")]
            for _ in range(3):
                try:
                    samples.add(self.program, arguments, self.environment)
                except SystemExit:  # a case that has to be refused
                    break
            if samples.wall:
                took[case.stem] = samples.median
        mean, worst = statistics.mean(took.values()), max(took, key=took.get)
        print(f"{len(took)} cases: mean {mean:.1f} ms" + self.judge(mean <= CORPUS_MEAN_MS, "mean of the cases")
              + f", worst {took[worst]:.1f} ms ({worst})" + self.judge(took[worst] <= CORPUS_WORST_MS, "worst case"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--oracle", default="/usr/sbin/crm_simulate")
    parser.add_argument("--corpus", help="a folder with xml/*.xml, planned for one by one")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(args, pathlib.Path(folder))
        times = {(job.nodes, job.resources, job.situation): bench.measure(job) for job in JOBS if job.mode == PLAN}
        for job in JOBS:
            if job.mode != PLAN:
                bench.measure(job)
        bench.growth(times)
        if args.corpus:
            bench.corpus(args.corpus)
    if bench.broken:
        sys.exit("not kept: " + "; ".join(bench.broken))


if __name__ == "__main__":
    main()
