//! What organizations have today: sessions that are signed for, credentials, user actions, service accounts, personal
//! access tokens and roles.
//!
//! Each call has a function that judges it and answers with its effect; the state that the effects change is [`State`].
//! What Dfns' public material leaves open is decided here, each in one place: which status a refusal has stands beside
//! the refusal.

mod access_tokens;
mod assertion;
mod body;
mod challenges;
mod credentials;
mod enrolment;
mod permissions;
#[cfg(test)]
mod person;
mod public_key;
mod query;
mod roles;
mod session;
mod state;
mod tokens;
mod user_action;
#[cfg(test)]
mod vectors;

use hyper::StatusCode;
use serde_json::Value;

pub(super) use self::{
    state::State,
    user_action::{REQUIRED, is_signed, spend},
};
use super::{
    answer::{self, Answer},
    api::{Refusal, UNAUTHORIZED},
    call::Call,
    directory::{Caller, Directory},
    http::Asked,
};

/// A request that Dfns would carry out.
pub(super) struct Request {
    pub(super) call: Call,
    effect: Effect,
}

type Effect = Box<dyn FnOnce(&mut Directory) -> Reply + Send>;

/// What a call is answered with; nothing at all where it has no body. It may hold a token, and is let go of as soon as it
/// was written into the answer: the app wipes whatever it frees.
pub(super) struct Reply {
    status: StatusCode,
    body: Option<Value>,
}

impl Request {
    pub(super) fn carry_out(self, directory: &mut Directory) -> Reply {
        (self.effect)(directory)
    }

    /// What it would be answered with, though it never happened.
    pub(super) fn rehearse(self, directory: &mut Directory) -> Reply {
        directory.undoing(|directory| self.carry_out(directory))
    }
}

impl Reply {
    fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body) }
    }

    pub(super) fn answer(&self) -> Answer {
        match &self.body {
            Some(body) => answer::json(self.status, body),
            None => answer::empty(self.status),
        }
    }

    /// Leaves out every secret that a call answers with once.
    pub(super) fn without_tokens(mut self) -> Self {
        let leave_out = |value: &mut Value| {
            if let Some(fields) = value.as_object_mut() {
                fields.retain(|name, _| !["token", "accessToken", "userAction"].contains(&name.as_str()));
            }
        };
        if let Some(body) = &mut self.body {
            leave_out(body);
            body.get_mut("accessTokens").and_then(Value::as_array_mut).into_iter().flatten().for_each(leave_out);
        }
        self
    }
}

/// What is asked for, if whoever asks may and the request is well formed. What is good once is used up by it.
pub(super) fn judge(call: Call, ids: &[&str], asked: &Asked, directory: &mut Directory) -> Result<Request, Refusal> {
    if !asked.has_user_agent() {
        return Err(Refusal::bad_request("A User-Agent header is required."));
    }
    let effect = if call.is_anonymous() {
        judge_anonymous(call, asked, directory)
    } else {
        let caller = asked.token().and_then(|token| directory.caller(token)).cloned();
        let caller = caller.ok_or_else(|| Refusal::full(StatusCode::UNAUTHORIZED, UNAUTHORIZED))?;
        allow(call, &caller, directory)?;
        if call.is_signed() {
            spend(asked, &caller, directory)?;
        }
        judge_signed_in(call, ids, asked, caller, directory)
    };
    Ok(Request { call, effect: effect? })
}

/// What a caller without a permission is told.
pub(super) fn not_authorized(who: &str, call: Call) -> String {
    let operation = call.permission().map_or_else(|| format!("{call:?}"), str::to_owned);
    format!("{who} is not authorized to perform operation ({operation}).")
}

fn judge_anonymous(call: Call, asked: &Asked, directory: &mut Directory) -> Result<Effect, Refusal> {
    match call {
        Call::LoginInit => session::login_init(asked, directory),
        Call::Login => session::login(asked, directory),
        Call::CodeInit => enrolment::code_init(asked, directory),
        _ => enrolment::code_verify(asked, directory),
    }
}

fn judge_signed_in(
    call: Call,
    ids: &[&str],
    asked: &Asked,
    caller: Caller,
    directory: &mut Directory,
) -> Result<Effect, Refusal> {
    match (call, ids, &caller) {
        (Call::ActionInit, ..) => user_action::init(asked, caller, directory),
        (Call::Action, ..) => user_action::complete(asked, caller, directory),
        (Call::ListPermissions, ..) => permissions::list(asked),
        (Call::ListAssignments, [role], _) => permissions::list_assignments(role, asked, directory),
        (Call::CreateAssignment, [role], _) => permissions::assign(role, asked, caller, directory),
        (Call::RevokeAssignment, [role, id], _) => permissions::revoke(role, id, asked, caller, directory),
        (Call::Logout, _, Caller::User(persona)) => session::logout(asked, *persona),
        (Call::Credentials | Call::ActivateCredential | Call::DeactivateCredential, ..) => {
            enrolment::own_credentials(call, asked, caller, directory)
        }
        (_, [], _) => tokens::of_all(call, asked, &caller, directory),
        (_, [id, ..], _) => tokens::of_one(call, id, asked, &caller, directory),
    }
}

fn allow(call: Call, caller: &Caller, directory: &Directory) -> Result<(), Refusal> {
    let needed = call.permission();
    let may = match caller {
        Caller::User(persona) => needed.is_none_or(|needed| persona.permissions().contains(&needed)),
        Caller::Token(id) => !call.is_for_users() && needed.is_none_or(|needed| directory.iam.may(id, needed)),
        Caller::Key(_) => false,
    };
    if may { Ok(()) } else { Err(Refusal::forbidden(not_authorized(directory.id_of(caller), call))) }
}
