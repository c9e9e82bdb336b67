//! What a text looks like to people: what of it cannot be seen, and which two are one to the eye.

use icu_normalizer::ComposingNormalizerBorrowed;

/// Characters that take no ink and no room, or room alone: Unicode's default-ignorable and format characters, and the
/// letters that are drawn as a blank. Those of scripts that draw something are left out.
const UNSEEN: [(char, char); 24] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{16fe4}', '\u{16fe4}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d159}', '\u{1d159}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
    ('\u{fdd0}', '\u{fdef}'),
];

/// Scripts whose letters are joined, or kept apart, by characters that cannot be seen.
const JOINED: [(char, char); 5] = [
    ('\u{600}', '\u{109f}'),
    ('\u{1780}', '\u{18af}'),
    ('\u{a800}', '\u{abff}'),
    ('\u{fb50}', '\u{fdcf}'),
    ('\u{11000}', '\u{11fff}'),
];

/// Han, whose variants are chosen by a selector.
const HAN: [(char, char); 3] = [('\u{3400}', '\u{9fff}'), ('\u{f900}', '\u{faff}'), ('\u{20000}', '\u{3ffff}')];

/// Tells that two texts are one to the eye: equal in compatibility form, whatever their blanks, invisible characters and
/// case. Two names with the same fold are hard to tell apart, and so is the key that bears them.
pub fn folded(text: &str) -> String {
    let lower =
        |text: String| text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect::<String>();
    // Lower case may come apart again, as the dotted capital I does.
    seen(&lower(seen(text)))
}

/// Whether two texts look the same and are written in the same case: what is typed as a name is the name then, as far as
/// it can be typed.
pub fn is_same_to_the_eye(one: &str, other: &str) -> bool {
    seen(one) == seen(other)
}

/// Whether a character takes neither ink nor room, wherever it stands.
pub fn is_never_seen(letter: char) -> bool {
    is_unseen(letter) && !matches!(letter, '\u{2800}')
}

/// A text in compatibility form, with one space for each run of blanks and without what cannot be seen.
fn seen(text: &str) -> String {
    const FORM: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfkc();
    let visible: String = text.chars().map(|letter| if is_blank(letter) { ' ' } else { letter }).collect();
    let visible = visible.replace(is_unseen, "");
    // What is unseen goes once more: a form may have it that the text had not.
    let formed = FORM.normalize(&visible).replace(is_unseen, "");
    formed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text without what cannot be seen at its ends.
pub(super) fn trimmed(text: &str) -> &str {
    let mut text = text.trim_start_matches(|letter| is_blank(letter) || is_unseen(letter));
    while let Some(last) = text.chars().next_back() {
        let rest = &text[..text.len() - last.len_utf8()];
        if !is_blank(last) && (!is_unseen(last) || belongs(rest, last, "")) {
            break;
        }
        text = rest;
    }
    text
}

/// The first character that cannot be seen and has no business where it is.
pub(super) fn first_unseen(text: &str) -> Option<char> {
    text.char_indices().find_map(|(at, letter)| {
        let (before, after) = (&text[..at], &text[at + letter.len_utf8()..]);
        (is_unseen(letter) && !belongs(before, letter, after)).then_some(letter)
    })
}

/// A control character, or another that ends a line.
pub(super) fn ends_a_line(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Whether an invisible character is part of what people write: in emoji, between letters of scripts that join them, in
/// variants of Han, and the blank of Braille.
fn belongs(before: &str, letter: char, after: &str) -> bool {
    let (last, next) = (before.chars().next_back(), after.chars().next());
    let is = |neighbour: Option<char>, what: fn(char) -> bool| neighbour.is_some_and(what);
    match letter {
        '\u{200c}' => is(last, is_joined) && is(next, is_joined),
        '\u{200d}' => {
            (is(last, is_joined) && is(next, is_joined)) || (is(last, may_be_emoji) && is(next, may_be_emoji))
        }
        '\u{fe0e}' | '\u{fe0f}' if next == Some('\u{20e3}') => last.is_some_and(|last| last.is_ascii()),
        '\u{fe00}'..='\u{fe0f}' => is(last, may_be_emoji) || is(last, is_han),
        '\u{180b}'..='\u{180f}' => is(last, is_joined),
        '\u{e0020}'..='\u{e007f}' => is(last, |last| matches!(last, '\u{1f3f4}' | '\u{e0020}'..='\u{e007e}')),
        '\u{e0100}'..='\u{e01ef}' => is(last, is_han),
        '\u{2800}' => is(last, is_braille) && is(next, is_braille),
        _ => false,
    }
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control() || letter == '\u{2800}'
}

fn is_unseen(letter: char) -> bool {
    is_in(&UNSEEN, letter)
}

fn is_joined(letter: char) -> bool {
    is_in(&JOINED, letter)
}

fn is_han(letter: char) -> bool {
    is_in(&HAN, letter)
}

fn is_braille(letter: char) -> bool {
    matches!(letter, '\u{2800}'..='\u{28ff}')
}

/// A sign rather than a letter, beyond those of the keyboard; what chooses its colour or its form counts as part of it.
fn may_be_emoji(letter: char) -> bool {
    matches!(letter, '\u{fe0f}' | '\u{2139}' | '\u{24c2}' | '\u{3297}' | '\u{3299}')
        || (letter >= '\u{a9}' && !letter.is_alphanumeric() && !is_blank(letter) && !is_unseen(letter))
        || matches!(letter, '\u{1f100}'..='\u{1faff}')
}

fn is_in(ranges: &[(char, char)], letter: char) -> bool {
    letter >= ranges[0].0 && ranges.iter().any(|(first, last)| (*first..=*last).contains(&letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_folds_to_the_same() {
        for twin in [
            "Payout\u{200b} Key",
            "Pay\u{ad}out Key",
            "\u{2060}Payout Key",
            "\u{feff}Payout Key\u{2800}",
            "Payout\u{a0}Key",
            "Payout  \u{3000} Key",
            "Pay\u{202d}out Key",
            "PAYOUT KEY",
            "payout key",
            "Ｐａｙｏｕｔ　Ｋｅｙ",
            "𝐏𝐚𝐲𝐨𝐮𝐭 Key",
            "Payout\tKey",
        ] {
            assert_eq!(folded(twin), folded("Payout Key"), "{twin:?}");
        }
        for (one, other) in [("Zu\u{308}rich", "Zürich"), ("straße", "STRASSE"), ("ΟΔΟΣ", "οδος"), ("ﬁx", "fix")]
        {
            assert_eq!(folded(one), folded(other), "{one:?}");
        }
        for (one, other) in [("Payout", "Payout2"), ("Zurich", "Zürich"), ("a b", "ab"), ("🔑", "🗝")] {
            assert_ne!(folded(one), folded(other), "{one:?}");
        }
    }

    #[test]
    fn what_is_typed_is_compared_as_far_as_it_can_be_typed() {
        for (typed, name) in [
            ("Zürich", "Zu\u{308}rich"),
            ("Payout", "Pay\u{200b}out"),
            ("a b", "a\nb"),
            ("a b", "a\u{a0}b"),
            (" Payout ", "Payout"),
            ("a b", "a \u{0} b"),
        ] {
            assert!(is_same_to_the_eye(typed, name), "{typed:?}");
        }
        for (typed, name) in [("payout", "Payout"), ("", "Payout"), ("ab", "a\nb")] {
            assert!(!is_same_to_the_eye(typed, name), "{typed:?}");
        }
    }

    #[test]
    fn every_range_begins_before_it_ends() {
        for ranges in [&UNSEEN[..], &JOINED, &HAN] {
            assert!(ranges.iter().all(|(first, last)| first <= last && *first >= ranges[0].0));
        }
    }
}
