//! What can go wrong with a vault, in words.

use std::time::Duration;

use thiserror::Error;
use time::OffsetDateTime;

use super::{Failure, NoConnection, Trouble, hint::unreachable};
use crate::said;

/// What was wanted of a vault, and so what it means that it is in the way.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum VaultContext {
    /// A token was to be stored in it, and is not: that is sure.
    #[error("It is not stored")]
    NotStored,
    /// A token was to be stored in it, and may be: the delivery did not end clearly.
    #[error("It may be stored")]
    PerhapsStored,
    /// A token was to go to it: since it has no room for it, or lets nobody in, no key was asked for.
    #[error("No key was asked for")]
    NoRoom,
    /// It was tried.
    #[error("It does not work yet")]
    Unusable,
}

impl Failure {
    /// What keeps a token from being stored, where no key was asked for because of it.
    #[must_use]
    pub fn no_room(self) -> Self {
        self.before_storing(VaultContext::NoRoom)
    }

    /// The same, where nobody has asked for a key yet.
    #[must_use]
    pub fn unusable(self) -> Self {
        self.before_storing(VaultContext::Unusable)
    }

    fn before_storing(self, context: VaultContext) -> Self {
        match self {
            Self::Vault(VaultContext::NotStored, problem) => Self::Vault(context, problem),
            other => other,
        }
    }
}

impl VaultProblem {
    /// A token is not stored because of it.
    #[must_use]
    pub fn not_stored(self) -> Failure {
        Failure::Vault(VaultContext::NotStored, self)
    }
}

/// Why a token could not be delivered. `Display` is a part of a sentence: what happened.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum VaultProblem {
    /// An entry of that name is there.
    #[error("{0} is there already, and was left as it is")]
    Exists(String),
    /// An entry of that name is there, and nobody here may see what it holds.
    #[error("{0} is there already, was left as it is, and cannot be read from here")]
    ExistsUnread(String),
    /// It refused to create an entry that the access token may create (403), as it does where one is there.
    #[error(
        "the vault refused: {0} may be there already, and was then left as it is; or this access may not write there"
    )]
    ExistsOrRefused(String),
    /// The key was replaced before: the entry of a key that replaces it is there.
    #[error("{0} is there already, and was left as it is: this key was replaced before")]
    ReplacedBefore(String),
    /// It ignores that it was asked in a namespace.
    #[error("the vault takes no notice of namespaces: what is meant for “{0}” would go to its root")]
    NoNamespaces(String),
    /// The vault's own access token was refused, or has no right there (403).
    #[error("the vault refuses its access token, or the token has no right there{}", quoted(.0))]
    Refused(String),
    /// The vault does not know its own access token (any more).
    #[error("the vault does not know this access token: it has ended, was revoked, or is another vault’s{}", quoted(.0))]
    AccessOver(String),
    /// Its own access token ends before a delivery could be repeated.
    #[error("the vault’s access token ends on {}, too soon to count on it", said::instant(*.0))]
    AccessEnds(OffsetDateTime),
    /// Its own access token may be used too few times more.
    #[error("{}, and a delivery uses it up to a dozen times", uses(*.0))]
    FewUses(u64),
    /// What is kept of its own access token is none.
    #[error("what Keybearer has as the vault’s access token has characters in it that none has")]
    NoAccessToken,
    /// What is stored there, the vault deletes by itself.
    #[error("what is stored at {place} the vault deletes {} later by itself: now that would be on {}", span(*.after), said::instant(*.until))]
    Ends {
        /// Where it would go.
        place: String,
        /// After how long.
        after: Duration,
        /// When that would be, if it were stored now.
        until: OffsetDateTime,
    },
    /// It was stored, and the vault has deleted it since.
    #[error("the vault has stored {0}, and deleted it already by itself")]
    DeletedAlready(String),
    /// An entry of that name was deleted, and can be brought back.
    #[error("{0} was deleted, can be brought back there, and was left as it is")]
    ExistsDeleted(String),
    /// It has metadata and no version yet: its first version is a change to a vault.
    #[error("{0} has metadata already but no version, and this access may create there but change nothing")]
    NeedsUpdate(String),
    /// Something in between has answered.
    #[error("HTTP {0} was the answer, and not in a vault’s words: something in between answers in its place")]
    NotOfTheVault(u16),
    /// There is no such mount (404).
    #[error("the vault has no mount “{0}”, or does not tell its token of it")]
    NoMount(String),
    /// The mount is not a KV version 2.
    #[error("“{0}” is no KV version 2: it could not be kept from overwriting an entry")]
    NotVersion2(String),
    /// It is sealed or in maintenance (503).
    #[error("the vault is sealed, or does not serve at present")]
    Sealed,
    /// It points elsewhere.
    #[error("the answer points to {}, which Keybearer does not follow", .0.as_deref().unwrap_or("another address"))]
    Redirected(Option<String>),
    /// It answered as KV version 1 does (204), which overwrites.
    #[error("the vault answered as KV version 1 does: an entry of that name may just have been overwritten")]
    Overwriting,
    /// It stored another version than the first.
    #[error("the vault stored version {0} in place of the first: something was there before")]
    LaterVersion(u64),
    /// It did not accept it.
    #[error("the vault answered HTTP {status}{}", quoted(.message))]
    Answered {
        /// The status.
        status: u16,
        /// What it said.
        message: String,
    },
    /// No clear answer came.
    #[error("{0}")]
    Unclear(Trouble),
    /// An answer came that no vault gives.
    #[error("the answer was not one that such a vault gives")]
    NotUnderstood,
    /// It could not be reached.
    #[error("{host} could not be reached: {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// Why.
        why: NoConnection,
    },
    /// What is needed to get in is not there.
    #[error("Keybearer has no {0} for it on this computer")]
    NoSecret(&'static str),
    /// The program is not there, or may not be run.
    #[error("{program} cannot be started: {why}")]
    NotStarted {
        /// The program.
        program: String,
        /// Why.
        why: String,
    },
    /// The program ended otherwise than with 0.
    #[error("{program} ended with {code}{}", quoted(.said))]
    Ended {
        /// The program.
        program: String,
        /// With what: a number, or a signal.
        code: String,
        /// What it said on its standard error.
        said: String,
    },
    /// The program ended with 0, and there is no entry.
    #[error("{program} ended well, but {place} is not there")]
    NotSeen {
        /// The program.
        program: String,
        /// Where it should be.
        place: String,
    },
    /// The program ended with 0, and what it was to be asked for afterwards could not be had.
    #[error("{program} ended well, but the token could not be read back")]
    NotReadBack {
        /// The program.
        program: String,
    },
    /// What happened at a vault that would store the token a second time without noticing.
    #[error("{0}")]
    Unnoticed(Box<VaultProblem>),
    /// It is another program than its name says.
    #[error("{program} is another program of that name{}", quoted(.version))]
    OtherProgram {
        /// The program.
        program: String,
        /// What it says of its version.
        version: String,
    },
    /// A variable of the program's environment cannot be used.
    #[error("{0}")]
    Variable(String),
    /// An entry of that name is neither there nor gone.
    #[error("{place} {state} in the vault, which keeps its name taken")]
    Between {
        /// The entry.
        place: String,
        /// The state that it is in.
        state: &'static str,
    },
    /// The program took too long.
    #[error("{program} took longer than {} seconds, and was ended with all that it had started", .limit.as_secs())]
    TookTooLong {
        /// The program.
        program: String,
        /// The limit.
        limit: Duration,
    },
    /// The person called it off, or the app ends.
    #[error("it was called off")]
    CalledOff,
    /// Something else was read back.
    #[error("what was read back is not the token")]
    OtherReadBack,
    /// It was never shown that it keeps what it takes.
    #[error("nothing has shown so far that {0} keeps what it takes")]
    NeverProven(String),
    /// The certificate authority's file cannot be used.
    #[error("the file with the authority, {path}, cannot be used: {why}")]
    Authority {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
}

impl VaultProblem {
    /// What to do about it where the token may be there.
    pub(super) fn hint_in_doubt(&self) -> String {
        let look = "Deliver it again: an entry that is there is never overwritten, and is recognized if it holds this \
                    token. Or look into the vault yourself.";
        match self {
            Self::Unnoticed(problem) => match problem.hint_in_doubt().strip_suffix(look) {
                Some(hint) => format!("{hint}{LOOK_FIRST}"),
                None => problem.hint_in_doubt(),
            },
            // Delivering it again would tell nothing, or do more harm.
            Self::ExistsUnread(_)
            | Self::ExistsOrRefused(_)
            | Self::Overwriting
            | Self::LaterVersion(_)
            | Self::DeletedAlready(_) => self.hint().to_owned(),
            Self::Unclear(_) | Self::CalledOff => look.to_owned(),
            _ => format!("{} {look}", self.hint()),
        }
    }

    /// What to do about it where the token is not there: one or two sentences.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Exists(_) => "Choose another name for the key, or another place in the destination’s settings.",
            Self::ExistsUnread(_) => {
                "Look into the vault yourself: it may hold this very token, from a delivery whose end was not seen."
            }
            Self::ExistsOrRefused(_) => {
                "Look into the vault yourself: an entry there may hold this very token. If there is none, let the vault’s \
                 policy allow to create there."
            }
            Self::ReplacedBefore(_) => {
                "Replace the key that took its place, or hold the token here and deliver it to another place."
            }
            Self::NoNamespaces(_) => {
                "Leave the namespace empty if its root is meant, or give the address of a vault that has namespaces."
            }
            Self::Refused(_) => {
                "Give this destination a new access token, and let the vault’s policy allow to create there."
            }
            Self::AccessOver(_) => "Give this destination a new access token.",
            Self::AccessEnds(_) => {
                "Renew it, or give this destination one that lasts longer. Or hold the token here, and deliver it by hand."
            }
            Self::FewUses(_) => "Give this destination an access token without a limit to how often it is used.",
            Self::NoAccessToken => "Paste it anew under Destinations.",
            Self::Ends { .. } => {
                "Hold the token here and deliver it by hand, where you are told the date and decide. Or let the vault keep \
                 it: set delete_version_after of the mount, or of the entry’s metadata, to 0s."
            }
            Self::DeletedAlready(_) => {
                "Deliver it to another place, or let the vault keep what is stored there (delete_version_after). Until it is \
                 destroyed there, it can be brought back (vault kv undelete)."
            }
            Self::ExistsDeleted(_) => {
                "Choose another name for the key or another place; or, if nobody needs what was there, remove it for good \
                 (vault kv metadata delete)."
            }
            Self::NeedsUpdate(_) => {
                "Let the vault’s policy allow to update there as well (Keybearer still overwrites nothing), or remove the \
                 metadata, or choose another name for the key."
            }
            Self::NotOfTheVault(_) => {
                "Check the address, and whether a proxy or a gateway stands before the vault; ask whoever runs it."
            }
            Self::NoMount(_) => "Check the mount in the destination’s settings.",
            Self::NotVersion2(_) => "Use a mount of KV version 2, or upgrade this one (vault kv enable-versioning).",
            Self::Sealed => "Ask whoever runs the vault, and try again.",
            Self::Redirected(_) => {
                "If the vault is really there, give the destination that address. If not, something in between points there: a \
                 sign-in page of your network, say."
            }
            Self::Overwriting | Self::LaterVersion(_) => {
                "Look into the vault before you do anything else: what was there before may be needed."
            }
            Self::Answered { status: 412 | 429, .. } => "Try again in a minute.",
            Self::Answered { .. } | Self::NotUnderstood => "Check the destination’s settings.",
            Self::Unclear(_) => "Try again in a moment, or ask whoever runs the vault.",
            Self::TookTooLong { .. } => "Try the program by hand: it may wait for a password, or for the network.",
            Self::CalledOff => "",
            Self::Unreachable { why, .. } => unreachable(why),
            Self::NoSecret(_) => "Give it one under Destinations.",
            Self::NotStarted { .. } => "Install it, or correct its path under Destinations.",
            Self::OtherProgram { .. } => {
                "Install the gopass of gopasspw (www.gopass.pw), which Debian 12 does not have, and give its path under \
                 Destinations."
            }
            Self::Variable(_) => "Set it to an absolute path, and start Keybearer anew.",
            Self::Between { .. } => {
                "Restore that entry or delete it for good in the vault, or choose another name for the key."
            }
            Self::Unnoticed(problem) => problem.hint(),
            Self::Ended { .. } => {
                "Run it by hand. If it works there, it may need a variable that Keybearer does not pass on: name it under \
                 Variables in this destination. If it does not, correct its arguments."
            }
            Self::NotSeen { .. } | Self::NotReadBack { .. } => {
                "Try the program by hand, or correct its arguments under Destinations."
            }
            Self::OtherReadBack => "Look into the vault: somebody else may have stored something there meanwhile.",
            Self::NeverProven(_) => {
                "Show it once: deliver one key there by itself, copy its token back out of the vault, and press Check. A \
                 destination that gives nothing back takes one key at a time."
            }
            Self::Authority { .. } => "Correct it under Destinations.",
        }
    }
}

/// As people say it: whole days, hours or minutes, whichever are many enough.
fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn uses(left: u64) -> String {
    match left {
        0 => "the vault’s access token has just been used for the last time".to_owned(),
        1 => "the vault’s access token can be used once more".to_owned(),
        left => format!("the vault’s access token can be used {left} times more"),
    }
}

/// Where a second delivery might store a second time.
const LOOK_FIRST: &str = "Look into the vault before you deliver it again: it cannot be asked from here what it holds, and \
                          might store the token a second time.";

fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": “{}”", text.trim_end_matches('.')) }
}
