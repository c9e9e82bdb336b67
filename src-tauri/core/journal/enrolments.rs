//! The credentials that Keybearer has registered for this computer, or may have.

use time::OffsetDateTime;

use crate::{account::SigningCredential, failure::Failure};

/// Names an enrolment in the journal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EnrolmentId(pub i64);

/// What became of an enrolment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EnrolmentState {
    /// Dfns is about to be asked to register it, and may have.
    Begun,
    Registered,
    /// It is sure that Dfns has not registered it.
    NotRegistered,
    /// It was registered, and deactivated from here.
    Deactivated,
}

/// A credential as it was about to be registered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewEnrolment {
    pub credential: SigningCredential,
    /// The address of its Dfns.
    pub base: String,
    /// What the dashboard calls it.
    pub name: String,
    /// As PEM.
    pub public_key: String,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Enrolment {
    pub id: EnrolmentId,
    pub new: NewEnrolment,
    /// When, by this computer's clock.
    pub begun: OffsetDateTime,
    pub state: EnrolmentState,
}

/// Where enrolments are written down. Blocking, and as lasting as the rest of the [journal](super::Journal).
pub trait Enrolments: Send + Sync {
    /// Writes down what is about to be registered. Where that fails, nothing must be.
    fn begin_enrolment(&self, enrolment: &NewEnrolment) -> Result<EnrolmentId, Failure>;

    fn enrolment_is(&self, id: EnrolmentId, state: EnrolmentState) -> Result<(), Failure>;

    /// All of them, oldest first.
    fn enrolments(&self) -> Result<Vec<Enrolment>, Failure>;
}
