//! What failures say where that takes more than one message.

use std::time::Duration;

use super::{CallContext, Failure, UnclearAnswer, VaultContext, VaultProblem};
use crate::words::{self, Message};

impl Failure {
    /// What happened, what it means and what to do, one after the other.
    pub fn in_full(&self) -> Message {
        match self.hint() {
            Some(hint) => words::sentences(self.message(), hint),
            None => self.message(),
        }
    }
}

/// What somebody else said, if anything, stands in a sentence that has a full stop of its own.
pub(super) fn with<'said>(
    said: Option<&'said str>,
    some: impl Fn(&'said str) -> Message,
    none: impl Fn() -> Message,
) -> Message {
    said.map_or_else(none, |said| some(said.trim_end_matches('.')))
}

/// What to do once Dfns has asked to wait.
pub(super) fn paused(wait: Option<Duration>) -> Message {
    match wait.map(|wait| wait.as_secs().max(1)) {
        None => words::err_paused_hint(),
        Some(seconds @ ..120) => words::err_paused_hint_seconds(seconds),
        Some(seconds @ 120..7200) => words::err_paused_hint_minutes(seconds.div_ceil(60)),
        Some(seconds) => words::err_paused_hint_hours(seconds.div_ceil(3600)),
    }
}

/// What is known where an answer is unclear.
pub(super) fn unclear(context: CallContext, answer: &UnclearAnswer) -> Message {
    match context {
        CallContext::Read => words::err_unclear_read(answer.message()),
        CallContext::LookFirst => words::err_unclear_look_first(answer.message()),
        CallContext::Revoke => words::err_unclear_revoke(answer.message()),
        CallContext::Change => words::err_unclear_change(answer.message()),
        CallContext::GiveRole => words::err_unclear_give_role(answer.message()),
        CallContext::TakeRole => words::err_unclear_take_role(answer.message()),
        CallContext::Create => words::err_unclear_create(answer.message()),
        CallContext::SignIn => words::err_unclear_sign_in(answer.message()),
        CallContext::Sign => words::err_unclear_sign(answer.message()),
        CallContext::TryOut => words::err_unclear_try_out(answer.message()),
        CallContext::Enrol => words::err_unclear_enrol(answer.message()),
        CallContext::Deactivate => words::err_unclear_deactivate(answer.message()),
    }
}

pub(super) fn unclear_hint(context: CallContext, answer: &UnclearAnswer) -> Message {
    let between = in_between(answer).is_some();
    match context {
        CallContext::Read | CallContext::SignIn | CallContext::Sign | CallContext::TryOut => {
            words::sentences(words::err_nothing_changed(), before_the_next_try(answer))
        }
        CallContext::LookFirst => words::sentences(words::err_no_key_created(), before_the_next_try(answer)),
        CallContext::Revoke if between => words::err_unclear_revoke_between_hint(),
        CallContext::Revoke => words::err_unclear_revoke_hint(),
        CallContext::Change => words::sentences(words::err_unclear_change_hint(), before_the_next_try(answer)),
        CallContext::GiveRole | CallContext::TakeRole => words::err_unclear_role_hint(),
        CallContext::Create if between => words::err_doubt_between_hint(),
        CallContext::Create => words::err_doubt_hint(),
        CallContext::Enrol => words::err_unclear_enrol_hint(),
        CallContext::Deactivate => words::err_unclear_deactivate_hint(),
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

impl VaultContext {
    pub(super) fn message(self, problem: &VaultProblem) -> Message {
        match self {
            Self::NotStored => words::err_vault_not_stored(problem.message()),
            Self::NoRoom => words::err_vault_no_room(problem.message()),
            Self::Unusable => words::err_vault_unusable(problem.message()),
            Self::PerhapsStored => words::err_vault_perhaps_stored(problem.message()),
        }
    }

    pub(super) fn hint(self, problem: &VaultProblem) -> Option<Message> {
        match self {
            Self::NotStored | Self::NoRoom | Self::Unusable => problem.hint(),
            Self::PerhapsStored => Some(problem.hint_in_doubt()),
        }
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
