#!/bin/sh
# Proves the commands of the README in a minimal Debian 12: what is committed, and nothing else of this computer
# but its Rust toolchain, and what it needs to reach the network (certificates, resolver, proxies).
#
#   xtask/fresh.sh [COMMAND...]     each COMMAND is one argument; default: the two of the README
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
[ $# -gt 0 ] || set -- './setup run && cargo xtask run' './setup test && cargo xtask test'

# shellcheck source=xtask/debian.sh
. "$project/xtask/debian.sh"

# What cargo and npm are set up with to reach the network.
registries_of_this_computer() {
    mkdir -p "$root/root/.cargo"
    for file in "$HOME/.npmrc:root/.npmrc" "$cargo_home/config.toml:root/.cargo/config.toml"; do
        if [ -f "${file%%:*}" ]; then cp "${file%%:*}" "$root/${file#*:}"; fi
    done
}

toolchain() {
    mkdir -p "$root/opt/cargo/bin" "$root/opt/rustup"
    mount --bind -o ro "$cargo_home/bin" "$root/opt/cargo/bin"
    mount --bind -o ro "${RUSTUP_HOME:-$HOME/.rustup}" "$root/opt/rustup"
}

# Runs a command inside, with a clean environment save the variables that name certificates or proxies.
inside() {
    keep_network_variables
    chroot "$root" env -i HOME=/root TERM="${TERM:-dumb}" RUSTUP_HOME=/opt/rustup \
        PATH=/opt/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        sh -c '. /root/environment && cd /root/keybearer && exec sh -c "$1"' sh "$1" </dev/null
}

cargo_home=${CARGO_HOME:-$HOME/.cargo}
base_system "$place"
say 'unpacking it'
rm -rf --one-file-system "$root"
mkdir -p "$root"
tar -C "$root" -xf "$place/base.tar"
git clone --quiet "file://$project" "$root/root/keybearer"
reach_the_network "$root"
registries_of_this_computer
mount_system "$root"
toolchain

failed=0
for line in "$@"; do
    say "$line"
    if inside "$line"; then say "$line: held"; else say "$line: FAILED with $?"; failed=1; fi
done
exit "$failed"
