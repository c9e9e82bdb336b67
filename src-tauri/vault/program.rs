//! Vaults behind a program that takes a secret on its standard input.
//!
//! The program is started directly, never through a shell, with the token's exact bytes on a pipe and then the end of it.
//! Its arguments and its environment carry no secret, its standard output is dropped unless it is what is read back, and
//! its standard error is shown shortened and without secrets. Exit 0 means stored.

use std::{ffi::OsString, path::PathBuf, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use super::{
    input::{self, Input},
    names::{Names, Template},
    run::{self, End, Ran, Run},
    tools,
};
use crate::{
    delivery::{Entry, Looked, Proof, Reply, Step, Stored, Vault},
    failure::{Failure, VaultContext, VaultProblem},
    hex::sha256_of,
    said,
    token::{Token, VaultSecret},
};

/// Such a program, and how it is used.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Where it is: an absolute path.
    pub program: PathBuf,
    /// The arguments with which it stores what stands on its standard input.
    pub store: Vec<Template>,
    /// How the token stands there.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub input: Input,
    /// The JSON that it takes, where it takes JSON: with `{token}` as a whole text, and the places of a template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Value>,
    /// How to ask it whether an entry exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exists: Option<Question>,
    /// How to read an entry back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_back: Option<Reading>,
    /// How to ask it whose account it works for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whose: Option<Whose>,
    /// Which names its entries may have.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub names: Names,
    /// After how many seconds it is ended, each time it is started.
    #[serde(default = "a_minute", skip_serializing_if = "is_a_minute")]
    pub seconds: u32,
    /// Variables of Keybearer's own environment that it needs beside the usual ones. One that ends with `*` stands for all
    /// that begin so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<String>,
    /// Whether it reads a password on a line of its own before anything else: kept in the keyring.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub password: bool,
}

/// How to ask whether an entry exists: exit 0 means that it does.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The arguments.
    pub arguments: Vec<Template>,
    /// What it says on its standard error, among other things, where there is none. Without that, exit 1 in silence means
    /// that there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub missing: String,
    /// Whether it tells by what it prints, as a search does: nothing at all means that there is none.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub prints: bool,
    /// Whether it may not know yet of what was stored a moment ago, as where it looks at a copy on this computer.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub stale: bool,
}

/// How to read an entry back from the program's standard output.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The arguments.
    pub arguments: Vec<Template>,
    /// Whether it prints the end of a line after the entry, which is not part of it.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub line: bool,
}

/// How to ask whose account the program works for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Whose {
    /// The arguments.
    pub arguments: Vec<Template>,
    /// Where that stands in the JSON that it prints, as JSON pointers (`/user/email`). Without any, what it prints is taken as
    /// it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
}

impl Whose {
    /// What of the answer tells whose; empty where nothing does.
    fn read(&self, answer: &[u8]) -> String {
        let joined = |parts: Vec<&str>| {
            let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join(", ")
        };
        let answer = String::from_utf8_lossy(answer);
        if self.fields.is_empty() {
            return joined(answer.lines().collect());
        }
        let json: Value = serde_json::from_str(&answer).unwrap_or_default();
        joined(self.fields.iter().filter_map(|field| json.pointer(field)?.as_str()).collect())
    }
}

/// As much of its answer as is read.
const ANSWER: usize = 16 * 1024;

const A_MINUTE: u32 = 60;

fn a_minute() -> u32 {
    A_MINUTE
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_a_minute(seconds: &u32) -> bool {
    *seconds == A_MINUTE
}

fn is_usual<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Program {
    /// Checks what stands in it and is not checked by its types.
    ///
    /// # Errors
    /// In words.
    pub(super) fn check(&self) -> Result<(), String> {
        if !self.program.is_absolute() {
            return Err(format!(
                "“{}” is no absolute path: Keybearer starts a program only from the very place that you name",
                self.program.display()
            ));
        }
        if !(1..=3600).contains(&self.seconds) {
            return Err("its time can be 1 to 3600 seconds".to_owned());
        }
        let named = self.store.iter().any(Template::tells_apart)
            || self.template.as_ref().is_some_and(|template| {
                let text = template.to_string();
                text.contains("{key_name}") || text.contains("{key_id}")
            });
        if !named {
            return Err(
                "neither {key_name} nor {key_id} is in its arguments: all keys would end in one entry".to_owned()
            );
        }
        for name in &self.variables {
            // A `*` stands for the rest of a name, and not for all of it.
            let is_odd = |letter: char| letter == '=' || letter == '*' || letter.is_control();
            let begins = name.strip_suffix('*').unwrap_or(name);
            if begins.is_empty() || begins.contains(is_odd) {
                return Err(format!("“{}” names no variable", name.escape_debug()));
            }
        }
        input::check(self.input, self.template.as_ref())
    }

    /// What its secret is bound to: the program, and all that it is started with.
    pub(super) fn address(&self) -> String {
        // Whatever it is started with gets the password.
        let asked = self.exists.iter().flat_map(|question| &question.arguments);
        let read = self.read_back.iter().flat_map(|reading| &reading.arguments);
        let whose = self.whose.iter().flat_map(|whose| &whose.arguments);
        let arguments = self.store.iter().chain(asked).chain(read).chain(whose).map(Template::as_str);
        let all = [self.program.to_str().unwrap_or_default()].into_iter().chain(arguments).collect::<Vec<_>>();
        let digits = &sha256_of(&all.join("\0"))[..16];
        format!("{} {digits}", self.program.display())
    }

    /// What an entry is called.
    pub(super) fn place(&self, entry: &Entry) -> String {
        let named = self.store.iter().filter(|argument| argument.tells_apart());
        // What the entry is called is the shortest of the arguments that tell keys apart: the others describe it.
        let shortest = named.map(|argument| argument.fill(self.names, entry)).min_by_key(String::len);
        shortest.unwrap_or_else(|| self.names.of_entry(entry))
    }

    fn display(&self) -> String {
        self.program.file_name().unwrap_or(self.program.as_os_str()).to_string_lossy().into_owned()
    }
}

/// Such a vault, ready to be used.
pub(super) struct ProgramVault {
    name: String,
    how: Program,
    password: Option<Arc<VaultSecret>>,
    /// What it finds in its environment; or why that is not known.
    variables: Result<Vec<(OsString, OsString)>, String>,
}

/// What is read back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Seen {
    /// The token.
    This,
    /// Something else.
    Other,
    /// Nothing, since the entry is in this state.
    Between(&'static str),
    /// Nothing.
    Nothing,
}

/// Whether an entry is there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Presence {
    There,
    Missing,
    /// It is neither there nor gone, in this state.
    Between(&'static str),
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
        let variables = run::kept(environment, &how.program, &how.variables);
        Self { name: name.to_owned(), how: how.clone(), password, variables }
    }

    fn limit(&self) -> Duration {
        Duration::from_secs(self.how.seconds.into())
    }

    /// Starts it once. `input` follows the password, where there is one; `keep` is for how many bytes of its output.
    async fn run(&self, arguments: &[Template], entry: &Entry, input: &[u8], keep: usize) -> Result<Ran, VaultProblem> {
        let variables = self.variables.as_ref().map_err(|why| VaultProblem::Variable(why.clone().into()))?;
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
            run::Problem::NotStarted(why) => {
                VaultProblem::NotStarted { program: self.how.program.display().to_string(), why: why.into() }
            }
            run::Problem::TookTooLong => VaultProblem::TookTooLong { program: self.how.display(), limit: self.limit() },
        })
    }

    /// An entry that is neither there nor gone.
    fn between(&self, entry: &Entry, state: &'static str) -> VaultProblem {
        VaultProblem::Between { place: self.place(entry), state: state.into() }
    }

    fn ended(&self, ran: &Ran, secrets: &[&str]) -> VaultProblem {
        let own = self.password.as_deref().map(|password| password.open("take it out of what it says"));
        let secrets: Vec<&str> = secrets.iter().copied().chain(own).collect();
        let said = said::for_a_person(&String::from_utf8_lossy(&ran.errors), &secrets);
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
        let version = said::for_a_person(&said.unwrap_or_default(), &[]);
        VaultProblem::OtherProgram { program: self.how.program.display().to_string(), version }
    }

    /// Whether the entry is the token.
    async fn seen(&self, entry: &Entry, token: &Token) -> Seen {
        let Some(reading) = &self.how.read_back else { return Seen::Nothing };
        let wanted = token.open("compare it with what is read back").as_bytes();
        // Room for what is wanted, and enough more to see that it is something else.
        let Ok(ran) = self.run(&reading.arguments, entry, b"", wanted.len() + 64).await else { return Seen::Nothing };
        if ran.end != End::Well {
            return tools::state(&self.how.program, &ran.errors).map_or(Seen::Nothing, Seen::Between);
        }
        let read = match reading.line {
            true => ran.output.strip_suffix(b"\n").map(|read| read.strip_suffix(b"\r").unwrap_or(read)),
            false => None,
        };
        let read = read.unwrap_or(&ran.output);
        if str::from_utf8(read).is_ok_and(|read| token.equals(read)) { Seen::This } else { Seen::Other }
    }

    /// An entry is there: it may be this very token, from a delivery whose end was not seen.
    async fn there_already(&self, entry: &Entry, token: &Token) -> Result<Proof, Failure> {
        match self.seen(entry, token).await {
            Seen::This => Ok(Proof::ReadBack),
            Seen::Other => Err(Failure::Vault(VaultContext::NotStored, VaultProblem::Exists(self.place(entry)))),
            Seen::Between(state) => Err(Failure::Vault(VaultContext::NotStored, self.between(entry, state))),
            Seen::Nothing => {
                Err(Failure::Vault(VaultContext::PerhapsStored, VaultProblem::ExistsUnread(self.place(entry))))
            }
        }
    }

    /// It ended with 0: what is in the vault now?
    async fn confirm(&self, entry: &Entry, token: &Token) -> Result<Proof, Failure> {
        match self.seen(entry, token).await {
            Seen::This => Ok(Proof::ReadBack),
            Seen::Other => Err(Failure::Vault(VaultContext::PerhapsStored, VaultProblem::OtherReadBack)),
            Seen::Between(state) => Err(Failure::Vault(VaultContext::PerhapsStored, self.between(entry, state))),
            Seen::Nothing => match self.presence(entry, &[]).await {
                Ok(Presence::Missing) => {
                    let (program, place) = (self.how.display(), self.place(entry));
                    Err(Failure::Vault(VaultContext::PerhapsStored, VaultProblem::NotSeen { program, place }))
                }
                Ok(Presence::Between(state)) => {
                    Err(Failure::Vault(VaultContext::PerhapsStored, self.between(entry, state)))
                }
                Ok(Presence::Unasked) | Err(_) if self.how.read_back.is_some() => {
                    // The proof that was asked for could not be had.
                    Err(Failure::Vault(
                        VaultContext::PerhapsStored,
                        VaultProblem::NotReadBack { program: self.how.display() },
                    ))
                }
                _ => Ok(Proof::Taken),
            },
        }
    }

    /// It did not end well: what is in the vault all the same? Where it was cut short, what it had sent may arrive later.
    async fn settle(&self, entry: &Entry, token: &Token, problem: VaultProblem, end: End) -> Result<Proof, Failure> {
        if self.seen(entry, token).await == Seen::This {
            return Ok(Proof::ReadBack);
        }
        match (end, self.presence(entry, &[]).await) {
            (End::Badly, Ok(Presence::Missing)) if self.knows_again() => {
                Err(Failure::Vault(VaultContext::NotStored, problem))
            }
            _ => Err(Failure::Vault(VaultContext::PerhapsStored, problem)),
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
            let entry = Entry { key_name: String::new(), key_id: None, organization: None, replaces: None };
            let ran = self.run(&whose.arguments, &entry, b"", ANSWER).await.map_err(VaultProblem::not_stored)?;
            if ran.end != End::Well {
                return Err(Failure::Vault(VaultContext::NotStored, self.ended(&ran, &[])));
            }
            let own = self.password.as_deref().map(|password| password.open("take it out of what it says"));
            let told = said::for_a_person(&whose.read(&ran.output), own.as_slice());
            Ok(Some(told).filter(|told| !told.is_empty()))
        })
    }

    fn look<'a>(&'a self, entry: &'a Entry) -> Reply<'a, Looked> {
        Box::pin(async move {
            run::can_be_started(&self.how.program)
                .map_err(|why| VaultProblem::NotStarted {
                    program: self.how.program.display().to_string(),
                    why: why.into(),
                })
                .map_err(VaultProblem::not_stored)?;
            match self.presence(entry, &[]).await {
                Ok(Presence::There) => {
                    Err(Failure::Vault(VaultContext::NotStored, VaultProblem::Exists(self.place(entry))))
                }
                Ok(Presence::Between(state)) => {
                    Err(Failure::Vault(VaultContext::NotStored, self.between(entry, state)))
                }
                Ok(presence) => Ok(Looked { room_seen: presence == Presence::Missing, ..Looked::default() }),
                Err(problem) => Err(Failure::Vault(VaultContext::NotStored, problem)),
            }
        })
    }

    fn store<'a>(&'a self, entry: &'a Entry, token: &'a Token, step: &'a (dyn Fn(Step) + Sync)) -> Reply<'a, Stored> {
        Box::pin(async move {
            step(Step::Looking);
            let text = token.open("give it to the program on its standard input");
            match self.presence(entry, &[text]).await {
                Ok(Presence::There) => {
                    step(Step::ReadingBack);
                    return self.there_already(entry, token).await.map(Stored::from);
                }
                Ok(Presence::Between(state)) => {
                    return Err(Failure::Vault(VaultContext::NotStored, self.between(entry, state)));
                }
                Ok(Presence::Missing | Presence::Unasked) => {}
                Err(problem) => return Err(Failure::Vault(VaultContext::NotStored, problem)),
            }
            let input = input::made(self.how.input, self.how.template.as_ref(), self.how.names, entry, text);
            step(Step::Storing);
            let stored = self.run(&self.how.store, entry, &input, 0).await;
            drop(input);
            step(Step::ReadingBack);
            let proof = match stored {
                Err(problem @ VaultProblem::NotStarted { .. }) => Err(Failure::Vault(VaultContext::NotStored, problem)),
                Err(problem) => self.settle(entry, token, problem, End::Cut).await,
                Ok(ran) if ran.end != End::Well => {
                    let state = tools::state(&self.how.program, &ran.errors);
                    let problem = state.map_or_else(|| self.ended(&ran, &[text]), |state| self.between(entry, state));
                    self.settle(entry, token, problem, ran.end).await
                }
                Ok(_) => self.confirm(entry, token).await,
            };
            proof.map(Stored::from)
        })
    }
}
