//! The calls that the sandbox answers, each with its route and the permission that it needs.

use hyper::Method;
use serde::{Deserialize, Serialize};

/// A call of the API-key family, or of what organizations have today.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Call {
    /// `POST /api-keys/`
    Create,
    /// `GET /api-keys/`
    List,
    /// `GET /api-keys/{id}/`
    Read,
    /// `DELETE /api-keys/{id}`
    Revoke,
    /// `POST /auth/login/init`
    LoginInit,
    /// `POST /auth/login`
    Login,
    /// `PUT /auth/logout`
    Logout,
    /// `POST /auth/action/init`
    ActionInit,
    /// `POST /auth/action`
    Action,
    /// `GET /auth/credentials`
    Credentials,
    /// `PUT /auth/credentials/activate`
    ActivateCredential,
    /// `PUT /auth/credentials/deactivate`
    DeactivateCredential,
    /// `POST /auth/credentials/code/init`
    CodeInit,
    /// `POST /auth/credentials/code/verify`
    CodeVerify,
    /// `GET /auth/service-accounts`
    ListServiceAccounts,
    /// `POST /auth/service-accounts`
    CreateServiceAccount,
    /// `GET /auth/service-accounts/{userId}`
    ReadServiceAccount,
    /// `PUT /auth/service-accounts/{userId}`
    UpdateServiceAccount,
    /// `PUT /auth/service-accounts/{userId}/activate`
    ActivateServiceAccount,
    /// `PUT /auth/service-accounts/{userId}/deactivate`
    DeactivateServiceAccount,
    /// `DELETE /auth/service-accounts/{userId}`
    ArchiveServiceAccount,
    /// `GET /auth/pats`
    ListPats,
    /// `POST /auth/pats`
    CreatePat,
    /// `GET /auth/pats/{tokenId}`
    ReadPat,
    /// `PUT /auth/pats/{tokenId}`
    UpdatePat,
    /// `PUT /auth/pats/{tokenId}/activate`
    ActivatePat,
    /// `PUT /auth/pats/{tokenId}/deactivate`
    DeactivatePat,
    /// `DELETE /auth/pats/{tokenId}`
    ArchivePat,
    /// `GET /permissions`
    ListPermissions,
    /// `GET /permissions/{id}/assignments`
    ListAssignments,
    /// `POST /permissions/{id}/assignments`
    CreateAssignment,
    /// `DELETE /permissions/{id}/assignments/{assignmentId}`
    RevokeAssignment,
}

impl Call {
    /// What is asked for, and of what: the ids in the path, in order.
    pub(super) fn of<'a>(method: &Method, path: &'a str) -> Option<(Self, Vec<&'a str>)> {
        if let Some(rest) = path.strip_prefix("/api-keys/") {
            return Self::of_api_keys(method, rest).map(|(call, id)| (call, vec![id]));
        }
        let (call, ids) = Self::of_today(method, path)?;
        ids.iter().all(|id| !id.is_empty()).then_some((call, ids))
    }

    /// The trailing slash belongs to the path, except on revoking: that page shows it both with and without one.
    fn of_api_keys<'a>(method: &Method, rest: &'a str) -> Option<(Self, &'a str)> {
        let (id, slash) = rest.strip_suffix('/').map_or((rest, false), |id| (id, true));
        let is_id = !id.is_empty() && !id.contains('/');
        let call = match *method {
            Method::POST if rest.is_empty() => Self::Create,
            Method::GET if rest.is_empty() => Self::List,
            Method::GET if is_id && slash => Self::Read,
            Method::DELETE if is_id => Self::Revoke,
            _ => return None,
        };
        Some((call, id))
    }

    fn of_today<'a>(method: &Method, path: &'a str) -> Option<(Self, Vec<&'a str>)> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        Some(match (method.as_str(), parts.as_slice()) {
            ("POST", ["auth", "login", "init"]) => (Self::LoginInit, vec![]),
            ("POST", ["auth", "login"]) => (Self::Login, vec![]),
            ("PUT", ["auth", "logout"]) => (Self::Logout, vec![]),
            ("POST", ["auth", "action", "init"]) => (Self::ActionInit, vec![]),
            ("POST", ["auth", "action"]) => (Self::Action, vec![]),
            ("GET", ["auth", "credentials"]) => (Self::Credentials, vec![]),
            ("PUT", ["auth", "credentials", "activate"]) => (Self::ActivateCredential, vec![]),
            ("PUT", ["auth", "credentials", "deactivate"]) => (Self::DeactivateCredential, vec![]),
            ("POST", ["auth", "credentials", "code", "init"]) => (Self::CodeInit, vec![]),
            ("POST", ["auth", "credentials", "code", "verify"]) => (Self::CodeVerify, vec![]),
            ("GET", ["auth", "service-accounts"]) => (Self::ListServiceAccounts, vec![]),
            ("POST", ["auth", "service-accounts"]) => (Self::CreateServiceAccount, vec![]),
            ("GET", ["auth", "service-accounts", id]) => (Self::ReadServiceAccount, vec![id]),
            ("PUT", ["auth", "service-accounts", id]) => (Self::UpdateServiceAccount, vec![id]),
            ("PUT", ["auth", "service-accounts", id, "activate"]) => (Self::ActivateServiceAccount, vec![id]),
            ("PUT", ["auth", "service-accounts", id, "deactivate"]) => (Self::DeactivateServiceAccount, vec![id]),
            ("DELETE", ["auth", "service-accounts", id]) => (Self::ArchiveServiceAccount, vec![id]),
            ("GET", ["auth", "pats"]) => (Self::ListPats, vec![]),
            ("POST", ["auth", "pats"]) => (Self::CreatePat, vec![]),
            ("GET", ["auth", "pats", id]) => (Self::ReadPat, vec![id]),
            ("PUT", ["auth", "pats", id]) => (Self::UpdatePat, vec![id]),
            ("PUT", ["auth", "pats", id, "activate"]) => (Self::ActivatePat, vec![id]),
            ("PUT", ["auth", "pats", id, "deactivate"]) => (Self::DeactivatePat, vec![id]),
            ("DELETE", ["auth", "pats", id]) => (Self::ArchivePat, vec![id]),
            ("GET", ["permissions"]) => (Self::ListPermissions, vec![]),
            ("GET", ["permissions", id, "assignments"]) => (Self::ListAssignments, vec![id]),
            ("POST", ["permissions", id, "assignments"]) => (Self::CreateAssignment, vec![id]),
            ("DELETE", ["permissions", id, "assignments", of]) => (Self::RevokeAssignment, vec![id, of]),
            _ => return None,
        })
    }

    pub(super) fn is_of_api_keys(self) -> bool {
        matches!(self, Self::Create | Self::List | Self::Read | Self::Revoke)
    }

    /// The permission that the call needs, as Dfns writes it; none for what is one's own.
    pub(super) fn permission(self) -> Option<&'static str> {
        self.rules().permission
    }

    /// Whether it wants nobody to be signed in.
    pub(super) fn is_anonymous(self) -> bool {
        self.rules().who == Who::Anybody
    }

    /// Whether it is for users alone, and refused to service accounts and personal access tokens.
    pub(super) fn is_for_users(self) -> bool {
        self.rules().who == Who::Users
    }

    /// Whether it wants a user action; in the API-key family the organization decides.
    pub(super) fn is_signed(self) -> bool {
        self.rules().is_signed
    }

    fn rules(self) -> Rules {
        let read = |permission| Rules { permission, who: Who::Callers, is_signed: false };
        let write = |permission| Rules { permission: Some(permission), who: Who::Callers, is_signed: true };
        let own = |is_signed| Rules { permission: None, who: Who::Users, is_signed };
        let make = |permission| Rules { permission: Some(permission), who: Who::Users, is_signed: true };
        let of_keys = |permission| Rules { permission: Some(permission), who: Who::Users, is_signed: false };
        match self {
            Self::Create => of_keys("ApiKeys:Create"),
            Self::List | Self::Read => of_keys("ApiKeys:Read"),
            Self::Revoke => of_keys("ApiKeys:Revoke"),
            Self::LoginInit | Self::Login | Self::CodeInit | Self::CodeVerify => {
                Rules { permission: None, who: Who::Anybody, is_signed: false }
            }
            Self::ActionInit | Self::Action => read(None),
            Self::Logout | Self::Credentials | Self::ListPats | Self::ReadPat => own(false),
            Self::ActivateCredential | Self::DeactivateCredential => own(true),
            Self::UpdatePat | Self::ActivatePat | Self::DeactivatePat | Self::ArchivePat => own(true),
            Self::CreatePat => make("Auth:Pats:Create"),
            Self::CreateServiceAccount => make("Auth:ServiceAccounts:Create"),
            Self::ListServiceAccounts | Self::ReadServiceAccount => read(Some("Auth:ServiceAccounts:Read")),
            Self::UpdateServiceAccount => write("Auth:ServiceAccounts:Update"),
            Self::ActivateServiceAccount => write("Auth:ServiceAccounts:Activate"),
            Self::DeactivateServiceAccount => write("Auth:ServiceAccounts:Deactivate"),
            Self::ArchiveServiceAccount => write("Auth:ServiceAccounts:Delete"),
            Self::ListPermissions => read(Some("Permissions:Read")),
            Self::ListAssignments => read(Some("Permissions:Assignments:Read")),
            Self::CreateAssignment => write("Permissions:Assign"),
            Self::RevokeAssignment => write("Permissions:Revoke"),
        }
    }
}

/// Whom a call is for.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Who {
    Anybody,
    /// Users, service accounts and personal access tokens.
    Callers,
    Users,
}

struct Rules {
    permission: Option<&'static str>,
    who: Who,
    is_signed: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_slash_or_without_an_id_is_no_route() {
        for path in ["/auth/pats/", "/auth/service-accounts//activate", "/permissions//assignments", "/auth", "", "/"] {
            assert_eq!(Call::of(&Method::GET, path), None, "{path}");
            assert_eq!(Call::of(&Method::PUT, path), None, "{path}");
        }
        let of = Call::of(&Method::DELETE, "/permissions/pm-1/assignments/as-1");
        assert_eq!(of, Some((Call::RevokeAssignment, vec!["pm-1", "as-1"])));
    }

    #[test]
    fn calls_have_the_names_that_plans_give_them() {
        for (call, name) in [(Call::LoginInit, "loginInit"), (Call::ListPats, "listPats"), (Call::Create, "create")] {
            assert_eq!(serde_json::to_string(&call).expect("a name"), format!("\"{name}\""));
        }
    }
}
