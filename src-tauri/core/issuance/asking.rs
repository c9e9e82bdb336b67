//! Asking for a key: the intent is written down, asked for once, and whatever the answer is, the key is accounted for.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::{sync::Notify, time::Instant};

use super::{Course, HeldId, Issuance, Listed, NoticeKind, Stage, unfinished::Unfinished};
use crate::{
    credential::{CredentialKind, UserAction},
    delivery::{Entry, Vault},
    failure::{CallContext, Failure, NotNow, UnclearAnswer, VaultContext},
    journal::{Before, Event, Intent, IntentId, Origin, Part},
    key::{Created, Key, KeyApi, KeyId, KeyName, Owner, is_same_name},
    naming,
    order::{Order, Terms},
    words,
};

#[derive(Clone)]
pub struct CreateRequest {
    pub kind: CredentialKind,
    pub name: KeyName,
    /// Although an active key bears it.
    pub despite_same_name: bool,
    /// Although one of that name was asked for before, and it is open still whether it was made.
    pub despite_open: bool,
    /// The key that the new one is to replace: it is revoked once the new one's token is in a vault, and never before.
    pub replaces: Option<Key>,
    /// Where its token is to go at once, without being shown. Whether there is room for it is asked before the key is.
    pub deliver_to: Option<Arc<dyn Vault>>,
    pub part_of: Option<Part>,
    /// What a kind that signs is to be.
    pub terms: Terms,
    /// The user signs it, which they have agreed to: always, of a kind that signs.
    pub signed: bool,
}

/// What came of an intent for a key that Dfns has granted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Made {
    Held(HeldId),
    /// It came without a token, or waits for approval: a notice tells of it, and there is nothing to deliver.
    WithoutToken,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Phase {
    /// The keys there are, are being looked through; nothing was asked for yet.
    Looking,
    /// The vault that its token is to go to is asked whether there is room; nothing was asked for yet.
    Preparing,
    /// The request was handed to the HTTP client.
    Asked,
    /// The answer was doubtful; the list is looked through for a key that may have been made.
    Verifying,
}

#[derive(Clone, Debug)]
pub struct Asking {
    pub name: KeyName,
    pub replaces: Option<KeyId>,
    pub since: Instant,
    pub phase: Phase,
    call_off: Arc<Notify>,
}

impl Issuance {
    pub fn asking(&self) -> Option<Asking> {
        match &self.state.lock().stage {
            Stage::Asking(asking) => Some(asking.clone()),
            _ => None,
        }
    }

    /// Asks Dfns for a key, once, and then holds its token. The intent is written down before it is asked for, and what
    /// becomes of it before anything else happens. It goes on to its end although whoever called waits no longer.
    ///
    /// `may_list` tells whether the keys there are can be looked through: first, for one of the same name, and after
    /// anything but a key, for one that was made after all.
    ///
    /// # Errors
    /// [`Failure::NotNow`] while another is under way or held; [`Failure::StillOpen`] and [`Failure::SameName`], unless it is
    /// asked for despite it; [`Failure::CalledOff`]; [`Failure::Vault`], `NoRoom`, where its token could not be stored, and
    /// [`Failure::File`] where the intent cannot be written down, so that nothing was asked for; [`Failure::Unclear`], `Create`,
    /// and [`Failure::Unsettled`], with a notice for what needs attention; else the call's: it is sure then that no key was
    /// made.
    pub async fn create(
        self: &Arc<Self>,
        keys: Arc<dyn KeyApi>,
        owner: Owner,
        may_list: bool,
        request: CreateRequest,
    ) -> Result<Made, Failure> {
        let call_off = self.begin(&request)?;
        let asked = Arc::new(AtomicBool::new(false));
        let mut unfinished = Unfinished::new(self, &keys, &asked);
        let this = Arc::clone(self);
        let seen_through = tokio::spawn(async move {
            let course = if request.deliver_to.is_some() { Course::StraightToVault } else { Course::InDialog };
            let outcome = match this.ask(&mut unfinished, &keys, owner, may_list, request, &call_off).await {
                Ok((origin, Created::WithSecrets(key, secrets))) => {
                    let held = this.hold(keys, origin, key, secrets, course);
                    unfinished.end_held();
                    return Ok(Made::Held(held));
                }
                Ok((origin, Created::WithoutSecrets(key))) => {
                    this.note(NoticeKind::WithoutToken(key), &keys, origin);
                    Ok(Made::WithoutToken)
                }
                Ok((mut origin, Created::AwaitingApproval)) => {
                    origin.held_back = true;
                    this.doubt(&keys, &origin, true);
                    Ok(Made::WithoutToken)
                }
                Err(failure) => Err(failure),
            };
            unfinished.end();
            outcome
        });
        // What failed so badly has left its key accounted for when it was dropped.
        seen_through.await.unwrap_or_else(|_| {
            Err(if asked.load(Ordering::SeqCst) {
                Failure::Unclear(CallContext::Create, UnclearAnswer::Failed)
            } else {
                Failure::Computer(words::err_failed_before())
            })
        })
    }

    /// Calls off the request on its way. Once it was handed over, that leaves in doubt whether the key was made.
    pub fn call_off(&self) {
        if let Stage::Asking(asking) = &self.state.lock().stage {
            asking.call_off.notify_one();
        }
    }

    /// The name under which it is open whether a key like this one was made, by this user or in the same organization, as far
    /// as that can be told.
    pub fn still_open(&self, owner: &Owner, name: &str) -> Option<String> {
        let state = self.state.lock();
        let open = state.notices.iter().find(|notice| {
            // One of which a candidate was revoked by the person is as good as judged.
            notice.is_in_doubt()
                && notice.revoked.is_none()
                && notice.owner().may_share_keys(owner)
                && is_same_name(&notice.origin.intent.name, name)
        });
        open.map(|notice| notice.origin.intent.name.clone())
    }

    fn begin(&self, request: &CreateRequest) -> Result<Arc<Notify>, Failure> {
        let mut state = self.state.lock();
        match state.stage {
            Stage::Idle => {}
            Stage::Asking(_) => return Err(Failure::NotNow(NotNow::AskingAlready)),
            Stage::Held(_) => return Err(Failure::NotNow(NotNow::KeyHeld)),
        }
        let call_off = Arc::new(Notify::new());
        state.stage = Stage::Asking(Asking {
            name: request.name.clone(),
            replaces: request.replaces.as_ref().map(|key| key.id.clone()),
            since: Instant::now(),
            phase: Phase::Looking,
            call_off: Arc::clone(&call_off),
        });
        drop(state);
        self.changed.send_replace(());
        Ok(call_off)
    }

    async fn ask(
        self: &Arc<Self>,
        unfinished: &mut Unfinished,
        keys: &Arc<dyn KeyApi>,
        owner: Owner,
        may_list: bool,
        request: CreateRequest,
        call_off: &Notify,
    ) -> Result<(Origin, Created), Failure> {
        let before = tokio::select! {
            before = self.look_first(keys, &owner, may_list, &request) => before?,
            () = call_off.notified() => return Err(Failure::CalledOff),
        };
        let CreateRequest { kind, name, replaces, deliver_to, part_of, terms, signed, .. } = request;
        if let Some(vault) = deliver_to {
            self.phase(Phase::Preparing);
            let organization = owner.organization.clone();
            let replaces = entry_of_old(replaces.as_ref());
            let entry = Entry { key_name: name.to_string(), organization, replaces, kind, ..Entry::default() };
            tokio::select! {
                looked = vault.look(&entry) => looked
                    .map_err(Failure::no_room)?
                    // Nobody sees it arrive: what ends there is delivered by hand.
                    .for_good(vault.place(&entry))
                    .map_err(|problem| Failure::Vault(VaultContext::NoRoom, problem))?,
                () = call_off.notified() => return Err(Failure::CalledOff),
            }
        }
        let order = Order::new(kind, name, terms)?;
        let (name, signing) =
            (order.name.to_string(), order.signing.as_ref().map(|signing| signing.asked(keys.clock_ahead())));
        let origin = self.write_intent(Intent { owner, kind, name, before, replaces, part_of, signing }).await?;
        unfinished.intent = Some(origin.clone());
        let signed = async { if signed { keys.sign(&order).await } else { Ok(UserAction::Unsigned) } };
        let signed = tokio::select! {
            biased;
            () = call_off.notified() => Err(Failure::CalledOff),
            signed = signed => signed,
        };
        let action = match signed {
            Ok(action) => action,
            Err(failure) => {
                self.write(origin.id, Event::NotMade).await;
                return Err(failure);
            }
        };
        self.phase(Phase::Asked);
        unfinished.asked.store(true, Ordering::SeqCst);
        let created = tokio::select! {
            // The answer counts if both are there at once: calling off cannot undo a key that is here.
            biased;
            created = self.answer(keys, &order, action, &origin) => created,
            () = call_off.notified() => Err(Failure::Unclear(CallContext::Create, UnclearAnswer::CalledOff)),
        };
        self.listed_ahead.outdate();
        let failure = match created {
            Ok(created) => {
                unfinished.is_answered(&created);
                self.write_answer(origin.id, &created).await;
                return Ok((origin, created));
            }
            Err(failure) => failure,
        };
        if failure.is_unsent() {
            self.write(origin.id, Event::NotMade).await;
            return Err(failure);
        }
        if !failure.is_doubtful() {
            return Err(self.refused(keys, origin, failure, call_off).await);
        }
        self.write(origin.id, Event::Doubtful).await;
        self.phase(Phase::Verifying);
        let listed = tokio::select! {
            listed = self.listed_since(keys, &origin) => listed,
            () = call_off.notified() => None,
        };
        self.doubt(keys, &origin, false);
        self.compare(origin.id, listed.as_deref()).await;
        Err(failure)
    }

    /// Looks through the keys there are, where they may be listed, before anything is asked for: what is in doubt is looked
    /// for among them, and may be settled by that.
    async fn look_first(
        self: &Arc<Self>,
        keys: &Arc<dyn KeyApi>,
        owner: &Owner,
        may_list: bool,
        request: &CreateRequest,
    ) -> Result<Before, Failure> {
        let ahead = match may_list {
            true => self.listed_ahead.take(keys, request.kind).await,
            false => None,
        };
        // What speaks against it is looked at anew: it may have been dealt with meanwhile.
        if let Some(Ok(before)) = ahead.map(|listed| self.judge(owner, request, Some(&listed), keys.clock_ahead())) {
            return Ok(before);
        }
        let listed = match may_list {
            true => keys.list(request.kind).await,
            false => Err(Failure::Forbidden { permission: None, message: None }),
        };
        let listed = match listed {
            Ok(listed) => Some(listed),
            // Not being allowed to look is no reason not to create.
            Err(Failure::Forbidden { .. }) => None,
            Err(failure) => return Err(self.not_looked(owner, request, failure)),
        };
        if let Some(listed) = &listed {
            self.listed(owner, keys, Listed { kinds: &[request.kind], keys: listed }).await;
        }
        self.judge(owner, request, listed.as_deref(), keys.clock_ahead())
    }

    /// Whether what is there speaks against an intent; where it does not, what there was before it. `ahead` is how much Dfns' clock
    /// is ahead of the computer's.
    fn judge(
        &self,
        owner: &Owner,
        request: &CreateRequest,
        listed: Option<&[Key]>,
        ahead: Option<time::Duration>,
    ) -> Result<Before, Failure> {
        if let Some(open) = self.still_open(owner, request.name.as_str()).filter(|_| !request.despite_open) {
            return Err(Failure::StillOpen(open));
        }
        let Some(listed) = listed else { return Ok(Before::unlisted(ahead)) };
        let name = naming::folded(request.name.as_str());
        let of_kind = || listed.iter().filter(|key| key.kind == request.kind);
        match of_kind().find(|key| !key.is_revoked() && naming::folded(&key.name) == name) {
            Some(key) if !request.despite_same_name => Err(Failure::SameName(key.name.clone())),
            _ => Ok(Before::listing(of_kind(), ahead)),
        }
    }

    /// The keys could not be looked through: what is open of the same intent is told before why, since it is settled by the
    /// same look.
    fn not_looked(&self, owner: &Owner, request: &CreateRequest, failure: Failure) -> Failure {
        let unclear = match failure {
            Failure::Unclear(CallContext::Read, unclear) => unclear,
            Failure::Redirected(_) => UnclearAnswer::Redirected,
            other => return other,
        };
        match self.still_open(owner, request.name.as_str()) {
            Some(open) if !request.despite_open => Failure::StillOpen(open),
            _ => Failure::Unclear(CallContext::LookFirst, unclear),
        }
    }

    async fn write_intent(&self, intent: Intent) -> Result<Origin, Failure> {
        let written = intent.clone();
        let id = self.with_journal(move |journal| journal.begin(&written)).await?;
        Ok(Origin { id, intent, held_back: false, refused: false })
    }

    /// Writes down what a good answer to the request for a key means.
    async fn write_answer(&self, intent: IntentId, created: &Created) {
        match created {
            Created::WithSecrets(key, secrets) => {
                self.write_made(intent, key.clone(), Some(secrets.fingerprints())).await;
            }
            Created::WithoutSecrets(key) => self.write_made(intent, key.clone(), None).await,
            Created::AwaitingApproval => self.write(intent, Event::AwaitingApproval).await,
        }
    }

    pub(super) fn phase(&self, phase: Phase) {
        self.change(|state| {
            if let Stage::Asking(asking) = &mut state.stage {
                asking.phase = phase;
            }
        });
    }
}

/// The id that tells a new one's entry from the old one's, which stays: where both bear one name. Those that sign never do.
pub(crate) fn entry_of_old(replaces: Option<&Key>) -> Option<String> {
    replaces.filter(|old| !old.kind.signs()).map(|old| old.id.0.clone())
}
