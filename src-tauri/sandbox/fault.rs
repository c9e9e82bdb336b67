//! The ways in which a call to Dfns can go wrong. Where an answer leaves open whether the call took effect, the fault
//! says so with `made`: that is what the sandbox knows and its client does not.

use std::{future, time::Duration};

use hyper::{
    StatusCode,
    header::{HeaderValue, LOCATION, RETRY_AFTER},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::time::sleep;

use super::{
    answer::{self, Answer, Ended},
    api::{Request, UNAUTHORIZED, missing},
    call::Call,
    directory::{Directory, iso8601},
    http::{Asked, Site},
    iam::{self, REQUIRED, not_authorized},
};

/// Which calls are to fail, and how. Only a request that Dfns would have carried out meets a fault: one without a good
/// token, a permission or a well-formed body is refused as ever, and uses none up.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FaultPlan {
    pub on: Call,
    pub fault: Fault,
    /// How often; once, where JSON leaves it out. With 0, what was planned for the call before is forgotten.
    #[serde(default = "once")]
    pub times: u32,
}

/// How a call fails. In JSON, `{"kind": "unauthorized"}` or `{"kind": "serverError", "status": 502, "made": true}`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fault {
    /// 400: the input is refused, with a reason.
    Refused,
    /// 401, as for a token that has expired.
    Unauthorized,
    /// 403, naming a permission.
    Forbidden {
        /// Which; that of the call, where JSON leaves it out.
        #[serde(default)]
        permission: Option<String>,
    },
    /// 401, whose message asks for the signature of a user action.
    SignatureRequired,
    /// 404, as JSON.
    NotFound,
    /// 404, as the page of a host that is no Dfns.
    Html404,
    /// 402: the organization's plan lacks it.
    PaymentRequired,
    /// 410: this Dfns no longer offers the call.
    Gone,
    /// 409, with a reason.
    Conflict,
    /// Any status, with `{"message"}` in place of a whole error.
    MessageOnly { status: u16 },
    /// Any status, with no body at all.
    Empty { status: u16 },
    /// 429 with a `Retry-After`.
    RateLimited {
        /// When to try again, in seconds.
        retry_after: u64,
    },
    /// A status from 500 up; 500 in place of a number that is no status.
    ServerError {
        status: u16,
        /// Whether the call took effect.
        #[serde(default)]
        made: bool,
        /// Whether it comes as a proxy's page in place of JSON.
        #[serde(default)]
        html: bool,
    },
    /// A good answer, whose connection ends after half of the promised body: in the midst of the token.
    Cut {
        /// Whether the call took effect.
        made: bool,
    },
    /// The connection ends without an answer.
    Drop {
        /// Whether the call took effect.
        made: bool,
    },
    /// No answer comes, and the connection stays.
    Silent {
        /// Whether the call took effect.
        made: bool,
    },
    /// The call takes effect at once, and the usual answer comes late.
    Slow {
        /// How late, in milliseconds.
        ms: u64,
    },
    /// 202: a policy holds the action back. Nothing was made, and no token comes.
    PendingApproval,
    /// The good answer, whose token is left out. A call that makes none is answered as ever.
    WithoutToken,
    /// The good answer of a service account or a personal access token that has other roles than it was asked for with. A call
    /// that makes none is answered as ever, here and in the next two.
    OtherRoles {
        /// The names of those that it has; none, where JSON leaves them out.
        #[serde(default)]
        given: Vec<String>,
    },
    /// The good answer, which has the id of somebody else's credential.
    OtherCredential,
    /// The good answer, of one whose signatures are held against another key than the one that came.
    OtherKey,
    /// 400, whose message repeats the request's `Authorization` header.
    Echo,
    /// 307 to another address.
    Redirect {
        /// The address, as it stands in `Location`.
        to: String,
    },
    /// 502, though the call took effect; a new key can be seen only after a while.
    Unlisted {
        /// How long it cannot be seen, in seconds.
        seconds: u32,
    },
    /// The answer on the page of Dfns' documentation, byte for byte, with a token that does not decode. A call of another
    /// family is answered as ever.
    Sample,
}

impl Fault {
    /// What becomes of `request` instead of its being carried out.
    pub(super) async fn enact(self, request: Request, asked: &Asked, site: &Site) -> Result<Answer, Ended> {
        let carry_out = |request: Request| request.carry_out(&mut site.directory());
        let carry_out_if = |made: bool, request: Request| made.then(|| carry_out(request));
        Ok(match self {
            Self::Refused => request.error(StatusCode::BAD_REQUEST, "The name is not allowed in this organization."),
            Self::Unauthorized => request.error(StatusCode::UNAUTHORIZED, UNAUTHORIZED),
            Self::Forbidden { permission } => {
                request.error(StatusCode::FORBIDDEN, &forbidden(request.call(), permission.as_deref()))
            }
            Self::SignatureRequired => request.error(StatusCode::UNAUTHORIZED, REQUIRED),
            Self::NotFound => request.error(StatusCode::NOT_FOUND, "Not Found"),
            Self::Html404 => answer::html(StatusCode::NOT_FOUND),
            Self::PaymentRequired => request.error(StatusCode::PAYMENT_REQUIRED, "The plan does not include this."),
            Self::Gone if request.call().is_of_api_keys() => {
                request.error(StatusCode::GONE, "API keys are no longer available; use service accounts.")
            }
            Self::Gone => request.error(StatusCode::GONE, "This is no longer available."),
            Self::MessageOnly { status } => {
                answer::json(status_of(status), &json!({ "message": "Something is wrong." }))
            }
            Self::Empty { status } => answer::empty(status_of(status)),
            Self::Conflict => request.error(StatusCode::CONFLICT, "The request conflicts with another one."),
            Self::RateLimited { retry_after } => rate_limited(&request, retry_after),
            Self::ServerError { status, made, html } => {
                let answer = server_error(&request, status, html);
                drop(carry_out_if(made, request));
                answer
            }
            Self::Cut { made } => {
                // Both look alike up to where they break off.
                answer::cut_short(if made { carry_out(request) } else { imitation(request, site) })
            }
            Self::Drop { made } => {
                drop(carry_out_if(made, request));
                return Err(Ended);
            }
            Self::Silent { made } => {
                drop(carry_out_if(made, request));
                future::pending().await
            }
            Self::Slow { ms } => {
                // First the effect: a server does not undo it when its client has no patience.
                let answer = carry_out(request);
                sleep(Duration::from_millis(ms)).await;
                answer
            }
            Self::PendingApproval => pending_approval(),
            Self::WithoutToken => without_token(request, site),
            Self::OtherRoles { given } => with_roles(request, &given, site),
            Self::OtherCredential => altered(request, site, |reply, directory| reply.with_other_credential(directory)),
            Self::OtherKey => altered(request, site, iam::Reply::with_other_key),
            Self::Echo => {
                let sent = asked.authorization().unwrap_or_default();
                request.error(StatusCode::BAD_REQUEST, &format!("Bad header Authorization: {sent} in the request."))
            }
            Self::Redirect { to } => redirect(&request, &to),
            Self::Unlisted { seconds } => {
                unlisted(request, Duration::from_secs(seconds.into()), site);
                answer::html(StatusCode::BAD_GATEWAY)
            }
            Self::Sample if !request.call().is_of_api_keys() => carry_out(request),
            Self::Sample => {
                adopt_sample(site);
                sample_answer()
            }
        })
    }
}

/// The plans that are still to take effect.
#[derive(Default)]
pub(super) struct Faults(Vec<FaultPlan>);

impl Faults {
    pub(super) fn plan(&mut self, plan: FaultPlan) {
        match plan.times {
            0 => self.0.retain(|before| before.on != plan.on),
            _ => self.0.push(plan),
        }
    }

    /// The fault that the next request of this call meets.
    pub(super) fn take(&mut self, call: Call) -> Option<Fault> {
        let next = self.0.iter().position(|plan| plan.on == call)?;
        self.0[next].times -= 1;
        Some(if self.0[next].times == 0 { self.0.remove(next).fault } else { self.0[next].fault.clone() })
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn once() -> u32 {
    1
}

fn forbidden(call: Call, permission: Option<&str>) -> String {
    match permission {
        Some(permission) => format!("The caller is not authorized to perform operation ({permission})."),
        None if call.is_of_api_keys() => missing(call),
        None => not_authorized("The caller", call),
    }
}

fn rate_limited(request: &Request, retry_after: u64) -> Answer {
    let mut answer = request.error(StatusCode::TOO_MANY_REQUESTS, "Too many requests.");
    answer.headers_mut().insert(RETRY_AFTER, retry_after.into());
    answer
}

fn server_error(request: &Request, status: u16, html: bool) -> Answer {
    let status = status_of(status);
    if html { answer::html(status) } else { request.error(status, "Something failed on the server.") }
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn pending_approval() -> Answer {
    let now = iso8601(OffsetDateTime::now_utc());
    answer::json(StatusCode::ACCEPTED, &json!({ "status": "PendingApproval", "dateCreated": now }))
}

fn without_token(request: Request, site: &Site) -> Answer {
    let mut directory = site.directory();
    match request {
        Request::Create { name, author } => {
            let (key, _token) = directory.create(&name, author, None);
            answer::json(StatusCode::OK, &directory.body(&key))
        }
        Request::Iam(request) => request.carry_out(&mut directory).without_tokens().answer(),
        other => other.carry_out(&mut directory),
    }
}

/// Carried out, and then as `alter` has it.
fn altered(request: Request, site: &Site, alter: impl FnOnce(iam::Reply, &mut Directory) -> iam::Reply) -> Answer {
    let mut directory = site.directory();
    match request {
        Request::Iam(request) => {
            let reply = request.carry_out(&mut directory);
            alter(reply, &mut directory).answer()
        }
        other => other.carry_out(&mut directory),
    }
}

fn with_roles(request: Request, names: &[String], site: &Site) -> Answer {
    let roles = site.directory().iam.roles_named(names);
    match roles {
        Some(roles) => altered(request, site, |reply, directory| reply.with_roles(&roles, directory)),
        None => request
            .error(StatusCode::INTERNAL_SERVER_ERROR, &format!("The fault has roles of no such names: {names:?}")),
    }
}

/// What looks like a good answer, though nothing happened.
fn imitation(request: Request, site: &Site) -> Answer {
    match request {
        Request::Iam(request) => request.rehearse(&mut site.directory()).answer(),
        Request::Create { .. } | Request::List | Request::Read(_) | Request::Revoke(_) => sample_answer(),
    }
}

fn redirect(request: &Request, to: &str) -> Answer {
    // 307 is the one that asks the client to send method, body and token once more.
    let mut answer = request.error(StatusCode::TEMPORARY_REDIRECT, "Moved.");
    if let Ok(to) = HeaderValue::from_str(to) {
        answer.headers_mut().insert(LOCATION, to);
    }
    answer
}

fn unlisted(request: Request, hidden_for: Duration, site: &Site) {
    let mut directory = site.directory();
    match request {
        Request::Create { name, author } => drop(directory.create(&name, author, Some(hidden_for))),
        other => directory.hiding(hidden_for, |directory| drop(other.carry_out(directory))),
    }
}

fn sample_answer() -> Answer {
    answer::json_text(StatusCode::OK, SAMPLE)
}

/// The key of the sample has to be there afterwards, or it could not be revoked.
fn adopt_sample(site: &Site) {
    let sample: serde_json::Value = serde_json::from_str(SAMPLE).expect("the sample is JSON");
    let text = |name: &str| sample[name].as_str().expect("the sample's fields are texts");
    let created = OffsetDateTime::parse(text("dateCreated"), &Rfc3339).expect("the sample's time is one");
    site.directory().adopt(text("id"), text("name"), text("authorId"), created, text("token"));
}

/// Dfns, "Create API Key", response example.
const SAMPLE: &str = include_str!("sample.json");

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::{
        Sandbox,
        client::{Client, Reply, sandbox},
    };

    const BODY: &str = r#"{"name":"Wanted","scopes":{}}"#;

    /// Has one creation fail; what comes back, and how many keys of that name there are then.
    async fn create(sandbox: &Sandbox, fault: Fault) -> (String, usize) {
        sandbox.fail_next(FaultPlan { on: Call::Create, fault, times: 1 });
        let admin = Client::admin(sandbox);
        let answer = admin.exchange("POST", "/api-keys/", BODY).await;
        assert!(sandbox.site.faults().is_empty());
        (answer, count(sandbox).await)
    }

    async fn count(sandbox: &Sandbox) -> usize {
        let listed = Client::admin(sandbox).get("/api-keys/").await.json();
        listed["items"].as_array().map_or(0, |keys| keys.iter().filter(|key| key["name"] == "Wanted").count())
    }

    #[tokio::test]
    async fn a_clear_refusal_has_its_status_and_message_and_makes_no_key() {
        for (fault, status, message) in [
            (Fault::Refused, 400, "not allowed"),
            (Fault::Unauthorized, 401, "expired"),
            (Fault::Forbidden { permission: None }, 403, "ApiKeys:Create"),
            (Fault::Forbidden { permission: Some("Permissions:Assign".to_owned()) }, 403, "(Permissions:Assign)"),
            (Fault::SignatureRequired, 401, "user action signature"),
            (Fault::NotFound, 404, "Not Found"),
            (Fault::Html404, 404, "<html>"),
            (Fault::PaymentRequired, 402, "plan"),
            (Fault::Gone, 410, "service accounts"),
            (Fault::MessageOnly { status: 403 }, 403, r#"{"message":"#),
            (Fault::Empty { status: 401 }, 401, ""),
            (Fault::Conflict, 409, "conflicts"),
            (Fault::RateLimited { retry_after: 7 }, 429, "Too many"),
            (Fault::PendingApproval, 202, "PendingApproval"),
            (Fault::Echo, 400, "Authorization: Bearer ey"),
            (Fault::Redirect { to: "https://elsewhere.invalid/".into() }, 307, "Moved"),
        ] {
            let (answer, made) = create(&sandbox().await, fault.clone()).await;
            let reply = Reply::parse(&answer);
            assert_eq!((reply.status, made), (status, 0), "{fault:?}");
            assert!(reply.body.contains(message), "{}", reply.body);
            assert_eq!(status == 429, reply.head.contains("\r\nretry-after: 7"));
            assert_eq!(status == 307, reply.head.contains("\r\nlocation: https://elsewhere.invalid/"));
        }
    }

    #[tokio::test]
    async fn an_error_of_the_server_looks_the_same_whether_the_key_was_made_or_not() {
        for (html, start) in [(false, "{"), (true, "<html>")] {
            for made in [false, true] {
                let (answer, keys) = create(&sandbox().await, Fault::ServerError { status: 503, made, html }).await;
                let reply = Reply::parse(&answer);
                assert_eq!((reply.status, keys), (503, usize::from(made)));
                assert!(reply.body.starts_with(start), "{}", reply.body);
            }
        }
    }

    #[tokio::test]
    async fn a_cut_answer_promises_more_than_comes() {
        for made in [false, true] {
            let (answer, keys) = create(&sandbox().await, Fault::Cut { made }).await;
            let reply = Reply::parse(&answer);
            assert_eq!((reply.status, keys), (200, usize::from(made)));
            let promised = reply.head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            let promised: usize = promised.and_then(|length| length.parse().ok()).expect("a length");
            assert_eq!(reply.body.len(), promised / 2);
            assert!(reply.body.contains("\"token\":"), "it breaks off within the token: {}", reply.body);
        }
    }

    #[tokio::test]
    async fn a_dropped_connection_ends_without_a_word() {
        for made in [false, true] {
            assert_eq!(create(&sandbox().await, Fault::Drop { made }).await, (String::new(), usize::from(made)));
        }
    }

    #[tokio::test]
    async fn silence_lasts_though_the_key_may_be_there() {
        for made in [false, true] {
            let sandbox = sandbox().await;
            sandbox.fail_next(FaultPlan { on: Call::Create, fault: Fault::Silent { made }, times: 1 });
            let admin = Client::admin(&sandbox);
            let asking = tokio::spawn(async move { admin.exchange("POST", "/api-keys/", BODY).await });
            while !sandbox.site.faults().is_empty() || count(&sandbox).await != usize::from(made) {
                tokio::task::yield_now().await;
            }
            assert!(!asking.is_finished());
            asking.abort();
        }
    }

    #[tokio::test]
    async fn a_slow_answer_is_the_usual_one() {
        let began = Instant::now();
        let (answer, keys) = create(&sandbox().await, Fault::Slow { ms: 40 }).await;
        assert!(began.elapsed() >= Duration::from_millis(40));
        assert_eq!(keys, 1);
        assert!(Reply::parse(&answer).json()["token"].is_string());
    }

    #[tokio::test]
    async fn a_key_without_its_token_is_there_all_the_same() {
        let (answer, keys) = create(&sandbox().await, Fault::WithoutToken).await;
        let reply = Reply::parse(&answer);
        assert_eq!((reply.status, keys), (200, 1));
        assert!(reply.json()["id"].is_string() && reply.json().get("token").is_none());
    }

    #[tokio::test]
    async fn an_unlisted_key_is_there_but_shows_late() {
        let sandbox = sandbox().await;
        let (answer, keys) = create(&sandbox, Fault::Unlisted { seconds: 3600 }).await;
        assert_eq!((Reply::parse(&answer).status, keys), (502, 0));
        assert_eq!(sandbox.site.directory().all().count(), 5);
        let (_, keys) = create(&sandbox, Fault::Unlisted { seconds: 0 }).await;
        assert_eq!(keys, 1);
    }

    #[tokio::test]
    async fn the_sample_comes_byte_for_byte_and_its_key_can_be_revoked() {
        let sandbox = sandbox().await;
        let (answer, _) = create(&sandbox, Fault::Sample).await;
        assert_eq!(Reply::parse(&answer).body, SAMPLE);
        let revoked = Client::admin(&sandbox).delete("/api-keys/api-cat-freddie-a150fe2ce0").await;
        assert_eq!((revoked.status, &revoked.json()["status"]), (200, &"Revoked".into()));
    }

    #[tokio::test]
    async fn plans_wait_for_their_call_and_follow_each_other() {
        let sandbox = sandbox().await;
        sandbox.fail_next(FaultPlan { on: Call::Revoke, fault: Fault::Gone, times: 1 });
        sandbox.fail_next(FaultPlan { on: Call::List, fault: Fault::Gone, times: 9 });
        sandbox.fail_next(FaultPlan { on: Call::List, fault: Fault::Gone, times: 0 });
        sandbox.fail_next(FaultPlan { on: Call::List, fault: Fault::Conflict, times: 2 });
        sandbox.fail_next(FaultPlan { on: Call::List, fault: Fault::NotFound, times: 1 });
        let admin = Client::admin(&sandbox);
        assert_eq!(Client::anonymous(&sandbox).get("/api-keys/").await.status, 401);
        for status in [409, 409, 404, 200] {
            assert_eq!(admin.get("/api-keys/").await.status, status);
        }
        assert_eq!(admin.delete("/api-keys/api-none").await.status, 410);
    }

    #[tokio::test]
    async fn a_revocation_can_take_effect_without_an_answer() {
        let sandbox = sandbox().await;
        let admin = Client::admin(&sandbox);
        let created = admin.post("/api-keys/", BODY).await.json();
        let path = format!("/api-keys/{}", created["id"].as_str().expect("an id"));
        sandbox.fail_next(FaultPlan { on: Call::Revoke, fault: Fault::Drop { made: true }, times: 1 });
        assert_eq!(admin.exchange("DELETE", &path, "").await, "");
        assert_eq!(admin.get(&format!("{path}/")).await.json()["status"], "Revoked");
    }

    #[test]
    fn a_plan_is_read_as_its_json_is_documented() {
        for (json, fault, times) in [
            (r#"{"on":"create","fault":{"kind":"pendingApproval"}}"#, Fault::PendingApproval, 1),
            (
                r#"{"on":"create","fault":{"kind":"serverError","status":502,"made":true},"times":2}"#,
                Fault::ServerError { status: 502, made: true, html: false },
                2,
            ),
            (
                r#"{"on":"create","fault":{"kind":"rateLimited","retryAfter":9}}"#,
                Fault::RateLimited { retry_after: 9 },
                1,
            ),
            (r#"{"on":"create","fault":{"kind":"unlisted","seconds":3}}"#, Fault::Unlisted { seconds: 3 }, 1),
            (r#"{"on":"create","fault":{"kind":"html404"}}"#, Fault::Html404, 1),
            (
                r#"{"on":"create","fault":{"kind":"otherRoles","given":["Wallet reader"]}}"#,
                Fault::OtherRoles { given: vec!["Wallet reader".to_owned()] },
                1,
            ),
            (r#"{"on":"create","fault":{"kind":"otherRoles"}}"#, Fault::OtherRoles { given: Vec::new() }, 1),
        ] {
            let plan: FaultPlan = serde_json::from_str(json).expect(json);
            assert_eq!(plan, FaultPlan { on: Call::Create, fault, times });
            let again = serde_json::to_string(&plan).expect("a plan serializes");
            assert_eq!(serde_json::from_str::<FaultPlan>(&again).expect("what was written"), plan);
        }
    }
}
