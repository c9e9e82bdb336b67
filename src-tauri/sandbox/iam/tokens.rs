//! The calls of service accounts and of personal access tokens, which differ in little.

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use time::Duration;
use tokio::time::Instant;

use super::{
    Effect, Reply,
    access_tokens::{AccessToken, Context, Kind},
    body::{Nothing, given, name, parse, parse_optional},
    credentials::{self, Credential},
    not_authorized,
    permissions::give,
    public_key::PublicKey,
    query::force,
};
use crate::{
    api::Refusal,
    call::Call,
    directory::{Caller, Directory},
    http::Asked,
};

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

/// A token that is to be made.
struct Wish {
    name: String,
    key: PublicKey,
    pem: String,
    permission_id: Option<String>,
    external_id: Option<String>,
    lasts: Duration,
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

fn new_account(body: &[u8]) -> Result<Wish, Refusal> {
    let wanted: NewAccount = parse(body)?;
    let lasts = lasts(wanted.days_valid, None)?;
    wish(wanted.name, wanted.public_key, wanted.permission_id, wanted.external_id, lasts)
}

fn new_pat(body: &[u8]) -> Result<Wish, Refusal> {
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

fn check_new(wish: &Wish, kind: Kind, caller: &Caller, directory: &Directory) -> Result<(), Refusal> {
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
fn check_free(
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Call as At, Fault, FaultPlan, Persona, Sandbox,
        client::{Client, Reply, sandbox},
        iam::person::{Person, answered, pem, told},
    };

    const ACCOUNTS: &str = "/auth/service-accounts";
    const PATS: &str = "/auth/pats";

    async fn signed_in(persona: Persona) -> (Sandbox, Person) {
        let sandbox = sandbox().await;
        let person = Person::sign_in(&sandbox, persona).await;
        (sandbox, person)
    }

    fn wish(name: &str, more: Value) -> String {
        let mut wish = json!({ "name": name, "publicKey": pem() });
        for (field, value) in more.as_object().into_iter().flatten() {
            wish[field] = value.clone();
        }
        wish.to_string()
    }

    fn message(reply: &Reply) -> String {
        reply.json()["error"]["message"].as_str().unwrap_or_default().to_owned()
    }

    fn text<'a>(value: &'a Value, path: &str) -> &'a str {
        value.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("no {path} in {value}"))
    }

    /// The id of a role, by its name.
    async fn role(admin: &Person, name: &str) -> String {
        let roles = admin.client.get("/permissions").await.json();
        let mut roles = roles["items"].as_array().into_iter().flatten();
        text(roles.find(|role| role["name"] == name).expect(name), "/id").to_owned()
    }

    async fn names(admin: &Person, path: &str) -> Vec<String> {
        let listed = admin.client.get(path).await.json();
        let items = listed["items"].as_array().into_iter().flatten();
        items
            .map(|item| item["userInfo"]["name"].as_str().or(item["name"].as_str()).expect("a name").to_owned())
            .collect()
    }

    fn claims(token: &str) -> Value {
        let claims = super::super::body::base64url("claims", token.split('.').nth(1).expect("claims"));
        serde_json::from_slice(&claims.unwrap_or_default()).expect("JSON")
    }

    #[tokio::test]
    async fn an_account_is_made_with_its_token_this_once_and_listed_without() {
        let (_sandbox, admin) = signed_in(Persona::Admin).await;
        let role = role(&admin, "Wallet reader").await;
        let body = wish("Bot", json!({ "permissionId": role, "daysValid": 30 }));
        let made = admin.signed("POST", ACCOUNTS, &body).await.json();
        let claims = claims(text(&made, "/accessTokens/0/accessToken"));
        assert_eq!(claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(exp, iat)| exp - iat), Some(30 * 86_400));
        assert_eq!(claims["https://custom/app_metadata"]["tokenKind"], "ServiceAccount");
        assert_eq!(claims["https://custom/app_metadata"]["userId"], made["userInfo"]["userId"]);
        assert_eq!(text(&made, "/userInfo/permissionAssignments/0/permissionId"), role);
        assert_eq!(text(&made, "/accessTokens/0/publicKey"), pem());
        let path = format!("{ACCOUNTS}/{}", text(&made, "/userInfo/userId"));
        let mut expected = made.clone();
        expected["accessTokens"][0].as_object_mut().expect("a token").remove("accessToken");
        assert_eq!(admin.client.get(&path).await.json(), expected);
        let listed = admin.client.get(ACCOUNTS).await.json();
        assert!(listed["items"].as_array().is_some_and(|items| items.contains(&expected)));
        let none = admin.signed("POST", ACCOUNTS, &wish("None", json!({}))).await.json();
        assert_eq!(none["userInfo"]["permissionAssignments"], json!([]));
    }

    #[tokio::test]
    async fn a_wish_that_dfns_would_not_take_makes_nothing() {
        let (_sandbox, admin) = signed_in(Persona::Admin).await;
        let archived = role(&admin, "Signer of 2024").await;
        let before = names(&admin, ACCOUNTS).await;
        for (more, word) in [
            (json!({ "name": " " }), "name"),
            (json!({ "publicKey": pem().replace('\n', "\r\n") }), "publicKey"),
            (json!({ "publicKey": "pem" }), "publicKey"),
            (json!({ "daysValid": 0 }), "daysValid"),
            (json!({ "daysValid": 731 }), "daysValid"),
            (json!({ "daysValid": 1.5 }), "1.5"),
            (json!({ "daysValid": null }), "null"),
            (json!({ "secondsValid": 60 }), "secondsValid"),
            (json!({ "externalId": "" }), "externalId"),
            (json!({ "permissionId": "pm-none" }), "permissionId"),
            (json!({ "permissionId": archived }), "permissionId"),
        ] {
            let reply = admin.signed("POST", ACCOUNTS, &wish("Bot", more.clone())).await;
            assert_eq!(reply.status, 400, "{more}");
            assert!(message(&reply).contains(word), "{more}: {}", message(&reply));
        }
        assert_eq!(names(&admin, ACCOUNTS).await, before);
    }

    #[tokio::test]
    async fn a_name_or_an_external_id_that_is_taken_is_a_conflict() {
        let (_sandbox, admin) = signed_in(Persona::Admin).await;
        let made = admin.signed("POST", ACCOUNTS, &wish("Bot", json!({ "externalId": "wish-1" }))).await;
        let id = text(&made.json(), "/userInfo/userId").to_owned();
        assert!(!made.body.contains("wish-1"));
        let again = admin.signed("POST", ACCOUNTS, &wish("Other", json!({ "externalId": "wish-1" }))).await;
        assert_eq!((again.status, &again.json()["error"]["details"]["duplicate"]), (409, &id.clone().into()));
        let named = admin.signed("POST", ACCOUNTS, &wish("Bot", json!({}))).await;
        assert_eq!((named.status, &named.json()["error"]["details"]), (409, &json!({})));
        let path = format!("{ACCOUNTS}/{id}");
        assert_eq!(admin.signed("PUT", &path, r#"{"name":"Bot"}"#).await.status, 200, "it has the name itself");
        assert_eq!(admin.signed("PUT", &path, r#"{"name":"Settlement bot"}"#).await.status, 409);
        assert_eq!(admin.signed("POST", PATS, &wish("Bot", json!({ "externalId": "wish-1" }))).await.status, 200);
    }

    #[tokio::test]
    async fn an_account_is_renamed_rests_and_ends_for_good() {
        let (sandbox, admin) = signed_in(Persona::Admin).await;
        let role = role(&admin, "Role reader").await;
        let made = admin.signed("POST", ACCOUNTS, &wish("Bot", json!({ "permissionId": role }))).await.json();
        let machine = Client::new(&sandbox, text(&made, "/accessTokens/0/accessToken"));
        let path = format!("{ACCOUNTS}/{}", text(&made, "/userInfo/userId"));
        assert_eq!(machine.get("/permissions").await.status, 200);
        let renamed = admin.signed("PUT", &path, r#"{"name":"Renamed"}"#).await.json();
        assert_eq!(renamed["userInfo"]["name"], "Renamed");
        let resting = admin.signed("PUT", &format!("{path}/deactivate"), r#"{"force":true}"#).await.json();
        assert_eq!(resting["userInfo"]["isActive"], false);
        assert_eq!(machine.get("/permissions").await.status, 401);
        assert_eq!(admin.signed("PUT", &format!("{path}/activate"), "{}").await.status, 200);
        assert_eq!(machine.get("/permissions").await.status, 200);
        assert_eq!(admin.signed("DELETE", &format!("{path}?force=maybe"), "").await.status, 400);
        assert_eq!(admin.signed("DELETE", &path, "").await.status, 200);
        assert_eq!(machine.get("/permissions").await.status, 401);
        assert_eq!(admin.client.get(&path).await.status, 404);
        assert!(!names(&admin, ACCOUNTS).await.contains(&"Renamed".to_owned()));
    }

    #[tokio::test]
    async fn each_user_may_what_their_permissions_say() {
        for (persona, lists, makes) in
            [(Persona::Admin, 200, 200), (Persona::Issuer, 403, 200), (Persona::Auditor, 200, 403)]
        {
            let (_sandbox, person) = signed_in(persona).await;
            assert_eq!(person.client.get(ACCOUNTS).await.status, lists);
            assert_eq!(person.client.get("/permissions").await.status, lists);
            assert_eq!(person.client.get(PATS).await.status, 200, "one's own need no permission");
            for path in [ACCOUNTS, PATS] {
                let reply = person.signed("POST", path, &wish("Bot", json!({}))).await;
                assert_eq!(reply.status, makes, "{persona:?} {path}");
                let said = "is not authorized to perform operation (Auth:";
                assert_eq!(makes == 403, message(&reply).contains(said), "{}", message(&reply));
            }
        }
    }

    #[tokio::test]
    async fn the_token_of_a_machine_makes_neither_accounts_nor_tokens() {
        let (sandbox, admin) = signed_in(Persona::Admin).await;
        let role = role(&admin, "ManagedFullAdminAccess").await;
        for (path, place) in [(ACCOUNTS, "/accessTokens/0"), (PATS, "")] {
            let made = admin.signed("POST", path, &wish("Bot", json!({ "permissionId": role }))).await.json();
            let token = text(&made, &format!("{place}/accessToken")).to_owned();
            let client = Client::new(&sandbox, &token);
            let credential = text(&made, &format!("{place}/credId")).to_owned();
            let machine = Person { client, token, credential, uuid: String::new() };
            assert_eq!(machine.client.get(ACCOUNTS).await.status, 200, "its role lets it");
            for path in [ACCOUNTS, PATS] {
                assert_eq!(machine.signed("POST", path, &wish("Other", json!({}))).await.status, 403);
            }
            for path in [PATS, "/auth/credentials", "/api-keys/"] {
                assert_eq!(machine.client.get(path).await.status, 403, "{path}");
            }
            let id = text(&admin.client.get(ACCOUNTS).await.json(), "/items/0/userInfo/userId").to_owned();
            let renamed = machine.signed("PUT", &format!("{ACCOUNTS}/{id}"), r#"{"name":"By a machine"}"#).await;
            assert_eq!(renamed.status, 200, "its role lets it sign");
        }
    }

    #[tokio::test]
    async fn a_personal_access_token_is_its_owners_alone() {
        let (sandbox, admin) = signed_in(Persona::Admin).await;
        let made = admin.signed("POST", PATS, &wish("Mine", json!({ "secondsValid": 90 }))).await.json();
        let claims = claims(text(&made, "/accessToken"));
        assert_eq!(claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(exp, iat)| exp - iat), Some(90));
        assert_eq!(claims["https://custom/app_metadata"]["tokenKind"], "Pat");
        assert_eq!(names(&admin, PATS).await, ["Mine"]);
        let path = format!("{PATS}/{}", text(&made, "/tokenId"));
        let issuer = Person::sign_in(&sandbox, Persona::Issuer).await;
        assert_eq!(names(&issuer, PATS).await, Vec::<String>::new());
        assert_eq!(issuer.client.get(&path).await.status, 404);
        assert_eq!(issuer.signed("DELETE", &path, "").await.status, 404);
        assert_eq!(admin.signed("PUT", &path, r#"{"name":"Ours"}"#).await.json()["name"], "Ours");
        assert_eq!(admin.signed("PUT", &format!("{path}/deactivate"), "{}").await.json()["isActive"], false);
        assert_eq!(admin.signed("PUT", &format!("{path}/activate"), "").await.json()["isActive"], true);
        assert_eq!(admin.signed("DELETE", &path, "{}").await.status, 200);
        assert_eq!(names(&admin, PATS).await, Vec::<String>::new());
    }

    #[tokio::test]
    async fn an_account_whose_answer_is_lost_is_there_or_not_as_the_fault_says() {
        for (fault, made) in [
            (Fault::Drop { made: true }, true),
            (Fault::Drop { made: false }, false),
            (Fault::Cut { made: true }, true),
            (Fault::Cut { made: false }, false),
            (Fault::ServerError { status: 503, made: true, html: false }, true),
            (Fault::ServerError { status: 503, made: false, html: true }, false),
            (Fault::WithoutToken, true),
            (Fault::Unlisted { seconds: 3600 }, false),
            (Fault::PendingApproval, false),
            (Fault::Conflict, false),
        ] {
            let (sandbox, admin) = signed_in(Persona::Admin).await;
            sandbox.fail_next(FaultPlan { on: At::CreateServiceAccount, fault: fault.clone(), times: 1 });
            let body = wish("Bot", json!({}));
            assert_eq!(admin.client.post(ACCOUNTS, &body).await.status, 403, "a refusal uses no fault up");
            let action = admin.user_action("POST", ACCOUNTS, &body).await;
            let answer = admin.exchange("POST", ACCOUNTS, &body, &action).await;
            assert_eq!(matches!(fault, Fault::Drop { .. }), answer.is_empty(), "{fault:?}");
            // What breaks off does so before its end, whether it was made or not.
            assert!(!answer.contains(r#""tokenId""#) || fault == Fault::WithoutToken, "{fault:?}: {answer}");
            assert_eq!(names(&admin, ACCOUNTS).await.contains(&"Bot".to_owned()), made, "{fault:?}");
            let again = admin.send("POST", ACCOUNTS, &body, &action).await;
            assert_eq!(again.status, 400, "the user action was used up");
        }
    }

    #[tokio::test]
    async fn a_fault_refuses_in_the_form_of_its_family() {
        let (sandbox, admin) = signed_in(Persona::Admin).await;
        sandbox.fail_next(FaultPlan { on: At::ListPermissions, fault: Fault::Forbidden, times: 1 });
        let reply = admin.client.get("/permissions").await;
        assert_eq!((reply.status, &reply.json()["error"]["status"]), (403, &403.into()));
        assert!(message(&reply).contains("(Permissions:Read)"), "{}", message(&reply));
        sandbox.fail_next(FaultPlan { on: At::Action, fault: Fault::WithoutToken, times: 1 });
        let init = json!({ "userActionPayload": "", "userActionHttpMethod": "PUT", "userActionHttpPath": "/" });
        let challenge = admin.client.post("/auth/action/init", &init.to_string()).await.json();
        let reply = admin.client.post("/auth/action", &answered(&admin.credential, &challenge)).await;
        assert_eq!((reply.status, reply.json()), (200, json!({})));
    }

    #[tokio::test]
    async fn with_approval_of_roles_a_new_account_waits_for_its_own() {
        let (sandbox, admin) = signed_in(Persona::Admin).await;
        told(&sandbox, "role-approval", json!({ "needed": true })).await;
        let role = role(&admin, "Wallet reader").await;
        let made = admin.signed("POST", ACCOUNTS, &wish("Bot", json!({ "permissionId": role }))).await;
        assert_eq!((made.status, &made.json()["userInfo"]["permissionAssignments"]), (200, &json!([])));
        let listed = admin.client.get(&format!("/permissions/{role}/assignments")).await.json();
        let last = listed["items"].as_array().and_then(|items| items.last()).expect("an assignment");
        assert_eq!(last["identityId"], made.json()["userInfo"]["userId"]);
        assert_eq!(last["pendingChangeRequest"]["operationKind"], "Create");
    }
}
