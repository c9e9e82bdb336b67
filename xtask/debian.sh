# A minimal Debian, for the scripts beside this one, which read it in. It expects `say`.

# Makes one, once, as FOLDER/base.tar: base_system FOLDER [SUITE]
base_system() {
    [ -f "$1/base.tar" ] && return
    suite=${2:-bookworm}
    say "making a minimal Debian, $suite"
    rm -rf "$1/base"
    mkdir -p "$1"
    debootstrap --variant=minbase "$suite" "$1/base" >"$1/debootstrap.log" 2>&1
    # Updates and security fixes, as any Debian that was installed has them.
    sources=$1/base/etc/apt/sources.list
    mirror=$(sed -n "s/^deb \(\S*\) $suite main\$/\1/p" "$sources")
    printf "deb %s $suite-updates main\ndeb %s-security $suite-security main\n" "$mirror" "$mirror" >>"$sources"
    tar -C "$1/base" -cf "$1/base.tar.part" .
    mv "$1/base.tar.part" "$1/base.tar"
    rm -rf "$1/base"
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
