//! What happened, on the border.

use serde::Serialize;

/// What happened, in words for a person: the message says what it means, the hint what to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// For the page to branch on, and for people who automate.
    pub code: Code,
    /// One or two sentences.
    pub message: String,
    /// One or two sentences.
    pub hint: String,
    /// Milliseconds until the next try makes sense, where Dfns told.
    pub wait_ms: Option<f64>,
}

impl Told {
    /// Something failed in a way that nobody foresaw.
    pub(crate) fn unforeseen() -> Self {
        Self {
            code: Code::Computer,
            message: "Keybearer failed here in a way that nobody foresaw, so it is not known how far this got.".to_owned(),
            hint: "What was held is still held. Look at what this window shows before you try again; if it happens again, \
                   finish with the token, quit, and start anew."
                .to_owned(),
            wait_ms: None,
        }
    }
}

/// The codes of [`Told`]: one for each row of the table of errors.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// A name is empty, too long, has characters that nobody can see, or is not the one that was asked for: shown at the
    /// field.
    Name,
    /// What was typed as a name is a secret, or looks like one: the field is emptied.
    Secret,
    /// An active key of that name exists: "create anyway" is offered.
    SameName,
    /// Whether a key of that name was made is open still: "create anyway" is offered.
    StillOpen,
    /// The address is not one that can be used: shown at the field.
    Address,
    /// The sign-in token is empty: shown at the field.
    TokenMissing,
    /// 400: the input was refused.
    Refused,
    /// 401 to a sign-in token that was good: a new one is asked for.
    SignInAgain,
    /// 401 to a sign-in token that is being given.
    SignInRefused,
    /// 403: a permission is missing.
    Forbidden,
    /// Dfns wants signed requests.
    SignatureRequired,
    /// 404 or 410 on the path itself: no Dfns, or one without API keys.
    NoSuchService,
    /// 404 on one key.
    KeyGone,
    /// The key cannot be named to Dfns.
    KeyWithoutId,
    /// 409.
    Conflict,
    /// 429: with `wait_ms`, where Dfns told it.
    RateLimited,
    /// 3xx, which is not followed.
    Redirected,
    /// Another answer that is sure to mean "no".
    Unexpected,
    /// No connection; nothing was sent.
    Unreachable,
    /// No clear answer to a call that changes nothing.
    NoClearAnswer,
    /// No clear answer to a revocation.
    NotConfirmed,
    /// The answer leaves in doubt whether a key was made.
    Doubtful,
    /// The person called it off before it could do anything.
    CalledOff,
    /// Something else is under way, or there is nothing to do it with.
    NotNow,
    /// The key's account is not signed in.
    OtherAccount,
    /// Secrets may not go there: the person did not confirm it.
    Unconfirmed,
    /// Done was asked for without a proof that the token is in a vault.
    NotProven,
    /// Done was asked for although the token never left.
    NeverLeft,
    /// The clipboard.
    Clipboard,
    /// The keyring.
    Keyring,
    /// A token is not in a vault: that is sure.
    NotStored,
    /// A token may be in a vault.
    PerhapsStored,
    /// What was typed of a destination cannot be used.
    Destination,
    /// A setting is out of its bounds.
    Setting,
    /// A file of Keybearer's own.
    File,
    /// Something else on this computer.
    Computer,
    /// Of a notice, which its kind says more of.
    Notice,
}
