//! How a token gets into each kind of destination.
//!
//! - `kv2` speaks to HashiCorp Vault and OpenBao over HTTP, trusting an `authority` where one is named; `command_vault` to any
//!   program that takes a secret on its standard input, which `subprocess` runs with a limit, and ends with its whole
//!   `process_tree` where it does not end by itself.
//! - `tools` is what is known of programs by their names.

mod authority;
mod command_vault;
mod kv2;
mod process_tree;
mod subprocess;
mod tools;

use std::{env, ffi::OsString, path::PathBuf, sync::Arc, time::Duration};

use keybearer_core::{
    delivery::Vault,
    failure::{Failure, VaultProblem},
    secret::VaultSecret,
    vault::{Destination, Kind, OpenVault, Preset},
};

use self::{
    command_vault::ProgramVault,
    kv2::{Kv2Vault, WHOLE},
};

/// The vaults that this computer reaches over HTTP, and by the programs on it.
pub struct Vaults;

impl OpenVault for Vaults {
    fn open(&self, destination: &Destination, secret: Option<Arc<VaultSecret>>) -> Result<Arc<dyn Vault>, Failure> {
        open_from(destination, secret, env::vars_os())
    }
}

/// As [`Vaults`] open a destination, where a program may see of this environment what it else sees of Keybearer's own.
///
/// # Errors
/// As [`OpenVault::open`].
pub fn open_from(
    destination: &Destination,
    secret: Option<Arc<VaultSecret>>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Arc<dyn Vault>, Failure> {
    Ok(match (&destination.vault, secret) {
        (Kind::Kv2(kv2), Some(token)) => Arc::new(Kv2Vault::open(&destination.name, kv2, token, WHOLE)?),
        (Kind::Program(program), password) if password.is_some() || !program.password => {
            Arc::new(ProgramVault::open(&destination.name, program, password, environment))
        }
        _ => return Err(VaultProblem::NoSecret(destination.secret().unwrap_or_default()).not_stored()),
    })
}

/// The same, for a vault over HTTP with another limit of time.
///
/// # Errors
/// As [`OpenVault::open`].
pub fn open_within(
    destination: &Destination,
    secret: Arc<VaultSecret>,
    whole: Duration,
) -> Result<Arc<dyn Vault>, Failure> {
    match &destination.vault {
        Kind::Kv2(kv2) => Ok(Arc::new(Kv2Vault::open(&destination.name, kv2, secret, whole)?)),
        Kind::Program(_) => Vaults.open(destination, Some(secret)),
    }
}

/// Where the program that is known so is on this computer's path.
pub fn installed(preset: &Preset) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let file = format!("{}{}", preset.program, env::consts::EXE_SUFFIX);
    env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&file))
        .find(|program| subprocess::can_be_started(program).is_ok())
}
