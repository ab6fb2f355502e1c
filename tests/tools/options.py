#!/usr/bin/env python3
"""Lists, for each tool, how many of the options of Pacemaker's tool ours has, and which it lacks.

usage: options.py --tools DIR [--reference /usr/sbin]
"""

import argparse
import pathlib
import re
import subprocess
import sys

TOOLS = ("attrd_updater cibadmin cibsecret crm_attribute crm_diff crm_error crm_failcount crm_master crm_mon crm_node "
         "crm_report crm_resource crm_rule crm_shadow crm_simulate crm_standby crm_ticket crm_verify crmadmin iso8601 "
         "stonith_admin").split()
# "  -n, --name=VALUE  What it means", with or without the letter.
OPTION = re.compile(r"^\s+(?:-\S(?: [A-Z]\S*)?,?\s*(?:\(or \S+\))?\s*)?(--[a-z][\w-]*)", re.M)


def options(program):
    """Long options that the fullest help of a program names; None when there is no such program."""
    if not program.exists():
        return None
    best = set()
    for word in ("--help-all", "--help"):
        done = subprocess.run([program, word], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=30)
        best = max(best, set(OPTION.findall(done.stdout)), key=len)
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=lambda p: pathlib.Path(p).resolve(), required=True)
    parser.add_argument("--reference", type=pathlib.Path, default=pathlib.Path("/usr/sbin"))
    args = parser.parse_args()
    had = wanted = 0
    for tool in TOOLS:
        theirs, ours = options(args.reference / tool), options(args.tools / tool)
        if theirs is None:
            print(f"{tool:15} not installed in {args.reference}")
            continue
        missing = sorted(theirs - (ours or set()))
        had += len(theirs) - len(missing)
        wanted += len(theirs)
        print(f"{tool:15} {len(theirs) - len(missing):3} of {len(theirs):3}  {' '.join(missing)}".rstrip())
    print(f"{had} of {wanted}")
    return 0 if had == wanted else 1


if __name__ == "__main__":
    sys.exit(main())
