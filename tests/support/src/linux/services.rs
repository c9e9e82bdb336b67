//! The session bus of a desktop, and the keyring on it.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::desktop::Desktop;
use crate::process::{self, Process};

/// A bus that starts no services by itself: what is on it is what this desktop put there.
/// Root may come too: what stands in for other services runs with the tests.
pub(crate) fn start_bus(home: &Path) -> Result<(Process, String)> {
    let configuration = home.join("runtime/bus.conf");
    fs::write(
        &configuration,
        format!(
            r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <policy context="default">
    <allow user="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
            home.join("runtime/bus").display()
        ),
    )?;
    process::give(&configuration)?;
    let mut bus = process::command_of_person("dbus-daemon");
    bus.args(["--nofork", "--print-address"]).arg("--config-file").arg(configuration);
    // It complains of every limit that it may not raise.
    bus.stderr(Stdio::null());
    Process::start_and_read_line(bus)
}

/// The Secret Service as GNOME has it, with an unlocked keyring whose password is empty.
pub(crate) fn start_keyring(desktop: &Desktop) -> Result<Process> {
    let mut keyring = desktop.command("gnome-keyring-daemon");
    keyring.args(["--foreground", "--unlock", "--components=secrets"]);
    keyring.stdout(Stdio::null()).stderr(Stdio::null());
    let keyring = Process::start_with_input(keyring, b"\n")?;
    wait_for(desktop, "org.freedesktop.secrets")?;
    Ok(keyring)
}

/// The same without any keyring in it, as after an automatic log-in, and what asks the person for a password.
pub(crate) fn start_service_without_keyring(desktop: &Desktop) -> Result<(Process, Process)> {
    let mut service = desktop.command("gnome-keyring-daemon");
    service.args(["--foreground", "--components=secrets"]).stdin(Stdio::null());
    service.stdout(Stdio::null()).stderr(Stdio::null());
    let service = Process::start(service)?;
    wait_for(desktop, "org.freedesktop.secrets")?;
    let mut prompter = desktop.command("/usr/libexec/gcr-prompter");
    // On a desktop the bus starts it anew whenever it has ended for want of questions.
    prompter.env("GCR_PERSIST", "1").stdout(Stdio::null()).stderr(Stdio::null());
    let prompter = Process::start(prompter)?;
    wait_for(desktop, "org.gnome.keyring.SystemPrompter")?;
    Ok((service, prompter))
}

/// Waits until somebody answers to a name.
fn wait_for(desktop: &Desktop, name: &str) -> Result<()> {
    let mut wait = desktop.command("gdbus");
    let there =
        wait.args(["wait", "--session", "--timeout", "10", name]).status().context("gdbus could not be started")?;
    ensure!(there.success(), "nobody answers to {name} after 10 s");
    Ok(())
}

/// Locks it as the person's own desktop does after a while.
pub(crate) fn lock_keyring(desktop: &Desktop) -> Result<()> {
    let mut lock = desktop.command("gdbus");
    lock.args(["call", "--session", "--dest", "org.freedesktop.secrets", "--object-path", "/org/freedesktop/secrets"])
        .args(["--method", "org.freedesktop.Secret.Service.Lock", "['/org/freedesktop/secrets/collection/login']"]);
    let told = lock.stderr(Stdio::null()).output().context("gdbus could not be started")?;
    let told = String::from_utf8_lossy(&told.stdout);
    ensure!(told.contains("collection/login"), "the keyring was not locked: {told:?}");
    Ok(())
}
