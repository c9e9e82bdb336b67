//! What the tests and xtask share: servers to talk to, and the app's real window.
//!
//! - [`recorder`]: a server that keeps each request byte for byte, and answers well or badly
//! - [`gateway`]: what stands in front of a server, does what is asked for, and answers as it likes
//! - [`tls`]: an authority, and what ends TLS in front of a server; [`proxy`]: a company's proxy
//! - [`kept_lines`]: a server that keeps its connections open, and ends them as a test wants; [`far`]: one that is far away
//! - [`snapshot`]: texts that people read, held to files
//! - [`skipped`]: what a test says that cannot run on this computer
//! - [`wait`], [`http`]: what these are made of
//! - `linux`: the window on a desktop of its own, on Linux

#![forbid(unsafe_code)]

pub mod far;
pub mod gateway;
pub mod http;
pub mod kept_lines;
#[cfg(target_os = "linux")]
mod linux;
pub mod proxy;
pub mod recorder;
mod reply;
pub mod skipped;
pub mod snapshot;
pub mod tls;
pub mod wait;

#[cfg(target_os = "linux")]
pub use self::linux::*;
