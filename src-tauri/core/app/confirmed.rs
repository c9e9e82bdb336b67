//! What is signed for the person, confirmed by them outside the page.

use super::Keybearer;
use crate::{
    account::{Sessions, SignedIn},
    confirmation::{Confirmations, Named, Signature},
    credential::CredentialKind,
    failure::{Failure, NotNow},
    role::Role,
    words::{self, Message},
};

impl Keybearer {
    /// As [`may_sign`].
    pub(super) async fn may_sign(&self, operation: &Message, to: &[Named<'_>]) -> Result<(), Failure> {
        may_sign(&self.sessions, &self.confirmations, operation, to).await
    }
}

/// Makes sure that the person wants a request signed, or one for each of a list: asked about outside the page, each time,
/// wherever it is not known that there are no real funds, and of a role that may do everything wherever it is.
///
/// # Errors
/// [`Failure::Unconfirmed`]: nothing may be signed; [`Failure::NotNow`] where there is nothing to sign with, or the account is
/// another once the person has answered.
pub(super) async fn may_sign(
    sessions: &Sessions,
    confirmations: &Confirmations,
    operation: &Message,
    to: &[Named<'_>],
) -> Result<(), Failure> {
    let SignedIn { at, .. } = sessions.signed_in()?;
    if !sessions.can_sign() {
        return Err(Failure::NotNow(NotNow::NothingToSignWith));
    }
    let may_do_everything = to.iter().filter_map(|named| named.roles).flatten().any(Role::is_full_admin);
    if at.account.environment.is_for_tests() && !may_do_everything {
        return Ok(());
    }
    let account = at.account.label();
    confirmations.allow_once(Signature { operation, to, account: &account, base: &at.base }).await?;
    // The person took their time to answer.
    let still = sessions.signed_in()?.at.account.id == at.account.id;
    if still { Ok(()) } else { Err(Failure::NotNow(NotNow::AccountGone)) }
}

/// What making such ones is called where it is confirmed.
pub(super) fn making(kind: CredentialKind, count: usize) -> Message {
    match kind {
        CredentialKind::ApiKey => words::signing_create(count),
        CredentialKind::ServiceAccount => words::signing_create_account(count),
        CredentialKind::PersonalAccessToken => words::signing_create_token(count),
    }
}
