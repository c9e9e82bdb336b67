//! The real window, driven as a person would drive it, with a real display, clipboard and keyring.

#![cfg(target_os = "linux")]

mod accounts;
mod borders;
mod closing;
mod creating;
mod doubts;
mod failing;
mod interrupted;
mod keyring;
mod keys;
mod killed;
mod leaving;
mod memory;
mod network;
mod replacing;
mod revealing;
mod signing_in;
mod steps;
mod unwritable;
