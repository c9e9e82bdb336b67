//! Vaults behind a program that takes a secret on its standard input.
//!
//! The program is started directly, never through a shell, with the token's exact bytes on a pipe and then the end of it.
//! Its arguments and its environment carry no secret, its standard output is dropped unless it is what is read back, and
//! its standard error is shown shortened and without secrets. Exit 0 means stored.

use std::{ffi::OsString, sync::Arc, time::Duration};

use keybearer_core::vault::{Program, Template, stdin_payload};
use keybearer_core::{
    credential::Secrets,
    delivery::{Entry, Looked, Proof, Reply, Step, Stored, Vault},
    failure::{Failure, VaultProblem},
    redact,
    secret::VaultSecret,
    words::Message,
};
use zeroize::Zeroizing;

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

#[derive(Clone, Debug, Eq, PartialEq)]
enum Seen {
    This,
    Other,
    /// Nothing, since the entry is in this state.
    Between(Message),
    Nothing,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Presence {
    There,
    Missing,
    /// It is neither there nor gone, in this state.
    Between(Message),
    /// It cannot be asked, or not before more is known of the key.
    Unasked,
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

    /// Starts it once. `stdin_payload` follows the password, where there is one; `keep` is for how many bytes of its output.
    async fn run(&self, arguments: &[Template], entry: &Entry, input: &[u8], keep: usize) -> Result<Ran, VaultProblem> {
        let variables = self.variables.as_ref().map_err(|why| VaultProblem::Variable(why.clone()))?;
        let mut whole = Zeroizing::new(Vec::with_capacity(input.len() + 1024));
        if let Some(password) = &self.password {
            whole.extend_from_slice(password.open("give it to the program that asks for it first").as_bytes());
            whole.push(b'\n');
        }
        whole.extend_from_slice(input);
        let run = Run {
            program: &self.how.program,
            arguments: arguments.iter().map(|argument| argument.fill(self.how.names, entry)).collect(),
            variables,
            input: &whole,
            keep,
            limit: self.limit(),
        };
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

    /// Whether an entry is there. `secrets` are not told, should it say them.
    async fn presence(&self, entry: &Entry, secrets: &[&str]) -> Result<Presence, VaultProblem> {
        let Some(question) = &self.how.exists else { return Ok(Presence::Unasked) };
        if !question.arguments.iter().all(|argument| argument.is_known(entry)) {
            return Ok(Presence::Unasked);
        }
        // A byte of what it prints is enough to see that it prints something.
        let keep = if tools::has_signs(&self.how.program) { ANSWER } else { usize::from(question.prints) };
        let ran = self.run(&question.arguments, entry, b"", keep).await?;
        let state = |said| tools::state(&self.how.program, said);
        let says_so = if question.missing.is_empty() {
            ran.code == "1" && ran.errors.trim_ascii().is_empty()
        } else {
            String::from_utf8_lossy(&ran.errors).contains(&question.missing)
        };
        match ran.end {
            End::Well if question.prints && ran.output.is_empty() => Ok(Presence::Missing),
            End::Well => Ok(state(&ran.output).map_or(Presence::There, Presence::Between)),
            End::Badly if says_so => Ok(Presence::Missing),
            End::Badly | End::Cut if tools::is_other_gopass(&self.how.program, &ran.errors) => {
                Err(self.other_program(entry).await)
            }
            End::Badly | End::Cut => match state(&ran.errors) {
                Some(state) => Ok(Presence::Between(state)),
                None => Err(self.ended(&ran, secrets)),
            },
        }
    }

    /// It is another program of that name, which says so by its version.
    async fn other_program(&self, entry: &Entry) -> VaultProblem {
        let version = Template::parse("version").map(|version| vec![version]).unwrap_or_default();
        let said =
            self.run(&version, entry, b"", ANSWER).await.map(|ran| String::from_utf8_lossy(&ran.output).into_owned());
        let version = redact::for_a_person(&said.unwrap_or_default(), &[]);
        VaultProblem::OtherProgram { program: self.how.program.display().to_string(), version }
    }

    async fn seen(&self, entry: &Entry, secrets: &Secrets) -> Seen {
        let Some(reading) = &self.how.read_back else { return Seen::Nothing };
        let wanted: usize = secrets.open("know how much to read back").iter().map(|text| text.len() + 1).sum();
        // Room for what is wanted, and enough more to see that it is something else.
        let Ok(ran) = self.run(&reading.arguments, entry, b"", wanted + 64).await else { return Seen::Nothing };
        if ran.end != End::Well {
            return tools::state(&self.how.program, &ran.errors).map_or(Seen::Nothing, Seen::Between);
        }
        let read = match reading.line {
            true => ran.output.strip_suffix(b"\n").map(|read| read.strip_suffix(b"\r").unwrap_or(read)),
            false => None,
        };
        let read = read.unwrap_or(&ran.output);
        if secrets.are(read) { Seen::This } else { Seen::Other }
    }

    /// An entry is there: it may hold these very secrets, from a delivery whose end was not seen.
    async fn there_already(&self, entry: &Entry, secrets: &Secrets) -> Result<Proof, Failure> {
        match self.seen(entry, secrets).await {
            Seen::This => Ok(Proof::ReadBack),
            Seen::Other => Err(VaultProblem::Exists(self.place(entry)).not_stored()),
            Seen::Between(state) => Err(self.between(entry, state).not_stored()),
            Seen::Nothing => Err(VaultProblem::ExistsUnread(self.place(entry)).perhaps_stored()),
        }
    }

    /// It ended with 0: what is in the vault now?
    async fn confirm(&self, entry: &Entry, secrets: &Secrets) -> Result<Proof, Failure> {
        match self.seen(entry, secrets).await {
            Seen::This => Ok(Proof::ReadBack),
            Seen::Other => Err(VaultProblem::OtherReadBack.perhaps_stored()),
            Seen::Between(state) => Err(self.between(entry, state).perhaps_stored()),
            Seen::Nothing => match self.presence(entry, &[]).await {
                Ok(Presence::Missing) => {
                    let (program, place) = (self.how.display(), self.place(entry));
                    Err(VaultProblem::NotSeen { program, place }.perhaps_stored())
                }
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
        if self.seen(entry, secrets).await == Seen::This {
            return Ok(Proof::ReadBack);
        }
        match (end, self.presence(entry, &[]).await) {
            (End::Badly, Ok(Presence::Missing)) if self.knows_again() => Err(problem.not_stored()),
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
            let entry = Entry::default();
            let ran = self.run(&whose.arguments, &entry, b"", ANSWER).await.map_err(VaultProblem::not_stored)?;
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
            match self.presence(entry, &[]).await.map_err(VaultProblem::not_stored)? {
                Presence::There => Err(VaultProblem::Exists(self.place(entry)).not_stored()),
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
            match self.presence(entry, &texts).await.map_err(VaultProblem::not_stored)? {
                Presence::There => {
                    step(Step::ReadingBack);
                    return self.there_already(entry, secrets).await.map(Stored::from);
                }
                Presence::Between(state) => return Err(self.between(entry, state).not_stored()),
                Presence::Missing | Presence::Unasked => {}
            }
            let input = stdin_payload::made(self.how.input, self.how.template.as_ref(), self.how.names, entry, secrets);
            step(Step::Storing);
            let stored = self.run(&self.how.store, entry, &input, 0).await;
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
