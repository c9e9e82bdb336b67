//! Deliveries into vaults: through the real programs, through programs that misbehave, and over HTTP.

#![cfg(target_os = "linux")]

mod certificates;
mod destinations;
mod identity;
mod kv2;
mod misbehaving;
mod names;
mod openbao;
mod presets;
mod scene;
mod stand_in;
mod together;
mod tools;
mod trees;
mod watched;
