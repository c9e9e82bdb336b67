//! Accounts on the border: the session, the sign-in form, the switch.

use keybearer_core::{
    account::{EnvironmentKind, Offer, Step},
    credential::CredentialKind,
};
use serde::{Deserialize, Deserializer, Serialize};
use zeroize::Zeroizing;

use super::Told;

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[expect(clippy::large_enum_variant, reason = "there is one of them, on its way to the page")]
pub enum SessionView {
    /// Nobody is signed in: the sign-in form is shown.
    SignedOut {
        /// Why, where it was not what the person asked for: a remembered account was refused, say.
        reason: Option<Told>,
        form: SignInForm,
        /// The account that is asked for a new token; `null` asks for any.
        account: Option<AccountName>,
        /// The account that was in use before, and can be gone back to.
        back: Option<AccountName>,
        /// The account's token may be good: what kept it from being used may be over by now.
        retry: bool,
    },
    /// A remembered account, or a new one, is being checked.
    Checking { host: String, step: Step, running_ms: f64 },
    SignedIn {
        #[serde(flatten)]
        account: AccountView,
        /// The name that the person gave the account; may be empty.
        name: String,
        may_list: bool,
        /// Why it is not in the keyring although it should be.
        kept_problem: Option<Told>,
        /// Why the sign-in token could not be checked, where it could not.
        unchecked: Option<Told>,
        /// What it signs with, where it can.
        credential: Option<CredentialView>,
        /// Why its session could not be renewed, where it is about to end.
        unrenewed: Option<Told>,
        /// What the organization offers; empty until that is known.
        kinds: Vec<OfferView>,
    },
}

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
    pub environment: EnvironmentKind,
    /// Host name, and port where it is not the usual one.
    pub host: String,
    /// The user, where the sign-in token tells it.
    pub user: Option<String>,
    /// The organization, where the sign-in token tells it.
    pub organization: Option<String>,
    /// Milliseconds until its sign-in token expires (negative: since), where it tells.
    pub expires_in_ms: Option<f64>,
    pub current: bool,
    /// It is known to need a new sign-in token.
    pub over: bool,
    pub kept: Kept,
}

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
    pub remember: bool,
    /// A private key that is remembered is locked with a passphrase, which Rust asks for.
    pub passphrase: bool,
}

/// An environment that the organization set up on this computer.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PresetView {
    pub name: String,
    pub host: String,
    /// Its address, as [`SignInForm::url`] has it.
    pub url: String,
}

/// A credential that exists, as it was typed: without its private key, which never comes from a page.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CredentialForm {
    pub id: String,
    pub username: String,
    pub organization: String,
}

/// Where a private key is taken from, by Rust.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum KeySource {
    Clipboard,
    /// One that is chosen in a dialog of Rust's own.
    File,
}

/// A code from the dashboard; wiped once it is used.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct EnrolmentCodeText(#[serde(deserialize_with = "wiped")] pub Zeroizing<String>);

/// The credential that an account signs in and signs with.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CredentialView {
    pub id: String,
    /// Keybearer registered it, so that nobody else has its private key.
    pub own: bool,
}

/// What reading a kind of credential has shown.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OfferView {
    pub kind: CredentialKind,
    pub offer: Offer,
}

/// A sign-in token that was typed into the page; wiped once it is used.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct TypedToken(#[serde(deserialize_with = "wiped")] pub Zeroizing<String>);

fn wiped<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(deserializer).map(Zeroizing::new)
}
