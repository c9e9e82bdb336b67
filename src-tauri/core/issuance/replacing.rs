//! What comes after a new one is in a vault that replaces another: the old one rests, once Dfns itself shows that the new one takes its
//! place, and works again where the person wants that.

use std::sync::Arc;

use super::{HeldId, Issuance, Notice, resolve::Remedied};
use crate::{
    failure::{Failure, NotNow, ReplacementProblem},
    key::{Change, Key, KeyApi, KeyStatus, Owner},
    role::{GivenRole, missing},
};

/// What is held, and the roles that it lacks of those that it is to have.
pub struct Lacking {
    pub keys: Arc<dyn KeyApi>,
    pub owner: Owner,
    pub key: Key,
    pub roles: Vec<GivenRole>,
}

impl Issuance {
    /// Has the key rest that a notice names, and that was replaced, or work again; the notice tells from then on which of both it does.
    ///
    /// # Errors
    /// [`Failure::Replacement`] where it is to rest and Dfns does not list what takes its place, so that nothing was asked for;
    /// [`Failure::NotNow`]; else the call's.
    pub async fn change_noticed(self: &Arc<Self>, number: u32, change: &Change) -> Result<(), Failure> {
        let Remedied { keys, key, remedy, .. } = self.begin_remedy(number)?;
        let may = match change {
            Change::Deactivate => self.is_replaced(number).await,
            Change::Activate | Change::Rename(_) => Ok(()),
        };
        let outcome = match may {
            Ok(()) => remedy.change(&keys, &key, change).await,
            Err(failure) => Err(failure),
        };
        self.end_remedy(number, outcome.as_ref().err().cloned());
        self.has_turned(number, &outcome?).await;
        Ok(())
    }

    /// Looks whether what replaces a notice's key takes its place by now, which the notice tells from then on.
    ///
    /// # Errors
    /// As [`Self::change_noticed`].
    pub async fn look_at_replacement(&self, number: u32) -> Result<(), Failure> {
        self.begin_remedy(number)?;
        let looked = self.is_replaced(number).await;
        self.end_remedy(number, looked.as_ref().err().cloned());
        looked
    }

    /// What replaces a notice's key, as Dfns lists it now: by the public key that it was made with.
    ///
    /// # Errors
    /// [`Failure::Replacement`], `NotListed`; else the call's.
    pub async fn replacement(&self, notice: &Notice) -> Result<Key, Failure> {
        let listed = notice.keys.list(notice.origin.intent.kind).await?;
        notice.replacement_in(&listed).cloned()
    }

    /// The roles that what is held was not made with, of those that it is to have in place of another; `None` where there are none.
    pub fn lacking(&self, id: HeldId) -> Option<Lacking> {
        let lacking = self.with_held(|held| {
            let roles = missing(held.origin.intent.roles(), held.key.roles()).into_iter().cloned().collect();
            let (keys, owner) = (Arc::clone(&held.keys), held.owner().clone());
            (held.id == id && held.replaces().is_some()).then(|| Lacking { keys, owner, key: held.key.clone(), roles })
        });
        lacking.flatten().filter(|lacking| !lacking.roles.is_empty())
    }

    /// What is held has another role.
    pub fn was_given(&self, id: HeldId, role: GivenRole) {
        let _ = self.change_held(id, |held| held.key.signing.get_or_insert_default().roles.push(role));
    }

    /// Whether Dfns itself lists what takes the place of a notice's key: working, and with every role that the old one has by now.
    ///
    /// # Errors
    /// [`Failure::Replacement`] where it does not; [`Failure::NotNow`]; else the call's.
    async fn is_replaced(&self, number: u32) -> Result<(), Failure> {
        let notice = self.notices().into_iter().find(|notice| notice.number == number);
        let notice = notice.ok_or(Failure::NotNow(NotNow::DealtWith))?;
        let listed = notice.keys.list(notice.origin.intent.kind).await?;
        let new = notice.replacement_in(&listed)?;
        if new.status != KeyStatus::Active {
            return Err(Failure::Replacement(ReplacementProblem::Rests));
        }
        let old = notice.key().and_then(|old| listed.iter().find(|key| key.id == old.id));
        let wanted = old.map_or(notice.origin.intent.roles(), Key::roles);
        match missing(wanted, new.roles()) {
            missing if missing.is_empty() => Ok(()),
            missing => {
                let lacks = missing.into_iter().cloned().collect();
                Err(Failure::Replacement(ReplacementProblem::Lacks(lacks)))
            }
        }
    }

    /// What a notice's key is by now, which it tells from then on.
    async fn has_turned(&self, number: u32, key: &Key) {
        let turned = self.change(|state| {
            let notice = state.notices.iter_mut().find(|notice| notice.number == number)?;
            Some((notice.origin.id, notice.turn(key)?))
        });
        if let Some((intent, event)) = turned {
            self.write(intent, event).await;
        }
    }
}

impl Notice {
    fn replacement_in<'a>(&self, listed: &'a [Key]) -> Result<&'a Key, Failure> {
        let new = listed.iter().find(|key| self.origin.is_proven(key) == Some(true));
        new.ok_or(Failure::Replacement(ReplacementProblem::NotListed))
    }
}
