//! The shapes on the wire. Fields that are not listed here are ignored in an answer and never sent.

use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};

use crate::{
    key::{Key, KeyId, KeyName, KeyStatus},
    token::Token,
};

/// The body of `POST /api-keys/`, byte for byte as the page has it: `scopes` is required, and the empty object.
pub(super) fn create_body(name: &KeyName) -> Vec<u8> {
    #[derive(Serialize)]
    struct Scopes {}
    #[derive(Serialize)]
    struct Body<'a> {
        name: &'a str,
        scopes: Scopes,
    }
    serde_json::to_vec(&Body { name: name.as_str(), scopes: Scopes {} })
        .expect("a text and an empty object always serialize")
}

/// The answer to `GET /api-keys/`.
#[derive(Deserialize)]
pub(super) struct ListBody {
    pub(super) items: Vec<KeyBody>,
}

/// A key; with its token in the answer to `POST /api-keys/` alone. No field is required, and one of a wrong type counts as
/// missing, since a token that came is worth more than what should stand around it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct KeyBody {
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
    pub(super) token: Option<Token>,
}

/// A text; anything else counts as none.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Field {
        Text(String),
        Other(IgnoredAny),
    }
    Ok(match Field::deserialize(deserializer)? {
        Field::Text(text) => text,
        Field::Other(_) => String::new(),
    })
}

impl KeyBody {
    pub(super) fn has_id(&self) -> bool {
        !self.id.is_empty()
    }
}

impl From<KeyBody> for Key {
    fn from(body: KeyBody) -> Self {
        Self {
            id: KeyId(body.id),
            name: body.name,
            organization: body.org_id,
            author: body.author_id,
            created: body.date_created,
            status: KeyStatus::read(&body.status),
        }
    }
}
