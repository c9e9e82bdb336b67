//! What happened, as the page is told.

use crate::{
    failure::{Failure, TokenProblem},
    ipc::{Code, Told},
};

impl From<&Failure> for Told {
    fn from(failure: &Failure) -> Self {
        let wait_ms = failure.wait().map(|wait| wait.as_secs_f64() * 1000.0);
        Self { code: code(failure), message: failure.to_string(), hint: failure.hint(), wait_ms }
    }
}

impl From<Failure> for Told {
    fn from(failure: Failure) -> Self {
        Self::from(&failure)
    }
}

fn code(failure: &Failure) -> Code {
    match failure {
        Failure::NameEmpty
        | Failure::NameControl
        | Failure::NameUnseen(_)
        | Failure::NameTooLong(_)
        | Failure::NameDiffers => Code::Name,
        Failure::NameIsSecret(_) => Code::Secret,
        Failure::SameName(_) => Code::SameName,
        Failure::StillOpen(_) => Code::StillOpen,
        Failure::Address(_) => Code::Address,
        Failure::TokenMissing(TokenProblem::Typed(_)) => Code::TokenMissing,
        Failure::TokenMissing(_) | Failure::Clipboard(_) => Code::Clipboard,
        Failure::Refused(_) => Code::Refused,
        Failure::SignInAgain | Failure::SignInOver => Code::SignInAgain,
        Failure::SignInRefused => Code::SignInRefused,
        Failure::Forbidden { .. } => Code::Forbidden,
        Failure::SignatureRequired => Code::SignatureRequired,
        Failure::NoSuchService(_) => Code::NoSuchService,
        Failure::KeyGone => Code::KeyGone,
        Failure::KeyWithoutId => Code::KeyWithoutId,
        Failure::Conflict(_) => Code::Conflict,
        Failure::RateLimited(_) => Code::RateLimited,
        Failure::Redirected(_) => Code::Redirected,
        Failure::Unexpected { .. } => Code::Unexpected,
        Failure::Unreachable { .. } => Code::Unreachable,
        Failure::NoClearAnswer(_) | Failure::NotLooked(_) => Code::NoClearAnswer,
        Failure::NotConfirmed(_) => Code::NotConfirmed,
        Failure::Doubtful(_) | Failure::Unsettled { .. } => Code::Doubtful,
        Failure::CalledOff | Failure::CheckCalledOff => Code::CalledOff,
        Failure::NotNow(_) => Code::NotNow,
        Failure::OtherAccount(_) => Code::OtherAccount,
        Failure::NotProven => Code::NotProven,
        Failure::Unconfirmed(_) => Code::Unconfirmed,
        Failure::NeverLeft => Code::NeverLeft,
        Failure::Keyring(_) | Failure::StaysInKeyring(_) | Failure::InRecycleBin | Failure::KeyringEmpty => {
            Code::Keyring
        }
        Failure::NotStored(_) | Failure::NoRoom(_) | Failure::VaultUnusable(_) => Code::NotStored,
        Failure::PerhapsStored(_) => Code::PerhapsStored,
        Failure::Destination(_) => Code::Destination,
        Failure::Setting(_) => Code::Setting,
        Failure::File(_) | Failure::NotAList(_) => Code::File,
        Failure::Computer(_) => Code::Computer,
    }
}
