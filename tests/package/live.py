"""The switch of a running node, as the README says it, with systemd as process 1: the services go on."""

import machine as machines
import scenarios

COROSYNC = """\
totem {
    version: 2
    cluster_name: package
    transport: knet
    crypto_cipher: none
    crypto_hash: none
}
system {
    sched_rr: no
    move_to_root_cgroup: no
}
quorum {
    provider: corosync_votequorum
}
logging {
    to_syslog: no
    to_logfile: yes
    logfile: /var/log/corosync.log
}
nodelist {
    node {
        ring0_addr: 10.99.9.1
        name: node1
        nodeid: 1
    }
}
"""
SERVED = "[Service]\nExecStart=/bin/sleep infinity\n"
RESOURCES = '<primitive id="served" class="systemd" type="served"/>'
DUMMY = "/run/resource-agents/Dummy-kept.state /run/Dummy-kept.state"


def resources(machine):
    """What runs, and since when: the unit's process and the file that the Dummy made when it started."""
    return machine.main_pid("served"), machine.output(f"stat -c '%i %Y' {DUMMY} 2>/dev/null; true")


def expect_started(machine):
    """Both resources are shown as started, by a cluster that has nothing left to do."""
    def shown():
        status = machine.run("crm_mon -1 2>&1", check=False).stdout
        idle = "S_IDLE" in machine.run("crmadmin -S node1 2>&1", check=False).stdout
        return status if idle and status.count("Started node1") == 2 else None
    return machines.wait_until(shown, 120, lambda: machine.run("crm_mon -1 2>&1; systemctl status pacemaker; "
                                                               "tail -30 /var/log/pacemaker/pacemaker.log",
                                                               check=False).stdout)


def expect_unit(machine, product):
    for question, answer in (("is-active", "active"), ("is-enabled", "enabled")):
        scenarios.expect(machine.run(f"systemctl {question} pacemaker", check=False).stdout.strip(), answer,
                         f"pacemaker.service under {product}")
    written = machine.output("pacemakerd --version")
    assert ("Systole" in written) == (product == "Systole"), f"{written} instead of {product}"


def maintenance(machine, begins):
    if begins:
        machine.run("crm_attribute --name maintenance-mode --update true && cibadmin --query >saved-cib.xml")
    else:
        machine.run("crm_attribute --name maintenance-mode --delete")


def switch(machine, before, packages, product):
    """The steps of the README; the resources are the same as before."""
    maintenance(machine, True)
    machine.run(f"apt-get install -y -q --no-install-recommends {packages}")
    expect_unit(machine, product)
    expect_started(machine)
    maintenance(machine, False)
    expect_started(machine)
    scenarios.expect(resources(machine), before, f"the services after the switch to {product}")


def restarts(machine, before):
    """A supervisor that dies is started again by systemd and takes the others over; in maintenance mode a restart of the unit
    leaves the services alone, otherwise it stops and starts them."""
    supervisor = machine.main_pid("pacemaker")
    machine.run(f"kill -KILL {supervisor}")
    machines.wait_until(lambda: machine.main_pid("pacemaker") not in (0, supervisor), 30, "pacemakerd runs again")
    expect_started(machine)
    maintenance(machine, True)
    machine.run("systemctl restart pacemaker")
    expect_started(machine)
    maintenance(machine, False)
    expect_started(machine)
    scenarios.expect(resources(machine), before, "the services after a restart in maintenance mode")
    machine.run("systemctl restart pacemaker")
    expect_started(machine)
    served, _ = resources(machine)
    assert served not in (0, before[0]), f"a restart outside of maintenance mode left the service alone: {served}"


def live(lab):
    root = lab.root("live")
    root.install("pacemaker pacemaker-cli-utils corosync systemd-sysv dbus iproute2")
    # A machine has no network but the one of its cluster: what the switch needs is fetched before.
    root.install("--download-only /packages/systole*.deb")
    scenarios.load_configuration(root, RESOURCES)
    root.file("/etc/corosync/corosync.conf").write_text(COROSYNC)
    root.file("/etc/systemd/system/served.service").write_text(SERVED)
    root.file("/usr/sbin/policy-rc.d").unlink()
    machine = machines.Machine(root)
    try:
        machine.boot()
        expect_started(machine)
        expect_unit(machine, "Pacemaker")
        before = resources(machine)
        switch(machine, before, "/packages/systole*.deb", "Systole")
        restarts(machine, before)
        switch(machine, resources(machine), " ".join(scenarios.DEBIANS), "Pacemaker")
        machine.run("systemctl stop pacemaker")
        scenarios.expect(machine.main_pid("served"), 0, "the service after the stop of the node")
    finally:
        machine.stop()
