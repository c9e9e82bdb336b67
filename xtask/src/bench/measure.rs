//! What was measured: many times, and beside something else.

use std::fs;

use anyhow::Result;
use serde_json::{Value, json};

use crate::project;

/// A computer on which the middle half of what is measured differs by more than this part of it is too busy to tell.
const TOO_NOISY: f64 = 0.25;

/// All of one thing, in its unit.
#[derive(Clone, Debug, Default)]
pub(super) struct Measured(pub(super) Vec<f64>);

impl Measured {
    /// The value below which this part of them lies.
    pub(super) fn part(&self, part: f64) -> f64 {
        let mut values = self.0.clone();
        values.sort_by(f64::total_cmp);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "few values"
        )]
        let place = ((values.len() as f64 * part) as usize).min(values.len().saturating_sub(1));
        values.get(place).copied().unwrap_or(f64::NAN)
    }

    pub(super) fn median(&self) -> f64 {
        self.part(0.5)
    }

    fn is_noisy(&self) -> bool {
        self.part(0.75) - self.part(0.25) > TOO_NOISY * self.median()
    }

    /// The median, and where the middle half of them lies.
    fn told(&self) -> String {
        format!("{:.0} ({:.0}–{:.0})", self.median(), self.part(0.25), self.part(0.75))
    }
}

/// One thing and what it is compared with.
pub(super) struct Compared {
    pub(super) what: String,
    pub(super) ours: Measured,
    pub(super) theirs: Measured,
}

impl Compared {
    pub(super) fn ratio(&self) -> f64 {
        self.ours.median() / self.theirs.median()
    }

    pub(super) fn print(&self) {
        let noisy = if self.ours.is_noisy() || self.theirs.is_noisy() { "  too noisy to tell" } else { "" };
        let (ours, theirs) = (self.ours.told(), self.theirs.told());
        println!("  {:<44}  {ours:>18}  {theirs:>18}  {:>5.2}{noisy}", self.what, self.ratio());
    }

    fn raw(&self) -> Value {
        json!({ "what": self.what, "ours": self.ours.0, "theirs": self.theirs.0, "ratio": self.ratio() })
    }
}

/// Keeps the raw figures.
pub(super) fn keep(name: &str, all: &[Compared]) -> Result<()> {
    let folder = project::target().join("bench");
    fs::create_dir_all(&folder)?;
    let all: Vec<Value> = all.iter().map(Compared::raw).collect();
    let file = folder.join(format!("{name}.json"));
    fs::write(&file, serde_json::to_string_pretty(&all)?)?;
    println!("\n  Each figure is in {}.\n", file.display());
    Ok(())
}
