//! What a secret may go to, and how the person is asked about it.

use super::visible::visible;
use crate::{
    account::BaseUrl,
    hex::sha256_of,
    vault::{Destination, Input, Kind, Kv2, Names, Program, Template},
};

/// What is longer than this, in characters and in lines, nobody would look through.
const LONGEST: usize = 20_000;
const MOST: usize = 500;

/// What a secret may go to.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A destination, whatever it is called: tokens go there, and what opens it.
    Destination(&'a Destination),
    /// A Dfns of somebody's own: a sign-in token goes there.
    Host(&'a BaseUrl),
}

/// What the person is asked. All of its texts are safe to be shown as they are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Question {
    /// The dialog's title, which begins with "Confirm".
    pub title: &'static str,
    /// The question itself.
    pub heading: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// All that it is asked about.
    pub parts: Vec<Part>,
}

/// A part of what is shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Part {
    /// What it is.
    pub term: String,
    /// Line by line.
    pub lines: Vec<String>,
}

impl Subject<'_> {
    /// A hash of all that the person is shown, with the kind in it.
    #[must_use]
    pub fn hash(&self) -> String {
        match self {
            Self::Destination(destination) => destination.fingerprint(),
            Self::Host(base) => sha256_of(&format!("keybearer host\n{base}")),
        }
    }

    /// What it is, in one line.
    #[must_use]
    pub fn name(&self) -> String {
        visible(&match self {
            Self::Destination(destination) => match &destination.vault {
                Kind::Kv2(kv2) => format!("{}/{}", kv2.address, kv2.mount),
                Kind::Program(program) => program.program.display().to_string(),
            },
            Self::Host(base) => base.to_string(),
        })
    }

    /// What the person is asked; `None` where it is more than anybody would look through.
    #[must_use]
    pub fn question(&self) -> Option<Question> {
        let question = match self {
            Self::Destination(destination) => match &destination.vault {
                Kind::Program(it) => program(it),
                Kind::Kv2(it) => vault(it),
            },
            Self::Host(base) => host(base),
        };
        let lines = || question.parts.iter().flat_map(|part| &part.lines);
        let length: usize = lines().map(|line| line.chars().count()).sum();
        (length <= LONGEST && lines().count() <= MOST).then_some(question)
    }
}

fn program(it: &Program) -> Question {
    let mut parts = vec![part("Program", [&*it.program.to_string_lossy()])];
    if it.password {
        parts.push(part("Password", ["It reads one first, which you keep in the system’s keyring"]));
    }
    parts.push(arguments("Arguments to store", &it.store));
    parts.push(part(
        "Standard input",
        [match it.input {
            Input::Raw => "The token",
            Input::Line => "The token, and the end of a line",
            Input::Json => "The token in JSON, by the template",
            Input::Base64Json => "The token in JSON, by the template, as base64",
        }],
    ));
    if let Some(template) = &it.template {
        parts.push(part("Template", [&*template.to_string()]));
    }
    match &it.exists {
        None => parts.push(part("Before it stores", ["It is not asked whether an entry is there"])),
        Some(question) => {
            parts.push(arguments("Arguments to ask whether an entry is there", &question.arguments));
            let mut rules = Vec::new();
            if !question.missing.is_empty() {
                rules.push(format!("Says where there is none: {}", visible(&question.missing)));
            }
            if question.prints {
                rules.push("Prints nothing where there is none".to_owned());
            }
            if question.stale {
                rules.push("May not know yet of what was stored a moment ago".to_owned());
            }
            if !rules.is_empty() {
                parts.push(Part { term: "Its answer".to_owned(), lines: rules });
            }
        }
    }
    match &it.read_back {
        None => parts.push(part("After it stored", ["Nothing is read back"])),
        Some(reading) => {
            parts.push(arguments("Arguments to read back", &reading.arguments));
            if reading.line {
                parts.push(part("What is read back", ["Ends with the end of a line"]));
            }
        }
    }
    if let Some(whose) = &it.whose {
        parts.push(arguments("Arguments to ask whose account it uses", &whose.arguments));
        if !whose.fields.is_empty() {
            parts.push(part("What of its answer is told", whose.fields.iter().map(String::as_str)));
        }
    }
    parts.push(part(
        "Entries are named",
        [match it.names {
            Names::Readable => "readable",
            Names::Plain => "plain",
            Names::Lowercase => "lowercase",
            Names::Dashed => "dashed",
            Names::Uppercase => "uppercase",
        }],
    ));
    parts.push(part("Time that it may take", [&*format!("{} seconds", it.seconds)]));
    if !it.variables.is_empty() {
        parts.push(part("Variables that it sees beside the usual ones", it.variables.iter().map(String::as_str)));
    }
    Question {
        title: "Confirm a program – Keybearer",
        heading: "May this program be given secrets?",
        meaning: "It is started as you, and given the tokens of new API keys. Choose “Use it” only if you set it up like \
                  this yourself. You are asked once for exactly this.",
        parts,
    }
}

fn vault(it: &Kv2) -> Question {
    let mut parts = vec![
        part("Address", [&*it.address.to_string()]),
        part("Mount", [&*it.mount]),
        part("Path of an entry", [it.path.as_str()]),
        part("Field that takes the token", [&*it.field]),
    ];
    if !it.namespace.is_empty() {
        parts.push(part("Namespace", [&*it.namespace]));
    }
    if let Some(authority) = &it.authority {
        parts.push(part("Authority that is trusted beside the system’s", [&*authority.to_string_lossy()]));
    }
    Question {
        title: "Confirm a vault – Keybearer",
        heading: "May this vault be given secrets?",
        meaning: "The tokens of new API keys go to this address, and the access token that opens it. Choose “Use it” only \
                  if it is yours. You are asked once for exactly this.",
        parts,
    }
}

fn host(base: &BaseUrl) -> Question {
    Question {
        title: "Confirm a host – Keybearer",
        heading: "May your sign-in token go to this host?",
        meaning: "Whoever runs it can use the token as you can. Choose “Use it” only if this is your organization’s Dfns. \
                  You are asked once for each host.",
        parts: vec![part("Address", [&*base.to_string()])],
    }
}

fn part<'a>(term: &str, lines: impl IntoIterator<Item = &'a str>) -> Part {
    Part { term: term.to_owned(), lines: lines.into_iter().map(visible).collect() }
}

/// Each on a line of its own, and none that is empty can be overlooked.
fn arguments(term: &str, all: &[Template]) -> Part {
    let shown = |argument: &Template| match argument.as_str() {
        // No other is shown so: a backslash in it would be escaped.
        "" => "\\(empty)".to_owned(),
        text => visible(text),
    };
    Part { term: format!("{term} ({})", all.len()), lines: all.iter().map(shown).collect() }
}
