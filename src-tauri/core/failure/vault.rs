//! What can go wrong with a vault, in words.

use std::time::Duration;

use time::OffsetDateTime;

use super::{ConnectError, Failure, UnclearAnswer, message::with};
use crate::words::{self, Message};

/// What was wanted of a vault, and so what it means that it is in the way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum VaultContext {
    /// A token was to be stored in it, and is not: that is sure.
    NotStored,
    /// A token was to be stored in it, and may be: the delivery did not end clearly.
    PerhapsStored,
    /// A token was to go to it: since it has no room for it, or lets nobody in, no key was asked for.
    NoRoom,
    /// It was tried.
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

/// Why a token could not be delivered.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}", self.clause())]
pub enum VaultProblem {
    /// An entry of that name is there.
    Exists(String),
    /// An entry of that name is there, and nobody here may see what it holds.
    ExistsUnread(String),
    /// It refused to create an entry that the access token may create (403), as it does where one is there.
    ExistsOrRefused(String),
    /// The key was replaced before: the entry of a key that replaces it is there.
    ReplacedBefore(String),
    /// It ignores that it was asked in a namespace.
    NoNamespaces(String),
    /// The vault's own access token was refused, or has no right there (403).
    Refused(String),
    /// The vault does not know its own access token (any more).
    AccessOver(String),
    /// Its own access token ends before a delivery could be repeated.
    AccessEnds(OffsetDateTime),
    /// Its own access token may be used too few times more.
    FewUses(u64),
    /// What is kept of its own access token is none.
    NoAccessToken,
    /// What is stored there, the vault deletes by itself.
    Ends {
        place: String,
        after: Duration,
        /// When that would be, if it were stored now.
        until: OffsetDateTime,
    },
    /// It was stored, and the vault has deleted it since.
    DeletedAlready(String),
    /// An entry of that name was deleted, and can be brought back.
    ExistsDeleted(String),
    /// It has metadata and no version yet: its first version is a change to a vault.
    NeedsUpdate(String),
    /// Something in between has answered.
    NotOfTheVault(u16),
    /// There is no such mount (404).
    NoMount(String),
    /// The mount is not a KV version 2.
    NotVersion2(String),
    /// It is sealed or in maintenance (503).
    Sealed,
    /// It points elsewhere.
    Redirected(Option<String>),
    /// It answered as KV version 1 does (204), which overwrites.
    Overwriting,
    /// It stored another version than the first.
    LaterVersion(u64),
    /// It did not accept it.
    Answered { status: u16, message: String },
    /// No clear answer came.
    Unclear(UnclearAnswer),
    /// An answer came that no vault gives.
    NotUnderstood,
    /// It could not be reached.
    Unreachable { host: String, why: ConnectError },
    /// What is needed to get in is not there: what it is, as messages choose their words by.
    NoSecret(&'static str),
    /// The program is not there, or may not be run.
    NotStarted { program: String, why: Message },
    /// The program ended otherwise than with 0.
    Ended {
        program: String,
        /// With what: a number, or a signal.
        code: String,
        /// What it said on its standard error.
        said: String,
    },
    /// The program ended with 0, and there is no entry.
    NotSeen { program: String, place: String },
    /// The program ended with 0, and what it was to be asked for afterwards could not be had.
    NotReadBack { program: String },
    /// What happened at a vault that would store the token a second time without noticing.
    Unnoticed(Box<VaultProblem>),
    /// It is another program than its name says.
    OtherProgram {
        program: String,
        /// What it says of its version.
        version: String,
    },
    /// A variable of the program's environment cannot be used.
    Variable(Message),
    /// An entry of that name is neither there nor gone.
    Between {
        place: String,
        /// The state that it is in.
        state: Message,
    },
    /// The program took too long.
    TookTooLong { program: String, limit: Duration },
    /// The person called it off, or the app ends.
    CalledOff,
    /// Something else was read back.
    OtherReadBack,
    /// It was never shown that it keeps what it takes.
    NeverProven(String),
    /// The certificate authority's file cannot be used.
    Authority { path: String, why: Message },
}

impl VaultProblem {
    /// Goes on from “the token isn’t stored:”.
    pub(crate) fn clause(&self) -> Message {
        match self {
            Self::Exists(place) => words::vault_exists(place),
            Self::ExistsUnread(place) => words::vault_exists_unread(place),
            Self::ExistsOrRefused(place) => words::vault_exists_or_refused(place),
            Self::ReplacedBefore(place) => words::vault_replaced_before(place),
            Self::NoNamespaces(namespace) => words::vault_no_namespaces(namespace),
            Self::Refused(said) => with(any(said), words::vault_refused_said, words::vault_refused),
            Self::AccessOver(said) => with(any(said), words::vault_access_over_said, words::vault_access_over),
            Self::AccessEnds(at) => words::vault_access_ends(*at),
            Self::FewUses(left) => words::vault_few_uses(*left),
            Self::NoAccessToken => words::vault_no_access_token(),
            Self::Ends { place, after, until } => words::vault_ends(place, span(*after), *until),
            Self::DeletedAlready(place) => words::vault_deleted_already(place),
            Self::ExistsDeleted(place) => words::vault_exists_deleted(place),
            Self::NeedsUpdate(place) => words::vault_needs_update(place),
            Self::NotOfTheVault(status) => words::vault_not_its_own(*status),
            Self::NoMount(mount) => words::vault_no_mount(mount),
            Self::NotVersion2(mount) => words::vault_not_version_2(mount),
            Self::Sealed => words::vault_sealed(),
            Self::Redirected(Some(to)) => words::vault_redirected(to),
            Self::Redirected(None) => words::vault_redirected_elsewhere(),
            Self::Overwriting => words::vault_overwriting(),
            Self::LaterVersion(version) => words::vault_later_version(*version),
            Self::Answered { status, message } => {
                with(any(message), |said| words::vault_answered_said(said, *status), || words::vault_answered(*status))
            }
            Self::Unclear(unclear) => unclear.clause(),
            Self::NotUnderstood => words::vault_not_understood(),
            Self::Unreachable { host, why } => words::vault_unreachable(host, why.clause()),
            Self::NoSecret(what) => words::vault_no_secret(*what),
            Self::NotStarted { program, why } => words::vault_not_started(why.clone(), program),
            Self::Ended { program, code, said } => with(
                any(said),
                |said| words::vault_ended_said(code, said, program),
                || words::vault_ended(code, program),
            ),
            Self::NotSeen { program, place } => words::vault_not_seen(place, program),
            Self::NotReadBack { program } => words::vault_not_read_back(program),
            Self::Unnoticed(problem) => problem.clause(),
            Self::OtherProgram { program, version } => with(
                any(version),
                |version| words::vault_other_program_said(program, version),
                || words::vault_other_program(program),
            ),
            Self::Variable(why) => why.clone(),
            Self::Between { place, state } => words::vault_between(place, state.clone()),
            Self::TookTooLong { program, limit } => words::vault_took_too_long(program, limit.as_secs()),
            Self::CalledOff => words::vault_canceled(),
            Self::OtherReadBack => words::vault_other_read_back(),
            Self::NeverProven(vault) => words::vault_never_proven(vault),
            Self::Authority { path, why } => words::vault_authority(path, why.clone()),
        }
    }

    /// What to do about it where the token may be there.
    pub(super) fn hint_in_doubt(&self) -> Message {
        match self {
            Self::Unnoticed(problem) => problem.hint_or_look(words::vault_look_first_hint()),
            other => other.hint_or_look(words::vault_again_hint()),
        }
    }

    /// `look` tells how the token can be found.
    fn hint_or_look(&self, look: Message) -> Message {
        match (self, self.hint()) {
            // Delivering it again would tell nothing, or do more harm.
            (
                Self::ExistsUnread(_)
                | Self::ExistsOrRefused(_)
                | Self::Overwriting
                | Self::LaterVersion(_)
                | Self::DeletedAlready(_),
                Some(hint),
            ) => hint,
            (Self::Unclear(_) | Self::CalledOff, _) | (_, None) => look,
            (_, Some(hint)) => words::sentences(hint, look),
        }
    }

    /// What to do about it where the token is not there, if there is something.
    pub(super) fn hint(&self) -> Option<Message> {
        Some(match self {
            Self::Exists(_) => words::vault_exists_hint(),
            Self::ExistsUnread(_) => words::vault_exists_unread_hint(),
            Self::ExistsOrRefused(_) => words::vault_exists_or_refused_hint(),
            Self::ReplacedBefore(_) => words::vault_replaced_before_hint(),
            Self::NoNamespaces(_) => words::vault_no_namespaces_hint(),
            Self::Refused(_) => words::vault_refused_hint(),
            Self::AccessOver(_) => words::vault_access_over_hint(),
            Self::AccessEnds(_) => words::vault_access_ends_hint(),
            Self::FewUses(_) => words::vault_few_uses_hint(),
            Self::NoAccessToken => words::vault_no_access_token_hint(),
            Self::Ends { .. } => words::vault_ends_hint(),
            Self::DeletedAlready(_) => words::vault_deleted_already_hint(),
            Self::ExistsDeleted(_) => words::vault_exists_deleted_hint(),
            Self::NeedsUpdate(_) => words::vault_needs_update_hint(),
            Self::NotOfTheVault(_) => words::vault_not_its_own_hint(),
            Self::NoMount(_) => words::vault_no_mount_hint(),
            Self::NotVersion2(_) => words::vault_not_version_2_hint(),
            Self::Sealed => words::vault_sealed_hint(),
            Self::Redirected(_) => words::vault_redirected_hint(),
            Self::Overwriting | Self::LaterVersion(_) => words::vault_look_before_hint(),
            Self::Answered { status: 412 | 429, .. } => words::vault_answered_pause_hint(),
            Self::Answered { .. } | Self::NotUnderstood => words::vault_answered_hint(),
            Self::Unclear(_) => words::vault_unclear_hint(),
            Self::TookTooLong { .. } => words::vault_took_too_long_hint(),
            Self::CalledOff => return None,
            Self::Unreachable { why, .. } => why.hint(),
            Self::NoSecret(_) => words::vault_no_secret_hint(),
            Self::NotStarted { .. } => words::vault_not_started_hint(),
            Self::OtherProgram { .. } => words::vault_other_program_hint(),
            Self::Variable(_) => words::vault_variable_hint(),
            Self::Between { .. } => words::vault_between_hint(),
            Self::Unnoticed(problem) => return problem.hint(),
            Self::Ended { .. } => words::vault_ended_hint(),
            Self::NotSeen { .. } | Self::NotReadBack { .. } => words::vault_by_hand_hint(),
            Self::OtherReadBack => words::vault_other_read_back_hint(),
            Self::NeverProven(_) => words::vault_never_proven_hint(),
            Self::Authority { .. } => words::vault_authority_hint(),
        })
    }
}

/// As people say it: whole days, hours or minutes, whichever are many enough.
fn span(span: Duration) -> Message {
    match span.as_secs() {
        seconds @ 0..120 => words::span_seconds(seconds),
        seconds @ 120..7200 => words::span_minutes(seconds / 60),
        seconds @ 7200..172_800 => words::span_hours(seconds / 3600),
        seconds => words::span_days(seconds / 86_400),
    }
}

/// `None` where a vault or a program has said nothing.
fn any(said: &str) -> Option<&str> {
    Some(said).filter(|said| !said.trim_end_matches('.').is_empty())
}
