//! Text as it is, with nothing in it that cannot be seen.

/// The text with every letter escaped that shows nothing, or moves what stands beside it: control and formatting characters,
/// marks that join the letter before them, white space other than a space between words, and letters that are written from
/// right to left. A backslash is escaped as well, so that what looks escaped is.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let inner = text.trim_matches(' ');
    let ends = (text.len() - text.trim_start_matches(' ').len(), text.trim_end_matches(' ').len());
    for (place, letter) in text.char_indices() {
        match letter {
            '\'' | '"' => shown.push(letter),
            // One that nobody sees, since nothing follows or comes before.
            ' ' if inner.is_empty() || place < ends.0 || place >= ends.1 => shown.push_str("\\u{20}"),
            letter if is_right_to_left(letter) => shown.extend(letter.escape_unicode()),
            letter => shown.extend(letter.escape_debug()),
        }
    }
    shown
}

/// The blocks of such scripts.
fn is_right_to_left(letter: char) -> bool {
    matches!(letter,
        '\u{590}'..='\u{8ff}'
        | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_or_moves_other_letters_is_escaped() {
        for (text, shown) in [
            ("dfns/{key_name}", "dfns/{key_name}"),
            ("Müller's \"vault\"", "Müller's \"vault\""),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\u{2066}b\u{2069}", "a\\u{2066}b\\u{2069}"),
            ("a\u{200b}\u{feff}\u{ad}", "a\\u{200b}\\u{feff}\\u{ad}"),
            ("a\u{a0}b\u{2003}c", "a\\u{a0}b\\u{2003}c"),
            ("a\nb\tc\u{7}", "a\\nb\\tc\\u{7}"),
            ("a\u{301}", "a\\u{301}"),
            ("C:\\u{202e}", "C:\\\\u{202e}"),
            (" a b ", "\\u{20}a b\\u{20}"),
            ("  ", "\\u{20}\\u{20}"),
            ("אב", "\\u{5d0}\\u{5d1}"),
            ("", ""),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn no_letter_that_is_not_escaped_has_a_direction_of_its_own_or_none_to_see() {
        for letter in ('\0'..=char::MAX).filter(|letter| letter.is_control() || letter.is_whitespace()) {
            let shown = visible(&format!("a{letter}b"));
            assert!(letter == ' ' || shown.contains('\\'), "{letter:?}: {shown}");
        }
        for letter in ('\u{200b}'..='\u{200f}').chain('\u{202a}'..='\u{202e}').chain('\u{2060}'..='\u{206f}') {
            assert!(visible(&letter.to_string()).contains("\\u{"), "{letter:?}");
        }
    }
}
