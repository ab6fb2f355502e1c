"""Processes by a mark that nothing else ever has: a number alone names another process once it was used up and given out
again, which on a busy machine takes minutes."""

import pathlib


def _stat(pid):
    """(state, start time in clock ticks since boot); None for a process that is not there."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None
    return fields[0], fields[19]


def mark(pid):
    """What names this process for ever: its number and when it was started. "0" for one that is not there."""
    found = _stat(pid)
    return f"{pid} {found[1]}" if found else "0"


def pid_of(marked):
    """The number of the process that was marked, while it runs; else None."""
    try:
        pid, started = (int(word) for word in marked.split())
    except ValueError:
        return None
    found = _stat(pid) if pid > 1 else None
    return pid if found and found[0] not in "ZX" and int(found[1]) == started else None
