//! What entries in a vault are called: templates, filled with what is harmless in a path, an argument and a file's name.
//!
//! A key's name may be anything. What an entry's name cannot hold becomes a mark, and then digits of the key's name's hash
//! stand behind it, so that two names never become one. A name that ends as if it had been given such digits gets its own.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    credential::SecretName,
    delivery::Entry,
    hex::sha256_of,
    words::{self, Message},
};

/// The longest name that an entry is given, in bytes; each vault takes more.
const LONGEST: usize = 100;

/// How much of a hash tells names apart, in hexadecimal digits: 64 bits, which no names that people choose share.
const DIGITS: usize = 16;

/// How much of one tells the keys apart that replace others of one name: their ids are Dfns' own.
const REPLACED: usize = 8;

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
            Self::Readable => is_letter(character) || " -_.".contains(character),
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
        if name == text && name.len() <= LONGEST && !self.ends_in_digits(text) {
            return name;
        }
        let suffix = self.digits(text, DIGITS);
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
    pub fn of_entry(self, entry: &Entry) -> String {
        let name = self.of(&entry.key_name);
        match &entry.replaces {
            None => name,
            Some(replaced) => format!("{name}{}{}", self.mark(), self.digits(replaced, REPLACED)),
        }
    }

    /// Whether a name ends as one does that was given digits, also one of an earlier version.
    fn ends_in_digits(self, name: &str) -> bool {
        let end = name.rsplit(self.mark()).next().unwrap_or_default();
        end.len() < name.len()
            && [REPLACED, DIGITS].contains(&end.len())
            && end.bytes().all(|digit| digit.is_ascii_hexdigit())
    }

    /// Digits of a text's hash, which tell it from others.
    fn digits(self, text: &str, count: usize) -> String {
        let mut digits = sha256_of(text);
        digits.truncate(count);
        if self == Self::Uppercase {
            digits.make_ascii_uppercase();
        }
        digits
    }
}

/// A letter or digit of any script that file systems leave as it is. Some write a character in another way that looks the
/// same: a Kelvin sign becomes a K, and a letter of compatibility the one that it stands for.
fn is_letter(character: char) -> bool {
    let lower: String = character.to_lowercase().collect();
    let same_in_capitals = || lower.chars().flat_map(char::to_uppercase).eq([character]);
    let rewritten = matches!(
        character,
        // Greek with an accent of its own block, letters that are always taken apart, and ideographs of compatibility.
        '\u{1f00}'..='\u{1fff}'
            | '\u{958}'..='\u{95f}'
            | '\u{9dc}'..='\u{9df}'
            | '\u{a33}'..='\u{a5e}'
            | '\u{b5c}'..='\u{b5d}'
            | '\u{f00}'..='\u{fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fb1d}'..='\u{fb4f}'
            | '\u{2f800}'..='\u{2fa1f}'
    );
    character.is_alphanumeric() && !rewritten && (lower.chars().eq([character]) || same_in_capitals())
}

/// A text with places for what is known of a key: `{key_name}`, `{key_id}`, `{org_id}`; and `{secret}`, for the name of one of
/// its secrets, where each is asked about by itself.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String")]
pub struct Template(String);

/// The places that there are.
const PLACES: [&str; 3] = ["{key_name}", "{key_id}", "{org_id}"];

/// The place for a secret's name, which is not everywhere.
pub(super) const SECRET: &str = "{secret}";

impl Template {
    /// Checks a text.
    ///
    /// # Errors
    /// In words, where it has a place that is none of the three, or a character that no argument can have.
    pub fn parse(text: &str) -> Result<Self, Message> {
        if text.chars().any(char::is_control) {
            return Err(words::unusable_argument_control(text.escape_debug().to_string()));
        }
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            rest = &rest[start..];
            let end = rest.find('}').map_or(rest.len(), |end| end + 1);
            let place = &rest[..end];
            let is_word = place.len() > 2
                && place.ends_with('}')
                && place[1..end - 1].chars().all(|character| character.is_ascii_alphabetic() || character == '_');
            if is_word && !PLACES.contains(&place) && place != SECRET {
                return Err(words::unusable_placeholder(place));
            }
            rest = &rest[1..];
        }
        Ok(Self(text.to_owned()))
    }

    /// The text, with what is known of an entry in its places. Places of which nothing is known stay as they are.
    pub fn fill(&self, names: Names, entry: &Entry) -> String {
        let mut filled = self.0.replace(PLACES[0], &names.of_entry(entry));
        for (place, value) in [(PLACES[1], &entry.key_id), (PLACES[2], &entry.organization)] {
            if let Some(value) = value {
                filled = filled.replace(place, &names.of(value));
            }
        }
        filled
    }

    /// The same, of one of its secrets.
    pub fn fill_of(&self, names: Names, entry: &Entry, secret: SecretName) -> String {
        let name: String = secret.as_str().chars().map(|character| names.fold(character)).collect();
        Self(self.0.replace(SECRET, &name)).fill(names, entry)
    }

    /// Whether it is another for each secret.
    pub fn is_of_each_secret(&self) -> bool {
        self.0.contains(SECRET)
    }

    /// Whether everything that it asks for is known of this entry.
    pub fn is_known(&self, entry: &Entry) -> bool {
        (entry.key_id.is_some() || !self.0.contains(PLACES[1]))
            && (entry.organization.is_some() || !self.0.contains(PLACES[2]))
    }

    /// Whether entries of different keys get different names by it.
    pub fn tells_apart(&self) -> bool {
        self.0.contains(PLACES[0]) || self.0.contains(PLACES[1])
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Template {
    type Error = Message;

    fn try_from(text: String) -> Result<Self, Message> {
        Self::parse(&text)
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

    /// As random as a test may be: the same each time.
    struct Random(u64);

    impl Random {
        fn below(&mut self, count: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).expect("31 bits") % count
        }
    }

    /// Names that are near one another: of few characters that are told apart only in some vaults, and of what names become.
    fn near_one_another(random: &mut Random, names: Names, before: &[String]) -> String {
        const FEW: [char; 16] =
            ['a', 'A', 'b', '-', '_', '.', ' ', '/', '!', 'é', 'K', '\u{212a}', 'å', '\u{212b}', '0', '\u{200b}'];
        let text: String = (0..=random.below(4)).map(|_| FEW[random.below(FEW.len())]).collect();
        match (random.below(8), before) {
            // What another became, as a name of its own; and with a digit more, or in other letters.
            (0, [.., last]) => names.of(last),
            (1, [.., last]) => format!("{}0", names.of(last)),
            (2, [.., last]) => names.of(last).to_uppercase(),
            (3, [.., last]) => names.of_entry(&replacing(last, Some("api-1"))),
            (4, _) => format!("{text}{}", "n".repeat(98 + random.below(4))),
            (5, _) => format!("{text}-{:08x}", random.below(4)),
            (6, _) => format!("{text}_{:016X}", random.below(4)),
            _ => text,
        }
    }

    fn replacing(name: &str, replaces: Option<&str>) -> Entry {
        let replaces = replaces.map(str::to_owned);
        Entry { key_name: name.to_owned(), replaces, ..Entry::default() }
    }

    #[test]
    fn two_names_never_become_one_entry() {
        for names in ALL {
            let (mut random, mut texts) = (Random(7), Vec::new());
            for _ in 0..5_000 {
                let text = near_one_another(&mut random, names, &texts);
                texts.push(text);
            }
            let mut seen = HashMap::new();
            for text in &texts {
                for replaces in [None, Some("api-1"), Some("api-2")] {
                    let name = names.of_entry(&replacing(text, replaces));
                    // A vault may take no notice of case where its names have but one.
                    let name = if names == Names::Lowercase { name.to_uppercase() } else { name };
                    let of = (text.clone(), replaces);
                    let before = seen.insert(name.clone(), of.clone());
                    assert!(
                        before.as_ref().is_none_or(|before| *before == of),
                        "{names:?} gives {name} to {before:?} and {of:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_name_that_looks_like_what_another_becomes_gets_digits_of_its_own() {
        let becomes = Names::Plain.of("a/b");
        assert!(becomes.starts_with("a-b-") && becomes.len() == "a-b-".len() + DIGITS, "{becomes}");
        for text in [becomes.as_str(), "a-b-c14cddc0", "A-B-C14CDDC0"] {
            let name = Names::Plain.of(text);
            assert!(name != text && name.starts_with("a-b-c14cddc0-") || name.len() > 24, "{text} is {name}");
        }
        assert_eq!(Names::Plain.of("c14cddc0"), "c14cddc0", "nothing stands before it");
        assert_eq!(Names::Plain.of("release-2026"), "release-2026");
    }

    #[test]
    fn characters_that_file_systems_write_in_another_way_do_not_stay() {
        for (odd, plain) in
            [("\u{212a}", "K"), ("\u{212b}", "\u{c5}"), ("\u{f900}", "\u{8c48}"), ("\u{1f71}", "\u{3ac}")]
        {
            assert_ne!(Names::Readable.of(odd), odd);
            assert_eq!(Names::Readable.of(plain), plain);
        }
    }

    #[test]
    fn a_key_that_replaces_another_gets_an_entry_of_its_own_that_is_known_beforehand() {
        let entry = |replaces: Option<&str>| Entry {
            key_name: "DEPLOY-BOT".into(),
            replaces: replaces.map(str::to_owned),
            ..Entry::default()
        };
        for names in ALL {
            let all = [None, Some("api-1"), Some("api-2")].map(|replaces| names.of_entry(&entry(replaces)));
            assert_eq!(all[0], names.of("DEPLOY-BOT"));
            for name in &all[1..] {
                assert!(name.starts_with(&all[0]) && name.len() == all[0].len() + 1 + REPLACED, "{name}");
                assert!(name.chars().all(|character| names.allows(character)), "{names:?}: {name}");
            }
            assert_ne!(all[1], all[2]);
        }
    }

    #[test]
    fn a_template_is_filled_with_what_is_known() {
        let entry = Entry { key_name: "Deploy bot".into(), organization: Some("cu-1".into()), ..Entry::default() };
        let template = Template::parse("dfns/{org_id}/{key_name}-{key_id}").expect("a template");
        assert_eq!(template.fill(Names::Readable, &entry), "dfns/cu-1/Deploy bot-{key_id}");
        assert!(!template.is_known(&entry) && template.tells_apart());
        assert!(!Template::parse("dfns/{org_id}").expect("a template").tells_apart());
    }

    #[test]
    fn a_place_that_is_misspelt_is_told_and_other_braces_are_text() {
        let told = Template::parse("dfns/{keyname}").expect_err("misspelt");
        assert_eq!(told, words::unusable_placeholder("{keyname}"));
        assert!(Template::parse("a{b c}d{}{0}").is_ok());
        assert!(Template::parse("a\nb").is_err());
    }

    #[test]
    fn a_name_that_looks_like_a_place_is_not_filled_again() {
        let entry = Entry { key_name: "{key_id}".into(), key_id: Some("api-1".into()), ..Entry::default() };
        for names in ALL {
            assert!(!Template::parse("{key_name}").expect("a template").fill(names, &entry).contains("api-1"));
        }
    }
}
