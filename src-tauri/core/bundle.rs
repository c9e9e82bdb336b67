//! All of a credential's secrets in one text, as programs read them, and what is in such a text that comes back.
//!
//! Written into memory that never grows, and taken apart likewise: what a growing text leaves behind is not wiped.

use std::mem;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    credential::{SecretName, Secrets},
    listed::listed,
    secret::Secret,
};

listed! {
    #[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(rename_all = "camelCase")]
    pub enum BundleFormat {
        /// The lines of a `.env` file, under the names that Dfns' own examples have.
        Env,
        /// One object, by the names that entries of vaults have.
        Json,
    }
}

/// A longer text is none.
const LONGEST: usize = 64 << 10;

/// In this order: what is short comes first.
const ORDER: [SecretName; 3] = [SecretName::Token, SecretName::CredentialId, SecretName::PrivateKey];

/// A part of a text that holds several secrets.
pub struct Part {
    pub name: SecretName,
    pub value: Zeroizing<String>,
}

impl SecretName {
    fn variable(self) -> &'static str {
        match self {
            Self::Token => "DFNS_AUTH_TOKEN",
            Self::PrivateKey => "DFNS_PRIVATE_KEY",
            Self::CredentialId => "DFNS_CRED_ID",
        }
    }

    fn of(text: &str) -> Option<Self> {
        ORDER.into_iter().find(|name| [name.variable(), name.as_str()].contains(&text))
    }
}

impl BundleFormat {
    /// All the secrets in one text; `None` where one has something in it that not every program would read alike.
    pub fn write(self, secrets: &Secrets) -> Option<Secret> {
        let parts = ORDER.into_iter().filter_map(|name| Some((name, secrets.get(name)?)));
        let parts: Vec<_> =
            parts.map(|(name, secret)| (name, secret.open("put it into one text with the others"))).collect();
        // A letter that is escaped takes six bytes at most, and what stands around a value less than thirty.
        let most = parts.iter().map(|(_, text)| 6 * text.len() + 30).sum::<usize>() + 2;
        let mut written = Zeroizing::new(Vec::with_capacity(most));
        let room = written.capacity();
        match self {
            Self::Env => env(&parts, &mut written)?,
            Self::Json => json(&parts, &mut written),
        }
        debug_assert_eq!(written.capacity(), room, "it has grown");
        Secret::new(String::from_utf8(mem::take(&mut *written)).expect("each part of it is a text"))
    }
}

fn env(parts: &[(SecretName, &str)], written: &mut Vec<u8>) -> Option<()> {
    for (number, (name, text)) in parts.iter().enumerate() {
        if number > 0 {
            written.push(b'\n');
        }
        written.extend_from_slice(name.variable().as_bytes());
        written.push(b'=');
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=:@".contains(&byte);
        if text.bytes().all(is_plain) {
            written.extend_from_slice(text.as_bytes());
            continue;
        }
        // Quotes, backslashes and dollars are read in as many ways as there are programs.
        if !text.bytes().all(|byte| is_plain(byte) || matches!(byte, b' ' | b'\n')) {
            return None;
        }
        written.push(b'"');
        for byte in text.bytes() {
            match byte {
                b'\n' => written.extend_from_slice(br"\n"),
                byte => written.push(byte),
            }
        }
        written.push(b'"');
    }
    Some(())
}

fn json(parts: &[(SecretName, &str)], written: &mut Vec<u8>) {
    written.push(b'{');
    for (number, (name, text)) in parts.iter().enumerate() {
        if number > 0 {
            written.push(b',');
        }
        for (text, after) in [(name.as_str(), &b":"[..]), (text, b"")] {
            serde_json::to_writer(&mut *written, text).expect("memory takes everything");
            written.extend_from_slice(after);
        }
    }
    written.push(b'}');
}

/// What a text has in it that holds several secrets under the names that they have here, in the order in which it has them, and
/// whatever else is in it; nothing of one that holds fewer.
pub fn parts_of(text: &str) -> Vec<Part> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let parts = match text.trim_start().starts_with(['{', '[']) {
        true => parts_of_json(text),
        false => parts_of_env(text),
    };
    let is_several = parts.first().is_some_and(|first| parts.iter().any(|part| part.name != first.name));
    if is_several { parts } else { Vec::new() }
}

/// A member is known by its name wherever it stands, as vaults put objects around what they give back.
fn parts_of_json(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mut name = None;
    while let Some(start) = rest.find('"') {
        // A name belongs to what comes right after it.
        name = name.filter(|_| rest[..start].trim() == ":");
        let Some((value, behind)) = unquoted(&rest[start..], true) else { break };
        match name.take() {
            Some(name) => parts.push(Part { name, value }),
            None => name = SecretName::of(&value),
        }
        rest = behind;
    }
    parts
}

fn parts_of_env(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        let whole = mem::replace(&mut rest, behind);
        let Some((before, _)) = line.split_once('=') else { continue };
        // What is quoted may go on for lines.
        let value = whole[before.len() + 1..].trim_start_matches([' ', '\t']);
        let before = before.trim();
        let Some(name) = SecretName::of(before.strip_prefix("export ").unwrap_or(before).trim()) else { continue };
        if !value.starts_with(['"', '\'', '`']) {
            let value = value.split('\n').next().unwrap_or_default();
            let value = value.split_once(" #").map_or(value, |(value, _)| value).trim_end();
            parts.push(Part { name, value: Zeroizing::new(value.to_owned()) });
        } else if let Some((value, behind)) = unquoted(value, false) {
            parts.push(Part { name, value });
            rest = behind;
        }
    }
    parts
}

/// What stands between the quotes that a text begins with, and what comes behind them. Only in double quotes is anything escaped,
/// and in JSON letters by their numbers as well.
fn unquoted(text: &str, is_json: bool) -> Option<(Zeroizing<String>, &str)> {
    let mut letters = text.char_indices();
    let (_, quote) = letters.next()?;
    let mut inside = Zeroizing::new(String::with_capacity(text.len()));
    while let Some((at, letter)) = letters.next() {
        match letter {
            _ if letter == quote => return Some((inside, &text[at + letter.len_utf8()..])),
            '\\' if quote == '"' => match letters.next()?.1 {
                'n' => inside.push('\n'),
                'r' => inside.push('\r'),
                't' => inside.push('\t'),
                'u' if is_json => {
                    let digits = text.get(at + 2..at + 6)?;
                    inside.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
                    letters.nth(3);
                }
                other => inside.push(other),
            },
            other => inside.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        credential::SaltedFingerprints,
        signing::{NewKeyType, PrivateKey},
    };

    const TOKEN: &str = "eyJhbGciOiJFZERTQSJ9.eyJqdGkiOiJ0by0xIn0.c2ln-_";
    const CREDENTIAL: &str = "cr-6uunn-bm6ja-f6rmod5kqrk5rbel";

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned()).expect("it is not empty")
    }

    fn of(token: &str, key_type: NewKeyType) -> Secrets {
        let key = PrivateKey::generate(key_type).expect("a key").to_pem();
        Secrets::of_signing(secret(token), key, Some(secret(CREDENTIAL)))
    }

    fn written(format: BundleFormat, secrets: &Secrets) -> String {
        format.write(secrets).expect("it can be written").open("look at it").to_owned()
    }

    fn text(secrets: &Secrets, name: SecretName) -> &str {
        secrets.get(name).expect("it is there").open("compare it")
    }

    #[test]
    fn the_lines_of_env_and_the_object_of_json_have_each_secret_under_its_name() {
        for key_type in [NewKeyType::P256, NewKeyType::Ed25519] {
            let secrets = of(TOKEN, key_type);
            let pem = text(&secrets, SecretName::PrivateKey);
            let lines = pem.replace('\n', r"\n");
            assert_eq!(
                written(BundleFormat::Env, &secrets),
                format!("DFNS_AUTH_TOKEN={TOKEN}\nDFNS_CRED_ID={CREDENTIAL}\nDFNS_PRIVATE_KEY=\"{lines}\"")
            );
            let json: serde_json::Value =
                serde_json::from_str(&written(BundleFormat::Json, &secrets)).expect("it is JSON");
            let expected = serde_json::json!({ "token": TOKEN, "credential_id": CREDENTIAL, "private_key": pem });
            assert_eq!(json, expected);
        }
    }

    #[test]
    fn what_programs_would_read_in_different_ways_is_not_written_as_env() {
        for token in ["a\"b", "a'b", "a\\b", "a$b", "a`b", "a#b", "ä", "a\rb", "a\u{0}b"] {
            assert!(BundleFormat::Env.write(&of(token, NewKeyType::P256)).is_none(), "{token:?}");
            let json: serde_json::Value =
                serde_json::from_str(&written(BundleFormat::Json, &of(token, NewKeyType::P256))).expect("JSON");
            assert_eq!(json["token"], token);
        }
    }

    #[test]
    fn the_text_is_held_in_locked_memory_and_not_printed() {
        let bundle = BundleFormat::Env.write(&of(TOKEN, NewKeyType::P256)).expect("a text");
        assert!(!format!("{bundle:?}").contains("DFNS"));
        #[cfg(target_os = "linux")]
        assert!(bundle.is_locked());
    }

    #[test]
    fn each_secret_is_found_again_in_what_a_vault_gives_back() {
        let secrets = of(TOKEN, NewKeyType::P256);
        let pem = text(&secrets, SecretName::PrivateKey);
        let escaped = pem.replace('\n', r"\n");
        let (env, json) = (written(BundleFormat::Env, &secrets), written(BundleFormat::Json, &secrets));
        let pretty = serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&json).expect("JSON"));
        for back in [
            env.clone(),
            format!("\n{}\r\n", env.replace('\n', "\r\n")),
            format!("# of Dfns\nOTHER=1\n{env}\nDFNS_API_URL=https://api.dfns.io\n"),
            format!(
                "export DFNS_CRED_ID='{CREDENTIAL}' # which\nDFNS_AUTH_TOKEN = {TOKEN} # it\nDFNS_PRIVATE_KEY=\"{pem}\"\n"
            ),
            format!("DFNS_PRIVATE_KEY='{pem}'\nDFNS_CRED_ID=\"{CREDENTIAL}\"\nDFNS_AUTH_TOKEN=`{TOKEN}`"),
            json.clone(),
            pretty.expect("JSON"),
            format!(r#" {{"data":{{"data":{json},"metadata":{{"version":1}}}}}} "#),
            format!(
                r#"{{"DFNS_AUTH_TOKEN":"{TOKEN}","DFNS_CRED_ID":"\u0063{}","DFNS_PRIVATE_KEY":"{escaped}"}}"#,
                &CREDENTIAL[1..]
            ),
        ] {
            let mut found: Vec<_> =
                parts_of(&back).into_iter().map(|part| (part.name, part.value.to_string())).collect();
            found.sort();
            let expected: Vec<_> =
                secrets.iter().map(|(name, secret)| (name, secret.open("compare it").to_owned())).collect();
            assert_eq!(found, expected, "{back}");
        }
    }

    #[test]
    fn what_is_no_such_text_has_nothing_in_it() {
        for text in [
            "",
            "=",
            "{",
            "{\"token\":",
            "{\"token\":\"a",
            "\"token\"",
            "a\nb",
            // One alone is a line of somebody's own.
            "DFNS_AUTH_TOKEN=a",
            "DFNS_CRED_ID=a\nDFNS_CRED_ID=b",
            "{\"token\":\"a\",\"other\":\"b\"}",
            "{\"fields\":[\"token\",\"private_key\",\"credential_id\"]}",
            "{\"token\":{\"of\":\"a\"},\"private_key\":7}",
            "DFNS_AUTH_TOKEN=\"a\nDFNS_CRED_ID='b",
        ] {
            assert!(parts_of(text).is_empty(), "{text:?}");
        }
        let long = format!("DFNS_AUTH_TOKEN=a\nDFNS_CRED_ID=b\n{}", "#".repeat(LONGEST));
        assert!(parts_of(&long).is_empty());
    }

    #[test]
    fn a_copy_of_the_whole_is_known_again_also_once_the_secrets_are_gone() {
        let secrets = of(TOKEN, NewKeyType::P256);
        let others = of("another-token", NewKeyType::P256);
        let salted: SaltedFingerprints = secrets.salted_fingerprints().expect("randomness");
        for format in BundleFormat::ALL {
            let whole = written(*format, &secrets);
            for text in [whole.clone(), format!(" {whole}\n"), whole.replace(TOKEN, "changed")] {
                assert!(secrets.is_copied_in(&text) && salted.is_of(&text), "{text}");
            }
            let other = written(*format, &others).replace(CREDENTIAL, "cr-other");
            assert!(!secrets.is_copied_in(&other) && !salted.is_of(&other), "{other}");
        }
    }
}
