//! What can go wrong with a vault, in words.

use std::time::Duration;

use time::OffsetDateTime;

use super::{ConnectError, Failure, UnclearAnswer, message::with};
use crate::{
    credential::SecretName,
    words::{self, Message},
};

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

told! {
    /// Why a token could not be delivered. Its message goes on from “the token isn’t stored:”.
    #[derive(Clone, Debug, Eq, PartialEq)]
    VaultProblem {
        Exists(place: String) => words::vault_exists(place), words::vault_exists_hint();
        /// An entry of that name is there, and nobody here may see what it holds.
        ExistsUnread(place: String) => words::vault_exists_unread(place), words::vault_exists_unread_hint();
        /// It refused to create an entry that the access token may create (403), as it does where one is there.
        ExistsOrRefused(place: String)
            => words::vault_exists_or_refused(place), words::vault_exists_or_refused_hint();
        /// The key was replaced before: the entry of a key that replaces it is there.
        ReplacedBefore(place: String) => words::vault_replaced_before(place), words::vault_replaced_before_hint();
        NoNamespaces(namespace: String) => words::vault_no_namespaces(namespace), words::vault_no_namespaces_hint();
        /// The vault's own access token was refused, or has no right there (403).
        Refused(said: String)
            => with(any(said), words::vault_refused_said, words::vault_refused), words::vault_refused_hint();
        /// The vault does not know its own access token (any more).
        AccessOver(said: String)
            => with(any(said), words::vault_access_over_said, words::vault_access_over),
            words::vault_access_over_hint();
        /// Its own access token ends before a delivery could be repeated.
        AccessEnds(at: OffsetDateTime) => words::vault_access_ends(*at), words::vault_access_ends_hint();
        /// Its own access token may be used too few times more.
        FewUses(left: u64) => words::vault_few_uses(*left), words::vault_few_uses_hint();
        /// What is kept of its own access token is none.
        NoAccessToken => words::vault_no_access_token(), words::vault_no_access_token_hint();
        /// What is stored there, the vault deletes by itself.
        Ends {
            place: String,
            after: Duration,
            /// When that would be, if it were stored now.
            until: OffsetDateTime
        } => words::vault_ends(place, span(*after), *until), words::vault_ends_hint();
        /// It was stored, and the vault has deleted it since.
        DeletedAlready(place: String) => words::vault_deleted_already(place), words::vault_deleted_already_hint();
        /// An entry of that name was deleted, and can be brought back.
        ExistsDeleted(place: String) => words::vault_exists_deleted(place), words::vault_exists_deleted_hint();
        /// It has metadata and no version yet: its first version is a change to a vault.
        NeedsUpdate(place: String) => words::vault_needs_update(place), words::vault_needs_update_hint();
        NotOfTheVault(status: u16) => words::vault_not_its_own(*status), words::vault_not_its_own_hint();
        /// There is no such mount (404).
        NoMount(mount: String) => words::vault_no_mount(mount), words::vault_no_mount_hint();
        /// The mount is not a KV version 2.
        NotVersion2(mount: String) => words::vault_not_version_2(mount), words::vault_not_version_2_hint();
        /// It is sealed or in maintenance (503).
        Sealed => words::vault_sealed(), words::vault_sealed_hint();
        Redirected(to: Option<String>)
            => to.as_ref().map_or_else(words::vault_redirected_elsewhere, words::vault_redirected),
            words::vault_redirected_hint();
        /// It answered as KV version 1 does (204), which overwrites.
        Overwriting => words::vault_overwriting(), words::vault_look_before_hint();
        LaterVersion(version: u64) => words::vault_later_version(*version), words::vault_look_before_hint();
        Answered { status: u16, message: String }
            => with(any(message), |said| words::vault_answered_said(said, *status), || words::vault_answered(*status)),
            if matches!(status, 412 | 429) { words::vault_answered_pause_hint() } else { words::vault_answered_hint() };
        Unclear(unclear: UnclearAnswer) => unclear.message(), words::vault_unclear_hint();
        NotUnderstood => words::vault_not_understood(), words::vault_answered_hint();
        Unreachable { host: String, why: ConnectError } => words::vault_unreachable(host, why.message()), why.hint();
        /// What is needed to get in is not there: what it is, as messages choose their words by.
        NoSecret(what: &'static str) => words::vault_no_secret(*what), words::vault_no_secret_hint();
        /// The program is not there, or may not be run.
        NotStarted { program: String, why: Message }
            => words::vault_not_started(why.clone(), program), words::vault_not_started_hint();
        /// The program ended otherwise than with 0.
        Ended {
            program: String,
            /// With what: a number, or a signal.
            code: String,
            /// What it said on its standard error.
            said: String
        } => with(
            any(said),
            |said| words::vault_ended_said(code, said, program),
            || words::vault_ended(code, program),
        ), words::vault_ended_hint();
        /// The program ended with 0, and there is no entry.
        NotSeen { program: String, place: String }
            => words::vault_not_seen(place, program), words::vault_by_hand_hint();
        /// The program ended with 0, and what it was to be asked for afterwards could not be had.
        NotReadBack { program: String } => words::vault_not_read_back(program), words::vault_by_hand_hint();
        /// What happened at a vault that would store the token a second time without noticing.
        Unnoticed(problem: Box<VaultProblem>) => problem.message(), problem.hint();
        /// It is another program than its name says.
        OtherProgram {
            program: String,
            /// What it says of its version.
            version: String
        } => with(
            any(version),
            |version| words::vault_other_program_said(program, version),
            || words::vault_other_program(program),
        ), words::vault_other_program_hint();
        Variable(why: Message) => why.clone(), words::vault_variable_hint();
        /// An entry of that name is neither there nor gone.
        Between {
            place: String,
            /// The state that it is in.
            state: Message
        } => words::vault_between(place, state.clone()), words::vault_between_hint();
        TookTooLong { program: String, limit: Duration }
            => words::vault_took_too_long(program, limit.as_secs()), words::vault_took_too_long_hint();
        CalledOff => words::vault_canceled(), None;
        /// Of several secrets, some are there.
        Partly {
            place: String,
            there: Vec<SecretName>,
            missing: Vec<SecretName>,
            /// Whether each has an entry of its own.
            apart: bool,
            /// What happened while they were stored, where that is known.
            after: Option<Box<VaultProblem>>
        } => partly(place, there, missing, after.as_deref()),
            if *apart { words::vault_partly_apart_hint() } else { words::vault_partly_hint() };
        /// What the program gets, as it is set up here, has no room for one of the secrets.
        NoPlace { program: String, secret: SecretName }
            => words::vault_no_place(program, word(*secret)), words::vault_no_place_hint();
        OtherReadBack => words::vault_other_read_back(), words::vault_other_read_back_hint();
        /// It was never shown that it keeps what it takes.
        NeverProven(vault: String) => words::vault_never_proven(vault), words::vault_never_proven_hint();
        Authority { path: String, why: Message }
            => words::vault_authority(path, why.clone()), words::vault_authority_hint();
    }
}

impl VaultProblem {
    /// A token is not stored because of it.
    #[must_use]
    pub fn not_stored(self) -> Failure {
        Failure::Vault(VaultContext::NotStored, self)
    }

    /// It is not known whether a token is stored because of it.
    #[must_use]
    pub fn perhaps_stored(self) -> Failure {
        Failure::Vault(VaultContext::PerhapsStored, self)
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
            // Delivering it again would tell nothing, or do more harm; or the hint says already what it does.
            (
                Self::Partly { .. }
                | Self::ExistsUnread(_)
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
}

fn partly(place: &str, there: &[SecretName], missing: &[SecretName], after: Option<&VaultProblem>) -> Message {
    let (there, missing) = (each(there), each(missing));
    match after {
        None => words::vault_partly(missing, place, there),
        Some(problem) => words::vault_partly_after(missing, place, problem.message(), there),
    }
}

/// Those of the secrets of one credential.
fn each(secrets: &[SecretName]) -> Message {
    match secrets {
        [] => words::verbatim(""),
        [one] => words::secret_named(word(*one)),
        [one, other] => words::secrets_both(words::secret_named(word(*one)), words::secret_named(word(*other))),
        [..] => words::secrets_all(),
    }
}

/// As messages choose their words by.
fn word(secret: SecretName) -> &'static str {
    match secret {
        SecretName::Token => "token",
        SecretName::PrivateKey => "private-key",
        SecretName::CredentialId => "credential-id",
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
