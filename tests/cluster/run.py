#!/usr/bin/env python3
"""Runs the cluster tests: every test_*.py of this folder, on labs of real Corosync nodes.

usage: run.py --stage DIR [NAME...]     NAME picks tests that contain it
"""

import argparse
import os
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent


class Result(unittest.TextTestResult):
    """Counts what passed, and prints each test's time beside its sentence."""

    passed = 0

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def addSuccess(self, test):
        self.passed += 1
        super().addSuccess(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.stream.writeln(f"      {time.monotonic() - self.began:.1f} s")


def flatten(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flatten(item)
        else:
            yield item


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", default="build/stage", help="installed tree of this project")
    parser.add_argument("--lab", default="test", help="name of the lab: two runs at a time need two")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("run.py: cluster tests need root, for namespaces")
    os.environ["LAB_NAME"] = args.lab
    os.environ["LAB_STAGE"] = str(pathlib.Path(args.stage).resolve())
    sys.path.insert(0, str(HERE))
    found = flatten(unittest.defaultTestLoader.discover(str(HERE), "test_*.py"))
    chosen = unittest.TestSuite(t for t in found if not args.names or any(name in t.id() for name in args.names))
    result = unittest.TextTestRunner(sys.stdout, verbosity=2, resultclass=Result).run(chosen)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return 1 if failed or not result.passed else 0


if __name__ == "__main__":
    sys.exit(main())
