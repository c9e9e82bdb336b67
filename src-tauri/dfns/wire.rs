//! The shapes on the wire. Fields that are not listed here are ignored in an answer and never sent.

use std::fmt;

use keybearer_core::{
    credential::CredentialKind,
    key::{Key, KeyId, KeyName, KeyStatus},
    secret::Secret,
};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::json;

/// The body of `POST /api-keys/`, byte for byte as the page has it: `scopes` is required, and the empty object.
pub(super) fn create_body(name: &KeyName) -> String {
    json!({ "name": name.as_str(), "scopes": {} }).to_string()
}

/// The answer to `GET /api-keys/`, read key by key: what is listed takes no more memory than the keys themselves.
#[derive(Deserialize)]
pub(super) struct ListBody {
    pub(super) items: Listed,
}

/// As many keys as a list may have, and whether there were more, which are not kept.
pub(super) struct Listed {
    pub(super) keys: Vec<ListedKey>,
    pub(super) more: bool,
}

/// More keys than this are no organization's: a list of 32 MiB would have to tell each of them in 168 bytes.
pub(super) const MOST_KEYS: usize = 200_000;

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items;
        impl<'de> Visitor<'de> for Items {
            type Value = Listed;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of keys")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Listed, A::Error> {
                let mut listed = Listed { keys: Vec::new(), more: false };
                while listed.keys.len() < MOST_KEYS {
                    match items.next_element::<ListedKey>()? {
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
        deserializer.deserialize_seq(Items)
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

impl<OneTime> KeyBody<OneTime> {
    pub(super) fn has_id(&self) -> bool {
        !self.id.is_empty()
    }

    pub(super) fn has_name(&self) -> bool {
        !self.name.is_empty()
    }

    pub(super) fn key(self, kind: CredentialKind) -> Key {
        Key {
            kind,
            id: KeyId(self.id),
            name: self.name,
            organization: self.org_id,
            author: self.author_id,
            created: self.date_created,
            status: KeyStatus::read(&self.status),
        }
    }
}
