"""Writes man pages (roff) from help and from metadata."""

import re
import textwrap
import xml.etree.ElementTree as ElementTree

import topics

SAMPLE_WIDTH = 100


def escape(text):
    text = text.replace("\\", "\\e").replace("…", "...").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


def prose(text):
    """Text with options and references to other pages set apart; a hyphen in a word stays one."""
    out = []
    for word in re.split(r"(\s+)", text.replace("\\", "\\e").replace("…", "...")):
        core = re.match(r"^([(\"']*)(--?[\w$?][\w-]*(?:/--?[\w-]+)*)(.*)$", word)
        page = re.match(r"^(\(?)([\w-]+)(\(\d\).*)$", word)
        if core:
            out.append(core.group(1) + "\\fB" + core.group(2).replace("-", "\\-") + "\\fR" + core.group(3))
        elif page:
            out.append(page.group(1) + "\\fB" + page.group(2).replace("-", "\\-") + "\\fR" + page.group(3))
        else:
            out.append(word)
    text = "".join(out)
    return "\\&" + text if text[:1] in (".", "'") else text


def spelling(text):
    """An option in bold, what it takes in italics."""
    parts = []
    for word in re.split(r"(, )", text.replace("…", "...")):
        match = re.match(r"^(--?[^=\s\[]+)(\[?[= ]?)(.*?)(\]?)$", word)
        if not match:
            parts.append(escape(word))
            continue
        name, separator, argument, end = match.groups()
        parts.append("\\fB" + escape(name) + "\\fR" + separator)
        parts.append(("\\fI" + escape(argument) + "\\fR" if argument else "") + end)
    return "".join(parts)


def is_indented(line):
    return line[:1] in (" ", "\t")


def paragraph(lines):
    """Indented text is shown as it is, other text is filled."""
    start = next((at for at, line in enumerate(lines) if is_indented(line)), len(lines))
    if 0 < start < len(lines):
        return paragraph(lines[:start]) + paragraph(lines[start:])
    if start == 0:
        body = textwrap.dedent("\n".join(line.expandtabs(8) for line in lines)).splitlines()
        body = [re.sub(r"^# ", "", line) for line in body]
        return [".PP", ".RS 4", ".nf", *(escape(line) for line in body), ".fi", ".RE"]
    return [".PP", *(prose(line) for line in lines)]


def header(name, section, release):
    date, version = release
    return [f'.TH {name.upper()} {section} "{date}" "Systole {version}" "Cluster administration"', ".nh", ".ad l"]


def see_also(references):
    entries = []
    for reference in references:
        page, _, section = reference.partition(":")
        entries.append(f"\\fB{escape(page)}\\fR({section or 8})")
    return [".SH SEE ALSO", ", ".join(sorted(set(entries)))]


def synopsis(page):
    lines = [".SH SYNOPSIS"]
    for number, usage in enumerate(page.synopsis):
        command, _, rest = usage.partition(" ")
        if page.name.startswith(command + " "):
            command, rest = page.name, usage[len(page.name) + 1:]
        rest = re.sub(r"\b([A-Z]+)\b", r"\\fI\1\\fR", rest.replace("…", "...").replace("-", "\\-"))
        lines += ([".br"] if number else []) + [f"\\fB{escape(command)}\\fR {rest}".rstrip()]
    return lines


# Lines of an option's explanation that do not continue the line before.
OWN_LINE = re.compile(r"^(\d=|Requires|Optional|See also|Types:|Valid values|\([Vv]alid values|\(for example|Its )")


def option_lines(option):
    lines = [".TP", spelling(option.spelling)]
    for number, line in enumerate(option.text):
        if number and OWN_LINE.match(line):
            lines.append(".br")
        lines.append(prose(line))
    return lines + ([] if option.text else ["\\&"])


# Groups of options that every tool has come last.
LAST = {"Output Options": 1, "Application Options": 2, "Help Options": 3}

EXIT_STATUS = "Exit status: "
ELSEWHERE = (EXIT_STATUS, "Report bugs to")


def exit_status(page):
    for section in page.sections:
        for each in section.paragraphs:
            if each[0].startswith(EXIT_STATUS):
                return [".SH EXIT STATUS", prose(each[0][len(EXIT_STATUS):]), *(prose(line) for line in each[1:])]
    return [".SH EXIT STATUS",
            "0 on success. Other codes are explained by \\fBcrm_error \\-\\-exit\\fR \\fICODE\\fR; 64 means that the",
            "command line was wrong, 102 that there is no cluster to talk to, 105 that what was asked for does not",
            "exist."]


def is_examples(section):
    return section.title == "Examples"


def sections(page):
    """Options first, then notes, then examples, whatever the order in the help is."""
    lines = []
    with_options = sorted((s for s in page.sections if s.options), key=lambda s: LAST.get(s.title, 0))
    if with_options:
        lines.append(".SH OPTIONS")
    for section in with_options:
        lines.append(f".SS {escape(section.title)}")
        for option in section.options:
            if not re.fullmatch(r"--help-(?!all).*", option.spelling):
                lines += option_lines(option)
    notes = [(section.title if not section.options else "", section.paragraphs) for section in page.sections
             if section.title.upper() != "SEE ALSO" and not is_examples(section)]
    notes = [(title, [p for p in paragraphs if not p[0].startswith(ELSEWHERE)]) for title, paragraphs in notes]
    if any(paragraphs for _, paragraphs in notes):
        lines.append(".SH NOTES")
    for title, paragraphs in notes:
        if title and title != "Notes" and paragraphs:
            lines.append(f".SS {escape(title)}")
        for each in paragraphs:
            lines += paragraph(each)
    for section in page.sections:
        if is_examples(section):
            lines.append(".SH EXAMPLES")
            for each in section.paragraphs:
                lines += paragraph(each) if not each[0].startswith(ELSEWHERE) else []
    return lines


def definitions(title, entries):
    lines = [f".SH {title}"] if entries else []
    for name, text in entries:
        lines += [".TP", f"\\fB{escape(name)}\\fR", prose(text)]
    return lines


def tool(page, release):
    """The man page of a command-line tool."""
    base = page.name.split(" ")[0]
    file_name = page.name.replace(" ", "-")
    references, environment = topics.TOOLS.get(base, ("crm_mon", ()))
    references = references.split() + (["systole"] if base != page.name else [])
    summary = page.summary[:1].lower() + page.summary[1:] if page.summary[1:2].islower() else page.summary
    lines = header(file_name, 8, release)
    lines += [".SH NAME", f"{escape(file_name)} \\- {prose(summary)}"]
    lines += synopsis(page)
    if page.description:
        lines.append(".SH DESCRIPTION")
        for each in page.description:
            lines += paragraph(each)
    lines += sections(page)
    lines += definitions("ENVIRONMENT", [(name, topics.ENVIRONMENT[name]) for name in environment])
    lines += definitions("FILES", list(topics.FILES.get(base, {}).items()))
    lines += exit_status(page)
    lines += see_also([r for r in references if r.split(":")[0] != file_name])
    return file_name + ".8", "\n".join(lines) + "\n"


def parameter_lines(parameter):
    content = parameter.find("content")
    values = [option.get("value") for option in content.findall("option")]
    kind = ", ".join(values) if values else content.get("type", "string")
    default = content.get("default")
    lines = [".TP", f"\\fB{escape(parameter.get('name'))}\\fR = \\fI{escape(kind)}\\fR"
             + (f" [{escape(default)}]" if default else "")]
    short = (parameter.findtext("shortdesc") or "").strip()
    long = " ".join((parameter.findtext("longdesc") or "").split())
    # What is said with the type already.
    long = re.sub(r"\s*Allowed values: .*$", "", long)
    text = [short + ("" if short.endswith((".", "?", "!")) else ".")] if short else []
    if long and long.rstrip(".") != short.rstrip("."):
        text.append(long[:1].upper() + long[1:] + ("" if long.endswith((".", ")")) else "."))
    return lines + [prose(each) for each in text]


def fence_agent(name, metadata, release):
    """The man page of a fence agent, of its metadata."""
    root = ElementTree.fromstring(metadata)
    summary = root.get("shortdesc")
    lines = header(name, 8, release)
    lines += [".SH NAME", f"{escape(name)} \\- {summary[:1].lower()}{prose(summary[1:])}", ".SH SYNOPSIS",
              f"\\fB{escape(name)}\\fR [\\fB\\-o\\fR \\fIACTION\\fR]"]
    lines += [".SH DESCRIPTION", prose(" ".join((root.findtext("longdesc") or "").split()))]
    lines += [".PP", prose("Without options the parameters are read from standard input, as lines NAME=VALUE.")]
    lines.append(".SH PARAMETERS")
    for parameter in root.findall("parameters/parameter"):
        lines += parameter_lines(parameter)
    actions = [action.get("name") for action in root.findall("actions/action")]
    lines += [".SH ACTIONS", prose(", ".join(actions) + ".")] if actions else []
    return name + ".8", "\n".join(lines + see_also(topics.FENCE_AGENTS[name])) + "\n"


def daemon(name, metadata, release):
    """The man page of a daemon, with the options that its metadata lists."""
    summary, _, description = topics.DAEMONS[name]
    lines = header(name, 7, release)
    lines += [".SH NAME", f"{escape(name)} \\- {summary}", ".SH SYNOPSIS", f"\\fB/usr/lib/pacemaker/{escape(name)}\\fR"]
    if metadata:
        lines[-1] += " [\\fBmetadata\\fR]"
    lines.append(".SH DESCRIPTION")
    for text in description:
        lines += [".PP", prose(text)]
    parameters = ElementTree.fromstring(metadata).findall("parameters/parameter") if metadata else []
    if parameters:
        fencer = name == "pacemaker-fenced"
        lines.append(".SH PARAMETERS" if fencer else ".SH CLUSTER OPTIONS")
        if not fencer:
            lines += [prose("They are set with crm_attribute(8), for the whole cluster. The default is in brackets.")]
        for parameter in parameters:
            lines += parameter_lines(parameter)
    lines += see_also(["pacemakerd", "crm_attribute"]
                      + [f"{other}:7" for other in topics.DAEMONS if other != name and topics.DAEMONS[other][1]])
    return name + ".7", "\n".join(lines) + "\n"
