//! Accounts on the border: the session, the sign-in form, the switch.

use keybearer_core::account::{EnvironmentKind, Step};
use serde::{Deserialize, Deserializer, Serialize};
use zeroize::Zeroizing;

use super::Told;

/// The session, as the page shows it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SessionView {
    /// Nobody is signed in: the sign-in form is shown.
    SignedOut {
        /// Why, where it was not what the person asked for: a remembered account was refused, say.
        reason: Option<Told>,
        /// What to fill the form with.
        form: SignInForm,
        /// The account that is asked for a new token; `null` asks for any.
        account: Option<AccountName>,
        /// The account that was in use before, and can be gone back to.
        back: Option<AccountName>,
        /// The account's token may be good: what kept it from being used may be over by now.
        retry: bool,
    },
    /// A remembered account, or a new one, is being checked.
    Checking {
        host: String,
        step: Step,
        /// Milliseconds since it began.
        running_ms: f64,
    },
    /// Somebody is signed in.
    SignedIn {
        #[serde(flatten)]
        account: AccountView,
        /// The name that the person gave the account; may be empty.
        name: String,
        /// Whether this user may list keys.
        may_list: bool,
        /// Why it is not in the keyring although it should be.
        kept_problem: Option<Told>,
        /// Why the sign-in token could not be checked, where it could not.
        unchecked: Option<Told>,
    },
}

/// An account, by what it is called.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AccountName {
    pub id: String,
    pub label: String,
}

/// An account that is known.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    pub id: String,
    /// The name that the person gave it, or made from what is known.
    pub label: String,
    /// Which Dfns it is at.
    pub environment: EnvironmentKind,
    /// Host name, and port where it is not the usual one.
    pub host: String,
    /// The user, where the sign-in token tells it.
    pub user: Option<String>,
    /// The organization, where the sign-in token tells it.
    pub organization: Option<String>,
    /// Milliseconds until its sign-in token expires (negative: since), where it tells.
    pub expires_in_ms: Option<f64>,
    /// It is the one in use.
    pub current: bool,
    /// It is known to need a new sign-in token.
    pub over: bool,
    /// Where its sign-in token is kept.
    pub kept: Kept,
}

/// Where a sign-in token is kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Kept {
    /// In the operating system's keyring, until signed out.
    Keyring,
    /// In memory, and on its way to the keyring.
    Keeping,
    /// In memory, until Keybearer quits.
    Memory,
}

/// What the sign-in form holds, save the token.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SignInForm {
    pub environment: EnvironmentKind,
    /// Its address; only for a custom one, empty otherwise.
    pub url: String,
    /// The account's name; may be empty.
    pub name: String,
    /// Whether to keep the sign-in token in the keyring.
    pub remember: bool,
}

/// An environment that the organization set up on this computer.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PresetView {
    /// What the organization calls it.
    pub name: String,
    pub host: String,
    /// Its address, as [`SignInForm::url`] has it.
    pub url: String,
}

/// A sign-in token that was typed into the page; wiped once it is used.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct TypedToken(#[serde(deserialize_with = "wiped")] pub Zeroizing<String>);

fn wiped<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(deserializer).map(Zeroizing::new)
}
