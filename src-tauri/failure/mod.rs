//! What can go wrong, and how it is told: what happened, what it means, what to do.
//!
//! Two groups are kept apart everywhere: failures after which it is sure that no key was made, and those that
//! [leave it in doubt](Failure::is_doubtful). Follows the error table of the Dfns API.

mod code;
mod hint;
mod not_now;
mod parts;
mod vault;

use std::time::Duration;

use thiserror::Error;

pub use self::{
    code::Code,
    not_now::NotNow,
    parts::{
        AddressProblem, CallContext, ClipboardProblem, KeyringProblem, NameProblem, NoConnection, TokenProblem,
        Trouble, Unconfirmed,
    },
    vault::{VaultContext, VaultProblem},
};
use crate::{naming, words::Message};

/// Why a call, or what it was made for, did not succeed. `Display` is the message; [`Failure::hint`] says what to do.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum Failure {
    /// What was typed as a name cannot be one.
    #[error("{0}")]
    Name(NameProblem),
    /// What was typed as a name is a secret, or looks like one.
    #[error("{0}, so it was not taken as a name.")]
    NameIsSecret(naming::Likeness),
    /// What was given as a list of names is none.
    #[error("{0}")]
    NotAList(String),
    /// An active key of that name exists already.
    #[error("There is already an active key named “{0}”.")]
    SameName(String),
    /// A key of that name was asked for before, and whether it was made is open still.
    #[error(
        "You asked for a key named “{0}” before, and it is still open under “Needs attention” whether Dfns made it."
    )]
    StillOpen(String),
    /// The address of a custom environment cannot be used.
    #[error("{0}")]
    Address(AddressProblem),
    /// No sign-in token was given, or what was given cannot be one.
    #[error("{0}")]
    TokenMissing(TokenProblem),
    /// Dfns refused the input (400).
    #[error("Dfns did not accept this{}.", said(.0))]
    Refused(Option<String>),
    /// The sign-in token is missing, expired or revoked (401).
    #[error("Dfns no longer accepts the sign-in token: it has expired or was revoked.")]
    SignInAgain,
    /// The sign-in ended (401) while a new key's token is held, so the key cannot be revoked now.
    #[error("Dfns no longer accepts the sign-in token, so this key could not be revoked.")]
    SignInOver,
    /// The account that a key belongs to is not the one in use, or is signed out.
    #[error("{0} is not signed in now.")]
    OtherAccount(String),
    /// A fresh sign-in token was refused (401).
    #[error("Dfns did not accept this sign-in token.")]
    SignInRefused,
    /// A permission is missing (403).
    #[error("You may not do this in Dfns: {} is missing.", the_permission(.permission))]
    Forbidden {
        /// The permission, where Dfns names it or the call implies it.
        permission: Option<String>,
        /// What Dfns said.
        message: Option<String>,
    },
    /// The organization's Dfns wants signed requests.
    #[error("This organization’s Dfns wants such requests to be signed with your passkey or credential.")]
    SignatureRequired,
    /// Nothing answers for API keys at this address (404 or 410 on the path itself).
    #[error("{0} offers no API keys: it is either no Dfns address, or a Dfns that has replaced API keys.")]
    NoSuchService(String),
    /// The key is not there any more (404 on one id).
    #[error("Dfns says that there is no such key.")]
    KeyGone,
    /// Dfns told no id for the key that could stand in a path, so nothing can be asked about it.
    #[error("Dfns told no usable id for this key, so Keybearer can neither look it up nor revoke it.")]
    KeyWithoutId,
    /// What was typed is not the name of the key that is to be revoked.
    #[error("This is not the key’s name.")]
    NameDiffers,
    /// A conflict (409).
    #[error("Dfns reports a conflict{}.", said(.0))]
    Conflict(Option<String>),
    /// Too many calls (429).
    #[error("Dfns asks for a pause: too many calls in a short time.")]
    RateLimited(Option<Duration>),
    /// The address answered with a redirect, which is never followed.
    #[error(
        "{0} answered by pointing to another address, where Keybearer does not follow: your sign-in token would go there."
    )]
    Redirected(String),
    /// Another status that says the call was not carried out.
    #[error("The answer was HTTP {status}{}.", said(.message))]
    Unexpected {
        /// The status.
        status: u16,
        /// What the answer said.
        message: Option<String>,
    },
    /// The connection could not be made; nothing was sent.
    #[error("{host} could not be reached: {why}.")]
    Unreachable {
        /// The host.
        host: String,
        /// Why.
        why: NoConnection,
    },
    /// A call got no clear answer.
    #[error("{0}: {1}.")]
    Unclear(CallContext, Trouble),
    /// Dfns refused to make a key, and it is not sure that it made none.
    #[error("{}", unsettled(.refusal, *.found))]
    Unsettled {
        /// What Dfns said.
        refusal: Box<Failure>,
        /// The keys could be looked through, and a new one is among them that may be the one.
        found: bool,
    },
    /// The person called it off before anything was asked for.
    #[error("Called off. No key was asked for.")]
    CalledOff,
    /// The person called the check of a sign-in token off.
    #[error("Called off. Nothing was changed.")]
    CheckCalledOff,
    /// It makes no sense now.
    #[error("{0}")]
    NotNow(NotNow),
    /// Secrets may not go there, since the person did not confirm it outside the page.
    #[error("{0}")]
    Unconfirmed(Unconfirmed),
    /// Done was pressed without a proof that the token is in a vault.
    #[error("Nothing proves yet that this token is in your vault.")]
    NotProven,
    /// Done was pressed although the token never left: it can be in no vault.
    #[error("This token was never copied, shown or delivered, so it is in no vault.")]
    NeverLeft,
    /// The clipboard could not be used.
    #[error("{0}")]
    Clipboard(ClipboardProblem),
    /// The keyring could not be used.
    #[error("The system’s keyring could not be used: {0}.")]
    Keyring(KeyringProblem),
    /// The keyring was to hold a sign-in token no more, and may do so still.
    #[error("The system’s keyring may still hold the sign-in token: {0}.")]
    StaysInKeyring(KeyringProblem),
    /// The keyring is KeePassXC, which has moved what it was to forget to its recycle bin.
    #[error(
        "KeePassXC has moved what it kept for Keybearer to its recycle bin, if its database has one, and may have earlier \
         entries there."
    )]
    InRecycleBin,
    /// The keyring has no sign-in token for a remembered account.
    #[error("The system’s keyring holds no sign-in token for this account any more.")]
    KeyringEmpty,
    /// A vault is in the way, or may be.
    #[error("{0}: {1}.")]
    Vault(VaultContext, VaultProblem),
    /// What was typed of a destination cannot be used.
    #[error("{0}")]
    Destination(String),
    /// A setting is out of its bounds.
    #[error("{0}")]
    Setting(&'static str),
    /// A file of Keybearer's own could not be used.
    #[error("{0}")]
    File(String),
    /// Something on this computer failed.
    #[error("{0}")]
    Computer(String),
}

impl Failure {
    /// What happened and what it means.
    #[must_use]
    pub fn message(&self) -> Message {
        self.to_string().into()
    }

    /// Whether a key may exist because of what failed.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        matches!(self, Self::Unclear(CallContext::Create, _) | Self::Unsettled { .. })
    }

    /// Whether a wish for a key that failed so was never sent to anybody.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Computer(_) | Self::OtherAccount(_))
    }

    /// What Dfns said to a wish for a key, whether or not it is sure that it made none.
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

fn unsettled(refusal: &Failure, found: bool) -> String {
    if found {
        // What it was refused for is not so: it was made.
        "Dfns refused to make this key, and yet a new one is in the list, which may be the one you asked for."
            .to_owned()
    } else {
        format!("{refusal} Whether it made the key all the same is not known yet.")
    }
}

fn said(message: &Option<String>) -> String {
    // The sentence around it has a full stop of its own.
    message.as_ref().map(|message| format!(": “{}”", message.trim_end_matches('.'))).unwrap_or_default()
}

fn the_permission(name: &Option<String>) -> String {
    name.as_ref().map_or_else(|| "a permission".to_owned(), |name| format!("the permission {name}"))
}
