//! What the sandbox knows: an organization, its users, its keys, and which token stands for whom.

use std::{collections::HashMap, io, num::NonZeroU8, time::Duration};

use serde::Serialize;
use time::{
    OffsetDateTime,
    format_description::well_known::{
        Iso8601,
        iso8601::{Config, EncodedConfig, TimePrecision},
    },
};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{
    clock::Clock,
    draw::{Draw, sha256},
    iam::State,
    jwt::{KEY_LASTS, Signer},
    persona::Persona,
};

/// Who a token stands for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Caller {
    User(Persona),
    /// The key of this id. As at Dfns, a new key may do nothing until somebody gives it permissions.
    Key(String),
    /// A service account or a personal access token: the token of this id.
    Token(String),
}

/// An API key. Its token is known to its owner alone.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) id: String,
    name: String,
    author: String,
    created: OffsetDateTime,
    revoked: bool,
    /// Before this instant it cannot be seen, though it is there.
    seen_from: Option<Instant>,
}

/// A key as it goes over the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct KeyBody<'a> {
    id: &'a str,
    name: &'a str,
    org_id: &'a str,
    status: &'static str,
    author_id: &'a str,
    date_created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<&'a str>,
}

pub(super) struct Directory {
    pub(super) organization: String,
    users: [User; 3],
    /// A user of the same organization who never signs in here.
    colleague: String,
    keys: Vec<Key>,
    /// By the SHA-256 of the token: the sandbox runs inside the app, and must not be where a token survives.
    tokens: HashMap<[u8; 32], Known>,
    /// What organizations have today.
    pub(super) iam: State,
    pub(super) clock: Clock,
    signer: Signer,
    pub(super) draw: Draw,
}

impl Directory {
    /// A new organization with a few keys, so that there is something to see.
    pub(super) fn new() -> io::Result<Self> {
        let mut draw = Draw::new()?;
        let signer = Signer::new(&draw.bytes());
        let organization = draw.id("cu", 12);
        let mut user = |username, name| User { id: draw.id("ce", 12), username, name };
        let users = [
            user("admin@sandbox.invalid", "Ada Lindqvist"),
            user("issuer@sandbox.invalid", "Ivo Marchetti"),
            user("auditor@sandbox.invalid", "Una Okafor"),
        ];
        let colleague = draw.id("ce", 12);
        let (keys, tokens, clock) = (Vec::new(), HashMap::new(), Clock::default());
        let iam = State::new(&users[Persona::Admin as usize].id, &mut draw, clock.now());
        let mut directory = Self { organization, users, colleague, keys, tokens, iam, clock, signer, draw };
        directory.furnish();
        Ok(directory)
    }

    /// Signs a user in and returns the token, which is kept nowhere.
    pub(super) fn sign_in(&mut self, persona: Persona) -> Zeroizing<String> {
        let now = self.clock.now();
        let expires = now + self.iam.settings.session_life;
        let id = self.draw.id("st", 12);
        let user = &self.users[persona as usize];
        let token = self.signer.sign_in_token(user, &self.organization, persona.permissions(), &id, (now, expires));
        self.know(&token, Caller::User(persona), expires);
        token
    }

    /// Makes the token of a service account, or a personal access token, for the user of this id.
    pub(super) fn machine_token(
        &mut self,
        id: &str,
        user: &str,
        kind: &str,
        lasts: time::Duration,
    ) -> Zeroizing<String> {
        let now = self.clock.now();
        let token = self.signer.machine_token(user, &self.organization, kind, id, (now, now + lasts));
        self.know(&token, Caller::Token(id.to_owned()), now + lasts);
        token
    }

    /// From now on this token is not good any more.
    pub(super) fn forget(&mut self, token: &str) {
        self.tokens.remove(&sha256(token.as_bytes()));
    }

    /// Does something to what organizations have today, and puts it back as it was.
    pub(super) fn undoing<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = (self.iam.clone(), self.tokens.clone());
        let outcome = work(self);
        (self.iam, self.tokens) = before;
        outcome
    }

    pub(super) fn user(&self, persona: Persona) -> &User {
        &self.users[persona as usize]
    }

    pub(super) fn username(&self, persona: Persona) -> &'static str {
        self.user(persona).username
    }

    /// Whether a user of the organization has this id.
    pub(super) fn is_user(&self, id: &str) -> bool {
        self.colleague == id || self.users.iter().any(|user| user.id == id)
    }

    /// What a caller is called by Dfns.
    pub(super) fn id_of<'a>(&'a self, caller: &'a Caller) -> &'a str {
        match caller {
            Caller::User(persona) => &self.user(*persona).id,
            Caller::Key(id) => id,
            Caller::Token(id) => self.iam.identity_of(id).unwrap_or(id),
        }
    }

    /// A code with which a user can enrol one credential.
    pub(super) fn enrolment_code(&mut self, persona: Persona) -> String {
        self.iam.new_code(persona, &mut self.draw, self.clock.now())
    }

    /// A Key credential of a user: its id and its uuid.
    pub(super) fn add_key(&mut self, persona: Persona, pem: &str) -> Result<(String, String), &'static str> {
        self.iam.add_key(persona, pem, &mut self.draw, self.clock.now())
    }

    /// Has tokens that `work` makes be hidden for a while.
    pub(super) fn hiding<T>(&mut self, hidden_for: Duration, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.iam.hides_new_for.replace(hidden_for);
        let outcome = work(self);
        self.iam.hides_new_for = before;
        outcome
    }

    /// From now on no token that the user has is good any more.
    pub(super) fn sign_out(&mut self, persona: Persona) {
        self.tokens.retain(|_, known| known.caller != Caller::User(persona));
    }

    /// Who a token stands for; nobody, where it is unknown, expired or revoked.
    pub(super) fn caller(&self, token: &str) -> Option<&Caller> {
        let known = self.tokens.get(&sha256(token.as_bytes()))?;
        let revoked = match &known.caller {
            Caller::User(_) => false,
            Caller::Key(id) => self.key(id).is_none_or(|key| key.revoked),
            Caller::Token(id) => !self.iam.is_good(id),
        };
        (!revoked && self.clock.now() < known.expires).then_some(&known.caller)
    }

    /// Makes a key and its token. With `hidden_for`, the key cannot be seen until that time has gone by.
    pub(super) fn create(
        &mut self,
        name: &str,
        author: Persona,
        hidden_for: Option<Duration>,
    ) -> (Key, Zeroizing<String>) {
        let author = self.users[author as usize].id.clone();
        let now = OffsetDateTime::now_utc();
        let seen_from = hidden_for.map(|time| Instant::now() + time);
        let key = Key { seen_from, ..self.new_key(name, author, now) };
        self.keys.push(key.clone());
        let token = self.signer.key_token(&key.id, &self.organization, now);
        self.know(&token, Caller::Key(key.id.clone()), now + KEY_LASTS);
        (key, token)
    }

    /// Somebody else makes a key: one of the users if `author` names one as in `admin`, else whoever has that id; a
    /// colleague if nobody is named.
    pub(super) fn create_elsewhere(&mut self, name: &str, author: Option<&str>) -> Key {
        let author = match author {
            None => self.colleague.clone(),
            Some("admin") => self.users[Persona::Admin as usize].id.clone(),
            Some("issuer") => self.users[Persona::Issuer as usize].id.clone(),
            Some("auditor") => self.users[Persona::Auditor as usize].id.clone(),
            Some(id) => id.to_owned(),
        };
        let key = self.new_key(name, author, OffsetDateTime::now_utc());
        self.keys.push(key.clone());
        key
    }

    /// Takes in a key that was made with an id, a time and a token of its own. Once: a second one changes nothing.
    pub(super) fn adopt(&mut self, id: &str, name: &str, author: &str, created: OffsetDateTime, token: &str) {
        if self.key(id).is_none() {
            let key = Key { id: id.to_owned(), ..self.new_key(name, author.to_owned(), created) };
            self.keys.push(key);
            self.know(token, Caller::Key(id.to_owned()), OffsetDateTime::now_utc() + KEY_LASTS);
        }
    }

    /// Revokes a key, again if need be; `None` if there is no such key.
    pub(super) fn revoke(&mut self, id: &str) -> Option<Key> {
        let key = self.keys.iter_mut().find(|key| key.id == id)?;
        key.revoked = true;
        Some(key.clone())
    }

    /// The key of this id, if it can be seen already.
    pub(super) fn seen(&self, id: &str) -> Option<&Key> {
        self.key(id).filter(|key| key.is_seen())
    }

    /// Every key that can be seen already, oldest first.
    pub(super) fn all_seen(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter().filter(|key| key.is_seen())
    }

    /// Every key there is, oldest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter()
    }

    /// How a key goes over the wire, without a token.
    pub(super) fn body<'a>(&'a self, key: &'a Key) -> KeyBody<'a> {
        KeyBody {
            id: &key.id,
            name: &key.name,
            org_id: &self.organization,
            status: if key.revoked { "Revoked" } else { "Active" },
            author_id: &key.author,
            date_created: iso8601(key.created),
            token: None,
        }
    }

    fn key(&self, id: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// A key with an id of its own, which is not kept yet.
    fn new_key(&mut self, name: &str, author: String, created: OffsetDateTime) -> Key {
        let id = self.draw.id("api", 10);
        Key { id, name: name.to_owned(), author, created, revoked: false, seen_from: None }
    }

    fn know(&mut self, token: &str, caller: Caller, expires: OffsetDateTime) {
        self.tokens.insert(sha256(token.as_bytes()), Known { caller, expires });
    }

    fn furnish(&mut self) {
        let now = OffsetDateTime::now_utc();
        let [admin, issuer, _] = self.users.each_ref().map(|user| user.id.clone());
        let colleague = self.colleague.clone();
        for (name, author, hours_ago, revoked) in [
            ("Treasury signer", admin.clone(), 9_911, false),
            ("Old build server", colleague, 5_204, true),
            ("Nightly settlement", issuer, 811, false),
            ("Payout service", admin, 53, false),
        ] {
            // Made some minutes and seconds past the hour, as keys are.
            let past = i64::from(self.draw.bytes()[0]) * 13_577;
            let created = now - time::Duration::hours(hours_ago) + time::Duration::milliseconds(past);
            let key = Key { revoked, ..self.new_key(name, author, created) };
            self.keys.push(key);
        }
    }
}

impl Key {
    fn is_seen(&self) -> bool {
        self.seen_from.is_none_or(|from| from <= Instant::now())
    }
}

pub(super) struct User {
    pub(super) id: String,
    pub(super) username: &'static str,
    pub(super) name: &'static str,
}

#[derive(Clone)]
struct Known {
    caller: Caller,
    expires: OffsetDateTime,
}

/// As Dfns writes times: `2022-09-01T09:06:32.567Z`.
pub(super) fn iso8601(time: OffsetDateTime) -> String {
    const MILLISECONDS: EncodedConfig =
        Config::DEFAULT.set_time_precision(TimePrecision::Second { decimal_digits: NonZeroU8::new(3) }).encode();
    time.format(&Iso8601::<MILLISECONDS>)
        .expect("the sandbox only makes times of this age, whose years have four digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_on_dfns_page() {
        let time = OffsetDateTime::from_unix_timestamp_nanos(1_662_023_192_567_000_000).expect("a time");
        assert_eq!(iso8601(time), "2022-09-01T09:06:32.567Z");
    }

    #[test]
    fn a_key_and_its_token_last_until_it_is_revoked() {
        let mut directory = Directory::new().expect("random numbers");
        let (key, token) = directory.create("Server", Persona::Issuer, None);
        assert_eq!(directory.caller(&token), Some(&Caller::Key(key.id.clone())));
        assert!(directory.revoke(&key.id).is_some());
        assert!(directory.revoke(&key.id).is_some(), "revoking again is fine");
        assert_eq!(directory.caller(&token), None);
        assert_eq!(directory.body(directory.seen(&key.id).expect("it is still there")).status, "Revoked");
    }

    #[test]
    fn signing_in_anew_works_after_every_token_was_revoked() {
        let mut directory = Directory::new().expect("random numbers");
        let (one, other) = (directory.sign_in(Persona::Admin), directory.sign_in(Persona::Admin));
        let auditor = directory.sign_in(Persona::Auditor);
        directory.sign_out(Persona::Admin);
        assert_eq!((directory.caller(&one), directory.caller(&other)), (None, None));
        assert!(directory.caller(&auditor).is_some());
        let new = directory.sign_in(Persona::Admin);
        assert_eq!(directory.caller(&new), Some(&Caller::User(Persona::Admin)));
    }

    #[test]
    fn a_hidden_key_is_there_but_not_seen() {
        let mut directory = Directory::new().expect("random numbers");
        let (late, _) = directory.create("Late", Persona::Admin, Some(Duration::from_secs(3600)));
        assert!(directory.seen(&late.id).is_none());
        assert!(directory.all().any(|key| key.id == late.id));
        let (shown, _) = directory.create("Shown", Persona::Admin, Some(Duration::ZERO));
        assert!(directory.seen(&shown.id).is_some());
    }
}
