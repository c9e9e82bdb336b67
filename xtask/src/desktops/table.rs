//! What the app said at each step, beside what was true.

use std::time::Duration;

/// Where a secret was found that had been on the clipboard.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Which one, and on the clipboard itself, or in what is selected: whatever is pasted from.
    pub(super) pasted: Vec<String>,
    /// Which ones the desktop's own history has. Whoever clears the clipboard does not claim that they are gone from there.
    pub(super) history: Vec<&'static str>,
}

impl Found {
    fn words(&self) -> String {
        let pasted = if self.pasted.is_empty() { "gone".to_owned() } else { self.pasted.join(", ") };
        if self.history.is_empty() {
            return pasted;
        }
        format!("{pasted}; the desktop's history has {}", self.history.join(" and "))
    }
}

#[derive(Debug)]
enum Verdict {
    True,
    /// Said to be gone, and there; or the other way round.
    NotTrue,
    /// There, and nobody said so.
    Untold,
    Skipped,
}

#[derive(Debug)]
struct Row {
    step: String,
    said: String,
    truth: String,
    verdict: Verdict,
}

/// The table of one desktop.
#[derive(Debug)]
pub(super) struct Table {
    desktop: &'static str,
    rows: Vec<Row>,
}

impl Table {
    pub(super) fn new(desktop: &'static str) -> Self {
        Self { desktop, rows: Vec::new() }
    }

    /// A secret had to go from the clipboard.
    pub(super) fn gone(&mut self, step: &str, said: &str, found: &Found) {
        let verdict = match (found.pasted.is_empty(), claims_there(said)) {
            (true, true) => Verdict::NotTrue,
            (true, false) | (false, true) => Verdict::True,
            (false, false) if claims_gone(said) => Verdict::NotTrue,
            (false, false) => Verdict::Untold,
        };
        self.row(step, said, &found.words(), verdict);
    }

    /// Something else that was said, or shown, and whether it was so.
    pub(super) fn told(&mut self, step: &str, said: &str, truth: &str, is_true: bool) {
        self.row(step, said, truth, if is_true { Verdict::True } else { Verdict::NotTrue });
    }

    /// What this desktop cannot show here.
    pub(super) fn skipped(&mut self, step: &str, why: &str) {
        self.row(step, "", why, Verdict::Skipped);
    }

    fn row(&mut self, step: &str, said: &str, truth: &str, verdict: Verdict) {
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        self.rows.push(Row { step: step.to_owned(), said, truth: truth.to_owned(), verdict });
    }

    /// Whether everything that was said was true, and what had to be said was.
    pub(super) fn is_true(&self) -> bool {
        self.rows.iter().all(|row| matches!(row.verdict, Verdict::True | Verdict::Skipped))
    }

    pub(super) fn print(&self, took: Duration) {
        println!("\n  {:<12} | {:<44} | {:<9} | what was said | what was true", "desktop", "step", "verdict");
        for Row { step, said, truth, verdict } in &self.rows {
            let verdict = match verdict {
                Verdict::True => "true",
                Verdict::NotTrue => "NOT TRUE",
                Verdict::Untold => "UNTOLD",
                Verdict::Skipped => "skipped",
            };
            let said = if said.is_empty() { "–" } else { said };
            println!("  {:<12} | {step:<44} | {verdict:<9} | {said} | {truth}", self.desktop);
        }
        let count = |wanted: fn(&Verdict) -> bool| self.rows.iter().filter(|row| wanted(&row.verdict)).count();
        println!(
            "  {}: {} true, {} not true or untold, {} skipped, in {:.0} s",
            self.desktop,
            count(|verdict| matches!(verdict, Verdict::True)),
            count(|verdict| matches!(verdict, Verdict::NotTrue | Verdict::Untold)),
            count(|verdict| matches!(verdict, Verdict::Skipped)),
            took.as_secs_f32()
        );
    }
}

/// Whether a person who reads this takes it that the secret can still be pasted.
fn claims_there(said: &str) -> bool {
    ["still on the clipboard", "couldn’t be cleared", "putting it back"].iter().any(|words| said.contains(words))
}

/// Or that it is on the clipboard no more.
fn claims_gone(said: &str) -> bool {
    said.contains("cleared") || said.contains("no longer on the clipboard")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(there: bool) -> Found {
        Found {
            pasted: there.then(|| "the token is on the clipboard".to_owned()).into_iter().collect(),
            history: Vec::new(),
        }
    }

    #[test]
    fn what_is_said_to_be_cleared_and_is_there_is_not_true_and_neither_is_silence() {
        for (said, there, is_true) in [
            ("The clipboard was cleared.", false, true),
            ("The clipboard was cleared.", true, false),
            ("The token is no longer on the clipboard. If something else is, Keybearer left it alone.", true, false),
            ("Signed in. The sign-in token couldn’t be cleared from the clipboard.", true, true),
            ("The token is still on the clipboard: another program keeps putting it back.", false, false),
            ("Copied, clears in 3 s", true, false),
            ("", true, false),
            ("", false, true),
        ] {
            let mut table = Table::new("a desktop");
            table.gone("a step", said, &found(there));
            assert_eq!(table.is_true(), is_true, "{said:?}, {there}");
        }
    }

    #[test]
    fn what_could_not_be_looked_at_is_no_fault() {
        let mut table = Table::new("a desktop");
        table.skipped("its own lock", "there is none");
        assert!(table.is_true());
    }
}
