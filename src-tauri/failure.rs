//! What can go wrong, and how it is told: what happened, what it means, what to do.
//!
//! Two groups are kept apart everywhere: failures after which it is sure that no key was made, and
//! [`Failure::Doubtful`]. Follows the error table of the Dfns API.

use std::time::Duration;

use thiserror::Error;

/// Why a call, or what it was made for, did not succeed. `Display` is the message; [`Failure::hint`] says what to do.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum Failure {
    /// The key's name is empty.
    #[error("A key needs a name.")]
    NameEmpty,
    /// The key's name has control characters.
    #[error("The name has a line break or another invisible control character in it.")]
    NameControl,
    /// An active key of that name exists already.
    #[error("There is already an active key named “{0}”.")]
    SameName(String),
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
    /// The sign-in that a key was made under is over (401), so it cannot be revoked with it.
    #[error("Dfns no longer accepts the sign-in that this key was made under.")]
    SignInGone,
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
    #[error("Dfns does not know this key any more.")]
    KeyGone,
    /// A conflict (409).
    #[error("Dfns reports a conflict{}.", said(.0))]
    Conflict(Option<String>),
    /// Too many calls (429).
    #[error("Dfns asks for a pause: too many calls in a short time.")]
    RateLimited(Option<Duration>),
    /// The address answered with a redirect, which is never followed.
    #[error("{0} answered by pointing to another address. Keybearer does not follow, since your token would go there.")]
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
        /// Why, in plain words.
        why: String,
    },
    /// Reading or revoking got no clear answer.
    #[error("Dfns gave no clear answer: {0}.")]
    NoClearAnswer(Trouble),
    /// A key was asked for, and the answer leaves in doubt whether it was made.
    #[error("Dfns may have made this key: {0}.")]
    Doubtful(Trouble),
    /// The person called it off before anything was asked for.
    #[error("Called off. No key was asked for.")]
    CalledOff,
    /// It makes no sense now.
    #[error("{0}")]
    NotNow(&'static str),
    /// Done was pressed without a proof that the token is in a vault.
    #[error("Nothing proves yet that this token is in your vault.")]
    NotProven,
    /// The clipboard could not be used.
    #[error("{0}")]
    Clipboard(ClipboardProblem),
    /// The keyring could not be used.
    #[error("The system’s keyring could not be used: {0}.")]
    Keyring(String),
    /// A file of Keybearer's own could not be used.
    #[error("{0}")]
    File(String),
    /// Something on this computer failed.
    #[error("{0}")]
    Computer(String),
}

/// Why an answer is unclear.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum Trouble {
    /// No answer within the time.
    #[error("no answer came within {} seconds", .0.as_secs())]
    TimedOut(Duration),
    /// 5xx, or another status that a proxy answers with after it passed the request on.
    #[error("the answer was HTTP {0}, an error on the server’s side")]
    Server(u16),
    /// The connection broke after the request was sent, or in the middle of the answer.
    #[error("the connection broke before the whole answer was here")]
    Cut,
    /// An answer came that is not what Dfns answers with.
    #[error("the answer was not one that Dfns gives")]
    NotUnderstood,
    /// The person called it off.
    #[error("you called it off after it was sent")]
    CalledOff,
}

/// Why an address cannot be used.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum AddressProblem {
    /// It does not read as an address.
    #[error("This is not a web address.")]
    Unreadable,
    /// http, or another scheme.
    #[error("The address must start with https://, or your token would travel unprotected.")]
    NotHttps,
    /// It has more than scheme, host and port.
    #[error("Only the scheme and the host belong here, as in https://api.dfns.io.")]
    MoreThanHost,
}

/// Why something cannot be a sign-in token.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum TokenProblem {
    /// There is no text on the clipboard.
    #[error("There is no text on the clipboard.")]
    ClipboardEmpty,
    /// What is on the clipboard has spaces or characters that no token has.
    #[error("What is on the clipboard is not a sign-in token.")]
    ClipboardOther,
    /// The field is empty, or holds what no token holds.
    #[error("This is not a sign-in token.")]
    Typed,
}

/// What went wrong with the clipboard.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum ClipboardProblem {
    /// It cannot be opened or read.
    #[error("The clipboard cannot be used: {0}.")]
    Unusable(String),
    /// The token was put there, and others see something else.
    #[error("The token was handed to the clipboard, but other programs do not see it there.")]
    NotSeen,
    /// It is there, and does not go away.
    #[error("The token is still on the clipboard: {0}.")]
    StillThere(String),
}

impl Failure {
    /// What to do about it: one or two sentences.
    #[must_use]
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::NameEmpty => "Type a name that tells later what the key is for.",
            Self::NameControl => "Type the name anew, or paste it without line breaks.",
            Self::SameName(_) => "Two keys of one name are hard to tell apart. Change the name, or create it anyway.",
            Self::Address(AddressProblem::NotHttps) => "Plain http:// is allowed for this computer alone (localhost).",
            Self::Address(_) => "Type it as https://host, with :port if there is one.",
            Self::TokenMissing(TokenProblem::Typed) => {
                "Copy your token from Settings in the Dfns dashboard and paste it here. It has no spaces in it."
            }
            Self::TokenMissing(_) => "Copy your token from Settings in the Dfns dashboard, then press Paste again.",
            Self::Refused(_) | Self::Conflict(_) => "Nothing was done. Change what you typed and try again.",
            Self::SignInAgain => "Copy a new one from Settings in the Dfns dashboard. What you typed is kept.",
            Self::SignInGone => "Revoke the key in the Dfns dashboard; its id is shown here.",
            Self::SignInRefused => {
                "Check that it is from this environment and still valid, and copy it again from Settings in the Dfns \
                 dashboard."
            }
            Self::Forbidden { message, .. } => return forbidden_hint(message.as_deref()),
            Self::SignatureRequired => {
                "It needs service accounts, which Keybearer does not make yet. A new sign-in token will not help; \
                 create the key in the Dfns dashboard."
            }
            Self::NoSuchService(_) => {
                "Check the address. If it is right, look in the Dfns dashboard of this organization: does it show API \
                 keys, or service accounts? Keybearer does not make service accounts yet."
            }
            Self::KeyGone => "It was deleted elsewhere. There is nothing left to revoke.",
            Self::RateLimited(Some(wait)) => {
                return format!("Nothing was done. Try again in {} seconds.", wait.as_secs().max(1));
            }
            Self::RateLimited(None) => "Nothing was done. Try again in a minute.",
            Self::Redirected(_) => "Check the address, and whether a sign-in page of your network stands in between.",
            Self::Unexpected { .. } => "Nothing was done. Check the address, and whether a proxy answers in its place.",
            Self::Unreachable { .. } => "Nothing was sent. Check the connection and the address, and try again.",
            Self::NoClearAnswer(_) => "Try again in a moment.",
            Self::Doubtful(_) => "Do not ask again before you know: that could make a second key.",
            Self::CalledOff | Self::NotNow(_) | Self::Computer(_) | Self::File(_) => "",
            Self::NotProven => "Once you finish, nobody can get this token again.",
            Self::Clipboard(ClipboardProblem::NotSeen) => {
                "A clipboard program may hold it back. Press Copy again, or use Show and copy it by hand."
            }
            Self::Clipboard(ClipboardProblem::Unusable(_)) => "Use Show, and copy the token by hand.",
            Self::Clipboard(ClipboardProblem::StillThere(_)) => {
                "Copy something else, and delete it from your clipboard’s history."
            }
            Self::Keyring(_) => {
                "Unlock or install a keyring (GNOME Keyring, KWallet). Until then the sign-in token is held in memory \
                 alone, and asked for at each start."
            }
        };
        hint.to_owned()
    }

    /// Whether a key may exist because of what failed.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        matches!(self, Self::Doubtful(_))
    }
}

fn said(message: &Option<String>) -> String {
    message.as_ref().map(|message| format!(": “{message}”")).unwrap_or_default()
}

fn the_permission(name: &Option<String>) -> String {
    name.as_ref().map_or_else(|| "a permission".to_owned(), |name| format!("the permission {name}"))
}

fn forbidden_hint(message: Option<&str>) -> String {
    let ask = "An admin of your organization can grant it in the Dfns dashboard, under Permissions.";
    match message {
        Some(message) => format!("{ask} Dfns said: “{message}”"),
        None => ask.to_owned(),
    }
}
