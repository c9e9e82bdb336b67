//! The app as a computer starts it that is set up otherwise than this one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::desktop::Desktop;
use crate::process;
use crate::tls::Authority;

/// The system's store, as Debian has it.
const STORE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// A program that root starts where root runs the tests, and that becomes the person itself at its end: for what only root
/// may do before.
#[derive(Clone, Debug)]
pub struct Launcher(PathBuf);

impl Launcher {
    /// A shell's commands, the last of which is `exec $person app "$@"`, possibly with something before `$person`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn new(desktop: &Desktop, commands: &str) -> Result<Self> {
        let becoming = process::becoming();
        let person = if becoming.is_empty() { "env" } else { &format!("setpriv {} --", becoming.join(" ")) };
        write(desktop, "keybearer-started-by-root", &format!("person='{person}'\n{commands}")).map(Self)
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// What a window is opened by.
#[derive(Clone, Copy, Debug)]
pub struct Started<'a> {
    pub(crate) program: &'a Path,
    pub(crate) becomes_the_person: bool,
}

impl<'a> From<&'a Path> for Started<'a> {
    fn from(program: &'a Path) -> Self {
        Self { program, becomes_the_person: false }
    }
}

impl<'a> From<&'a PathBuf> for Started<'a> {
    fn from(program: &'a PathBuf) -> Self {
        Self::from(program.as_path())
    }
}

impl<'a> From<&'a Launcher> for Started<'a> {
    fn from(launcher: &'a Launcher) -> Self {
        Self { program: &launcher.0, becomes_the_person: true }
    }
}

/// A program that starts the app where an authority is installed in the system's store: in a view of the files of its
/// own, in which the store has one authority more. The computer's own store stays as it is.
///
/// The program becomes the app: its process id is the app's. Where nobody gets a view of the files of their own, as in
/// many containers, the variable that names another store has to do. Whoever is not root needs user namespaces for it.
///
/// # Errors
/// Where this system has its store elsewhere, or the program cannot be written.
pub fn where_installed(desktop: &Desktop, app: &Path, authority: &Authority) -> Result<Launcher> {
    let installed = fs::read_to_string(STORE).with_context(|| format!("{STORE} could not be read"))?;
    let store = desktop.write("ca-certificates.crt", installed + authority.pem())?;
    let mount = format!("mount --bind '{}' {STORE}", store.display());
    let there = desktop.program(app)?;
    let otherwise = format!("exec env SSL_CERT_FILE='{}' $person '{}' \"$@\"", store.display(), there.display());
    in_a_view(desktop, app, &mount, &otherwise)
}

/// A program that starts the app where its folder for data is a small disk of its own: `options` are those of a tmpfs,
/// `size=…` or `ro`. `None` where nobody gets a view of the files of their own, as in many containers.
///
/// The folder is in the app's view alone; a test reaches it through the app's process, by [`in_view_of`].
///
/// # Errors
/// Where the program cannot be written.
pub fn where_data_is_a_disk(desktop: &Desktop, app: &Path, folder: &Path, options: &str) -> Result<Option<Launcher>> {
    fs::create_dir_all(folder)?;
    let mount = format!("mount -t tmpfs -o '{options}' tmpfs '{}'", folder.display());
    let program = in_a_view(desktop, Path::new("/bin/true"), &mount, "exit 1")?;
    if !desktop.command_of_tests(program.path()).status()?.success() {
        return Ok(None);
    }
    in_a_view(desktop, app, &mount, "exit 1").map(Some)
}

/// A path as a process sees it.
#[must_use]
pub fn in_view_of(process: u32, path: &Path) -> PathBuf {
    Path::new(&format!("/proc/{process}/root")).join(path.strip_prefix("/").unwrap_or(path))
}

/// A program that mounts something that only the app sees, and then becomes the app. `otherwise` is what it does where
/// nobody gets a view of the files of their own.
fn in_a_view(desktop: &Desktop, app: &Path, mount: &str, otherwise: &str) -> Result<Launcher> {
    // Only root may mount, so anybody else becomes root in a namespace, and themselves again in one more: the session
    // bus turns away whoever seems to be another person than it sees.
    let script = format!(
        r#"if [ "$(id -u)" != 0 ]; then
    root=--map-root-user
    back="unshare --map-user=$(id -u) --map-group=$(id -g)"
fi
if unshare --mount $root sh -c "{mount}" 2>/dev/null; then
    exec unshare --mount $root sh -c "{mount}"' && exec "$@"' sh $back $person '{app}' "$@"
fi
{otherwise}"#,
        app = desktop.program(app)?.display(),
    );
    Launcher::new(desktop, &script)
}

/// A program of the person's that starts the app by a shell's commands, the last of which is `exec`.
///
/// # Errors
/// Where it cannot be written.
pub fn started_by(desktop: &Desktop, commands: &str) -> Result<PathBuf> {
    write(desktop, "keybearer-started-otherwise", commands)
}

fn write(desktop: &Desktop, name: &str, commands: &str) -> Result<PathBuf> {
    let program = desktop.write(name, format!("#!/bin/sh\n{commands}\n"))?;
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
        let seen = desktop
            .command_of_tests(shell.path())
            .args(["-c", &format!("cat ${{SSL_CERT_FILE:-{STORE}}}")])
            .output()
            .unwrap();
        assert!(String::from_utf8(seen.stdout).unwrap().ends_with(authority.pem()));
        assert!(!fs::read_to_string(STORE).unwrap().contains(authority.pem()));

        let told = |mut command: std::process::Command| {
            command.args(["-c", "echo $$ $(id -u) $(id -g)"]);
            let (process, line) = Process::start_and_read_line(command).unwrap();
            let (id, person) = line.split_once(' ').unwrap();
            assert_eq!(id, process.id().to_string());
            person.to_owned()
        };
        let person = told(desktop.command("/bin/sh"));
        assert_eq!(told(desktop.command_of_tests(shell.path())), person);
        assert_ne!(person, "0 0");
    }
}
