#!/bin/sh
# Compiles everything here for another system, without a linker or a C compiler for it, in a Debian whose Rust brings its
# library's sources. `cargo xtask check-targets` calls this.
#
#   xtask/check-targets.sh make TARGET...     makes that Debian, and fetches what is compiled; standard output tells why not
#   xtask/check-targets.sh check TARGET       compiles; standard output has cargo's messages, as JSON
#
# Needs root, debootstrap and unshare. Everything is under target/check-targets, and kept for the next time.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd)
place=${CARGO_TARGET_DIR:-$project/target}/check-targets
root=$place/root
# Debian's stable Rust is older than what is written here. The library of windows-gnu cannot be compiled without dlltool.
packages='rustc cargo rust-src gcc libc6-dev binutils-mingw-w64-x86-64'
# What all of it takes, and a little more, in GB.
space=8

cannot() { echo "$1"; exit 1; }
if [ "${KEYBEARER_CHECK_TARGETS:-}" != inside ]; then
    [ "$(id -u)" = 0 ] || cannot 'it needs root, for debootstrap and chroot'
    for program in debootstrap unshare; do
        command -v "$program" >/dev/null || cannot "$program is not installed"
    done
    unshare --mount --pid --fork true 2>/dev/null || cannot 'nothing can be mounted here'
    mkdir -p "$place"
    free=$(df --output=avail --block-size=1GB "$place" | tail -n 1 | tr -d ' ')
    [ "$1" = check ] || [ "$free" -ge "$space" ] || cannot "it needs $space GB of disk, and $free are free"
    KEYBEARER_CHECK_TARGETS=inside exec unshare --mount --pid --fork --kill-child "$0" "$@"
fi
exec 9>"$place/lock"
flock 9
# Standard output is for whoever called this.
exec 3>&1 >&2

# shellcheck source=xtask/debian.sh
. "$project/xtask/debian.sh"

# C is not what is checked: each compiler, archiver and resource compiler is one that leaves something empty behind, and
# answers what the crate cc asks of it.
empty_compiler() {
    mkdir -p "$root/empty/windows"
    cat >"$root/empty/cc" <<'END'
#!/bin/sh
for argument; do case $argument in -E) echo '"gcc"'; exit 0 ;; '-?') exit 1 ;; esac; done
while [ $# -gt 0 ]; do
    case $1 in
        -o) : >"$2"; shift ;;
        *.a) printf '!<arch>\n' >"$1" ;;
        *.o) [ -e "$1" ] || : >"$1" ;;
    esac
    shift
done
END
    chmod +x "$root/empty/cc"
    for name in gcc windres; do ln -sf ../cc "$root/empty/windows/x86_64-w64-mingw32-$name"; done
}

# The sources, which nothing writes to but what a build script generates, and what cargo has fetched for them.
mount_sources() {
    mkdir -p "$cargo_home" "$project/gen" "$root/sources" "$root/cargo"
    mount --bind -o ro "$project" "$root/sources"
    mount -t tmpfs gen "$root/sources/gen"
    mount --bind "$cargo_home" "$root/cargo"
}

# Cargo with its library's sources, which no stable one compiles for other systems. What it builds for this one, it links.
cargo() {
    # shellcheck disable=SC2016 # The shell inside knows it.
    inside env CARGO_HOME=/cargo CARGO_TARGET_DIR=/target CARGO_INCREMENTAL=0 RUSTC_BOOTSTRAP=1 \
        PATH=/empty/windows:/usr/bin:/bin SDKROOT=/ MACOSX_DEPLOYMENT_TARGET=11.0 \
        CC_x86_64_pc_windows_gnu=/empty/cc AR_x86_64_pc_windows_gnu=/empty/cc \
        CC_aarch64_apple_darwin=/empty/cc AR_aarch64_apple_darwin=/empty/cc \
        sh -c '. /root/environment && cd /sources && exec cargo "$@"' sh "$@" --locked -Zbuild-std=std,panic_unwind
}

cargo_home=${CARGO_HOME:-$HOME/.cargo}
command=$1
shift
case $command in
    make)
        kept_system "$packages" sid "$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -n 1)"
        empty_compiler
        mount_sources
        keep_network_variables
        for target; do set -- "$@" --target "$target"; shift; done
        cargo fetch --quiet "$@" || { echo 'what it compiles could not be fetched' >&3; exit 1; }
        ;;
    check)
        mount_system "$root"
        mount_sources
        cargo check --quiet --workspace --all-targets --target "$1" --message-format json >&3
        ;;
esac
