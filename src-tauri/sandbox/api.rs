//! The calls. A request is first judged (who asks, may they, is it well formed), and only then carried out, so that a fault
//! can get in between. Those of the API-key family stand here, the others in `iam`.

use std::fmt;

use hyper::StatusCode;
use serde_json::{Map, Value};

use super::{
    answer::{self, Answer},
    call::Call,
    directory::{Caller, Directory},
    http::Asked,
    iam,
    persona::Persona,
};

/// A request that Dfns would carry out.
pub(super) enum Request {
    Create {
        name: String,
        author: Persona,
    },
    List,
    Read(String),
    /// The key of this id, revoked.
    Revoke(String),
    /// What organizations have today.
    Iam(iam::Request),
}

impl Request {
    pub(super) fn call(&self) -> Call {
        match self {
            Self::Create { .. } => Call::Create,
            Self::List => Call::List,
            Self::Read(_) => Call::Read,
            Self::Revoke(_) => Call::Revoke,
            Self::Iam(request) => request.call,
        }
    }

    /// An error in the form of the family that was asked.
    pub(super) fn error(&self, status: StatusCode, message: &str) -> Answer {
        match self {
            Self::Iam(_) => answer::full_error(status, message, &Value::Object(Map::new())),
            Self::Create { .. } | Self::List | Self::Read(_) | Self::Revoke(_) => answer::error(status, message),
        }
    }

    pub(super) fn carry_out(self, directory: &mut Directory) -> Answer {
        match self {
            Self::Create { name, author } => {
                let (key, token) = directory.create(&name, author, None);
                let mut body = directory.body(&key);
                body.token = Some(&token);
                answer::json(StatusCode::OK, &body)
            }
            Self::List => {
                let items: Vec<_> = directory.all_seen().map(|key| directory.body(key)).collect();
                answer::json(StatusCode::OK, &serde_json::json!({ "items": items }))
            }
            Self::Read(id) => match directory.seen(&id) {
                Some(key) => answer::json(StatusCode::OK, &directory.body(key)),
                None => no_such_key(),
            },
            Self::Revoke(id) => match directory.revoke(&id) {
                Some(key) => answer::json(StatusCode::OK, &directory.body(&key)),
                None => no_such_key(),
            },
            Self::Iam(request) => request.carry_out(directory).answer(),
        }
    }
}

/// Why a request is not carried out.
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
    /// What the full form of an error has beside; none in that of the API-key family.
    details: Option<Value>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl fmt::Display) -> Self {
        Self { status, message: message.to_string(), details: None }
    }

    /// In the form that Dfns' errors have today.
    pub(super) fn full(status: StatusCode, message: impl fmt::Display) -> Self {
        Self { details: Some(Value::Object(Map::new())), ..Self::new(status, message) }
    }

    pub(super) fn bad_request(message: impl fmt::Display) -> Self {
        Self::full(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn forbidden(message: impl fmt::Display) -> Self {
        Self::full(StatusCode::FORBIDDEN, message)
    }

    pub(super) fn with_details(self, details: Value) -> Self {
        Self { details: Some(details), ..self }
    }

    #[cfg(test)]
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn answer(&self) -> Answer {
        match &self.details {
            Some(details) => answer::full_error(self.status, &self.message, details),
            None => answer::error(self.status, &self.message),
        }
    }
}

/// What a refused token is answered with.
pub(super) const UNAUTHORIZED: &str = "Unauthorized: the token is missing, expired or revoked.";

/// What is asked for, if whoever asks may and the request is well formed.
pub(super) fn judge(asked: &Asked, directory: &mut Directory) -> Result<Request, Refusal> {
    let (call, ids) = Call::of(&asked.method, &asked.path).ok_or_else(|| no_such_route(asked))?;
    match ids.as_slice() {
        [id] if call.is_of_api_keys() => judge_api_keys(call, id, asked, directory),
        ids => iam::judge(call, ids, asked, directory).map(Request::Iam),
    }
}

fn judge_api_keys(call: Call, id: &str, asked: &Asked, directory: &mut Directory) -> Result<Request, Refusal> {
    if !directory.iam.settings.offers_api_keys {
        return Err(Refusal::full(StatusCode::NOT_FOUND, "Not Found"));
    }
    let caller = asked
        .token()
        .and_then(|token| directory.caller(token))
        .ok_or_else(|| Refusal::new(StatusCode::UNAUTHORIZED, UNAUTHORIZED))?;
    let persona = match caller {
        Caller::User(persona) if call.permission().is_some_and(|it| persona.permissions().contains(&it)) => *persona,
        Caller::User(_) | Caller::Key(_) | Caller::Token(_) => {
            return Err(Refusal::new(StatusCode::FORBIDDEN, missing(call)));
        }
    };
    if directory.iam.settings.signs_api_keys && matches!(call, Call::Create | Call::Revoke) {
        if !iam::is_signed(asked) {
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, iam::REQUIRED));
        }
        iam::spend(asked, &Caller::User(persona), directory)?;
    }
    Ok(match call {
        Call::Create => Request::Create { name: wanted_name(&asked.body)?, author: persona },
        Call::Read => Request::Read(id.to_owned()),
        Call::Revoke => Request::Revoke(id.to_owned()),
        _ => Request::List,
    })
}

/// What a caller without a permission is told.
pub(super) fn missing(call: Call) -> String {
    let permission = call.permission().unwrap_or_default();
    format!("Forbidden: the caller does not have the permission {permission}.")
}

fn no_such_route(asked: &Asked) -> Refusal {
    let message = format!("No route {} {}", asked.method, asked.path);
    let is_of_api_keys = asked.path.starts_with("/api-keys");
    if is_of_api_keys {
        Refusal::new(StatusCode::NOT_FOUND, message)
    } else {
        Refusal::full(StatusCode::NOT_FOUND, message)
    }
}

fn no_such_key() -> Answer {
    answer::error(StatusCode::NOT_FOUND, "No such API key.")
}

/// The name in the body of a create request.
fn wanted_name(body: &[u8]) -> Result<String, Refusal> {
    let refuse = |message| Refusal::new(StatusCode::BAD_REQUEST, message);
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return Err(refuse("The request body is not a JSON object."));
    };
    let name = match fields.get("name") {
        Some(Value::String(name)) if !name.trim().is_empty() => name.clone(),
        Some(Value::String(_)) => return Err(refuse("name: must not be empty.")),
        _ => return Err(refuse("name: a text is required.")),
    };
    match fields.get("scopes") {
        Some(Value::Object(scopes)) if scopes.is_empty() => Ok(name),
        Some(_) => Err(refuse("scopes: must be an empty object.")),
        None => Err(refuse("scopes: an empty object is required.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{Client, sandbox};

    const BODY: &str = r#"{"name":"Server Key 3","scopes":{}}"#;

    #[tokio::test]
    async fn a_key_is_made_with_its_token_this_once_and_listed_without() {
        let sandbox = sandbox().await;
        let admin = Client::admin(&sandbox);
        let created = admin.post("/api-keys/", BODY).await;
        assert_eq!(created.status, 200);
        assert!(created.head.contains("\r\ndate: "), "{}", created.head);
        let mut created = created.json();
        let fields = created.as_object_mut().expect("an object");
        let token = fields.remove("token").expect("a token");
        assert_eq!(token.as_str().expect("a text").split('.').count(), 3);
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(names, ["authorId", "dateCreated", "id", "name", "orgId", "status"]);
        assert_eq!((&created["name"], &created["status"]), (&"Server Key 3".into(), &"Active".into()));

        let listed = admin.get("/api-keys/").await.json();
        let items = listed["items"].as_array().expect("a list");
        assert_eq!(items.len(), 5);
        assert_eq!(items.last(), Some(&created));
        assert_eq!(items.iter().filter(|key| key["status"] == "Revoked").count(), 1);
        let path = format!("/api-keys/{}/", created["id"].as_str().expect("an id"));
        assert_eq!(admin.get(&path).await.json(), created);
    }

    #[tokio::test]
    async fn each_user_may_what_their_permissions_say_and_is_told_which_is_missing() {
        let sandbox = sandbox().await;
        for (persona, create, read, revoke) in
            [(Persona::Admin, 200, 200, 404), (Persona::Issuer, 200, 403, 403), (Persona::Auditor, 403, 200, 403)]
        {
            let user = Client::new(&sandbox, &sandbox.sign_in_token(persona));
            for (reply, status, permission) in [
                (user.post("/api-keys/", BODY).await, create, "ApiKeys:Create"),
                (user.get("/api-keys/").await, read, "ApiKeys:Read"),
                (user.delete("/api-keys/api-none").await, revoke, "ApiKeys:Revoke"),
            ] {
                assert_eq!(reply.status, status, "{persona:?} {permission}");
                assert_eq!(reply.status == 403, reply.body.contains(permission), "{}", reply.body);
            }
        }
    }

    #[tokio::test]
    async fn the_slash_belongs_to_the_path_except_on_revoking() {
        let sandbox = sandbox().await;
        let admin = Client::admin(&sandbox);
        let created = admin.post("/api-keys/", BODY).await.json();
        let path = format!("/api-keys/{}", created["id"].as_str().expect("an id"));
        assert_eq!(admin.post("/api-keys", BODY).await.status, 404);
        assert_eq!(admin.get("/api-keys").await.status, 404);
        assert_eq!(admin.get(&path).await.status, 404);
        assert_eq!(admin.delete(&path).await.status, 200);
        assert_eq!(admin.delete(&format!("{path}/")).await.status, 200);
    }

    #[tokio::test]
    async fn a_body_that_dfns_would_not_take_makes_no_key() {
        let sandbox = sandbox().await;
        let admin = Client::admin(&sandbox);
        let too_long = format!(r#"{{"name":"{}","scopes":{{}}}}"#, "n".repeat(70_000));
        for (body, status, word) in [
            ("", 400, "JSON"),
            ("name", 400, "JSON"),
            ("[]", 400, "JSON"),
            (r#"{"scopes":{}}"#, 400, "name"),
            (r#"{"name":"","scopes":{}}"#, 400, "name"),
            (r#"{"name":" ","scopes":{}}"#, 400, "name"),
            (r#"{"name":1,"scopes":{}}"#, 400, "name"),
            (r#"{"name":"n"}"#, 400, "scopes"),
            (r#"{"name":"n","scopes":[]}"#, 400, "scopes"),
            (r#"{"name":"n","scopes":{"a":1}}"#, 400, "scopes"),
            (&too_long, 413, "large"),
        ] {
            let reply = admin.post("/api-keys/", body).await;
            assert_eq!(reply.status, status);
            let message = reply.json()["error"]["message"].as_str().expect("a message").to_owned();
            assert!(message.contains(word), "{message}");
        }
        assert_eq!(admin.get("/api-keys/").await.json()["items"].as_array().map(Vec::len), Some(4));
    }

    #[tokio::test]
    async fn the_token_of_a_key_may_nothing_and_is_unknown_once_revoked() {
        let sandbox = sandbox().await;
        let admin = Client::admin(&sandbox);
        let created = admin.post("/api-keys/", BODY).await.json();
        let machine = Client::new(&sandbox, created["token"].as_str().expect("a token"));
        assert_eq!(machine.get("/api-keys/").await.status, 403);
        let path = format!("/api-keys/{}", created["id"].as_str().expect("an id"));
        for _ in 0..2 {
            let revoked = admin.delete(&path).await;
            assert_eq!((revoked.status, &revoked.json()["status"]), (200, &"Revoked".into()));
        }
        assert_eq!(machine.get("/api-keys/").await.status, 401);
    }

    #[tokio::test]
    async fn without_a_known_token_nothing_is_answered() {
        let sandbox = sandbox().await;
        assert_eq!(Client::new(&sandbox, "unknown").get("/api-keys/").await.status, 401);
        assert_eq!(Client::anonymous(&sandbox).get("/api-keys/").await.status, 401);
    }
}
