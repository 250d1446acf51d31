#!/bin/busybox sh
# The first process of the guest: takes over the file system that it is lent, lays memory over it to be written to, and goes on there.
set -e
PATH=/bin
/bin/busybox --install -s /bin
mkdir -p /proc /sys /dev /run /lent /memory /root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
for module in /modules/*; do insmod "$module"; done
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=524288 lent /lent
mount -t tmpfs tmpfs /memory
mkdir /memory/written /memory/work
mount -t overlay -o lowerdir=/lent,upperdir=/memory/written,workdir=/memory/work overlay /root
mkdir /dev/shm /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t devpts devpts /dev/pts
ip link set lo up
cp /command /run/command
for folder in proc sys dev run; do mount -o move "/$folder" "/root/$folder"; done
exec switch_root /root /bin/sh /run/command
