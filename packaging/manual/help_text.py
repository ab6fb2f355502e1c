"""Reads the help of a program (--help-all) into a Page.

Two forms exist: that of GLib's option parser, with options in columns under titles, and the older one of getopt
programs, with a tab between an option and what it does.
"""

import dataclasses
import re

OPTION = re.compile(r"^ {1,4}(-\S.*?)(?: {2,}|\t+|$)(.*)$")
INDENTED = re.compile(r"^[ \t]")


@dataclasses.dataclass
class Option:
    spelling: str  # "-x, --xml-file=FILE"
    text: list  # lines of the explanation

    @property
    def names(self):
        return re.findall(r"(?:^|[\s,])(--?[^\s,=\[]+)", self.spelling)

    @property
    def argument(self):
        found = re.search(r"=([^\s\]]+)", self.spelling)
        return found.group(1) if found else None


@dataclasses.dataclass
class Section:
    title: str
    options: list = dataclasses.field(default_factory=list)
    paragraphs: list = dataclasses.field(default_factory=list)  # lists of lines


@dataclasses.dataclass
class Page:
    name: str
    summary: str = ""
    synopsis: list = dataclasses.field(default_factory=list)
    description: list = dataclasses.field(default_factory=list)  # paragraphs
    sections: list = dataclasses.field(default_factory=list)

    def options(self):
        return [option for section in self.sections for option in section.options]


def is_title(lines, at):
    """A line that ends in a colon is a title when options follow, or a blank line and then text that is not a sample."""
    line = lines[at]
    if not line.endswith(":") or INDENTED.match(line) or len(line) > 60:
        return False
    if line == "Examples:":
        return True
    after = lines[at + 1] if at + 1 < len(lines) else ""
    if after:
        return line.isupper() or line == "Usage:" or bool(OPTION.match(after))
    text = lines[at + 2] if at + 2 < len(lines) else ""
    return bool(text) and not INDENTED.match(text)


def split_paragraphs(lines):
    paragraphs, current = [], []
    for line in lines + [""]:
        if line.strip():
            current.append(line)
        elif current:
            paragraphs.append(current)
            current = []
    return paragraphs


def read_section(title, lines):
    section, rest, at = Section(title), [], 0
    while at < len(lines):
        match = OPTION.match(lines[at])
        if not match or rest and rest[-1].strip():
            rest.append(lines[at])
            at += 1
            continue
        option = Option(match.group(1).strip(), [match.group(2).strip()] if match.group(2) else [])
        at += 1
        while at < len(lines) and lines[at].strip() and INDENTED.match(lines[at]) and not OPTION.match(lines[at]):
            option.text.append(lines[at].strip())
            at += 1
        section.options.append(option)
    section.paragraphs = split_paragraphs(rest)
    return section


def without_name(text, name):
    text = text.strip()
    return text[len(name) + 3:] if text.startswith(name + " - ") else text


def parse(name, text):
    lines = [line.rstrip() for line in text.splitlines()]
    page = Page(name)
    chunks, title, current = [], "", []
    for at, line in enumerate(lines):
        usage = re.match(r"^Usage: (.*)$", line)
        if usage:
            page.synopsis.append(usage.group(1))
        elif is_title(lines, at):
            chunks.append((title, current))
            title, current = line.rstrip(":"), []
        else:
            current.append(line)
    chunks.append((title, current))
    introduction = []
    for title, body in chunks:
        if title == "Usage":
            paragraphs = split_paragraphs(body)
            page.synopsis = [line.strip() for line in paragraphs[0]]
            introduction += paragraphs[1:]
        elif title:
            page.sections.append(read_section(title, body))
        else:
            introduction += split_paragraphs(body)
    if introduction:
        page.summary = without_name(" ".join(line.strip() for line in introduction[0]), name).rstrip(".")
        page.description = introduction[1:]
    return page
