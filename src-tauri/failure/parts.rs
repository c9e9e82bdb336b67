//! What the failures are made of: each says in plain words what happened.

use std::time::Duration;

use thiserror::Error;

use crate::{naming, pasted::NotAToken};

/// What was asked for where an answer is unclear, and so what that means: the same trouble leaves a key in doubt, or nothing.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum CallContext {
    /// Something was read, and nothing changed.
    #[error("Dfns gave no clear answer")]
    Read,
    /// The keys there are were looked through before a key was to be asked for, so none was.
    #[error("Whether this name is free could not be looked up")]
    LookFirst,
    /// A key was to be revoked, and may have been.
    #[error("It is not confirmed that the key was revoked")]
    Revoke,
    /// A key was asked for, and may have been made.
    #[error("Dfns may have made this key")]
    Create,
}

/// Why what was typed cannot be a name.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum NameProblem {
    /// It is empty.
    #[error("A key needs a name.")]
    Empty,
    /// It has control characters.
    #[error("The name has a line break or another invisible control character in it.")]
    Control,
    /// It has a character inside that nobody can see.
    #[error("The name has an invisible character in it: {}.", naming::describe(*.0))]
    Unseen(char),
    /// It is too long: how many characters it has.
    #[error("This name has {0} characters, and {most} is the most.", most = naming::LONGEST)]
    TooLong(usize),
}

/// Why an answer is unclear.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum Trouble {
    /// No answer within the time.
    #[error("no answer came within {} seconds", .0.as_secs())]
    TimedOut(Duration),
    /// 5xx, or another status that a proxy answers with after it passed the request on.
    #[error("the answer was HTTP {0}, an error on the server’s side")]
    Server(u16),
    /// The connection broke after the request was sent, or in the middle of the answer.
    #[error("the connection broke before the whole answer was here")]
    Cut,
    /// The answer is larger than any that Dfns gives, in mebibytes.
    #[error("the answer was longer than {0} MiB, and the rest of it was not read")]
    TooLarge(usize),
    /// The answer lists more keys than any organization has.
    #[error("the answer listed more than {0} keys, and the rest of it was not kept")]
    TooMany(usize),
    /// The answer, of this status, is not Dfns' own.
    #[error("the answer, HTTP {0}, is not Dfns’ own; most likely something between this computer and Dfns gave it")]
    Between(u16),
    /// The answer pointed elsewhere.
    #[error("the answer pointed to another address, where Keybearer does not follow with your sign-in token")]
    Redirected,
    /// Keybearer itself failed.
    #[error("Keybearer failed while it waited for the answer")]
    Failed,
    /// An answer came that is not what Dfns answers with.
    #[error("the answer is not one that Dfns gives")]
    NotUnderstood,
    /// The person called it off.
    #[error("you called it off after it was sent")]
    CalledOff,
}

/// Why an address cannot be used.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum AddressProblem {
    /// It does not read as an address.
    #[error("This is not a web address.")]
    Unreadable,
    /// http, or another scheme.
    #[error("The address must start with https://, or your token would travel unprotected.")]
    NotHttps,
    /// It has more than scheme, host and port.
    #[error("Only the scheme and the host belong here, as in https://api.dfns.io.")]
    MoreThanHost,
}

/// Why something cannot be a sign-in token.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum TokenProblem {
    /// There is no text on the clipboard.
    #[error("There is no text on the clipboard.")]
    ClipboardEmpty,
    /// What is on the clipboard is something else.
    #[error("What is on the clipboard is no sign-in token: it {0}.")]
    Clipboard(NotAToken),
    /// What is in the field is something else.
    #[error("This is no sign-in token: it {0}.")]
    Typed(NotAToken),
}

/// What went wrong with the clipboard.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum ClipboardProblem {
    /// It cannot be opened or read.
    #[error("The clipboard cannot be used: {0}.")]
    Unusable(String),
    /// A sign-in token was to be read from it, and it cannot be read.
    #[error("The clipboard cannot be read: {0}.")]
    Unreadable(String),
    /// The token was put there, and others see something else.
    #[error("The token was handed to the clipboard, but other programs do not see it there.")]
    NotSeen,
    /// It is there, and does not go away.
    #[error("The token is still on the clipboard: {0}.")]
    StillThere(String),
    /// Whether it is there still could not be found out.
    #[error("The token may still be on the clipboard: {0}.")]
    Unconfirmed(String),
    /// The display does not let others see what this program copies.
    #[error(
        "The token was not copied: this display trusts Keybearer only in part, as with ssh -X, and lets no other program see \
         what it copies."
    )]
    Untrusted,
}

/// Why no connection could be made. Nothing was sent then.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum NoConnection {
    /// The host's name leads nowhere.
    #[error("its name could not be found")]
    NameUnknown,
    /// Nobody listens there.
    #[error("nothing answers there (connection refused)")]
    Refused,
    /// This computer has no way there.
    #[error("this computer has no network connection to it")]
    NoNetwork,
    /// It takes too long.
    #[error("no connection came about within {} seconds", .0.as_secs())]
    TimedOut(Duration),
    /// Its certificate was made by nobody whom this computer trusts.
    #[error("its certificate is from an authority that this computer does not trust")]
    AuthorityUnknown,
    /// Its certificate is another host's.
    #[error("its certificate belongs to another host")]
    OtherHost,
    /// Its certificate is too old, or not valid yet by this computer's clock.
    #[error("its certificate is not valid at this computer’s time")]
    CertificateOutdated,
    /// Its certificate, or one above it, is made in a way that is not understood here.
    #[error("its certificate is of a kind that Keybearer cannot check")]
    CertificateKind,
    /// Its certificate is an authority's.
    #[error("it shows an authority’s certificate as its own")]
    CertificateOfAuthority,
    /// Its certificate has no subject alternative name.
    #[error("its certificate names no host (it has no subject alternative name)")]
    CertificateWithoutHost,
    /// No kind of key or cipher that both take.
    #[error("it takes none of the keys and ciphers with which Keybearer makes a connection secure")]
    NothingInCommon,
    /// Its certificate is not good for another reason.
    #[error("its certificate was refused")]
    CertificateRefused,
    /// What answers there does not speak TLS.
    #[error("no secure connection came about")]
    NoTls,
    /// The proxy itself was not reached.
    #[error("the proxy {proxy}, by way of which this computer goes there, was not reached: {why}")]
    ProxyUnreachable {
        /// Its host and port.
        proxy: String,
        /// Why.
        why: Box<NoConnection>,
    },
    /// The proxy wants a name and a password.
    #[error("the proxy {0}, by way of which this computer goes there, wants a name and a password")]
    ProxyPassword(String),
    /// The proxy did not let it through.
    #[error("the proxy {0}, by way of which this computer goes there, did not let the connection through")]
    ProxyRefused(String),
    /// What was reached by way of a proxy is not as it should be.
    #[error("{why} (by way of the proxy {proxy})")]
    ByProxy {
        /// Its host and port.
        proxy: String,
        /// What is wrong.
        why: Box<NoConnection>,
    },
    /// Anything else, as the system says it.
    #[error("{0}")]
    Other(String),
}

/// Why the keyring could not be used.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum KeyringProblem {
    /// It lets nobody in.
    #[error("it is locked, or does not let Keybearer in")]
    Locked,
    /// Nobody answers to its name.
    #[error("there is none running, or it does not answer")]
    Absent,
    /// The service answers, and there is no keyring in it.
    #[error("there is none yet, and none was made")]
    Unmade,
    /// Secrets would go to it, and come from it, in clear.
    #[error("it takes nothing encrypted, and what goes to it in clear can be read by other programs on the way")]
    Unencrypted,
    /// It has a limit.
    #[error("the token is too long for it")]
    TooLong,
    /// What is in it cannot be read.
    #[error("the entry in it is damaged")]
    Damaged,
    /// It has several entries of this name, and they differ.
    #[error("it has several entries for this, and they differ")]
    Several,
    /// It was given the token, and gave back something else.
    #[error("it did not give back what it was given")]
    GaveBackOther,
    /// Anything else. The cause is left out: it may carry the secret's bytes.
    #[error("it refused")]
    Refused,
}

/// Why secrets may not go where they were to go. `Display` is a whole message.
#[derive(Clone, Copy, Debug, Error, Eq, PartialEq)]
pub enum Unconfirmed {
    /// The person chose not to.
    #[error("You did not confirm this, so nothing was sent.")]
    Declined,
    /// Another question is open.
    #[error("Keybearer is asking you to confirm something already, so nothing was sent.")]
    AskingAlready,
    /// The person refused too often in a row to be asked again by the page's wish alone.
    #[error("You refused twice, so Keybearer does not ask again by itself. Nothing was sent.")]
    Silent,
    /// There is no dialog here.
    #[error(
        "Where secrets go for the first time has to be confirmed, and Keybearer has no way to ask here. Nothing was sent."
    )]
    NobodyToAsk,
    /// It is too much to be shown.
    #[error("This is too long to be looked through before it is confirmed, so nothing was sent.")]
    TooLong,
}
