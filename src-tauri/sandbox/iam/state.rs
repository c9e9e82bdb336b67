//! Everything that the effects of the calls change, so that it can be put back as it was.

use std::time::Duration as StdDuration;

use time::{Duration, OffsetDateTime};

use super::{
    access_tokens::{AccessToken, AccessTokens, Kind},
    challenges::Challenges,
    credentials::{self, Credential, Credentials},
    public_key::{PublicKey, ed25519_pem},
    roles::{Assignment, Roles},
};
use crate::{
    directory::Caller,
    draw::Draw,
    jwt::{SIGN_IN_LASTS, ed25519_public_key},
    persona::Persona,
};

/// How the organization is set up. The control routes change it.
#[derive(Clone)]
pub(crate) struct Settings {
    /// Of sessions that begin from now on.
    pub(crate) session_life: Duration,
    /// Whether Key credentials are taken.
    pub(crate) takes_keys: bool,
    /// Whether the API-key family is there, and whether it wants user actions.
    pub(crate) offers_api_keys: bool,
    pub(crate) signs_api_keys: bool,
    /// Whether giving and taking a role has to be approved.
    pub(crate) approves_roles: bool,
    /// The users who must come in by SSO.
    pub(crate) sso: Vec<Persona>,
}

#[derive(Clone)]
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(super) challenges: Challenges,
    pub(super) credentials: Credentials,
    pub(super) tokens: AccessTokens,
    pub(super) roles: Roles,
    /// For so long a token that is made now cannot be seen.
    pub(crate) hides_new_for: Option<StdDuration>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            session_life: SIGN_IN_LASTS,
            takes_keys: true,
            offers_api_keys: true,
            signs_api_keys: false,
            approves_roles: false,
            sso: Vec::new(),
        }
    }
}

impl State {
    /// A passkey for each user, some roles, and some service accounts, so that there is something to see.
    pub(crate) fn new(admin: &str, draw: &mut Draw, now: OffsetDateTime) -> Self {
        let mut state = Self {
            settings: Settings::default(),
            challenges: Challenges::default(),
            credentials: Credentials::default(),
            tokens: AccessTokens::default(),
            roles: Roles::new(&all_operations(), draw, now),
            hides_new_for: None,
        };
        for (persona, name) in Persona::ALL.into_iter().zip(["Laptop of Ada", "Phone of Ivo", "Phone of Una"]) {
            let (key, pem) = some_key(draw);
            state.credentials.add(Credential {
                id: draw.opaque(),
                uuid: draw.dfns_id("cr"),
                owner: Caller::User(persona),
                kind: credentials::Kind::Fido2,
                name: name.to_owned(),
                is_active: true,
                key,
                pem,
                created: now - Duration::days(300),
            });
        }
        state.give(0, admin, draw, now);
        for (name, role, is_active, days) in [("Settlement bot", 2, true, 210), ("Old reporting bot", 1, false, 390)] {
            let created = now - Duration::days(days);
            let identity = state.furnish(name, is_active, draw, created);
            state.give(role, &identity, draw, created);
        }
        state
    }

    /// A Key credential of a user: its id and its uuid.
    pub(crate) fn add_key(
        &mut self,
        persona: Persona,
        pem: &str,
        draw: &mut Draw,
        now: OffsetDateTime,
    ) -> Result<(String, String), &'static str> {
        let key = PublicKey::from_pem(pem)?;
        let (id, uuid) = (draw.dfns_id("cr"), draw.dfns_id("cr"));
        self.credentials.add(Credential {
            id: id.clone(),
            uuid: uuid.clone(),
            owner: Caller::User(persona),
            kind: credentials::Kind::Key,
            name: "Key".to_owned(),
            is_active: true,
            key,
            pem: pem.to_owned(),
            created: now,
        });
        Ok((id, uuid))
    }

    /// Deactivates a credential as somebody else would; says whether there is one of this id.
    pub(crate) fn deactivate(&mut self, credential_id: &str) -> bool {
        self.credentials.set_active(false, |credential| credential.id == credential_id)
    }

    /// A code with which a user can enrol one credential.
    pub(crate) fn new_code(&mut self, persona: Persona, draw: &mut Draw, now: OffsetDateTime) -> String {
        self.credentials.new_code(persona, draw, now)
    }

    /// Decides over a change request of a role; says whether there was one of this id.
    pub(crate) fn resolve(&mut self, change: &str, is_approved: bool) -> bool {
        self.roles.resolve(change, is_approved)
    }

    /// The ids of the roles of these names; `None` where one has none.
    pub(crate) fn roles_named(&self, names: &[String]) -> Option<Vec<String>> {
        let id = |name: &String| self.roles.all().iter().find(|role| role.name == name).map(|role| role.id.clone());
        names.iter().map(id).collect()
    }

    /// Whether the token of this id may still be used.
    pub(crate) fn is_good(&self, token_id: &str) -> bool {
        self.tokens.with_token_id(token_id).is_some_and(|token| token.is_active && !token.is_archived)
    }

    /// What the token of this id is given roles by.
    pub(crate) fn identity_of(&self, token_id: &str) -> Option<&str> {
        self.tokens.with_token_id(token_id).map(|token| &*token.identity)
    }

    /// A service account may what its roles may; a personal access token what its owner and its roles both may.
    pub(super) fn may(&self, token_id: &str, permission: &str) -> bool {
        self.tokens.with_token_id(token_id).is_some_and(|token| {
            let owner_may = match token.kind {
                Kind::ServiceAccount => true,
                Kind::Pat(owner) => owner.permissions().contains(&permission),
            };
            owner_may && self.roles.operations(&token.identity).any(|operation| operation == permission)
        })
    }

    fn give(&mut self, role: usize, identity: &str, draw: &mut Draw, created: OffsetDateTime) {
        let role = self.roles.all()[role].id.clone();
        let identity = identity.to_owned();
        self.roles.assign(Assignment { id: draw.dfns_id("as"), role, identity, created, pending: None });
    }

    /// A service account that nobody has the token of.
    fn furnish(&mut self, name: &str, is_active: bool, draw: &mut Draw, created: OffsetDateTime) -> String {
        let (key, pem) = some_key(draw);
        let identity = draw.dfns_id("us");
        self.tokens.add(AccessToken {
            kind: Kind::ServiceAccount,
            identity: identity.clone(),
            token_id: draw.dfns_id("to"),
            credential_id: draw.dfns_id("cr"),
            credential_uuid: draw.dfns_id("cr"),
            name: name.to_owned(),
            external_id: None,
            key,
            pem,
            created,
            is_active,
            is_archived: false,
            seen_from: None,
        });
        identity
    }
}

/// What the role that may all may.
fn all_operations() -> Vec<&'static str> {
    let wallets = ["Wallets:Read", "Wallets:Create", "Wallets:Transfers:Create", "Wallets:Transfers:Read"];
    [Persona::Admin.permissions(), &wallets].concat()
}

pub(super) fn some_key(draw: &mut Draw) -> (PublicKey, String) {
    let public = ed25519_public_key(&draw.bytes());
    let pem = ed25519_pem(&public);
    (PublicKey::Ed25519(public), pem)
}
