//! Destinations and lists of names on the border. What opens a destination never crosses it.

use serde::{Deserialize, Serialize};

use super::{KeyView, RoleView, Told};
use keybearer_core::{key::KeyId, words::Message};

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DestinationView {
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// Where it is, in words.
    pub place: String,
    /// Whether keys are delivered to it at once.
    pub default: bool,
    /// What it needs to be opened, as people call it; `null` where it needs nothing.
    pub secret: Option<Message>,
    /// Whether a token that it has taken is known to be there.
    pub proven: bool,
    /// Whether it may store over an entry that is there, since it cannot be asked beforehand.
    pub may_overwrite: bool,
    /// What can be edited of it.
    pub form: DestinationForm,
}

/// What can be edited of a destination.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DestinationForm {
    /// Its id; `null` for a new one.
    pub id: Option<String>,
    /// What the person calls it.
    pub name: String,
    pub vault: VaultForm,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum VaultForm {
    Kv2 {
        /// `https://…`
        address: String,
        mount: String,
        /// Below the mount, with places for what is known of a key.
        path: String,
        field: String,
        private_key_field: String,
        credential_id_field: String,
        namespace: String,
        /// The file of an authority to trust, or nothing.
        authority: String,
    },
    Program(Box<ProgramForm>),
}

/// A program that takes a secret on its standard input.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProgramForm {
    pub program: String,
    /// The arguments with which it stores, one on a line.
    pub store: String,
    /// `raw`, `line`, `json`, `base64-json` or `dotenv`
    pub input: String,
    /// The JSON that it takes, or nothing.
    pub template: String,
    /// The arguments with which it is asked whether an entry exists, one on a line; or nothing.
    pub exists: String,
    /// What it says where there is none.
    pub missing: String,
    /// Whether it tells by what it prints.
    pub prints: bool,
    /// Whether it may not know yet of what was stored a moment ago.
    pub stale: bool,
    /// The arguments with which an entry is read back, one on a line; or nothing.
    pub read_back: String,
    /// Whether the end of a line follows what is read back.
    pub read_back_line: bool,
    /// The arguments with which it stores several secrets together, one on a line; or nothing, where it stores them as a token.
    pub several_store: String,
    /// As `input`.
    pub several_input: String,
    pub several_template: String,
    /// The arguments with which it is asked whether they exist, one on a line; or nothing, where those are the same.
    pub several_exists: String,
    pub several_read_back: String,
    pub several_read_back_line: bool,
    /// The arguments with which it is asked whose account it works for, one on a line; or nothing.
    pub whose: String,
    /// Where that stands in the JSON that it prints, with white space between the places; or nothing.
    pub whose_fields: String,
    /// `readable`, `plain`, `lowercase`, `dashed` or `uppercase`
    pub names: String,
    /// After how many seconds it is ended.
    pub seconds: u32,
    /// Variables that it needs, with white space between them.
    pub variables: String,
    pub password: bool,
}

/// What is known of a program.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProgramPresetView {
    pub id: String,
    /// What people call what it keeps secrets in.
    pub name: String,
    pub program: String,
    pub installed: bool,
    /// What is to be known of it beforehand.
    pub note: Option<Message>,
    pub asks: Vec<AskView>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AskView {
    pub label: Message,
    /// What stands there at first.
    pub usual: String,
    pub optional: bool,
}

/// A list of names that was checked, before anything happens.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CheckedList {
    pub number: u32,
    /// What the destination is called that its tokens would go to.
    pub destination: String,
    /// Whether they are of a kind that has a role.
    pub signs: bool,
    pub names: Vec<CheckedName>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CheckedName {
    pub name: String,
    pub place: String,
    /// None for no permission yet, and for a kind that has no role.
    pub roles: Vec<RoleView>,
    /// The name of what it is to replace.
    pub replaces: Option<String>,
    pub problem: Option<Told>,
}

/// What is to replace a key, as it is proposed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ReplacementView {
    pub replaces: KeyView,
    pub name: String,
    /// For how many days the old one was asked for, where that is known.
    pub days: Option<u16>,
}

/// A key that is to be replaced, and the name of the new one.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NewName {
    pub replaces: KeyId,
    pub name: String,
}

/// A list of names that is worked on, or was.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BatchView {
    pub destination: String,
    pub state: BatchStateView,
    /// Each name, in its order.
    pub rows: Vec<BatchRow>,
    /// Milliseconds until Dfns may be asked again, where it has asked for a pause.
    pub waits_ms: Option<f64>,
    /// Why it pauses by itself.
    pub problem: Option<Told>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum BatchStateView {
    Running,
    /// It stops after the name that is worked on.
    Stopping,
    Paused,
    Ended,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BatchRow {
    pub name: String,
    pub state: BatchRowState,
    /// Where its token is, or why no key was made.
    pub words: Option<Message>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum BatchRowState {
    /// Its key was not asked for yet.
    Waiting,
    UnderWay,
    Delivered,
    Failed,
    /// It stands under "Needs attention", or its token is held.
    Attention,
    /// It stood there, and was settled.
    Settled,
}
