//! From the intent for a key to the end of its token: the use case with stand-ins for Dfns and the clipboard, and with a
//! clock that jumps.

mod asking;
mod believing;
mod bundles;
mod delivering;
mod ending;
mod holding;
mod proving;
mod replacing;
mod replacing_accounts;
mod signing_kinds;
mod stand_ins;
mod trying;
mod writing;
