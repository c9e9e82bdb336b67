//! What entries in a vault are called: templates, filled with what is harmless in a path, an argument and a file's name.
//!
//! A key's name may be anything. What an entry's name cannot hold becomes a mark, and then a part of the key's name's hash
//! stands behind it, so that two names never become one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{delivery::Entry, hex::sha256_of};

/// The longest name that an entry is given, in bytes; each vault takes more.
const LONGEST: usize = 100;

/// How much of a hash tells names apart, in hexadecimal digits.
const DIGITS: usize = 8;

/// Which characters the names of a vault's entries may have.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Names {
    /// Letters and digits of any script, spaces, and `-_.`
    #[default]
    Readable,
    /// Letters and digits of ASCII, and `-_.`
    Plain,
    /// `a-z`, `0-9` and `-`
    Lowercase,
    /// Letters and digits of ASCII, and `-`
    Dashed,
    /// `A-Z`, `0-9` and `_`
    Uppercase,
}

impl Names {
    fn allows(self, character: char) -> bool {
        match self {
            Self::Readable => character.is_alphanumeric() || " -_.".contains(character),
            Self::Plain => character.is_ascii_alphanumeric() || "-_.".contains(character),
            Self::Lowercase => character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-',
            Self::Dashed => character.is_ascii_alphanumeric() || character == '-',
            Self::Uppercase => character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_',
        }
    }

    /// What stands for a character that is not allowed.
    fn mark(self) -> char {
        if self == Self::Uppercase { '_' } else { '-' }
    }

    fn fold(self, character: char) -> char {
        match self {
            Self::Lowercase => character.to_ascii_lowercase(),
            Self::Uppercase => character.to_ascii_uppercase(),
            Self::Readable | Self::Plain | Self::Dashed => character,
        }
    }

    /// The name that stands for this text: itself where it can, and else one that no other text has.
    #[must_use]
    pub fn of(self, text: &str) -> String {
        let mut name = String::new();
        for character in text.chars().map(|character| self.fold(character)) {
            // No `..`, which leads out of folders.
            let leads_out = character == '.' && name.ends_with('.');
            if self.allows(character) && !leads_out {
                name.push(character);
            } else if !name.ends_with(self.mark()) {
                name.push(self.mark());
            }
        }
        // Options begin with a dash, hidden files with a dot, and neither dots nor spaces at an end survive everywhere.
        let ends = |character: char| "-_. ".contains(character);
        let mut name = name.trim_matches(ends).to_owned();
        if name == text && name.len() <= LONGEST {
            return name;
        }
        let suffix = self.digits(text);
        while name.len() > LONGEST - DIGITS - 1 {
            name.pop();
        }
        let name = match name.trim_end_matches(ends) {
            "" if self == Self::Uppercase => "KEY",
            "" => "key",
            name => name,
        };
        format!("{name}{}{suffix}", self.mark())
    }

    /// What stands for the name of an entry's key. A key that replaces another bears its name; digits of the other's id
    /// tell the entries apart, and are known before the key is made.
    #[must_use]
    pub fn of_entry(self, entry: &Entry) -> String {
        let name = self.of(&entry.key_name);
        match &entry.replaces {
            None => name,
            Some(replaced) => format!("{name}{}{}", self.mark(), self.digits(replaced)),
        }
    }

    /// Digits of a text's hash, which tell it from others.
    fn digits(self, text: &str) -> String {
        let mut digits = sha256_of(text);
        digits.truncate(DIGITS);
        if self == Self::Uppercase {
            digits.make_ascii_uppercase();
        }
        digits
    }
}

/// A text with places for what is known of a key: `{key_name}`, `{key_id}`, `{org_id}`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Template(String);

/// The places that there are.
const PLACES: [&str; 3] = ["{key_name}", "{key_id}", "{org_id}"];

impl Template {
    /// Checks a text.
    ///
    /// # Errors
    /// In words, where it has a place that is none of the three, or a character that no argument can have.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.chars().any(char::is_control) {
            return Err(format!("“{}” has a control character in it", text.escape_debug()));
        }
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            rest = &rest[start..];
            let end = rest.find('}').map_or(rest.len(), |end| end + 1);
            let place = &rest[..end];
            let is_word = place.len() > 2
                && place.ends_with('}')
                && place[1..end - 1].chars().all(|character| character.is_ascii_alphabetic() || character == '_');
            if is_word && !PLACES.contains(&place) {
                return Err(format!("{place} is not known: there are {{key_name}}, {{key_id}} and {{org_id}}"));
            }
            rest = &rest[1..];
        }
        Ok(Self(text.to_owned()))
    }

    /// The text, with what is known of an entry in its places. Places of which nothing is known stay as they are.
    #[must_use]
    pub fn fill(&self, names: Names, entry: &Entry) -> String {
        let mut filled = self.0.replace(PLACES[0], &names.of_entry(entry));
        for (place, value) in [(PLACES[1], &entry.key_id), (PLACES[2], &entry.organization)] {
            if let Some(value) = value {
                filled = filled.replace(place, &names.of(value));
            }
        }
        filled
    }

    /// Whether everything that it asks for is known of this entry.
    #[must_use]
    pub fn is_known(&self, entry: &Entry) -> bool {
        (entry.key_id.is_some() || !self.0.contains(PLACES[1]))
            && (entry.organization.is_some() || !self.0.contains(PLACES[2]))
    }

    /// Whether entries of different keys get different names by it.
    #[must_use]
    pub fn tells_apart(&self) -> bool {
        self.0.contains(PLACES[0]) || self.0.contains(PLACES[1])
    }

    /// As it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Template> for String {
    fn from(template: Template) -> Self {
        template.0
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    const ALL: [Names; 5] = [Names::Readable, Names::Plain, Names::Lowercase, Names::Dashed, Names::Uppercase];

    /// Names that somebody may try.
    const ODD: [&str; 22] = [
        "$(touch x)",
        "`touch x`",
        "a;b",
        "..",
        "../../etc/passwd",
        "a/b",
        "a\\b",
        "a=b",
        "@file",
        "file:///etc/passwd",
        "-rf",
        "--help",
        "\"quoted\"",
        "it's",
        "new\nline",
        "🔑",
        "🔑🔑",
        ".hidden",
        "ends with a dot.",
        "\u{202e}gnp",
        "a..b",
        "{key_id}",
    ];

    #[test]
    fn a_name_that_can_stay_stays() {
        assert_eq!(Names::Readable.of("Deploy bot 3"), "Deploy bot 3");
        assert_eq!(Names::Readable.of("Schlüssel_1.2"), "Schlüssel_1.2");
        assert_eq!(Names::Plain.of("deploy-bot_3.1"), "deploy-bot_3.1");
        assert_eq!(Names::Lowercase.of("deploy-bot-3"), "deploy-bot-3");
        assert_eq!(Names::Uppercase.of("DEPLOY_BOT"), "DEPLOY_BOT");
        assert_eq!(Names::Readable.of("a--b"), "a--b");
    }

    #[test]
    fn a_name_that_cannot_stay_can_be_recognized() {
        assert!(Names::Plain.of("Deploy bot (EU)").starts_with("Deploy-bot-EU-"));
        assert!(Names::Lowercase.of("Deploy bot").starts_with("deploy-bot-"));
        assert!(Names::Uppercase.of("deploy bot").starts_with("DEPLOY_BOT_"));
        assert!(Names::Uppercase.of("🔑").starts_with("KEY_"));
    }

    #[test]
    fn whatever_a_key_is_called_its_entry_is_harmless_and_no_others() {
        for names in ALL {
            let mut seen = HashMap::new();
            let long = "n".repeat(10_000);
            let longer = "n".repeat(10_001);
            let more = [long.as_str(), longer.as_str(), "deploy bot", "Deploy bot", "deploy-bot", "deploy  bot"];
            for text in ODD.into_iter().chain(more) {
                let name = names.of(text);
                assert!(!name.is_empty() && name.len() <= LONGEST, "{name}");
                assert!(name.chars().all(|character| names.allows(character)), "{names:?} {text}: {name}");
                assert!(!name.starts_with(['-', '.', ' ']) && !name.ends_with(['.', ' ']), "{name}");
                assert!(!name.contains(".."), "{name}");
                assert_eq!(names.of(text), name, "it is the same each time");
                assert_eq!(seen.insert(name.clone(), text), None, "{names:?} gives {name} to two");
            }
        }
    }

    #[test]
    fn a_key_that_replaces_another_gets_an_entry_of_its_own_that_is_known_beforehand() {
        let entry = |replaces: Option<&str>| Entry {
            key_name: "DEPLOY-BOT".into(),
            key_id: None,
            organization: None,
            replaces: replaces.map(str::to_owned),
        };
        for names in ALL {
            let all = [None, Some("api-1"), Some("api-2")].map(|replaces| names.of_entry(&entry(replaces)));
            assert_eq!(all[0], names.of("DEPLOY-BOT"));
            for name in &all[1..] {
                assert!(name.starts_with(&all[0]) && name.len() == all[0].len() + 1 + DIGITS, "{name}");
                assert!(name.chars().all(|character| names.allows(character)), "{names:?}: {name}");
            }
            assert_ne!(all[1], all[2]);
        }
    }

    #[test]
    fn a_template_is_filled_with_what_is_known() {
        let entry =
            Entry { key_name: "Deploy bot".into(), key_id: None, organization: Some("cu-1".into()), replaces: None };
        let template = Template::parse("dfns/{org_id}/{key_name}-{key_id}").expect("a template");
        assert_eq!(template.fill(Names::Readable, &entry), "dfns/cu-1/Deploy bot-{key_id}");
        assert!(!template.is_known(&entry) && template.tells_apart());
        assert!(!Template::parse("dfns/{org_id}").expect("a template").tells_apart());
    }

    #[test]
    fn a_place_that_is_misspelt_is_told_and_other_braces_are_text() {
        let told = Template::parse("dfns/{keyname}").expect_err("misspelt");
        assert!(told.starts_with("{keyname} is not known"), "{told}");
        assert!(Template::parse("a{b c}d{}{0}").is_ok());
        assert!(Template::parse("a\nb").is_err());
    }

    #[test]
    fn a_name_that_looks_like_a_place_is_not_filled_again() {
        let entry =
            Entry { key_name: "{key_id}".into(), key_id: Some("api-1".into()), organization: None, replaces: None };
        for names in ALL {
            assert!(!Template::parse("{key_name}").expect("a template").fill(names, &entry).contains("api-1"));
        }
    }
}
