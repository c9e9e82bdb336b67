//! The app's real window on a desktop of its own, which only Linux can have without a screen, and what is found out there.
//!
//! Each use is apart from every other and from the computer's own desktop: an own home, session bus, keyring, X display
//! and ports. Everything ends when its value is dropped, and with the process that made it, however that ends.
//!
//! - [`desktop`]: home, session bus, keyring and [`display`] in one value
//! - `confirmed`: what the person confirmed on it before, so that no dialog asks for it
//! - [`window`]: the app, driven through WebDriver as a person would
//! - [`keepassxc`]: a keyring that asks before it gives something away; [`plain_keyring`]: one that knows no encryption
//! - [`accessibility`]: what a screen reader gets to know
//! - [`clipboard`]: the clipboard as another program sees it; [`copyq`]: a program that keeps a history of it
//! - [`sandbox`]: the app's own Dfns as a process, with its faults and what it was asked
//! - [`company`]: a company's proxy and authority, with Dfns' own hosts behind them
//! - [`launcher`]: the app where an authority is installed in the system's store
//! - [`network`]: a network in which nothing else is; [`strace`]: what programs ask of the system
//! - [`portal`]: a stand-in for what tells light and dark; [`xdg_portal`]: the one that people have
//! - [`notifications`]: a stand-in for what shows those
//! - [`frames`]: what is seen of windows while they come; [`drawn`]: when all of one is
//! - [`process`], [`picture`]: what these are made of

pub mod accessibility;
pub mod clipboard;
pub mod company;
mod confirmed;
pub mod copyq;
pub mod desktop;
pub mod display;
pub mod drawn;
pub mod frames;
mod home;
pub mod keepassxc;
pub mod launcher;
mod leftovers;
pub mod logind;
pub mod network;
pub mod notifications;
pub mod persisting;
pub mod picture;
pub mod plain_keyring;
pub mod portal;
pub mod process;
pub mod sandbox;
pub mod screen_saver;
mod services;
pub mod store;
pub mod strace;
pub mod traces;
pub mod window;
pub mod xdg_portal;
