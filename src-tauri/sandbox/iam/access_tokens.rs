//! Service accounts and personal access tokens. Of either there is one entry: a service account has one token.

use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::time::Instant;

use super::{public_key::PublicKey, roles::Roles};
use crate::{directory::iso8601, persona::Persona};

/// Whose a token is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    ServiceAccount,
    Pat(Persona),
}

#[derive(Clone)]
pub(super) struct AccessToken {
    pub(super) kind: Kind,
    /// What roles are given to: the `us-…` of a service account, the `to-…` of a personal access token.
    pub(super) identity: String,
    pub(super) token_id: String,
    pub(super) credential_id: String,
    pub(super) credential_uuid: String,
    pub(super) name: String,
    /// Stands in no answer.
    pub(super) external_id: Option<String>,
    pub(super) key: PublicKey,
    /// As it was told.
    pub(super) pem: String,
    pub(super) created: OffsetDateTime,
    pub(super) is_active: bool,
    pub(super) is_archived: bool,
    /// Before this instant it cannot be seen, though it is there.
    pub(super) seen_from: Option<Instant>,
}

/// What stands around a token in an answer.
pub(super) struct Context<'a> {
    pub(super) organization: &'a str,
    /// The id of the user whose token it is.
    pub(super) user: &'a str,
    pub(super) roles: &'a Roles,
    /// Of a new one alone.
    pub(super) text: Option<&'a str>,
}

#[derive(Clone, Default)]
pub(super) struct AccessTokens(Vec<AccessToken>);

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::ServiceAccount => "ServiceAccount",
            Self::Pat(_) => "Pat",
        }
    }
}

impl AccessToken {
    /// As Dfns tells of it: within its account, or by itself.
    pub(super) fn body(&self, context: &Context<'_>) -> Value {
        let token = self.token_body(context);
        match self.kind {
            Kind::Pat(_) => token,
            Kind::ServiceAccount => json!({ "userInfo": self.user_info(context), "accessTokens": [token] }),
        }
    }

    fn token_body(&self, context: &Context<'_>) -> Value {
        let mut body = json!({
            "credId": self.credential_id,
            "tokenId": self.token_id,
            "dateCreated": iso8601(self.created),
            "isActive": self.is_active,
            "kind": self.kind.name(),
            "name": self.name,
            "orgId": context.organization,
            "publicKey": self.pem,
            "linkedUserId": context.user,
            "linkedAppId": "",
            "permissionAssignments": context.roles.told_of(&self.identity),
        });
        if let Some(text) = context.text {
            body["accessToken"] = text.into();
        }
        body
    }

    fn user_info(&self, context: &Context<'_>) -> Value {
        json!({
            "userId": self.identity,
            "name": self.name,
            "username": self.identity,
            "credentialUuid": self.credential_uuid,
            "orgId": context.organization,
            "isActive": self.is_active,
            "isServiceAccount": true,
            "isRegistered": true,
            "kind": "CustomerEmployee",
            "permissionAssignments": context.roles.told_of(&self.identity),
        })
    }

    fn is_seen(&self) -> bool {
        !self.is_archived && self.seen_from.is_none_or(|from| from <= Instant::now())
    }
}

impl AccessTokens {
    pub(super) fn add(&mut self, token: AccessToken) {
        self.0.push(token);
    }

    /// Those of a kind that can be seen, oldest first.
    pub(super) fn seen(&self, kind: Kind) -> impl Iterator<Item = &AccessToken> {
        self.0.iter().filter(move |token| token.kind == kind && token.is_seen())
    }

    pub(super) fn one(&self, kind: Kind, identity: &str) -> Option<&AccessToken> {
        self.seen(kind).find(|token| token.identity == identity)
    }

    pub(super) fn one_mut(&mut self, identity: &str) -> Option<&mut AccessToken> {
        self.0.iter_mut().find(|token| token.identity == identity)
    }

    /// Whatever has been made of it since.
    pub(super) fn with_token_id(&self, token_id: &str) -> Option<&AccessToken> {
        self.0.iter().find(|token| token.token_id == token_id)
    }

    /// Whether a role can be given to it.
    pub(super) fn is_identity(&self, identity: &str) -> bool {
        self.0.iter().any(|token| token.identity == identity && !token.is_archived)
    }

    /// Another than `but` that has this name, archived ones left out.
    pub(super) fn has_name(&self, kind: Kind, name: &str, but: Option<&str>) -> bool {
        let others = self.0.iter().filter(|token| token.kind == kind && !token.is_archived);
        others.filter(|token| Some(&*token.identity) != but).any(|token| token.name == name)
    }

    /// Another than `but` that was ever made with this external id.
    pub(super) fn with_external_id(&self, kind: Kind, id: &str, but: Option<&str>) -> Option<&AccessToken> {
        let mut others = self.0.iter().filter(|token| token.kind == kind && Some(&*token.identity) != but);
        others.find(|token| token.external_id.as_deref() == Some(id))
    }
}
