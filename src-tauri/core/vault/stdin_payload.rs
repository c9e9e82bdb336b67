//! How secrets stand on a program's standard input.

use std::{
    borrow::Cow,
    io::{self, Write},
    iter,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::entry_names::{Names, Template};
use crate::{
    credential::{SecretName, Secrets},
    delivery::{Entry, FACTS},
    secret::Secret,
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
    /// A line `NAME="text"` for each member of a template, as files of variables have them. The end of a line within a text is
    /// written `\n`.
    Dotenv,
}

/// What a text of its own in a template stands for.
enum Place {
    /// `{token}`
    Secret(SecretName),
    /// `{made_by}`
    Fact(&'static str),
}

fn place(text: &str) -> Option<Place> {
    let name = text.strip_prefix('{')?.strip_suffix('}')?;
    let secret = SecretName::ALL.iter().find(|each| each.as_str() == name).map(|each| Place::Secret(*each));
    secret.or_else(|| FACTS.iter().find(|each| **each == name).map(|each| Place::Fact(each)))
}

/// Checks that there is a template where one is needed, with a place for each of these secrets.
///
/// # Errors
/// In words.
pub(super) fn check(
    input: Input,
    template: Option<&Value>,
    names: Names,
    secrets: &[SecretName],
) -> Result<(), Message> {
    match (input, template) {
        (Input::Raw | Input::Line, None) => Ok(()),
        (Input::Raw | Input::Line, Some(_)) => Err(words::unusable_template_unneeded()),
        (Input::Json | Input::Base64Json | Input::Dotenv, None) => Err(words::unusable_template_missing()),
        (Input::Json | Input::Base64Json | Input::Dotenv, Some(template)) => {
            if let Some(missing) = secrets.iter().find(|name| !has_place(template, **name)) {
                return Err(match missing {
                    SecretName::Token => words::unusable_template_token(),
                    SecretName::PrivateKey | SecretName::CredentialId => {
                        words::unusable_template_secret(format!("\"{{{}}}\"", missing.as_str()))
                    }
                });
            }
            if input == Input::Dotenv && !(names == Names::Uppercase && is_of_variables(template)) {
                return Err(words::unusable_template_variables());
            }
            check_places(template)
        }
    }
}

fn has_place(template: &Value, name: SecretName) -> bool {
    match template {
        Value::String(text) => matches!(place(text), Some(Place::Secret(each)) if each == name),
        Value::Array(all) => all.iter().any(|each| has_place(each, name)),
        Value::Object(all) => all.values().any(|each| has_place(each, name)),
        _ => false,
    }
}

/// Whether it has nothing but names of variables, with a secret for each.
fn is_of_variables(template: &Value) -> bool {
    let is_name = |name: &str| {
        let letters = name.replace("{key_name}", "").replace("{key_id}", "").replace("{org_id}", "");
        letters.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let is_secret = |text: &Value| matches!(text.as_str().and_then(place), Some(Place::Secret(_)));
    template.as_object().is_some_and(|all| all.iter().all(|(name, text)| is_name(name) && is_secret(text)))
}

fn check_places(template: &Value) -> Result<(), Message> {
    match template {
        Value::String(text) if place(text).is_some() => Ok(()),
        Value::String(text) if Template::parse(text)?.is_of_each_secret() => Err(words::unusable_secret_place()),
        Value::Array(all) => all.iter().try_for_each(check_places),
        Value::Object(all) => all.values().try_for_each(check_places),
        _ => Ok(()),
    }
}

/// What a program gets, and what it may show of it afterwards.
#[derive(Clone, Copy)]
pub struct Payload<'a> {
    pub input: Input,
    pub template: Option<&'a Value>,
    pub names: Names,
    pub entry: &'a Entry,
    pub secrets: &'a Secrets,
}

impl Payload<'_> {
    /// The input, with these of the secrets in it; the template's input alone can leave others out. Written in one piece, so that
    /// no growing leaves parts of them behind.
    ///
    /// # Errors
    /// The first of them that cannot stand there: it would be lost, or be another there.
    pub fn made(&self, wanted: &[SecretName]) -> Result<Zeroizing<Vec<u8>>, SecretName> {
        let Some(template) = self.template else {
            let mut bytes = self.secrets.one_to_a_line("give it to the program on its standard input");
            if self.input == Input::Line {
                bytes.push(b'\n');
            }
            return Ok(bytes);
        };
        if let Some(lost) = lost(Some(template), wanted) {
            return Err(lost);
        }
        let filled = Filled { template, payload: self, wanted };
        if self.input == Input::Dotenv {
            return filled.variables();
        }
        let mut length = Length(0);
        serde_json::to_writer(&mut length, &filled).expect("JSON always serializes");
        let mut json = Zeroizing::new(Vec::with_capacity(length.0));
        serde_json::to_writer(&mut *json, &filled).expect("JSON always serializes");
        if self.input != Input::Base64Json {
            return Ok(json);
        }
        let mut encoded = Zeroizing::new(vec![0; json.len().div_ceil(3) * 4]);
        let length = STANDARD.encode_slice(&*json, &mut encoded).expect("it has room for it");
        encoded.truncate(length);
        Ok(encoded)
    }

    /// Which of the secrets are in what a program shows of all of an entry. A lone one is all of it; of several, those of a
    /// template are in JSON that has them where the template does.
    pub fn found_in(&self, shown: &[u8]) -> Vec<(SecretName, bool)> {
        let names: Vec<SecretName> = self.secrets.iter().map(|(name, _)| name).collect();
        match self.template {
            Some(template) if names.len() > 1 => {
                let shown = serde_json::from_slice(shown).unwrap_or_default();
                let mut found = names.iter().map(|name| (*name, has_place(template, *name))).collect();
                Filled { template, payload: self, wanted: &names }.find(&shown, &mut found);
                found
            }
            _ => self.secrets.found_in(shown),
        }
    }
}

/// The first of these secrets that a template has no place for.
pub fn lost(template: Option<&Value>, secrets: &[SecretName]) -> Option<SecretName> {
    let template = template?;
    secrets.iter().copied().find(|name| !has_place(template, *name))
}

/// A template with what is known of the entry, and the secrets in their places.
struct Filled<'a> {
    template: &'a Value,
    payload: &'a Payload<'a>,
    wanted: &'a [SecretName],
}

impl<'a> Filled<'a> {
    fn within(&self, template: &'a Value) -> Self {
        Self { template, ..*self }
    }

    /// The secret whose place this is.
    fn secret(&self, text: &str) -> Option<(SecretName, &'a Secret)> {
        match place(text)? {
            Place::Secret(name) if self.wanted.contains(&name) => Some((name, self.payload.secrets.get(name)?)),
            Place::Secret(_) | Place::Fact(_) => None,
        }
    }

    /// What stands in place of a text; `None` where it is the place of something that there is not.
    fn text(&self, text: &'a str) -> Option<Cow<'a, str>> {
        let Payload { names, entry, .. } = *self.payload;
        match place(text) {
            Some(Place::Secret(_)) => {
                self.secret(text).map(|(_, secret)| secret.open("write it into what the program gets").into())
            }
            Some(Place::Fact(name)) => {
                entry.facts.iter().find(|(fact, _)| *fact == name).map(|(_, fact)| fact.as_str().into())
            }
            None => Some(Template::parse(text).map_or(text.into(), |template| template.fill(names, entry).into())),
        }
    }

    fn is_nothing(&self, template: &'a Value) -> bool {
        template.as_str().is_some_and(|text| self.text(text).is_none())
    }

    /// Those of the elements that there are: none with nothing in it.
    fn elements(&self, all: &'a [Value]) -> impl Iterator<Item = Self> {
        let is_left_out = |each: &&'a Value| {
            let members = each.as_object().into_iter().flat_map(|all| all.values());
            self.is_nothing(each) || members.into_iter().any(|member| self.is_nothing(member))
        };
        all.iter().filter(move |each| !is_left_out(each)).map(|each| self.within(each))
    }

    fn members(&self, all: &'a Map<String, Value>) -> impl Iterator<Item = (&'a String, Self)> {
        all.iter().filter(|(_, each)| !self.is_nothing(each)).map(|(name, each)| (name, self.within(each)))
    }

    fn variables(&self) -> Result<Zeroizing<Vec<u8>>, SecretName> {
        let all = self.template.as_object().into_iter().flatten();
        let named = all.filter_map(|(name, text)| Some((name, self.secret(text.as_str()?)?)));
        let Payload { names, entry, .. } = *self.payload;
        let mut lines = Vec::new();
        for (variable, (name, secret)) in named {
            let text = secret.open("write it into what the program gets");
            // What reads such a file takes these for something else, each in its own way.
            if text.contains(|letter: char| "\"'\\$`".contains(letter) || (letter.is_control() && letter != '\n')) {
                return Err(name);
            }
            let variable = Template::parse(variable).map_or(variable.clone(), |name| name.fill(names, entry));
            lines.push((variable, text));
        }
        let room = lines.iter().map(|(name, text)| name.len() + text.len() * 2 + 4).sum();
        let mut written = Zeroizing::new(Vec::with_capacity(room));
        for (name, text) in lines {
            written.extend_from_slice(name.as_bytes());
            written.extend_from_slice(b"=\"");
            for (number, line) in text.split('\n').enumerate() {
                written.extend_from_slice(if number > 0 { b"\\n" } else { b"" });
                written.extend_from_slice(line.as_bytes());
            }
            written.extend_from_slice(b"\"\n");
        }
        Ok(written)
    }

    /// Looks for each secret where the template has it: one that is not at all its places is not found.
    fn find(&self, shown: &Value, found: &mut Vec<(SecretName, bool)>) {
        match self.template {
            Value::String(text) => {
                let Some((name, secret)) = self.secret(text) else { return };
                let is_here = shown.as_str().is_some_and(|shown| secret.equals(shown));
                found.iter_mut().filter(|(each, _)| *each == name).for_each(|(_, found)| *found &= is_here);
            }
            Value::Array(all) => {
                let shown = shown.as_array().map(Vec::as_slice).unwrap_or_default();
                let shown = shown.iter().chain(iter::repeat(&Value::Null));
                self.elements(all).zip(shown).for_each(|(each, shown)| each.find(shown, found));
            }
            Value::Object(all) => self.members(all).for_each(|(name, each)| each.find(&shown[name], found)),
            _ => {}
        }
    }
}

impl Serialize for Filled<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.template {
            Value::String(text) => serializer.serialize_str(&self.text(text).unwrap_or_default()),
            Value::Array(all) => serializer.collect_seq(self.elements(all)),
            Value::Object(all) => serializer.collect_map(self.members(all)),
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

    fn made(input: Input, template: Option<&Value>, names: Names, secrets: &Secrets) -> Zeroizing<Vec<u8>> {
        let wanted: Vec<SecretName> = secrets.iter().map(|(name, _)| name).collect();
        Payload { input, template, names, entry: &entry(), secrets }.made(&wanted).expect("it has its place")
    }

    fn check_token(input: Input, template: Option<&Value>) -> Result<(), Message> {
        check(input, template, Names::Readable, &[SecretName::Token])
    }

    #[test]
    fn a_token_stands_there_as_it_is_or_with_the_end_of_a_line() {
        assert_eq!(*made(Input::Raw, None, Names::Plain, &of("t\u{f6}k")), "t\u{f6}k".as_bytes());
        assert_eq!(*made(Input::Line, None, Names::Plain, &of("tok")), *b"tok\n");
    }

    #[test]
    fn in_json_it_is_what_it_is_whatever_it_holds() {
        let template = json!({ "title": "{key_name}", "fields": [{ "id": "{key_id}", "value": "{token}" }, 7, null] });
        let token = "q\"uote \\ {key_id} \u{0} é\n";
        for input in [Input::Json, Input::Base64Json] {
            check_token(input, Some(&template)).expect("it is fine");
            let made = made(input, Some(&template), Names::Readable, &of(token));
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
        assert!(check_token(Input::Json, Some(&json!({ "value": "my {token}" }))).is_err());
        assert!(check_token(Input::Json, Some(&json!({ "value": "{token}", "name": "{nam}" }))).is_err());
        assert!(check_token(Input::Json, None).is_err() && check_token(Input::Raw, Some(&json!("{token}"))).is_err());
    }

    fn three(id: Option<&str>) -> Secrets {
        let secret = |text: &str| Secret::new(text.into()).expect("it is not empty");
        Secrets::of_signing(secret("to\"ken"), secret("BEGIN\nEND"), id.map(secret))
    }

    fn items() -> Value {
        json!({ "login": { "password": "{token}" }, "fields": [
            { "name": "expires", "value": "{expires}" },
            { "name": "private_key", "value": "{private_key}" },
            { "name": "credential_id", "value": "{credential_id}" },
            { "name": "made_by", "value": "{made_by}" },
        ] })
    }

    fn with_facts() -> Entry {
        Entry { facts: vec![("made_by", "{token} \"ops\"".into())], ..entry() }
    }

    #[test]
    fn what_there_is_not_is_left_out_of_json_and_a_fact_is_never_taken_for_a_place() {
        let (template, entry) = (items(), with_facts());
        let of = |secrets: &Secrets, wanted: &[SecretName]| -> Value {
            let payload = Payload {
                input: Input::Json,
                template: Some(&template),
                names: Names::Readable,
                entry: &entry,
                secrets,
            };
            serde_json::from_slice(&payload.made(wanted).expect("it has its place")).expect("JSON")
        };
        let fact = json!({ "name": "made_by", "value": "{token} \"ops\"" });
        let key = json!({ "name": "private_key", "value": "BEGIN\nEND" });
        let id = json!({ "name": "credential_id", "value": "cr-1" });
        assert_eq!(
            of(&three(Some("cr-1")), SecretName::ALL),
            json!({ "login": { "password": "to\"ken" }, "fields": [key, id, fact] })
        );
        let two = [SecretName::Token, SecretName::PrivateKey];
        assert_eq!(of(&three(None), &two), json!({ "login": { "password": "to\"ken" }, "fields": [key, fact] }));
        assert_eq!(of(&three(Some("cr-1")), &[SecretName::CredentialId]), json!({ "login": {}, "fields": [id, fact] }));
    }

    #[test]
    fn each_of_several_secrets_is_looked_for_where_the_template_has_it() {
        let (template, entry, secrets) = (items(), with_facts(), three(Some("cr-1")));
        let payload = Payload {
            input: Input::Json,
            template: Some(&template),
            names: Names::Readable,
            entry: &entry,
            secrets: &secrets,
        };
        let found = |change: fn(&mut Value)| {
            let mut shown: Value =
                serde_json::from_slice(&payload.made(SecretName::ALL).expect("it has its place")).expect("JSON");
            change(&mut shown);
            let found = payload.found_in(format!("{shown:#}\n").as_bytes());
            found.into_iter().filter(|(_, found)| *found).map(|(name, _)| name).collect::<Vec<_>>()
        };
        use SecretName::{CredentialId, PrivateKey, Token};
        assert_eq!(found(|_| {}), [Token, PrivateKey, CredentialId]);
        assert_eq!(found(|shown| shown["id"] = json!("new")), [Token, PrivateKey, CredentialId]);
        assert_eq!(found(|shown| shown["login"]["password"] = json!("to\"ken ")), [PrivateKey, CredentialId]);
        assert_eq!(found(|shown| shown["fields"][0]["value"] = json!("BEGIN END")), [Token, CredentialId]);
        assert_eq!(found(|shown| shown["fields"] = json!(null)), [Token]);
        assert_eq!(found(|shown| *shown = json!("to\"ken")), []);
        assert_eq!(payload.found_in(b"no JSON").iter().filter(|(_, found)| *found).count(), 0);
    }

    #[test]
    fn variables_stand_a_line_each_and_what_they_cannot_hold_is_refused() {
        let template = json!({ "DFNS_{key_name}_TOKEN": "{token}", "DFNS_{key_name}_PRIVATE_KEY": "{private_key}" });
        let two = [SecretName::Token, SecretName::PrivateKey];
        check(Input::Dotenv, Some(&template), Names::Uppercase, &two).expect("it is fine");
        for (other, names) in [
            (json!({ "A": "{token}" }), Names::Uppercase),
            (json!({ "A": "{token}", "B": "{private_key}", "C": "text" }), Names::Uppercase),
            (json!({ "A": "{token}", "B=": "{private_key}" }), Names::Uppercase),
            (json!({ "A": "{token}", "B": "{private_key}" }), Names::Readable),
            (json!(["{token}", "{private_key}"]), Names::Uppercase),
        ] {
            assert!(check(Input::Dotenv, Some(&other), names, &two).is_err(), "{other}");
        }
        let entry = Entry { key_name: "BOT".into(), ..Entry::default() };
        let made = |token: &str| {
            let secret = |text: &str| Secret::new(text.into()).expect("it is not empty");
            let secrets = Secrets::of_signing(secret(token), secret("BEGIN\nEND"), None);
            let payload = Payload {
                input: Input::Dotenv,
                template: Some(&template),
                names: Names::Uppercase,
                entry: &entry,
                secrets: &secrets,
            };
            payload.made(&two).map(|lines| String::from_utf8_lossy(&lines).into_owned())
        };
        let lines = "DFNS_BOT_PRIVATE_KEY=\"BEGIN\\nEND\"\nDFNS_BOT_TOKEN=\"eyJ-a_b.c=\"\n";
        assert_eq!(made("eyJ-a_b.c=").as_deref(), Ok(lines));
        for odd in ["a\"b", "a'b", "a\\b", "a$b", "a`b", "a\rb"] {
            assert_eq!(made(odd), Err(SecretName::Token), "{odd:?}");
        }
    }
}
