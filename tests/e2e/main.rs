//! The real window, driven as a person would drive it, with a real display, clipboard and keyring.

#![cfg(target_os = "linux")]

mod about;
mod accounts;
mod appearance;
mod borders;
mod clipboards;
mod closed;
mod closing;
mod confirming;
mod connections;
mod crashing;
mod creating;
mod delivering;
mod doubts;
mod ending;
mod failing;
mod gateway;
mod interrupted;
mod keyring;
mod keyrings;
mod keys;
mod killed;
mod leaving;
mod many;
mod memory;
mod memory_delivered;
mod network;
mod placing;
mod preset;
mod presets;
mod protection;
mod proving;
mod reading_out;
mod repeating;
mod replacing;
mod revealing;
mod signing_in;
mod slips;
mod starting;
mod steps;
mod surroundings;
mod sway;
mod uncleared;
mod untrusted;
mod unwritable;
