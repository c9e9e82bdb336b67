//! Asking the person for the passphrase of a private key, by a way that the page has no part in.

use std::{future::Future, pin::Pin};

use crate::signing::Passphrase;

/// What the person typed; `None` where they gave up, or nobody can be asked.
pub type Typed<'a> = Pin<Box<dyn Future<Output = Option<Passphrase>> + Send + 'a>>;

pub trait AskPassphrase: Send + Sync {
    /// A new one, typed twice.
    fn choose(&self) -> Typed<'_>;

    /// The one that opens the key of this user; `again` after one that does not.
    fn open<'a>(&'a self, username: &'a str, again: bool) -> Typed<'a>;
}

/// Asks nobody: what is locked stays locked.
pub struct NobodyToAsk;

impl AskPassphrase for NobodyToAsk {
    fn choose(&self) -> Typed<'_> {
        Box::pin(async { None })
    }

    fn open<'a>(&'a self, _: &'a str, _: bool) -> Typed<'a> {
        Box::pin(async { None })
    }
}
