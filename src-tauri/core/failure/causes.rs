//! What the failures are made of.

use std::time::Duration;

use crate::{
    pasted::NotAToken,
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
    /// A key was asked for, and may have been made.
    Create,
}

/// Why what was typed cannot be a name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NameProblem {
    Empty,
    /// It has control characters.
    Control,
    /// It has a character inside that nobody can see.
    Unseen(char),
    /// It is too long: how many characters it has.
    TooLong(usize),
}

/// Why an answer is unclear.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum UnclearAnswer {
    /// No answer within the time.
    TimedOut(Duration),
    /// 5xx, or another status that a proxy answers with after it passed the request on.
    Server(u16),
    /// The connection broke after the request was sent, or in the middle of the answer.
    Cut,
    /// The answer is larger than any that Dfns gives, in mebibytes.
    TooLarge(usize),
    /// The answer lists more keys than any organization has.
    TooMany(usize),
    /// The answer, of this status, is not Dfns' own.
    Between(u16),
    Redirected,
    /// Keybearer itself failed.
    Failed,
    /// An answer came that is not what Dfns answers with.
    NotUnderstood,
    /// The person called it off.
    CalledOff,
}

told! {
    /// Why an address cannot be used.
    AddressProblem {
        /// It does not read as an address.
        Unreadable => words::err_address_unreadable, words::err_address_hint;
        /// http, or another scheme.
        NotHttps => words::err_address_not_https, words::err_address_not_https_hint;
        /// It has more than scheme, host and port.
        MoreThanHost => words::err_address_more, words::err_address_hint;
    }
}

/// Why something cannot be a sign-in token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenProblem {
    /// There is no text on the clipboard.
    ClipboardEmpty,
    /// What is on the clipboard is something else.
    Clipboard(NotAToken),
    /// What is in the field is something else.
    Typed(NotAToken),
}

/// What went wrong with the clipboard.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}", self.message())]
pub enum ClipboardProblem {
    /// It cannot be opened or read.
    Unusable(Message),
    /// A sign-in token was to be read from it, and it cannot be read.
    Unreadable(Message),
    /// The token was put there, and others see something else.
    NotSeen,
    /// It is there, and does not go away.
    StillThere(Message),
    /// Whether it is there still could not be found out.
    Unconfirmed(Message),
    /// The display does not let others see what this program copies.
    Untrusted,
}

/// Why no connection could be made. Nothing was sent then.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConnectError {
    /// The host's name leads nowhere.
    NameUnknown,
    /// Nobody listens there.
    Refused,
    /// This computer has no way there.
    NoNetwork,
    /// It takes too long.
    TimedOut(Duration),
    /// Its certificate was made by nobody whom this computer trusts.
    AuthorityUnknown,
    /// Its certificate is another host's.
    OtherHost,
    /// Its certificate is too old, or not valid yet by this computer's clock.
    CertificateOutdated,
    /// Its certificate, or one above it, is made in a way that is not understood here.
    CertificateKind,
    /// Its certificate is an authority's.
    CertificateOfAuthority,
    /// Its certificate has no subject alternative name.
    CertificateWithoutHost,
    /// No kind of key or cipher that both take.
    NothingInCommon,
    /// Its certificate is not good for another reason.
    CertificateRefused,
    /// What answers there does not speak TLS.
    NoTls,
    /// The proxy itself was not reached.
    ProxyUnreachable { proxy: String, why: Box<ConnectError> },
    /// The proxy wants a name and a password.
    ProxyPassword(String),
    /// The proxy did not let it through.
    ProxyRefused(String),
    /// What was reached by way of a proxy is not as it should be.
    ByProxy { proxy: String, why: Box<ConnectError> },
    /// Anything else, as the system says it.
    Other(String),
}

told! {
    /// Why the keyring could not be used.
    KeyringProblem {
        /// It lets nobody in.
        Locked => words::keyring_locked, words::err_keyring_locked_hint;
        /// Nobody answers to its name.
        Absent => words::keyring_absent, words::err_keyring_hint;
        /// The service answers, and there is no keyring in it.
        Unmade => words::keyring_unmade, words::err_keyring_unmade_hint;
        /// Secrets would go to it, and come from it, in clear.
        Unencrypted => words::keyring_unencrypted, words::err_keyring_unencrypted_hint;
        /// It has a limit.
        TooLong => words::keyring_too_long, words::err_keyring_hint;
        /// What is in it cannot be read.
        Damaged => words::keyring_damaged, words::err_keyring_hint;
        /// It has several entries of this name, and they differ.
        Several => words::keyring_several, words::err_keyring_several_hint;
        /// It was given the token, and gave back something else.
        GaveBackOther => words::keyring_gave_back_other, words::err_keyring_hint;
        /// Anything else. The cause is left out: it may carry the secret's bytes.
        Refused => words::keyring_refused, words::err_keyring_hint;
    }
}

told! {
    /// Why secrets may not go where they were to go.
    Unconfirmed {
        /// The person chose not to.
        Declined => words::err_declined, words::err_declined_hint;
        /// Another question is open.
        AskingAlready => words::err_asking_already, words::err_asking_already_hint;
        /// The person refused too often in a row to be asked again by the page's wish alone.
        Silent => words::err_silent, words::err_silent_hint;
        /// There is no dialog here.
        NobodyToAsk => words::err_nobody_to_ask, words::err_nobody_to_ask_hint;
        /// It is too much to be shown.
        TooLong => words::err_question_too_long, words::err_question_too_long_hint;
    }
}
