//! Vaults behind a program that takes a secret on its standard input.
//!
//! The program is started directly, never through a shell, with the token's exact bytes on a pipe and then the end of it.
//! Its arguments and its environment carry no secret, its standard output is dropped unless it is what is read back, and
//! its standard error is shown shortened and without secrets. Exit 0 means stored.

mod looking;

use std::{ffi::OsString, sync::Arc, time::Duration};

use keybearer_core::{
    credential::{SecretName, Secrets},
    delivery::{Entry, Looked, Proof, Reply, Step, Stored, Vault},
    failure::{Failure, VaultProblem},
    redact,
    secret::VaultSecret,
    vault::{Payload, Program, Template, stdin_payload::lost},
    words::Message,
};
use zeroize::Zeroizing;

use self::looking::{Parts, Presence, Seen};
use super::{
    subprocess::{self, End, Ran, Run},
    tools,
};

/// As much of its answer as is read.
const ANSWER: usize = 16 * 1024;

pub(super) struct ProgramVault {
    name: String,
    how: Program,
    password: Option<Arc<VaultSecret>>,
    /// What it finds in its environment; or why that is not known.
    variables: Result<Vec<(OsString, OsString)>, Message>,
}

/// The names of a credential's secrets.
fn names(secrets: &Secrets) -> Vec<SecretName> {
    secrets.iter().map(|(name, _)| name).collect()
}

impl ProgramVault {
    /// With what programs may see of this environment.
    pub(super) fn open(
        name: &str,
        how: &Program,
        password: Option<Arc<VaultSecret>>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Self {
        let variables = subprocess::kept(environment, &how.program, &how.variables);
        Self { name: name.to_owned(), how: how.clone(), password, variables }
    }

    fn limit(&self) -> Duration {
        Duration::from_secs(self.how.seconds.into())
    }

    /// Arguments, with what is known of an entry.
    fn of(&self, arguments: &[Template], entry: &Entry) -> Vec<String> {
        arguments.iter().map(|argument| argument.fill(self.how.names, entry)).collect()
    }

    /// The same, of one of its secrets.
    fn of_secret(&self, arguments: &[Template], entry: &Entry, secret: SecretName) -> Vec<String> {
        arguments.iter().map(|argument| argument.fill_of(self.how.names, entry, secret)).collect()
    }

    /// Starts it once. `input` follows the password, where there is one; `keep` is for how many bytes of its output.
    async fn run(&self, arguments: Vec<String>, input: &[u8], keep: usize) -> Result<Ran, VaultProblem> {
        let variables = self.variables.as_ref().map_err(|why| VaultProblem::Variable(why.clone()))?;
        let mut whole = Zeroizing::new(Vec::with_capacity(input.len() + 1024));
        if let Some(password) = &self.password {
            whole.extend_from_slice(password.open("give it to the program that asks for it first").as_bytes());
            whole.push(b'\n');
        }
        whole.extend_from_slice(input);
        let run = Run { program: &self.how.program, arguments, variables, input: &whole, keep, limit: self.limit() };
        run.finish().await.map_err(|problem| match problem {
            subprocess::Problem::NotStarted(why) => {
                VaultProblem::NotStarted { program: self.how.program.display().to_string(), why }
            }
            subprocess::Problem::TookTooLong => {
                VaultProblem::TookTooLong { program: self.how.display(), limit: self.limit() }
            }
        })
    }

    /// An entry that is neither there nor gone.
    fn between(&self, entry: &Entry, state: Message) -> VaultProblem {
        VaultProblem::Between { place: self.place(entry), state }
    }

    fn ended(&self, ran: &Ran, secrets: &[&str]) -> VaultProblem {
        let own = self.password.as_deref().map(|password| password.open("take it out of what it says"));
        let secrets: Vec<&str> = secrets.iter().copied().chain(own).collect();
        let said = redact::for_a_person(&String::from_utf8_lossy(&ran.errors), &secrets);
        VaultProblem::Ended { program: self.how.display(), code: ran.code.clone(), said }
    }

    fn payload<'a>(&'a self, entry: &'a Entry, secrets: &'a Secrets) -> Payload<'a> {
        let way = self.how.way(names(secrets).len());
        Payload { input: way.input, template: way.template, names: self.how.names, entry, secrets }
    }

    fn no_place(&self, secret: SecretName) -> Failure {
        VaultProblem::NoPlace { program: self.how.display(), secret }.not_stored()
    }

    fn partly(&self, entry: &Entry, parts: Parts, after: Option<VaultProblem>) -> Failure {
        let (Parts { there, missing }, place) = (parts, self.place(entry));
        let apart = self.how.way(entry.kind.secrets().len()).is_apart();
        VaultProblem::Partly { place, there, missing, apart, after: after.map(Box::new) }.perhaps_stored()
    }

    /// An entry is there: it may hold these very secrets, from a delivery whose end was not seen.
    async fn there_already(&self, entry: &Entry, secrets: &Secrets) -> Result<Proof, Failure> {
        match self.seen(entry, secrets, &names(secrets)).await {
            Seen::This => Ok(Proof::ReadBack),
            Seen::Other => Err(VaultProblem::Exists(self.place(entry)).not_stored()),
            Seen::Partly(parts) => Err(self.partly(entry, parts, None)),
            Seen::Between(state) => Err(self.between(entry, state).not_stored()),
            Seen::Nothing => Err(VaultProblem::ExistsUnread(self.place(entry)).perhaps_stored()),
        }
    }

    /// Some of the secrets are there, apart from one another: the others may be added where those are these very ones.
    async fn may_complete(&self, entry: &Entry, secrets: &Secrets, parts: Parts) -> Result<Vec<SecretName>, Failure> {
        match self.seen(entry, secrets, &parts.there).await {
            Seen::This => Ok(parts.missing),
            Seen::Other => Err(VaultProblem::Exists(self.place(entry)).not_stored()),
            Seen::Partly(_) | Seen::Between(_) | Seen::Nothing => Err(self.partly(entry, parts, None)),
        }
    }

    /// It ended with 0: what is in the vault now?
    async fn confirm(&self, entry: &Entry, secrets: &Secrets) -> Result<Proof, Failure> {
        let all = names(secrets);
        match self.seen(entry, secrets, &all).await {
            Seen::This => Ok(Proof::ReadBack),
            Seen::Other => Err(VaultProblem::OtherReadBack.perhaps_stored()),
            Seen::Partly(parts) => Err(self.partly(entry, parts, None)),
            Seen::Between(state) => Err(self.between(entry, state).perhaps_stored()),
            Seen::Nothing => match self.presence(entry, &all, &[]).await {
                Ok(Presence::Missing) => {
                    let (program, place) = (self.how.display(), self.place(entry));
                    Err(VaultProblem::NotSeen { program, place }.perhaps_stored())
                }
                Ok(Presence::Partly(parts)) => Err(self.partly(entry, parts, None)),
                Ok(Presence::Between(state)) => Err(self.between(entry, state).perhaps_stored()),
                Ok(Presence::Unasked) | Err(_) if self.how.read_back.is_some() => {
                    // The proof that was asked for could not be had.
                    Err(VaultProblem::NotReadBack { program: self.how.display() }.perhaps_stored())
                }
                _ => Ok(Proof::Taken),
            },
        }
    }

    /// It did not end well: what is in the vault all the same? Where it was cut short, what it had sent may arrive later.
    async fn settle(
        &self,
        entry: &Entry,
        secrets: &Secrets,
        problem: VaultProblem,
        end: End,
    ) -> Result<Proof, Failure> {
        let all = names(secrets);
        match self.seen(entry, secrets, &all).await {
            Seen::This => return Ok(Proof::ReadBack),
            Seen::Partly(parts) => return Err(self.partly(entry, parts, Some(problem))),
            Seen::Other | Seen::Between(_) | Seen::Nothing => {}
        }
        match (end, self.presence(entry, &all, &[]).await) {
            (End::Badly, Ok(Presence::Missing)) if self.knows_again() => Err(problem.not_stored()),
            (_, Ok(Presence::Partly(parts))) => Err(self.partly(entry, parts, Some(problem))),
            _ => Err(problem.perhaps_stored()),
        }
    }
}

impl Vault for ProgramVault {
    fn name(&self) -> &str {
        &self.name
    }

    fn place(&self, entry: &Entry) -> String {
        self.how.place(entry)
    }

    fn can_be_asked(&self) -> bool {
        self.how.exists.is_some()
    }

    fn knows_again(&self) -> bool {
        self.how.exists.as_ref().is_some_and(|question| !question.stale)
    }

    fn proves_itself(&self) -> bool {
        self.how.read_back.is_some()
    }

    fn whose(&self) -> Reply<'_, Option<String>> {
        Box::pin(async move {
            let Some(whose) = &self.how.whose else { return Ok(None) };
            // It is not asked about any entry.
            let arguments = self.of(&whose.arguments, &Entry::default());
            let ran = self.run(arguments, b"", ANSWER).await.map_err(VaultProblem::not_stored)?;
            if ran.end != End::Well {
                return Err(self.ended(&ran, &[]).not_stored());
            }
            let own = self.password.as_deref().map(|password| password.open("take it out of what it says"));
            let told = redact::for_a_person(&whose.read(&ran.output), own.as_slice());
            Ok(Some(told).filter(|told| !told.is_empty()))
        })
    }

    fn look<'a>(&'a self, entry: &'a Entry) -> Reply<'a, Looked> {
        Box::pin(async move {
            subprocess::can_be_started(&self.how.program)
                .map_err(|why| VaultProblem::NotStarted { program: self.how.program.display().to_string(), why })
                .map_err(VaultProblem::not_stored)?;
            let wanted = entry.kind.secrets();
            if let Some(lost) = lost(self.how.way(wanted.len()).template, wanted) {
                return Err(self.no_place(lost));
            }
            match self.presence(entry, wanted, &[]).await.map_err(VaultProblem::not_stored)? {
                Presence::There | Presence::Partly(_) => Err(VaultProblem::Exists(self.place(entry)).not_stored()),
                Presence::Between(state) => Err(self.between(entry, state).not_stored()),
                presence => Ok(Looked { room_seen: presence == Presence::Missing, ..Looked::default() }),
            }
        })
    }

    fn store<'a>(
        &'a self,
        entry: &'a Entry,
        secrets: &'a Secrets,
        step: &'a (dyn Fn(Step) + Sync),
    ) -> Reply<'a, Stored> {
        Box::pin(async move {
            step(Step::Looking);
            let texts = secrets.open("take them out of what the program says");
            let (mut wanted, payload) = (names(secrets), self.payload(entry, secrets));
            match self.presence(entry, &wanted, &texts).await.map_err(VaultProblem::not_stored)? {
                Presence::There => {
                    step(Step::ReadingBack);
                    return self.there_already(entry, secrets).await.map(Stored::from);
                }
                Presence::Partly(parts) => wanted = self.may_complete(entry, secrets, parts).await?,
                Presence::Between(state) => return Err(self.between(entry, state).not_stored()),
                Presence::Missing | Presence::Unasked => {}
            }
            let input = payload.made(&wanted).map_err(|lost| self.no_place(lost))?;
            step(Step::Storing);
            let store = self.of(self.how.way(texts.len()).store, entry);
            let stored = self.run(store, &input, 0).await;
            drop(input);
            step(Step::ReadingBack);
            let proof = match stored {
                Err(problem @ VaultProblem::NotStarted { .. }) => Err(problem.not_stored()),
                Err(problem) => self.settle(entry, secrets, problem, End::Cut).await,
                Ok(ran) if ran.end != End::Well => {
                    let state = tools::state(&self.how.program, &ran.errors);
                    let problem = state.map_or_else(|| self.ended(&ran, &texts), |state| self.between(entry, state));
                    self.settle(entry, secrets, problem, ran.end).await
                }
                Ok(_) => self.confirm(entry, secrets).await,
            };
            proof.map(Stored::from)
        })
    }
}
