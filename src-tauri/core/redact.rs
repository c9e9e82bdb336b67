//! What servers and programs say, as text for a person: one line, shortened, without anything that holds a secret.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use zeroize::Zeroizing;

use crate::hex::hex;

/// The longest text of somebody else's that is shown, in characters.
pub const LONGEST: usize = 300;

/// A time as it stands in data, and as the page reads it: ISO 8601.
pub fn iso(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

/// Shorter pieces of a secret are in other words as well, and tell nobody anything.
const PIECE: usize = 12;

/// The same of a secret whose bytes are written as numbers.
const BYTES: usize = 6;

/// The text on one line, without what cannot be seen and without each word that has a piece of one of the secrets in it, as
/// it is, in base64, or with its bytes as numbers: an echo may be cut short, quoted, encoded, or broken into lines. Empty
/// where nothing is left to say.
pub fn for_a_person(text: &str, secrets: &[&str]) -> String {
    let forms: Vec<Zeroizing<String>> = secrets.iter().flat_map(|secret| forms(secret)).collect();
    let mut words = Vec::new();
    let mut after_a_piece = false;
    // A passphrase has several words, none of which tells what it is of.
    let mut text = Zeroizing::new(on_one_line(&without_numbers(&Zeroizing::new(visible(text)), secrets)));
    for phrase in secrets.iter().map(|secret| on_one_line(secret)).filter(|secret| secret.contains(' ')) {
        text = Zeroizing::new(text.replace(&phrase, "…"));
    }
    for word in text.split_whitespace() {
        // A short word that ends as a secret does is what is left of its last line.
        let is_piece = holds(word, &forms) || (after_a_piece && secrets.iter().any(|secret| is_end(word, secret)));
        match (is_piece, after_a_piece) {
            (true, true) => {}
            (true, false) => words.push("…"),
            (false, _) => words.push(word),
        }
        after_a_piece = is_piece;
    }
    let mut said = words.join(" ");
    if said.chars().count() > LONGEST {
        said = said.chars().take(LONGEST).chain(['…']).collect();
    }
    said
}

/// Before anything is looked for: a secret with marks between its letters, or in UTF-16, is the secret to whoever reads it.
fn visible(text: &str) -> String {
    text.chars().filter(|character| character.is_whitespace() || !is_invisible(*character)).collect()
}

/// Control characters, and what only steers how others are drawn.
fn is_invisible(character: char) -> bool {
    let steers = matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    character.is_control() || steers
}

/// Without each run of numbers that has a piece of a secret: hexadecimal or decimal ones, whatever stands between and before
/// them.
fn without_numbers(text: &str, secrets: &[&str]) -> Zeroizing<String> {
    let mut left = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.find(|character| !is_of_numbers(character)).unwrap_or(rest.len());
        let (numbers, after) = rest.split_at(run);
        let bytes = Bytes::in_numbers(numbers);
        left.push_str(if secrets.iter().any(|secret| bytes.are_of(secret)) { " … " } else { numbers });
        let other = after.find(is_of_numbers).unwrap_or(after.len());
        left.push_str(&after[..other]);
        rest = &after[other..];
    }
    left
}

/// What a dump, an array or an escaped text of bytes consists of.
fn is_of_numbers(character: char) -> bool {
    character.is_ascii_hexdigit() || character.is_whitespace() || "xXuU\\%,:;|-[](){}<>\"'&#".contains(character)
}

/// The bytes that numbers stand for, if they do.
struct Bytes {
    /// Taken for hexadecimal, as the digits are, in small letters.
    hexadecimal: Zeroizing<Vec<u8>>,
    decimal: Zeroizing<Vec<u8>>,
}

impl Bytes {
    fn in_numbers(numbers: &str) -> Self {
        let plain =
            ["\\u00", "\\U00", "0x", "0X"].iter().fold(numbers.to_owned(), |text, mark| text.replace(mark, " "));
        let plain = Zeroizing::new(plain);
        let digits = plain.bytes().filter(u8::is_ascii_hexdigit).map(|digit| digit.to_ascii_lowercase());
        let numbers = plain.split(|character: char| !character.is_ascii_digit());
        Self {
            hexadecimal: Zeroizing::new(digits.collect()),
            decimal: Zeroizing::new(numbers.filter_map(|number| number.parse().ok()).collect()),
        }
    }

    /// Whether they are some of a secret's, one after the other.
    fn are_of(&self, secret: &str) -> bool {
        let wanted = BYTES.min(secret.len());
        wanted > 0
            && secret.as_bytes().windows(wanted).any(|piece| {
                let digits = Zeroizing::new(hex(piece));
                self.hexadecimal.windows(digits.len()).any(|part| part == digits.as_bytes())
                    || self.decimal.windows(wanted).any(|part| part == piece)
            })
    }
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn holds(word: &str, forms: &[Zeroizing<String>]) -> bool {
    forms.iter().any(|form| {
        word.contains(form.as_str())
            || form.as_bytes().windows(PIECE).any(|piece| word.as_bytes().windows(PIECE).any(|part| part == piece))
    })
}

/// Whether a word is the end of a secret, as it is or in base64.
fn is_end(word: &str, secret: &str) -> bool {
    let end = word.trim_end_matches('=');
    !end.is_empty() && (secret.ends_with(end) || Zeroizing::new(STANDARD_NO_PAD.encode(secret)).ends_with(end))
}

/// A secret as it is, and in base64, whose letters depend on what stands before it.
fn forms(secret: &str) -> Vec<Zeroizing<String>> {
    if secret.is_empty() {
        return Vec::new();
    }
    let mut forms = vec![Zeroizing::new(secret.to_owned())];
    for skipped in 0..3.min(secret.len()) {
        let mut encoded = Zeroizing::new(STANDARD_NO_PAD.encode(&secret.as_bytes()[skipped..]));
        // The last letter depends on what follows.
        encoded.pop();
        if encoded.len() >= PIECE {
            forms.push(encoded);
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const SECRET: &str = "eyJhbGciOiJFUzI1NiJ9.c3ViamVjdA.c2lnbmF0dXJl";

    #[test]
    fn a_secret_is_not_said_whole_cut_quoted_or_in_base64() {
        for echo in [
            SECRET.to_owned(),
            format!("\"{}\"", &SECRET[3..20]),
            STANDARD.encode(SECRET),
            STANDARD.encode(format!("{{\"token\":\"{SECRET}\"}}")),
            STANDARD.encode(format!("x{SECRET}y")),
        ] {
            assert_eq!(for_a_person(&format!("not {echo} here"), &[SECRET]), "not … here", "{echo}");
        }
    }

    #[test]
    fn a_short_word_behind_a_secret_is_left_though_its_letters_are_in_there() {
        let said = for_a_person(&format!("Bearer {SECRET} in cdA of 3Vi the"), &[SECRET, "inside"]);
        assert_eq!(said, "Bearer … in cdA of 3Vi the");
        let said = for_a_person(&format!("Bearer {}\n{} in", &SECRET[..40], &SECRET[40..]), &[SECRET]);
        assert_eq!(said, "Bearer … in");
    }

    #[test]
    fn a_secret_in_lines_is_not_said_to_the_last_of_them() {
        for echo in [SECRET.to_owned(), STANDARD.encode(SECRET)] {
            let lines: Vec<String> =
                echo.as_bytes().chunks(20).map(|line| String::from_utf8_lossy(line).into()).collect();
            let text = format!("not\n{}\nhere", lines.join("\n"));
            assert_eq!(for_a_person(&text, &[SECRET]), "not … here");
        }
    }

    #[test]
    fn a_passphrase_of_several_words_is_not_said() {
        let said = for_a_person("bad password: correct horse\nbattery staple!", &["correct horse battery staple"]);
        assert_eq!(said, "bad password: …!");
    }

    #[test]
    fn a_secret_with_marks_between_its_letters_or_in_utf_16_is_not_said() {
        let between = |mark: &str| SECRET.chars().map(|letter| format!("{letter}{mark}")).collect::<String>();
        for mark in ["\0", "\u{7}", "\u{1b}", "\u{200b}", "\u{feff}"] {
            let said = for_a_person(&format!("not {} here", between(mark)), &[SECRET]);
            assert_eq!(said, "not … here", "{}", mark.escape_debug());
        }
        let utf_16: Vec<u8> = format!("not {SECRET}\nhere").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(for_a_person(&String::from_utf8_lossy(&utf_16), &[SECRET]), "not … here");
    }

    #[test]
    fn a_secret_whose_bytes_are_written_as_numbers_is_not_said() {
        let each =
            |write: &dyn Fn(u8) -> String, between: &str| SECRET.bytes().map(write).collect::<Vec<_>>().join(between);
        let lines = |write: &dyn Fn(u8) -> String| {
            let lines = SECRET.as_bytes().chunks(16).enumerate();
            lines
                .map(|(line, bytes)| {
                    let bytes: Vec<String> =
                        bytes.chunks(2).map(|pair| pair.iter().map(|byte| write(*byte)).collect::<String>()).collect();
                    format!("{:08x}: {}", line * 16, bytes.join(" "))
                })
                .collect::<Vec<String>>()
                .join("\n")
        };
        for echo in [
            each(&|byte| format!("{byte:02x}"), ""),
            each(&|byte| format!("{byte:02X}"), ":"),
            each(&|byte| format!("{byte:02x}"), " "),
            each(&|byte| format!("0x{byte:02x}"), ", "),
            each(&|byte| format!("\\x{byte:02x}"), ""),
            each(&|byte| format!("\\u{byte:04x}"), ""),
            each(&|byte| format!("%{byte:02X}"), ""),
            each(&|byte| byte.to_string(), ", "),
            format!("[{}]", each(&|byte| byte.to_string(), ",")),
            lines(&|byte| format!("{byte:02x}")),
            each(&|byte| format!("{byte:02x}"), "")[31..].to_owned(),
        ] {
            assert_eq!(for_a_person(&format!("not {echo} here"), &[SECRET]), "not … here", "{echo}");
        }
        let said = "it is 10:42, exit code 255, at 0x7ffd5e3a9c10 in a cafe [1, 2, 3, 4, 5, 6, 7, 8]";
        assert_eq!(for_a_person(said, &[SECRET]), said);
    }

    #[test]
    fn what_holds_no_secret_is_said_on_one_line() {
        assert_eq!(for_a_person(" one\n two\u{7}\tthree ", &[SECRET, ""]), "one two three");
        assert_eq!(for_a_person(&"é".repeat(5000), &[]).chars().count(), LONGEST + 1);
        assert_eq!(for_a_person("", &[SECRET]), "");
    }
}
