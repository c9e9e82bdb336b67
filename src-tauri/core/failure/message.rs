//! Each failure in words: what happened and what it means, and what to do about it.

use std::time::Duration;

use super::{CallContext, Failure, UnclearAnswer, VaultContext, VaultProblem};
use crate::words::{self, Message};

/// What happened, and what to do about it where there is something.
type Told = (Message, Option<Message>);

impl Failure {
    /// What happened and what it means.
    #[must_use]
    pub fn message(&self) -> Message {
        self.told().0
    }

    /// What to do about it, in one or two sentences, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<Message> {
        self.told().1
    }

    /// What happened, what it means and what to do, one after the other.
    #[must_use]
    pub fn in_full(&self) -> Message {
        match self.told() {
            (message, Some(hint)) => words::sentences(message, hint),
            (message, None) => message,
        }
    }

    fn told(&self) -> Told {
        match self {
            Self::Name(problem) => (problem.message(), problem.hint()),
            Self::NameIsSecret(likeness) => and(likeness.message(), words::err_name_secret_hint()),
            Self::NotAList(why) => and(why.clone(), words::err_list_hint()),
            Self::SameName(name) => and(words::err_name_taken(name), words::err_name_taken_hint()),
            Self::StillOpen(name) => and(words::err_name_open(name), words::err_name_open_hint()),
            Self::NameDiffers => and(words::err_name_differs(), words::err_name_differs_hint()),
            Self::Address(problem) => (problem.message(), problem.hint()),
            Self::TokenMissing(problem) => (problem.message(), problem.hint()),
            Self::SignInAgain => and(words::err_sign_in_again(), words::err_sign_in_again_hint()),
            Self::SignInOver => and(words::err_sign_in_over(), words::err_sign_in_over_hint()),
            Self::SignInRefused => and(words::err_sign_in_refused(), words::err_sign_in_refused_hint()),
            Self::OtherAccount(account) => and(words::err_other_account(account), words::err_other_account_hint()),
            Self::Refused(said) => {
                and(with(said.as_deref(), words::err_refused_said, words::err_refused), words::err_refused_hint())
            }
            Self::Conflict(said) => {
                and(with(said.as_deref(), words::err_conflict_said, words::err_conflict), words::err_refused_hint())
            }
            Self::Forbidden { permission, message } => and(
                with(permission.as_deref(), words::err_forbidden_named, words::err_forbidden),
                with(message.as_deref(), words::err_forbidden_hint_said, words::err_forbidden_hint),
            ),
            Self::SignatureRequired => and(words::err_signature(), words::err_signature_hint()),
            Self::NoSuchService(host) => and(words::err_no_service(host), words::err_no_service_hint()),
            Self::KeyGone => and(words::err_key_gone(), words::err_key_gone_hint()),
            Self::KeyWithoutId => and(words::err_key_without_id(), words::err_key_without_id_hint()),
            Self::RateLimited(wait) => and(words::err_paused(), paused(*wait)),
            Self::Redirected(host) => and(
                words::err_redirected(host),
                words::sentences(words::err_nothing_changed(), before_the_next_try(&UnclearAnswer::Redirected)),
            ),
            Self::Unexpected { status, message } => and(
                with(
                    message.as_deref(),
                    |said| words::err_unexpected_said(said, *status),
                    || words::err_unexpected(*status),
                ),
                words::err_unexpected_hint(),
            ),
            Self::Unreachable { host, why } => (words::err_unreachable(host, why.message()), why.hint()),
            Self::Unclear(context, answer) => unclear(*context, answer),
            Self::Unsettled { found: true, .. } => and(words::err_unsettled_found(), words::err_doubt_hint()),
            Self::Unsettled { refusal, .. } => and(words::err_unsettled(refusal.message()), words::err_doubt_hint()),
            Self::CalledOff => (words::err_canceled(), None),
            Self::CheckCalledOff => (words::err_check_canceled(), None),
            Self::NotNow(why) => (why.message(), None),
            Self::Unconfirmed(why) => (why.message(), why.hint()),
            Self::NotProven => and(words::err_not_proven(), words::err_not_proven_hint()),
            Self::NeverLeft => and(words::err_never_left(), words::err_never_left_hint()),
            Self::Clipboard(problem) => (problem.message(), problem.hint()),
            Self::Keyring(problem) => (words::err_keyring(problem.message()), problem.hint()),
            Self::StaysInKeyring(problem) => {
                and(words::err_keyring_stays(problem.message()), words::err_keyring_stays_hint())
            }
            Self::InRecycleBin => and(words::err_keyring_recycle_bin(), words::err_keyring_recycle_bin_hint()),
            Self::KeyringEmpty => and(words::err_keyring_empty(), words::err_keyring_empty_hint()),
            Self::Vault(context, problem) => vault(*context, problem),
            Self::Destination(why) | Self::Setting(why) | Self::File(why) | Self::Computer(why) => (why.clone(), None),
        }
    }
}

fn and(message: Message, hint: Message) -> Told {
    (message, Some(hint))
}

/// What somebody else said, if anything, stands in a sentence that has a full stop of its own.
pub(super) fn with<'said>(
    said: Option<&'said str>,
    some: impl Fn(&'said str) -> Message,
    none: impl Fn() -> Message,
) -> Message {
    said.map_or_else(none, |said| some(said.trim_end_matches('.')))
}

fn paused(wait: Option<Duration>) -> Message {
    match wait.map(|wait| wait.as_secs().max(1)) {
        None => words::err_paused_hint(),
        Some(seconds @ ..120) => words::err_paused_hint_seconds(seconds),
        Some(seconds @ 120..7200) => words::err_paused_hint_minutes(seconds.div_ceil(60)),
        Some(seconds) => words::err_paused_hint_hours(seconds.div_ceil(3600)),
    }
}

fn unclear(context: CallContext, answer: &UnclearAnswer) -> Told {
    let between = in_between(answer).is_some();
    match context {
        CallContext::Read => and(
            words::err_unclear_read(answer.message()),
            words::sentences(words::err_nothing_changed(), before_the_next_try(answer)),
        ),
        CallContext::LookFirst => and(
            words::err_unclear_look_first(answer.message()),
            words::sentences(words::err_no_key_created(), before_the_next_try(answer)),
        ),
        CallContext::Revoke => and(
            words::err_unclear_revoke(answer.message()),
            if between { words::err_unclear_revoke_between_hint() } else { words::err_unclear_revoke_hint() },
        ),
        CallContext::Create => and(
            words::err_unclear_create(answer.message()),
            if between { words::err_doubt_between_hint() } else { words::err_doubt_hint() },
        ),
    }
}

/// What to do before a call is tried again that came to no clear end.
fn before_the_next_try(unclear: &UnclearAnswer) -> Message {
    in_between(unclear).unwrap_or_else(words::err_try_in_a_moment)
}

/// What may stand in between, by what it answered with, and how to find that out; `None` where nothing tells that somebody
/// else than Dfns has answered.
fn in_between(unclear: &UnclearAnswer) -> Option<Message> {
    let status = match unclear {
        UnclearAnswer::Between(status) => Some(*status),
        UnclearAnswer::Redirected
        | UnclearAnswer::NotUnderstood
        | UnclearAnswer::TooLarge(_)
        | UnclearAnswer::TooMany(_) => None,
        UnclearAnswer::TimedOut(_)
        | UnclearAnswer::Server(_)
        | UnclearAnswer::Cut
        | UnclearAnswer::Failed
        | UnclearAnswer::CalledOff => return None,
    };
    Some(match status {
        Some(401) => words::between_401_hint(),
        Some(404 | 410) => words::between_404_hint(),
        Some(407 | 511) => words::between_407_hint(),
        _ => words::between_hint(),
    })
}

fn vault(context: VaultContext, problem: &VaultProblem) -> Told {
    match context {
        VaultContext::NotStored => (words::err_vault_not_stored(problem.message()), problem.hint()),
        VaultContext::NoRoom => (words::err_vault_no_room(problem.message()), problem.hint()),
        VaultContext::Unusable => (words::err_vault_unusable(problem.message()), problem.hint()),
        VaultContext::PerhapsStored => and(words::err_vault_perhaps_stored(problem.message()), problem.hint_in_doubt()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_between_is_told_with_what_to_do() {
        for status in [200, 401, 403, 404, 407, 418, 451, 511] {
            for (context, sure) in [
                (CallContext::Read, words::err_nothing_changed().to_string()),
                (CallContext::LookFirst, words::err_no_key_created().to_string()),
                (CallContext::Revoke, words::err_unclear_revoke("").to_string()),
                (CallContext::Create, words::err_unclear_create("").to_string()),
            ] {
                let told = Failure::Unclear(context, UnclearAnswer::Between(status)).in_full().to_string();
                assert!(told.contains("between this computer and Dfns") && told.contains("network"), "{told}");
                assert!(told.contains(sure.trim_end_matches('.')), "{told}");
                assert!(!told.contains("permission") && !told.contains("server had a problem"), "{told}");
            }
        }
    }

    #[test]
    fn a_pause_is_told_in_the_unit_that_people_would_use() {
        for (seconds, told) in [(0, "1 second."), (7, "7 seconds."), (300, "5 minutes."), (86_400, "24 hours.")] {
            let hint =
                Failure::RateLimited(Some(Duration::from_secs(seconds))).hint().expect("there is something to do");
            assert!(hint.to_string().ends_with(&format!("in {told}")), "{hint}");
        }
    }
}
