#!/bin/sh
# Proves the packages in a minimal Debian 12 that has nothing of ours: installed with what they need, used by an ordinary
# user, upgraded, downgraded, and removed. `cargo xtask bundle` comes before, and `cargo xtask installed` calls this.
#
#   xtask/installed.sh XTASK OLDER     the program that uses the window inside, and a package of an older version
#
# Needs root, debootstrap and unshare. Everything is under target/installed; the base system is shared with fresh.sh.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd)
target=${CARGO_TARGET_DIR:-$project/target}
place=$target/installed
root=$place/root
user=person

[ "$(id -u)" = 0 ] || { echo 'installed: needs root, for debootstrap and chroot' >&2; exit 1; }
newer=$(ls "$target"/bundle/keybearer_*.deb 2>/dev/null) || { echo 'installed: cargo xtask bundle comes first' >&2; exit 1; }
rpm=$(ls "$target"/bundle/keybearer-*.rpm 2>/dev/null) || { echo 'installed: cargo xtask bundle comes first' >&2; exit 1; }
if [ "${KEYBEARER_INSTALLED:-}" != inside ]; then
    KEYBEARER_INSTALLED=inside exec unshare --mount --pid --fork --kill-child "$0" "$@"
fi
xtask=$1
older=$2
mkdir -p "$place"
exec 9>"$place/lock"
flock -n 9 || { echo 'installed: another one is at work' >&2; exit 1; }

# shellcheck source=xtask/debian.sh
. "$project/xtask/debian.sh"

as_user() { inside setpriv --reuid "$user" --regid "$user" --init-groups env HOME="/home/$user" USER="$user" "$@"; }
installed_size() { inside dpkg-query -W -f '${Status} ${Installed-Size}\n' | awk '/^install ok installed/ { sum += $NF } END { print int(sum / 1024) }'; }
ours() { find "$root" -xdev \( -path "$root/home/$user" -o -path "$root/proofs" -o -path "$root/proc" -o -path "$root/sys" \) \
    -prune -o \( -iname '*keybearer*' -o -path '*/keybearer/*' \) -print; }

base_system "$target/fresh"
say 'unpacking a minimal Debian 12, and giving it the certificates of this computer, by which apt may reach its mirror'
rm -rf --one-file-system "$root"
mkdir -p "$root"
tar -C "$root" -xf "$target/fresh/base.tar"
reach_the_network "$root"
mount_system "$root"
printf '127.0.0.1 dfns.company.test\n' >>"$root/etc/hosts"
mkdir "$root/proofs"
cp "$newer" "$root/proofs/newer.deb"
cp "$older" "$root/proofs/older.deb"
quietly inside useradd --create-home "$user"
quietly inside apt-get update

before=$(installed_size)
packages=$(inside dpkg-query -W | wc -l)
say "there are $packages packages, $before MiB; now apt-get install ./$(basename "$newer")"
quietly inside apt-get install -y /proofs/newer.deb
say "installed, with $(($(inside dpkg-query -W | wc -l) - packages - 1)) other packages that came along; $(($(installed_size) - before)) MiB more"
for package in libwebkit2gtk-4.1-0 ca-certificates gnome-keyring; do
    inside dpkg-query -W -f '${Package} ${Status}\n' "$package" | grep -q 'ok installed' || fail "$package did not come along"
done
quietly inside apt-get check
[ "$(as_user keybearer --version)" = "keybearer $(inside dpkg-query -W -f '${Version}' keybearer)" ] || fail 'it tells another version'
as_user keybearer --help | grep -q '^usage: keybearer' || fail 'it has no help'
told=$(as_user keybearer 2>&1) && fail 'it starts without a display'
[ "$(printf '%s\n' "$told" | wc -l)" = 1 ] || fail "it says more than a line: $told"
say "without a display: $told"

"$target/tools/bin/rust-audit-info" "$root/usr/bin/keybearer" >"$place/inside.json" ||
    fail 'the installed program has no list of what it was built from'
grep -q '"name":"keybearer"' "$place/inside.json" || fail 'the list in the installed program does not name it'
say "the installed program tells of the $(grep -o '"name":' "$place/inside.json" | wc -l) packages that it was built from"

# The .rpm, as far as this computer can: in a folder of its own, beside the libraries that the .deb brought along.
as_rpm() { rpm --root "$root/proofs/rpm" --dbpath /var/lib/rpm "$@"; }
ours_of() { (cd "$1" && find usr -type f -not -path 'usr/share/doc/*' -not -path 'usr/share/licenses/*' \
    -exec stat --format '%n %a' {} + -exec sha256sum {} + | sort); }
mkdir -p "$root/proofs/rpm" "$root/proofs/deb"
quietly as_rpm --initdb
quietly as_rpm --install --nodeps "$rpm"
quietly as_rpm --verify --nodeps keybearer
[ "$(as_user /proofs/rpm/usr/bin/keybearer --version)" = "$(as_user keybearer --version)" ] || fail 'the .rpm has another program'
quietly dpkg-deb --extract "$newer" "$root/proofs/deb"
ours_of "$root/proofs/deb" >"$place/deb.files"
ours_of "$root/proofs/rpm" >"$place/rpm.files"
cmp "$place/deb.files" "$place/rpm.files" || fail 'the .rpm installs other files than the .deb'
quietly as_rpm --erase keybearer
left=$(find "$root/proofs/rpm" -path '*/var/lib/rpm' -prune -o ! -type d -print -o -iname '*keybearer*' -print)
[ -z "$left" ] || fail "rpm --erase leaves behind: $left"
say "the .rpm: installed, verified, started, the same $(($(wc -l <"$place/rpm.files") / 2)) files as the .deb's, and removed without a trace"

# What uses the window, and nothing that the package would have brought along itself.
quietly inside apt-get install -y --no-install-recommends xvfb openbox xclip xdotool webkit2gtk-driver libglib2.0-bin \
    dbus-x11 libsecret-tools fonts-dejavu-core
say 'the programs that use the window are there as well'
cp "$xtask" "$root/proofs/xtask"
mkdir "$root/proofs/asked"
chmod 777 "$root/proofs/asked"
# The walk leaves pictures where the project is; here there is none.
mkdir -p "$root$target"
chmod 777 "$root$target"

as_root() {
    case $1 in
        trust-authority)
            cp "$root/proofs/asked/authority.crt" "$root/usr/local/share/ca-certificates/company.crt"
            inside update-ca-certificates ;;
        install-older) inside apt-get install -y --allow-downgrades /proofs/older.deb ;;
        install-newer) inside apt-get install -y /proofs/newer.deb ;;
        *) return 1 ;;
    esac
}
# Whatever the ordinary user asks for is done here, one after another, for as long as there is somebody who asks.
serve() {
    while sleep 0.2; do
        for wanted in "$root"/proofs/asked/*.wanted; do
            [ -e "$wanted" ] || continue
            rm "$wanted"
            what=$(basename "$wanted" .wanted)
            outcome=0
            as_root "$what" >"$place/asked.log" 2>&1 || outcome=$?
            [ "$outcome" = 0 ] || cat "$place/asked.log"
            printf '%s\n' "$outcome" >"$root/proofs/asked/done"
            mv "$root/proofs/asked/done" "$root/proofs/asked/$what.done"
        done
    done
}
serve &
server=$!
as_user CARGO_TARGET_DIR="$target" /proofs/xtask installed --inside /proofs/asked || fail 'the window'
kill "$server"
rm -rf "$place/walk"
mv "$root$target/walk" "$place/walk"
rm -rf --one-file-system "$root$target"
say "a picture of each step of the walk is in $place/walk"

# With the person's own home, as it is. It runs until it is asked to end, and ends well then.
outcome=0
as_user sh -c 'Xvfb :77 -screen 0 1280x900x24 >/dev/null 2>&1 & server=$!
    sleep 2; DISPLAY=:77 keybearer --sandbox & app=$!
    sleep 8; outcome=99; if kill -TERM $app; then outcome=0; wait $app || outcome=$?; fi
    kill $server; exit $outcome' || outcome=$?
[ "$outcome" = 0 ] || fail "asked to end it ends with $outcome (99: it had ended before)"
say 'in the home of a person it runs until it is asked to end, and ends with 0'
outcome=0
told=$(as_user sh -c 'DBUS_SESSION_BUS_ADDRESS= dbus-run-session -- sh -c "printf \"\\n\" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; keybearer --forget"') || outcome=$?
[ "$outcome" = 0 ] || fail "keybearer --forget ends with $outcome: $told"
case $told in
    'No account was remembered.'*) say "keybearer --forget: $told" ;;
    *) fail "keybearer --forget says: $told" ;;
esac
inside dpkg-query -L keybearer | sort >"$place/files"
say "now apt-get purge keybearer, which has $(wc -l <"$place/files") files and folders"
quietly inside apt-get purge -y keybearer
left=$(ours)
[ -z "$left" ] || fail "left behind: $left"
inside dpkg-query -W keybearer >/dev/null 2>&1 && fail 'dpkg knows it still'
say "nothing of it is left but the person's own:"
(cd "$root/home/$user" && find . -type f -path './.*/*' | sort | sed 's/^/installed:           /')
# The last step of the manual.
for folder in .config .local/share .local/state; do rm -rf "$root/home/$user/$folder/app.keybearer.desktop"; done
left=$(ours; find "$root/home/$user" -iname '*keybearer*')
[ -z "$left" ] || fail "without its folders there is still: $left"
say 'and without these folders, nothing at all'
say 'all held'
