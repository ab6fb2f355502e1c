"""Answers of two sides made comparable: times, versions, numbers of processes and durations are hidden."""

import difflib
import re

DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"

# (pattern, what stands in its place); a pattern's first group, if any, is kept.
MASKS = [
    (DAY + " " + MONTH + r" +\d+ \d\d:\d\d:\d\d \d{4}", "TIME"),
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?[+-]\d\d:?\d\d|Z)?", "TIME"),
    (MONTH + r" \d\d \d\d:\d\d:\d\d", "TIME"),
    (r"\b2\.1\.5(?:-[0-9a-z+~]+)?(?: \((?:Build: )?[0-9a-z]+\))?", "VERSION"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "UUID"),
    (r"((?:exec|queue|exec-time|queue-time)=\"?)\d+(?:ms)?", "DURATION"),
    (r"(\bafter )\d+(?:\.\d+)?m?s", "DURATION"),
    (r"(\b(?:call|call-id|call_id)=\"?)\d+", "CALL"),
    (r"(^\s*(?:\* )?)\(\d+\)(?= \w+)", "(CALL)"),
    (r"(\b(?:epoch|num_updates|num-updates)=\")\d+", "N"),
    (r"(\b(?:last-rc-change|last-run|last_rc_change|completed|last-failure)=\")\d+", "EPOCH"),
    (r"(\b(?:transition-key|transition-magic)=\")[^\"]*", "KEY"),
    (r"(\bcrm-debug-origin=\")[^\"]*", "ORIGIN"),
    (r"(/tmp/)[\w.-]+", "FILE"),
    # Messages of Debian's tools name a function of theirs.
    (r"^((?:\S*: )?)\(\w+\)(?= *\t)", "(FUNCTION)"),
    # Which of the nodes is coordinator follows from the order in which they came.
    (r"(Current DC: )node\d(?: \(\d\))?", "NODE"),
    (r"(Designated Controller is: )node\d", "NODE"),
    (r"(<current_dc .*\bname=\")node\d\" id=\"\d", "NODE"),
    (r"(\bis_dc=\")\w+", "NODE"),
    (r"(\bdc-uuid=\")\d", "N"),
]
TAGS_AS_SET = re.compile(r"<(cib|node_state)( [\w-]+=\"[^\"]*\")+")


def sort_attributes(found):
    """The attributes of the CIB and of a node's state come in the order in which they were first set."""
    return f"<{found.group(1)}" + "".join(sorted(re.findall(r" [\w-]+=\"[^\"]*\"", found.group(0))))


def mask(text, more=()):
    """`text` with everything hidden that may differ between two runs; `more` are patterns of the flow and the step."""
    lines = []
    for line in text.splitlines():
        for pattern, word in [(pattern, "MASKED") for pattern in more] + MASKS:
            line = re.sub(pattern, lambda found, word=word: (found.group(1) if found.re.groups else "") + word, line)
        lines.append(TAGS_AS_SET.sub(sort_attributes, line).rstrip())
    return "\n".join(lines)


def comparable(answer, step, flow):
    """What of an answer the sides must share, as text; an Answer has exit, out and err."""
    if step.compare == "none":
        return ""
    parts = [f"exit {answer.exit}"]
    if step.compare != "exit":
        parts.append(answer.out)
    if step.compare in ("text", "sorted"):
        parts.append(answer.err)
    lines = mask("\n".join(part.rstrip("\n") for part in parts), step.mask + flow.mask).splitlines()
    lines = [line for line in lines if not any(re.search(pattern, line) for pattern in step.drop)]
    return "\n".join(sorted(lines) if step.compare == "sorted" else lines)


def difference(ours, debians):
    """A unified diff, Debian's lines marked with -, ours with +."""
    return "\n".join(difflib.unified_diff(debians.splitlines(), ours.splitlines(), "debian", "ours", lineterm="", n=2))


def unexpected(answer, step):
    """What an answer has or lacks against the step's own expectations; None when all hold."""
    if isinstance(step.exit, int) and answer.exit != step.exit:
        return f"exit {answer.exit} instead of {step.exit}"
    text = answer.out + answer.err
    for pattern in step.match + ([step.until] if step.until else []):
        if not re.search(pattern, text, re.MULTILINE):
            return f"no '{pattern}' in the answer"
    for pattern in step.absent:
        if re.search(pattern, text, re.MULTILINE):
            return f"'{pattern}' in the answer"
    return None
