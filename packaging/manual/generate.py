#!/usr/bin/env python3
"""Makes the man pages and bash completions of built programs from what they say about themselves."""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import time

import completion
import help_text
import man_page
import topics


def run(*command):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, timeout=60, env=dict(os.environ, LC_ALL="C"))
    return done.returncode, done.stdout.decode()


def output_of(*command):
    """What a program prints; ends this one with an error when that is nothing."""
    code, text = run(*command)
    if code != 0 or not text.strip():
        sys.exit(f"{' '.join(map(str, command))}: exit {code}, {len(text)} bytes of output")
    return text


def help_of(program, *words):
    code, text = run(program, *words, "--help-all")
    if code != 0:  # Programs of the older form have one help only.
        text = output_of(program, *words, "--help")
    return help_text.parse(" ".join((program.name, *words)), text)


def commands_of(program):
    """The commands of a program that has several, such as `systole explain`."""
    text = output_of(program, "--help")
    if f"'{program.name} COMMAND --help'" not in text:
        return []
    return re.findall(r"^  ([a-z][\w-]*) {2,}\S", text, re.M)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--daemons", type=pathlib.Path, required=True, help="the folder with the daemons")
    parser.add_argument("--fence-agents", type=pathlib.Path, required=True, help="the folder with the fence agents")
    parser.add_argument("--tools", type=pathlib.Path, nargs="+", required=True)
    arguments = parser.parse_args()
    now = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    release = (time.strftime("%Y-%m-%d", time.gmtime(now)), arguments.version)

    man, completions = arguments.output / "man", arguments.output / "bash-completion" / "completions"
    for folder in (man / "man7", man / "man8", completions):
        folder.mkdir(parents=True, exist_ok=True)
    for tool in arguments.tools:
        commands = commands_of(tool)
        pages = [help_of(tool)] + [help_of(tool, command) for command in commands]
        if commands:
            add_commands(pages[0], tool.name, pages[1:])
        for page in pages:
            name, text = man_page.tool(page, release)
            (man / "man8" / name).write_text(text)
        pages[0].sections += [section for page in pages[1:] for section in page.sections]
        (completions / tool.name).write_text(completion.write(pages[0], commands))
    for name in topics.FENCE_AGENTS:
        file_name, text = man_page.fence_agent(name, output_of(arguments.fence_agents / name, "-o", "metadata"), release)
        (man / "man8" / file_name).write_text(text)
    for name, (_, has_metadata, _) in topics.DAEMONS.items():
        metadata = output_of(arguments.daemons / name, "metadata") if has_metadata else None
        file_name, text = man_page.daemon(name, metadata, release)
        (man / "man7" / file_name).write_text(text)


def add_commands(page, name, pages):
    """Names the pages of the commands on the page of the program."""
    page.description.append(["Each command has a page of its own:"])
    page.description.append([f"  {name}-{each.name.split(' ')[1]}(8)  {each.summary}" for each in pages])


if __name__ == "__main__":
    main()
