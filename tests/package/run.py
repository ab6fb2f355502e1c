#!/usr/bin/env python3
"""Installs the packages on a clean Debian: install, upgrade, remove, purge, and the switch from Pacemaker and back,
of a stopped node and of a running one under systemd.

Usage: run.py --packages DIR --work DIR [TEST...]. DIR of --packages has the .deb files; --work keeps the base system and
downloads between runs. Needs root and the mirror that apt on this machine uses.
"""

import argparse
import os
import pathlib
import sys
import time
import traceback

import live
import root as roots
import scenarios

TESTS = {**scenarios.TESTS, "live": live.live}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("tests", nargs="*", help="of: " + ", ".join(TESTS))
    arguments = parser.parse_args()
    if "SYSTOLE_PACKAGE_TEST" not in os.environ:
        # Mounts and network of the test are its own, and go with it.
        os.environ["SYSTOLE_PACKAGE_TEST"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])
    packages = sorted(arguments.packages.resolve().glob("systole*.deb"))
    if not packages:
        sys.exit(f"no packages in {arguments.packages}: ./dev package builds them")
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    base = roots.make_base(work)
    lab = scenarios.Lab(work, base, packages)
    failed = 0
    for name in arguments.tests or TESTS:
        started = time.monotonic()
        try:
            TESTS[name](lab)
            word = "ok"
        except (roots.PackageTestError, AssertionError) as error:
            failed += 1
            word = "FAILED"
            if isinstance(error, AssertionError):
                traceback.print_exc()
            else:
                print(error)
        finally:
            lab.unmount()
        print(f"{name}: {word} ({time.monotonic() - started:.0f} s)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
