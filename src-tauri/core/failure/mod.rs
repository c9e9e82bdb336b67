//! What can go wrong, and how it is told: what happened, what it means, what to do.
//!
//! Two groups are kept apart everywhere: failures after which it is sure that no key was made, and those that
//! [leave it in doubt](Failure::is_doubtful). Follows the error table of the Dfns API.

/// Declares an enum whose variants have their message beside them, and what to do about it where that is told of each. What a
/// variant carries has a name, by which both speak of it.
macro_rules! told {
    ($(#[$of:meta])* $name:ident { $(
        $(#[$about:meta])*
        $why:ident $(($($it:ident: $its:ty),+))? $({ $($(#[$what:meta])* $part:ident: $parts:ty),+ })?
            => $message:expr, $hint:expr;
    )+ }) => {
        told! { $(#[$of])* $name { $(
            $(#[$about])* $why $(($($it: $its),+))? $({ $($(#[$what])* $part: $parts),+ })? => $message;
        )+ } }

        impl $name {
            /// What to do about it, where there is something.
            #[allow(unused_variables, reason = "not every hint speaks of what there is")]
            pub fn hint(&self) -> Option<$crate::words::Message> {
                match self { $(Self::$why $(($($it),+))? $({ $($part),+ })? => Option::from($hint),)+ }
            }
        }
    };
    ($(#[$of:meta])* $name:ident { $(
        $(#[$about:meta])*
        $why:ident $(($($it:ident: $its:ty),+))? $({ $($(#[$what:meta])* $part:ident: $parts:ty),+ })?
            => $message:expr;
    )+ }) => {
        $(#[$of])*
        #[derive(thiserror::Error)]
        #[error("{}", self.message())]
        pub enum $name { $(
            $(#[$about])* $why $(($($its),+))? $({ $($(#[$what])* $part: $parts),+ })?,
        )+ }

        impl $name {
            /// In a sentence or two, or a clause of one.
            #[allow(unused_variables, reason = "not every message speaks of what there is")]
            pub fn message(&self) -> $crate::words::Message {
                match self { $(Self::$why $(($($it),+))? $({ $($part),+ })? => $message,)+ }
            }
        }
    };
}

mod causes;
mod code;
mod message;
mod not_now;
mod vault;

use std::time::Duration;

pub use self::{
    causes::{
        AddressProblem, CallContext, ClipboardProblem, ConnectError, CredentialProblem, KeyringProblem, NameProblem,
        ReplacementProblem, RoleChangeEnded, TermsProblem, TokenProblem, UnclearAnswer, Unconfirmed,
    },
    code::Code,
    not_now::NotNow,
    vault::{VaultContext, VaultProblem},
};
pub(crate) use told;

use self::message::{paused, unclear, unclear_hint, with};
use crate::{
    naming,
    signing::PrivateKeyProblem,
    words::{self, Message},
};

told! {
    /// Why a call, or what it was made for, did not succeed. [`Failure::message`] tells it; [`Failure::hint`] says what to
    /// do.
    #[derive(Clone, Debug, Eq, PartialEq)]
    Failure {
        Name(problem: NameProblem) => problem.message(), problem.hint();
        /// What was typed as a name is a secret, or looks like one.
        NameIsSecret(likeness: naming::Likeness) => likeness.message(), words::err_name_secret_hint();
        RoleChange(ended: RoleChangeEnded) => ended.message(), ended.hint();
        Terms(problem: TermsProblem) => problem.message(), problem.hint();
        Replacement(problem: ReplacementProblem) => problem.message(), problem.hint();
        /// What was given as a list of names is none.
        NotAList(why: Message) => why.clone(), words::err_list_hint();
        SameName(name: String) => words::err_name_taken(name), words::err_name_taken_hint();
        /// A key of that name was asked for before, and whether it was made is open still.
        StillOpen(name: String) => words::err_name_open(name), words::err_name_open_hint();
        Address(problem: AddressProblem) => problem.message(), problem.hint();
        /// No sign-in token was given, or what was given cannot be one.
        TokenMissing(problem: TokenProblem) => problem.message(), problem.hint();
        /// What was given as a private key is none that can be signed with.
        PrivateKey(problem: PrivateKeyProblem) => problem.message(), problem.hint();
        /// Dfns refused the input (400).
        Refused(said: Option<String>)
            => with(said.as_deref(), words::err_refused_said, words::err_refused), words::err_refused_hint();
        /// The sign-in token is missing, expired or revoked (401).
        SignInAgain => words::err_sign_in_again(), words::err_sign_in_again_hint();
        /// The sign-in ended (401) while a new key's token is held, so the key cannot be revoked now.
        SignInOver => words::err_sign_in_over(), words::err_sign_in_over_hint();
        /// The account that a key belongs to is not the one in use, or is signed out.
        OtherAccount(account: String) => words::err_other_account(account), words::err_other_account_hint();
        /// A fresh sign-in token was refused (401).
        SignInRefused => words::err_sign_in_refused(), words::err_sign_in_refused_hint();
        Credential(problem: CredentialProblem) => problem.message(), problem.hint();
        /// The session ended (401) while something was asked for, which was not done, and was renewed by a signature.
        SessionRenewed => words::err_session_renewed(), words::err_session_renewed_hint();
        /// A permission is missing (403).
        Forbidden {
            /// The permission, where Dfns names it or the call implies it.
            permission: Option<String>,
            message: Option<String>
        } => with(permission.as_deref(), words::err_forbidden_named, words::err_forbidden),
            with(message.as_deref(), words::err_forbidden_hint_said, words::err_forbidden_hint);
        SignatureRequired => words::err_signature(), words::err_signature_hint();
        /// The same, where the user has a credential here to sign with.
        SignatureOffered => words::err_signature(), words::err_signature_offered_hint();
        /// Nothing answers for API keys at this address (404 or 410 on the path itself).
        NoSuchService(host: String) => words::err_no_service(host), words::err_no_service_hint();
        /// The key is not there any more (404 on one id).
        KeyGone => words::err_key_gone(), words::err_key_gone_hint();
        /// Dfns told no id for the key that could stand in a path, so nothing can be asked about it.
        KeyWithoutId => words::err_key_without_id(), words::err_key_without_id_hint();
        /// What was typed is not the name of the key that is to be revoked.
        NameDiffers => words::err_name_differs(), words::err_name_differs_hint();
        /// A conflict (409).
        Conflict(said: Option<String>)
            => with(said.as_deref(), words::err_conflict_said, words::err_conflict), words::err_refused_hint();
        /// Too many calls (429).
        RateLimited(wait: Option<Duration>) => words::err_paused(), paused(*wait);
        /// The address answered with a redirect, which is never followed.
        Redirected(host: String)
            => words::err_redirected(host), unclear_hint(CallContext::Read, &UnclearAnswer::Redirected);
        /// Another status that says the call was not carried out.
        Unexpected { status: u16, message: Option<String> } => with(
            message.as_deref(),
            |said| words::err_unexpected_said(said, *status),
            || words::err_unexpected(*status),
        ), words::err_unexpected_hint();
        Unreachable { host: String, why: ConnectError } => words::err_unreachable(host, why.message()), why.hint();
        Unclear(context: CallContext, answer: UnclearAnswer)
            => unclear(*context, answer), unclear_hint(*context, answer);
        /// Dfns refused to make a key, and it is not sure that it made none.
        Unsettled {
            refusal: Box<Failure>,
            /// The keys could be looked through, and a new one is among them that may be the one.
            found: bool
        } => if *found { words::err_unsettled_found() } else { words::err_unsettled(refusal.message()) },
            words::err_doubt_hint();
        /// The person called it off before anything was asked for.
        CalledOff => words::err_canceled(), None;
        /// The person called the check of a sign-in token off.
        CheckCalledOff => words::err_check_canceled(), None;
        NotNow(why: NotNow) => why.message(), None;
        /// Secrets may not go there, since the person did not confirm it outside the page.
        Unconfirmed(why: Unconfirmed) => why.message(), why.hint();
        /// Done was pressed without a proof that the token is in a vault.
        NotProven => words::err_not_proven(), words::err_not_proven_hint();
        /// Done was pressed although the token never left: it can be in no vault.
        NeverLeft => words::err_never_left(), words::err_never_left_hint();
        Clipboard(problem: ClipboardProblem) => problem.message(), problem.hint();
        Keyring(problem: KeyringProblem) => words::err_keyring(problem.message()), problem.hint();
        /// The keyring was to hold a sign-in token no more, and may do so still.
        StaysInKeyring(problem: KeyringProblem)
            => words::err_keyring_stays(problem.message()), words::err_keyring_stays_hint();
        /// The keyring is KeePassXC, which has moved what it was to forget to its recycle bin.
        InRecycleBin => words::err_keyring_recycle_bin(), words::err_keyring_recycle_bin_hint();
        /// Signed out here, while Dfns could not be told to end the session.
        SessionNotEnded(why: Box<Failure>)
            => words::err_session_not_ended(why.message()), words::err_session_not_ended_hint();
        /// The keyring has no sign-in token for a remembered account.
        KeyringEmpty => words::err_keyring_empty(), words::err_keyring_empty_hint();
        Vault(context: VaultContext, problem: VaultProblem) => context.message(problem), context.hint(problem);
        Destination(why: Message) => why.clone(), None;
        Setting(why: Message) => why.clone(), None;
        File(why: Message) => why.clone(), None;
        Computer(why: Message) => why.clone(), None;
    }
}

impl Failure {
    /// Whether a key may exist because of what failed.
    pub fn is_doubtful(&self) -> bool {
        matches!(self, Self::Unclear(CallContext::Create, _) | Self::Unsettled { .. })
    }

    /// Whether a request for a key that failed so was never sent to anybody.
    pub fn is_unsent(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Computer(_) | Self::OtherAccount(_))
    }

    /// What Dfns said to a request for a key, whether or not it is sure that it made none.
    pub fn refusal(&self) -> &Self {
        match self {
            Self::Unsettled { refusal, .. } => refusal,
            other => other,
        }
    }

    /// How long to wait before the next try, where Dfns told.
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(wait) => *wait,
            _ => None,
        }
    }
}
