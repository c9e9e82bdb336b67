//! Everything that has to be new with each start: ids that look like Dfns' own, and the seed of the signing key.

use std::io;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
};
use zeroize::Zeroizing;

/// A sequence of random bytes, seeded by the system once, so that only starting the sandbox can fail.
pub(super) struct Draw {
    seed: Zeroizing<[u8; 32]>,
    drawn: u64,
}

impl Draw {
    pub(super) fn new() -> io::Result<Self> {
        let mut seed = Zeroizing::new([0; 32]);
        SystemRandom::new().fill(seed.as_mut()).map_err(|_| io::Error::other("the system gives no random numbers"))?;
        Ok(Self { seed, drawn: 0 })
    }

    /// 32 bytes that nobody can foresee.
    pub(super) fn bytes(&mut self) -> Zeroizing<[u8; 32]> {
        self.drawn += 1;
        let mut input = Zeroizing::new([0; 40]);
        input[..32].copy_from_slice(self.seed.as_ref());
        input[32..].copy_from_slice(&self.drawn.to_be_bytes());
        Zeroizing::new(sha256(input.as_ref()))
    }

    /// An id as Dfns makes them today: `us-6b58p-r53sr-rlrd3l5cj3uc4ome`.
    pub(super) fn dfns_id(&mut self, prefix: &str) -> String {
        let text = self.characters(b"0123456789abcdefghijklmnopqrstuv", 26);
        format!("{prefix}-{}-{}-{}", &text[..5], &text[5..10], &text[10..])
    }

    /// A text that says nothing, and that nobody can guess.
    pub(super) fn opaque(&mut self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes().as_ref())
    }

    /// Nine characters that a person can type, none of which looks like another.
    pub(super) fn code(&mut self) -> String {
        self.characters(b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 9)
    }

    /// An id of the API-key family: `api-cat-freddie-a150fe2ce0`, which has 10 digits, or `cu-purple-pip-1b417b958500`,
    /// which has 12.
    pub(super) fn id(&mut self, prefix: &str, digits: usize) -> String {
        let bytes = self.bytes();
        let word = |byte: u8| WORDS[usize::from(byte) % WORDS.len()];
        format!("{prefix}-{}-{}-{}", word(bytes[30]), word(bytes[31]), &hex(&bytes[..digits.div_ceil(2)])[..digits])
    }

    fn characters(&mut self, of: &[u8; 32], length: usize) -> String {
        let bytes = self.bytes();
        bytes[..length].iter().map(|byte| char::from(of[usize::from(byte % 32)])).collect()
    }
}

/// The SHA-256 of `bytes`.
pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest(&SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// `bytes` in lower-case hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Short, harmless, and easy to tell apart when read aloud.
const WORDS: [&str; 48] = [
    "alpha", "april", "august", "beryl", "bravo", "carbon", "cat", "cedar", "cobalt", "coral", "delta", "echo", "fern",
    "finch", "freddie", "golf", "hazel", "heron", "india", "island", "ivory", "jasper", "juliet", "july", "kilo",
    "lemon", "lima", "linden", "maple", "march", "mike", "nova", "olive", "oscar", "otter", "papa", "pip", "purple",
    "quartz", "river", "robin", "sierra", "tango", "tulip", "victor", "willow", "yankee", "zulu",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_a_prefix_two_words_and_its_digits() {
        let mut draw = Draw::new().expect("random numbers");
        for digits in [10, 12] {
            let id = draw.id("api", digits);
            let parts: Vec<&str> = id.split('-').collect();
            assert_eq!(parts.len(), 4, "{id}");
            assert_eq!(parts[0], "api");
            assert!(WORDS.contains(&parts[1]) && WORDS.contains(&parts[2]), "{id}");
            assert!(parts[3].len() == digits && parts[3].bytes().all(|digit| digit.is_ascii_hexdigit()), "{id}");
        }
    }

    #[test]
    fn todays_ids_and_codes_are_of_their_form() {
        let mut draw = Draw::new().expect("random numbers");
        let id = draw.dfns_id("us");
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [2, 5, 5, 16], "{id}");
        let code = draw.code();
        assert!(code.len() == 9 && code.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit()), "{code}");
        assert_ne!(draw.opaque(), draw.opaque());
    }

    #[test]
    fn nothing_is_drawn_twice() {
        let mut draw = Draw::new().expect("random numbers");
        assert_ne!(draw.bytes(), draw.bytes());
        assert_ne!(draw.bytes(), Draw::new().expect("random numbers").bytes());
    }
}
