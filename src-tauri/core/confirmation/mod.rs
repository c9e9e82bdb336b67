//! What a secret may go to, confirmed by the person outside the page.
//!
//! The page chooses destinations and hosts, and the page is not to be trusted with that: before a token, a sign-in token,
//! what opens a vault or the clipboard's text goes somewhere for the first time, the person is asked in a dialog of Rust's
//! own ([`Confirm`]), which shows the whole [`Subject`]. What was allowed is kept as a hash of all of it; anything changed
//! is another subject, and is asked about anew. No command writes what is kept.

mod kept;
mod subject;
mod visible;

use std::{collections::HashSet, future::Future, path::Path, pin::Pin, sync::Arc};

use parking_lot::Mutex;

use self::kept::Kept;
pub use self::subject::{Named, Part, Question, Signature, Subject};
use crate::failure::{Failure, Unconfirmed};

/// So many refusals in a row end the asking, until the person does something by themselves.
const PATIENCE: u32 = 2;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// Secrets may go there.
    Allowed,
    /// They may not, or the question was closed.
    Declined,
    /// There is no way to ask here.
    NobodyToAsk,
}

/// The answer, once the person gave it.
pub type Answered<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// Asks the person, by a way that the page has no part in.
pub trait Confirm: Send + Sync {
    /// Asks, and waits for as long as the person takes.
    fn ask(&self, question: Question) -> Answered<'_>;
}

/// Asks nobody: nothing is allowed that was not allowed before.
pub struct Nobody;

impl Confirm for Nobody {
    fn ask(&self, _: Question) -> Answered<'_> {
        Box::pin(async { Answer::NobodyToAsk })
    }
}

/// What was confirmed, and asking for what was not.
pub struct Confirmations {
    kept: Kept,
    asker: Arc<dyn Confirm>,
    /// What the organization set up, by its hashes.
    preset: HashSet<String>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    asking: bool,
    /// How often in a row the person refused.
    refused: u32,
    /// What was allowed in this run.
    allowed: HashSet<String>,
}

impl Confirmations {
    /// In `confirmed.json` in this folder; neither need exist. There is nobody to ask at first.
    pub fn in_folder(folder: &Path) -> Self {
        Self { kept: Kept::in_folder(folder), asker: Arc::new(Nobody), preset: HashSet::new(), state: Mutex::default() }
    }

    /// Asks by this way from now on.
    pub fn ask_by(&mut self, asker: Arc<dyn Confirm>) {
        self.asker = asker;
    }

    /// What the organization set up counts as confirmed.
    pub fn count_as_confirmed<'a>(&mut self, subjects: impl IntoIterator<Item = Subject<'a>>) {
        self.preset.extend(subjects.into_iter().map(|subject| subject.hash()));
    }

    /// The person did something outside the page's reach: whatever they want now, they may be asked about again.
    pub fn person_acted(&self) {
        self.state.lock().refused = 0;
    }

    /// Makes sure that secrets may go there, by asking where that is not known yet. What is wrong with the file of those that
    /// were confirmed is told in `problem`, and changes nothing else.
    ///
    /// # Errors
    /// [`Failure::Unconfirmed`]: nothing may be sent.
    pub async fn allow(&self, subject: Subject<'_>, problem: impl Fn(Failure) + Send) -> Result<(), Failure> {
        let hash = subject.hash();
        if self.preset.contains(&hash) || self.state.lock().allowed.contains(&hash) {
            return Ok(());
        }
        match self.kept.has(&hash) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(failure) => problem(failure),
        }
        self.ask(&subject).await?;
        self.state.lock().allowed.insert(hash.clone());
        // What cannot be kept holds until Keybearer quits, and is asked about again after that.
        if let Err(failure) = self.kept.keep(&subject.name(), &hash) {
            problem(failure);
        }
        Ok(())
    }

    /// Asks the person about a signature, each time anew.
    ///
    /// # Errors
    /// [`Failure::Unconfirmed`]: nothing may be signed.
    pub async fn allow_once(&self, signature: Signature<'_>) -> Result<(), Failure> {
        self.ask(&Subject::Signature(signature)).await
    }

    async fn ask(&self, subject: &Subject<'_>) -> Result<(), Failure> {
        let question = subject.question().ok_or(Failure::Unconfirmed(Unconfirmed::TooLong))?;
        let turn = Turn::begin(self)?;
        let answer = self.asker.ask(question).await;
        drop(turn);
        let mut state = self.state.lock();
        match answer {
            Answer::Allowed => {
                state.refused = 0;
                Ok(())
            }
            Answer::Declined => {
                state.refused += 1;
                Err(Failure::Unconfirmed(Unconfirmed::Declined))
            }
            Answer::NobodyToAsk => Err(Failure::Unconfirmed(Unconfirmed::NobodyToAsk)),
        }
    }
}

/// The one question that is asked at a time.
struct Turn<'a>(&'a Confirmations);

impl<'a> Turn<'a> {
    fn begin(confirmations: &'a Confirmations) -> Result<Self, Failure> {
        let mut state = confirmations.state.lock();
        if state.asking {
            return Err(Failure::Unconfirmed(Unconfirmed::AskingAlready));
        }
        if state.refused >= PATIENCE {
            return Err(Failure::Unconfirmed(Unconfirmed::Silent));
        }
        state.asking = true;
        Ok(Self(confirmations))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.state.lock().asking = false;
    }
}
