# A minimal Debian, for the scripts beside this one, which read it in and say where: $place, a folder of their own under
# target, and $root in it, the system's root.

now() { date +%s; }
began=$(now)
say() { printf '%s: %4d s  %s\n' "$(basename "$0" .sh)" "$(($(now) - began))" "$1"; }
fail() { say "FAILED: $1"; exit 1; }
quietly() { "$@" >"$place/last.log" 2>&1 || { tail -n 30 "$place/last.log"; fail "$*"; }; }
# What is locked for the script is not for what runs inside.
inside() { chroot "$root" env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" </dev/null 9>&-; }

# Makes one, once, as FOLDER/base.tar: base_system FOLDER [SUITE [MIRROR]]
base_system() {
    [ -f "$1/base.tar" ] && return
    suite=${2:-bookworm}
    say "making a minimal Debian, $suite"
    rm -rf "$1/base"
    mkdir -p "$1"
    debootstrap --variant=minbase "$suite" "$1/base" ${3:+"$3"} >"$1/debootstrap.log" 2>&1
    # Updates and security fixes, as any Debian that was installed has them; what is unstable has no others.
    sources=$1/base/etc/apt/sources.list
    mirror=$(sed -n "s/^deb \(\S*\) $suite main\$/\1/p" "$sources")
    [ "$suite" = sid ] ||
        printf "deb %s $suite-updates main\ndeb %s-security $suite-security main\n" "$mirror" "$mirror" >>"$sources"
    tar -C "$1/base" -cf "$1/base.tar.part" .
    mv "$1/base.tar.part" "$1/base.tar"
    rm -rf "$1/base"
}

# Mounts one that has these packages, and nothing that they only recommend. It is kept for the next time, and made anew where
# it is removed, or other packages are wanted: kept_system PACKAGES SUITE [MIRROR]
kept_system() {
    if [ "$(cat "$root/packages" 2>/dev/null)" = "$1" ]; then
        mount_system "$root"
        say 'the system is there from the time before'
        return
    fi
    base_system "$place" "$2" ${3:+"$3"}
    rm -rf --one-file-system "$root"
    mkdir -p "$root"
    tar -C "$root" -xf "$place/base.tar"
    # Whoever makes it anew wants Debian as it is by then.
    rm "$place/base.tar"
    reach_the_network "$root"
    mount_system "$root"
    say 'installing what is needed in it'
    # Nothing is to be started in there.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"
    quietly inside apt-get update
    # shellcheck disable=SC2086 # They are several.
    quietly inside apt-get install -y --no-install-recommends $1
    quietly inside apt-get clean
    printf '%s\n' "$1" >"$root/packages"
}

# How this computer reaches the network: without it nothing could be fetched behind a company's proxy.
reach_the_network() {
    cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
    apt-config dump | grep -E '^Acquire::(https?::Proxy|Check-)' >"$1/etc/apt/apt.conf.d/90network" || true
    for folder in /etc/ssl/certs /usr/local/share/ca-certificates; do
        if [ -d "$folder" ]; then
            mkdir -p "$1$folder"
            cp -rL "$folder/." "$1$folder/" 2>/dev/null || true
        fi
    done
}

# Lets a shell inside read the variables of this computer that name certificates or proxies, from /root/environment.
keep_network_variables() {
    env | grep -E '=(/etc/ssl|/usr/local/share/ca-certificates)(/|$)|^(https?|no)_proxy=|^(HTTPS?|NO)_PROXY=' |
        sed "s/'/'\\\\''/g; s/=\(.*\)/='\1'/; s/^/export /" >"$root/root/environment"
}

# Mounts what a running system has, in a namespace of one's own.
mount_system() {
    mount --make-rprivate /
    # A mount of its own, as a computer's root is one: without that nothing inside can have a view of its own.
    mount --bind "$1" "$1"
    mount -t proc proc "$1/proc"
    mount -t sysfs -o ro sys "$1/sys"
    mount --bind /dev "$1/dev"
    mkdir -p "$1/dev/pts" "$1/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
    mount -t tmpfs shm "$1/dev/shm"
}
