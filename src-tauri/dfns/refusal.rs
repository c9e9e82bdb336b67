//! Whether a refusal is Dfns' own word. The only place that decides it.
//!
//! Between this computer and Dfns stand proxies, gateways that inspect what passes, and networks that want a person to sign
//! in. Each may let a request through and answer it in its own way, with a status that means something at Dfns. What is
//! said of an organization, a permission or a sign-in token, and above all that no key was made, may follow from Dfns' own
//! word alone.
//!
//! Dfns' own is a refusal that has all of this:
//! - A status from 400 to 499, except for those that speak of the way rather than of the request: 407 (a proxy's password), 408
//!   (it took too long), 421 (the wrong host) and 451 (blocked by law).
//! - A body that came whole and is one JSON object of at most [`LONGEST`] bytes.
//! - One of Dfns' two forms. `{"error": {"message": "…"}}`, in which Dfns' error page shows every refusal, or with an
//!   `errorName` in place of the message; a `code` beside it is Google's and Microsoft's form, which Dfns' is not.
//!   Or `{"message": "…"}`, if it names a permission as Dfns does (`ApiKeys:Create`) or speaks of a user action: that is the
//!   form of AWS' gateway, Kong and others, too, and of themselves they say `Forbidden`, `Unauthorized`, `Missing
//!   Authentication Token` or `Too Many Requests`, and more than any list could name.
//!
//! What that costs: a refusal of Dfns that is bare of all this counts as somebody else's. A request for a key is then in doubt,
//! and found out by looking through the list; a sign-in token that is over is not told as such, but that something may
//! stand in between, or the token may be over. What it does not catch is a gateway that speaks in Dfns' own form: so even
//! Dfns' own word does not prove that no key was made, and the list is read after any refusal.

use reqwest::StatusCode;
use serde::{Deserialize, de::IgnoredAny};

use super::wire::text;

/// A longer refusal is none of Dfns'.
pub(super) const LONGEST: usize = 64 << 10;

/// What Dfns said, if an answer is a refusal of its own; as it came, so it may echo a token.
pub(super) fn own_word(status: StatusCode, body: &[u8]) -> Option<String> {
    let of_the_way = matches!(status.as_u16(), 407 | 408 | 421 | 451);
    if !status.is_client_error() || of_the_way || body.len() > LONGEST {
        return None;
    }
    match serde_json::from_slice(body).ok()? {
        Body { error: Some(Inner { code: Some(_), .. }), .. } => None,
        Body { error: Some(inner), .. } => {
            [inner.message, inner.error_name].into_iter().find(|text| !text.trim().is_empty())
        }
        Body { error: None, message } => {
            (permission(&message).is_some() || is_of_user_action(&message)).then_some(message)
        }
    }
}

/// Whether a message asks for the signature of a user action.
pub(super) fn is_of_user_action(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    message.contains("user action") || message.contains("useraction")
}

/// The permission that a message names, as in `ApiKeys:Create` and `Auth:Apps:Update`.
pub(super) fn permission(message: &str) -> Option<&str> {
    let is_part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_uppercase())
            && part.chars().all(|each| each.is_ascii_alphanumeric())
    };
    let words = message.split(|each: char| !(each.is_ascii_alphanumeric() || each == ':'));
    let mut words = words.map(|word| word.trim_matches(':'));
    words.find(|word| word.contains(':') && word.split(':').all(is_part))
}

#[derive(Deserialize)]
struct Body {
    error: Option<Inner>,
    #[serde(default, deserialize_with = "text")]
    message: String,
}

#[derive(Deserialize)]
struct Inner {
    #[serde(default, deserialize_with = "text")]
    message: String,
    #[serde(default, rename = "errorName", deserialize_with = "text")]
    error_name: String,
    code: Option<IgnoredAny>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(status: u16, body: &str) -> Option<String> {
        own_word(StatusCode::from_u16(status).expect("a status"), body.as_bytes())
    }

    #[test]
    fn what_dfns_documents_is_its_own() {
        for (status, body, said) in [
            (
                400,
                r#"{"error":{"message":"request nonce is missing or invalid"}}"#,
                "request nonce is missing or invalid",
            ),
            (401, r#"{"error":{"message":"Not Authorized."}}"#, "Not Authorized."),
            (400, r#"{"error":{"httpStatus":400,"errorName":"BadRequest"}}"#, "BadRequest"),
            (409, r#"{"error":{"id":"x","status":409,"message":"taken","details":{"duplicate":1}}}"#, "taken"),
            (
                403,
                r#"{"message":"us-1 is not authorized to perform operation (Auth:Apps:Update)"}"#,
                "Auth:Apps:Update",
            ),
            (403, r#"{"message":"Missing permission ApiKeys:Create."}"#, "ApiKeys:Create"),
            (401, r#"{"message":"user action signature is missing or invalid"}"#, "user action"),
        ] {
            assert!(own(status, body).is_some_and(|text| text.contains(said)), "{body}");
        }
    }

    #[test]
    fn what_others_answer_is_not() {
        for body in [
            "",
            "<html><h1>403 Forbidden</h1></html>",
            "null",
            "[]",
            "{}",
            r#""Forbidden""#,
            r#"{"message":null}"#,
            r#"{"message":"Forbidden"}"#,
            r#"{"message":"Unauthorized"}"#,
            r#"{"message":"Missing Authentication Token"}"#,
            r#"{"message":"Too Many Requests"}"#,
            r#"{"message":"Limit Exceeded"}"#,
            r#"{"message":"no Route matched with those values","request_id":"5f"}"#,
            r#"{"message":"No API key found in request"}"#,
            r#"{"message":"API rate limit exceeded"}"#,
            r#"{"message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:x"}"#,
            r#"{"message":"Access to api.dfns.io was blocked at 10:15"}"#,
            r#"{"Message":"User is not authorized to access this resource with an explicit deny"}"#,
            r#"{"timestamp":"2026","status":403,"error":"Forbidden","message":"Access Denied","path":"/api-keys/"}"#,
            r#"{"error":"access_denied","error_description":"Wallets:Read"}"#,
            r#"{"error":{}}"#,
            r#"{"error":{"message":" "}}"#,
            r#"{"error":{"code":403,"message":"Permission denied.","status":"PERMISSION_DENIED"}}"#,
            r#"{"error":{"code":"AuthorizationFailed","message":"The client has no access."}}"#,
            r#"{"success":false,"errors":[{"code":1020,"message":"Access denied"}]}"#,
            r#"{"error":{"message":"cut"#,
        ] {
            for status in [400, 401, 403, 404, 429] {
                assert_eq!(own(status, body), None, "{status} {body}");
            }
        }
        let long = format!(r#"{{"error":{{"message":"{}"}}}}"#, "x".repeat(LONGEST));
        assert_eq!(own(400, &long), None);
    }

    #[test]
    fn a_status_that_speaks_of_the_way_is_not_dfns_whatever_stands_beside_it() {
        for status in [200, 302, 407, 408, 421, 451, 500, 511] {
            assert_eq!(own(status, r#"{"error":{"message":"Missing ApiKeys:Create"}}"#), None, "{status}");
        }
    }

    #[test]
    fn a_permission_is_told_from_a_time_an_address_and_a_resource() {
        assert_eq!(permission("Missing permission 'Wallets:Read', ask."), Some("Wallets:Read"));
        assert_eq!(permission("(Auth:ServiceAccounts:Create)"), Some("Auth:ServiceAccounts:Create"));
        for text in ["at 10:15", "execute-api:Invoke", "arn:aws:iam", "Reason: Denied", "https://Host:443", ""] {
            assert_eq!(permission(text), None, "{text}");
        }
    }
}
