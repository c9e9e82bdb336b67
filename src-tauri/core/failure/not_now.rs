//! What makes no sense now, and why.

use crate::words::{self, Message};

/// Why something cannot be done at this moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NotNow {
    /// The token was shown, and is not any more.
    NotShown,
    /// Something is done with the key already.
    DealtWith,
    /// A new key is not finished with.
    KeyHeld,
    /// The destination has no secret of its own.
    NeedsNoSecret,
    /// The key is being revoked already.
    RevokingAlready,
    /// Two names of a list are the same, or look the same.
    NameTwice,
    /// Two names of a list lead to one place in the vault.
    SamePlace,
    /// The list was checked in another account.
    CheckedElsewhere,
    /// The destination is another than when the list was checked.
    ChangedSinceCheck,
    /// Another list is not finished with.
    ListBegun,
    /// The list is worked on.
    ListRuns,
    /// The list is another account's.
    ListElsewhere,
    /// There is no list.
    NoList,
    /// The list is not the one that was checked last.
    CheckAgain,
    /// A list is about to be worked on.
    ListBegins,
    /// A token of a list is in a vault that deletes it by itself.
    NotForGood,
    /// Two names of a list in a row came to no end.
    OpenTooOften,
    /// A list is worked on.
    ListUnderWay,
    /// The person is asked whether to quit.
    QuitAsked,
    /// The key was not made on this computer.
    NotInJournal,
    /// A token was given for the sandbox.
    SandboxUsers,
    /// Nobody is signed in.
    SignInFirst,
    AccountGone,
    /// Another sign-in is being checked.
    CheckingAlready,
    DestinationGone,
    /// The destination is another than the one that was meant.
    DestinationChanged,
    /// Keybearer is running, and would keep anew what is to be forgotten.
    Running,
    /// Another key is being asked for.
    AskingAlready,
    /// No token is held.
    NothingHeld,
    /// Another token is held than the one that was meant.
    AnotherHeld,
    /// Something else is under way with the key.
    KeyBusy,
    /// The token is on its way into a vault.
    Delivering,
    /// The key is being revoked.
    Revoking,
    /// The wiping was put off.
    PutOff,
    /// The token is on its way into a vault, and another delivery was asked for.
    DeliveringAlready,
    /// There is no preset of that name.
    ProgramUnknown,
}

impl NotNow {
    /// Why, in a sentence or two.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NotShown => words::now_not_shown(),
            Self::DealtWith => words::now_dealt_with(),
            Self::KeyHeld => words::now_key_held(),
            Self::NeedsNoSecret => words::now_needs_no_secret(),
            Self::RevokingAlready => words::now_revoking_already(),
            Self::NameTwice => words::now_name_twice(),
            Self::SamePlace => words::now_same_place(),
            Self::CheckedElsewhere => words::now_checked_elsewhere(),
            Self::ChangedSinceCheck => words::now_changed_since_check(),
            Self::ListBegun => words::now_list_begun(),
            Self::ListRuns => words::now_list_runs(),
            Self::ListElsewhere => words::now_list_elsewhere(),
            Self::NoList => words::now_no_list(),
            Self::CheckAgain => words::now_check_again(),
            Self::ListBegins => words::now_list_begins(),
            Self::NotForGood => words::now_not_for_good(),
            Self::OpenTooOften => words::now_open_too_often(),
            Self::ListUnderWay => words::now_list_under_way(),
            Self::QuitAsked => words::now_quit_asked(),
            Self::NotInJournal => words::now_not_in_journal(),
            Self::SandboxUsers => words::now_sandbox_users(),
            Self::SignInFirst => words::now_sign_in_first(),
            Self::AccountGone => words::now_account_gone(),
            Self::CheckingAlready => words::now_checking_already(),
            Self::DestinationGone => words::now_vault_gone(),
            Self::DestinationChanged => words::now_vault_changed(),
            Self::Running => words::now_running(),
            Self::AskingAlready => words::now_creating_already(),
            Self::NothingHeld => words::now_nothing_held(),
            Self::AnotherHeld => words::now_another_held(),
            Self::KeyBusy => words::now_key_busy(),
            Self::Delivering => words::now_delivering(),
            Self::Revoking => words::now_revoking(),
            Self::PutOff => words::now_put_off(),
            Self::DeliveringAlready => words::now_delivering_already(),
            Self::ProgramUnknown => words::now_program_unknown(),
        }
    }
}
