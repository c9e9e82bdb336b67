//! Keys on the border: one being made, one whose token is held, those that need attention.

use keybearer_core::{
    app::WantedTerms,
    credential::{CredentialKind, SecretName},
    delivery::{Proof, Step},
    issuance::Check,
    journal::{Notes, RoleOperation},
    key::{Key, KeyId, Tried},
    receipt::Whereabouts,
    role::{Role, RolesGiven},
    signing::NewKeyType,
    words::Message,
};
use serde::{Deserialize, Serialize};

use super::Told;

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CreationView {
    pub name: String,
    /// Milliseconds since the person asked.
    pub running_ms: f64,
    pub phase: CreationPhase,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum CreationPhase {
    /// The keys there are, are being looked through; nothing was asked for yet, and calling it off is harmless.
    Looking,
    /// The vault is asked whether there is room; nothing was asked for yet, and calling it off is harmless.
    Preparing,
    /// Dfns was asked for the key; calling it off leaves in doubt whether it was made.
    Asked,
    /// The answer was doubtful; the list is being looked through for a key that may have been made.
    Verifying,
    /// The key is there, and its token on its way to its vault.
    Delivering,
    ReadingBack,
}

/// What is under way, and can be called off.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "of", rename_all = "camelCase")]
pub enum Operation {
    /// The check of a sign-in token.
    SignIn,
    Creation,
    Delivery,
    /// A test of a destination, or a check of names.
    Look,
    /// Of a key of the list.
    Revocation {
        id: KeyId,
    },
    /// Of the secrets that are held.
    Trial,
    /// Of the key whose token is held.
    HeldRevocation,
    /// Of the key that a notice names.
    NoticedRevocation {
        number: u32,
    },
}

/// What a service account or a personal access token is to be, beside its name.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TermsForm {
    /// A role's id; `null` for no permission yet.
    pub role: Option<String>,
    /// For how many days the token is to be good; `null` leaves that to Dfns.
    pub days: Option<u32>,
    pub key_type: NewKeyType,
}

impl TermsForm {
    pub fn wanted(&self) -> WantedTerms<'_> {
        WantedTerms { role: self.role.as_deref(), days: self.days, key_type: self.key_type }
    }
}

/// A role that can be given.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RoleView {
    #[serde(flatten)]
    pub role: Role,
    /// Whether whoever has it may do everything, or can come to: asked about outside the page.
    pub full_admin: bool,
}

impl From<Role> for RoleView {
    fn from(role: Role) -> Self {
        Self { full_admin: role.is_full_admin(), role }
    }
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RevealView {
    pub key: KeyView,
    /// How its roles stand to those that were asked for; `null` of what has none.
    pub roles_given: Option<RolesGiven>,
    pub replaces: Option<KeyView>,
    /// Its secrets, in the order in which they are shown.
    pub secrets: Vec<SecretView>,
    /// What can be read of the token; `null` where it does not decode, which is fine.
    pub facts: Option<TokenFactsView>,
    pub clipboard: ClipboardView,
    /// The programs that have taken a copy of it over, by name.
    pub taken_over: Vec<String>,
    /// Which secret's own window is open.
    pub shown: Option<SecretName>,
    /// Milliseconds until it closes.
    pub shown_for_ms: Option<f64>,
    /// Whether this system keeps screenshots from showing that window.
    pub capture_protected: bool,
    pub check: Option<Check>,
    /// Which secret that was of, where it is known.
    pub check_of: Option<SecretName>,
    /// Whether its secrets sign, and can be tried out.
    pub can_be_tried: bool,
    /// Milliseconds since that began, while it is under way.
    pub trying_ms: Option<f64>,
    pub tried: Option<TriedView>,
    /// Milliseconds until the token is wiped.
    pub wiped_in_ms: f64,
    /// Whether it is proven to be in a vault that keeps it: then Done does not ask.
    pub proven: bool,
    /// Whether a Check shows that the vault which has taken it keeps what it takes: it can have come from nowhere else.
    pub check_proves: bool,
    /// Milliseconds since its revocation was asked for, while it is under way.
    pub revoking_ms: Option<f64>,
    pub delivering: Option<DeliveringView>,
    pub delivered: Vec<DeliveredView>,
    pub undelivered: Option<UndeliveredView>,
}

/// How trying the held secrets out has ended.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TriedView {
    /// `null` where it is not known.
    pub outcome: Option<Tried>,
    /// What it means, and what to do.
    pub told: Told,
}

/// A held secret: what may be told of it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SecretView {
    pub name: SecretName,
    /// How many characters it has.
    pub length: u32,
    /// Whether it was copied back out of a vault, and was the same.
    pub checked: bool,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DeliveringView {
    pub vault: String,
    pub entry: String,
    pub step: Step,
    /// Milliseconds since it began.
    pub running_ms: f64,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DeliveredView {
    pub vault: String,
    pub entry: String,
    /// Whose account that is, where the vault tells.
    pub account: Option<String>,
    pub proof: Proof,
    /// When the vault deletes it by itself: ISO 8601, UTC; `null` where it keeps it.
    pub until: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct UndeliveredView {
    pub vault: String,
    pub entry: String,
    /// What is known, and what to do.
    pub told: Told,
}

/// A key, as Dfns told it. It crosses the border in this direction alone: the page names keys by their ids.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KeyView {
    #[serde(flatten)]
    pub key: Key,
    /// It works, or is in a state that is not known here.
    pub works: bool,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ListView {
    /// All of them, as Dfns lists them.
    pub keys: Vec<KeyView>,
    /// What is known of those that were asked for on this computer.
    pub known: Vec<KnownView>,
    /// What people have noted here of any of them.
    pub noted: Vec<NotedView>,
    /// The kinds that could not be listed now.
    pub unlisted: Vec<UnlistedView>,
}

/// What people have noted of a key.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NotedView {
    pub id: String,
    pub organization: String,
    pub notes: Notes,
}

/// A kind that could not be listed, with the reason.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct UnlistedView {
    pub kind: CredentialKind,
    pub told: Told,
}

/// What is known of a key that was asked for on this computer.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KnownView {
    pub id: String,
    pub whereabouts: Whereabouts,
    /// Whether nothing shows that its token is in a vault now.
    pub lost: bool,
    /// In which vault, where it was delivered from here.
    pub place: Option<String>,
    /// When that vault deletes it by itself: ISO 8601, UTC; `null` where it keeps it.
    pub until: Option<String>,
    /// When its token ends, likewise; `null` where that is not known.
    pub ends: Option<String>,
    /// Whether that is reckoned from the days that it was asked for with, since the token does not say.
    pub ends_reckoned: bool,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KeyDetailsView {
    /// As it is now; `null` where that could not be found out.
    pub key: Option<KeyView>,
    pub unread: Option<Told>,
    /// Why it cannot be told what happened to it on this computer, where the journal cannot be read.
    pub no_history: Option<Told>,
    /// What happened to it on this computer, oldest first; empty where the journal does not know it.
    pub history: Vec<HappenedView>,
    /// Whether it was made on this computer.
    pub made_here: bool,
    pub notes: Notes,
    /// When its token ends, as the journal knows: ISO 8601, UTC.
    pub ends: Option<String>,
    /// Whether that is reckoned.
    pub ends_reckoned: bool,
    pub receipt: bool,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct HappenedView {
    /// ISO 8601, UTC.
    pub at: String,
    pub what: Message,
    /// When the vault deletes what was stored then: ISO 8601, UTC.
    pub until: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ReceiptView {
    pub id: String,
    pub name: String,
    /// Line by line: what it is, and the fact.
    pub facts: Vec<(Message, Message)>,
}

/// What a token says of itself. Nothing of it is verified.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TokenFactsView {
    pub issuer: Option<String>,
    pub subject: Option<String>,
    /// ISO 8601, UTC.
    pub issued: Option<String>,
    /// ISO 8601, UTC.
    pub expires: Option<String>,
    /// Its id, which is the key's.
    pub id: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ClipboardView {
    Untouched,
    Live {
        /// Milliseconds until it is cleared.
        clears_in_ms: f64,
        /// Put there by Copy, rather than by the vault it was checked from.
        own: bool,
    },
    /// It could not be made sure of that it is there.
    Unsure {
        /// What is known, and what to do.
        problem: Told,
    },
    /// It was cleared just now; somebody may put it back yet.
    Clearing,
    /// It was cleared, and is gone.
    Cleared,
    /// Something else was copied since; that was left alone.
    Replaced,
    /// It could not be cleared.
    StillThere {
        /// Why, and what to do.
        problem: Told,
    },
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct NoticeView {
    /// Names the notice in commands.
    pub number: u32,
    pub kind: NoticeKind,
    pub key_name: String,
    /// The key, where it is known. Only then it can be revoked.
    pub key: Option<KeyView>,
    /// Whether the key is revoked as one of the list is, where its name is asked for.
    pub asks_name: bool,
    /// Whether what replaces it lacks roles that it has, which were found out.
    pub lacks_roles: bool,
    /// Whether a key of this name can be asked for in its place.
    pub anew: bool,
    /// The account that it belongs to, where that is not the one in use.
    pub account: Option<String>,
    /// The key that the one that was asked for is to replace.
    pub replaces: Option<KeyView>,
    /// What happened and what it means, and what to do.
    pub told: Told,
    /// Milliseconds since its revocation was asked for, while it is under way.
    pub revoking_ms: Option<f64>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum NoticeKind {
    /// Its token was wiped without a proof that it is in a vault.
    NotHandedOver,
    /// Its token is in a vault that deletes it by itself later.
    KeptForATime,
    /// Dfns may have made it: it is new under the name that was asked for.
    Candidate,
    /// The same, but somebody else is named as its author.
    OthersCandidate,
    /// Dfns may have made one, and none was found.
    Doubtful,
    WithoutToken,
    /// A policy holds its creation back.
    AwaitingApproval,
    /// Its token is in a vault, and the key that it replaces, which this names, still works.
    OldToRevoke,
    /// The same, and the key that it replaces, which this names, rests.
    OldToArchive,
    /// Its token was wiped, but could not be cleared from the clipboard.
    OnClipboard,
    /// It was to be revoked, and Dfns says that there is no such key.
    Gone,
}

/// A role that was to be given or taken, and is not settled.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RoleChangeView {
    /// Names it in commands.
    pub number: u32,
    pub operation: RoleOperation,
    pub state: OpenRoleState,
    pub key: KeyId,
    pub key_name: String,
    /// The role's id.
    pub role: String,
    pub role_name: String,
    /// The account that it belongs to, where that is not the one in use.
    pub account: Option<String>,
    /// What is known, and what to do.
    pub told: Told,
    /// Dfns is being asked what became of it.
    pub looking: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum OpenRoleState {
    /// Another admin has to approve of it.
    Pending,
    /// It is pending no longer, and is not so.
    Over,
    /// It may have been done.
    Doubtful,
}

/// The token's text, and for how long its window stays open. For that window alone.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TokenText<'a> {
    pub text: &'a str,
    pub key_name: &'a str,
    /// Milliseconds until the window closes by itself.
    pub closes_in_ms: f64,
    /// Whether this system keeps screenshots from showing the window.
    pub capture_protected: bool,
}
