//! What people call things: keys, accounts and destinations. A name is seen, said and compared by people, so what they
//! cannot see in it does not count, and a secret is never taken for one.

mod list;
mod looks;
mod next;
mod secret;

pub use self::{
    list::{name_and_role, names_in},
    looks::{folded, is_never_seen, is_same_to_the_eye},
    next::next,
    secret::{Likeness, holds, looks_like_secret},
};

use crate::{
    failure::{Failure, NameProblem},
    words::{self, Message},
};

/// More characters than this are no name that anybody reads.
pub const LONGEST: usize = 100;

/// Reads what was typed as a name: without what cannot be seen at its ends, and of what people can see alone. It may be
/// empty.
///
/// # Errors
/// [`Failure::NameIsSecret`] where it looks like one, whatever else is wrong with it; [`Failure::Name`] for a character inside
/// that ends a line or cannot be seen, and for one that is too long.
pub fn parse(text: &str) -> Result<String, Failure> {
    if let Some(likeness) = looks_like_secret(text) {
        return Err(Failure::NameIsSecret(likeness));
    }
    let name = looks::trimmed(text);
    if name.chars().any(looks::ends_a_line) {
        return Err(Failure::Name(NameProblem::Control));
    }
    if let Some(unseen) = looks::first_unseen(name) {
        return Err(Failure::Name(NameProblem::Unseen(unseen)));
    }
    match name.chars().count() {
        length if length > LONGEST => Err(Failure::Name(NameProblem::TooLong(length))),
        _ => Ok(name.to_owned()),
    }
}

/// What an invisible character is called, with its number: “a zero-width space (U+200B)”.
pub fn describe(unseen: char) -> Message {
    let code = format!("U+{:04X}", u32::from(unseen));
    match unseen {
        '\u{ad}' => words::character_soft_hyphen(code),
        '\u{200b}' => words::character_space(code),
        '\u{200c}' => words::character_non_joiner(code),
        '\u{200d}' => words::character_joiner(code),
        '\u{61c}' | '\u{200e}' | '\u{200f}' => words::character_direction_mark(code),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => words::character_direction_change(code),
        '\u{2060}' => words::character_word_joiner(code),
        '\u{2800}' => words::character_braille(code),
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => words::character_hangul(code),
        '\u{feff}' => words::character_byte_order(code),
        '\u{fe00}'..='\u{fe0f}' => words::character_variation(code),
        _ => words::verbatim(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_taken_off_both_ends() {
        for (typed, name) in [
            ("\u{feff}Payout", "Payout"),
            (" \u{200b}\u{2060}Payout\u{a0}\u{ad}\u{200e} ", "Payout"),
            ("\u{202e}ab", "ab"),
            ("\u{2800}Payout\u{3164}", "Payout"),
            ("Payout\u{fe0f}", "Payout"),
        ] {
            assert_eq!(parse(typed), Ok(name.to_owned()), "{typed:?}");
        }
        for nothing in ["", " \t", "\u{200b}", "\u{ad}", "\u{2060}\u{feff}", "\u{2800}", "\u{a0}\u{3000}", "\u{e0020}"]
        {
            assert_eq!(parse(nothing), Ok(String::new()), "{nothing:?}");
        }
    }

    #[test]
    fn what_people_need_inside_is_kept_and_the_rest_is_named() {
        for name in [
            "🔑🗝️ server",
            "👩‍💻 laptop",
            "👨🏽‍🚒",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿 office",
            "1️⃣ first",
            "می‌خواهم",
            "क्‍ष",
            "⠅⠑⠽⠀⠎",
            "Zu\u{308}rich",
            "Server\u{a0}3",
            "مفتاح الخادم",
        ] {
            assert_eq!(parse(name), Ok(name.to_owned()), "{name:?}");
        }
        for (name, unseen) in [
            ("Pay\u{200b}out", '\u{200b}'),
            ("Pay\u{ad}out", '\u{ad}'),
            ("Pay\u{2060}out", '\u{2060}'),
            ("Pay\u{feff}out", '\u{feff}'),
            ("Pay\u{202e}out", '\u{202e}'),
            ("Pay\u{200d}out", '\u{200d}'),
            ("Pay\u{200c}out", '\u{200c}'),
            ("Pay\u{2800}out", '\u{2800}'),
            ("Pay\u{fe0f}out", '\u{fe0f}'),
            ("Pay\u{e0041}out", '\u{e0041}'),
        ] {
            assert_eq!(parse(name), Err(Failure::Name(NameProblem::Unseen(unseen))), "{name:?}");
        }
        assert_eq!(describe('\u{200b}'), words::character_space("U+200B"));
    }

    #[test]
    fn line_breaks_are_refused_and_so_is_what_nobody_reads() {
        for name in ["a\nb", "a\u{0}b", "a\u{2028}b", "a\u{85}b"] {
            assert_eq!(parse(name), Err(Failure::Name(NameProblem::Control)), "{name:?}");
        }
        assert_eq!(parse(&"word ".repeat(20)).map(|name| name.len()), Ok(99));
        assert_eq!(parse(&"words ".repeat(20)), Err(Failure::Name(NameProblem::TooLong(119))));
    }
}
