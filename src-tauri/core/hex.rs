//! Bytes as text.

use ring::digest::{SHA256, digest};

/// Two hexadecimal digits for each byte, in small letters.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 of a text that is no secret, in hexadecimal digits.
pub fn sha256_of(text: &str) -> String {
    hex(digest(&SHA256, text.as_bytes()).as_ref())
}
