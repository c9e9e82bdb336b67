//! The calls of service accounts and of personal access tokens, which differ in little.

mod otherwise;
#[cfg(test)]
mod tests;
mod wish;

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use self::wish::{Wish, check_free, check_new, new_account, new_pat};
use super::{
    Effect, Reply,
    access_tokens::{AccessToken, Context, Kind},
    body::{Nothing, given, name, parse, parse_optional},
    credentials::{self, Credential},
    permissions::give,
    query::force,
};
use crate::{
    api::Refusal,
    call::Call,
    directory::{Caller, Directory},
    http::Asked,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Update {
    #[serde(default, deserialize_with = "given")]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    external_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deactivate {
    /// It passes by an approval, which is never asked for here.
    #[serde(default, deserialize_with = "given", rename = "force")]
    _force: Option<bool>,
}

/// The list, or a new one.
pub(super) fn of_all(call: Call, asked: &Asked, caller: &Caller, directory: &Directory) -> Result<Effect, Refusal> {
    let kind = kind(call, caller);
    let wish = match call {
        Call::CreateServiceAccount => new_account(&asked.body)?,
        Call::CreatePat => new_pat(&asked.body)?,
        _ => return Ok(Box::new(move |directory| list(kind, directory))),
    };
    check_new(&wish, kind, caller, directory)?;
    let maker = directory.id_of(caller).to_owned();
    Ok(Box::new(move |directory| create(wish, kind, maker, directory)))
}

/// One that is there, or a change of it.
pub(super) fn of_one(
    call: Call,
    id: &str,
    asked: &Asked,
    caller: &Caller,
    directory: &Directory,
) -> Result<Effect, Refusal> {
    let kind = kind(call, caller);
    if directory.iam.tokens.one(kind, id).is_none() {
        return Err(Refusal::full(StatusCode::NOT_FOUND, "There is no such token or service account."));
    }
    let id = id.to_owned();
    Ok(match call {
        Call::UpdateServiceAccount | Call::UpdatePat => {
            let Update { name: new_name, external_id } = parse(&asked.body)?;
            let new_name = new_name.map(name).transpose()?;
            check_free(kind, new_name.as_deref(), external_id.as_deref(), Some(&id), directory)?;
            change(id, move |token| {
                token.name = new_name.unwrap_or_else(|| token.name.clone());
                token.external_id = external_id.or(token.external_id.take());
            })
        }
        Call::ActivateServiceAccount | Call::ActivatePat => {
            parse_optional::<Nothing>(&asked.body)?;
            change(id, |token| token.is_active = true)
        }
        Call::DeactivateServiceAccount => {
            parse_optional::<Deactivate>(&asked.body)?;
            change(id, |token| token.is_active = false)
        }
        Call::DeactivatePat => {
            parse_optional::<Nothing>(&asked.body)?;
            change(id, |token| token.is_active = false)
        }
        Call::ArchiveServiceAccount | Call::ArchivePat => {
            parse_optional::<Nothing>(&asked.body)?;
            force(asked)?;
            change(id, |token| (token.is_active, token.is_archived) = (false, true))
        }
        _ => change(id, |_| {}),
    })
}

/// A user sees personal access tokens of their own alone.
fn kind(call: Call, caller: &Caller) -> Kind {
    let is_of_pats = matches!(
        call,
        Call::ListPats
            | Call::CreatePat
            | Call::ReadPat
            | Call::UpdatePat
            | Call::ActivatePat
            | Call::DeactivatePat
            | Call::ArchivePat
    );
    match caller {
        Caller::User(persona) if is_of_pats => Kind::Pat(*persona),
        _ => Kind::ServiceAccount,
    }
}

fn list(kind: Kind, directory: &Directory) -> Reply {
    let items: Vec<Value> = directory.iam.tokens.seen(kind).map(|token| body(token, None, directory)).collect();
    Reply::ok(json!({ "items": items }))
}

fn create(wish: Wish, kind: Kind, maker: String, directory: &mut Directory) -> Reply {
    let now = directory.clock.now();
    let token_id = directory.draw.dfns_id("to");
    let identity = match kind {
        Kind::ServiceAccount => directory.draw.dfns_id("us"),
        Kind::Pat(_) => token_id.clone(),
    };
    let token = AccessToken {
        kind,
        identity: identity.clone(),
        token_id: token_id.clone(),
        credential_id: directory.draw.dfns_id("cr"),
        credential_uuid: directory.draw.dfns_id("cr"),
        name: wish.name,
        external_id: wish.external_id,
        key: wish.key,
        pem: wish.pem,
        created: now,
        is_active: true,
        is_archived: false,
        seen_from: directory.iam.hides_new_for.map(|time| Instant::now() + time),
    };
    directory.iam.credentials.add(credential(&token));
    directory.iam.tokens.add(token.clone());
    if let Some(role) = wish.permission_id {
        give(&role, &identity, &maker, directory);
    }
    let owner = user_of(&token, directory).to_owned();
    let token_kind = if kind == Kind::ServiceAccount { "ServiceAccount" } else { "Pat" };
    let text = directory.machine_token(&token_id, &owner, token_kind, wish.lasts);
    Reply::ok(body(&token, Some(&text), directory))
}

/// What its owner signs with.
fn credential(token: &AccessToken) -> Credential {
    Credential {
        id: token.credential_id.clone(),
        uuid: token.credential_uuid.clone(),
        owner: Caller::Token(token.token_id.clone()),
        kind: credentials::Kind::Key,
        name: token.name.clone(),
        is_active: true,
        key: token.key.clone(),
        pem: token.pem.clone(),
        created: token.created,
    }
}

fn change(identity: String, change: impl FnOnce(&mut AccessToken) + Send + 'static) -> Effect {
    Box::new(move |directory| {
        let Some(token) = directory.iam.tokens.one_mut(&identity) else {
            return Reply { status: StatusCode::NOT_FOUND, body: None };
        };
        change(token);
        let token = token.clone();
        Reply::ok(body(&token, None, directory))
    })
}

fn body(token: &AccessToken, text: Option<&str>, directory: &Directory) -> Value {
    token.body(&Context {
        organization: &directory.organization,
        user: user_of(token, directory),
        roles: &directory.iam.roles,
        text,
    })
}

/// The id of the user that a token stands for.
fn user_of<'a>(token: &'a AccessToken, directory: &'a Directory) -> &'a str {
    match token.kind {
        Kind::ServiceAccount => &token.identity,
        Kind::Pat(persona) => &directory.user(persona).id,
    }
}
