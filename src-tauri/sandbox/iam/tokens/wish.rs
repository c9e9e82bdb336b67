//! A service account or a personal access token that is to be made, and whether Dfns would take it.

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::json;
use time::Duration;

use crate::{
    api::Refusal,
    call::Call,
    directory::{Caller, Directory},
    iam::{
        access_tokens::Kind,
        body::{given, name, parse},
        not_authorized,
        public_key::PublicKey,
    },
};

/// A token that is to be made.
pub(super) struct Wish {
    pub(super) name: String,
    pub(super) key: PublicKey,
    pub(super) pem: String,
    pub(super) permission_id: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) lasts: Duration,
}

/// How long a token is good that nobody said it of, and at most, in days. The first is documented nowhere, the second in
/// Dfns' legacy documentation.
const DAYS: i64 = 365;
const MOST_DAYS: i64 = 730;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewAccount {
    name: String,
    public_key: String,
    #[serde(default, deserialize_with = "given")]
    permission_id: Option<String>,
    #[serde(default, deserialize_with = "given")]
    external_id: Option<String>,
    #[serde(default, deserialize_with = "given")]
    days_valid: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewPat {
    name: String,
    public_key: String,
    #[serde(default, deserialize_with = "given")]
    permission_id: Option<String>,
    #[serde(default, deserialize_with = "given")]
    external_id: Option<String>,
    #[serde(default, deserialize_with = "given")]
    days_valid: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    seconds_valid: Option<i64>,
}

pub(super) fn new_account(body: &[u8]) -> Result<Wish, Refusal> {
    let wanted: NewAccount = parse(body)?;
    let lasts = lasts(wanted.days_valid, None)?;
    wish(wanted.name, wanted.public_key, wanted.permission_id, wanted.external_id, lasts)
}

pub(super) fn new_pat(body: &[u8]) -> Result<Wish, Refusal> {
    let wanted: NewPat = parse(body)?;
    let lasts = lasts(wanted.days_valid, wanted.seconds_valid)?;
    wish(wanted.name, wanted.public_key, wanted.permission_id, wanted.external_id, lasts)
}

fn wish(
    new_name: String,
    pem: String,
    permission_id: Option<String>,
    external_id: Option<String>,
    lasts: Duration,
) -> Result<Wish, Refusal> {
    let key = PublicKey::from_pem(&pem).map_err(|why| Refusal::bad_request(format_args!("publicKey: {why}.")))?;
    if external_id.as_deref().is_some_and(str::is_empty) {
        return Err(Refusal::bad_request("externalId: must not be empty."));
    }
    Ok(Wish { name: name(new_name)?, key, pem, permission_id, external_id, lasts })
}

fn lasts(days: Option<i64>, seconds: Option<i64>) -> Result<Duration, Refusal> {
    match (days, seconds) {
        (None, None) => Ok(Duration::days(DAYS)),
        (Some(days), None) if (1..=MOST_DAYS).contains(&days) => Ok(Duration::days(days)),
        (Some(_), None) => Err(Refusal::bad_request("daysValid: must be 1 to 730.")),
        (None, Some(seconds)) if (1..=MOST_DAYS * 86_400).contains(&seconds) => Ok(Duration::seconds(seconds)),
        (None, Some(_)) => Err(Refusal::bad_request("secondsValid: must be above 0, and at most 730 days.")),
        (Some(_), Some(_)) => Err(Refusal::bad_request("secondsValid: cannot be with daysValid.")),
    }
}

pub(super) fn check_new(wish: &Wish, kind: Kind, caller: &Caller, directory: &Directory) -> Result<(), Refusal> {
    if let Some(role) = &wish.permission_id {
        let needed = Call::CreateAssignment;
        let may =
            matches!(caller, Caller::User(it) if needed.permission().is_some_and(|of| it.permissions().contains(&of)));
        if !may {
            return Err(Refusal::forbidden(not_authorized(directory.id_of(caller), needed)));
        }
        if directory.iam.roles.role(role).is_none_or(|role| role.is_archived) {
            return Err(Refusal::bad_request("permissionId: there is no such role."));
        }
    }
    check_free(kind, Some(&wish.name), wish.external_id.as_deref(), None, directory)
}

/// Whether a name and an external id are free, but for the token of the identity `but`.
pub(super) fn check_free(
    kind: Kind,
    name: Option<&str>,
    external_id: Option<&str>,
    but: Option<&str>,
    directory: &Directory,
) -> Result<(), Refusal> {
    let tokens = &directory.iam.tokens;
    if let Some(taken) = external_id.and_then(|id| tokens.with_external_id(kind, id, but)) {
        let details = json!({ "duplicate": taken.identity });
        return Err(Refusal::full(StatusCode::CONFLICT, "externalId: is taken.").with_details(details));
    }
    if name.is_some_and(|name| tokens.has_name(kind, name, but)) {
        return Err(Refusal::full(StatusCode::CONFLICT, "name: is taken."));
    }
    Ok(())
}
