//! The name that follows another, where two may not bear one.

use super::{LONGEST, looks::folded};

/// What a number is set apart by in a name.
const APART: [char; 4] = [' ', '-', '_', '.'];

/// A name that none of those that are taken is the same as to the eye: this one with the next number behind it, in the way that it is
/// written. `is_taken` is asked about a name that is [`folded`].
pub fn next(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let (stem, apart, number) = numbered(name);
    let mut number = number.map_or(2, |number| number.saturating_add(1));
    loop {
        let ending = format!("{apart}{number}");
        let room = LONGEST.saturating_sub(ending.chars().count());
        let stem: String = stem.chars().take(room).collect();
        let next = format!("{}{ending}", stem.trim_end_matches(APART));
        if !is_taken(&folded(&next)) || number == u32::MAX {
            return next;
        }
        number += 1;
    }
}

/// A name without the number that it ends with, what sets that apart, and the number.
fn numbered(name: &str) -> (&str, char, Option<u32>) {
    let stem = name.trim_end_matches(|each: char| each.is_ascii_digit());
    let apart = stem.chars().next_back().filter(|each| APART.contains(each));
    // A year or a date that the name ends with is no count.
    let number = name[stem.len()..].parse().ok().filter(|number| (1..1000).contains(number));
    match (apart, number) {
        (Some(apart), Some(number)) => (&stem[..stem.len() - apart.len_utf8()], apart, Some(number)),
        _ => (name, APART.into_iter().find(|each| name.contains(*each)).unwrap_or('-'), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_name_is_written_as_the_last_was() {
        for (name, expected) in [
            ("Deploy bot", "Deploy bot 2"),
            ("Deploy bot 2", "Deploy bot 3"),
            ("deploy-bot", "deploy-bot-2"),
            ("deploy_bot_9", "deploy_bot_10"),
            ("bot", "bot-2"),
            ("bot7", "bot7-2"),
            ("Backup 2026", "Backup 2026 2"),
            ("2", "2-2"),
        ] {
            assert_eq!(next(name, |_| false), expected);
        }
    }

    #[test]
    fn what_is_taken_is_passed_over_and_no_name_grows_too_long() {
        let taken = ["deploy bot 2", "deploy bot 3"];
        assert_eq!(next("Deploy bot", |name| taken.contains(&name)), "Deploy bot 4");
        let long = "word ".repeat(20);
        let next = next(long.trim(), |_| false);
        assert!(next.chars().count() <= LONGEST && next.ends_with(" 2"), "{next}");
    }
}
