//! The app as a computer starts it that is set up otherwise than this one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::desktop::Desktop;
use crate::tls::Authority;

/// The system's store, as Debian has it.
const STORE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// A program that starts the app where an authority is installed in the system's store: in a view of the files of its
/// own, in which the store has one authority more. The computer's own store stays as it is.
///
/// The program becomes the app: its process id is the app's. Whoever is not root needs user namespaces for it.
///
/// # Errors
/// Where this system has its store elsewhere, or the program cannot be written.
pub fn where_installed(desktop: &Desktop, app: &Path, authority: &Authority) -> Result<PathBuf> {
    let store = desktop.home().join("ca-certificates.crt");
    let installed = fs::read_to_string(STORE).with_context(|| format!("{STORE} could not be read"))?;
    fs::write(&store, installed + authority.pem())?;
    // Only root may mount, so anybody else becomes root in a namespace, and themselves again in one more: the session
    // bus turns away whoever seems to be another person than it sees. Where nobody gets a view of their own, as in many
    // containers, the variable that names another store has to do.
    let script = format!(
        r#"if [ "$(id -u)" != 0 ]; then
    root=--map-root-user
    back="unshare --map-user=$(id -u) --map-group=$(id -g)"
fi
if unshare --mount $root mount --bind '{store}' {STORE} 2>/dev/null; then
    exec unshare --mount $root sh -c 'mount --bind "$1" {STORE} && shift && exec "$@"' sh '{store}' $back '{app}' "$@"
fi
exec env SSL_CERT_FILE='{store}' '{app}' "$@""#,
        store = store.display(),
        app = app.display(),
    );
    started_by(desktop, &script)
}

/// A program that starts the app by a shell's commands, the last of which is `exec`.
///
/// # Errors
/// Where it cannot be written.
pub fn started_by(desktop: &Desktop, commands: &str) -> Result<PathBuf> {
    let program = desktop.home().join("keybearer-started-otherwise");
    fs::write(&program, format!("#!/bin/sh\n{commands}\n"))?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::Wanted;
    use crate::process::Process;

    #[test]
    fn an_authority_is_installed_for_the_app_alone_which_runs_as_the_same_process_and_person() {
        let desktop = Desktop::open(Wanted { keyring: false, ..Wanted::default() }).unwrap();
        let authority = Authority::new().unwrap();
        let shell = where_installed(&desktop, Path::new("/bin/sh"), &authority).unwrap();
        let seen = desktop.command(&shell).args(["-c", &format!("cat ${{SSL_CERT_FILE:-{STORE}}}")]).output().unwrap();
        assert!(String::from_utf8(seen.stdout).unwrap().ends_with(authority.pem()));
        assert!(!fs::read_to_string(STORE).unwrap().contains(authority.pem()));

        let told = |mut command: std::process::Command| {
            command.args(["-c", "echo $$ $(id -u) $(id -g)"]);
            let (process, line) = Process::start_and_read_line(command).unwrap();
            let (id, person) = line.split_once(' ').unwrap();
            assert_eq!(id, process.id().to_string());
            person.to_owned()
        };
        assert_eq!(told(desktop.command(&shell)), told(desktop.command("/bin/sh")));
    }
}
