//! What makes no sense now, and why.

use crate::words;

told! {
    /// Why something cannot be done at this moment.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    NotNow {
        NotShown => words::now_not_shown();
        DealtWith => words::now_dealt_with();
        KeyHeld => words::now_key_held();
        NeedsNoSecret => words::now_needs_no_secret();
        RevokingAlready => words::now_revoking_already();
        /// Two names of a list are the same, or look the same.
        NameTwice => words::now_name_twice();
        /// Two names of a list lead to one place in the vault.
        SamePlace => words::now_same_place();
        CheckedElsewhere => words::now_checked_elsewhere();
        /// The destination is another than when the list was checked.
        ChangedSinceCheck => words::now_changed_since_check();
        ListBegun => words::now_list_begun();
        ListRuns => words::now_list_runs();
        ListElsewhere => words::now_list_elsewhere();
        NoList => words::now_no_list();
        /// The list is not the one that was checked last.
        CheckAgain => words::now_check_again();
        ListBegins => words::now_list_begins();
        /// A token of a list is in a vault that deletes it by itself.
        NotForGood => words::now_not_for_good();
        /// What is to be replaced at once is of several kinds.
        NotOfOneKind => words::now_not_of_one_kind();
        /// Two names of a list in a row came to no end.
        OpenTooOften => words::now_open_too_often();
        ListUnderWay => words::now_list_under_way();
        QuitAsked => words::now_quit_asked();
        NotInJournal => words::now_not_in_journal();
        SandboxUsers => words::now_sandbox_users();
        NothingToSignWith => words::now_nothing_to_sign_with();
        SignInFirst => words::now_sign_in_first();
        AccountGone => words::now_account_gone();
        CheckingAlready => words::now_checking_already();
        DestinationGone => words::now_vault_gone();
        /// The destination is another than the one that was meant.
        DestinationChanged => words::now_vault_changed();
        /// Keybearer is running, and would keep anew what is to be forgotten.
        Running => words::now_running();
        AskingAlready => words::now_creating_already();
        NothingListed => words::now_nothing_listed();
        /// Nothing that ends is known to, or it has ended.
        NothingEnds => words::now_nothing_ends();
        /// Dfns changes nothing about an API key.
        Unchangeable => words::now_unchangeable();
        /// A policy holds the change back.
        ChangeHeldBack => words::now_change_held_back();
        /// Dfns lists no such role.
        NoSuchRole => words::now_no_such_role();
        RoleHeld => words::now_role_held();
        RoleNotHeld => words::now_role_not_held();
        /// Another change of this role waits for approval.
        RolePending => words::now_role_pending();
        NothingHeld => words::now_nothing_held();
        /// Another token is held than the one that was meant.
        AnotherHeld => words::now_another_held();
        KeyBusy => words::now_key_busy();
        Delivering => words::now_delivering();
        Revoking => words::now_revoking();
        /// The secrets are being tried out.
        TryingOut => words::now_trying_out();
        /// They cannot be: Dfns wants no signature of this kind, or has not told which credential it is.
        NothingToTryOut => words::now_nothing_to_try_out();
        /// There is but one to be copied.
        OneSecret => words::now_one_secret();
        /// A secret has something in it that not every program reads alike.
        NotAsEnv => words::now_not_as_env();
        PutOff => words::now_put_off();
        /// The token is on its way into a vault, and another delivery was asked for.
        DeliveringAlready => words::now_delivering_already();
        ProgramUnknown => words::now_program_unknown();
    }
}
