//! Wipes what C libraries free, on Linux with glibc.
//!
//! A program may bring a `free` and a `realloc` of its own, which its libraries use then, glibc itself among them ("Replacing
//! malloc" in glibc's manual). These wipe, and leave all else to glibc's own. So that the web engine frees by them, it is told to
//! allocate like C by a `getenv`.
//!
//! glibc can be told to wipe as well, and the engine by its environment, but both only before a program starts: it would start
//! itself anew for that each time, with all its libraries, which takes some 60 ms.
//!
//! A crate of its own, since the rest forbids unsafe code.

#![cfg(target_os = "linux")]

#[cfg(target_env = "gnu")]
mod glibc;

#[cfg(target_env = "gnu")]
pub use self::glibc::is_in_place;

/// Whether the program's libraries use what is here: other C libraries than glibc do not.
#[cfg(not(target_env = "gnu"))]
#[must_use]
pub fn is_in_place() -> bool {
    false
}
