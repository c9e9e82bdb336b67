//! What Dfns knows: keys, their names and states; and the calls that Keybearer makes about them.

use std::{fmt, future::Future, pin::Pin};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    credential::{CredentialKind, Secrets, UserAction},
    failure::{Failure, NameProblem},
    naming,
    order::Order,
    role::{Assigned, Assignment, GivenRole, Role},
    words::{self, Message},
};

/// A key's name, valid by construction: not empty, of what people can see alone, no secret, and no longer than anybody
/// reads. Dfns documents no limit of its own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyName(String);

impl KeyName {
    /// # Errors
    /// [`Failure::Name`]; else as [`naming::parse`].
    pub fn parse(text: &str) -> Result<Self, Failure> {
        match naming::parse(text)? {
            name if name.is_empty() => Err(Failure::Name(NameProblem::Empty)),
            name => Ok(Self(name)),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A key's id, `api-cat-freddie-a150fe2ce0`, `us-…` of a service account, `to-…` of a personal access token; as Dfns told it, so it
/// may hold anything.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct KeyId(pub String);

/// Dfns' ids have some thirty characters.
const LONGEST_ID: usize = 200;

impl KeyId {
    /// Whether it can stand in a path. Whatever is not plainly an id could lead elsewhere: addresses drop white space and
    /// control characters, and servers and proxies decode what is escaped, so that the request would go to another key or
    /// to all of them.
    pub fn is_plain(&self) -> bool {
        is_plain_id(&self.0)
    }
}

/// The same of any id of Dfns'.
pub fn is_plain_id(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(is_plain)
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "String", into = "String")]
pub enum KeyStatus {
    Active,
    /// It was revoked: `Revoked` on Dfns' pages, `Archived` in its OpenAPI. Kept as it came.
    Revoked(String),
    /// A state not known here, as it came.
    Other(String),
}

impl KeyStatus {
    pub fn read(text: &str) -> Self {
        match text {
            "Active" => Self::Active,
            "Revoked" | "Archived" => Self::Revoked(text.to_owned()),
            other => Self::Other(other.to_owned()),
        }
    }

    /// Of one that rests: nothing works with it until it is activated again.
    pub fn inactive() -> Self {
        Self::Other("Inactive".to_owned())
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "Active",
            Self::Revoked(text) | Self::Other(text) => text,
        }
    }
}

impl From<String> for KeyStatus {
    fn from(text: String) -> Self {
        Self::read(&text)
    }
}

impl From<KeyStatus> for String {
    fn from(status: KeyStatus) -> Self {
        status.as_str().to_owned()
    }
}

/// The public half of a key pair: SPKI in DER, as base64 on one line. Two texts of one key are one.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PublicKey(String);

impl PublicKey {
    pub fn of_der(der: &[u8]) -> Self {
        Self(STANDARD.encode(der))
    }

    /// From PEM, as whoever wrote it; `None` where it is none.
    pub fn of_pem(pem: &str) -> Option<Self> {
        let (_, rest) = pem.split_once("-----BEGIN PUBLIC KEY-----")?;
        let (base64, _) = rest.split_once("-----END PUBLIC KEY-----")?;
        let base64: String = base64.chars().filter(|each| !each.is_ascii_whitespace()).collect();
        let der = STANDARD.decode(base64).ok().filter(|der| !der.is_empty())?;
        Some(Self::of_der(&der))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What can be changed about a service account or a personal access token, to and fro.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change {
    Rename(KeyName),
    /// Whatever uses it stops working, until it is activated again.
    Deactivate,
    Activate,
}

impl Change {
    /// Whether it is so by now.
    pub fn is_made_in(&self, key: &Key) -> bool {
        match self {
            Self::Rename(name) => key.name == name.as_str(),
            Self::Deactivate => key.status == KeyStatus::inactive(),
            Self::Activate => key.status == KeyStatus::Active,
        }
    }
}

/// What a service account or a personal access token has beside its token.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Signing {
    /// Its credential's id, `cr-…`; empty where Dfns did not tell it.
    pub credential: String,
    /// By which its owner knows it again. Of no use to anybody once that is settled, so it is kept nowhere.
    #[serde(skip)]
    pub public_key: Option<PublicKey>,
    pub roles: Vec<GivenRole>,
}

/// A key, without its secrets; as it stands in the journal, and as the page has it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Key {
    #[serde(default)]
    pub kind: CredentialKind,
    pub id: KeyId,
    /// Its name, as Dfns tells it; several keys may share one.
    pub name: String,
    /// `cu-…`
    pub organization: String,
    /// `ce-…`
    pub author: String,
    /// ISO 8601 with milliseconds, UTC; as it came.
    pub created: String,
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub status: KeyStatus,
    /// When its token ends: ISO 8601, UTC. Known of what was made here, and only where the token told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub expires: Option<String>,
    /// Of a kind that signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub signing: Option<Signing>,
}

impl Key {
    /// Of which nothing is known but this.
    pub fn of_id(kind: CredentialKind, id: KeyId, status: KeyStatus) -> Self {
        let [name, organization, author, created] = [const { String::new() }; 4];
        Self { kind, id, name, organization, author, created, status, expires: None, signing: None }
    }

    /// Whether it is the one that was made with this public key; `None` where it does not tell its own.
    pub fn is_of(&self, public_key: &PublicKey) -> Option<bool> {
        Some(self.signing.as_ref()?.public_key.as_ref()? == public_key)
    }

    /// Of a kind that signs; else none.
    pub fn roles(&self) -> &[GivenRole] {
        self.signing.as_ref().map(|signing| signing.roles.as_slice()).unwrap_or_default()
    }

    /// To whom a role is given that this is to have: of a service account its `us-…`, of a personal access token its `to-…`, since
    /// its `us-…` would be its owner's. Dfns' documents leave the latter open; the list of assignments shows who got it.
    pub fn identity(&self) -> &KeyId {
        &self.id
    }

    pub fn is_revoked(&self) -> bool {
        matches!(self.status, KeyStatus::Revoked(_))
    }
}

/// What the ids of accounts in the sandbox begin with, as no other's do.
pub(crate) const OF_SANDBOX: &str = "sandbox-";

/// Whose keys they are. An account may be signed in to under another id later; the user of a Dfns stays.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Owner {
    pub account: String,
    pub label: String,
    /// The address of its Dfns.
    pub base: String,
    /// Its organization, where the sign-in token told it.
    pub organization: Option<String>,
    /// Its user, likewise.
    pub user: Option<String>,
    /// The user's id, as keys name their authors, likewise.
    pub author: Option<String>,
}

impl Owner {
    /// Whether this is the same user of the same Dfns, under whatever account. One account is one user, unless what the
    /// sign-in tokens told says otherwise.
    pub fn is_same_user(&self, other: &Self) -> bool {
        let one_account = self.account == other.account
            && !differ(self.user.as_ref(), other.user.as_ref())
            && !differ(self.organization.as_ref(), other.organization.as_ref());
        let one_user = self.base == other.base
            && self.user.is_some()
            && (&self.user, &self.organization) == (&other.user, &other.organization);
        one_account || one_user
    }

    /// Whether both may see the same keys: they are of one Dfns, and nothing tells that they are of two organizations.
    pub fn may_share_keys(&self, other: &Self) -> bool {
        self.base == other.base && !differ(self.organization.as_ref(), other.organization.as_ref())
    }

    /// Whether they are keys of the sandbox inside this app, which ends with it.
    pub fn is_of_sandbox(&self) -> bool {
        self.account.starts_with(OF_SANDBOX)
    }
}

/// Whether both were told, and are not the same: what was not told contradicts nothing.
pub(crate) fn differ(one: Option<&String>, other: Option<&String>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

/// Whether people would take both for one name: they look the same to the eye, whatever their case.
pub fn is_same_name(one: &str, other: &str) -> bool {
    naming::folded(one) == naming::folded(other)
}

/// A server that cuts names keeps at least so many of their letters and digits.
const CUT_AT: usize = 20;

/// Whether a server may have made one name of the other: the same letters and digits with other marks between them, or cut
/// short.
pub fn may_be_made_of(name: &str, wanted: &str) -> bool {
    let (name, wanted) = (naming::folded(name), naming::folded(wanted));
    let letters = |name: &str| name.chars().filter(|each| each.is_alphanumeric()).collect::<String>();
    let (made, whole) = (letters(&name), letters(&wanted));
    let is_cut = || whole.starts_with(&made) && made.chars().count() >= CUT_AT;
    name == wanted || (!made.is_empty() && (made == whole || is_cut()))
}

/// What became of a request for a key that was answered clearly.
#[derive(Debug)]
pub enum Created {
    /// It exists, and these are its secrets.
    WithSecrets(Key, Secrets),
    /// It exists, but no secret came with it.
    WithoutSecrets(Key),
    /// A policy holds it back (202); no secret came, and none will come to this request.
    AwaitingApproval,
}

/// What a signature has shown that was made with all of a new credential's secrets, and is never used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Tried {
    /// Dfns took it: they belong together, and work.
    Proven,
    /// Dfns does not take the token.
    TokenRefused,
    /// Dfns takes the token, and not this credential with it.
    OtherCredential,
    /// Dfns takes both, and not what the private key signs.
    SignatureRefused,
    /// Dfns did not so much as let it be signed, perhaps for want of a permission: it says nothing of the secrets.
    NotLet,
}

impl Tried {
    pub fn message(self) -> Message {
        match self {
            Self::Proven => words::tried_proven(),
            Self::TokenRefused => words::tried_token_refused(),
            Self::OtherCredential => words::tried_other_credential(),
            Self::SignatureRefused => words::tried_signature_refused(),
            Self::NotLet => words::tried_not_let(),
        }
    }

    /// What to do about it.
    pub fn hint(self) -> Option<Message> {
        match self {
            Self::Proven => None,
            Self::TokenRefused => Some(words::tried_token_refused_hint()),
            Self::OtherCredential | Self::SignatureRefused => Some(words::tried_unusable_hint()),
            Self::NotLet => Some(words::tried_not_let_hint()),
        }
    }
}

/// The answer to a call, some time later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// The calls about keys, as the use cases need them: one signed-in user at one environment.
pub trait KeyApi: Send + Sync {
    /// Has the request for a key signed, where its kind wants that. Nothing is made by it: where it fails, none was asked for.
    fn sign<'a>(&'a self, order: &'a Order) -> Answer<'a, UserAction>;
    /// Asks for a key. Never tried again by itself, since each call makes a key.
    fn create<'a>(&'a self, order: &'a Order, action: UserAction) -> Answer<'a, Created>;
    /// Every key of a kind that this user may see.
    fn list(&self, kind: CredentialKind) -> Answer<'_, Vec<Key>>;
    /// The roles that are not archived.
    fn roles(&self) -> Answer<'_, Vec<Role>>;
    fn read<'a>(&'a self, kind: CredentialKind, id: &'a KeyId) -> Answer<'a, Key>;
    /// Revokes one key, or archives it, as Dfns calls that of kinds that sign, and has it signed; its secrets are dead from then on.
    fn revoke<'a>(&'a self, kind: CredentialKind, id: &'a KeyId) -> Answer<'a, Key>;
    /// Renames one of a kind that signs, or has it rest or work again, and has that signed: how it is afterwards.
    fn change<'a>(&'a self, kind: CredentialKind, id: &'a KeyId, change: &'a Change) -> Answer<'a, Key>;
    /// Gives a role (`pm-…`) to [`Key::identity`], and has that signed. The answer alone does not show that it has it.
    fn assign<'a>(&'a self, role: &'a str, identity: &'a KeyId) -> Answer<'a, Assigned>;
    /// Takes a role by its assignment (`as-…`), and has that signed. The answer alone does not show that it is gone.
    fn unassign<'a>(&'a self, role: &'a str, assignment: &'a str) -> Answer<'a, Assigned>;
    /// To whom a role is given, or is to be once another admin approves.
    fn assignments<'a>(&'a self, role: &'a str) -> Answer<'a, Vec<Assignment>>;
    /// Has something signed with the secrets of a new credential, and with nothing else, which is then neither asked for nor kept:
    /// nothing is made or changed by it. Where it fails, nothing is known of them.
    fn try_out<'a>(&'a self, secrets: &'a Secrets) -> Answer<'a, Tried>;
    /// Whether a text holds the sign-in token that these calls are made with.
    fn is_token_in(&self, _text: &str) -> bool {
        false
    }
    /// How far the server's clock was ahead of this computer's at its last answer, to the second; `None` where it did
    /// not tell.
    fn clock_ahead(&self) -> Option<time::Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_otherwise_kept() {
        for (text, name) in [("  Server Key 3 ", "Server Key 3"), ("\u{202e}ab", "ab"), ("🔑", "🔑")] {
            assert_eq!(KeyName::parse(text).expect("a name").as_str(), name);
        }
    }

    #[test]
    fn what_a_server_makes_of_a_name_is_told_from_another_name() {
        let long = "Settlement of the treasury in Zürich";
        for (name, wanted) in [
            ("server-key-3", "Server Key 3"),
            ("SERVER_KEY_3", "Server Key 3"),
            ("🔑", "🔑"),
            ("Settlement of the treasury", long),
        ] {
            assert!(may_be_made_of(name, wanted), "{name} of {wanted}");
        }
        for (name, wanted) in
            [("Server Key", "Server Key 3"), ("Server Key 31", "Server Key 3"), ("-", "🔑"), ("", "a")]
        {
            assert!(!may_be_made_of(name, wanted), "{name} of {wanted}");
        }
    }

    #[test]
    fn an_empty_name_and_one_with_control_characters_are_refused() {
        assert!(matches!(KeyName::parse(" \t "), Err(Failure::Name(NameProblem::Empty))));
        assert!(matches!(KeyName::parse("\u{200b}\u{2800}"), Err(Failure::Name(NameProblem::Empty))));
        assert!(matches!(KeyName::parse("a\nb"), Err(Failure::Name(NameProblem::Control))));
        assert!(matches!(KeyName::parse("a\u{0}b"), Err(Failure::Name(NameProblem::Control))));
    }

    #[test]
    fn a_public_key_is_the_same_however_it_is_written() {
        let der = [0x30, 0x59, 0x30, 0x13, 7, 8, 9];
        let base64 = STANDARD.encode(der);
        let (first, last) = base64.split_at(5);
        for pem in [
            format!("-----BEGIN PUBLIC KEY-----\n{base64}\n-----END PUBLIC KEY-----"),
            format!("\u{feff}-----BEGIN PUBLIC KEY-----\r\n{first}\r\n{last}\r\n-----END PUBLIC KEY-----\r\n"),
        ] {
            assert_eq!(PublicKey::of_pem(&pem), Some(PublicKey::of_der(&der)), "{pem}");
        }
        for none in ["", "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----", &base64] {
            assert_eq!(PublicKey::of_pem(none), None, "{none}");
        }
    }

    #[test]
    fn revoked_and_archived_are_both_revoked_and_others_stay_as_they_came() {
        assert!(matches!(KeyStatus::read("Archived"), KeyStatus::Revoked(_)));
        assert!(matches!(KeyStatus::read("Revoked"), KeyStatus::Revoked(_)));
        assert_eq!(KeyStatus::read("Frozen").as_str(), "Frozen");
    }
}
