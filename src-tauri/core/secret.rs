//! The secrets of Keybearer: those of a new credential, the user's own sign-in token, and what opens a vault.
//!
//! None can be printed, cloned or serialized, and each is wiped when it is dropped. The text is reached in one way only,
//! `open`, which asks for the reason; a search for `open(` lists every place in the crate that sees a secret.

use std::fmt;

use ring::{
    digest::{SHA256, digest},
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use serde::{Deserialize, Deserializer, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    hex::hex,
    locked_memory::LockedText,
    words::{self, Message},
};

/// A secret of a new credential, which exists once. It is opaque: any text that is not empty.
pub struct Secret(LockedText);

impl Secret {
    /// Takes the text over; `None` if it is empty, since nothing must ever deliver an empty secret.
    pub fn new(text: String) -> Option<Self> {
        let text = Zeroizing::new(text);
        (!text.is_empty()).then(|| Self(LockedText::new(&text)))
    }

    /// Its text. `_why` says what it is needed for, to whoever reads the calling line.
    #[must_use]
    pub fn open(&self, _why: &'static str) -> &str {
        self.0.as_str()
    }

    /// How many characters it has: what the dialog may tell of it.
    pub fn length(&self) -> usize {
        self.0.as_str().chars().count()
    }

    /// Whether the system keeps it from being moved out to the disk.
    pub fn is_locked(&self) -> bool {
        self.0.is_locked()
    }

    /// What may be kept of it.
    pub fn fingerprint(&self) -> Fingerprint {
        let hash = digest(&SHA256, self.0.as_str().as_bytes());
        Fingerprint(hex(&hash.as_ref()[..4]))
    }

    /// What it can be recognized by later, once it is here no more; `None` where this computer has no randomness.
    #[must_use]
    pub fn salted_fingerprint(&self) -> Option<SaltedFingerprint> {
        let mut salt = [0; 16];
        SystemRandom::new().fill(&mut salt).ok()?;
        let hash = SaltedFingerprint::hash(&salt, self.0.as_str());
        Some(SaltedFingerprint { salt, hash })
    }

    /// Whether `text` is this token to the last byte, in a time that does not depend on where they differ.
    pub fn equals(&self, text: &str) -> bool {
        self.0.as_str().as_bytes().ct_eq(text.as_bytes()).into()
    }

    /// Whether `text` is a copy of this token, perhaps with white space around it, as programs add that store and print it.
    pub fn is_copied_in(&self, text: &str) -> bool {
        self.equals(text) || self.equals(text.trim())
    }
}

/// The first 8 hexadecimal digits of a secret's SHA-256: enough to tell in an audit which one was meant, and far too
/// little to find it by.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Fingerprint(pub String);

/// What a token can be recognized by without holding it: a salted hash. It tells whoever reads it nothing, as the token is
/// far too long to be guessed, and it is kept only while the token may be on the clipboard.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SaltedFingerprint {
    /// Drawn by lot for each.
    pub salt: [u8; 16],
    /// HMAC-SHA256 of the token, by the salt.
    pub hash: [u8; 32],
}

impl SaltedFingerprint {
    /// Whether `text` is the token that was marked, perhaps with white space around it.
    pub fn is_of(&self, text: &str) -> bool {
        [text, text.trim()].iter().any(|text| Self::hash(&self.salt, text).ct_eq(&self.hash).into())
    }

    fn hash(salt: &[u8], text: &str) -> [u8; 32] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), text.as_bytes());
        tag.as_ref().try_into().expect("SHA-256 has 32 bytes")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(text).ok_or_else(|| serde::de::Error::custom("the secret is empty"))
    }
}

/// The signed-in user's bearer token, copied out of the Dfns dashboard. Opaque as well.
pub struct SignInToken(LockedText);

impl SignInToken {
    /// Takes white space and a leading `Bearer ` off. `None` if nothing is left, or if what is left could not stand in
    /// an HTTP header.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = match text.split_at_checked("Bearer".len()) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") && rest.starts_with(char::is_whitespace) => {
                rest.trim_start()
            }
            _ => text,
        };
        let fits_a_header = text.bytes().all(|byte| byte.is_ascii_graphic());
        (!text.is_empty() && fits_a_header && !text.eq_ignore_ascii_case("bearer")).then(|| Self(LockedText::new(text)))
    }

    /// The token's text. `_why` says what it is needed for, to whoever reads the calling line.
    #[must_use]
    pub fn open(&self, _why: &'static str) -> &str {
        self.0.as_str()
    }

    /// Whether `text` reads as this very token, once cleaned as [`SignInToken::parse`] does.
    pub fn equals(&self, text: &str) -> bool {
        Self::parse(text).is_some_and(|other| self.0.as_str().as_bytes().ct_eq(other.0.as_str().as_bytes()).into())
    }
}

impl fmt::Debug for SignInToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInToken(…)")
    }
}

/// What lets one into a vault: its access token, or the password of a database.
pub struct VaultSecret(LockedText);

impl VaultSecret {
    /// Takes white space around it off, which comes along when it is copied. `None` if nothing is left, or if it has a
    /// control character, which neither a header nor a line of input can hold.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty() && !text.chars().any(char::is_control)).then(|| Self(LockedText::new(text)))
    }

    /// An access token of a vault, as people copy it: white space, quotes, and the name of the variable or the header that
    /// it stood behind are taken off, and what cannot be seen.
    ///
    /// # Errors
    /// Why it is none, as the end of a sentence that begins with what it is; nothing where there is no text.
    pub fn access_token(text: &str) -> Result<Self, Option<Message>> {
        let seen: Zeroizing<String> =
            Zeroizing::new(text.chars().filter(|character| !UNSEEN.contains(character)).collect());
        let mut text = seen.trim();
        while let Some(less) = BROUGHT_ALONG.iter().find_map(|before| without(text, before)) {
            text = less.trim();
        }
        Err(match text {
            "" => None,
            _ if text.starts_with(['{', '[', '<']) => Some(words::secret_surrounded()),
            _ if text.contains(char::is_whitespace) => Some(words::secret_spaces()),
            _ if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'`".contains(&byte)) => {
                Some(words::secret_characters())
            }
            _ if text.starts_with("eyJ") => Some(words::secret_jwt()),
            _ if text.len() > LONGEST_ACCESS => Some(words::secret_too_long()),
            _ => return Ok(Self(LockedText::new(text))),
        })
    }

    /// Its text. `_why` says what it is needed for, to whoever reads the calling line.
    #[must_use]
    pub fn open(&self, _why: &'static str) -> &str {
        self.0.as_str()
    }
}

/// Batch tokens are the longest, of some hundred characters.
const LONGEST_ACCESS: usize = 8192;

/// What comes along from pages and chats, and shows nowhere.
const UNSEEN: [char; 6] = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}'];

/// What stands before an access token where it is copied from; a quote stands behind it as well.
const BROUGHT_ALONG: [&str; 10] =
    ["export ", "VAULT_TOKEN=", "BAO_TOKEN=", "X-Vault-Token:", "Authorization:", "Bearer ", "\"", "'", "`", "“"];

fn without<'a>(text: &'a str, before: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(before.len())?;
    if !start.eq_ignore_ascii_case(before) {
        return None;
    }
    let behind = match before {
        "\"" | "'" | "`" => before,
        "“" => "”",
        _ => return Some(rest),
    };
    rest.strip_suffix(behind)
}

impl fmt::Debug for VaultSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_recognizes_its_token_and_no_other_and_no_two_are_alike() {
        let token = Secret::new("one-time-token".into()).expect("a token");
        let (one, other) =
            (token.salted_fingerprint().expect("a fingerprint"), token.salted_fingerprint().expect("a fingerprint"));
        assert!(one.is_of("one-time-token") && other.is_of("one-time-token"));
        assert!(!one.is_of("one-time-tokem") && !one.is_of(""));
        assert_ne!(one, other);
    }

    #[test]
    fn no_secret_prints_what_it_holds() {
        let token = Secret::new("one-time-secret".into()).expect("not empty");
        let sign_in = SignInToken::parse("sign-in-secret").expect("not empty");
        let vault = VaultSecret::parse(" vault secret\n").expect("not empty");
        assert!(!format!("{token:?}{sign_in:?}{vault:?}").contains("secret"));
        assert_eq!(vault.open("assert what was parsed"), "vault secret");
    }

    #[test]
    fn an_access_token_is_taken_out_of_what_people_copy_with_it_or_refused_with_the_reason() {
        let good = "hvs.CAESIJ2-own_access";
        for text in [
            "hvs.CAESIJ2-own_access",
            " hvs.CAESIJ2-own_access\n",
            "\"hvs.CAESIJ2-own_access\"",
            "'hvs.CAESIJ2-own_access'",
            "“hvs.CAESIJ2-own_access”",
            "`hvs.CAESIJ2-own_access`",
            "VAULT_TOKEN=hvs.CAESIJ2-own_access",
            "export VAULT_TOKEN=\"hvs.CAESIJ2-own_access\"",
            "export BAO_TOKEN='hvs.CAESIJ2-own_access'",
            "X-Vault-Token: hvs.CAESIJ2-own_access",
            "Authorization: Bearer hvs.CAESIJ2-own_access",
            "\u{feff}hvs.CAESIJ2-\u{200b}own_access\u{200b}",
        ] {
            let secret = VaultSecret::access_token(text).unwrap_or_else(|why| panic!("{text:?} {why:?}"));
            assert_eq!(secret.open("assert what was parsed"), good, "{text:?}");
        }
        for (text, why) in [
            ("", None),
            (" \u{200b}\n", None),
            ("\"\"", None),
            ("hvs.CAESI\nJ2-own", Some(words::secret_spaces())),
            ("token    hvs.CAESIJ2", Some(words::secret_spaces())),
            ("{\"auth\":{\"client_token\":\"hvs.CAESIJ2\"}}", Some(words::secret_surrounded())),
            ("hvs.schlüssel", Some(words::secret_characters())),
            ("hvs.C\u{202e}AESI", Some(words::secret_characters())),
            ("hvs.C\u{7}AESI", Some(words::secret_characters())),
            ("eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2ln", Some(words::secret_jwt())),
            ("\"hvs.CAESI", Some(words::secret_characters())),
        ] {
            let refused = VaultSecret::access_token(text).err().unwrap_or_else(|| panic!("{text:?} was taken"));
            assert_eq!(refused, why, "{text:?}");
        }
        let refused = VaultSecret::access_token(&"x".repeat(9000)).err();
        assert_eq!(refused, Some(Some(words::secret_too_long())));
    }

    #[test]
    fn an_empty_token_is_none() {
        assert!(Secret::new(String::new()).is_none());
        assert!(serde_json::from_str::<Secret>("\"\"").is_err());
    }

    #[test]
    fn a_sign_in_token_loses_white_space_and_bearer() {
        for text in ["abc.def", "  abc.def\n", "Bearer abc.def", "bearer\tabc.def ", "BEARER   abc.def"] {
            let token = SignInToken::parse(text).expect("a token");
            assert_eq!(token.open("assert what was parsed"), "abc.def", "{text:?}");
        }
    }

    #[test]
    fn nothing_but_white_space_or_bearer_is_no_sign_in_token() {
        for text in ["", " \n", "Bearer", "Bearer  ", "two words", "line\u{7}", "schlüssel"] {
            assert!(SignInToken::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_name_that_only_starts_like_bearer_is_kept_whole() {
        let token = SignInToken::parse("bearerabc").expect("a token");
        assert_eq!(token.open("assert what was parsed"), "bearerabc");
    }

    #[test]
    fn equality_is_to_the_last_byte() {
        let token = Secret::new("abc".into()).expect("not empty");
        assert!(token.equals("abc"));
        assert!(!token.equals("abc\n") && !token.equals("ab") && !token.equals("abd"));
    }
}
