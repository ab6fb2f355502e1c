#!/usr/bin/env python3
"""Checks what a compiler does not: who may include whom, what a core may not call, sizes, formatting.

Every message names the place and what to do instead. Exit status 1 when something was found.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

# Folder -> folders whose headers it may include (itself always). The longest matching prefix holds.
LAYERS = {
    "lib/base": [],
    "lib/model": ["lib/base"],
    "lib/xml": ["lib/base"],
    "lib/daemon": ["lib/base"],
    "lib/process": ["lib/base", "lib/daemon"],
    "lib/ipc": ["lib/base", "lib/daemon", "lib/xml"],
    "lib/cluster": ["lib/base", "lib/daemon"],
    "lib/cib": ["lib/base", "lib/xml"],
    "lib/cib/store": ["lib/base", "lib/xml", "lib/cib", "lib/process"],
    "lib/cib_model": ["lib/base", "lib/model", "lib/xml", "lib/cib"],
    "lib/ocf": ["lib/base", "lib/model", "lib/xml", "lib/process"],
    "lib/history": ["lib/base"],
    "lib/cli": ["lib/base", "lib/xml", "lib/model", "lib/cib_model", "policy"],
    "lib/remote": ["lib/base", "lib/daemon", "lib/ipc", "lib/process"],
    "lib/client": ["lib/base", "lib/model", "lib/xml", "lib/ipc", "lib/cib", "lib/daemon", "lib/ocf", "lib/remote"],
    "policy": ["lib/base", "lib/model"],
    "policy/render": ["lib/base", "lib/cli", "lib/model", "policy"],
    "policy/tool": ["lib", "policy"],
    "policy/verify": ["lib", "policy"],
    "policy/systole": ["lib", "policy"],
    "policy/input": ["lib"],
    "policy/rule_tool": ["lib", "policy"],
    "policy/bench": ["lib", "policy"],
    "crmd/core": ["lib/base", "lib/model", "lib/cib", "lib/xml"],
    "crmd/remote_login": [],
    "crmd/shell": ["lib", "policy", "crmd/core"],
    "crmd/supervisor": ["lib"],
    "crmd/tools": ["lib", "policy"],
    "crmd/dashboard": ["lib", "crmd/core"],
    "agents/executor/core": ["lib/base", "lib/model"],
    "agents/executor/keeper": ["lib/base", "lib/process"],
    "agents/executor/shell": ["lib", "agents/executor/core", "agents/executor/keeper"],
    "agents/executor": ["lib", "agents/executor"],
    "fencing/core": ["lib/base", "lib/model"],
    "fencing/shell": ["lib", "fencing/core"],
    "fencing/tools": ["lib", "fencing/core"],
    "fencing/agents": ["lib"],
}

CORES = ("lib/base", "lib/model", "policy", "crmd/core", "agents/executor/core", "fencing/core")
NOT_CORES = (
    "policy/bench",
    "policy/input",
    "policy/render",
    "policy/rule_tool",
    "policy/systole",
    "policy/tool",
    "policy/verify",
)

# What a core may not do -> what it does instead.
BANNED_IN_CORES = {
    r"\b(system|steady|high_resolution)_clock::now\b": "take the time as an input",
    r"(?<![.>:\w ])(time|clock_gettime|gettimeofday)\s*\(": "take the time as an input",
    r"\bgetenv\s*\(": "take the value as an input",
    r"\b(rand|random|srand)\s*\(|std::random_device": "take the random number as an input",
    r"std::(cout|cerr|clog)\b|\bf?printf\s*\(": "return what happened; a shell prints it",
    r"\blog\(LogLevel|\bbase::log\(": "return what happened; the shell logs it",
    r"#include <(fstream|iostream|thread|mutex|filesystem|unistd\.h|sys/.*)>": "move it into a shell or adapter",
    r"#include <(qb|corosync|libxml|sqlite3)": "use plain values; an adapter in lib/ converts",
}
BANNED_EVERYWHERE = {
    r"\b(strcpy|strcat|sprintf|gets|strtok|system|popen|atoi|atol)\s*\(": "use lib/base/strings.h or lib/process",
    r"\b(TODO|FIXME|XXX)\b": "finish it, or describe the limit in the documentation",
    r"\bassert\s*\(": "use CHECK of lib/base/check.h, which holds in release builds too",
}
MAX_LINES = 600
FORMATTED = (".cc", ".h")


def tracked_files():
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
                         check=True).stdout
    return [pathlib.PurePosixPath(line) for line in out.splitlines() if (ROOT / line).is_file()]


def within(path, folder):
    return path == folder or path.startswith(folder + "/")


def layer_of(path):
    return max((layer for layer in LAYERS if within(path, layer)), key=len, default=None)


def check_includes(path, text, found):
    layer = layer_of(path)
    if layer is None:
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'#include "([^"]+)"', line)
        if not match:
            continue
        target = match.group(1)
        if "/" not in target:
            found(number, f'"{target}": include by the path from the root')
        elif not within(target, layer) and not any(within(target, allowed) for allowed in LAYERS[layer]):
            allowed = ", ".join(LAYERS[layer]) or "nothing else"
            found(number, f"{layer} may not use {target}: it may use {allowed}")


def strip_comments(line):
    return re.sub(r'"(\\.|[^"\\])*"', '""', line).split("//")[0]


def check_banned(path, text, found):
    core = any(within(path, c) for c in CORES) and not any(within(path, n) for n in NOT_CORES)
    rules = dict(BANNED_EVERYWHERE, **(BANNED_IN_CORES if core else {}))
    if path in ("lib/base/check.cc", "lib/base/log.h"):
        rules = BANNED_EVERYWHERE  # The two places that the rules send everybody to.
    for number, line in enumerate(text.splitlines(), 1):
        code = line if "TODO" in line or "FIXME" in line or line.startswith("#include") else strip_comments(line)
        for pattern, instead in rules.items():
            if re.search(pattern, code):
                found(number, f"'{re.search(pattern, code).group(0)}' is not used here: {instead}")


def check_file(path, problems):
    text = (ROOT / path).read_text(errors="replace")
    name = str(path)

    def found(number, message):
        problems.append(f"{name}:{number}: {message}")

    lines = text.count("\n")
    if lines > MAX_LINES:
        found(lines, f"{lines} lines; {MAX_LINES} at most: split it by concern")
    if path.suffix == ".h" and "#pragma once" not in text:
        found(1, "a header begins with #pragma once")
    check_includes(name, text, found)
    if not name.startswith("tests/"):
        check_banned(name, text, found)


def check_docs(files, problems):
    """Paths that the documents name must exist."""
    names = {str(f) for f in files}
    folders = {str(parent) for f in files for parent in f.parents}
    for document in files:
        if document.suffix != ".md":
            continue
        for number, line in enumerate((ROOT / document).read_text().splitlines(), 1):
            for path in re.findall(r"`((?:lib|policy|crmd|agents|fencing|schemas|tests|doc)/[\w./-]*)`", line):
                if path.rstrip("/") not in names and path.rstrip("/") not in folders:
                    problems.append(f"{document}:{number}: there is no {path}")


def check_format(files, problems):
    sources = [str(f) for f in files if f.suffix in FORMATTED]
    for start in range(0, len(sources), 200):
        done = subprocess.run(["clang-format", "--dry-run", "-Werror", *sources[start:start + 200]], cwd=ROOT,
                              capture_output=True, text=True)
        places = re.findall(r"^(\S+?):\d+:\d+: error", done.stderr, re.M)
        problems.extend(f"{name}: not formatted: clang-format -i {name}" for name in sorted(set(places)))


def main():
    files = tracked_files()
    problems = []
    for path in files:
        if path.suffix in FORMATTED:
            check_file(path, problems)
    check_docs(files, problems)
    check_format(files, problems)
    print("\n".join(problems) if problems else f"lint: {len(files)} files, nothing found")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
