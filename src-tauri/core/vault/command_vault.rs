//! What is kept of a program that takes a secret on its standard input.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    entry_names::{Names, Template},
    stdin_payload::{self, Input},
};
use crate::{
    credential::{CredentialKind, SecretName},
    delivery::Entry,
    hex::sha256_of,
    words::{self, Message},
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exists: Option<Question>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_back: Option<Reading>,
    /// How the secrets of a credential that has several are stored, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub several: Option<Several>,
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

/// How several secrets are stored together. `{secret}`, in the arguments that ask and those that read, stands for the name of
/// one of them (`private_key`): the program is then started once for each.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Several {
    pub store: Vec<Template>,
    #[serde(default, skip_serializing_if = "is_usual")]
    pub input: Input,
    /// With a place for each secret. The facts have places as well (`{made_by}`); what there is not is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Value>,
    /// The arguments of the question whether an entry exists, where they are others. With `{secret}` the secrets are stored apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exists: Vec<Template>,
    /// Without `{secret}` all are read at once: JSON that has them where the template does, or else one to a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_back: Option<Reading>,
}

/// How a credential's secrets are stored: a lone token, or several together.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    pub store: &'a [Template],
    pub input: Input,
    pub template: Option<&'a Value>,
    pub exists: &'a [Template],
    pub read_back: Option<&'a Reading>,
}

impl Way<'_> {
    /// Whether entries of different keys get different names.
    fn tells_apart(&self) -> bool {
        self.store.iter().any(Template::tells_apart)
            || self.template.is_some_and(|template| {
                let text = template.to_string();
                text.contains("{key_name}") || text.contains("{key_id}")
            })
    }

    /// Whether the entries of a credential's secrets are apart, so that one can be there without another.
    pub fn is_apart(&self) -> bool {
        self.exists.iter().any(Template::is_of_each_secret)
    }
}

impl Reading {
    /// Whether each secret is read by itself.
    pub fn is_of_each(&self) -> bool {
        self.arguments.iter().any(Template::is_of_each_secret)
    }
}

/// How to ask whether an entry exists: exit 0 means that it does.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
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
    pub arguments: Vec<Template>,
    /// Whether it prints the end of a line after the entry, which is not part of it.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub line: bool,
}

/// How to ask whose account the program works for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Whose {
    pub arguments: Vec<Template>,
    /// Where that stands in the JSON that it prints, as JSON pointers (`/user/email`). Without any, what it prints is taken as
    /// it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
}

impl Whose {
    /// What of the answer tells whose; empty where nothing does.
    pub fn read(&self, answer: &[u8]) -> String {
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
    pub(super) fn check(&self) -> Result<(), Message> {
        if !self.program.is_absolute() {
            return Err(words::unusable_program(self.program.display().to_string()));
        }
        if !(1..=3600).contains(&self.seconds) {
            return Err(words::unusable_time());
        }
        let ways = [self.way(1)].into_iter().chain(self.several.as_ref().map(|_| self.way(2)));
        if !ways.clone().all(|way| way.tells_apart()) {
            return Err(words::unusable_one_entry());
        }
        let whose = self.whose.iter().flat_map(|whose| &whose.arguments);
        let stores = ways.flat_map(|way| way.store);
        let (asks, reads) = (self.way(1).exists, self.read_back.iter().flat_map(|reading| &reading.arguments));
        if stores.chain(asks).chain(reads).chain(whose).any(Template::is_of_each_secret) {
            return Err(words::unusable_secret_place());
        }
        for name in &self.variables {
            // A `*` stands for the rest of a name, and not for all of it.
            let is_odd = |letter: char| letter == '=' || letter == '*' || letter.is_control();
            let begins = name.strip_suffix('*').unwrap_or(name);
            if begins.is_empty() || begins.contains(is_odd) {
                return Err(words::unusable_variable(name.escape_debug().to_string()));
            }
        }
        stdin_payload::check(self.input, self.template.as_ref(), self.names, &[SecretName::Token])?;
        self.several.as_ref().map_or(Ok(()), |several| self.check_several(several))
    }

    fn check_several(&self, several: &Several) -> Result<(), Message> {
        let secrets = CredentialKind::ServiceAccount.secrets();
        stdin_payload::check(several.input, several.template.as_ref(), self.names, secrets)?;
        // Whether it proves what it stores is told of the vault, and not of a kind of credential.
        if several.read_back.is_none() && self.read_back.is_some() {
            return Err(words::unusable_several_unread());
        }
        let reads_whole = several.read_back.as_ref().is_some_and(|reading| !reading.is_of_each());
        match several.input {
            // One entry has them all, and there is none for each.
            Input::Raw | Input::Line if self.way(2).is_apart() => Err(words::unusable_secret_place()),
            // Nobody knows how variables would be shown all at once.
            Input::Dotenv if reads_whole => Err(words::unusable_several_each()),
            _ => Ok(()),
        }
    }

    /// How so many secrets are stored.
    pub fn way(&self, secrets: usize) -> Way<'_> {
        let exists = self.exists.as_ref().map(|question| question.arguments.as_slice()).unwrap_or_default();
        match &self.several {
            Some(several) if secrets > 1 => Way {
                store: &several.store,
                input: several.input,
                template: several.template.as_ref(),
                exists: if several.exists.is_empty() { exists } else { &several.exists },
                read_back: several.read_back.as_ref(),
            },
            Some(_) | None => Way {
                store: &self.store,
                input: self.input,
                template: self.template.as_ref(),
                exists,
                read_back: self.read_back.as_ref(),
            },
        }
    }

    /// What its secret is bound to: the program, and all that it is started with.
    pub(super) fn address(&self) -> String {
        // Whatever it is started with gets the password.
        let asked = self.exists.iter().flat_map(|question| &question.arguments);
        let read = self.read_back.iter().flat_map(|reading| &reading.arguments);
        let whose = self.whose.iter().flat_map(|whose| &whose.arguments);
        let several = self.several.iter().flat_map(|several| {
            let read = several.read_back.iter().flat_map(|reading| &reading.arguments);
            several.store.iter().chain(&several.exists).chain(read)
        });
        let arguments = self.store.iter().chain(asked).chain(read).chain(whose).chain(several).map(Template::as_str);
        let all = [self.program.to_str().unwrap_or_default()].into_iter().chain(arguments).collect::<Vec<_>>();
        let digits = &sha256_of(&all.join("\0"))[..16];
        format!("{} {digits}", self.program.display())
    }

    pub fn place(&self, entry: &Entry) -> String {
        let named = self.store.iter().filter(|argument| argument.tells_apart());
        // What the entry is called is the shortest of the arguments that tell keys apart: the others describe it.
        let shortest = named.map(|argument| argument.fill(self.names, entry)).min_by_key(String::len);
        shortest.unwrap_or_else(|| self.names.of_entry(entry))
    }

    /// What its file is called.
    pub fn display(&self) -> String {
        self.program.file_name().unwrap_or(self.program.as_os_str()).to_string_lossy().into_owned()
    }
}
