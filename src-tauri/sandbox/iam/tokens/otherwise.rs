//! New service accounts and personal access tokens that are otherwise than they were asked for, or than they are told.

use serde_json::Value;

use crate::{
    directory::Directory,
    iam::{Reply, credentials::Kind, permissions::give, state::some_key},
};

impl Reply {
    /// It has the roles of these ids in place of those that it was asked for with, and that is told.
    pub(crate) fn with_roles(mut self, roles: &[String], directory: &mut Directory) -> Self {
        let Some((body, identity)) = self.made() else { return self };
        directory.iam.roles.take_all(&identity);
        for role in roles {
            give(role, &identity, &identity, directory);
        }
        let told: Value = directory.iam.roles.told_of(&identity).into();
        if let Some(account) = body.get_mut("userInfo") {
            account["permissionAssignments"] = told.clone();
        }
        token(body)["permissionAssignments"] = told;
        self
    }

    /// It is told with the id of somebody else's credential.
    pub(crate) fn with_other_credential(mut self, directory: &Directory) -> Self {
        let Some((body, _)) = self.made() else { return self };
        let own = &mut token(body)["credId"];
        let mut others = directory.iam.credentials.all().filter(|each| each.kind == Kind::Key && *own != each.id);
        *own = others.next().map(|other| other.id.clone()).into();
        self
    }

    /// Its signatures are held against another key than the one that is told.
    pub(crate) fn with_other_key(mut self, directory: &mut Directory) -> Self {
        let Some((body, _)) = self.made() else { return self };
        let (key, _) = some_key(&mut directory.draw);
        if let Some(credential) =
            token(body)["credId"].as_str().and_then(|id| directory.iam.credentials.with_id_mut(id))
        {
            credential.key = key;
        }
        self
    }

    /// What it tells of something that was made, and what roles are given to that by.
    fn made(&mut self) -> Option<(&mut Value, String)> {
        let body = self.body.as_mut()?;
        let identity = body.pointer("/userInfo/userId").or_else(|| body.get("tokenId"))?.as_str()?.to_owned();
        Some((body, identity))
    }
}

/// That of a service account, or a personal access token by itself.
fn token(body: &mut Value) -> &mut Value {
    if body.get("accessTokens").is_some() { &mut body["accessTokens"][0] } else { body }
}
