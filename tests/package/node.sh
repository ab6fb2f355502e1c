#!/bin/bash
# Process 1 of a node alone in its namespaces: starts the cluster as its unit does, of whichever product is installed, asks
# it once the resource is started, and writes the answers to /root/answers.
set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C PCMK_logfacility=none
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
hostname node1
ip link set lo up
ip link add eth0 type veth peer name eth1
ip link set eth1 up
ip addr add 10.99.9.1/24 dev eth0
ip link set eth0 up
rm -rf /root/answers
mkdir -p /root/answers /run/lock /run/resource-agents
cat >/etc/corosync/corosync.conf <<'END'
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
END
corosync -f &
until corosync-cmapctl runtime.config.totem.token >/dev/null 2>&1; do sleep 0.2; done

notifies=$(sed -n 's/^Type=notify$/yes/p' /lib/systemd/system/pacemaker.service)
# The service manager's side of Type=notify.
python3 - <<'END' &
import os, socket
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind("/run/notify")
with open("/root/answers/notified.new", "w") as out:
    out.write(manager.recv(4096).decode())
os.rename("/root/answers/notified.new", "/root/answers/notified")
END
while [ ! -S /run/notify ]; do sleep 0.1; done
NOTIFY_SOCKET=/run/notify pacemakerd &
supervisor=$!

limit=$((SECONDS + 90))
until { [ -z "$notifies" ] || [ -e /root/answers/notified ]; } &&
    cibadmin --query --local >/root/answers/cib 2>/root/answers/error &&
    crm_mon -1 >/root/answers/status 2>&1 && grep -q 'Started node1' /root/answers/status; do
    if [ $SECONDS -gt $limit ]; then
        tail -20 /var/log/pacemaker/pacemaker.log
        cat /root/answers/*
        exit 1
    fi
    sleep 0.3
done
cibadmin --query --local --scope resources >/root/answers/resources
stat -c '%a %U:%G' /var/lib/pacemaker/cib/cib.xml >/root/answers/owner
kill -TERM $supervisor
wait $supervisor
