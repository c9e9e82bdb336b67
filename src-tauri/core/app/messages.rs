//! What the person is told wherever they are: what just happened, and what is wrong until they have read it.

use parking_lot::Mutex;
use tokio::sync::watch;

use crate::{failure::Failure, words::Message};

/// What just happened, and what is wrong.
pub struct Messages {
    told: Mutex<Told>,
    changed: watch::Sender<()>,
}

struct Told {
    /// One sentence on what just happened, and its number.
    said: Option<(u32, Message)>,
    /// What was found wrong with files of our own, and not put aside yet.
    problems: Vec<Failure>,
}

impl Messages {
    /// With what was found wrong so far.
    pub(super) fn new(problems: Vec<Failure>, changed: watch::Sender<()>) -> Self {
        Self { told: Mutex::new(Told { said: None, problems }), changed }
    }

    /// What was said last, and its number.
    pub fn said(&self) -> Option<(u32, Message)> {
        self.told.lock().said.clone()
    }

    /// What was found wrong, and not put aside by the person yet.
    pub fn problems(&self) -> Vec<Failure> {
        self.told.lock().problems.clone()
    }

    /// Says one sentence, in passing.
    pub fn say(&self, text: Message) {
        self.say_beginning(text);
    }

    /// Says that something began whose end is said by [`Messages::say_end`], which gets what this returns.
    pub(super) fn say_beginning(&self, text: Message) -> u32 {
        self.change(|told| {
            let number = told.said.as_ref().map_or(1, |(number, _)| number + 1);
            told.said = Some((number, text));
            number
        })
    }

    /// Says how it ended, in the place of its beginning: unless something else was said since, or the person has put that
    /// aside. That is news, and this is none.
    pub(super) fn say_end(&self, beginning: u32, end: Message) {
        self.change(|told| {
            if let Some((_, text)) = told.said.as_mut().filter(|(number, _)| *number == beginning) {
                *text = end;
            }
        });
    }

    /// Tells of a problem that may be met several times, once.
    pub(super) fn tell_once(&self, problem: Failure) {
        self.change(|told| {
            if !told.problems.contains(&problem) {
                told.problems.push(problem);
            }
        });
    }

    /// Tells of a problem in place of another, where there was one; or of none any more.
    pub(super) fn replace_problem(&self, before: Option<&Failure>, now: Option<Failure>) {
        self.change(|told| {
            told.problems.retain(|problem| Some(problem) != before);
            told.problems.extend(now);
        });
    }

    /// The person has read what is wrong.
    pub(super) fn dismiss_problems(&self) {
        self.change(|told| told.problems.clear());
    }

    fn change<T>(&self, change: impl FnOnce(&mut Told) -> T) -> T {
        let changed = change(&mut self.told.lock());
        self.changed.send_replace(());
        changed
    }
}
