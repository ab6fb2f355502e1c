"""Debian roots to install packages into: one debootstrapped base, and layers over it.

Needs root, overlayfs and the mirror that apt on this machine uses. Nothing outside of the given folder changes, as long as
the caller is in a mount namespace of its own.
"""

import os
import pathlib
import shutil
import subprocess

NO_SERVICES = "#!/bin/sh\nexit 101\n"


class PackageTestError(Exception):
    """A step failed; the message has the command and what it printed."""


def run(*command, check=True, timeout=1800, **options):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=timeout, **options)
    if check and done.returncode != 0:
        raise PackageTestError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout[-4000:]}")
    return done


def host_release():
    """The codename of this machine's Debian, whose packages are the ones that were built against."""
    lines = pathlib.Path("/etc/os-release").read_text().splitlines()
    return next(line.split("=", 1)[1].strip('"') for line in lines if line.startswith("VERSION_CODENAME="))


def host_mirror(release):
    """The address from which apt on this machine takes the release."""
    listed = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)",
                 "Identifier: Packages").stdout
    for line in listed.splitlines():
        uri, codename, component = line.split()
        if codename == release and component == "main":
            return uri
    raise PackageTestError(f"apt on this machine has no source of {release} main")


def copy_apt_settings(root):
    """The sources, keys, proxies and preferences of this machine, but nothing that deletes downloads."""
    for name in ("sources.list", "sources.list.d", "keyrings", "trusted.gpg.d", "auth.conf.d", "apt.conf.d"):
        source, target = pathlib.Path("/etc/apt") / name, root / "etc/apt" / name
        if source.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            for file in source.iterdir():
                if file.is_file() and not file.name.startswith("docker-"):
                    shutil.copy(file, target)
        elif source.exists():
            shutil.copy(source, target)
        elif target.is_file():
            target.unlink()
    for key in pathlib.Path("/usr/share/keyrings").glob("debian-archive-*"):
        shutil.copy(key, root / "usr/share/keyrings")
    (root / "etc/apt/apt.conf.d/99keep").write_text('APT::Keep-Downloaded-Packages "true";\n')
    for name in ("resolv.conf", "hosts"):
        shutil.copy(f"/etc/{name}", root / "etc" / name)
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text(NO_SERVICES)
    policy.chmod(0o755)


class Root:
    """A root file system: what `layers` below have, and its own changes over them."""

    def __init__(self, folder, name, *layers):
        self.name = name
        self.upper = folder / name / "upper"
        self.path = folder / name / "root"
        self.layers = layers
        self.archives = folder / "archives"
        self.work = folder / name / "work"

    def mount(self):
        for path in (self.upper, self.path, self.work, self.archives / "partial"):
            path.mkdir(parents=True, exist_ok=True)
        lower = ":".join(str(layer) for layer in self.layers)
        run("mount", "-t", "overlay", "-o", f"lowerdir={lower},upperdir={self.upper},workdir={self.work}", "overlay",
            self.path)
        run("mount", "--bind", self.archives, self.path / "var/cache/apt/archives")
        run("mount", "-t", "proc", "proc", self.path / "proc")
        run("mount", "-t", "tmpfs", "tmpfs", self.path / "dev/shm")
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", self.path / "run")
        return self

    def unmount(self):
        for part in ("run", "dev/shm", "proc", "var/cache/apt/archives", ""):
            run("umount", "-l", self.path / part, check=False)

    def run(self, command, check=True, **environment):
        """A shell command in the root; returns its CompletedProcess."""
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", "TERM": "dumb",
                 "DEBIAN_FRONTEND": "noninteractive"}
        return run("chroot", self.path, "sh", "-c", command, check=check, env=dict(clean, **environment))

    def output(self, command, **environment):
        return self.run(command, **environment).stdout.strip()

    def file(self, path):
        return self.path / path.lstrip("/")

    def install(self, *words, simulate=False):
        """apt-get install; a configuration file that was changed is kept."""
        options = "-s" if simulate else "--no-install-recommends"
        return self.run(f"apt-get install -y -q {options} -o Dpkg::Options::=--force-confold " + " ".join(words)).stdout

    def state(self, package):
        """dpkg's word for it: installed, config-files, or not-installed."""
        done = self.run(f"dpkg-query -W -f '${{db:Status-Status}}' {package} 2>/dev/null", check=False)
        return done.stdout.strip() if done.returncode == 0 else "not-installed"

    def mode(self, path):
        return self.output(f"stat -c '%a %U:%G' {path}")


def make_base(folder):
    """A minimal root of this machine's release, made once."""
    base = folder / "base"
    if (base / "etc/debian_version").exists() and not (base / "debootstrap").exists():
        return base
    shutil.rmtree(base, ignore_errors=True)
    release = host_release()
    run("debootstrap", "--variant=minbase", "--include=ca-certificates", release, base, host_mirror(release))
    return base


def newer(package, folder):
    """The same package under a later version, as a release would have it; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    content = folder / package.stem
    shutil.rmtree(content, ignore_errors=True)
    run("dpkg-deb", "--raw-extract", package, content)
    control = content / "DEBIAN/control"
    text = control.read_text()
    version = next(line.split()[1] for line in text.splitlines() if line.startswith("Version:"))
    control.write_text(text.replace(f"Version: {version}", f"Version: {version}+next")
                       .replace(f"(= {version})", f"(= {version}+next)"))
    target = folder / package.name.replace(f"_{version}_", f"_{version}+next_")
    run("dpkg-deb", "--root-owner-group", "--build", content, target)
    shutil.rmtree(content)
    return target


