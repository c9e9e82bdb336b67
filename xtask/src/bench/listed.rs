//! The keys that a bench lists, as Dfns tells them and as the journal knows them.

use std::path::Path;

use anyhow::Result;
use keybearer_support::recorder::{Reply, Request};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    ApiKey,
    Account,
    Token,
}

impl Kind {
    /// Of two in five it is an API key, of two a service account, of one a personal access token.
    fn of(number: usize) -> Self {
        [Self::ApiKey, Self::ApiKey, Self::Account, Self::Account, Self::Token][number % 5]
    }

    /// What it is called in the journal's column, and by its field of a key.
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::ApiKey => ["api key", "api-key"],
            Self::Account => ["service account", "service-account"],
            Self::Token => ["personal access token", "personal-access-token"],
        }
    }
}

const ORGANIZATION: &str = "or-6bcv2-8og2o-9j9pmi4kucg2prqm";

const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEAgiLnV9uVMMFOr5pPzDmdRIc9tHe6iCcnrRS3qAV9wH0=\n\
    -----END PUBLIC KEY-----\n";

fn id(number: usize) -> String {
    match Kind::of(number) {
        Kind::ApiKey => format!("api-key-{number}"),
        Kind::Account => format!("us-{number}"),
        Kind::Token => format!("to-{number}"),
    }
}

fn name(number: usize) -> String {
    format!("Key number {number}")
}

fn created(number: usize) -> String {
    format!("2026-{:02}-{:02}T09:06:32.567Z", number / 28 % 12 + 1, number % 28 + 1)
}

/// Each has one of seven, and every eighth has none.
fn role(number: usize) -> Option<(String, String)> {
    let role = number % 8;
    (role > 0).then(|| (format!("pm-role-{role}"), format!("Role number {role}")))
}

/// As Dfns tells them: with what they allow, of each anew.
fn assignments(number: usize) -> Value {
    let of = |(id, name): (String, String)| {
        json!({
            "permissionId": id, "permissionName": name, "assignmentId": format!("as-{number}"),
            "operations": ["Wallets:Read", "Wallets:Transfers:Create", "Wallets:Transfers:Read"],
        })
    };
    role(number).map(of).into_iter().collect()
}

fn token(number: usize) -> Value {
    json!({
        "tokenId": format!("to-{number}"), "credId": format!("cr-{number}"), "name": name(number), "orgId": ORGANIZATION,
        "kind": "Pat", "linkedUserId": "us-ada", "dateCreated": created(number), "publicKey": PUBLIC_KEY, "isActive": true,
        "permissionAssignments": assignments(number),
    })
}

fn item(number: usize) -> Value {
    match Kind::of(number) {
        Kind::ApiKey => json!({
            "id": id(number), "name": name(number), "status": "Active", "orgId": "cu-purple-pip-1b417b958500",
            "authorId": "ce-finch-march-5b59fcbb571b", "dateCreated": created(number),
        }),
        Kind::Account => json!({
            "userInfo": {
                "userId": id(number), "name": name(number), "orgId": ORGANIZATION, "isActive": true,
                "isServiceAccount": true, "permissionAssignments": assignments(number),
            },
            "accessTokens": [{
                "tokenId": format!("to-{number}"), "credId": format!("cr-{number}"), "orgId": ORGANIZATION,
                "dateCreated": created(number), "publicKey": PUBLIC_KEY, "isActive": true,
            }],
        }),
        Kind::Token => token(number),
    }
}

/// A Dfns that lists so many of all kinds.
pub(super) fn answering(size: usize) -> impl Fn(&Request) -> Reply + Send + Sync + 'static {
    let of = |kind: Kind| {
        let items: Vec<Value> = (0..size).filter(|number| Kind::of(*number) == kind).map(item).collect();
        Reply::json(200, &json!({ "items": items }))
    };
    let [keys, accounts, tokens] = [Kind::ApiKey, Kind::Account, Kind::Token].map(of);
    move |request| match request.path() {
        "/auth/service-accounts" => accounts.clone(),
        "/auth/pats" => tokens.clone(),
        _ => keys.clone(),
    }
}

/// Writes down that every fourth was made here: some for a time, and of some the token may be lost.
pub(super) fn write(journal: &Path, base: &str, size: usize) -> Result<()> {
    let mut connection = Connection::open(journal)?;
    let transaction = connection.transaction()?;
    for number in (0..size).step_by(4) {
        let [kind, kebab] = Kind::of(number).words();
        let roles: Vec<Value> = role(number).map(|(id, name)| json!({ "id": id, "name": name })).into_iter().collect();
        let mut key = json!({
            "kind": kebab, "id": id(number), "name": name(number), "organization": ORGANIZATION, "author": "us-ada",
            "created": created(number), "status": "Active", "expires": format!("2027-{:02}-01T00:00:00Z", number % 12 + 1),
        });
        if Kind::of(number) != Kind::ApiKey {
            key["signing"] = json!({ "credential": format!("cr-{number}"), "roles": roles });
        }
        transaction.execute(
            "INSERT INTO wish (asked_at, account, label, base, kind, name, stage, key)
             VALUES ('2026-11-23T09:00:00Z', 'bench', 'Bench', ?1, ?2, ?3, 'closed', ?4)",
            params![base, kind, name(number), key.to_string()],
        )?;
        let wish = transaction.last_insert_rowid();
        let end = if number % 24 == 0 { "wiped" } else { "handed over" };
        for step in ["created", "copied", end] {
            let insert = "INSERT INTO step (wish, at, kind) VALUES (?1, '2026-11-23T09:00:01Z', ?2)";
            transaction.execute(insert, params![wish, step])?;
        }
    }
    transaction.commit()?;
    Ok(())
}
