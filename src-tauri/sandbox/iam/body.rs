//! Bodies as Dfns takes them: strictly.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::api::Refusal;

/// An object of exactly these fields; the refusal names the one that is wrong.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    // A list would else be taken for an object of its elements.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(Refusal::bad_request("The request body is not a JSON object."));
    }
    serde_json::from_slice(body)
        .map_err(|error| Refusal::bad_request(format_args!("The request body is wrong: {error}")))
}

/// As [`parse`], for a body that may be left out.
pub(super) fn parse_optional<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    parse(if body.is_empty() { b"{}" } else { body })
}

/// A field that may be left out, but not be null.
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The bytes of a field in base64url without padding.
pub(super) fn base64url(field: &str, text: &str) -> Result<Vec<u8>, Refusal> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Refusal::bad_request(format_args!("{field}: must be base64url without padding.")))
}

/// A name that is not empty.
pub(super) fn name(name: String) -> Result<String, Refusal> {
    if name.trim().is_empty() { Err(Refusal::bad_request("name: must not be empty.")) } else { Ok(name) }
}

/// A body without any field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "whether it is read, not what is in it")]
    struct Body {
        name: String,
        #[serde(default, deserialize_with = "given")]
        force: Option<bool>,
    }

    #[test]
    fn what_is_not_the_object_is_refused_and_named() {
        for (body, word) in [
            (r#"{"name":"n","maid":1}"#, "maid"),
            (r#"{"name":"n","name":"n"}"#, "name"),
            (r#"{"name":"n","force":null}"#, "null"),
            (r#"{"force":true}"#, "name"),
            (r#"["n"]"#, "object"),
            ("", "object"),
            (r#"{"name":"n"} {}"#, "trailing"),
        ] {
            let refusal = parse::<Body>(body.as_bytes()).err().expect(body);
            assert!(refusal.message().contains(word), "{}", refusal.message());
        }
        assert!(parse::<Body>(br#" {"name":"n"}"#).is_ok());
        assert!(parse_optional::<Nothing>(b"").is_ok());
    }

    #[test]
    fn base64url_is_without_padding_and_of_its_own_alphabet() {
        assert_eq!(base64url("f", "-_8").ok(), Some(vec![0xfb, 0xff]));
        for text in ["-_8=", "+/8", "-_8 ", "-_9"] {
            assert!(base64url("f", text).is_err(), "{text}");
        }
    }
}
