//! The key pair that a person signs with at Dfns: where it comes from, in which forms, and what is signed with it.
//!
//! - `private_key` holds one, and signs; `key_pair` is it while it is in use, and knows each algorithm; `algorithm` has their
//!   names.
//! - `pem` takes it out of what people copy; `problem` says what they copied instead.
//! - `encrypted` locks it with a passphrase, for where there is no keyring.
//! - `assertion` is what Dfns gets to see of it.

mod algorithm;
mod assertion;
#[cfg(all(test, target_os = "linux"))]
mod copies;
mod encrypted;
#[cfg(test)]
mod fixtures;
mod key_pair;
mod pem;
mod private_key;
mod problem;

pub use self::{
    algorithm::{KeyAlgorithm, NewKeyType},
    assertion::{Assertion, Registration, new_credential_id},
    encrypted::Passphrase,
    private_key::PrivateKey,
    problem::PrivateKeyProblem,
};

/// More than this is no private key, in bytes: the longest, RSA with 4,096 bits, is a twentieth of it.
const LONGEST: usize = 64 << 10;

/// Does what leaves parts of a private key on the stack, whoever's code it is, and wipes that part of the stack.
fn on_wiped_stack<T>(work: impl FnOnce() -> T) -> T {
    /// Several times what any of it takes without optimization, and a sixteenth of what a thread has.
    const DEPTH: usize = 128 << 10;
    let done = apart(work);
    zeroize::zeroize_stack::<DEPTH>();
    done
}

/// In a frame of its own, below what is wiped from.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}
