//! What is kept of a program that takes a secret on its standard input.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    entry_names::{Names, Template},
    stdin_payload::{self, Input},
};
use crate::{
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
        let named = self.store.iter().any(Template::tells_apart)
            || self.template.as_ref().is_some_and(|template| {
                let text = template.to_string();
                text.contains("{key_name}") || text.contains("{key_id}")
            });
        if !named {
            return Err(words::unusable_one_entry());
        }
        for name in &self.variables {
            // A `*` stands for the rest of a name, and not for all of it.
            let is_odd = |letter: char| letter == '=' || letter == '*' || letter.is_control();
            let begins = name.strip_suffix('*').unwrap_or(name);
            if begins.is_empty() || begins.contains(is_odd) {
                return Err(words::unusable_variable(name.escape_debug().to_string()));
            }
        }
        stdin_payload::check(self.input, self.template.as_ref())
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
