//! Running a program to its end: with a clean environment, a limit of time, and an end for all that it has started where
//! it does not come to one by itself.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use keybearer_core::{
    hex::hex,
    words::{self, Message},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::Command,
    time::timeout,
};
use zeroize::Zeroizing;

use super::{
    process_tree::{MARK, Tree},
    tools,
};

/// What programs need of Keybearer's own environment, so that they find their files, agents, keyrings, displays and
/// proxies. Whatever else is in it stays here.
const KEPT: [&str; 36] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TMPDIR",
    "TZ",
    // Who asks for a passphrase does it on the display.
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
    "SSH_AUTH_SOCK",
    "GNUPGHOME",
    "GPG_AGENT_INFO",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
    "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_DIRS",
    "XDG_DATA_DIRS",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_TYPE",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    // Without these nothing starts on Windows.
    "SystemRoot",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "TEMP",
    "TMP",
    "PATHEXT",
];

/// How much of what it says on its standard error is read, in bytes; the rest is dropped.
const SAID: usize = 16 << 10;

/// Of an end that is not known.
const NO_CODE: &str = "no code";

/// As long as what a program has left behind may keep its outputs open.
const A_MOMENT: Duration = Duration::from_millis(200);

/// A program, and what it is to be run with.
pub(super) struct Run<'a> {
    pub(super) program: &'a Path,
    pub(super) arguments: Vec<String>,
    /// What it finds in its environment, by [`kept`].
    pub(super) variables: &'a [(OsString, OsString)],
    pub(super) input: &'a [u8],
    /// How many bytes of its standard output are kept.
    pub(super) keep: usize,
    pub(super) limit: Duration,
}

pub(super) struct Ran {
    /// The number that it ended with, or the signal.
    pub(super) code: String,
    pub(super) output: Zeroizing<Vec<u8>>,
    pub(super) errors: Zeroizing<Vec<u8>>,
    pub(super) end: End,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    /// With 0.
    Well,
    /// With another number, of its own will.
    Badly,
    /// By a signal, in the midst of whatever it did.
    Cut,
}

impl End {
    fn of(status: ExitStatus) -> Self {
        match status.code() {
            Some(0) => Self::Well,
            Some(_) => Self::Badly,
            None => Self::Cut,
        }
    }
}

/// Why it did not come to an end by itself.
pub(super) enum Problem {
    NotStarted(Message),
    /// All of it was ended.
    TookTooLong,
}

impl Run<'_> {
    /// Runs it. Dropped before it has ended, it is ended, with all that it has started.
    pub(super) async fn finish(self) -> Result<Ran, Problem> {
        can_be_started(self.program).map_err(Problem::NotStarted)?;
        let mark = mark();
        let mut command = Command::new(self.program);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env(MARK, &mark)
            // Their messages are compared with what is known of them.
            .env("LC_ALL", "C.UTF-8")
            .current_dir(folder())
            .stdin(Stdio::piped())
            .stdout(if self.keep > 0 { Stdio::piped() } else { Stdio::null() })
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|error| Problem::NotStarted(why_not_started(&error)))?;
        let mut tree = Tree::of(child.id(), mark);
        let (mut stdin, mut stdout, mut stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (mut output, mut errors) = (room(self.keep), room(SAID));
        let write = async {
            if let Some(mut pipe) = stdin.take() {
                // A program that does not read to the end is judged by how it ends.
                let _ = pipe.write_all(self.input).await;
            }
        };
        let read = async { tokio::join!(fill(&mut output, stdout.as_mut()), fill(&mut errors, stderr.as_mut())) };
        let ended = {
            let (mut write, mut read) = (std::pin::pin!(write), std::pin::pin!(read));
            let (mut has_written, mut has_read) = (false, false);
            let the_end = async {
                loop {
                    tokio::select! {
                        status = child.wait() => break status,
                        _ = &mut read, if !has_read => has_read = true,
                        () = &mut write, if !has_written => has_written = true,
                    }
                }
            };
            let ended = timeout(self.limit, the_end).await;
            if ended.is_ok() {
                // Before anything else is waited for: its number may be another process's from now on.
                tree.leave();
                if !has_read {
                    // What it has left running may keep its outputs open; what it has said itself is there already.
                    let _ = timeout(A_MOMENT, read).await;
                }
            }
            ended
        };
        match ended {
            Ok(Ok(status)) => Ok(Ran { code: code(status), output, errors, end: End::of(status) }),
            // It was started, and how it ended is known to nobody.
            Ok(Err(_)) => Ok(Ran { code: NO_CODE.to_owned(), output, errors, end: End::Cut }),
            Err(_) => {
                drop(tree);
                // Nothing of it is left to be waited for by whoever looks after this process.
                let _ = timeout(A_MOMENT, child.wait()).await;
                Err(Problem::TookTooLong)
            }
        }
    }
}

/// Of an environment, what a program is started with: the usual variables, those that choose whom it works as, and these
/// beside them. Paths are made absolute, since it is started elsewhere.
///
/// # Errors
/// In words, where it is not known what a path is relative to.
pub(super) fn kept(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    program: &Path,
    beside: &[String],
) -> Result<Vec<(OsString, OsString)>, Message> {
    let identity = tools::identity(program);
    let is_kept = |name: &OsStr| {
        let mut names = KEPT.iter().chain(identity).copied().chain(beside.iter().map(String::as_str));
        names.any(|each| match (each.strip_suffix('*'), name.to_str()) {
            (Some(beginning), Some(name)) => name.get(..beginning.len()).is_some_and(|part| is_name(part, beginning)),
            (Some(_), None) => false,
            (None, _) => is_name(name, each),
        })
    };
    let here = env::current_dir().ok();
    let kept = environment.into_iter().filter(|(name, _)| is_kept(name));
    kept.map(|(name, value)| tools::absolute(&name, value, here.as_deref()).map(|value| (name, value))).collect()
}

/// Windows has names in any case.
fn is_name(name: impl AsRef<OsStr>, wanted: &str) -> bool {
    let name = name.as_ref();
    if cfg!(windows) { name.eq_ignore_ascii_case(wanted) } else { name == wanted }
}

/// Where programs are started: where nobody else can put a file that they would read.
fn folder() -> PathBuf {
    if cfg!(unix) { PathBuf::from("/") } else { env::temp_dir() }
}

/// Whether this is a program that may be started, and else why not.
pub(super) fn can_be_started(program: &Path) -> Result<(), Message> {
    let there = fs::metadata(program).map_err(|error| why(&error))?;
    if !there.is_file() {
        return Err(words::program_no_file());
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&there.permissions()) & 0o111 == 0 {
        return Err(words::program_no_program());
    }
    Ok(())
}

/// Why a program that is there was not started.
fn why_not_started(error: &std::io::Error) -> Message {
    match error.kind() {
        ErrorKind::NotFound => words::program_no_interpreter(),
        _ if cfg!(unix) && error.raw_os_error() == Some(NO_PROGRAM) => words::program_no_program(),
        _ => why(error),
    }
}

/// ENOEXEC, which no [`ErrorKind`] stands for.
const NO_PROGRAM: i32 = 8;

fn why(error: &std::io::Error) -> Message {
    match error.kind() {
        ErrorKind::NotFound => words::program_not_there(),
        ErrorKind::PermissionDenied => words::program_forbidden(),
        _ => words::verbatim(error.to_string()),
    }
}

fn code(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return words::program_signal(signal.to_string()).to_string();
    }
    status.code().map_or_else(|| NO_CODE.to_owned(), |code| code.to_string())
}

/// Told from any other run, also by what the program has started.
fn mark() -> String {
    let mut random = [0; 12];
    // Without randomness the group and the parents tell.
    let _ = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut random);
    hex(&random)
}

fn room(bytes: usize) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Vec::with_capacity(bytes))
}

/// Reads to the end, and keeps as much as there is room for.
async fn fill(into: &mut Zeroizing<Vec<u8>>, from: Option<&mut (impl AsyncRead + Unpin)>) {
    let Some(from) = from else { return };
    let mut block = Zeroizing::new([0; 4096]);
    while let Ok(read @ 1..) = from.read(&mut *block).await {
        let wanted = read.min(into.capacity() - into.len());
        into.extend_from_slice(&block[..wanted]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_gets_the_usual_variables_those_that_are_named_and_those_that_begin_so() {
        let names = ["HOME", "OP_SESSION_team", "OP_SESSION_", "OP_SESSION", "MY_OP_SESSION_team", "TOKEN", "TOKENS"];
        let environment = names.map(|name| (name.into(), "value".into()));
        let beside = ["OP_SESSION_*".to_owned(), "TOKEN".to_owned()];
        let kept = kept(environment, Path::new("/usr/bin/team-store"), &beside).expect("no path is relative");
        let kept: Vec<&str> = kept.iter().filter_map(|(name, _)| name.to_str()).collect();
        assert_eq!(kept, ["HOME", "OP_SESSION_team", "OP_SESSION_", "TOKEN"]);
    }

    #[test]
    fn a_program_gets_all_that_chooses_whom_it_works_as_whatever_its_destination_names() {
        for (program, wanted) in [
            ("aws", &["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"][..]),
            ("gcloud", &["CLOUDSDK_ACTIVE_CONFIG_NAME", "CLOUDSDK_CORE_ACCOUNT", "GOOGLE_APPLICATION_CREDENTIALS"]),
            ("az", &["AZURE_CONFIG_DIR", "AZURE_DEFAULTS_GROUP"]),
            ("kubectl", &["KUBECONFIG", "AWS_PROFILE"]),
            ("gh", &["GH_TOKEN", "GITHUB_TOKEN", "GH_HOST", "GH_ENTERPRISE_TOKEN"]),
            ("op", &["OP_ACCOUNT", "OP_SERVICE_ACCOUNT_TOKEN", "OP_SESSION_team"]),
            ("bw", &["BW_SESSION", "BITWARDENCLI_APPDATA_DIR"]),
            ("doppler", &["DOPPLER_TOKEN", "DOPPLER_PROJECT"]),
            ("pass", &["PASSWORD_STORE_DIR", "PASSWORD_STORE_KEY"]),
            ("gopass", &["GOPASS_HOMEDIR", "PASSWORD_STORE_DIR"]),
        ] {
            let environment = wanted.iter().chain(&["OTHER"]).map(|name| ((*name).into(), "/value".into()));
            let kept = kept(environment, &Path::new("/opt").join(program), &[]).expect("no path is relative");
            let kept: Vec<&str> = kept.iter().filter_map(|(name, _)| name.to_str()).collect();
            assert_eq!(kept, wanted, "{program}");
        }
    }
}
