//! What is written down of each wish for a key, so that none is forgotten: before it is asked for, and at each step after
//! that before the step is acted upon. No secret is ever among it.

use std::collections::HashSet;

use time::OffsetDateTime;

use crate::{
    failure::Failure,
    key::{Key, KeyId, Owner},
};

/// A wish for a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wish {
    /// Whose.
    pub owner: Owner,
    /// The key's name.
    pub name: String,
    /// The keys there were before; `None` where they may not be listed.
    pub known: Option<HashSet<KeyId>>,
}

/// Names a wish in the journal.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct WishId(pub i64);

/// A wish that was written down, as what came of it carries it along.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Names it.
    pub id: WishId,
    /// The wish. To the keys that are known, those are added that the person has said are not it.
    pub wish: Wish,
}

/// What became of a wish.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
    /// It is sure that no key was made.
    NotMade,
    /// The answer leaves in doubt whether one was made.
    Doubtful,
    /// A policy holds it back.
    AwaitingApproval,
    /// It was made, and its token is held.
    Created(Key),
    /// It was made, and no token came.
    WithoutToken(Key),
    /// Its token was put on the clipboard.
    Copied,
    /// Its token was read back out of a vault.
    Checked,
    /// Its token was wiped, and is in a vault: proven, or by the person's word.
    Finished,
    /// Its token was wiped without that.
    Wiped,
    /// It was revoked.
    Revoked,
    /// The person has settled it otherwise.
    Settled,
}

/// How far an open wish is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stage {
    /// It was asked for, and no answer was recorded.
    Asked,
    /// The answer was doubtful.
    Doubtful,
    /// A policy holds it back.
    AwaitingApproval,
    /// Its token was held, and nothing shows that it reached a vault.
    Created,
    /// No token came.
    WithoutToken,
}

/// A wish that is not settled.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OpenWish {
    /// Names it.
    pub id: WishId,
    /// The wish.
    pub wish: Wish,
    /// When, by this computer's clock.
    pub asked_at: OffsetDateTime,
    /// How far it is.
    pub stage: Stage,
    /// The key, once it is known.
    pub key: Option<Key>,
}

/// Where it is written down. Blocking: each call returns once what it wrote would outlive a power failure.
pub trait Journal: Send + Sync {
    /// Writes a wish down, before it is asked for.
    ///
    /// # Errors
    /// [`Failure::File`]: nothing must be asked for then.
    fn begin(&self, wish: &Wish) -> Result<WishId, Failure>;

    /// Writes down what became of it. A step that settles it closes it.
    ///
    /// # Errors
    /// [`Failure::File`].
    fn record(&self, wish: WishId, step: &Step) -> Result<(), Failure>;

    /// The wishes that are not settled, oldest first.
    ///
    /// # Errors
    /// [`Failure::File`].
    fn open(&self) -> Result<Vec<OpenWish>, Failure>;
}
