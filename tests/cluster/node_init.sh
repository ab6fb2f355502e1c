#!/bin/bash
# Process 1 of a lab node (tests/cluster/lab.py): lays out the node's own file systems, then starts
# Corosync and the cluster manager and restarts the manager as its systemd unit would.
set -eu

mount --make-rprivate /

# This project's programs over the host's /usr; both layers stay read-only.
mount -t overlay -o "ro,lowerdir=$LAB_STAGE/usr:/usr" overlay /usr

mkdir -p "$LAB_DIR/etc"
cp /etc/passwd /etc/group "$LAB_DIR/etc/"
grep -q '^haclient:' "$LAB_DIR/etc/group" || echo 'haclient:x:189:' >>"$LAB_DIR/etc/group"
gid=$(awk -F: '$1 == "haclient" { print $3 }' "$LAB_DIR/etc/group")
grep -q '^hacluster:' "$LAB_DIR/etc/passwd" ||
    echo "hacluster:x:189:$gid::/var/lib/pacemaker:/usr/sbin/nologin" >>"$LAB_DIR/etc/passwd"
{ echo "127.0.0.1 localhost"; echo "$LAB_HOSTS"; } >"$LAB_DIR/etc/hosts"
echo "$LAB_NODE" >"$LAB_DIR/etc/hostname"
for file in passwd group hosts hostname; do
    mount --bind "$LAB_DIR/etc/$file" "/etc/$file"
done

# A tmpfs over /var/lib first: the folders to bind over need not exist on the host then.
mount --bind "$LAB_DIR" /mnt
mount -t tmpfs -o mode=755 tmpfs /var/lib
for pair in var-lib-corosync:/var/lib/corosync var-lib-pacemaker:/var/lib/pacemaker var-log:/var/log \
    etc-corosync:/etc/corosync; do
    mkdir -p "${pair#*:}"
    mount --bind "/mnt/${pair%%:*}" "${pair#*:}"
done
mkdir -p "$LAB_DIR/srv"
mount --bind "$LAB_DIR/srv" /srv
mkdir -p /var/lib/nginx /var/lib/heartbeat /var/log/nginx /var/log/pacemaker /var/lib/pacemaker/{cib,pengine,cores,blackbox}
chown hacluster:haclient /var/lib/pacemaker /var/lib/pacemaker/{cib,pengine,cores,blackbox} /var/log/pacemaker
chmod 0750 /var/lib/pacemaker/{cib,pengine,cores,blackbox}
chmod 0770 /var/log/pacemaker
umount /mnt

mount -t tmpfs tmpfs /tmp
mkdir -p /tmp/power
mount --bind "$LAB_POWER" /tmp/power
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs tmpfs /dev/shm
mkdir -p /run/resource-agents /run/lock /run/power
mount --move /tmp/power /run/power
mount -t proc proc /proc
hostname "$LAB_NODE"
ip link set lo up

export PCMK_logfacility=none
corosync -f &
corosync_pid=$!

if [ "$LAB_MANAGER" != none ]; then
    (
        until corosync-cmapctl runtime.config.totem.token >/dev/null 2>&1; do sleep 0.1; done
        # As `Restart=on-failure`, `RestartSec=1s` and exit code 100 (do not restart) of the unit.
        while true; do
            code=0
            "$LAB_MANAGER" || code=$?
            [ "$code" -ne 0 ] && [ "$code" -ne 100 ] || break
            echo "$LAB_MANAGER ended with $code, starting it again"
            sleep 1
        done
    ) &
fi
# Waits for every child, adopted ones included; without Corosync the node is of no use, but stays for a look.
wait "$corosync_pid" || true
while true; do wait; sleep 3600 & done
