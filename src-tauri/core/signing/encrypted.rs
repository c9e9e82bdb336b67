//! A private key that a passphrase locks, in PKCS#8's own form: OpenSSL opens it as well.

use std::fmt;

use pkcs8::{
    EncryptedPrivateKeyInfoRef,
    der::{Decode, Encode, asn1::OctetStringRef},
    pkcs5::{
        EncryptionScheme, Error,
        pbes2::{self, Kdf, Parameters, Salt, ScryptParams},
    },
};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::{LONGEST, PrivateKey, PrivateKeyProblem, on_wiped_stack, private_key::form_of};
use crate::{failure::Failure, locked_memory::LockedText, words};

/// What a person locks a private key with.
pub struct Passphrase(LockedText);

impl Passphrase {
    /// As it was typed, white space included. `None` if it is empty.
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(LockedText::new(text)))
    }

    /// Its text. `_why` says what it is needed for, to whoever reads the calling line.
    #[must_use]
    pub fn open(&self, _why: &'static str) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// How much scrypt has to do: OWASP's measure for this much memory (16 MiB), which is the most that OpenSSL gives it.
const COST: u64 = 1 << 14;
const BLOCK_SIZE: u16 = 8;
const PARALLELIZATION: u16 = 5;

/// The most of it that others may ask for, so that a file cannot hold the app up or take its memory.
const MOST_MEMORY: u64 = 128 << 20;
const MOST_PARALLELIZATION: u16 = 16;
const MOST_ITERATIONS: u32 = 10_000_000;

/// Of AES, and so the most that is added to what is encrypted.
const BLOCK: usize = 16;

impl PrivateKey {
    /// Locked: PKCS#8 by PBES2, with scrypt and AES-256-CBC.
    ///
    /// # Errors
    /// [`Failure::Computer`] where this computer has no randomness.
    pub fn encrypted(&self, passphrase: &Passphrase) -> Result<Vec<u8>, Failure> {
        let (mut salt, mut iv) = ([0; 16], [0; BLOCK]);
        let filled = SystemRandom::new().fill(&mut salt).and_then(|()| SystemRandom::new().fill(&mut iv));
        filled.map_err(|_| Failure::Computer(words::err_no_randomness()))?;
        let parameters = Parameters {
            kdf: Kdf::Scrypt(ScryptParams {
                salt: Salt::new(salt).expect("a salt may have 16 bytes"),
                cost_parameter: COST,
                block_size: BLOCK_SIZE,
                parallelization: PARALLELIZATION,
                key_length: None,
            }),
            encryption: pbes2::EncryptionScheme::Aes256Cbc { iv },
        };
        let der = self.open("encrypt it with the person's passphrase");
        let mut buffer = Zeroizing::new(vec![0; der.len() + BLOCK]);
        buffer[..der.len()].copy_from_slice(der);
        let passphrase = passphrase.open("derive the key that locks a private key");
        let sealed = on_wiped_stack(|| parameters.encrypt_in_place(passphrase, &mut buffer, der.len()))
            .expect("the parameters are good, and there is a block of room");
        let encrypted = EncryptedPrivateKeyInfoRef {
            encryption_algorithm: EncryptionScheme::Pbes2(parameters),
            encrypted_data: OctetStringRef::new(sealed).expect("a private key is far shorter than DER allows"),
        };
        Ok(encrypted.to_der().expect("a private key is far shorter than DER allows"))
    }

    /// What [`PrivateKey::encrypted`] made, or another program by PBES2 with AES.
    ///
    /// # Errors
    /// [`PrivateKeyProblem::WrongPassphrase`], or what it is instead.
    pub fn from_encrypted_der(der: &[u8], passphrase: &Passphrase) -> Result<Self, PrivateKeyProblem> {
        if der.len() > LONGEST {
            return Err(PrivateKeyProblem::TooLarge(LONGEST >> 10));
        }
        let encrypted = EncryptedPrivateKeyInfoRef::from_der(der).map_err(|_| match form_of(der) {
            Some(PrivateKeyProblem::Encrypted) => PrivateKeyProblem::UnknownEncryption,
            other => other.unwrap_or(PrivateKeyProblem::Damaged),
        })?;
        let EncryptionScheme::Pbes2(parameters) = encrypted.encryption_algorithm else {
            return Err(PrivateKeyProblem::UnknownEncryption);
        };
        if !is_affordable(&parameters.kdf) {
            return Err(PrivateKeyProblem::UnknownEncryption);
        }
        let mut buffer = Zeroizing::new(encrypted.encrypted_data.as_bytes().to_vec());
        let passphrase = passphrase.open("derive the key that opens a private key");
        let plain =
            on_wiped_stack(|| parameters.decrypt_in_place(passphrase, &mut buffer)).map_err(|error| match error {
                Error::DecryptFailed => PrivateKeyProblem::WrongPassphrase,
                _ => PrivateKeyProblem::UnknownEncryption,
            })?;
        // One in 256 wrong passphrases leaves what looks like something.
        Self::from_der(plain).map_err(|problem| match problem {
            PrivateKeyProblem::Damaged | PrivateKeyProblem::Empty => PrivateKeyProblem::WrongPassphrase,
            other => other,
        })
    }
}

fn is_affordable(kdf: &Kdf) -> bool {
    match kdf {
        Kdf::Pbkdf2(pbkdf2) => pbkdf2.iteration_count <= MOST_ITERATIONS,
        Kdf::Scrypt(scrypt) => {
            let memory = scrypt.cost_parameter.saturating_mul(128 * u64::from(scrypt.block_size));
            memory <= MOST_MEMORY && scrypt.parallelization <= MOST_PARALLELIZATION
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use pkcs8::pkcs5::pbes2::Pbkdf2Params;

    use super::*;
    use crate::signing::fixtures;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text).expect("it is not empty")
    }

    fn der(pem: &str) -> Vec<u8> {
        let lines: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        STANDARD.decode(lines).expect("base64")
    }

    #[test]
    fn a_locked_key_opens_with_its_passphrase_alone_and_shows_nothing_of_itself() {
        let key = PrivateKey::from_pem(fixtures::ED25519).expect("a key");
        let locked = key.encrypted(&passphrase("correct horse")).expect("it is locked");
        let secret = &key.open("look for it")[16..];
        assert!(!locked.windows(secret.len()).any(|window| window == secret));
        let again = PrivateKey::from_encrypted_der(&locked, &passphrase("correct horse")).expect("it opens");
        assert_eq!(again.open("compare it"), key.open("compare it"));
        let wrong = PrivateKey::from_encrypted_der(&locked, &passphrase("correct horse "));
        assert_eq!(wrong.err(), Some(PrivateKeyProblem::WrongPassphrase));
        let elsewhere = key.encrypted(&passphrase("correct horse")).expect("it is locked");
        assert_ne!(locked, elsewhere, "each has a salt of its own");
    }

    #[test]
    fn what_openssl_locked_opens() {
        let key = PrivateKey::from_pem(fixtures::P256).expect("a key");
        for pem in [fixtures::ENCRYPTED_SCRYPT, fixtures::ENCRYPTED_PBKDF2] {
            let opened = PrivateKey::from_encrypted_der(&der(pem), &passphrase("correct horse")).expect("it opens");
            assert_eq!(opened.open("compare it"), key.open("compare it"));
        }
    }

    #[test]
    fn no_wrong_passphrase_is_taken_for_another_problem() {
        let locked = der(fixtures::ENCRYPTED_WEAKLY);
        for number in 0..600 {
            let wrong = PrivateKey::from_encrypted_der(&locked, &passphrase(&number.to_string()));
            assert_eq!(wrong.err(), Some(PrivateKeyProblem::WrongPassphrase), "{number}");
        }
    }

    #[test]
    fn what_cannot_be_opened_is_called_what_it_is() {
        let scrypt = der(fixtures::ENCRYPTED_SCRYPT);
        // Its cost, its size of a block and its parallelization, each a number.
        let cost = scrypt.windows(4).position(|window| window == [2, 2, 0x40, 0]).expect("its cost");
        let with = |place: usize| {
            let mut costly = scrypt.clone();
            costly[cost + place] = 0x7f;
            costly
        };
        for (bytes, problem) in [
            (with(6), PrivateKeyProblem::UnknownEncryption),
            (with(9), PrivateKeyProblem::UnknownEncryption),
            (der(fixtures::ENCRYPTED_3DES), PrivateKeyProblem::UnknownEncryption),
            (der(fixtures::P256), PrivateKeyProblem::Damaged),
            (der(fixtures::P256_PUBLIC), PrivateKeyProblem::PublicKey),
            (Vec::new(), PrivateKeyProblem::Damaged),
            (scrypt[..100].to_vec(), PrivateKeyProblem::Damaged),
            (vec![0; LONGEST + 1], PrivateKeyProblem::TooLarge(64)),
        ] {
            let opened = PrivateKey::from_encrypted_der(&bytes, &passphrase("correct horse"));
            assert_eq!(opened.err(), Some(problem));
        }
        let pbkdf2 = |count| Kdf::Pbkdf2(Pbkdf2Params::hmac_sha256(count, &[0; 16]).expect("parameters"));
        assert!(is_affordable(&pbkdf2(MOST_ITERATIONS)) && !is_affordable(&pbkdf2(MOST_ITERATIONS + 1)));
    }

    #[test]
    fn a_passphrase_is_as_it_was_typed_and_never_printed() {
        assert_eq!(passphrase(" correct horse ").open("compare it"), " correct horse ");
        assert_eq!(format!("{:?}", passphrase("correct horse")), "Passphrase(…)");
        assert!(Passphrase::new("").is_none());
    }
}
