//! What an answer means: the error table of the Dfns API, in one place.

use std::time::Duration;

use keybearer_core::{
    credential::{CredentialKind, Permissions, Secrets},
    failure::{CallContext, Failure, UnclearAnswer},
    jwt,
    key::{Created, Key},
    redact,
    secret::Secret,
};
use reqwest::{
    Response, StatusCode,
    header::{self, HeaderValue},
};
use time::{OffsetDateTime, format_description::well_known::Rfc2822};
use zeroize::Zeroizing;

use super::{
    refusal::{self, is_of_user_action},
    wire::{Body, KeyBody, ListBody, Listed, MOST_KEYS, Made},
};

/// Which call is answered: the same status means different things to different calls.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Call {
    Create,
    List,
    Read,
    Revoke,
    /// Renames one, deactivates it or activates it.
    Change,
}

impl Call {
    /// Only where a key was asked for does an unclear answer mean that one may exist.
    pub(super) fn unclear(self, unclear: UnclearAnswer) -> Failure {
        Failure::Unclear(self.context(), unclear)
    }

    /// A list of 100,000 keys has some 25 MiB, and a key is far below one.
    pub(super) fn expected(self) -> Expected {
        let largest = if self == Self::List { 32 << 20 } else { 1 << 20 };
        Expected { context: self.context(), largest }
    }

    fn context(self) -> CallContext {
        match self {
            Self::Create => CallContext::Create,
            Self::List | Self::Read => CallContext::Read,
            Self::Revoke => CallContext::Revoke,
            Self::Change => CallContext::Change,
        }
    }

    /// The one that it takes; `None` where that depends on what is changed.
    fn permission(self, of: Permissions) -> Option<&'static str> {
        match self {
            Self::Create => Some(of.create),
            Self::List | Self::Read => Some(of.read),
            Self::Revoke => Some(of.revoke),
            Self::Change => None,
        }
    }
}

/// What may come of a call, whichever it is.
#[derive(Clone, Copy)]
pub(super) struct Expected {
    /// What an unclear answer means.
    pub(super) context: CallContext,
    /// The longest answer that is read, in bytes, unless it refuses.
    pub(super) largest: usize,
}

impl Expected {
    pub(super) fn unclear(self, unclear: UnclearAnswer) -> Failure {
        Failure::Unclear(self.context, unclear)
    }

    pub(super) fn largest(self, status: StatusCode) -> usize {
        if status.is_success() { self.largest } else { refusal::LONGEST }
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

    /// Whether it may be Dfns' own, as far as its form tells.
    pub(super) fn is_dfns(&self) -> bool {
        (self.status.is_success() && self.is_object()) || refusal::own_word(self.status, &self.body).is_some()
    }

    fn is_object(&self) -> bool {
        self.body.trim_ascii_start().starts_with(b"{")
    }

    pub(super) fn created(self, kind: CredentialKind, host: &str, own_token: &str) -> Result<Created, Failure> {
        if !self.status.is_success() {
            return Err(self.failure(kind, Call::Create, host, own_token));
        }
        let mut body: KeyBody = self.parse(Call::Create.expected())?;
        let token = body.token.take();
        self.made((body.has_id().then(|| body.key(kind)), token), |token, _| Secrets::token(token))
    }

    /// What it means that a good answer to the request for a key names this one, and that this token came: `secrets` are those of
    /// the key that has it.
    pub(super) fn made(
        &self,
        (key, token): Made,
        secrets: impl FnOnce(Secret, &Key) -> Secrets,
    ) -> Result<Created, Failure> {
        match (key, token) {
            // Whatever the status says beside it: a token that came is not given away. Save for one of nobody knows what: others
            // hand out tokens, too.
            (Some(key), Some(token)) => {
                let facts = jwt::read(token.open("tell when it ends, where it says so"));
                let expires = facts.and_then(|facts| facts.expires).map(redact::iso);
                let secrets = secrets(token, &key);
                Ok(Created::WithSecrets(Key { expires, ..key }, secrets))
            }
            (_, None) if self.status == StatusCode::ACCEPTED => Ok(Created::AwaitingApproval),
            (Some(key), None) => Ok(Created::WithoutSecrets(key)),
            (None, _) => Err(Failure::Unclear(CallContext::Create, UnclearAnswer::NotUnderstood)),
        }
    }

    pub(super) fn listed<B: Body>(
        self,
        kind: CredentialKind,
        host: &str,
        own_token: &str,
    ) -> Result<Vec<Key>, Failure> {
        if self.status != StatusCode::OK {
            return Err(self.failure(kind, Call::List, host, own_token));
        }
        match self.parse::<ListBody<B>>(Call::List.expected())?.items {
            Listed { more: true, .. } => Err(Call::List.unclear(UnclearAnswer::TooMany(MOST_KEYS))),
            // What can be told by neither is no key, and a list of such is not Dfns'. What signs always has an id.
            Listed { keys, .. } if keys.iter().any(|key| !key.has_id() && (kind.signs() || !key.has_name())) => {
                Err(Call::List.unclear(UnclearAnswer::NotUnderstood))
            }
            Listed { keys, .. } => Ok(keys.into_iter().map(|key| key.key(kind)).collect()),
        }
    }

    /// The key that was read or revoked.
    pub(super) fn key<B: Body>(
        self,
        kind: CredentialKind,
        call: Call,
        host: &str,
        own_token: &str,
    ) -> Result<Key, Failure> {
        if self.status != StatusCode::OK {
            return Err(self.failure(kind, call, host, own_token));
        }
        Ok(self.parse::<B>(call.expected())?.key(kind))
    }

    pub(super) fn parse<T: serde::de::DeserializeOwned>(&self, expected: Expected) -> Result<T, Failure> {
        // The parser's own message may quote the body, which may hold a token: it is dropped.
        serde_json::from_slice(&self.body).map_err(|_| {
            let status = self.status.as_u16();
            expected.unclear(if self.is_object() {
                UnclearAnswer::NotUnderstood
            } else {
                UnclearAnswer::Between(status)
            })
        })
    }

    /// What an answer means that is none of success.
    pub(super) fn failure(&self, kind: CredentialKind, call: Call, host: &str, own_token: &str) -> Failure {
        let Some(Refusal { word, message }) = self.refusal(own_token) else {
            return self.of_somebody(call.expected(), host);
        };
        match self.status.as_u16() {
            400 | 401 | 403 if is_of_user_action(&word) => Failure::SignatureRequired,
            400 => Failure::Refused(message),
            401 => Failure::SignInAgain,
            403 => {
                let named = message.as_deref().and_then(refusal::permission);
                let permission = named.or_else(|| call.permission(kind.permissions())).map(str::to_owned);
                Failure::Forbidden { permission, message }
            }
            404 if matches!(call, Call::Read | Call::Revoke | Call::Change) => Failure::KeyGone,
            404 | 410 => Failure::NoSuchService(host.to_owned()),
            409 => Failure::Conflict(message),
            _ => self.unforeseen(message),
        }
    }

    /// What Dfns refused a call with, if it was Dfns. `own_secret` is what the request was made with.
    pub(super) fn refusal(&self, own_secret: &str) -> Option<Refusal> {
        let word = refusal::own_word(self.status, &self.body)?;
        // One line, shortened, and without anything that holds a token: a proxy may echo the request.
        let message = Some(redact::for_a_person(&word, &[own_secret])).filter(|text| !text.is_empty());
        Some(Refusal { word, message })
    }

    /// What a refusal of Dfns' own means that means the same to every call.
    pub(super) fn unforeseen(&self, message: Option<String>) -> Failure {
        match self.status.as_u16() {
            429 => Failure::RateLimited(self.retry_after),
            status => Failure::Unexpected { status, message },
        }
    }

    /// What an answer means that is not Dfns' own word: that the call came to no clear end.
    pub(super) fn of_somebody(&self, expected: Expected, host: &str) -> Failure {
        expected.unclear(match self.status.as_u16() {
            301..=303 | 307 | 308 if expected.context == CallContext::Read => {
                return Failure::Redirected(host.to_owned());
            }
            301..=303 | 307 | 308 => UnclearAnswer::Redirected,
            // The network wants a person to sign in.
            511 => UnclearAnswer::Between(511),
            // 408 is a proxy's way to say that its upstream took too long: the request was passed on.
            status @ (408 | 500..=599) => UnclearAnswer::Server(status),
            status => UnclearAnswer::Between(status),
        })
    }
}

/// A refusal of Dfns' own.
pub(super) struct Refusal {
    /// As it came, so it may echo a token.
    pub(super) word: String,
    /// Fit to be shown, where anything is left of it.
    pub(super) message: Option<String>,
}

/// `Retry-After`: seconds, or a date, which is taken against the server's own clock where it tells it.
fn retry_after(wait: &str, date: Option<&str>) -> Option<Duration> {
    if let Ok(seconds) = wait.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = date.and_then(instant).unwrap_or_else(OffsetDateTime::now_utc);
    Duration::try_from(instant(wait)? - now).ok()
}

fn instant(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc2822).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dfns::wire::ListedKey;

    const KIND: CredentialKind = CredentialKind::ApiKey;
    const OWN: &str = "s3cr3t.t0ken";

    fn received(status: u16, body: &str) -> Received {
        Received {
            status: StatusCode::from_u16(status).expect("a status"),
            retry_after: None,
            date: None,
            body: Zeroizing::new(body.as_bytes().to_vec()),
        }
    }

    /// What is said of a refusal of Dfns' own.
    fn refused(body: &str) -> String {
        match received(400, body).failure(KIND, Call::Create, "h", OWN) {
            Failure::Refused(Some(message)) => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_message_that_echoes_the_sign_in_token_is_shown_without_it() {
        let body = r#"{"error":{"message":"Authorization: Bearer s3cr3t.t0ken\n was refused"}}"#;
        assert_eq!(refused(body), "Authorization: Bearer … was refused");
    }

    #[test]
    fn an_echo_that_was_cut_short_or_quoted_is_not_shown_either() {
        let token = "eyJhbGciOiJFUzI1NiJ9.c3ViamVjdA.c2lnbmF0dXJl";
        for echo in ["Bearer:eyJhbGciOiJFUzI1NiJ9", "\\\"NiJ9.c3ViamVjdA.c2lnb\\\"", "token=VjdA.c2lnbmF0dX..."] {
            let body = format!(r#"{{"error":{{"message":"in {echo} here"}}}}"#);
            let failure = received(400, &body).failure(KIND, Call::Create, "h", token);
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
        let body = format!(r#"{{"error":{{"message":"{}"}}}}"#, "é".repeat(5000));
        assert_eq!(refused(&body).chars().count(), redact::LONGEST + 1);
    }

    #[test]
    fn a_missing_permission_is_named_as_dfns_names_it() {
        let body = r#"{"error":{"message":"Missing permission 'Wallets:Read', ask."}}"#;
        let failure = received(403, body).failure(KIND, Call::Create, "h", OWN);
        assert!(failure.to_string().contains("Wallets:Read"), "{failure}");
        let failure = received(403, r#"{"error":{"message":"Denied."}}"#).failure(KIND, Call::Create, "h", OWN);
        assert!(failure.to_string().contains("ApiKeys:Create"), "{failure}");
    }

    #[test]
    fn a_demand_for_a_signature_is_not_told_as_signing_in_again() {
        for status in [400, 401, 403] {
            let body = r#"{"error":{"message":"User action signature is required"}}"#;
            assert_eq!(received(status, body).failure(KIND, Call::Create, "h", OWN), Failure::SignatureRequired);
        }
    }

    #[test]
    fn after_an_answer_that_is_not_dfns_own_a_key_may_have_been_made_and_nothing_else_is_claimed() {
        for body in ["", "<html>", r#"{"message":"Forbidden"}"#] {
            for status in (300..600).filter(|status| StatusCode::from_u16(*status).is_ok()) {
                assert!(received(status, body).failure(KIND, Call::Create, "h", OWN).is_doubtful(), "{status} {body}");
                let revoked = received(status, body).failure(KIND, Call::Revoke, "h", OWN);
                assert!(matches!(revoked, Failure::Unclear(CallContext::Revoke, _)), "{status} {body}: {revoked:?}");
                for call in [Call::List, Call::Read] {
                    let read = received(status, body).failure(KIND, call, "h", OWN);
                    let calm = matches!(read, Failure::Unclear(CallContext::Read, _) | Failure::Redirected(_));
                    assert!(calm, "{status} {body}: {read:?}");
                }
            }
        }
    }

    #[test]
    fn a_network_that_wants_a_sign_in_is_not_an_error_of_the_server() {
        let failure = received(511, "<html>").failure(KIND, Call::List, "h", OWN);
        assert_eq!(failure, Failure::Unclear(CallContext::Read, UnclearAnswer::Between(511)));
    }

    #[test]
    fn more_keys_than_any_organization_has_are_not_kept() {
        let items = |count: usize| format!(r#"{{"items":[{}{{"id":"a"}}]}}"#, r#"{"id":"a"},"#.repeat(count - 1));
        let listed = received(200, &items(MOST_KEYS)).listed::<ListedKey>(KIND, "h", OWN).expect("a list");
        assert_eq!(listed.len(), MOST_KEYS);
        let failure = received(200, &items(MOST_KEYS + 1)).listed::<ListedKey>(KIND, "h", OWN).expect_err("too many");
        assert_eq!(failure, Failure::Unclear(CallContext::Read, UnclearAnswer::TooMany(MOST_KEYS)));
    }

    #[test]
    fn a_list_of_nothing_that_could_be_a_key_is_not_dfns_own() {
        for items in ["[{}]", r#"[{"id":"api-1"},{"status":"Active"}]"#, "[1]", "{}", "null"] {
            let listed = received(200, &format!(r#"{{"items":{items}}}"#)).listed::<ListedKey>(KIND, "h", OWN);
            assert_eq!(listed, Err(Failure::Unclear(CallContext::Read, UnclearAnswer::NotUnderstood)), "{items}");
        }
    }

    #[test]
    fn a_token_that_came_is_kept_even_where_all_else_but_the_id_is_missing() {
        let created = received(200, r#"{"id":"api-1","token":"opaque"}"#).created(KIND, "h", OWN).expect("a key");
        assert!(matches!(created, Created::WithSecrets(_, secrets) if secrets.open("compare it") == ["opaque"]));
    }

    #[test]
    fn a_token_of_nobody_knows_what_is_no_keys() {
        for body in
            [r#"{"token":"opaque"}"#, r#"{"id":null,"token":"opaque"}"#, r#"{"id":7,"name":"n","token":"opaque"}"#]
        {
            assert!(received(200, body).created(KIND, "h", OWN).is_err_and(|failure| failure.is_doubtful()), "{body}");
        }
    }

    #[test]
    fn a_token_is_not_lost_for_what_stands_around_it_in_the_wrong_type() {
        let body = r#"{"id":"api-1","name":null,"orgId":[],"status":{"a":1},"dateCreated":1.5,"token":"opaque"}"#;
        let created = received(200, body).created(KIND, "h", OWN).expect("a key");
        assert!(matches!(created, Created::WithSecrets(_, secrets) if secrets.open("compare it") == ["opaque"]));
    }

    #[test]
    fn an_answer_without_a_token_names_the_key_that_was_made() {
        let created = received(200, r#"{"id":"api-1","token":null}"#).created(KIND, "h", OWN).expect("a key");
        assert!(matches!(created, Created::WithoutSecrets(key) if key.id.0 == "api-1"));
        assert!(received(200, "{}").created(KIND, "h", OWN).is_err_and(|failure| failure.is_doubtful()));
    }

    #[test]
    fn scopes_may_be_a_list_an_object_or_missing() {
        for scopes in [r#","scopes":{}"#, r#","scopes":[]"#, ""] {
            let body = format!(r#"{{"items":[{{"id":"api-1","externalId":null{scopes}}}]}}"#);
            assert_eq!(received(200, &body).listed::<ListedKey>(KIND, "h", OWN).expect("a list").len(), 1);
        }
    }
}
