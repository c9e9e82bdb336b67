#!/bin/sh
# Proves the commands of the README in a minimal Debian 12: what is committed, and nothing else of this computer
# but its Rust toolchain, and what it needs to reach the network (certificates, resolver, proxies).
#
#   xtask/fresh.sh [COMMAND...]     each COMMAND is one argument; default: "cargo xtask run" "cargo xtask test"
#
# Needs root, git and debootstrap. Everything is under target/fresh; the base system is kept for the next time.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd)
place=$project/target/fresh
root=$place/root

if [ "$(id -u)" != 0 ]; then
    echo 'fresh: needs root, for debootstrap and chroot' >&2
    exit 1
fi
for program in debootstrap git unshare; do
    command -v "$program" >/dev/null || { echo "fresh: needs $program" >&2; exit 1; }
done

# In a mount and process namespace of its own everything is unmounted and ended with it, however it ends.
if [ "${KEYBEARER_FRESH:-}" != inside ]; then
    KEYBEARER_FRESH=inside exec unshare --mount --pid --fork --kill-child "$0" "$@"
fi
[ $# -gt 0 ] || set -- 'cargo xtask run' 'cargo xtask test'

now() { date +%s; }
began=$(now)
say() { printf 'fresh: %4d s  %s\n' "$(($(now) - began))" "$1"; }

base_system() {
    [ -f "$place/base.tar" ] && return
    say 'making a minimal Debian 12'
    rm -rf "$place/base"
    mkdir -p "$place"
    debootstrap --variant=minbase bookworm "$place/base" >"$place/debootstrap.log" 2>&1
    # Updates and security fixes, as any Debian that was installed has them.
    sources=$place/base/etc/apt/sources.list
    mirror=$(sed -n 's/^deb \(\S*\) bookworm main$/\1/p' "$sources")
    printf 'deb %s bookworm-updates main\ndeb %s-security bookworm-security main\n' "$mirror" "$mirror" >>"$sources"
    tar -C "$place/base" -cf "$place/base.tar.part" .
    mv "$place/base.tar.part" "$place/base.tar"
    rm -rf "$place/base"
}

# How this computer reaches the network: without it nothing could be fetched behind a company's proxy.
network_of_this_computer() {
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    apt-config dump | grep -E '^Acquire::(https?::Proxy|Check-)' >"$root/etc/apt/apt.conf.d/90network" || true
    for folder in /etc/ssl/certs /usr/local/share/ca-certificates; do
        if [ -d "$folder" ]; then
            mkdir -p "$root$folder"
            cp -rL "$folder/." "$root$folder/" 2>/dev/null || true
        fi
    done
    mkdir -p "$root/root/.cargo"
    for file in "$HOME/.npmrc:root/.npmrc" "$cargo_home/config.toml:root/.cargo/config.toml"; do
        if [ -f "${file%%:*}" ]; then cp "${file%%:*}" "$root/${file#*:}"; fi
    done
}

mounts() {
    mount --make-rprivate /
    # A mount of its own, as a computer's root is one: without that nothing inside can have a view of its own.
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sys "$root/sys"
    mount --bind /dev "$root/dev"
    mkdir -p "$root/dev/pts" "$root/dev/shm" "$root/opt/cargo/bin" "$root/opt/rustup"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
    mount -t tmpfs shm "$root/dev/shm"
    mount --bind -o ro "$cargo_home/bin" "$root/opt/cargo/bin"
    mount --bind -o ro "${RUSTUP_HOME:-$HOME/.rustup}" "$root/opt/rustup"
}

# Runs a command inside, with a clean environment save the variables that name certificates or proxies.
inside() {
    env | grep -E '=(/etc/ssl|/usr/local/share/ca-certificates)(/|$)|^(https?|no)_proxy=|^(HTTPS?|NO)_PROXY=' |
        sed "s/'/'\\\\''/g; s/=\(.*\)/='\1'/; s/^/export /" >"$root/root/environment"
    chroot "$root" env -i HOME=/root TERM="${TERM:-dumb}" RUSTUP_HOME=/opt/rustup \
        PATH=/opt/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        sh -c '. /root/environment && cd /root/keybearer && exec sh -c "$1"' sh "$1" </dev/null
}

cargo_home=${CARGO_HOME:-$HOME/.cargo}
base_system
say 'unpacking it'
rm -rf --one-file-system "$root"
mkdir -p "$root"
tar -C "$root" -xf "$place/base.tar"
git clone --quiet "file://$project" "$root/root/keybearer"
network_of_this_computer
mounts

failed=0
for line in "$@"; do
    say "$line"
    if inside "$line"; then say "$line: held"; else say "$line: FAILED with $?"; failed=1; fi
done
exit "$failed"
