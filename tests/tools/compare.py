#!/usr/bin/env python3
"""Holds the exit codes of the tools for bad input, and for the plain good, against what is expected of them.

usage: compare.py --tools DIR [--reference DIR] [--record] [WORD...]

Each line of exit_codes.txt is the code, the user and the command; a code "78/0" says that Pacemaker's tool
ends with 0 where this project's ends with 78: on purpose, since the other one takes broken input for good, crashes,
or does not say what failed.

Commands run without a cluster, in a network namespace of their own, with no input but what they name. With
--reference (the folder of Pacemaker's tools), the codes in the file are checked against those too; --record writes the file anew from them. WORDs pick the commands that contain one.
"""

import argparse
import os
import pathlib
import pwd
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE / "exit_codes.txt"
TIMEOUT = 60

CIB = """<cib validate-with="pacemaker-3.9" epoch="5" num_updates="2" admin_epoch="0" have-quorum="1" dc-uuid="1"
     crm_feature_set="3.16.1" cib-last-written="Fri Nov 20 22:56:50 2026">
<configuration><crm_config><cluster_property_set id="o"><nvpair id="o1" name="stonith-enabled" value="false"/>
</cluster_property_set></crm_config><nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
<resources><primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/><group id="g"><primitive id="b" class="ocf"
provider="heartbeat" type="Dummy"/></group></resources><constraints><rsc_ticket id="t1" rsc="a" ticket="T"/></constraints>
</configuration><status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1">
<lrm_resources><lrm_resource id="a" class="ocf" provider="heartbeat" type="Dummy"><lrm_rsc_op id="a_last_0"
operation_key="a_start_0" operation="start" crm_feature_set="3.16.1" call-id="5" rc-code="0" op-status="0" interval="0"
transition-key="1:1:0:aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa" last-rc-change="1700000000" exec-time="10" queue-time="0"
transition-magic="0:0;1:1:0:aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"/></lrm_resource></lrm_resources></lrm></node_state></status>
</cib>
"""
FILES = {
    "cib": CIB,
    "other": CIB.replace('epoch="5"', 'epoch="6"').replace('"false"', '"true"'),
    "older": CIB.replace('epoch="5"', 'epoch="4"'),
    "invalid": CIB.replace("<resources>", "<resources><nonsense/>"),
    "unknown_schema": CIB.replace("pacemaker-3.9", "pacemaker-99.0"),
    "broken": CIB.replace("</resources>", ""),
    "empty": "",
    "text": "this is no XML\n",
    "no_cib": "<nonsense/>\n",
}


class Folder:
    """The files that commands name, made anew for each command: some write to them."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="tools-"))
        self.path.chmod(0o777)

    def fill(self):
        for path in self.path.iterdir():
            path.unlink()
        for name, text in FILES.items():
            path = self.path / f"{name}.xml"
            path.write_text(text)
            path.chmod(0o666)
        unreadable = self.path / "unreadable.xml"
        unreadable.write_text(CIB)
        unreadable.chmod(0)

    def names(self):
        return {**{name: self.path / f"{name}.xml" for name in FILES}, "unreadable": self.path / "unreadable.xml",
                "missing": self.path / "missing.xml", "dir": self.path}

    def remove(self):
        subprocess.run(["rm", "-rf", self.path], check=False)


def run(tools, user, text, folder):
    """The exit code and the output of a line's command with the tools of a folder."""
    folder.fill()
    words = shlex.split(text.format(**folder.names()))
    environment = {"PATH": f"{tools}:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": str(folder.path),
                   "CIB_shadow_dir": str(folder.path), "EDITOR": "true", "TERM": "dumb"}
    if "PCMK_schema_directory" in os.environ:
        environment["PCMK_schema_directory"] = os.environ["PCMK_schema_directory"]
    while "=" in words[0]:
        name, value = words.pop(0).split("=", 1)
        environment[name] = value
    stdin = subprocess.DEVNULL
    if "<" in words:
        at = words.index("<")
        stdin = open(words[at + 1], "rb")
        del words[at:at + 2]
    words[0] = str(tools / words[0])
    if user != "root":
        entry = pwd.getpwnam(user)
        words = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", *words]
    try:
        done = subprocess.run(words, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment,
                              cwd=folder.path, timeout=TIMEOUT, text=True, errors="replace")
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        return "hangs", ""


def lines():
    for text in TABLE.read_text().splitlines():
        if text.strip() and not text.startswith("#"):
            code, user, command = text.split(None, 2)
            ours, _, theirs = code.partition("/")
            yield ours, theirs or ours, user, command


def record(args, folder):
    out = []
    for text in TABLE.read_text().splitlines():
        if text.strip() and not text.startswith("#"):
            _, user, command = text.split(None, 2)
            text = f"{run(args.reference, user, command, folder)[0]:<7} {user:7} {command}"
        out.append(text)
    TABLE.write_text("\n".join(out) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=lambda p: pathlib.Path(p).resolve(), required=True)
    parser.add_argument("--reference", type=lambda p: pathlib.Path(p).resolve())
    parser.add_argument("--record", action="store_true")
    parser.add_argument("words", nargs="*")
    args = parser.parse_args()
    if os.geteuid() != 0:
        print("compare.py: skipped, it needs root to run as other users")
        return 0
    if "TOOLS_NAMESPACE" not in os.environ:
        # Nobody's daemons are to answer.
        os.execvpe("unshare", ["unshare", "--net", sys.executable, *sys.argv], {**os.environ, "TOOLS_NAMESPACE": "1"})
    folder = Folder()
    wrong = stale = total = 0
    try:
        if args.record:
            return record(args, folder)
        for code, reference, user, command in lines():
            if args.words and not any(word in command for word in args.words):
                continue
            total += 1
            got, output = run(args.tools, user, command, folder)
            if args.reference:
                theirs = run(args.reference, user, command, folder)[0]
                if str(theirs) != reference:
                    stale += 1
                    print(f"the reference ends with {theirs}, the table says {reference}: [{user}] {command}")
            if str(got) != code:
                wrong += 1
                print(f"expected {code}, got {got}: [{user}] {command}\n    {output.strip()[:300]}")
    finally:
        folder.remove()
    print(f"{total - wrong} of {total} commands end as expected" + (f", {stale} lines are stale" if stale else ""))
    return 1 if wrong or stale else 0


if __name__ == "__main__":
    sys.exit(main())
