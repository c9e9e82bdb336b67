//! A key pair of the person's own, at rest.

use std::fmt;

use pkcs8::der::{self, Decode, Reader, SliceReader, Tag, Tagged, asn1::AnyRef};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::{
    KeyAlgorithm, LONGEST, NewKeyType, PrivateKeyProblem,
    key_pair::KeyPair,
    on_wiped_stack,
    pem::{self, Form},
};
use crate::{failure::Failure, locked_memory::LockedBytes, secret::Secret, words};

/// A key pair that requests are signed with. Of its private half there is one copy, in locked memory; it is parsed for each
/// signature, and what that took is wiped right after.
pub struct PrivateKey {
    /// PKCS#8 version 1, in DER.
    pkcs8: LockedBytes,
    algorithm: KeyAlgorithm,
    /// SPKI, in DER.
    public: Vec<u8>,
}

impl PrivateKey {
    /// A new one.
    ///
    /// # Errors
    /// [`Failure::Computer`] where this computer has no randomness.
    pub fn generate(key_type: NewKeyType) -> Result<Self, Failure> {
        // That even two in a row are none has never happened to anybody.
        const TRIES: usize = 8;
        let no_randomness = || Failure::Computer(words::err_no_randomness());
        let mut scalar = Zeroizing::new([0; 32]);
        for _ in 0..TRIES {
            SystemRandom::new().fill(&mut *scalar).map_err(|_| no_randomness())?;
            let made = on_wiped_stack(|| {
                let pair = match key_type {
                    NewKeyType::P256 => KeyPair::p256(&scalar),
                    NewKeyType::Ed25519 => Some(KeyPair::ed25519(&scalar)),
                };
                pair.map(|pair| Self::of(&pair))
            });
            if let Some(made) = made {
                return made.map_err(Failure::PrivateKey);
            }
        }
        Err(no_randomness())
    }

    /// From PKCS#8.
    ///
    /// # Errors
    /// What it is instead.
    pub fn from_der(der: &[u8]) -> Result<Self, PrivateKeyProblem> {
        match der.len() {
            0 => Err(PrivateKeyProblem::Empty),
            1..=LONGEST => on_wiped_stack(|| {
                let pair = KeyPair::from_pkcs8(der).map_err(|problem| form_of(der).unwrap_or(problem))?;
                Self::of(&pair)
            }),
            _ => Err(PrivateKeyProblem::TooLarge(LONGEST >> 10)),
        }
    }

    /// From PEM as people have it: PKCS#8, SEC1 or PKCS#1, with what they copied along.
    ///
    /// # Errors
    /// What it is instead.
    pub fn from_pem(text: &str) -> Result<Self, PrivateKeyProblem> {
        on_wiped_stack(|| {
            let key = pem::private_key(text)?;
            match key.form {
                Form::Pkcs8 => Self::from_der(&key.der),
                Form::Sec1 { curve } => Self::of(&KeyPair::from_sec1(&key.der, curve)?),
                Form::Pkcs1 => Self::of(&KeyPair::from_pkcs1(&key.der)?),
            }
        })
    }

    /// Its DER, PKCS#8. `_why` says what it is needed for, to whoever reads the calling line.
    #[must_use]
    pub fn open(&self, _why: &'static str) -> &[u8] {
        self.pkcs8.as_bytes()
    }

    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// The public half as SPKI.
    pub fn public_key_der(&self) -> &[u8] {
        &self.public
    }

    /// The public half as Dfns takes it: without a line end after its last line.
    pub fn public_key_pem(&self) -> String {
        pem::written("PUBLIC KEY", &self.public)
    }

    /// All of it as PEM, PKCS#8, which every program reads: without a line end after its last line, which copying loses.
    pub fn to_pem(&self) -> Secret {
        let text = pem::written("PRIVATE KEY", self.open("write it as PEM"));
        Secret::new(text).expect("PEM is never empty")
    }

    /// Whether the system keeps it from being moved out to the disk.
    pub fn is_locked(&self) -> bool {
        self.pkcs8.is_locked()
    }

    /// A signature as Dfns takes it: raw for Ed25519, and over SHA-256 otherwise, as DER for curves and PKCS#1 v1.5 for RSA.
    ///
    /// # Errors
    /// [`Failure::Computer`] where this computer fails at it.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        on_wiped_stack(|| {
            let pair = KeyPair::from_pkcs8(self.open("sign with it")).map_err(Failure::PrivateKey)?;
            pair.sign(message).ok_or_else(|| Failure::Computer(words::err_not_signed()))
        })
    }

    fn of(pair: &KeyPair) -> Result<Self, PrivateKeyProblem> {
        // Whether the public exponent of an RSA key belongs to it, nothing tells but a signature, which is checked as it is made.
        pair.sign(b"tried out").ok_or(PrivateKeyProblem::Mismatched)?;
        // They fail at lengths alone that no key has.
        let pkcs8 = pair.to_pkcs8().map_err(|_| PrivateKeyProblem::Damaged)?;
        let public = pair.to_spki().map_err(|_| PrivateKeyProblem::Damaged)?;
        Ok(Self { pkcs8: LockedBytes::new(&pkcs8), algorithm: pair.algorithm(), public })
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

/// What DER is that is no private key, by its outermost parts.
pub(super) fn form_of(der: &[u8]) -> Option<PrivateKeyProblem> {
    let tags = SliceReader::new(der).ok()?.sequence(|parts| {
        let mut tags = Vec::new();
        while !parts.is_finished() {
            tags.push(AnyRef::decode(parts)?.tag());
        }
        Ok::<_, der::Error>(tags)
    });
    match tags.ok()?[..] {
        [Tag::Sequence, Tag::OctetString] => Some(PrivateKeyProblem::Encrypted),
        [Tag::Sequence, Tag::BitString] => Some(PrivateKeyProblem::PublicKey),
        [Tag::Sequence, Tag::Sequence, Tag::BitString] => Some(PrivateKeyProblem::Certificate),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use base64::{
        Engine,
        engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
    };
    use k256::ecdsa::signature::Verifier;
    use ring::signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
        UnparsedPublicKey,
    };

    use super::*;
    use crate::signing::fixtures;

    fn new(key_type: NewKeyType) -> PrivateKey {
        PrivateKey::generate(key_type).expect("a key")
    }

    fn read(pem: &str) -> PrivateKey {
        PrivateKey::from_pem(pem).expect("a private key")
    }

    #[test]
    fn ed25519_and_rsa_sign_as_the_official_signer_to_the_last_byte() {
        let message = URL_SAFE_NO_PAD.decode(fixtures::CLIENT_DATA).expect("base64");
        for (pem, signature) in
            [(fixtures::ED25519, fixtures::ED25519_SIGNATURE), (fixtures::RSA, fixtures::RSA_SIGNATURE)]
        {
            assert_eq!(URL_SAFE_NO_PAD.encode(read(pem).sign(&message).expect("a signature")), signature);
        }
    }

    #[test]
    fn what_p256_signs_verifies_and_is_der() {
        let key = read(fixtures::P256);
        let point = &key.public_key_der()[26..];
        let verify = |message: &[u8], signature: &[u8]| {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
        };
        let signature = key.sign(b"a message").expect("a signature");
        assert_eq!(verify(b"a message", &signature), Ok(()));
        assert!(verify(b"another message", &signature).is_err());
    }

    #[test]
    fn what_secp256k1_signs_verifies_and_is_der() {
        let key = read(fixtures::SECP256K1);
        let public = k256::ecdsa::VerifyingKey::from_sec1_bytes(&key.public_key_der()[23..]).expect("a point");
        let signature = key.sign(b"a message").expect("a signature");
        let signature = k256::ecdsa::DerSignature::from_bytes(&signature).expect("DER");
        assert!(public.verify(b"a message", &signature).is_ok());
        assert!(public.verify(b"another message", &signature).is_err());
    }

    #[test]
    fn each_key_has_the_public_half_that_openssl_gives_it() {
        for (pem, algorithm, public) in [
            (fixtures::P256, KeyAlgorithm::P256, fixtures::P256_PUBLIC),
            (fixtures::SECP256K1, KeyAlgorithm::Secp256k1, fixtures::SECP256K1_PUBLIC),
            (fixtures::ED25519, KeyAlgorithm::Ed25519, fixtures::ED25519_PUBLIC),
            (fixtures::RSA, KeyAlgorithm::Rsa, fixtures::RSA_PUBLIC),
        ] {
            let key = read(pem);
            assert_eq!((key.algorithm(), key.public_key_pem().as_str()), (algorithm, public));
        }
    }

    #[test]
    fn whatever_a_key_came_as_it_is_held_as_openssl_writes_it() {
        let der = |pem| pem::private_key(pem).expect("PEM").der;
        for (pem, held) in [
            (fixtures::P256, fixtures::P256),
            (fixtures::P256_SEC1, fixtures::P256),
            (fixtures::P256_SEC1_BARE, fixtures::P256),
            (fixtures::P256_PKCS8_BARE, fixtures::P256),
            (fixtures::P256_COMPRESSED, fixtures::P256),
            (fixtures::P256_PRINTED, fixtures::P256),
            (fixtures::SECP256K1, fixtures::SECP256K1_PKCS8),
            (fixtures::SECP256K1_PKCS8, fixtures::SECP256K1_PKCS8),
            (fixtures::SECP256K1_WITH_PARAMETERS, fixtures::SECP256K1_PKCS8),
            (fixtures::ED25519, fixtures::ED25519),
            (fixtures::RSA, fixtures::RSA),
        ] {
            assert_eq!(read(pem).open("compare it"), &**der(held), "{pem}");
        }
        // PKCS#1 stands within PKCS#8, and its label is what tells.
        let pkcs1 = STANDARD.encode(&der(fixtures::RSA)[26..]);
        let pkcs1 = format!("-----BEGIN RSA PRIVATE KEY-----\n{pkcs1}\n-----END RSA PRIVATE KEY-----");
        assert_eq!(read(&pkcs1).open("compare it"), &**der(fixtures::RSA));
    }

    #[test]
    fn keys_of_ring_are_read_and_held_as_version_1() {
        let random = SystemRandom::new();
        let ed25519 = Ed25519KeyPair::generate_pkcs8(&random).expect("a key");
        let key = PrivateKey::from_der(ed25519.as_ref()).expect("version 2 with its public half");
        let theirs = Ed25519KeyPair::from_pkcs8(ed25519.as_ref()).expect("a key");
        assert!(key.public_key_der().ends_with(theirs.public_key().as_ref()));
        assert_eq!(key.sign(b"a message").expect("a signature"), theirs.sign(b"a message").as_ref());
        assert_eq!(key.open("see its version")[..5], [0x30, 0x2e, 2, 1, 0]);
        let mut other = ed25519.as_ref().to_vec();
        *other.last_mut().expect("bytes") ^= 1;
        assert_eq!(PrivateKey::from_der(&other).err(), Some(PrivateKeyProblem::Mismatched));

        let p256 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
        let theirs = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, p256.as_ref(), &random).expect("a key");
        let key = PrivateKey::from_der(p256.as_ref()).expect("a key");
        assert!(key.public_key_der().ends_with(theirs.public_key().as_ref()));
    }

    #[test]
    fn a_new_key_comes_back_out_of_its_der_and_no_two_are_alike() {
        let (one, other) = (new(NewKeyType::P256), new(NewKeyType::P256));
        assert_ne!(one.public_key_der(), other.public_key_der());
        let again = PrivateKey::from_der(one.open("keep it")).expect("a key");
        assert_eq!(again.algorithm(), KeyAlgorithm::P256);
        assert_eq!(again.open("compare it"), one.open("compare it"));
        assert_eq!(again.public_key_pem(), one.public_key_pem());
        let point = &one.public_key_der()[26..];
        let signature = again.sign(b"a message").expect("a signature");
        assert_eq!(UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(b"a message", &signature), Ok(()));
    }

    #[test]
    fn a_new_key_of_each_type_comes_back_out_of_its_pem() {
        for (key_type, algorithm) in
            [(NewKeyType::P256, KeyAlgorithm::P256), (NewKeyType::Ed25519, KeyAlgorithm::Ed25519)]
        {
            let key = new(key_type);
            let pem = key.to_pem();
            let again = read(pem.open("read it again"));
            assert_eq!(again.algorithm(), algorithm);
            assert_eq!(again.open("compare it"), key.open("compare it"));
        }
        // Whatever length the last line has.
        for pem in [fixtures::P256, fixtures::ED25519, fixtures::RSA] {
            assert_eq!(read(pem).to_pem().open("compare it"), pem.trim());
        }
    }

    #[test]
    fn der_that_is_no_private_key_is_called_what_it_is() {
        use PrivateKeyProblem as Problem;
        let der = |pem: &str| {
            let lines: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
            STANDARD.decode(lines).expect("base64")
        };
        for (bytes, problem) in [
            (Vec::new(), Problem::Empty),
            (vec![0x30; 100], Problem::Damaged),
            (vec![0; LONGEST + 1], Problem::TooLarge(64)),
            (der(fixtures::P256_PUBLIC), Problem::PublicKey),
            (der(fixtures::CERTIFICATE), Problem::Certificate),
            (der(fixtures::ENCRYPTED_PBKDF2), Problem::Encrypted),
            (der(fixtures::ENCRYPTED_3DES), Problem::Encrypted),
            (der(fixtures::P256)[..80].to_vec(), Problem::Damaged),
            ([der(fixtures::P256), vec![0]].concat(), Problem::Damaged),
        ] {
            assert_eq!(PrivateKey::from_der(&bytes).err(), Some(problem));
        }
    }

    #[test]
    fn a_scalar_that_is_no_key_is_refused_and_one_without_its_zeros_is_taken() {
        let sec1 = |scalar: &[u8]| {
            let head = [0x30, 17 + u8::try_from(scalar.len()).expect("short"), 2, 1, 1, 4];
            let scalar = [&[u8::try_from(scalar.len()).expect("short")], scalar].concat();
            KeyPair::from_sec1(
                &[&head[..], &scalar, &[0xa0, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]].concat(),
                None,
            )
        };
        assert_eq!(sec1(&[0; 32]).err(), Some(PrivateKeyProblem::Damaged), "zero");
        assert_eq!(sec1(&[0xff; 32]).err(), Some(PrivateKeyProblem::Damaged), "beyond the order");
        assert_eq!(sec1(&[1; 33]).err(), Some(PrivateKeyProblem::Damaged));
        let padded = [&[0][..], &[7; 31]].concat();
        let spki = |scalar: &[u8]| sec1(scalar).ok().and_then(|pair| pair.to_spki().ok());
        assert_eq!(spki(&[7; 31]), spki(&padded));
        assert!(spki(&padded).is_some());
    }

    #[test]
    fn no_private_key_prints_what_it_holds() {
        let key = read(fixtures::P256);
        assert_eq!(format!("{key:?}"), "PrivateKey(…)");
        let problem = PrivateKey::from_pem(&fixtures::P256.replace("K2hP8I", "!2hP8I")).expect_err("it is damaged");
        let failure = Failure::PrivateKey(problem);
        let told = format!("{problem:?} {problem} {failure:?} {}", failure.in_full());
        assert!(!told.contains("hP8I") && !told.contains("MIGH"), "{told}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_private_key_is_in_locked_memory() {
        assert!(read(fixtures::P256).is_locked());
    }
}
