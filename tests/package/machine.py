"""A machine in namespaces: a root file system with systemd as its process 1."""

import os
import pathlib
import signal
import subprocess
import time

import root as roots

HERE = pathlib.Path(__file__).resolve().parent


def wait_until(condition, seconds, what):
    """Polls until `condition` is true and returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise roots.PackageTestError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.3)


class Machine:
    """Runs `root`, which has systemd installed, until `stop`."""

    def __init__(self, root):
        self.root = root
        self.groups = root.path.parent / "cgroup"
        self.group = self.groups / f"systole-package-test-{os.getpid()}"
        self.process = None
        self.init = None

    def boot(self):
        self.groups.mkdir(exist_ok=True)
        roots.run("mount", "-t", "cgroup2", "cgroup2", self.groups)
        self.group.mkdir()
        # What systemd makes in its tree of control groups stays below this one.
        script = f'echo $$ >"{self.group}/cgroup.procs"; exec unshare --mount --uts --ipc --net --pid --cgroup --fork ' \
                 f'--kill-child "{HERE}/boot.sh" "{self.root.path}"'
        self.process = subprocess.Popen(["bash", "-c", script], stdin=subprocess.DEVNULL)
        self.init = wait_until(self.find_init, 20, "systemd is there")
        wait_until(lambda: self.run("systemctl is-system-running", check=False).stdout.strip() in ("running", "degraded"), 300,
                   lambda: "systemd is up: " + self.run("systemctl list-jobs --no-pager", check=False).stdout)
        return self

    def find_init(self):
        """The number of its process 1 here, once that is systemd."""
        pid = self.process.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if not children or pathlib.Path(f"/proc/{children[0]}/comm").read_text().strip() != "systemd":
            return None
        return children[0]

    def stop(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        for folder, _, _ in os.walk(self.group, topdown=False):
            wait_until(lambda folder=folder: roots.run("rmdir", folder, check=False).returncode == 0, 10, f"{folder} is empty")
        roots.run("umount", "-l", self.groups, check=False)

    def run(self, command, check=True):
        """A shell command on the machine; returns its CompletedProcess."""
        return roots.run("nsenter", "-t", self.init, "-m", "-u", "-i", "-n", "-p", "-C", "env", "-i",
                         "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8", "TERM=dumb",
                         "DEBIAN_FRONTEND=noninteractive", "sh", "-c", command, check=check)

    def output(self, command):
        return self.run(command).stdout.strip()

    def main_pid(self, unit):
        """The number of the unit's process; 0 when it is not running."""
        return int(self.output(f"systemctl show --value --property MainPID {unit}"))
