//! How secrets stand on a program's standard input.

use std::io::{self, Write};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use zeroize::Zeroizing;

use super::entry_names::{Names, Template};
use crate::{
    credential::{SecretName, Secrets},
    delivery::Entry,
    words::{self, Message},
};

/// How they stand there.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// Their bytes, and nothing else; where there are several, one to a line.
    #[default]
    Raw,
    /// The same, and the end of a line, for programs that read a line.
    Line,
    /// JSON, by a template.
    Json,
    /// The same in base64.
    Base64Json,
}

/// The secret whose place in a template this is: a text of its own, `{token}`.
fn place(text: &str) -> Option<SecretName> {
    let name = text.strip_prefix('{')?.strip_suffix('}')?;
    SecretName::ALL.iter().copied().find(|each| each.as_str() == name)
}

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
        Value::String(text) => usize::from(place(text).is_some()),
        Value::Array(all) => all.iter().map(count).sum(),
        Value::Object(all) => all.values().map(count).sum(),
        _ => 0,
    }
}

fn check_places(template: &Value) -> Result<(), Message> {
    match template {
        Value::String(text) if place(text).is_some() => Ok(()),
        Value::String(text) => Template::parse(text).map(drop),
        Value::Array(all) => all.iter().try_for_each(check_places),
        Value::Object(all) => all.values().try_for_each(check_places),
        _ => Ok(()),
    }
}

/// The input, with the secrets in it. Written in one piece, so that no growing leaves parts of them behind.
pub fn made(
    input: Input,
    template: Option<&Value>,
    names: Names,
    entry: &Entry,
    secrets: &Secrets,
) -> Zeroizing<Vec<u8>> {
    match (input, template) {
        (Input::Json | Input::Base64Json, Some(template)) => {
            let filled = Filled { template, names, entry, secrets };
            let mut length = Length(0);
            serde_json::to_writer(&mut length, &filled).expect("JSON always serializes");
            let mut json = Zeroizing::new(Vec::with_capacity(length.0));
            serde_json::to_writer(&mut *json, &filled).expect("JSON always serializes");
            if input == Input::Json {
                return json;
            }
            let mut encoded = Zeroizing::new(vec![0; json.len().div_ceil(3) * 4]);
            let length = STANDARD.encode_slice(&*json, &mut encoded).expect("it has room for it");
            encoded.truncate(length);
            encoded
        }
        _ => {
            let mut bytes = secrets.one_to_a_line("give it to the program on its standard input");
            if input == Input::Line {
                bytes.push(b'\n');
            }
            bytes
        }
    }
}

/// A template with what is known of the entry, and the secrets in their places.
struct Filled<'a> {
    template: &'a Value,
    names: Names,
    entry: &'a Entry,
    secrets: &'a Secrets,
}

impl Serialize for Filled<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let within = |template| Filled { template, ..*self };
        match self.template {
            Value::String(text) => match (place(text).and_then(|name| self.secrets.get(name)), Template::parse(text)) {
                (Some(secret), _) => serializer.serialize_str(secret.open("write it into what the program gets")),
                (None, Ok(template)) => serializer.serialize_str(&template.fill(self.names, self.entry)),
                (None, Err(_)) => serializer.serialize_str(text),
            },
            Value::Array(all) => serializer.collect_seq(all.iter().map(within)),
            Value::Object(all) => serializer.collect_map(all.iter().map(|(name, each)| (name, within(each)))),
            other => other.serialize(serializer),
        }
    }
}

/// How many bytes were written.
struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::secret::Secret;

    fn of(text: &str) -> Secrets {
        Secrets::token(Secret::new(text.into()).expect("it is not empty"))
    }

    fn entry() -> Entry {
        Entry { key_name: "a \"b\"".into(), key_id: Some("api-1".into()), ..Entry::default() }
    }

    #[test]
    fn a_token_stands_there_as_it_is_or_with_the_end_of_a_line() {
        assert_eq!(*made(Input::Raw, None, Names::Plain, &entry(), &of("t\u{f6}k")), "t\u{f6}k".as_bytes());
        assert_eq!(*made(Input::Line, None, Names::Plain, &entry(), &of("tok")), *b"tok\n");
    }

    #[test]
    fn in_json_it_is_what_it_is_whatever_it_holds() {
        let template = json!({ "title": "{key_name}", "fields": [{ "id": "{key_id}", "value": "{token}" }, 7, null] });
        let token = "q\"uote \\ {key_id} \u{0} é\n";
        for input in [Input::Json, Input::Base64Json] {
            check(input, Some(&template)).expect("it is fine");
            let made = made(input, Some(&template), Names::Readable, &entry(), &of(token));
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
