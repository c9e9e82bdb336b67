//! Deliveries into vaults: through the real programs, through programs that misbehave, and over HTTP.

#![cfg(target_os = "linux")]

mod account;
mod certificates;
mod destinations;
mod gopass;
mod identity;
mod kv2;
mod misbehaving;
mod names;
mod openbao;
mod presets;
mod presets_several;
mod scene;
mod services;
mod several;
mod several_apart;
mod stand_in;
mod together;
mod tools;
mod trees;
mod watched;
