//! What an answer means: the error table of the Dfns API, in one place.

use std::time::Duration;

use reqwest::{
    Response, StatusCode,
    header::{self, HeaderValue},
};
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};
use zeroize::Zeroizing;

use super::wire::{KeyBody, ListBody};
use crate::{
    failure::{Failure, Trouble},
    key::{Created, Key},
    said,
};

/// Which call is answered: the same status means different things to different calls.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Call {
    Create,
    List,
    Read,
    Revoke,
}

impl Call {
    /// Only where a key was asked for does an unclear answer mean that one may exist.
    pub(super) fn unclear(self, trouble: Trouble) -> Failure {
        match self {
            Self::Create => Failure::Doubtful(trouble),
            Self::List | Self::Read => Failure::NoClearAnswer(trouble),
            Self::Revoke => Failure::NotConfirmed(trouble),
        }
    }

    /// The longest answer that is read, in bytes: a list of 100,000 keys has some 25 MiB, a key is far below one.
    pub(super) fn largest(self) -> usize {
        match self {
            Self::List => 32 << 20,
            Self::Create | Self::Read | Self::Revoke => 1 << 20,
        }
    }

    fn permission(self) -> &'static str {
        match self {
            Self::Create => "ApiKeys:Create",
            Self::List | Self::Read => "ApiKeys:Read",
            Self::Revoke => "ApiKeys:Revoke",
        }
    }
}

/// An answer, read whole. Its body may hold a token, so it is wiped.
pub(super) struct Received {
    pub(super) status: StatusCode,
    retry_after: Option<Duration>,
    /// What the server's clock said when it answered.
    pub(super) date: Option<OffsetDateTime>,
    pub(super) body: Zeroizing<Vec<u8>>,
}

impl Received {
    pub(super) fn begin(response: &Response) -> Self {
        let header = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let retry_after = header(header::RETRY_AFTER).and_then(|wait| retry_after(wait, header(header::DATE)));
        let date = header(header::DATE).and_then(instant);
        Self { status: response.status(), retry_after, date, body: Zeroizing::default() }
    }

    pub(super) fn created(self, host: &str, own_token: &str) -> Result<Created, Failure> {
        if !self.status.is_success() {
            return Err(self.failure(Call::Create, host, own_token));
        }
        let mut body: KeyBody = self.parse(Call::Create)?;
        match body.token.take() {
            // Whatever the status says beside it: a token that came is not given away.
            Some(token) => Ok(Created::WithToken(body.into(), token)),
            None if self.status == StatusCode::ACCEPTED => Ok(Created::AwaitingApproval),
            None if body.has_id() => Ok(Created::WithoutToken(body.into())),
            None => Err(Failure::Doubtful(Trouble::NotUnderstood)),
        }
    }

    pub(super) fn listed(self, host: &str, own_token: &str) -> Result<Vec<Key>, Failure> {
        if self.status != StatusCode::OK {
            return Err(self.failure(Call::List, host, own_token));
        }
        let body: ListBody = self.parse(Call::List)?;
        Ok(body.items.into_iter().map(Key::from).collect())
    }

    pub(super) fn read(self, host: &str, own_token: &str) -> Result<Key, Failure> {
        if self.status != StatusCode::OK {
            return Err(self.failure(Call::Read, host, own_token));
        }
        Ok(self.parse::<KeyBody>(Call::Read)?.into())
    }

    pub(super) fn revoked(self, host: &str, own_token: &str) -> Result<Key, Failure> {
        if self.status != StatusCode::OK {
            return Err(self.failure(Call::Revoke, host, own_token));
        }
        Ok(self.parse::<KeyBody>(Call::Revoke)?.into())
    }

    fn parse<T: serde::de::DeserializeOwned>(&self, call: Call) -> Result<T, Failure> {
        // The parser's own message may quote the body, which may hold a token: it is dropped.
        serde_json::from_slice(&self.body).map_err(|_| call.unclear(Trouble::NotUnderstood))
    }

    fn failure(&self, call: Call, host: &str, own_token: &str) -> Failure {
        let message = self.message(own_token);
        let wants_signature = message.as_deref().is_some_and(|message| {
            let message = message.to_ascii_lowercase();
            message.contains("user action") || message.contains("useraction")
        });
        match self.status.as_u16() {
            400 | 401 | 403 if wants_signature => Failure::SignatureRequired,
            400 => Failure::Refused(message),
            401 => Failure::SignInAgain,
            403 => Failure::Forbidden {
                permission: named_permission(message.as_deref()).or_else(|| Some(call.permission().to_owned())),
                message,
            },
            404 if matches!(call, Call::Read | Call::Revoke) => {
                // Only Dfns itself can say so, and not a page of whatever stands in between.
                let is_json = serde_json::from_slice::<serde_json::Map<String, Value>>(&self.body).is_ok();
                if is_json { Failure::KeyGone } else { call.unclear(Trouble::NotUnderstood) }
            }
            404 | 410 => Failure::NoSuchService(host.to_owned()),
            409 => Failure::Conflict(message),
            429 => Failure::RateLimited(self.retry_after),
            // A proxy's way to say that its upstream took too long: the request was passed on.
            408 => call.unclear(Trouble::Server(408)),
            301..=303 | 307 | 308 => Failure::Redirected(host.to_owned()),
            _ if self.status.is_client_error() => Failure::Unexpected { status: self.status.as_u16(), message },
            _ if self.status.is_server_error() => call.unclear(Trouble::Server(self.status.as_u16())),
            _ => call.unclear(Trouble::NotUnderstood),
        }
    }

    /// What the server said, as text for a person: one line, shortened, without anything that holds a token. A proxy
    /// may echo the request.
    fn message(&self, own_token: &str) -> Option<String> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        let inner = body.get("error").unwrap_or(&body);
        let text = inner.get("message").or_else(|| inner.get("errorName")).or_else(|| body.get("message"))?.as_str()?;
        let text = said::for_a_person(text, &[own_token]);
        (!text.is_empty()).then_some(text)
    }
}

/// `Retry-After`: seconds, or a date, which is taken against the server's own clock where it tells it.
fn retry_after(wait: &str, date: Option<&str>) -> Option<Duration> {
    if let Ok(seconds) = wait.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = date.and_then(instant).unwrap_or_else(OffsetDateTime::now_utc);
    Duration::try_from(instant(wait)? - now).ok()
}

/// A date as HTTP has it.
fn instant(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc2822).ok()
}

/// The permission that a message names, as in `ApiKeys:Create`.
fn named_permission(message: Option<&str>) -> Option<String> {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|character| character.is_ascii_alphanumeric());
    message?
        .split(|character: char| !(character.is_ascii_alphanumeric() || character == ':'))
        .find(|word| word.split_once(':').is_some_and(|(family, action)| is_part(family) && is_part(action)))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "s3cr3t.t0ken";

    fn received(status: u16, body: &str) -> Received {
        Received {
            status: StatusCode::from_u16(status).expect("a status"),
            retry_after: None,
            date: None,
            body: Zeroizing::new(body.as_bytes().to_vec()),
        }
    }

    #[test]
    fn each_form_of_an_error_body_is_read() {
        for (body, message) in [
            (r#"{"error":{"message":"no such name"}}"#, Some("no such name")),
            (r#"{"message":"no such\n name"}"#, Some("no such name")),
            (r#"{"error":{"httpStatus":400,"errorName":"BadRequest"}}"#, Some("BadRequest")),
            ("<html>", None),
            ("", None),
            (r#"{"error":"text"}"#, None),
        ] {
            assert_eq!(received(400, body).message(OWN).as_deref(), message, "{body}");
        }
    }

    #[test]
    fn a_message_that_echoes_the_sign_in_token_is_shown_without_it() {
        let body = r#"{"message":"Authorization: Bearer s3cr3t.t0ken was refused"}"#;
        let message = received(400, body).message(OWN).expect("a message");
        assert_eq!(message, "Authorization: Bearer … was refused");
    }

    #[test]
    fn an_echo_that_was_cut_short_or_quoted_is_not_shown_either() {
        let token = "eyJhbGciOiJFUzI1NiJ9.c3ViamVjdA.c2lnbmF0dXJl";
        for echo in ["Bearer:eyJhbGciOiJFUzI1NiJ9", "\\\"NiJ9.c3ViamVjdA.c2lnb\\\"", "token=VjdA.c2lnbmF0dX..."] {
            let body = format!(r#"{{"message":"in {echo} here"}}"#);
            let failure = received(400, &body).failure(Call::Create, "h", token);
            assert_eq!(failure, Failure::Refused(Some("in … here".into())), "{echo}");
        }
    }

    #[test]
    fn a_pause_may_be_told_in_seconds_or_as_a_date_of_the_servers_clock() {
        let date = |text| retry_after("Fri, 31 Dec 1999 23:59:59 GMT", text);
        assert_eq!(retry_after("120", None), Some(Duration::from_secs(120)));
        assert_eq!(date(Some("Fri, 31 Dec 1999 23:59:29 GMT")), Some(Duration::from_secs(30)));
        // Past, by the computer's clock.
        assert_eq!((date(None), retry_after("soon", None)), (None, None));
    }

    #[test]
    fn a_long_message_is_shortened() {
        let body = format!(r#"{{"message":"{}"}}"#, "é".repeat(5000));
        assert_eq!(received(400, &body).message(OWN).expect("a message").chars().count(), said::LONGEST + 1);
    }

    #[test]
    fn a_missing_permission_is_named_as_dfns_names_it() {
        let body = r#"{"error":{"message":"Missing permission 'Wallets:Read', ask."}}"#;
        let failure = received(403, body).failure(Call::Create, "h", OWN);
        assert!(failure.to_string().contains("Wallets:Read"), "{failure}");
        let failure = received(403, "").failure(Call::Create, "h", OWN);
        assert!(failure.to_string().contains("ApiKeys:Create"), "{failure}");
    }

    #[test]
    fn a_wish_for_a_signature_is_not_told_as_signing_in_again() {
        for status in [400, 401, 403] {
            let body = r#"{"error":{"message":"User action signature is required"}}"#;
            assert_eq!(received(status, body).failure(Call::Create, "h", OWN), Failure::SignatureRequired);
        }
    }

    #[test]
    fn only_creation_is_doubtful_after_an_error_of_the_server() {
        for status in [500, 502, 503, 504, 408] {
            assert!(received(status, "").failure(Call::Create, "h", OWN).is_doubtful(), "{status}");
            assert!(!received(status, "").failure(Call::List, "h", OWN).is_doubtful(), "{status}");
        }
        for status in [301, 307, 400, 401, 403, 404, 405, 409, 410, 413, 429] {
            assert!(!received(status, "").failure(Call::Create, "h", OWN).is_doubtful(), "{status}");
        }
    }

    #[test]
    fn a_token_that_came_is_kept_even_where_all_else_is_missing() {
        let created = received(200, r#"{"token":"opaque"}"#).created("h", OWN).expect("a key");
        assert!(matches!(created, Created::WithToken(_, token) if token.equals("opaque")));
    }

    #[test]
    fn a_token_is_not_lost_for_what_stands_around_it_in_the_wrong_type() {
        let body = r#"{"id":7,"name":null,"orgId":[],"status":{"a":1},"dateCreated":1.5,"token":"opaque"}"#;
        let created = received(200, body).created("h", OWN).expect("a key");
        assert!(matches!(created, Created::WithToken(_, token) if token.equals("opaque")));
    }

    #[test]
    fn an_answer_without_a_token_names_the_key_that_was_made() {
        let created = received(200, r#"{"id":"api-1","token":null}"#).created("h", OWN).expect("a key");
        assert!(matches!(created, Created::WithoutToken(key) if key.id.0 == "api-1"));
        assert!(received(200, "{}").created("h", OWN).is_err_and(|failure| failure.is_doubtful()));
    }

    #[test]
    fn scopes_may_be_a_list_an_object_or_missing() {
        for scopes in [r#","scopes":{}"#, r#","scopes":[]"#, ""] {
            let body = format!(r#"{{"items":[{{"id":"api-1","externalId":null{scopes}}}]}}"#);
            assert_eq!(received(200, &body).listed("h", OWN).expect("a list").len(), 1);
        }
    }
}
