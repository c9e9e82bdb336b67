//! What a secret may go to, and how the person is asked about it.

use super::visible::visible;
use crate::{
    address::BaseUrl,
    credential::SecretName,
    hex::sha256_of,
    role::Role,
    vault::{Destination, Input, Kind, Kv2, Names, Program, Several, Template},
    words::{self, Message},
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
    /// A request that is signed for the person, who is asked about each.
    Signature(Signature<'a>),
}

/// What is to be signed.
#[derive(Clone, Copy, Debug)]
pub struct Signature<'a> {
    /// What it does.
    pub operation: &'a Message,
    /// What it is done to or makes, where that has a name; several where it is signed for each of a list.
    pub to: &'a [Named<'a>],
    /// What the account is called.
    pub account: &'a str,
    pub base: &'a BaseUrl,
}

/// What a signed request is about.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    pub name: &'a str,
    /// The roles that it is given, where it is of a kind that has some.
    pub roles: Option<&'a [Role]>,
    /// What it is called from then on, where it is renamed.
    pub renamed: Option<&'a str>,
}

impl<'a> Named<'a> {
    /// Something that stays as it is called, and is given no role.
    pub fn of(name: &'a str) -> Self {
        Self { name, roles: None, renamed: None }
    }
}

/// What the person is asked. All of its texts are safe to be shown as they are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Question {
    pub title: Message,
    pub heading: Message,
    pub meaning: Message,
    /// All that it is asked about.
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Part {
    pub term: Message,
    /// Line by line.
    pub lines: Vec<Message>,
}

impl Subject<'_> {
    /// A hash of all that the person is shown, with the kind in it.
    pub fn hash(&self) -> String {
        match self {
            Self::Destination(destination) => destination.fingerprint(),
            Self::Host(base) => sha256_of(&format!("keybearer host\n{base}")),
            // Nothing of it is kept: each is asked about.
            Self::Signature(_) => String::new(),
        }
    }

    /// What it is, in one line.
    pub fn name(&self) -> String {
        visible(&match self {
            Self::Destination(destination) => match &destination.vault {
                Kind::Kv2(kv2) => format!("{}/{}", kv2.address, kv2.mount),
                Kind::Program(program) => program.program.display().to_string(),
            },
            Self::Host(base) => base.to_string(),
            Self::Signature(it) => it.operation.to_string(),
        })
    }

    /// What the person is asked; `None` where it is more than anybody would look through.
    pub fn question(&self) -> Option<Question> {
        let question = match self {
            Self::Destination(destination) => match &destination.vault {
                Kind::Program(it) => program(it),
                Kind::Kv2(it) => vault(it),
            },
            Self::Host(base) => host(base),
            Self::Signature(it) => signature(it),
        };
        let lines = || question.parts.iter().flat_map(|part| &part.lines);
        let length: usize = lines().map(|line| line.to_string().chars().count()).sum();
        (length <= LONGEST && lines().count() <= MOST).then_some(question)
    }
}

fn program(it: &Program) -> Question {
    let mut parts = vec![part(words::confirm_program_file(), [&*it.program.to_string_lossy()])];
    if it.password {
        parts.push(own(words::confirm_password(), words::confirm_password_first()));
    }
    parts.push(arguments(words::confirm_store, &it.store));
    parts.push(own(
        words::confirm_input(),
        match it.input {
            Input::Raw => words::confirm_input_raw(),
            Input::Line => words::confirm_input_line(),
            Input::Json => words::confirm_input_json(),
            Input::Base64Json => words::confirm_input_base64_json(),
            Input::Dotenv => words::confirm_input_dotenv(),
        },
    ));
    if let Some(template) = &it.template {
        parts.push(part(words::confirm_template(), [&*template.to_string()]));
    }
    match &it.exists {
        None => parts.push(own(words::confirm_before(), words::confirm_unasked())),
        Some(question) => {
            parts.push(arguments(words::confirm_exists, &question.arguments));
            let mut rules = Vec::new();
            if !question.missing.is_empty() {
                rules.push(words::confirm_missing(visible(&question.missing)));
            }
            if question.prints {
                rules.push(words::confirm_prints());
            }
            if question.stale {
                rules.push(words::confirm_stale());
            }
            if !rules.is_empty() {
                parts.push(Part { term: words::confirm_answer(), lines: rules });
            }
        }
    }
    match &it.read_back {
        None => parts.push(own(words::confirm_after(), words::confirm_not_read_back())),
        Some(reading) => {
            parts.push(arguments(words::confirm_read_back, &reading.arguments));
            if reading.line {
                parts.push(own(words::confirm_reading(), words::confirm_read_line()));
            }
        }
    }
    if let Some(it) = &it.several {
        several(it, &mut parts);
    }
    if let Some(whose) = &it.whose {
        parts.push(arguments(words::confirm_whose, &whose.arguments));
        if !whose.fields.is_empty() {
            parts.push(part(words::confirm_whose_fields(), whose.fields.iter().map(String::as_str)));
        }
    }
    parts.push(own(
        words::confirm_names(),
        match it.names {
            Names::Readable => words::program_names_readable(),
            Names::Plain => words::program_names_plain(),
            Names::Lowercase => words::program_names_lowercase(),
            Names::Dashed => words::program_names_dashed(),
            Names::Uppercase => words::program_names_uppercase(),
        },
    ));
    parts.push(own(words::confirm_time_limit(), words::confirm_seconds(it.seconds)));
    if !it.variables.is_empty() {
        parts.push(part(words::confirm_variables(), it.variables.iter().map(String::as_str)));
    }
    Question {
        title: words::confirm_program_title(),
        heading: words::confirm_program(),
        meaning: words::confirm_program_meaning(),
        parts,
    }
}

fn several(it: &Several, parts: &mut Vec<Part>) {
    parts.push(arguments(words::confirm_several_store, &it.store));
    parts.push(own(
        words::confirm_several_input(),
        match it.input {
            Input::Raw => words::confirm_several_input_raw(),
            Input::Line => words::confirm_several_input_line(),
            Input::Json => words::confirm_several_input_json(),
            Input::Base64Json => words::confirm_several_input_base64_json(),
            Input::Dotenv => words::confirm_several_input_dotenv(),
        },
    ));
    if let Some(template) = &it.template {
        parts.push(part(words::confirm_several_template(), [&*template.to_string()]));
    }
    if !it.exists.is_empty() {
        parts.push(arguments(words::confirm_several_exists, &it.exists));
    }
    match &it.read_back {
        None => parts.push(own(words::confirm_several_after(), words::confirm_not_read_back())),
        Some(reading) => {
            parts.push(arguments(words::confirm_several_read_back, &reading.arguments));
            if reading.line {
                parts.push(own(words::confirm_several_reading(), words::confirm_read_line()));
            }
        }
    }
}

fn vault(it: &Kv2) -> Question {
    let mut parts = vec![
        part(words::confirm_address(), [&*it.address.to_string()]),
        part(words::confirm_mount(), [&*it.mount]),
        part(words::confirm_path(), [it.path.as_str()]),
        part(words::confirm_field(), SecretName::ALL.iter().map(|name| it.field(*name))),
    ];
    if !it.namespace.is_empty() {
        parts.push(part(words::confirm_namespace(), [&*it.namespace]));
    }
    if let Some(authority) = &it.authority {
        parts.push(part(words::confirm_authority(), [&*authority.to_string_lossy()]));
    }
    Question {
        title: words::confirm_vault_title(),
        heading: words::confirm_vault(),
        meaning: words::confirm_vault_meaning(),
        parts,
    }
}

fn host(base: &BaseUrl) -> Question {
    Question {
        title: words::confirm_host_title(),
        heading: words::confirm_host(),
        meaning: words::confirm_host_meaning(),
        parts: vec![part(words::confirm_address(), [&*base.to_string()])],
    }
}

fn signature(it: &Signature<'_>) -> Question {
    let mut parts = vec![own(words::confirm_operation(), it.operation.clone())];
    // A role stands above all that are given it, and one that may do everything where nobody has to scroll to it.
    let mut by_roles: Vec<(Option<&[Role]>, Vec<&str>)> = Vec::new();
    for Named { name, roles, .. } in it.to {
        match by_roles.iter_mut().find(|(of, _)| of == roles) {
            Some((_, names)) => names.push(name),
            None => by_roles.push((*roles, vec![name])),
        }
    }
    by_roles.sort_by_key(|(given, _)| !given.is_some_and(|roles| roles.iter().any(Role::is_full_admin)));
    for (given, names) in by_roles {
        let given = given.map(roles);
        let names = match names[..] {
            [name] => part(words::confirm_name(), [name]),
            _ => part(words::confirm_several_names(names.len()), names),
        };
        // Of one, its name is read first.
        let (first, second) = if it.to.len() > 1 { (given, Some(names)) } else { (Some(names), given) };
        parts.extend(first.into_iter().chain(second));
    }
    if let Some(name) = it.to.iter().find_map(|named| named.renamed) {
        parts.push(part(words::confirm_renamed(), [name]));
    }
    parts.push(part(words::confirm_account(), [it.account]));
    parts.push(part(words::confirm_address(), [&*it.base.to_string()]));
    Question {
        title: words::confirm_signature_title(),
        heading: words::confirm_signature(it.to.len().max(1)),
        meaning: words::confirm_signature_meaning(it.to.len().max(1)),
        parts,
    }
}

fn roles(given: &[Role]) -> Part {
    if given.is_empty() {
        return own(words::confirm_role(), words::role_none());
    }
    let mut shown = part(words::confirm_role(), given.iter().map(|role| role.name.as_str()));
    if given.iter().any(Role::is_full_admin) {
        shown.lines.push(words::confirm_full_admin());
    }
    shown
}

/// What somebody else has written.
fn part<'a>(term: Message, lines: impl IntoIterator<Item = &'a str>) -> Part {
    Part { term, lines: lines.into_iter().map(|line| words::verbatim(visible(line))).collect() }
}

/// What Keybearer says of it.
fn own(term: Message, line: Message) -> Part {
    Part { term, lines: vec![line] }
}

/// Each on a line of its own, and none that is empty can be overlooked.
fn arguments(term: fn(usize) -> Message, all: &[Template]) -> Part {
    let shown = |argument: &Template| match argument.as_str() {
        // No other is shown so: a backslash in it would be escaped.
        "" => words::confirm_empty(),
        text => words::verbatim(visible(text)),
    };
    Part { term: term(all.len()), lines: all.iter().map(shown).collect() }
}
