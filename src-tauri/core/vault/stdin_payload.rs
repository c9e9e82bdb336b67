//! How a token stands on a program's standard input.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use super::entry_names::{Names, Template};
use crate::{
    delivery::Entry,
    words::{self, Message},
};

/// How a token stands there.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// Its bytes, and nothing else.
    #[default]
    Raw,
    /// Its bytes, and the end of a line, for programs that read a line.
    Line,
    /// JSON, by a template.
    Json,
    /// The same in base64.
    Base64Json,
}

/// Where the token goes in a template: a text of its own.
const TOKEN: &str = "{token}";

/// Checks that there is a template where one is needed, with a place for the token.
///
/// # Errors
/// In words.
pub(super) fn check(input: Input, template: Option<&Value>) -> Result<(), Message> {
    match (input, template) {
        (Input::Raw | Input::Line, None) => Ok(()),
        (Input::Raw | Input::Line, Some(_)) => Err(words::unusable_template_unneeded()),
        (Input::Json | Input::Base64Json, None) => Err(words::unusable_template_missing()),
        (Input::Json | Input::Base64Json, Some(template)) => {
            if count(template) == 0 {
                return Err(words::unusable_template_token());
            }
            check_places(template)
        }
    }
}

fn count(template: &Value) -> usize {
    match template {
        Value::String(text) => usize::from(text == TOKEN),
        Value::Array(all) => all.iter().map(count).sum(),
        Value::Object(all) => all.values().map(count).sum(),
        _ => 0,
    }
}

fn check_places(template: &Value) -> Result<(), Message> {
    match template {
        Value::String(text) if text == TOKEN => Ok(()),
        Value::String(text) => Template::parse(text).map(drop),
        Value::Array(all) => all.iter().try_for_each(check_places),
        Value::Object(all) => all.values().try_for_each(check_places),
        _ => Ok(()),
    }
}

/// The input, with the token in it. Written in one piece, so that no growing leaves parts of it behind.
#[must_use]
pub fn made(input: Input, template: Option<&Value>, names: Names, entry: &Entry, token: &str) -> Zeroizing<Vec<u8>> {
    match (input, template) {
        (Input::Json | Input::Base64Json, Some(template)) => {
            let around = serde_json::to_string(&filled(template, names, entry)).expect("JSON always serializes");
            let places = around.matches(MARK).count();
            let mut json = Zeroizing::new(Vec::with_capacity(around.len() + places * (token.len() * 6 + 2)));
            for (place, part) in around.split(MARK).enumerate() {
                if place > 0 {
                    serde_json::to_writer(&mut *json, token).expect("texts always serialize");
                }
                json.extend_from_slice(part.as_bytes());
            }
            if input == Input::Json {
                return json;
            }
            let mut encoded = Zeroizing::new(vec![0; json.len().div_ceil(3) * 4]);
            let length = STANDARD.encode_slice(&*json, &mut encoded).expect("it has room for it");
            encoded.truncate(length);
            encoded
        }
        _ => {
            let mut bytes = Zeroizing::new(Vec::with_capacity(token.len() + 1));
            bytes.extend_from_slice(token.as_bytes());
            if input == Input::Line {
                bytes.push(b'\n');
            }
            bytes
        }
    }
}

/// A text that no other can serialize to, since a NUL is escaped in JSON and is no part of a template.
const MARK: &str = "\"\\u0000token\\u0000\"";

/// The template with what is known of the entry, and marks where the token goes.
fn filled(template: &Value, names: Names, entry: &Entry) -> Value {
    match template {
        Value::String(text) if text == TOKEN => Value::String("\0token\0".to_owned()),
        Value::String(text) => match Template::parse(text) {
            Ok(template) => Value::String(template.fill(names, entry)),
            Err(_) => template.clone(),
        },
        Value::Array(all) => all.iter().map(|each| filled(each, names, entry)).collect(),
        Value::Object(all) => {
            Value::Object(all.iter().map(|(name, each)| (name.clone(), filled(each, names, entry))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry() -> Entry {
        Entry { key_name: "a \"b\"".into(), key_id: Some("api-1".into()), organization: None, replaces: None }
    }

    #[test]
    fn a_token_stands_there_as_it_is_or_with_the_end_of_a_line() {
        assert_eq!(*made(Input::Raw, None, Names::Plain, &entry(), "t\u{f6}k"), "t\u{f6}k".as_bytes());
        assert_eq!(*made(Input::Line, None, Names::Plain, &entry(), "tok"), *b"tok\n");
    }

    #[test]
    fn in_json_it_is_what_it_is_whatever_it_holds() {
        let template = json!({ "title": "{key_name}", "fields": [{ "id": "{key_id}", "value": "{token}" }, 7, null] });
        let token = "q\"uote \\ {key_id} \u{0} é\n";
        for input in [Input::Json, Input::Base64Json] {
            check(input, Some(&template)).expect("it is fine");
            let made = made(input, Some(&template), Names::Readable, &entry(), token);
            let json = match input {
                Input::Json => made.to_vec(),
                _ => STANDARD.decode(&*made).expect("base64"),
            };
            let read: Value = serde_json::from_slice(&json).expect("JSON");
            assert_eq!(read["fields"][0]["value"], token);
            assert_eq!(read["fields"][0]["id"], "api-1");
            assert_eq!(read["title"], Names::Readable.of("a \"b\""));
        }
    }

    #[test]
    fn a_template_without_a_place_for_the_token_is_refused() {
        assert!(check(Input::Json, Some(&json!({ "value": "my {token}" }))).is_err());
        assert!(check(Input::Json, Some(&json!({ "value": "{token}", "name": "{nam}" }))).is_err());
        assert!(check(Input::Json, None).is_err() && check(Input::Raw, Some(&json!("{token}"))).is_err());
    }
}
