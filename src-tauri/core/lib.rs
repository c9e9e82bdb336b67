//! What Keybearer is about: from a sign-in to a token in a vault. Knows no window, no HTTP, no database, no clipboard and no
//! keyring: beyond small files of its own, whatever it does to the world it does by way of narrow traits.
//!
//! Read from the outside in:
//!
//! - [`app`] puts the use cases together: [`account`] (signing in), [`issuance`] (from a name to a token in a vault) and
//!   [`assigning`] (giving roles and taking them).
//! - [`confirmation`] asks outside the page where a secret goes for the first time.
//! - [`org_policy`] is what an organization set up on this computer for everybody.
//! - [`vault`] is which destinations there are, and [`delivery`] what is done with one.
//! - [`activity`] is everything that was done, as an audit asks for it, and [`export`] what is saved of it and of the list.
//! - They work with [`locked_memory`], [`credential`] (the kinds there are), [`bundle`] (all secrets of one in one text), [`order`] (what is asked for), [`role`] (what one may do), [`key`] (what Dfns knows), [`naming`] (what people
//!   call things), [`secret`] (the secrets), [`pasted`] and [`jwt`] (how those come, and what can be read of them), [`signing`]
//!   (the key pair that requests are signed with), [`failure`] (what can go wrong, in words), [`receipt`] (what may be kept) and [`settings`], in a [`json_file`]; and with the
//!   [`journal`], which is what is written down of each intent.
//! - [`expiry`] is how near the end of a token is, and [`calendar`] a file that calendars take that in from.
//! - [`address`] is where a Dfns or a vault is, and which hosts are this computer itself.
//! - `listed` declares enums that know all their variants.
//! - [`hex`] writes bytes and hashes out as text.
//! - [`caught`] lets nothing stay under way for ever that failed as nobody foresaw.
//! - [`words`] has every word that a person reads, in each language.
//! - [`redact`] makes texts of others fit to be shown.
//! - The traits: [`account::Connect`], [`account::Authentication`], [`account::UserSession`] and [`key::KeyApi`] (Dfns),
//!   [`account::Sign`] (whoever signs), [`account::SignInStore`] and [`vault::VaultSecrets`] (the
//!   keyring), [`clipboard::Clipboard`], [`journal::Journal`], [`vault::OpenVault`] and [`delivery::Vault`],
//!   [`confirmation::Confirm`], [`notification::Notify`].

#![forbid(unsafe_code)]

/// What this app is called where a system asks for a name that nobody else has: its folders, and its entries in keyrings. As
/// in `tauri.conf.json`.
pub const APP_ID: &str = "app.keybearer.desktop";

pub mod account;
pub mod activity;
pub mod address;
pub mod app;
pub mod assigning;
pub mod bundle;
pub mod calendar;
pub mod caught;
pub mod clipboard;
pub mod confirmation;
pub mod credential;
pub mod delivery;
pub mod expiry;
pub mod export;
pub mod failure;
pub mod hex;
pub mod issuance;
pub mod journal;
pub mod json_file;
pub mod jwt;
pub mod key;
mod listed;
pub mod locked_memory;
pub mod naming;
pub mod notification;
pub mod order;
pub mod org_policy;
pub mod pasted;
mod prepared;
pub mod receipt;
pub mod redact;
pub mod role;
pub mod secret;
pub mod settings;
pub mod signing;
pub mod vault;
pub mod words;
