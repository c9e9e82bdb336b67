//! The sandbox's routes.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http_body_util::{BodyExt, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Body, Bytes, Frame, Incoming},
    header,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    Shared,
    directory::{Caller, Permission, Persona},
    fault::{Call, Fault, FaultPlan},
};

/// The largest body that a request may have, in bytes.
const LARGEST: usize = 1 << 20;
/// The answer on the documentation page, with its token as it stands there.
const SAMPLE: &str = include_str!("sample.json");

/// A request as it came, without its token.
#[derive(Clone, Serialize)]
pub(super) struct Recorded {
    method: String,
    path: String,
    /// Whether it bore a token, and whose: `user`, `key`, or `unknown`.
    bearer: Option<&'static str>,
    body: String,
}

/// Answers a request, or breaks off.
pub(super) async fn answer(state: Arc<Shared>, request: Request<Incoming>) -> io::Result<Response<Answer>> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, LARGEST).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return Ok(error(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.")),
    };
    let path = parts.uri.path().to_owned();
    if let Some(route) = path.strip_prefix("/_sandbox/")
        && state.control
    {
        // A web page cannot send this header across origins, so none can drive the sandbox.
        let ours = parts.headers.get("x-keybearer-sandbox").is_some_and(|value| value == "control");
        return Ok(if ours { control(&state, &parts.method, route, &body) } else { no_such_path() });
    }
    let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let caller = bearer.strip_prefix("Bearer ").and_then(|token| state.directory().caller(token));
    state.record(Recorded {
        method: parts.method.to_string(),
        path: path.clone(),
        bearer: (!bearer.is_empty()).then_some(match caller {
            Some(Caller::User(_)) => "user",
            Some(Caller::Key) => "key",
            None => "unknown",
        }),
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let Some((call, id)) = route(&parts.method, &path) else { return Ok(no_such_path()) };
    let usual = Usual { state: &state, call, id, caller, body: &body };
    match state.due(call) {
        None => Ok(usual.carry_out(Duration::ZERO)),
        Some(fault) => fail(fault, &usual, bearer).await,
    }
}

/// The call that a path means. The slash at the end belongs to the path where the documentation has one.
fn route<'a>(method: &Method, path: &'a str) -> Option<(Call, &'a str)> {
    let rest = path.strip_prefix("/api-keys/")?;
    match *method {
        Method::POST if rest.is_empty() => Some((Call::Create, "")),
        Method::GET if rest.is_empty() => Some((Call::List, "")),
        Method::GET => Some((Call::Read, rest.strip_suffix('/').filter(|id| !id.contains('/'))?)),
        Method::DELETE if !rest.is_empty() => {
            Some((Call::Revoke, rest.strip_suffix('/').unwrap_or(rest))).filter(|(_, id)| !id.contains('/'))
        }
        _ => None,
    }
}

/// A call, as it is answered when nothing goes wrong.
struct Usual<'a> {
    state: &'a Shared,
    call: Call,
    id: &'a str,
    caller: Option<Caller>,
    body: &'a [u8],
}

impl Usual<'_> {
    fn carry_out(&self, unlisted: Duration) -> Response<Answer> {
        let Some(caller) = self.caller else {
            return error(StatusCode::UNAUTHORIZED, "The token is missing, expired or revoked.");
        };
        let needed = match self.call {
            Call::Create => Permission::Create,
            Call::List | Call::Read => Permission::Read,
            Call::Revoke => Permission::Revoke,
        };
        let persona = match caller {
            Caller::User(persona) if caller.may(needed) => persona,
            _ => return missing(needed),
        };
        let mut directory = self.state.directory();
        let one = match self.call {
            Call::Create => match self.name() {
                Err(message) => return error(StatusCode::BAD_REQUEST, message),
                Ok(name) => match directory.create_for(persona, &name, unlisted) {
                    Ok(key) => Some(key),
                    Err(_) => return error(StatusCode::INTERNAL_SERVER_ERROR, "No key could be made."),
                },
            },
            Call::List => Some(directory.list()),
            Call::Read => directory.one(self.id),
            Call::Revoke => directory.revoke(self.id),
        };
        match one {
            Some(body) => json_answer(StatusCode::OK, &body),
            None => error(StatusCode::NOT_FOUND, "There is no such API key."),
        }
    }

    /// The name that was asked for, if the body is as the documentation has it.
    fn name(&self) -> Result<String, &'static str> {
        #[derive(Deserialize)]
        struct Asked {
            name: String,
            scopes: Map<String, Value>,
        }
        let asked: Asked = serde_json::from_slice(self.body)
            .map_err(|_| "The body must be JSON with a name and an empty object of scopes.")?;
        if !asked.scopes.is_empty() {
            return Err("scopes must be an empty object.");
        }
        if asked.name.trim().is_empty() {
            return Err("name must not be empty.");
        }
        Ok(asked.name)
    }
}

async fn fail(fault: Fault, usual: &Usual<'_>, bearer: &str) -> io::Result<Response<Answer>> {
    let carry_out_if = |made: bool| made.then(|| usual.carry_out(Duration::ZERO));
    Ok(match fault {
        Fault::Refused => error(StatusCode::BAD_REQUEST, "The name is not allowed by this organization."),
        Fault::Unauthorized => error(StatusCode::UNAUTHORIZED, "The token has expired."),
        Fault::Forbidden => missing(Permission::Create),
        Fault::SignatureRequired => error(StatusCode::FORBIDDEN, "User action signature is required."),
        Fault::NotFound => no_such_path(),
        Fault::Html404 => page(StatusCode::NOT_FOUND),
        Fault::Gone => error(StatusCode::GONE, "API keys were replaced by service accounts."),
        Fault::Conflict => error(StatusCode::CONFLICT, "Another change of this key is under way."),
        Fault::RateLimited { retry_after } => {
            let mut answer = error(StatusCode::TOO_MANY_REQUESTS, "Too many requests.");
            answer.headers_mut().insert(header::RETRY_AFTER, retry_after.into());
            answer
        }
        Fault::ServerError { status, made } => {
            carry_out_if(made);
            page(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY))
        }
        Fault::Cut { made } => {
            let whole = carry_out_if(made).unwrap_or_else(|| json_answer(StatusCode::OK, &json!({ "items": [] })));
            whole.map(Answer::cut)
        }
        Fault::Drop { made } => {
            carry_out_if(made);
            return Err(io::Error::other("broken off on purpose"));
        }
        Fault::Silent { made } => {
            carry_out_if(made);
            std::future::pending().await
        }
        Fault::Slow { ms } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            usual.carry_out(Duration::ZERO)
        }
        Fault::PendingApproval => json_answer(
            StatusCode::ACCEPTED,
            &json!({ "id": "apr-olive-lake-1f2e3d4c5b", "status": "PendingApproval" }),
        ),
        Fault::WithoutToken => {
            let made = usual.carry_out(Duration::ZERO).into_body().whole;
            let mut key: Value = serde_json::from_slice(&made).unwrap_or_default();
            key.as_object_mut().map(|key| key.remove("token"));
            json_answer(StatusCode::OK, &key)
        }
        Fault::Echo => error(StatusCode::BAD_REQUEST, &format!("Refused: Authorization: {bearer}")),
        Fault::Redirect { to } => {
            let mut answer = page(StatusCode::TEMPORARY_REDIRECT);
            if let Ok(to) = to.parse() {
                answer.headers_mut().insert(header::LOCATION, to);
            }
            answer
        }
        Fault::Unlisted { seconds } => {
            usual.carry_out(Duration::from_secs(seconds));
            page(StatusCode::BAD_GATEWAY)
        }
        Fault::Sample => text_answer(StatusCode::OK, "application/json", SAMPLE.trim_end().to_owned()),
    })
}

fn control(state: &Shared, method: &Method, route: &str, body: &[u8]) -> Response<Answer> {
    #[derive(Deserialize)]
    struct Colleague {
        name: String,
    }
    #[derive(Deserialize)]
    struct Refused {
        persona: Persona,
    }
    let done = || json_answer(StatusCode::OK, &json!({}));
    let unread = |_| error(StatusCode::BAD_REQUEST, "The body is not understood.");
    match (method.as_str(), route) {
        ("GET", "keys") => json_answer(StatusCode::OK, &state.directory().all()),
        ("GET", "requests") => json_answer(StatusCode::OK, &json!(state.recorded())),
        ("POST", "fault") => serde_json::from_slice::<FaultPlan>(body).map_or_else(unread, |plan| {
            state.plan(plan);
            done()
        }),
        ("POST", "keys") => serde_json::from_slice::<Colleague>(body).map_or_else(unread, |key| {
            match state.directory().create_for(Persona::Issuer, &key.name, Duration::ZERO) {
                Ok(_) => done(),
                Err(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "No key could be made."),
            }
        }),
        ("POST", "revoke-token") => serde_json::from_slice::<Refused>(body).map_or_else(unread, |refused| {
            state.directory().refuse(refused.persona);
            done()
        }),
        _ => no_such_path(),
    }
}

fn missing(permission: Permission) -> Response<Answer> {
    error(StatusCode::FORBIDDEN, &format!("Missing permission: {}", permission.name()))
}

fn no_such_path() -> Response<Answer> {
    error(StatusCode::NOT_FOUND, "Not found.")
}

fn error(status: StatusCode, message: &str) -> Response<Answer> {
    json_answer(status, &json!({ "error": { "message": message } }))
}

fn page(status: StatusCode) -> Response<Answer> {
    let body = format!("<!doctype html><title>{status}</title><h1>{status}</h1>");
    text_answer(status, "text/html; charset=utf-8", body)
}

fn json_answer(status: StatusCode, body: &Value) -> Response<Answer> {
    text_answer(status, "application/json", body.to_string())
}

fn text_answer(status: StatusCode, kind: &'static str, body: String) -> Response<Answer> {
    let mut response = Response::new(Answer::whole(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    let length = response.body().whole.len();
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    response
}

/// An answer's body, which may break off half way.
pub(super) struct Answer {
    whole: Bytes,
    cut: bool,
    sent: bool,
}

impl Answer {
    fn whole(body: String) -> Self {
        Self { whole: body.into(), cut: false, sent: false }
    }

    /// The first half, though the length of the whole was promised.
    fn cut(self) -> Self {
        Self { whole: self.whole.slice(..self.whole.len() / 2), cut: true, sent: false }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if !self.sent {
            self.sent = true;
            // Asked again at once, so that the half is on its way before the connection breaks.
            context.waker().wake_by_ref();
            return Poll::Ready(Some(Ok(Frame::data(self.whole.clone()))));
        }
        let end = self.cut.then(|| Err(io::Error::other("cut on purpose")));
        self.cut = false;
        Poll::Ready(end)
    }

    fn is_end_stream(&self) -> bool {
        self.sent && !self.cut
    }
}
