//! What makes no sense now, and why.

use crate::words;

told! {
    /// Why something cannot be done at this moment.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    NotNow {
        /// The token was shown, and is not any more.
        NotShown => words::now_not_shown();
        /// Something is done with the key already.
        DealtWith => words::now_dealt_with();
        /// A new key is not finished with.
        KeyHeld => words::now_key_held();
        /// The destination has no secret of its own.
        NeedsNoSecret => words::now_needs_no_secret();
        /// The key is being revoked already.
        RevokingAlready => words::now_revoking_already();
        /// Two names of a list are the same, or look the same.
        NameTwice => words::now_name_twice();
        /// Two names of a list lead to one place in the vault.
        SamePlace => words::now_same_place();
        /// The list was checked in another account.
        CheckedElsewhere => words::now_checked_elsewhere();
        /// The destination is another than when the list was checked.
        ChangedSinceCheck => words::now_changed_since_check();
        /// Another list is not finished with.
        ListBegun => words::now_list_begun();
        /// The list is worked on.
        ListRuns => words::now_list_runs();
        /// The list is another account's.
        ListElsewhere => words::now_list_elsewhere();
        /// There is no list.
        NoList => words::now_no_list();
        /// The list is not the one that was checked last.
        CheckAgain => words::now_check_again();
        /// A list is about to be worked on.
        ListBegins => words::now_list_begins();
        /// A token of a list is in a vault that deletes it by itself.
        NotForGood => words::now_not_for_good();
        /// Two names of a list in a row came to no end.
        OpenTooOften => words::now_open_too_often();
        /// A list is worked on.
        ListUnderWay => words::now_list_under_way();
        /// The person is asked whether to quit.
        QuitAsked => words::now_quit_asked();
        /// The key was not made on this computer.
        NotInJournal => words::now_not_in_journal();
        /// A token was given for the sandbox.
        SandboxUsers => words::now_sandbox_users();
        /// Nobody is signed in.
        SignInFirst => words::now_sign_in_first();
        AccountGone => words::now_account_gone();
        /// Another sign-in is being checked.
        CheckingAlready => words::now_checking_already();
        DestinationGone => words::now_vault_gone();
        /// The destination is another than the one that was meant.
        DestinationChanged => words::now_vault_changed();
        /// Keybearer is running, and would keep anew what is to be forgotten.
        Running => words::now_running();
        /// Another key is being asked for.
        AskingAlready => words::now_creating_already();
        /// No token is held.
        NothingHeld => words::now_nothing_held();
        /// Another token is held than the one that was meant.
        AnotherHeld => words::now_another_held();
        /// Something else is under way with the key.
        KeyBusy => words::now_key_busy();
        /// The token is on its way into a vault.
        Delivering => words::now_delivering();
        /// The key is being revoked.
        Revoking => words::now_revoking();
        /// The wiping was put off.
        PutOff => words::now_put_off();
        /// The token is on its way into a vault, and another delivery was asked for.
        DeliveringAlready => words::now_delivering_already();
        /// There is no preset of that name.
        ProgramUnknown => words::now_program_unknown();
    }
}
