//! What is known of programs by their names, whatever a destination says of them: which variables choose whom they work as,
//! which variables hold paths, and how they tell of an entry that is neither there nor gone.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::Path,
};

use keybearer_core::words::{self, Message, Plain};

/// A program that is known by its file's name.
struct Tool {
    file: &'static str,
    /// The variables that choose whom it works as, and with what. Without one of them it would still work, as somebody else.
    identity: &'static [&'static str],
    /// What it says of an entry that is neither there nor gone, and what that means.
    signs: &'static [(&'static str, Plain)],
}

const TOOLS: [Tool; 10] = [
    Tool {
        file: "aws",
        identity: &["AWS_*"],
        signs: &[
            ("\"DeletedDate\":", words::state_deletion_scheduled),
            ("marked for deletion", words::state_deletion_scheduled),
            ("scheduled for deletion", words::state_deletion_scheduled),
        ],
    },
    Tool {
        file: "gcloud",
        identity: &["CLOUDSDK_*", "GOOGLE_*"],
        signs: &[("is in DISABLED state", words::state_disabled), ("is in DESTROYED state", words::state_destroyed)],
    },
    Tool {
        file: "az",
        identity: &["AZURE_*"],
        signs: &[
            ("ObjectIsDeletedButRecoverable", words::state_recoverable),
            ("deleted but recoverable", words::state_recoverable),
            ("ObjectIsBeingDeleted", words::state_being_deleted),
        ],
    },
    Tool {
        file: "kubectl",
        // Its own, and those of the programs that clusters let sign in with.
        identity: &["KUBECONFIG", "KUBERNETES_*", "AWS_*", "CLOUDSDK_*", "GOOGLE_*", "AZURE_*", "AAD_*"],
        signs: &[
            ("being terminated", words::state_being_deleted),
            ("object is being deleted", words::state_being_deleted),
        ],
    },
    Tool { file: "gh", identity: &["GH_*", "GITHUB_*"], signs: &[] },
    Tool { file: "doppler", identity: &["DOPPLER_*"], signs: &[] },
    Tool { file: "op", identity: &["OP_*"], signs: &[] },
    Tool { file: "bw", identity: &["BW_*", "BITWARDENCLI_*"], signs: &[] },
    Tool { file: "pass", identity: &["PASSWORD_STORE_*"], signs: &[] },
    Tool { file: "gopass", identity: &["GOPASS_*", "PASSWORD_STORE_*"], signs: &[] },
];

/// Variables that hold a path, of programs that are known.
const PATHS: [&str; 36] = [
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CONFIG_DIR",
    "AZURE_EXTENSION_DIR",
    "AZURE_FEDERATED_TOKEN_FILE",
    "BITWARDENCLI_APPDATA_DIR",
    "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE",
    "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE",
    "CLOUDSDK_CONFIG",
    "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
    "CURL_CA_BUNDLE",
    "DOPPLER_CONFIG_DIR",
    "GH_CONFIG_DIR",
    "GNUPGHOME",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOPASS_CONFIG",
    "GOPASS_HOMEDIR",
    "HOME",
    "KUBECONFIG",
    "NODE_EXTRA_CA_CERTS",
    "OP_CONFIG_DIR",
    "PASSWORD_STORE_DIR",
    "PASSWORD_STORE_EXTENSIONS_DIR",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "TMPDIR",
    "XAUTHORITY",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
];

/// Those of them that hold several.
const LISTS: [&str; 2] = ["KUBECONFIG", "SSL_CERT_DIR"];

fn tool(program: &Path) -> Option<&'static Tool> {
    // On Windows its file has an ending.
    let file = if cfg!(windows) { program.file_stem() } else { program.file_name() };
    TOOLS.iter().find(|tool| file.is_some_and(|file| file == tool.file))
}

/// The variables that choose whom this program works as; a `*` at the end stands for all that begin so.
pub(super) fn identity(program: &Path) -> &'static [&'static str] {
    tool(program).map_or(&[], |tool| tool.identity)
}

/// Whether this program may tell by what it prints that an entry is neither there nor gone.
pub(super) fn has_signs(program: &Path) -> bool {
    tool(program).is_some_and(|tool| !tool.signs.is_empty())
}

/// What this program tells of an entry that is neither there nor gone: the state that it is in, in words.
pub(super) fn state(program: &Path, said: &[u8]) -> Option<Message> {
    let said = String::from_utf8_lossy(said);
    tool(program)?.signs.iter().find(|(sign, _)| said.contains(sign)).map(|(_, state)| state())
}

/// Whether what Debian 12 calls `gopass` answered: another program of that name, which knows none of gopasspw's options.
pub(super) fn is_other_gopass(program: &Path, said: &[u8]) -> bool {
    let knows_no_option = String::from_utf8_lossy(said).contains("flag provided but not defined");
    tool(program).is_some_and(|tool| tool.file == "gopass") && knows_no_option
}

/// A variable's value, for a program that is started elsewhere than here: paths are made absolute.
///
/// # Errors
/// In words, where it is not known what a path is relative to.
pub(super) fn absolute(name: &OsStr, value: OsString, here: Option<&Path>) -> Result<OsString, Message> {
    let is = |names: &[&str]| names.iter().any(|each| name == *each);
    let points_here =
        |value: &OsStr| value.to_str().is_some_and(|value| value.starts_with("./") || value.starts_with("../"));
    if !is(&PATHS) && !points_here(&value) {
        return Ok(value);
    }
    // Programs put the home in the place of a `~` themselves.
    let is_relative = |path: &Path| !path.as_os_str().is_empty() && !path.is_absolute() && !path.starts_with("~");
    let paths: Vec<_> = if is(&LISTS) { env::split_paths(&value).collect() } else { vec![value.clone().into()] };
    if !paths.iter().any(|path| is_relative(path)) {
        return Ok(value);
    }
    let whole = |path: &Path| match (is_relative(path), here) {
        (false, _) => Ok(path.to_owned()),
        (true, Some(here)) => Ok(here.join(path)),
        (true, None) => Err(words::program_relative_path(
            name.display().to_string(),
            value.to_string_lossy().escape_debug().to_string(),
        )),
    };
    let paths = paths.iter().map(|path| whole(path)).collect::<Result<Vec<_>, _>>()?;
    match paths.as_slice() {
        [path] => Ok(path.clone().into_os_string()),
        paths => env::join_paths(paths)
            .map_err(|error| words::program_variable(name.display().to_string(), error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(name: &str, value: &str) -> String {
        let value = absolute(name.as_ref(), value.into(), Some(Path::new("/home/you/team"))).expect("it is known");
        value.into_string().expect("text")
    }

    #[test]
    fn a_path_that_is_relative_to_where_keybearer_was_started_means_the_same_elsewhere() {
        assert_eq!(whole("AWS_CONFIG_FILE", "aws/config"), "/home/you/team/aws/config");
        assert_eq!(whole("AWS_CONFIG_FILE", "/etc/aws"), "/etc/aws");
        assert_eq!(whole("AWS_CONFIG_FILE", "~/.aws/config"), "~/.aws/config");
        assert_eq!(whole("AWS_CONFIG_FILE", ""), "");
        assert_eq!(whole("KUBECONFIG", "one:/etc/two:../three"), "/home/you/team/one:/etc/two:/home/you/team/../three");
        assert_eq!(whole("AWS_PROFILE", "team/dev"), "team/dev", "it is no path");
        assert_eq!(whole("ASDF_DATA_DIR", "./asdf"), "/home/you/team/./asdf", "whatever it is called");
    }

    #[test]
    fn what_a_path_is_relative_to_is_never_guessed() {
        let told = absolute("KUBECONFIG".as_ref(), "config".into(), None).expect_err("nobody knows");
        assert_eq!(told, words::program_relative_path("KUBECONFIG", "config"));
    }

    #[test]
    fn what_programs_say_of_entries_that_are_neither_there_nor_gone_is_known() {
        for (program, said, told) in [
            ("/usr/bin/aws", "{ \"Name\": \"a\", \"DeletedDate\": 1.0 }", Some(words::state_deletion_scheduled())),
            ("/usr/bin/aws", "{ \"Description\": \"\\\"DeletedDate\\\": no\" }", None),
            ("/usr/bin/az", "(ObjectIsDeletedButRecoverable) Secret x", Some(words::state_recoverable())),
            ("/usr/bin/gcloud", "Secret Version [1] is in DISABLED state.", Some(words::state_disabled())),
            ("/opt/other", "\"DeletedDate\": 1.0", None),
        ] {
            assert_eq!(state(Path::new(program), said.as_bytes()), told, "{said}");
        }
    }
}
