#!/bin/bash
# Boots systemd as process 1 of the root file system $1, in the namespaces that its caller has made. The network is a cable
# of its own with 10.99.9.1 on it.
set -eu
root=$1
ip link set lo up
ip link add eth0 type veth peer name eth1
ip link set eth1 up
ip addr add 10.99.9.1/24 dev eth0
ip link set eth0 up
hostname node1
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind /dev/$device "$root/dev/$device"
done
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
cd "$root"
mkdir -p .outside
pivot_root . .outside
exec env -i container=systole-test PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c \
    'umount -l /.outside; exec /lib/systemd/systemd --unit=multi-user.target --show-status=no' <dev/null >dev/null 2>&1
