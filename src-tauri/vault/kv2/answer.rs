//! What a vault answers, read whole; and whether it is the vault that has answered.

use std::time::Duration;

use keybearer_core::{
    credential::{SecretName, Secrets},
    redact,
    secret::Secret,
    vault::Kv2,
};
use reqwest::{Response, StatusCode, header::LOCATION};
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use url::Url;
use zeroize::Zeroizing;

pub(super) struct Answered {
    pub(super) status: StatusCode,
    /// The host that it points to, where it points elsewhere.
    pub(super) points_to: Option<String>,
    pub(super) body: Zeroizing<Vec<u8>>,
}

/// What an entry that was read holds.
pub(super) enum Holds {
    /// These secrets; until then, where the vault deletes it by itself.
    It(Option<OffsetDateTime>),
    /// Some of them.
    Partly {
        there: Vec<SecretName>,
        missing: Vec<SecretName>,
    },
    Another,
    /// Nothing any more: it was deleted, and may be brought back.
    Deleted,
    Unread,
}

/// The host that an answer points to. Of what stands behind it nobody here knows what it means.
pub(super) fn points_to(response: &Response) -> Option<String> {
    let there = response.headers().get(LOCATION)?.to_str().ok()?;
    let origin = Url::parse(there).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

impl Answered {
    pub(super) fn success(&self) -> Option<Value> {
        (self.status == StatusCode::OK).then(|| self.json()).flatten()
    }

    /// Whether a vault has refused, and not what stands in between: whatever else answers in JSON, a list of sentences under
    /// this name is a vault's.
    pub(super) fn is_refusal_of_a_vault(&self) -> bool {
        !self.status.is_success()
            && self
                .json()
                .and_then(|body| body["errors"].as_array().cloned())
                .is_some_and(|all| all.iter().all(Value::is_string))
    }

    pub(super) fn says_that_it_exists(&self) -> bool {
        self.status == StatusCode::BAD_REQUEST && self.errors().contains("check-and-set parameter did not match")
    }

    pub(super) fn message(&self, secrets: &[&str]) -> String {
        redact::for_a_person(&self.errors(), secrets)
    }

    /// Of the answer to a creation: the version, when it was made, and when the vault deletes it. A vault tells all three; what does not has
    /// not said that it keeps anything.
    pub(super) fn created(&self) -> Option<Created> {
        let body = self.success()?;
        let data = &body["data"];
        Some(Created {
            version: data["version"].as_u64()?,
            at: instant(&data["created_time"])??,
            until: instant(&data["deletion_time"])?,
        })
    }

    /// Of the answer to a reading: which of the secrets are in their fields. What is read on the way is wiped by the program's
    /// allocator.
    pub(super) fn holds(&self, at: &Kv2, secrets: &Secrets) -> Holds {
        let Some(body) = self.json() else { return Holds::Unread };
        let data = &body["data"];
        match self.status {
            StatusCode::OK => {
                let is_there = |(name, secret): &(SecretName, &Secret)| {
                    data["data"][at.field(*name)].as_str().is_some_and(|text| secret.equals(text))
                };
                let (there, missing): (Vec<_>, Vec<_>) = secrets.iter().partition(is_there);
                let names = |of: Vec<(SecretName, &Secret)>| of.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
                match (instant(&data["metadata"]["deletion_time"]), names(there), names(missing)) {
                    (until, _, missing) if missing.is_empty() => until.map_or(Holds::Unread, Holds::It),
                    _ if !data["metadata"].is_object() => Holds::Unread,
                    (_, there, missing) if !there.is_empty() => Holds::Partly { there, missing },
                    _ => Holds::Another,
                }
            }
            StatusCode::NOT_FOUND if data["metadata"].is_object() => Holds::Deleted,
            _ => Holds::Unread,
        }
    }

    fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    fn errors(&self) -> String {
        let body = self.json().unwrap_or_default();
        let errors = body["errors"].as_array().into_iter().flatten();
        errors.filter_map(Value::as_str).collect::<Vec<_>>().join("; ")
    }
}

/// What a vault says of what it has just created.
pub(super) struct Created {
    pub(super) version: u64,
    pub(super) at: OffsetDateTime,
    /// When it is deleted by itself.
    pub(super) until: Option<OffsetDateTime>,
}

/// A time; `Some(None)` where the vault says that there is none, `None` where it says nothing that could be understood.
fn instant(value: &Value) -> Option<Option<OffsetDateTime>> {
    match value.as_str()? {
        "" => Some(None),
        text => OffsetDateTime::parse(text, &Rfc3339).ok().map(Some),
    }
}

/// Whether a version is there no more, though it may be brought back.
pub(super) fn is_deleted(version: &Value) -> bool {
    let over = instant(&version["deletion_time"]).flatten().is_some_and(|at| at <= OffsetDateTime::now_utc());
    over || version["destroyed"] == true
}

/// When an access token ends; `None` where nothing is said that could be understood.
pub(super) fn end_of_access(data: &Value) -> Option<Option<OffsetDateTime>> {
    match &data["expire_time"] {
        Value::Null if data["ttl"].as_u64() == Some(0) => Some(None),
        at => instant(at),
    }
}

/// A span as vaults write it: `720h0m0s`, `1.5h`, `0s`. Nothing where it is negative, which means "never", too.
pub(super) fn span(text: &str) -> Option<Duration> {
    if text.starts_with('-') || text == "0" {
        return Some(Duration::ZERO);
    }
    let (mut rest, mut whole) = (text, 0.0);
    while !rest.is_empty() {
        let unit_at = rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let (number, after) = rest.split_at(unit_at);
        let unit_ends = after.find(|character: char| character.is_ascii_digit()).unwrap_or(after.len());
        let (unit, next) = after.split_at(unit_ends);
        let seconds = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        whole += number.parse::<f64>().ok()? * seconds;
        rest = next;
    }
    (!text.is_empty()).then(|| Duration::try_from_secs_f64(whole).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_span_is_read_as_vaults_write_it() {
        for (text, seconds) in
            [("0s", 0), ("30s", 30), ("720h0m0s", 2_592_000), ("1h30m", 5400), ("1.5h", 5400), ("-1s", 0)]
        {
            assert_eq!(span(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "30", "h", "1d", "1h 2m", "soon"] {
            assert_eq!(span(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_that_is_not_understood_is_not_taken_for_none() {
        assert_eq!(instant(&json!("")), Some(None));
        for strange in [json!(null), json!(0), json!("2026-12-25"), json!("soon")] {
            assert_eq!(instant(&strange), None, "{strange}");
        }
    }
}
