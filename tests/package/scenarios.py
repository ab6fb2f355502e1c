"""What must hold for the packages, each on a root of its own."""

import pathlib
import shutil
import subprocess
import time

import root as roots

HERE = pathlib.Path(__file__).resolve().parent
CIB = "/var/lib/pacemaker/cib/cib.xml"
WANTED = "/etc/systemd/system/multi-user.target.wants/pacemaker.service"
OURS = ("systole", "systole-cli-utils", "systole-common")
DEBIANS = ("pacemaker", "pacemaker-cli-utils", "pacemaker-common")
CONFIGURATION = """\
<cib validate-with="pacemaker-3.9" crm_feature_set="3.16.1" admin_epoch="0" epoch="7" num_updates="0"><configuration>
<crm_config><cluster_property_set id="cib-bootstrap-options">
<nvpair id="stonith" name="stonith-enabled" value="false"/></cluster_property_set></crm_config><nodes/><resources>
<primitive id="kept" class="ocf" provider="pacemaker" type="Dummy"/></resources><constraints/></configuration><status/></cib>
"""


class Lab:
    """The roots of a run, which are all unmounted at its end."""

    def __init__(self, work, base, packages):
        self.work, self.base, self.packages = work, base, packages
        self.mounted = []

    def unmount(self):
        while self.mounted:
            self.mounted.pop().unmount()

    def root(self, name):
        """A clean root with this machine's apt settings, its lists fetched, and the packages in /packages."""
        shutil.rmtree(self.work / name, ignore_errors=True)
        made = roots.Root(self.work, name, self.base).mount()
        self.mounted.append(made)
        roots.copy_apt_settings(made.path)
        made.run("apt-get update -q")
        made.file("/packages").mkdir()
        for package in self.packages:
            shutil.copy(package, made.file("/packages"))
        return made


def expect(actual, expected, what):
    assert actual == expected, f"{what}: {actual!r} instead of {expected!r}"


def expect_folders(root):
    for name in ("blackbox", "cib", "cores", "pengine"):
        expect(root.mode(f"/var/lib/pacemaker/{name}"), "750 hacluster:haclient", name)
    for path in ("/var/log/pacemaker", "/var/log/pacemaker/bundles"):
        expect(root.mode(path), "770 hacluster:haclient", path)


def load_configuration(root, more=""):
    """Writes the CIB, with the elements of `more` among the resources, as an administrator of a stopped node does; returns
    the bytes of its files."""
    root.file("/root/cib.xml").write_text(CONFIGURATION.replace("</resources>", f"{more}</resources>"))
    root.run(f"rm -f {CIB}.sig; cp /root/cib.xml {CIB} && chown hacluster:haclient {CIB} && chmod 600 {CIB}")
    # An edit writes the file with its digest.
    root.run("cibadmin --modify --xml-text '<primitive id=\"kept\" description=\"before\"/>' --scope resources",
             CIB_file=CIB)
    return files_of(root)


def files_of(root):
    return {name: (root.file(CIB).parent / name).read_bytes() for name in ("cib.xml", "cib.xml.sig")}


def expect_kept(root, before, what):
    expect(files_of(root), before, f"the CIB {what}")
    expect(root.output(f"stat -c '%a %U:%G' {CIB} {CIB}.sig"), "600 hacluster:haclient\n600 hacluster:haclient",
           f"owner of the CIB {what}")
    assert "kept" in root.output("cibadmin --query --scope resources", CIB_file=CIB)


def expect_versions(root, product):
    assert root.output("pacemakerd --version").startswith("Pacemaker 2.1.5"), product
    features = root.output("cibadmin --help")
    assert features, product


def install(lab):
    """The packages beside the shells, agents and fence agents of Debian; upgrade; remove; purge."""
    root = lab.root("install")
    planned = root.install("/packages/systole*.deb crmsh pcs resource-agents fence-agents", simulate=True)
    for line in planned.splitlines():
        assert not line.startswith(tuple(f"Inst {name} " for name in DEBIANS)), line
    root.install("/packages/systole*.deb crmsh pcs resource-agents bash-completion logrotate man-db systemd")
    for package in OURS + ("crmsh", "pcs", "pacemaker-resource-agents"):
        expect(root.state(package), "installed", package)
    for package in DEBIANS:
        expect(root.state(package), "not-installed", package)
    root.run("dpkg --audit && apt-get check")
    expect_folders(root)
    expect_documented(root)
    expect_no_traces_of_the_build(root)
    expect_rotation(root)
    use_tools(root)
    expect_grammars_for_libraries(root)
    before = load_configuration(root)
    expect_kept(root, before, "as written by cibadmin")

    root.file("/etc/default/pacemaker").open("a").write("PCMK_debug=no\n")
    later = [roots.newer(package, lab.work / "next") for package in lab.packages]
    for package in later:
        shutil.copy(package, root.file("/packages"))
    root.install(*(f"/packages/{package.name}" for package in later))
    assert root.output("dpkg-query -W -f '${Version}' systole").endswith("+next")
    expect_kept(root, before, "after the upgrade")
    expect_folders(root)
    assert "PCMK_debug=no" in root.file("/etc/default/pacemaker").read_text()

    root.run("apt-get remove -y -q systole systole-cli-utils systole-common")
    assert not root.file("/usr/sbin/cibadmin").exists()
    expect(files_of(root), before, "the CIB after the removal")
    root.run("apt-get purge -y -q systole systole-cli-utils systole-common")
    for path in ("/var/lib/pacemaker", "/var/log/pacemaker", "/etc/default/pacemaker", "/etc/pacemaker",
                 "/etc/logrotate.d/pacemaker", WANTED):
        assert not root.file(path).exists() and not root.file(path).is_symlink(), f"{path} is left after the purge"


def files_of_packages(root):
    return [line for line in root.output("dpkg-query -L " + " ".join(OURS)).splitlines()
            if root.file(line).is_file() and not root.file(line).is_symlink()]


def expect_documented(root):
    """Every program has its man page, and all but the fence agents, which nobody calls by hand, complete their options."""
    programs = [pathlib.Path(path).name for path in files_of_packages(root) if path.startswith("/usr/sbin/")]
    assert len(programs) > 20, programs
    for program in programs:
        root.run(f"man --where 8 {program}")
        if not program.startswith("fence_"):
            completion = f"/usr/share/bash-completion/completions/{program}"
            assert root.file(completion).exists(), f"{completion} is missing"
            root.run(f"bash -n {completion}")


def expect_no_traces_of_the_build(root):
    tree = str(HERE.parents[1]).encode()
    for path in files_of_packages(root):
        assert tree not in root.file(path).read_bytes(), f"{path} names the folder in which it was built"


def expect_rotation(root):
    log = "/var/log/pacemaker/pacemaker.log"
    root.run(f"install -m 0660 -o hacluster -g haclient /dev/null {log}; echo news >{log}")
    root.run("logrotate --force /etc/logrotate.d/pacemaker")
    expect((root.file(log).read_text(), root.file(log + ".1").read_text()), ("", "news\n"), "the log and its rotation")
    expect(root.mode(f"{log} {log}.1"), "660 hacluster:haclient\n660 hacluster:haclient", "owner of the logs")


def expect_grammars_for_libraries(root):
    """Debian's cluster libraries, by which sbd and others read the CIB, take our grammars."""
    root.install("libpacemaker1")
    root.run("cd /root && apt-get download -q pacemaker-cli-utils && dpkg-deb -x pacemaker-cli-utils_*.deb theirs")
    for version in ("1.2", "2.10", "3.0", "3.9", "3.10"):
        root.file("/root/cib.xml").write_text(CONFIGURATION.replace("pacemaker-3.9", f"pacemaker-{version}"))
        root.run("/root/theirs/usr/sbin/crm_verify -V --xml-file /root/cib.xml")


def use_tools(root):
    """The shells, the unit, the log rotation, man pages and completions work."""
    expect_versions(root, "Systole")
    root.file("/root/cib.xml").write_text(CONFIGURATION)
    root.run("crm_verify --xml-file /root/cib.xml")
    shown = root.output("crm -F configure show", CIB_file="/root/cib.xml")
    assert "primitive kept ocf:pacemaker:Dummy" in shown, shown
    assert "kept" in root.output("pcs -f /root/cib.xml resource config"), "pcs"
    assert "Dummy" in root.output("crm_resource --list-agents ocf:pacemaker").split()
    assert root.file(WANTED).is_symlink()
    checked = root.run("systemd-analyze verify --man=no /lib/systemd/system/pacemaker.service", check=False)
    assert checked.returncode == 0 and "pacemaker.service:" not in checked.stdout, checked.stdout
    completed = root.output("""bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader crm_verify
        COMP_WORDS=(crm_verify --xml-f); COMP_CWORD=1; COMP_LINE="crm_verify --xml-f"; COMP_POINT=18
        _systole_crm_verify 2>/dev/null; echo "${COMPREPLY[@]}"'""")
    expect(completed, "--xml-file=", "completion")


def expect_whole(root, what):
    """What both products have under the same names is there and in use, whichever of them is installed."""
    for path in ("/etc/default/pacemaker", "/etc/logrotate.d/pacemaker", "/lib/systemd/system/pacemaker.service"):
        assert root.file(path).exists(), f"{path} is missing {what}"
    assert root.file(WANTED).is_symlink(), f"pacemaker.service is switched off {what}"
    expect_folders(root)


def expect_running(root, product):
    """The node comes up with the configuration that the other product has left, and starts its resource."""
    answers = run_node(root)
    assert 'id="kept"' in answers["resources"] and 'description="before"' in answers["resources"], answers
    assert "Started node1" in answers["status"], f"{product}: {answers['status']}"
    expect(answers["owner"], "600 hacluster:haclient", f"the CIB of the node that runs {product}")
    return answers


def switch(lab):
    """From Debian's Pacemaker to Systole with the CIB of its daemons; purging what is left of it; and back."""
    root = lab.root("switch")
    root.install("pacemaker pacemaker-cli-utils corosync iproute2 python3")
    load_configuration(root)
    expect_running(root, "Debian's Pacemaker")
    before = files_of(root)
    expect_kept(root, before, "of Debian's daemons")

    root.install("/packages/systole*.deb")
    for package in DEBIANS:
        expect(root.state(package), "config-files", package)
    expect_kept(root, before, "after the switch")
    expect_folders(root)
    settings = root.file("/etc/default/pacemaker").read_text()
    assert "Systole" in settings.splitlines()[0], f"settings that nobody had changed are not ours: {settings}"
    root.run("apt-get purge -y -q " + " ".join(DEBIANS))
    expect_kept(root, before, "after the purge of Pacemaker's packages")
    expect_whole(root, "after the purge of Pacemaker's packages")

    answers = expect_running(root, "Systole")
    assert answers["notified"].startswith("READY=1"), answers["notified"]
    ran = files_of(root)

    root.install(" ".join(DEBIANS))
    for package in OURS:
        assert root.state(package) in ("config-files", "not-installed"), package
    root.run("apt-get purge -y -q " + " ".join(OURS))
    expect_kept(root, ran, "back with Pacemaker, Systole purged")
    expect_whole(root, "back with Pacemaker, Systole purged")
    root.run(f"crm_verify --xml-file {CIB}")
    expect_running(root, "Debian's Pacemaker, after Systole")


def run_node(root):
    """Runs Corosync and pacemakerd in namespaces of their own; returns what the script `node.sh` wrote."""
    shutil.copy(HERE / "node.sh", root.file("/root/node.sh"))
    done = roots.run("unshare", "--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "chroot", root.path,
                     "bash", "/root/node.sh", check=False, timeout=180)
    answers = root.file("/root/answers")
    result = {file.name: file.read_text().strip() for file in answers.iterdir()} if answers.exists() else {}
    if done.returncode != 0:
        raise roots.PackageTestError(f"node.sh: exit {done.returncode}\n{done.stdout[-3000:]}\n{result}")
    return result


def services(lab):
    """The unit is started by an installation and stopped by a removal, and left alone by an upgrade."""
    root = lab.root("services")
    root.file("/run/systemd/system").mkdir(parents=True)
    root.file("/usr/sbin/policy-rc.d").write_text('#!/bin/sh\necho "$1 $2" >>/root/services\nexit 101\n')
    ours, debians = "/packages/systole*.deb", " ".join(DEBIANS)

    expect(asked_of_services(root, lambda: root.install(ours)), ["start"], "a first installation")
    later = [roots.newer(package, lab.work / "next") for package in lab.packages]
    for package in later:
        shutil.copy(package, root.file("/root"))
    upgrade = " ".join(f"/root/{package.name}" for package in later)
    expect(asked_of_services(root, lambda: root.install(upgrade)), [], "an upgrade")
    expect(asked_of_services(root, lambda: root.install("--reinstall " + upgrade)), [], "a repeated installation")
    expect(asked_of_services(root, lambda: root.install(debians)), ["stop", "start"], "the switch to Pacemaker")
    expect(asked_of_services(root, lambda: root.install(ours)), ["stop", "start"], "the switch from Pacemaker")
    removal = "apt-get remove -y -q " + " ".join(OURS)
    expect(asked_of_services(root, lambda: root.run(removal)), ["stop"], "a removal")
    expect(asked_of_services(root, lambda: root.install(ours)), ["start"], "an installation after a removal")
    purge = "apt-get purge -y -q " + " ".join(OURS)
    expect(asked_of_services(root, lambda: root.run(purge)), ["stop"], "a purge")


def asked_of_services(root, change):
    """What the packages' scripts asked of pacemaker.service during a change, in order."""
    log = root.file("/root/services")
    log.write_text("")
    change()
    lines = [line.split() for line in log.read_text().splitlines()]
    return [action for unit, action in lines if unit == "pacemaker.service"]


TESTS = {"install": install, "switch": switch, "services": services}
