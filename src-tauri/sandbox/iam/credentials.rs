//! The credentials of users and of tokens, and the codes with which a user enrols one.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::public_key::PublicKey;
use crate::{
    directory::{Caller, iso8601},
    draw::Draw,
    persona::Persona,
};

/// How long an enrolment code is good.
pub(super) const CODE_LASTS: Duration = Duration::seconds(60);

/// Where the sandbox's passkeys belong to.
pub(super) const RELYING_PARTY: &str = "sandbox.keybearer.invalid";
const ORIGIN: &str = "https://sandbox.keybearer.invalid";

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub(super) enum Kind {
    /// A passkey. The sandbox has it itself, and nobody signs with it.
    Fido2,
    Key,
}

#[derive(Clone)]
pub(super) struct Credential {
    pub(super) id: String,
    pub(super) uuid: String,
    pub(super) owner: Caller,
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) is_active: bool,
    pub(super) key: PublicKey,
    /// As it was told.
    pub(super) pem: String,
    pub(super) created: OffsetDateTime,
}

#[derive(Clone, Default)]
pub(super) struct Credentials {
    all: Vec<Credential>,
    codes: HashMap<String, (Persona, OffsetDateTime)>,
}

impl Credential {
    /// How it stands in the list and in the answer to its enrolment.
    pub(super) fn body(&self) -> Value {
        json!({
            "kind": self.kind,
            "credentialId": self.id,
            "credentialUuid": self.uuid,
            "name": self.name,
            "isActive": self.is_active,
            "publicKey": self.pem,
            "dateCreated": iso8601(self.created),
            "relyingPartyId": RELYING_PARTY,
            "origin": ORIGIN,
        })
    }
}

impl Credentials {
    pub(super) fn add(&mut self, credential: Credential) {
        self.all.push(credential);
    }

    /// Those of `owner`, oldest first.
    pub(super) fn of<'a>(&'a self, owner: &'a Caller) -> impl Iterator<Item = &'a Credential> {
        self.all.iter().filter(move |credential| credential.owner == *owner)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Credential> {
        self.all.iter()
    }

    pub(super) fn with_id(&self, id: &str) -> Option<&Credential> {
        self.all.iter().find(|credential| credential.id == id)
    }

    pub(super) fn with_id_mut(&mut self, id: &str) -> Option<&mut Credential> {
        self.all.iter_mut().find(|credential| credential.id == id)
    }

    /// Whether there is such a credential of `owner`.
    pub(super) fn has(&self, owner: &Caller, uuid: &str) -> bool {
        self.of(owner).any(|credential| credential.uuid == uuid)
    }

    /// Makes every credential for which `is_meant` active or not, and says whether there is one.
    pub(super) fn set_active(&mut self, active: bool, is_meant: impl Fn(&Credential) -> bool) -> bool {
        let mut meant = self.all.iter_mut().filter(|credential| is_meant(credential)).peekable();
        let is_one = meant.peek().is_some();
        meant.for_each(|credential| credential.is_active = active);
        is_one
    }

    /// A code with which a user can enrol one credential.
    pub(super) fn new_code(&mut self, persona: Persona, draw: &mut Draw, now: OffsetDateTime) -> String {
        let code = draw.code();
        self.codes.insert(code.clone(), (persona, now + CODE_LASTS));
        code
    }

    /// Whose code it is; it is not good from now on.
    pub(super) fn take_code(&mut self, code: &str, now: OffsetDateTime) -> Option<Persona> {
        self.codes.remove(code).filter(|(_, expires)| now < *expires).map(|(persona, _)| persona)
    }
}
