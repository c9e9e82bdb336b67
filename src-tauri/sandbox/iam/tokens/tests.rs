//! What people notice of service accounts and personal access tokens.

mod faults;

use serde_json::{Value, json};

use crate::{
    Persona, Sandbox,
    client::{Client, Reply, sandbox},
    iam::person::{Person, pem, told},
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
    items.map(|item| item["userInfo"]["name"].as_str().or(item["name"].as_str()).expect("a name").to_owned()).collect()
}

fn claims(token: &str) -> Value {
    let claims = crate::iam::body::base64url("claims", token.split('.').nth(1).expect("claims"));
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
