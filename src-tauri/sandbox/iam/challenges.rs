//! Challenges that wait to be signed, and the user actions that came of them. Each is good once and for a while.

use std::collections::HashMap;

use time::{Duration, OffsetDateTime};

use crate::{api::Refusal, directory::Caller, draw::Draw, persona::Persona};

/// How long each is good. Dfns does not say.
pub(super) const CHALLENGE_LASTS: Duration = Duration::minutes(5);
pub(super) const USER_ACTION_LASTS: Duration = Duration::minutes(5);

/// What a challenge is for.
#[derive(Clone)]
pub(super) enum Purpose {
    Login(Persona),
    UserAction(UserAction),
    Enrolment(Persona),
}

/// One request that a caller means to make.
#[derive(Clone, Eq, PartialEq)]
pub(super) struct UserAction {
    pub(super) caller: Caller,
    pub(super) method: String,
    /// Without the query.
    pub(super) path: String,
    /// The exact bytes of the body.
    pub(super) payload: Vec<u8>,
}

#[derive(Clone)]
pub(super) struct Challenge {
    pub(super) purpose: Purpose,
    /// What is signed, verbatim.
    pub(super) text: String,
    expires: OffsetDateTime,
}

#[derive(Clone, Default)]
pub(super) struct Challenges {
    /// By their identifiers.
    open: HashMap<String, Challenge>,
    /// By what stands in the header.
    actions: HashMap<String, Signed>,
}

#[derive(Clone)]
struct Signed {
    action: UserAction,
    used: bool,
    expires: OffsetDateTime,
}

impl Challenges {
    /// A new challenge: its identifier and its text.
    pub(super) fn open(&mut self, purpose: Purpose, draw: &mut Draw, now: OffsetDateTime) -> (String, String) {
        self.open.retain(|_, challenge| now < challenge.expires);
        let (identifier, text) = (draw.opaque(), draw.opaque());
        let challenge = Challenge { purpose, text: text.clone(), expires: now + CHALLENGE_LASTS };
        self.open.insert(identifier.clone(), challenge);
        (identifier, text)
    }

    /// The challenge of this identifier, which is not good from now on.
    pub(super) fn take(&mut self, identifier: &str, now: OffsetDateTime) -> Result<Challenge, Refusal> {
        let taken = self.open.remove(identifier).filter(|challenge| now < challenge.expires);
        taken.ok_or_else(|| Refusal::bad_request("challengeIdentifier: is unknown, has expired, or has been used."))
    }

    /// What stands in the header of the request that was signed.
    pub(super) fn sign(&mut self, action: UserAction, draw: &mut Draw, now: OffsetDateTime) -> String {
        self.actions.retain(|_, signed| now < signed.expires);
        let header = draw.opaque();
        self.actions.insert(header.clone(), Signed { action, used: false, expires: now + USER_ACTION_LASTS });
        header
    }

    /// Uses a user action for the request that it was signed for.
    pub(super) fn spend(&mut self, header: &str, request: &UserAction, now: OffsetDateTime) -> Result<(), Refusal> {
        let signed = self.actions.get_mut(header).filter(|signed| now < signed.expires);
        match signed {
            None => Err(Refusal::forbidden("The user action is unknown or has expired.")),
            Some(signed) if signed.action != *request => {
                Err(Refusal::forbidden("The user action was signed for another request."))
            }
            Some(Signed { used: true, .. }) => Err(Refusal::bad_request("user action has already been used")),
            Some(signed) => {
                signed.used = true;
                Ok(())
            }
        }
    }
}
