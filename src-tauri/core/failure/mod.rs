//! What can go wrong, and how it is told: what happened, what it means, what to do.
//!
//! Two groups are kept apart everywhere: failures after which it is sure that no key was made, and those that
//! [leave it in doubt](Failure::is_doubtful). Follows the error table of the Dfns API.

/// Declares an enum whose variants have their message beside them, and what to do about it where that is told of each. What a
/// variant carries has a name, by which both speak of it.
macro_rules! told {
    ($(#[$of:meta])* $name:ident { $(
        $(#[$about:meta])* $why:ident $(($($it:ident: $its:ty),+))? $({ $($(#[$what:meta])* $part:ident: $parts:ty),+ })?
            => $message:expr, $hint:expr;
    )+ }) => {
        told! { $(#[$of])* $name { $(
            $(#[$about])* $why $(($($it: $its),+))? $({ $($(#[$what])* $part: $parts),+ })? => $message;
        )+ } }

        impl $name {
            /// What to do about it, where there is something.
            #[allow(unused_variables, reason = "not every hint speaks of what there is")]
            pub(crate) fn hint(&self) -> Option<$crate::words::Message> {
                match self { $(Self::$why $(($($it),+))? $({ $($part),+ })? => Option::from($hint),)+ }
            }
        }
    };
    ($(#[$of:meta])* $name:ident { $(
        $(#[$about:meta])* $why:ident $(($($it:ident: $its:ty),+))? $({ $($(#[$what:meta])* $part:ident: $parts:ty),+ })?
            => $message:expr;
    )+ }) => {
        $(#[$of])*
        #[derive(thiserror::Error)]
        #[error("{}", self.message())]
        pub enum $name { $(
            $(#[$about])* $why $(($($its),+))? $({ $($(#[$what])* $part: $parts),+ })?,
        )+ }

        impl $name {
            /// In a sentence or two, or a clause of one.
            #[must_use]
            pub fn message(&self) -> $crate::words::Message {
                match self { $(Self::$why $(($($it),+))? $({ $($part),+ })? => $message,)+ }
            }
        }
    };
}

mod causes;
mod code;
mod message;
mod not_now;
mod vault;

use std::time::Duration;

pub use self::{
    causes::{
        AddressProblem, CallContext, ClipboardProblem, ConnectError, KeyringProblem, NameProblem, TokenProblem,
        UnclearAnswer, Unconfirmed,
    },
    code::Code,
    not_now::NotNow,
    vault::{VaultContext, VaultProblem},
};
pub(crate) use told;

use crate::{naming, words::Message};

/// Why a call, or what it was made for, did not succeed. [`Failure::message`] tells it; [`Failure::hint`] says what to do.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}", self.message())]
pub enum Failure {
    /// What was typed as a name cannot be one.
    Name(NameProblem),
    /// What was typed as a name is a secret, or looks like one.
    NameIsSecret(naming::Likeness),
    /// What was given as a list of names is none.
    NotAList(Message),
    /// An active key of that name exists already.
    SameName(String),
    /// A key of that name was asked for before, and whether it was made is open still.
    StillOpen(String),
    /// The address of a custom environment cannot be used.
    Address(AddressProblem),
    /// No sign-in token was given, or what was given cannot be one.
    TokenMissing(TokenProblem),
    /// Dfns refused the input (400).
    Refused(Option<String>),
    /// The sign-in token is missing, expired or revoked (401).
    SignInAgain,
    /// The sign-in ended (401) while a new key's token is held, so the key cannot be revoked now.
    SignInOver,
    /// The account that a key belongs to is not the one in use, or is signed out.
    OtherAccount(String),
    /// A fresh sign-in token was refused (401).
    SignInRefused,
    /// A permission is missing (403).
    Forbidden {
        /// The permission, where Dfns names it or the call implies it.
        permission: Option<String>,
        message: Option<String>,
    },
    /// The organization's Dfns wants signed requests.
    SignatureRequired,
    /// Nothing answers for API keys at this address (404 or 410 on the path itself).
    NoSuchService(String),
    /// The key is not there any more (404 on one id).
    KeyGone,
    /// Dfns told no id for the key that could stand in a path, so nothing can be asked about it.
    KeyWithoutId,
    /// What was typed is not the name of the key that is to be revoked.
    NameDiffers,
    /// A conflict (409).
    Conflict(Option<String>),
    /// Too many calls (429).
    RateLimited(Option<Duration>),
    /// The address answered with a redirect, which is never followed.
    Redirected(String),
    /// Another status that says the call was not carried out.
    Unexpected { status: u16, message: Option<String> },
    /// The connection could not be made; nothing was sent.
    Unreachable { host: String, why: ConnectError },
    /// A call got no clear answer.
    Unclear(CallContext, UnclearAnswer),
    /// Dfns refused to make a key, and it is not sure that it made none.
    Unsettled {
        refusal: Box<Failure>,
        /// The keys could be looked through, and a new one is among them that may be the one.
        found: bool,
    },
    /// The person called it off before anything was asked for.
    CalledOff,
    /// The person called the check of a sign-in token off.
    CheckCalledOff,
    /// It makes no sense now.
    NotNow(NotNow),
    /// Secrets may not go there, since the person did not confirm it outside the page.
    Unconfirmed(Unconfirmed),
    /// Done was pressed without a proof that the token is in a vault.
    NotProven,
    /// Done was pressed although the token never left: it can be in no vault.
    NeverLeft,
    /// The clipboard could not be used.
    Clipboard(ClipboardProblem),
    /// The keyring could not be used.
    Keyring(KeyringProblem),
    /// The keyring was to hold a sign-in token no more, and may do so still.
    StaysInKeyring(KeyringProblem),
    /// The keyring is KeePassXC, which has moved what it was to forget to its recycle bin.
    InRecycleBin,
    /// The keyring has no sign-in token for a remembered account.
    KeyringEmpty,
    /// A vault is in the way, or may be.
    Vault(VaultContext, VaultProblem),
    /// What was typed of a destination cannot be used.
    Destination(Message),
    /// A setting is out of its bounds.
    Setting(Message),
    /// A file of Keybearer's own could not be used.
    File(Message),
    /// Something on this computer failed.
    Computer(Message),
}

impl Failure {
    /// Whether a key may exist because of what failed.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        matches!(self, Self::Unclear(CallContext::Create, _) | Self::Unsettled { .. })
    }

    /// Whether a request for a key that failed so was never sent to anybody.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Computer(_) | Self::OtherAccount(_))
    }

    /// What Dfns said to a request for a key, whether or not it is sure that it made none.
    #[must_use]
    pub fn refusal(&self) -> &Self {
        match self {
            Self::Unsettled { refusal, .. } => refusal,
            other => other,
        }
    }

    /// How long to wait before the next try, where Dfns told.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(wait) => *wait,
            _ => None,
        }
    }
}
