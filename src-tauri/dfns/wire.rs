//! The shapes on the wire. Fields that are not listed here are ignored in an answer and never sent.

use std::{fmt, marker::PhantomData};

use keybearer_core::{
    credential::CredentialKind,
    key::{Key, KeyId, KeyName, KeyStatus, PublicKey, Signing},
    role::GivenRole,
    secret::Secret,
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::json;

/// The body of `POST /api-keys/`, byte for byte as the page has it: `scopes` is required, and the empty object.
pub(super) fn create_body(name: &KeyName) -> String {
    json!({ "name": name.as_str(), "scopes": {} }).to_string()
}

/// What stands for one key in an answer, whatever its kind.
pub(super) trait Body: DeserializeOwned {
    fn has_id(&self) -> bool;
    fn has_name(&self) -> bool;
    fn key(self, kind: CredentialKind) -> Key;
}

/// A list, read key by key: what is listed takes no more memory than the keys themselves.
#[derive(Deserialize)]
#[serde(bound = "B: Body")]
pub(super) struct ListBody<B> {
    pub(super) items: Listed<B>,
}

/// As many keys as a list may have, and whether there were more, which are not kept.
pub(super) struct Listed<B> {
    pub(super) keys: Vec<B>,
    pub(super) more: bool,
}

/// More keys than this are no organization's: a list of 32 MiB would have to tell each of them in 168 bytes.
pub(super) const MOST_KEYS: usize = 200_000;

impl<'de, B: Body> Deserialize<'de> for Listed<B> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<B>(PhantomData<B>);
        impl<'de, B: Body> Visitor<'de> for Items<B> {
            type Value = Listed<B>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of keys")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Listed<B>, A::Error> {
                let mut listed = Listed { keys: Vec::new(), more: false };
                while listed.keys.len() < MOST_KEYS {
                    match items.next_element::<B>()? {
                        Some(key) => listed.keys.push(key),
                        None => return Ok(listed),
                    }
                }
                while items.next_element::<IgnoredAny>()?.is_some() {
                    listed.more = true;
                }
                Ok(listed)
            }
        }
        deserializer.deserialize_seq(Items(PhantomData))
    }
}

/// A key of a list. A token has no place in it: one that came nevertheless is passed over.
pub(super) type ListedKey = KeyBody<IgnoredAny>;

/// A key; with its token in the answer to `POST /api-keys/` alone. No field is required, and one of a wrong type counts as
/// missing, since a token that came is worth more than what should stand around it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct KeyBody<OneTime = Secret> {
    #[serde(default, deserialize_with = "text")]
    id: String,
    #[serde(default, deserialize_with = "text")]
    name: String,
    #[serde(default, deserialize_with = "text")]
    org_id: String,
    #[serde(default, deserialize_with = "text")]
    status: String,
    #[serde(default, deserialize_with = "text")]
    author_id: String,
    #[serde(default, deserialize_with = "text")]
    date_created: String,
    pub(super) token: Option<OneTime>,
}

/// A text; anything else counts as none, and is passed over without being kept.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Text;
    impl<'de> Visitor<'de> for Text {
        type Value = String;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("anything")
        }
        fn visit_str<E>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }
        fn visit_string<E>(self, text: String) -> Result<String, E> {
            Ok(text)
        }
        fn visit_bool<E>(self, _: bool) -> Result<String, E> {
            Ok(String::new())
        }
        fn visit_i64<E>(self, _: i64) -> Result<String, E> {
            Ok(String::new())
        }
        fn visit_u64<E>(self, _: u64) -> Result<String, E> {
            Ok(String::new())
        }
        fn visit_f64<E>(self, _: f64) -> Result<String, E> {
            Ok(String::new())
        }
        fn visit_unit<E>(self) -> Result<String, E> {
            Ok(String::new())
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<String, A::Error> {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            Ok(String::new())
        }
        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<String, A::Error> {
            while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(String::new())
        }
    }
    deserializer.deserialize_any(Text)
}

/// What it is; anything else counts as nothing, and is passed over.
pub(super) fn lenient<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either<T> {
        Right(T),
        Wrong(IgnoredAny),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Right(value) => value,
        Either::Wrong(_) => T::default(),
    })
}

impl<OneTime: DeserializeOwned> Body for KeyBody<OneTime> {
    fn has_id(&self) -> bool {
        !self.id.is_empty()
    }

    fn has_name(&self) -> bool {
        !self.name.is_empty()
    }

    fn key(self, kind: CredentialKind) -> Key {
        Key {
            kind,
            id: KeyId(self.id),
            name: self.name,
            organization: self.org_id,
            author: self.author_id,
            created: self.date_created,
            status: KeyStatus::read(&self.status),
            expires: None,
            signing: None,
        }
    }
}

/// A service account, which has one token; with its text in the answer to the request for it alone.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountBody<OneTime = Secret> {
    #[serde(default, deserialize_with = "lenient")]
    user_info: UserInfo,
    #[serde(default = "Vec::new")]
    access_tokens: Vec<AccessTokenBody<OneTime>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserInfo {
    #[serde(default, deserialize_with = "text")]
    user_id: String,
    #[serde(default, deserialize_with = "text")]
    name: String,
    #[serde(default, deserialize_with = "text")]
    org_id: String,
    #[serde(default, deserialize_with = "lenient")]
    is_active: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    permission_assignments: Vec<AssignmentBody>,
}

/// A personal access token, or the token of a service account. As with a key, nothing around the token is required.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccessTokenBody<OneTime = Secret> {
    access_token: Option<OneTime>,
    #[serde(default, deserialize_with = "text")]
    token_id: String,
    #[serde(default, deserialize_with = "text")]
    cred_id: String,
    #[serde(default, deserialize_with = "text")]
    name: String,
    #[serde(default, deserialize_with = "text")]
    org_id: String,
    #[serde(default, deserialize_with = "text")]
    linked_user_id: String,
    #[serde(default, deserialize_with = "text")]
    date_created: String,
    #[serde(default, deserialize_with = "text")]
    public_key: String,
    #[serde(default, deserialize_with = "lenient")]
    is_active: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    permission_assignments: Vec<AssignmentBody>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssignmentBody {
    #[serde(default, deserialize_with = "text")]
    permission_id: String,
    #[serde(default, deserialize_with = "text")]
    permission_name: String,
    #[serde(default, deserialize_with = "text")]
    assignment_id: String,
}

/// What was made, where the answer names it, and its token.
pub(super) type Made = (Option<Key>, Option<Secret>);

impl AccountBody {
    pub(super) fn made(mut self, kind: CredentialKind) -> Made {
        let token = self.access_tokens.iter_mut().find_map(|token| token.access_token.take());
        (self.has_id().then(|| self.key(kind)), token)
    }
}

impl AccessTokenBody {
    pub(super) fn made(mut self, kind: CredentialKind) -> Made {
        let token = self.access_token.take();
        (self.has_id().then(|| self.key(kind)), token)
    }
}

impl<OneTime: DeserializeOwned> Body for AccountBody<OneTime> {
    fn has_id(&self) -> bool {
        !self.user_info.user_id.is_empty()
    }

    fn has_name(&self) -> bool {
        !self.user_info.name.is_empty()
    }

    fn key(self, kind: CredentialKind) -> Key {
        let UserInfo { user_id, name, org_id, is_active, permission_assignments } = self.user_info;
        let token = self.access_tokens.into_iter().next().map(|token| token.key(kind));
        let (created, signing) = token.map(|token| (token.created, token.signing)).unwrap_or_default();
        Key {
            kind,
            id: KeyId(user_id),
            name,
            organization: org_id,
            // Dfns does not tell who made it.
            author: String::new(),
            created,
            status: status(is_active),
            expires: None,
            signing: Some(Signing { roles: roles(permission_assignments), ..signing.unwrap_or_default() }),
        }
    }
}

impl<OneTime: DeserializeOwned> Body for AccessTokenBody<OneTime> {
    fn has_id(&self) -> bool {
        !self.token_id.is_empty()
    }

    fn has_name(&self) -> bool {
        !self.name.is_empty()
    }

    fn key(self, kind: CredentialKind) -> Key {
        Key {
            kind,
            id: KeyId(self.token_id),
            name: self.name,
            organization: self.org_id,
            author: self.linked_user_id,
            created: self.date_created,
            status: status(self.is_active),
            expires: None,
            signing: Some(Signing {
                credential: self.cred_id,
                public_key: PublicKey::of_pem(&self.public_key),
                roles: roles(self.permission_assignments),
            }),
        }
    }
}

fn status(is_active: Option<bool>) -> KeyStatus {
    match is_active {
        Some(true) => KeyStatus::Active,
        Some(false) => KeyStatus::inactive(),
        None => KeyStatus::Other("Unknown".to_owned()),
    }
}

fn roles(assignments: Vec<AssignmentBody>) -> Vec<GivenRole> {
    let given = assignments.into_iter().map(|it| GivenRole {
        id: it.permission_id,
        name: it.permission_name,
        assignment: Some(it.assignment_id).filter(|id| !id.is_empty()),
    });
    given.filter(|role| !role.id.is_empty()).collect()
}
