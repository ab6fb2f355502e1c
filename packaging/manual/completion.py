"""Writes the bash completions of the tools from their help."""

import re

PREAMBLE = """\
# bash completion of {name}, made from its help

_systole_{function}() {{
    local cur prev words cword split
    _init_completion -s || return
    case $prev in
{cases}    esac
    $split && return
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '{options}' -- "$cur"))
        [[ ${{COMPREPLY-}} == *= ]] && compopt -o nospace
{words}    fi
}} &&
    complete -F _systole_{function} {name}
"""

NODES = 'COMPREPLY=($(compgen -W "$(crm_node -l 2>/dev/null | cut -d" " -f2)" -- "$cur"))'
RESOURCES = 'COMPREPLY=($(compgen -W "$(crm_resource --list-raw 2>/dev/null)" -- "$cur"))'
FENCE_AGENTS = 'COMPREPLY=($(compgen -W "$(stonith_admin --list-installed --quiet 2>/dev/null)" -- "$cur"))'
SCHEMAS = ('COMPREPLY=($(compgen -W "$(cd /usr/share/pacemaker && printf "%s\\n" pacemaker-*.rng | sed s/.rng//)"'
           ' -- "$cur"))')

# How what an option takes is completed: by its name, of one tool or of all, then by what the help calls its argument.
BY_OPTION = {
    "--node": NODES,
    "--resource": RESOURCES,
    "--validate-with": SCHEMAS,
    "--xml-file": "_filedir",
    "stonith_admin --agent": FENCE_AGENTS,
}
BY_ARGUMENT = (
    (r"FILE|DEST", "_filedir"),
    (r"DIR", "_filedir -d"),
    (r"NODE|HOST|TARGET", NODES),
    (r"RSC|RESOURCE", RESOURCES),
)
LISTS = re.compile(r"(?:one of|[Vv]alid values|Types)\s*:\s*(.*)", re.S)


def words_in(text):
    """The values that the help lists for an option."""
    found = LISTS.search(text)
    if not found:
        return []
    words = []
    for part in found.group(1).rstrip(").").split(","):
        match = re.match(r"^\s*([a-z][\w-]*)(?: \([^)]*\)?)?\s*$", part)
        if not match:
            break
        words.append(match.group(1))
    return words


def how(tool, option):
    for key in (f"{tool} {option.names[-1]}", option.names[-1]):
        if key in BY_OPTION:
            return BY_OPTION[key]
    words = words_in(" ".join(option.text))
    if words:
        return f"COMPREPLY=($(compgen -W '{' '.join(words)}' -- \"$cur\"))"
    for pattern, command in BY_ARGUMENT:
        if re.fullmatch(pattern, option.argument):
            return command
    return ":"  # Nothing is known: no completion is better than file names.


def write(page, commands):
    """The completion of a tool; `commands` are the words it takes besides options."""
    cases, names = {}, []
    for option in page.options():
        takes = option.argument is not None and "[=" not in option.spelling
        for name in option.names:
            if name.startswith("--"):
                names.append(name + ("=" if takes else ""))
        if takes:
            # A short option whose letter means nothing by itself to a shell is left to the reader.
            spellings = [name for name in option.names if re.fullmatch(r"--?[\w-]+", name)]
            cases.setdefault(how(page.name, option), []).extend(spellings)
    lines = ""
    for command, spellings in cases.items():
        lines += f"        {' | '.join(dict.fromkeys(spellings))})\n            {command}\n            return\n            ;;\n"
    words = ""
    if commands:
        words = f"    elif ((cword == 1)); then\n        COMPREPLY=($(compgen -W '{' '.join(commands)}' -- \"$cur\"))\n"
    return PREAMBLE.format(name=page.name, function=re.sub(r"\W", "_", page.name), cases=lines, words=words,
                           options=" ".join(dict.fromkeys(names)))
