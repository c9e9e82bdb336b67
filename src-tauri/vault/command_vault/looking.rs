//! What a program tells of an entry: whether it is there, and which secrets it holds.

use keybearer_core::{
    credential::{SecretName, Secrets},
    delivery::Entry,
    failure::VaultProblem,
    redact,
    vault::{Question, Reading},
    words::Message,
};
use zeroize::Zeroizing;

use super::{
    super::{subprocess::End, tools},
    ANSWER, ProgramVault, names,
};

/// What an entry holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Seen {
    This,
    Other,
    /// Some of these secrets.
    Partly(Parts),
    /// Nothing, since the entry is in this state.
    Between(Message),
    Nothing,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Presence {
    There,
    Missing,
    /// Of secrets that are stored apart, some are there.
    Partly(Parts),
    /// It is neither there nor gone, in this state.
    Between(Message),
    /// It cannot be asked, or not before more is known of the key.
    Unasked,
}

/// Of several secrets, at least one of each.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Parts {
    pub(super) there: Vec<SecretName>,
    pub(super) missing: Vec<SecretName>,
}

/// What was read.
enum Read {
    Shown(Zeroizing<Vec<u8>>),
    Between(Message),
    Nothing,
}

impl ProgramVault {
    /// Whether an entry with these secrets is there. `texts` are not told, should it say them.
    pub(super) async fn presence(
        &self,
        entry: &Entry,
        wanted: &[SecretName],
        texts: &[&str],
    ) -> Result<Presence, VaultProblem> {
        let Some(question) = &self.how.exists else { return Ok(Presence::Unasked) };
        let way = self.how.way(wanted.len());
        if !way.exists.iter().all(|argument| argument.is_known(entry)) {
            return Ok(Presence::Unasked);
        }
        if !way.is_apart() {
            return self.asked(question, self.of(way.exists, entry), texts).await;
        }
        let mut parts = Parts { there: Vec::new(), missing: Vec::new() };
        for name in wanted {
            match self.asked(question, self.of_secret(way.exists, entry, *name), texts).await? {
                Presence::There => parts.there.push(*name),
                Presence::Missing => parts.missing.push(*name),
                other => return Ok(other),
            }
        }
        Ok(match (&*parts.there, &*parts.missing) {
            ([], _) => Presence::Missing,
            (_, []) => Presence::There,
            _ => Presence::Partly(parts),
        })
    }

    async fn asked(
        &self,
        question: &Question,
        arguments: Vec<String>,
        texts: &[&str],
    ) -> Result<Presence, VaultProblem> {
        // A byte of what it prints is enough to see that it prints something.
        let keep = if tools::has_signs(&self.how.program) { ANSWER } else { usize::from(question.prints) };
        let ran = self.run(arguments, b"", keep).await?;
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
                Err(self.other_program().await)
            }
            End::Badly | End::Cut => match state(&ran.errors) {
                Some(state) => Ok(Presence::Between(state)),
                None => Err(self.ended(&ran, texts)),
            },
        }
    }

    /// It is another program of that name, which says so by its version.
    async fn other_program(&self) -> VaultProblem {
        let said = self.run(vec!["version".to_owned()], b"", ANSWER).await;
        let said = said.map(|ran| String::from_utf8_lossy(&ran.output).into_owned());
        let version = redact::for_a_person(&said.unwrap_or_default(), &[]);
        VaultProblem::OtherProgram { program: self.how.program.display().to_string(), version }
    }

    /// What of these secrets an entry holds.
    pub(super) async fn seen(&self, entry: &Entry, secrets: &Secrets, wanted: &[SecretName]) -> Seen {
        let payload = self.payload(entry, secrets);
        let Some(reading) = self.how.way(names(secrets).len()).read_back else { return Seen::Nothing };
        let mut found: Vec<(SecretName, Option<bool>)> = Vec::new();
        if reading.is_of_each() {
            for (name, secret) in secrets.iter().filter(|(name, _)| wanted.contains(name)) {
                let length = secret.open("know how much to read back").len();
                let arguments = self.of_secret(&reading.arguments, entry, name);
                found.push((
                    name,
                    match self.read(reading, arguments, length).await {
                        Read::Shown(shown) => Some(str::from_utf8(&shown).is_ok_and(|shown| secret.equals(shown))),
                        Read::Between(state) => return Seen::Between(state),
                        Read::Nothing => None,
                    },
                ));
            }
        } else {
            let texts = secrets.open("know how much to read back");
            let wanted: usize = texts.iter().map(|text| text.len() + 1).sum();
            // JSON has more in it, and may write a character in six.
            let room = if payload.template.is_some() && texts.len() > 1 { wanted * 6 + ANSWER } else { wanted };
            match self.read(reading, self.of(&reading.arguments, entry), room).await {
                Read::Shown(shown) => {
                    found.extend(payload.found_in(&shown).into_iter().map(|(name, found)| (name, Some(found))));
                }
                Read::Between(state) => return Seen::Between(state),
                Read::Nothing => return Seen::Nothing,
            }
        }
        let is_there = |(_, found): &(SecretName, Option<bool>)| *found == Some(true);
        let of = |is: bool| found.iter().filter(|each| is_there(each) == is).map(|(name, _)| *name).collect::<Vec<_>>();
        match (of(true), of(false)) {
            (_, missing) if missing.is_empty() => Seen::This,
            (there, missing) if !there.is_empty() => Seen::Partly(Parts { there, missing }),
            _ if found.iter().any(|(_, found)| found.is_some()) => Seen::Other,
            _ => Seen::Nothing,
        }
    }

    /// Reads it once: about so many bytes.
    async fn read(&self, reading: &Reading, arguments: Vec<String>, wanted: usize) -> Read {
        // Room for what is wanted, and enough more to see that it is something else.
        let Ok(mut ran) = self.run(arguments, b"", wanted + 64).await else { return Read::Nothing };
        if ran.end != End::Well {
            return tools::state(&self.how.program, &ran.errors).map_or(Read::Nothing, Read::Between);
        }
        if reading.line && ran.output.ends_with(b"\n") {
            ran.output.pop();
            if ran.output.ends_with(b"\r") {
                ran.output.pop();
            }
        }
        Read::Shown(ran.output)
    }
}
