//! The real window, driven as a person would drive it, with a real display, clipboard and keyring.

#![cfg(target_os = "linux")]

mod borders;
mod closing;
mod creating;
mod revealing;
mod signing_in;
mod steps;
