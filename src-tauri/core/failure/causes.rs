//! What the failures are made of.

use std::time::Duration;

use super::message::with;
use crate::{
    naming,
    order::MOST_DAYS,
    pasted::NotAToken,
    role::GivenRole,
    words::{self, Message},
};

/// What was asked for where an answer is unclear, and so what that means: the same trouble leaves a key in doubt, or nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CallContext {
    /// Something was read, and nothing changed.
    Read,
    /// The keys there are were looked through before a key was to be asked for, so none was.
    LookFirst,
    /// A key was to be revoked, and may have been.
    Revoke,
    /// One was to be renamed, deactivated or activated, and may have been.
    Change,
    /// A role was to be given, and may have been.
    GiveRole,
    /// A role was to be taken, and may have been.
    TakeRole,
    /// A key was asked for, and may have been made.
    Create,
    /// Somebody was to be signed in, and is not.
    SignIn,
    /// A request was to be signed, and was not sent.
    Sign,
    /// The secrets of a new credential were to be tried out: what they are worth is not known, and nothing changed.
    TryOut,
    /// A credential was to be registered, and may have been.
    Enrol,
    /// A credential was to be deactivated, and may have been.
    Deactivate,
}

told! {
    /// What is wrong with a credential that one signs in and signs with, or with what was typed of it.
    #[derive(Clone, Debug, Eq, PartialEq)]
    CredentialProblem {
        NoCode => words::err_code_missing(), words::err_code_hint();
        /// With as many characters as one has.
        BadCode(length: usize) => words::err_code_not_one(*length), words::err_code_hint();
        /// Dfns does not take the code: it is wrong, was used, or is too old.
        CodeRefused(said: Option<String>)
            => with(said.as_deref(), words::err_code_refused_said, words::err_code_refused), words::err_code_refused_hint();
        NoOrganization => words::err_organization_missing(), words::err_organization_hint();
        BadOrganization => words::err_organization_not_one(), words::err_organization_hint();
        NoId => words::err_credential_id_missing(), words::err_credential_id_hint();
        BadId => words::err_credential_id_not_one(), words::err_credential_id_hint();
        NoUsername => words::err_username_missing(), words::err_username_hint();
        BadUsername => words::err_username_not_one(), words::err_username_hint();
        /// Dfns does not name it among those that this user may sign with.
        NotAmongTheUsers { id: String, username: String }
            => words::err_credential_unknown(id, username), words::err_credential_unknown_hint();
        /// The same, of the user who is signed in.
        NotAmongOnes(id: String) => words::err_credential_not_ones(id), words::err_credential_unknown_hint();
        /// Dfns takes no credentials with a key pair from this user.
        KindNotTaken(said: Option<String>)
            => with(said.as_deref(), words::err_credential_kind_said, words::err_credential_kind), words::err_credential_kind_hint();
        /// Dfns refused what was signed.
        SignatureRefused(said: Option<String>)
            => with(said.as_deref(), words::err_assertion_refused_said, words::err_assertion_refused), words::err_assertion_refused_hint();
        /// Dfns refused to begin: the user or the organization is not there, or may not sign in.
        UserRefused(said: Option<String>)
            => with(said.as_deref(), words::err_user_refused_said, words::err_user_refused), words::err_user_refused_hint();
        /// The passphrase of its private key was not given.
        StaysLocked => words::err_key_locked(), words::err_key_locked_hint();
        SingleSignOn => words::err_sso(), words::err_sso_hint();
        /// The user action that a signature was exchanged for was refused with the request.
        NotAllowed(said: Option<String>)
            => with(said.as_deref(), words::err_action_refused_said, words::err_action_refused), words::err_action_refused_hint();
    }
}

told! {
    /// That a change of a role came to nothing, as Dfns says of its change request.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    RoleChangeEnded {
        Rejected => words::err_role_rejected(), words::err_role_rejected_hint();
        Failed => words::err_role_failed(), words::err_role_failed_hint();
    }
}

told! {
    /// What is wrong with what a new service account or personal access token is to be.
    #[derive(Clone, Debug, Eq, PartialEq)]
    TermsProblem {
        Days => words::err_days(MOST_DAYS), None;
        RoleGone => words::err_role_gone(), words::err_role_gone_hint();
        /// Of a list, by the text that stands behind the name.
        NoSuchRole(text: String) => words::err_role_unknown(text), words::err_role_unknown_hint();
        RoleNotUnique(text: String) => words::err_role_not_unique(text), words::err_role_not_unique_hint();
    }
}

told! {
    /// Why an old one is not deactivated: what is to take its place does not, as far as Dfns lists it.
    #[derive(Clone, Debug, Eq, PartialEq)]
    ReplacementProblem {
        NotListed => words::err_replacement_not_listed(), words::err_replacement_not_listed_hint();
        /// It was deactivated itself.
        Rests => words::err_replacement_rests(), words::err_replacement_rests_hint();
        /// These roles, which the old one has.
        Lacks(roles: Vec<GivenRole>) => words::err_replacement_lacks(roles.len(), names(roles)),
            words::err_replacement_lacks_hint(roles.len());
    }
}

fn names(roles: &[GivenRole]) -> String {
    roles.iter().map(|role| &*role.name).collect::<Vec<_>>().join(", ")
}

told! {
    /// Why what was typed cannot be a name.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    NameProblem {
        Empty => words::err_name_empty(), None;
        Control => words::err_name_control(), words::err_name_control_hint();
        Unseen(unseen: char) => words::err_name_unseen(naming::describe(*unseen)), words::err_name_unseen_hint();
        TooLong(count: usize) => words::err_name_long(*count, naming::LONGEST), words::err_name_long_hint();
    }
}

told! {
    /// Why an answer is unclear.
    #[derive(Clone, Debug, Eq, PartialEq)]
    UnclearAnswer {
        TimedOut(limit: Duration) => words::unclear_timed_out(limit.as_secs());
        /// 5xx, or another status that a proxy answers with after it passed the request on.
        Server(status: u16) => words::unclear_server(*status);
        /// The connection broke after the request was sent, or in the middle of the answer.
        Cut => words::unclear_cut();
        /// The answer is larger than any that Dfns gives, in mebibytes.
        TooLarge(mebibytes: usize) => words::unclear_too_large(*mebibytes);
        TooMany(count: usize) => words::unclear_too_many(*count);
        Between(status: u16) => words::unclear_between(*status);
        Redirected => words::unclear_redirected();
        Failed => words::unclear_failed();
        /// An answer came that is not what Dfns answers with.
        NotUnderstood => words::unclear_not_understood();
        CalledOff => words::unclear_canceled();
    }
}

told! {
    /// Why an address cannot be used.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    AddressProblem {
        Unreadable => words::err_address_unreadable(), words::err_address_hint();
        NotHttps => words::err_address_not_https(), words::err_address_not_https_hint();
        MoreThanHost => words::err_address_more(), words::err_address_hint();
    }
}

told! {
    /// Why something cannot be a sign-in token.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    TokenProblem {
        ClipboardEmpty => words::err_token_clipboard_empty(), words::err_token_clipboard_empty_hint();
        Clipboard(other: NotAToken) => words::err_token_clipboard(other.message()), words::err_token_clipboard_hint();
        Typed(other: NotAToken) => words::err_token_typed(other.message()), words::err_token_typed_hint();
    }
}

told! {
    /// What went wrong with the clipboard.
    #[derive(Clone, Debug, Eq, PartialEq)]
    ClipboardProblem {
        Unusable(why: Message) => words::err_clipboard(why.clone()), words::err_clipboard_hint();
        /// A sign-in token was to be read from it, and it cannot be read.
        Unreadable(why: Message)
            => words::err_clipboard_unreadable(why.clone()), words::err_clipboard_unreadable_hint();
        /// The token was put there, and others see something else.
        NotSeen => words::err_clipboard_not_seen(), words::err_clipboard_not_seen_hint();
        StillThere(why: Message) => words::err_clipboard_still_there(why.clone()), words::err_clipboard_stays_hint();
        /// Whether it is there still could not be found out.
        Unconfirmed(why: Message) => words::err_clipboard_unconfirmed(why.clone()), words::err_clipboard_stays_hint();
        /// These programs would keep all the secrets together, or pass them on.
        Kept(programs: Message) => words::err_clipboard_kept(programs.clone()), words::err_clipboard_kept_hint();
        /// The display does not let others see what this program copies.
        Untrusted => words::err_clipboard_untrusted(), words::err_clipboard_untrusted_hint();
    }
}

told! {
    /// Why no connection could be made. Nothing was sent then.
    #[derive(Clone, Debug, Eq, PartialEq)]
    ConnectError {
        NameUnknown => words::connect_name_unknown(), words::connect_name_unknown_hint();
        Refused => words::connect_refused(), words::connect_hint();
        NoNetwork => words::connect_no_network(), words::connect_hint();
        TimedOut(limit: Duration) => words::connect_timed_out(limit.as_secs()), words::connect_hint();
        /// Its certificate was made by nobody whom this computer trusts.
        AuthorityUnknown => words::connect_authority_unknown(), words::connect_authority_unknown_hint();
        OtherHost => words::connect_other_host(), words::connect_other_host_hint();
        /// Its certificate is too old, or not valid yet by this computer's clock.
        CertificateOutdated => words::connect_outdated(), words::connect_outdated_hint();
        /// Its certificate, or one above it, is made in a way that is not understood here.
        CertificateKind => words::connect_certificate_kind(), words::connect_certificate_kind_hint();
        CertificateOfAuthority
            => words::connect_certificate_of_authority(), words::connect_certificate_of_authority_hint();
        CertificateWithoutHost
            => words::connect_certificate_without_host(), words::connect_certificate_without_host_hint();
        NothingInCommon => words::connect_nothing_in_common(), words::connect_certificate_kind_hint();
        CertificateRefused => words::connect_certificate_refused(), words::connect_other_host_hint();
        NoTls => words::connect_no_tls(), words::connect_no_tls_hint();
        ProxyUnreachable { proxy: String, why: Box<ConnectError> }
            => words::connect_proxy_unreachable(why.message(), proxy), words::connect_proxy_hint();
        ProxyPassword(proxy: String) => words::connect_proxy_password(proxy), words::connect_proxy_hint();
        ProxyRefused(proxy: String) => words::connect_proxy_refused(proxy), words::connect_proxy_hint();
        /// What was reached by way of a proxy is not as it should be.
        ByProxy { proxy: String, why: Box<ConnectError> }
            => words::connect_by_proxy(why.message(), proxy), why.hint();
        Other(why: String) => words::verbatim(why), words::connect_hint();
    }
}

told! {
    /// Why the keyring could not be used.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    KeyringProblem {
        Locked => words::keyring_locked(), words::err_keyring_locked_hint();
        Absent => words::keyring_absent(), words::err_keyring_hint();
        /// The service answers, and there is no keyring in it.
        Unmade => words::keyring_unmade(), words::err_keyring_unmade_hint();
        /// Secrets would go to it, and come from it, in clear.
        Unencrypted => words::keyring_unencrypted(), words::err_keyring_unencrypted_hint();
        TooLong => words::keyring_too_long(), words::err_keyring_hint();
        Damaged => words::keyring_damaged(), words::err_keyring_hint();
        /// It has several entries of this name, and they differ.
        Several => words::keyring_several(), words::err_keyring_several_hint();
        /// It was given the token, and gave back something else.
        GaveBackOther => words::keyring_gave_back_other(), words::err_keyring_hint();
        /// Anything else. The cause is left out: it may carry the secret's bytes.
        Refused => words::keyring_refused(), words::err_keyring_hint();
    }
}

told! {
    /// Why secrets may not go where they were to go.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    Unconfirmed {
        Declined => words::err_declined(), words::err_declined_hint();
        AskingAlready => words::err_asking_already(), words::err_asking_already_hint();
        /// The person refused too often in a row to be asked again by the page's wish alone.
        Silent => words::err_silent(), words::err_silent_hint();
        NobodyToAsk => words::err_nobody_to_ask(), words::err_nobody_to_ask_hint();
        TooLong => words::err_question_too_long(), words::err_question_too_long_hint();
    }
}
