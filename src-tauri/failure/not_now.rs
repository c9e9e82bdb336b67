//! What makes no sense now, and why.

use thiserror::Error;

/// Why something cannot be done at this moment.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum NotNow {
    /// The token was shown, and is not any more.
    #[error("The token is not shown any more.")]
    NotShown,
    /// Something is done with the key already.
    #[error("This key is already being dealt with.")]
    DealtWith,
    /// A new key is not finished with.
    #[error("Finish with the new key first.")]
    KeyHeld,
    /// The destination has no secret of its own.
    #[error("This destination needs nothing to be opened.")]
    NeedsNoSecret,
    /// The key is being revoked already.
    #[error("This key is already being revoked.")]
    RevokingAlready,
    /// Two names of a list are the same, or look the same.
    #[error("It stands in the list twice, or looks the same as another there.")]
    NameTwice,
    /// Two names of a list lead to one place in the vault.
    #[error("It would end at the same place as another of them.")]
    SamePlace,
    /// The list was checked in another account.
    #[error("These names were checked in another account. Check the names again.")]
    CheckedElsewhere,
    /// The destination is another than when the list was checked.
    #[error("The destination was changed since the names were checked. Check the names again.")]
    ChangedSinceCheck,
    /// Another list is not finished with.
    #[error("Finish with the list of names that was begun first.")]
    ListBegun,
    /// The list is worked on.
    #[error("Pause the list first.")]
    ListRuns,
    /// The list is another account's.
    #[error("This list was begun in another account. Switch to that one first.")]
    ListElsewhere,
    /// There is no list.
    #[error("There is no list of names to go on with.")]
    NoList,
    /// The list is not the one that was checked last.
    #[error("Check the names again.")]
    CheckAgain,
    /// A list is about to be worked on.
    #[error("A list of names is just being begun.")]
    ListBegins,
    /// A token of a list is in a vault that deletes it by itself.
    #[error(
        "The vault deletes this token by itself later. Decide in its dialog what is to become of it; the list \
         waits for that."
    )]
    NotForGood,
    /// Two names of a list in a row came to no end.
    #[error(
        "Two in a row did not come to an end: Dfns made their keys, or may have, and their tokens are in no \
         vault. The list pauses, so that the next do not end the same way. See to what needs attention, and then \
         go on."
    )]
    OpenTooOften,
    /// A list is worked on.
    #[error("A list of names is being worked on. Pause it first.")]
    ListUnderWay,
    /// The person is asked whether to quit.
    #[error("Keybearer asks before it quits. Read that first.")]
    QuitAsked,
    /// The key was not made on this computer.
    #[error("The journal on this computer does not know this key.")]
    NotInJournal,
    /// A token was given for the sandbox.
    #[error("The sandbox has users of its own, and needs no token.")]
    SandboxUsers,
    /// Nobody is signed in.
    #[error("Sign in first.")]
    SignInFirst,
    /// The account was forgotten.
    #[error("This account is not known any more.")]
    AccountGone,
    /// Another sign-in is being checked.
    #[error("A sign-in token is being checked already.")]
    CheckingAlready,
    /// The destination was removed.
    #[error("This destination is not there any more.")]
    DestinationGone,
    /// The destination is another than the one that was meant.
    #[error("This destination was changed meanwhile. Do it again.")]
    DestinationChanged,
    /// Keybearer is running, and would keep anew what is to be forgotten.
    #[error("Keybearer is running, and could keep anew what is forgotten now. Quit it first.")]
    Running,
    /// Another key is being asked for.
    #[error("A key is being asked for already.")]
    AskingAlready,
    /// No token is held.
    #[error("No token is held any more.")]
    NothingHeld,
    /// Another token is held than the one that was meant.
    #[error("This was meant for a key whose token is no longer held. Nothing was done with the one held now.")]
    AnotherHeld,
    /// Something else is under way with the key.
    #[error("Wait for what is under way with this key.")]
    KeyBusy,
    /// The token is on its way into a vault.
    #[error("The token is being delivered; wait for the outcome.")]
    Delivering,
    /// The key is being revoked.
    #[error("The key is being revoked; wait for the outcome.")]
    Revoking,
    /// The wiping was put off.
    #[error("The token is kept longer.")]
    PutOff,
    /// The token is on its way into a vault, and another delivery was asked for.
    #[error("The token is being delivered already.")]
    DeliveringAlready,
    /// There is no preset of that name.
    #[error("This program is not known.")]
    ProgramUnknown,
}
