//! What the sandbox knows: its organization, users and keys.

use std::{
    collections::HashSet,
    io,
    time::{Duration, Instant},
};

use ring::rand::{SecureRandom, SystemRandom};
use serde::Deserialize;
use serde_json::{Value, json};
use time::{OffsetDateTime, macros::format_description};
use zeroize::Zeroizing;

use super::jwt::Signer;

/// The users of the sandbox.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq)]
#[serde(rename_all = "camelCase")]
pub enum Persona {
    /// May create, read and revoke keys.
    Admin,
    /// May create keys only.
    Issuer,
    /// May read keys only.
    Auditor,
}

/// A permission that a call needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Permission {
    Create,
    Read,
    Revoke,
}

impl Permission {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Create => "ApiKeys:Create",
            Self::Read => "ApiKeys:Read",
            Self::Revoke => "ApiKeys:Revoke",
        }
    }
}

/// Who makes a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Caller {
    User(Persona),
    /// A key's own token: known, and without any permission.
    Key,
}

impl Caller {
    pub(super) fn may(self, permission: Permission) -> bool {
        match self {
            Self::User(Persona::Admin) => true,
            Self::User(Persona::Issuer) => permission == Permission::Create,
            Self::User(Persona::Auditor) => permission == Permission::Read,
            Self::Key => false,
        }
    }
}

/// The organization.
pub(super) struct Directory {
    organization: String,
    users: Vec<User>,
    keys: Vec<Key>,
    refused: HashSet<Persona>,
    signer: Signer,
    random: SystemRandom,
}

struct User {
    persona: Persona,
    id: String,
    username: &'static str,
    token: Zeroizing<String>,
}

struct Key {
    id: String,
    name: String,
    author: String,
    created: OffsetDateTime,
    active: bool,
    token: Zeroizing<String>,
    listed_from: Instant,
}

impl Directory {
    /// A new organization, with three users and a few keys.
    pub(super) fn new() -> io::Result<Self> {
        let random = SystemRandom::new();
        let signer = Signer::new(&random)?;
        let mut directory = Self {
            organization: format!("cu-purple-pip-{}", hex(&random, 6)?),
            users: Vec::new(),
            keys: Vec::new(),
            refused: HashSet::new(),
            signer,
            random,
        };
        for (persona, username, words) in [
            (Persona::Admin, "ada@sandbox.test", "ce-finch-march"),
            (Persona::Issuer, "ivo@sandbox.test", "ce-robin-april"),
            (Persona::Auditor, "uma@sandbox.test", "ce-heron-june"),
        ] {
            let id = format!("{words}-{}", hex(&directory.random, 6)?);
            let token = directory.user_token(&id, username);
            directory.users.push(User { persona, id, username, token });
        }
        for (name, author, days, active) in [
            ("Payments worker", "ada@sandbox.test", 312, true),
            ("Old settlement bot", "ivo@sandbox.test", 201, false),
            ("Reporting export", "uma@sandbox.test", 64, true),
            ("Treasury signer", "ada@sandbox.test", 9, true),
        ] {
            let author = directory.users.iter().find(|user| user.username == author).map(|user| user.id.clone());
            let at = directory.create(name, &author.unwrap_or_default(), Duration::ZERO)?;
            directory.keys[at].created -= time::Duration::days(days);
            directory.keys[at].active = active;
        }
        Ok(directory)
    }

    pub(super) fn sign_in_token(&self, persona: Persona) -> Zeroizing<String> {
        self.users.iter().find(|user| user.persona == persona).map(|user| user.token.clone()).unwrap_or_default()
    }

    /// Answers this user with 401 from now on.
    pub(super) fn refuse(&mut self, persona: Persona) {
        self.refused.insert(persona);
    }

    /// Who a bearer token belongs to; `None` where it is unknown or revoked.
    pub(super) fn caller(&self, token: &str) -> Option<Caller> {
        let user = self.users.iter().find(|user| *user.token == token);
        let key = || self.keys.iter().find(|key| key.active && *key.token == token).map(|_| Caller::Key);
        match user {
            Some(user) if self.refused.contains(&user.persona) => None,
            Some(user) => Some(Caller::User(user.persona)),
            None => key(),
        }
    }

    /// Makes a key for a user, and gives it with its token, as the one answer that ever does.
    pub(super) fn create_for(&mut self, persona: Persona, name: &str, unlisted: Duration) -> io::Result<Value> {
        let author = self.users.iter().find(|user| user.persona == persona).map(|user| user.id.clone());
        let at = self.create(name, &author.unwrap_or_default(), unlisted)?;
        let mut body = self.body(&self.keys[at]);
        body["token"] = json!(*self.keys[at].token);
        Ok(body)
    }

    /// Every key that is listed by now, without tokens.
    pub(super) fn list(&self) -> Value {
        let listed = self.keys.iter().filter(|key| key.listed_from <= Instant::now());
        json!({ "items": listed.map(|key| self.body(key)).collect::<Vec<_>>() })
    }

    /// Every key, listed or not.
    pub(super) fn all(&self) -> Value {
        json!(self.keys.iter().map(|key| self.body(key)).collect::<Vec<_>>())
    }

    pub(super) fn one(&self, id: &str) -> Option<Value> {
        self.keys.iter().find(|key| key.id == id).map(|key| self.body(key))
    }

    /// Revokes a key; fine if it is revoked already.
    pub(super) fn revoke(&mut self, id: &str) -> Option<Value> {
        let key = self.keys.iter_mut().find(|key| key.id == id)?;
        key.active = false;
        self.one(id)
    }

    fn create(&mut self, name: &str, author: &str, unlisted: Duration) -> io::Result<usize> {
        const FIRST: [&str; 8] = ["cat", "kite", "maple", "orbit", "pearl", "sage", "tango", "willow"];
        const SECOND: [&str; 8] = ["freddie", "autumn", "delta", "harbor", "juniper", "monday", "quebec", "zulu"];
        let tail = hex(&self.random, 5)?;
        let pick = |words: [&'static str; 8], digit: usize| words[tail.as_bytes()[digit] as usize % 8];
        let id = format!("api-{}-{}-{tail}", pick(FIRST, 0), pick(SECOND, 1));
        let created = OffsetDateTime::now_utc();
        let token = self.key_token(&id, created);
        let listed_from = Instant::now() + unlisted;
        let (name, author) = (name.to_owned(), author.to_owned());
        self.keys.push(Key { id, name, author, created, active: true, token, listed_from });
        Ok(self.keys.len() - 1)
    }

    fn body(&self, key: &Key) -> Value {
        let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
        json!({
            "id": key.id,
            "name": key.name,
            "orgId": self.organization,
            "status": if key.active { "Active" } else { "Revoked" },
            "authorId": key.author,
            "dateCreated": key.created.format(format).unwrap_or_default(),
            "scopes": {},
        })
    }

    fn key_token(&self, id: &str, issued: OffsetDateTime) -> Zeroizing<String> {
        // As long as a real one: the permissions of a Dfns organization make most of it.
        let permissions: Vec<String> = ["Wallets", "Policies", "ApiKeys", "Transfers", "Webhooks", "Signatures"]
            .iter()
            .flat_map(|family| ["Create", "Read", "Update"].map(|action| format!("{family}:{action}")))
            .collect();
        self.signer.sign(&json!({
            "aud": "https://sandbox.keybearer.invalid/api",
            "iss": "https://sandbox.keybearer.invalid/",
            "sub": self.organization,
            "https://custom/orgId": self.organization,
            "permissions": permissions,
            "scope": "full:admin",
            "jti": id,
            "iat": issued.unix_timestamp(),
            "exp": (issued + time::Duration::days(730)).unix_timestamp(),
        }))
    }

    fn user_token(&self, id: &str, username: &str) -> Zeroizing<String> {
        let now = OffsetDateTime::now_utc();
        self.signer.sign(&json!({
            "iss": "https://sandbox.keybearer.invalid/",
            "aud": "https://sandbox.keybearer.invalid/api",
            "sub": id,
            "https://custom/username": username,
            "https://custom/app_metadata": { "userId": id, "orgId": self.organization },
            "iat": now.unix_timestamp(),
            "exp": (now + time::Duration::hours(24)).unix_timestamp(),
        }))
    }
}

fn hex(random: &SystemRandom, bytes: usize) -> io::Result<String> {
    let mut buffer = vec![0; bytes];
    random.fill(&mut buffer).map_err(|_| io::Error::other("this computer gives no random numbers"))?;
    Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
}
