#!/bin/sh
# Keybearer on real desktops: GNOME Shell and Plasma in a Debian 13, used by an ordinary user, without a screen.
# `cargo xtask desktops` calls this.
#
#   xtask/desktops.sh XTASK APP [DESKTOP...]     the program that uses the window inside, Keybearer, gnome and plasma
#
# Needs root, debootstrap and unshare. Everything is under target/desktops; the system with its desktops is kept for the
# next time, and made anew where it is removed, or other packages are wanted.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd)
place=${CARGO_TARGET_DIR:-$project/target}/desktops
root=$place/root
user=person
# The desktops, what Keybearer needs, and what uses and judges it. Of what these packages recommend, nothing is needed.
packages='gnome-shell kwin-wayland plasma-workspace plasma-desktop xwayland libgl1-mesa-dri fonts-dejavu-core
    adwaita-icon-theme libwebkit2gtk-4.1-0 libgtk-3-0t64 ca-certificates gnome-keyring dbus-x11 dbus-daemon
    libglib2.0-bin webkit2gtk-driver wl-clipboard foot util-linux'

[ "$(id -u)" = 0 ] || { echo 'desktops: needs root, for debootstrap and chroot' >&2; exit 1; }
if [ "${KEYBEARER_DESKTOPS:-}" != inside ]; then
    KEYBEARER_DESKTOPS=inside exec unshare --mount --pid --fork --kill-child "$0" "$@"
fi
xtask=$1
app=$2
shift 2
mkdir -p "$place"
exec 9>"$place/lock"
flock -n 9 || { echo 'desktops: another one is at work' >&2; exit 1; }

# shellcheck source=xtask/debian.sh
. "$project/xtask/debian.sh"

as_user() { inside setpriv --reuid "$user" --regid "$user" --init-groups env HOME="/home/$user" USER="$user" "$@"; }
version() { inside dpkg-query -W -f '${Version}' "$1" | sed 's/^[0-9]*://; s/-.*//'; }

kept_system "$packages" trixie
inside id "$user" >/dev/null 2>&1 || quietly inside useradd --create-home "$user"
# With nothing in it that tells of a system with seats, which GNOME Shell would wait for.
mount -t tmpfs run "$root/run"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mkdir -m 1777 "$root/tmp/.X11-unix" "$root/tmp/.ICE-unix"
mkdir "$root/run/proofs"
cp "$xtask" "$root/run/proofs/xtask"
cp "$app" "$root/run/proofs/keybearer"
# shellcheck disable=SC2016 # The shell inside knows it.
say "$(inside sh -c '. /etc/os-release; echo "$PRETTY_NAME"'), GNOME Shell $(version gnome-shell), KWin $(version \
    kwin-wayland), plasmashell $(version plasma-workspace), WebKitGTK $(version libwebkit2gtk-4.1-0)"
outcome=0
# What WebKit and the programs complain of is of no use to whoever reads the table.
as_user /run/proofs/xtask desktops --inside /run/proofs/keybearer "$@" 2>"$place/complaints.log" || outcome=$?
[ "$outcome" = 0 ] || grep '^xtask ' "$place/complaints.log" || true
say "done; what programs complained of is in $place/complaints.log"
exit "$outcome"
