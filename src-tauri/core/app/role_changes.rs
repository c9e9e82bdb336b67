//! Roles given to service accounts and personal access tokens, and taken: signed, and confirmed as whatever is signed.

use std::sync::Arc;

use super::{Keybearer, keys::read};
use crate::{
    account::SignedIn,
    assigning::RoleOutcome,
    confirmation::Named,
    failure::{Failure, NotNow},
    issuance::Revocation,
    journal::{NewRoleChange, RoleChangeId, RoleOperation},
    key::{Key, KeyApi, KeyId, Owner},
    role::{GivenRole, Role},
    words,
};

impl Keybearer {
    /// Gives a role, of which the page tells the id alone, to a service account or a personal access token.
    ///
    /// # Errors
    /// [`Failure::Unconfirmed`]; [`Failure::NotNow`] where there is no such role, it has it, or something is being done with it
    /// already; else as [`crate::assigning::Assigning::change`].
    pub async fn give_role(&self, id: &KeyId, role: &str) -> Result<(), Failure> {
        let keys: Arc<dyn KeyApi> = self.sessions.signed_in()?.access;
        let mut listed = keys.roles().await;
        if listed == Err(Failure::SignInAgain) && self.session_ended(&keys).await {
            listed = keys.roles().await;
        }
        let role = listed?.into_iter().find(|each| each.id == role);
        let role = role.ok_or(Failure::NotNow(NotNow::NoSuchRole))?;
        let key = self.fresh_key(id).await?;
        if held(&key, &role.id).is_some() {
            return Err(Failure::NotNow(NotNow::RoleHeld));
        }
        self.change_role(&key, RoleOperation::Give, role.given(), role).await
    }

    /// Takes a role from one that has it.
    ///
    /// # Errors
    /// As [`Self::give_role`], where it does not have it.
    pub async fn take_role(&self, id: &KeyId, role: &str) -> Result<(), Failure> {
        let keys: Arc<dyn KeyApi> = self.sessions.signed_in()?.access;
        let key = self.fresh_key(id).await?;
        let mut given = held(&key, role).cloned().ok_or(Failure::NotNow(NotNow::RoleNotHeld))?;
        if given.assignment.is_none() {
            let listed = keys.assignments(role).await?.into_iter().find(|it| it.identity == *key.identity());
            given.assignment = Some(listed.ok_or(Failure::NotNow(NotNow::RoleNotHeld))?.id);
        }
        let shown = Role { id: given.id.clone(), name: given.name.clone(), operations: Vec::new() };
        self.change_role(&key, RoleOperation::Take, given, shown).await
    }

    /// Looks what became of a change of a role.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is signed in, or it is settled; [`Failure::OtherAccount`].
    pub async fn check_role_change(&self, number: u32) -> Result<(), Failure> {
        let SignedIn { at, access, .. } = self.sessions.signed_in()?;
        let id = RoleChangeId(number.into());
        let open = self.assigning.open().into_iter().find(|each| each.change.id == id);
        let owner = open.ok_or(Failure::NotNow(NotNow::DealtWith))?.change.new.owner;
        if !owner.is_same_user(&at.owner()) {
            return Err(Failure::OtherAccount(owner.label));
        }
        let keys: Arc<dyn KeyApi> = access;
        let mut applied = self.assigning.check(&keys, id).await;
        let problem = self.assigning.open().into_iter().find(|each| each.change.id == id).and_then(|each| each.problem);
        if problem == Some(Failure::SignInAgain) && self.session_ended(&keys).await {
            applied = self.assigning.check(&keys, id).await;
        }
        if let Some(change) = applied {
            self.messages.say(change.said());
        }
        Ok(())
    }

    /// The person has dealt with a change of a role.
    pub async fn dismiss_role_change(&self, number: u32) {
        self.assigning.dismiss(RoleChangeId(number.into())).await;
    }

    /// Looks what became of the open changes of roles of this user, aside.
    pub(super) fn follow_up_roles(&self, keys: &Arc<dyn KeyApi>, owner: Owner) {
        let (assigning, messages, keys) = (Arc::clone(&self.assigning), Arc::clone(&self.messages), Arc::clone(keys));
        tokio::spawn(async move {
            if let Some(last) = assigning.follow_up(&keys, &owner).await.pop() {
                messages.say(last.said());
            }
        });
    }

    /// A key that signs, as Dfns tells of it now.
    pub(super) async fn fresh_key(&self, id: &KeyId) -> Result<Key, Failure> {
        let kind = self.known_key(id).await?.kind;
        if !kind.signs() {
            return Err(Failure::NotNow(NotNow::Unchangeable));
        }
        let keys: Arc<dyn KeyApi> = self.sessions.signed_in()?.access;
        match read(&*keys, &[kind], id).await {
            Err(Failure::SignInAgain) if self.session_ended(&keys).await => read(&*keys, &[kind], id).await,
            read => read,
        }
    }

    /// `shown` is the role as the person is asked about it.
    async fn change_role(
        &self,
        key: &Key,
        operation: RoleOperation,
        role: GivenRole,
        shown: Role,
    ) -> Result<(), Failure> {
        let SignedIn { at, access, .. } = self.sessions.signed_in()?;
        let kind = key.kind.as_str();
        let told = match operation {
            RoleOperation::Give => words::signing_give_role(kind),
            RoleOperation::Take => words::signing_take_role(kind),
        };
        self.may_sign(&told, &[Named { roles: Some(&[shown]), ..Named::of(&key.name) }]).await?;
        let new = NewRoleChange::of(at.owner(), key, operation, role);
        let asked = Revocation::begin();
        self.keys.begin(key, &asked, NotNow::DealtWith)?;
        let keys: Arc<dyn KeyApi> = access;
        let mut outcome = self.assigning.change(&keys, new.clone(), &asked).await;
        if outcome == Err(Failure::SignInAgain) && self.session_ended(&keys).await {
            // Dfns refused the session, so nothing was done.
            outcome = self.assigning.change(&keys, new.clone(), &asked).await;
        }
        self.keys.end(&key.id);
        self.messages.say(match outcome? {
            RoleOutcome::Done => new.said(),
            RoleOutcome::Pending => new.said_pending(),
        });
        Ok(())
    }
}

fn held<'a>(key: &'a Key, role: &str) -> Option<&'a GivenRole> {
    key.signing.iter().flat_map(|signing| &signing.roles).find(|given| given.id == role)
}
