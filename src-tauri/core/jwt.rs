//! What can be read of a token, where it is a JWT. A bonus, never a condition: nothing is verified, since Keybearer has
//! no public key of Dfns, and a token that does not decode is as good as one that does.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// What a token says of itself. Every field may be missing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Facts {
    /// `iss`
    pub issuer: Option<String>,
    /// `sub`
    pub subject: Option<String>,
    /// The user's name or id, in the claims that Dfns uses for it.
    pub user: Option<String>,
    /// The user's id, as keys name their authors.
    pub user_id: Option<String>,
    /// The organization's id, likewise.
    pub organization: Option<String>,
    /// `iat`
    pub issued: Option<OffsetDateTime>,
    /// `exp`
    pub expires: Option<OffsetDateTime>,
    /// `jti`, which is the key's id.
    pub id: Option<String>,
}

/// Reads the claims of a JWT; `None` where the text is none, or says nothing known here.
pub fn read(token: &str) -> Option<Facts> {
    let mut parts = token.split('.');
    let (_header, payload) = (parts.next()?, parts.next()?);
    let claims = Zeroizing::new(URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?);
    let claims: Map<String, Value> = serde_json::from_slice(&claims).ok()?;
    let app = claims.get("https://custom/app_metadata").and_then(Value::as_object);
    let in_app = |name: &str| app.and_then(|app| text(app, name));
    let facts = Facts {
        issuer: text(&claims, "iss"),
        subject: text(&claims, "sub"),
        user: text(&claims, "https://custom/username")
            .or_else(|| text(&claims, "username"))
            .or_else(|| text(&claims, "email"))
            .or_else(|| in_app("userId")),
        user_id: in_app("userId").or_else(|| text(&claims, "sub")),
        organization: in_app("orgId")
            .or_else(|| text(&claims, "https://custom/orgId"))
            .or_else(|| text(&claims, "orgId")),
        issued: instant(&claims, "iat"),
        expires: instant(&claims, "exp"),
        id: text(&claims, "jti"),
    };
    (facts != Facts::default()).then_some(facts)
}

/// A claim that is a text, shortened: whoever made the token chose its length.
fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    let text = claims.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.chars().take(200).collect())
}

/// A claim that is a number of seconds since 1970.
fn instant(claims: &Map<String, Value>, name: &str) -> Option<OffsetDateTime> {
    let seconds = claims.get(name)?;
    // Some issuers write a fraction; the whole seconds are enough here, and `as` saturates.
    #[allow(clippy::cast_possible_truncation, reason = "whole seconds are enough, and the cast saturates")]
    let seconds = seconds.as_i64().or_else(|| seconds.as_f64().map(|seconds| seconds as i64))?;
    OffsetDateTime::from_unix_timestamp(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn what_is_there_is_read_and_what_is_missing_is_fine() {
        let facts = read(&jwt(r#"{"iss":"dfns","jti":"api-cat","exp":1662109592.5,"https://custom/orgId":"cu-1"}"#));
        let facts = facts.expect("facts");
        assert_eq!(facts.issuer.as_deref(), Some("dfns"));
        assert_eq!(facts.id.as_deref(), Some("api-cat"));
        assert_eq!(facts.organization.as_deref(), Some("cu-1"));
        assert_eq!(facts.expires.map(OffsetDateTime::unix_timestamp), Some(1_662_109_592));
        assert_eq!(facts.subject, None);
    }

    #[test]
    fn a_token_that_does_not_decode_says_nothing() {
        for token in ["", "opaque", "a.b", "a.b.c", "..", "e30.e30.", &jwt("[1]"), &jwt(r#"{"exp":"soon"}"#)] {
            assert_eq!(read(token), None, "{token}");
        }
    }

    #[test]
    fn absurd_times_are_left_out() {
        let facts = read(&jwt(r#"{"iss":"x","exp":1e300,"iat":-1}"#)).expect("facts");
        assert_eq!(facts.expires, None);
        assert_eq!(facts.issued.map(OffsetDateTime::unix_timestamp), Some(-1));
    }
}
