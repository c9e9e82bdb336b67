//! The code of each failure, for the page and for people who automate.

use serde::Serialize;

use super::{CallContext, CredentialProblem, Failure, TermsProblem, TokenProblem, VaultContext};

/// What a failure is to whoever has to act on it: one for each row of the table of errors.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// A name is empty, too long, has characters that nobody can see, or is not the one that was asked for: shown at the
    /// field.
    Name,
    /// What was typed as a name is a secret, or looks like one: the field is emptied.
    Secret,
    /// The number of days is none that Dfns takes: shown at the field.
    Days,
    /// The role is not there any more: shown at the field.
    Role,
    /// What replaces an old one does not take its place yet: the old one was not deactivated.
    NotReplaced,
    /// An active key of that name exists: "create anyway" is offered.
    SameName,
    /// Whether a key of that name was made is open still: "create anyway" is offered.
    StillOpen,
    /// The address is not one that can be used: shown at the field.
    Address,
    /// The sign-in token is empty: shown at the field.
    TokenMissing,
    /// The private key is none that can be signed with: shown at the field.
    PrivateKey,
    /// 400: the input was refused.
    Refused,
    /// 401 to a sign-in token that was good: a new one is asked for.
    SignInAgain,
    /// 401 to a sign-in token that is being given.
    SignInRefused,
    /// The code for enrolment is missing, or refused: shown at the field.
    EnrolmentCode,
    /// The organization's id is missing or cannot be one: shown at the field.
    Organization,
    /// The credential's id is missing, or is none of this user's: shown at the field.
    CredentialId,
    /// The user's name is missing, or unknown: shown at the field.
    Username,
    /// What is signed is refused, or this user or organization takes no such credential.
    Credential,
    /// The session ended, and was renewed; what was asked for was not done.
    SessionRenewed,
    /// 403: a permission is missing.
    Forbidden,
    /// Dfns wants signed requests.
    SignatureRequired,
    /// Dfns wants signed requests, and this one can be signed: "Sign and create" is offered.
    SignatureOffered,
    /// 404 or 410 on the path itself: no Dfns, or one without API keys.
    NoSuchService,
    /// 404 on one key.
    KeyGone,
    /// The key cannot be named to Dfns.
    KeyWithoutId,
    /// 409.
    Conflict,
    /// 429: with `wait_ms`, where Dfns told it.
    RateLimited,
    /// 3xx, which is not followed.
    Redirected,
    /// Another answer that is sure to mean "no".
    Unexpected,
    /// No connection; nothing was sent.
    Unreachable,
    /// No clear answer to a call that changes nothing.
    NoClearAnswer,
    /// No clear answer to a revocation.
    NotConfirmed,
    /// The answer leaves in doubt whether a key was made.
    Doubtful,
    /// The person called it off before it could do anything.
    CalledOff,
    /// Something else is under way, or there is nothing to do it with.
    NotNow,
    /// The key's account is not signed in.
    OtherAccount,
    /// Secrets may not go there: the person did not confirm it.
    Unconfirmed,
    /// Done was asked for without a proof that the token is in a vault.
    NotProven,
    /// Done was asked for although the token never left.
    NeverLeft,
    Clipboard,
    Keyring,
    /// A token is not in a vault: that is sure.
    NotStored,
    /// A token may be in a vault.
    PerhapsStored,
    /// What was typed of a destination cannot be used.
    Destination,
    /// A setting is out of its bounds.
    Setting,
    /// A file of Keybearer's own.
    File,
    /// Something else on this computer.
    Computer,
    /// Of a notice, which its kind says more of.
    Notice,
}

impl Failure {
    /// What it is to the page.
    pub fn code(&self) -> Code {
        match self {
            Self::Name(_) | Self::NameDiffers => Code::Name,
            Self::NameIsSecret(_) => Code::Secret,
            Self::Terms(TermsProblem::Days) => Code::Days,
            Self::Terms(_) => Code::Role,
            Self::Replacement(_) => Code::NotReplaced,
            Self::SameName(_) => Code::SameName,
            Self::StillOpen(_) => Code::StillOpen,
            Self::Address(_) => Code::Address,
            Self::TokenMissing(TokenProblem::Typed(_)) => Code::TokenMissing,
            Self::TokenMissing(_) | Self::Clipboard(_) => Code::Clipboard,
            Self::PrivateKey(_) => Code::PrivateKey,
            Self::Refused(_) | Self::RoleChange(_) => Code::Refused,
            Self::SignInAgain | Self::SignInOver => Code::SignInAgain,
            Self::SignInRefused => Code::SignInRefused,
            Self::Credential(problem) => match problem {
                CredentialProblem::NoCode | CredentialProblem::BadCode(_) | CredentialProblem::CodeRefused(_) => {
                    Code::EnrolmentCode
                }
                CredentialProblem::NoOrganization | CredentialProblem::BadOrganization => Code::Organization,
                CredentialProblem::NoId | CredentialProblem::BadId | CredentialProblem::NotAmongTheUsers { .. } => {
                    Code::CredentialId
                }
                CredentialProblem::NoUsername | CredentialProblem::BadUsername | CredentialProblem::UserRefused(_) => {
                    Code::Username
                }
                CredentialProblem::NotAmongOnes(_)
                | CredentialProblem::KindNotTaken(_)
                | CredentialProblem::SignatureRefused(_)
                | CredentialProblem::StaysLocked
                | CredentialProblem::SingleSignOn
                | CredentialProblem::NotAllowed(_) => Code::Credential,
            },
            Self::SessionRenewed => Code::SessionRenewed,
            Self::SessionNotEnded(_) => Code::NotConfirmed,
            Self::Forbidden { .. } => Code::Forbidden,
            Self::SignatureRequired => Code::SignatureRequired,
            Self::SignatureOffered => Code::SignatureOffered,
            Self::NoSuchService(_) => Code::NoSuchService,
            Self::KeyGone => Code::KeyGone,
            Self::KeyWithoutId => Code::KeyWithoutId,
            Self::Conflict(_) => Code::Conflict,
            Self::RateLimited(_) => Code::RateLimited,
            Self::Redirected(_) => Code::Redirected,
            Self::Unexpected { .. } => Code::Unexpected,
            Self::Unreachable { .. } => Code::Unreachable,
            Self::Unclear(
                CallContext::Read
                | CallContext::LookFirst
                | CallContext::SignIn
                | CallContext::Sign
                | CallContext::TryOut
                | CallContext::Enrol,
                _,
            ) => Code::NoClearAnswer,
            Self::Unclear(
                CallContext::Revoke
                | CallContext::Change
                | CallContext::GiveRole
                | CallContext::TakeRole
                | CallContext::Deactivate,
                _,
            ) => Code::NotConfirmed,
            Self::Unclear(CallContext::Create, _) | Self::Unsettled { .. } => Code::Doubtful,
            Self::CalledOff | Self::CheckCalledOff => Code::CalledOff,
            Self::NotNow(_) => Code::NotNow,
            Self::OtherAccount(_) => Code::OtherAccount,
            Self::NotProven => Code::NotProven,
            Self::Unconfirmed(_) => Code::Unconfirmed,
            Self::NeverLeft => Code::NeverLeft,
            Self::Keyring(_) | Self::StaysInKeyring(_) | Self::InRecycleBin | Self::KeyringEmpty => Code::Keyring,
            Self::Vault(VaultContext::PerhapsStored, _) => Code::PerhapsStored,
            Self::Vault(VaultContext::NotStored | VaultContext::NoRoom | VaultContext::Unusable, _) => Code::NotStored,
            Self::Destination(_) => Code::Destination,
            Self::Setting(_) => Code::Setting,
            Self::File(_) | Self::NotAList(_) => Code::File,
            Self::Computer(_) => Code::Computer,
        }
    }
}
