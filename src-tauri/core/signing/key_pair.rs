//! A key pair for as long as it is in use: parsed, checked, and able to sign. Each kind wipes itself when it is dropped, but
//! for RSA's, whose memory is wiped where the program's allocator does that.

use ed25519_dalek::Signer as _;
use pkcs8::{
    ObjectIdentifier, PrivateKeyInfoRef,
    der::{
        self, Decode, Encode, ErrorKind, Reader, SliceReader, Tag,
        asn1::{AnyRef, BitStringRef, OctetStringRef, UintRef},
    },
    spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef},
};
use ring::{rand::SystemRandom, rsa, signature::RSA_PKCS1_SHA256};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

use super::{
    KeyAlgorithm, PrivateKeyProblem,
    algorithm::{EC, ED25519, P256, RSA, SECP256K1, other_algorithm, other_curve},
};

pub(super) enum KeyPair {
    P256(p256::ecdsa::SigningKey),
    Secp256k1(k256::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
    /// With what it was made of, in PKCS#1.
    Rsa(rsa::KeyPair, Zeroizing<Vec<u8>>),
}

type Parsed = Result<KeyPair, PrivateKeyProblem>;

impl KeyPair {
    /// From PKCS#8, of either version.
    pub(super) fn from_pkcs8(der: &[u8]) -> Parsed {
        let info = PrivateKeyInfoRef::from_der(der).map_err(|_| PrivateKeyProblem::Damaged)?;
        let secret = info.private_key.as_bytes();
        let public = info.public_key.map(|bits| bits.as_bytes().ok_or(PrivateKeyProblem::Damaged)).transpose()?;
        match info.algorithm.oid {
            EC => {
                let curve = match info.algorithm.parameters {
                    None => None,
                    Some(named) => {
                        let curve = named.decode_as::<ObjectIdentifier>();
                        Some(curve.map_err(|_| PrivateKeyProblem::UnknownCurve(None))?)
                    }
                };
                Self::from_sec1(secret, curve)?.with_public(public)
            }
            ED25519 => {
                let secret = <&OctetStringRef>::from_der(secret).map_err(|_| PrivateKeyProblem::Damaged)?;
                let secret = secret.as_bytes().try_into().map_err(|_| PrivateKeyProblem::Damaged)?;
                Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(secret)).with_public(public)
            }
            RSA => Self::from_pkcs1(secret)?.with_public(public),
            other => Err(PrivateKeyProblem::UnknownAlgorithm(other_algorithm(other))),
        }
    }

    /// From SEC1, whose curve stands in it, or beside it.
    pub(super) fn from_sec1(der: &[u8], curve: Option<ObjectIdentifier>) -> Parsed {
        let key = EcPrivateKey::from_der(der).map_err(|error| match error.kind() {
            // A curve that is written out in place of its name.
            ErrorKind::TagUnexpected { expected: Some(Tag::ObjectIdentifier), actual: Tag::Sequence } => {
                PrivateKeyProblem::UnknownCurve(None)
            }
            _ => PrivateKeyProblem::Damaged,
        })?;
        let within = key.parameters.and_then(sec1::EcParameters::named_curve);
        let curve = match (curve, within) {
            (Some(beside), Some(within)) if beside != within => return Err(PrivateKeyProblem::Damaged),
            (beside, within) => beside.or(within).ok_or(PrivateKeyProblem::UnknownCurve(None))?,
        };
        if curve != P256 && curve != SECP256K1 {
            return Err(PrivateKeyProblem::UnknownCurve(other_curve(curve)));
        }
        // Some programs leave zeros off that it begins with.
        let mut scalar = Zeroizing::new([0; 32]);
        let start = scalar.len().checked_sub(key.private_key.len()).ok_or(PrivateKeyProblem::Damaged)?;
        scalar[start..].copy_from_slice(key.private_key);
        let pair = if curve == P256 {
            p256::ecdsa::SigningKey::from_slice(&*scalar).ok().map(Self::P256)
        } else {
            k256::ecdsa::SigningKey::from_slice(&*scalar).ok().map(Self::Secp256k1)
        };
        pair.ok_or(PrivateKeyProblem::Damaged)?.with_public(key.public_key)
    }

    /// From PKCS#1.
    pub(super) fn from_pkcs1(der: &[u8]) -> Parsed {
        match modulus_bits(der).map_err(|_| PrivateKeyProblem::Damaged)? {
            bits @ ..2048 => return Err(PrivateKeyProblem::RsaTooShort(bits)),
            bits @ 4097.. => return Err(PrivateKeyProblem::RsaTooLong(bits)),
            _ => {}
        }
        // It tells why by a word alone.
        let pair = rsa::KeyPair::from_der(der).map_err(|error| match error.to_string().as_str() {
            "InvalidEncoding" => PrivateKeyProblem::Damaged,
            "InconsistentComponents" | "InvalidComponent" => PrivateKeyProblem::Mismatched,
            _ => PrivateKeyProblem::RsaUnusual,
        })?;
        Ok(Self::Rsa(pair, Zeroizing::new(der.to_vec())))
    }

    /// A new one on P-256, from 32 random bytes; `None` where they are no key, which they are once in 2^32 times.
    pub(super) fn p256(scalar: &[u8; 32]) -> Option<Self> {
        p256::ecdsa::SigningKey::from_slice(scalar).ok().map(Self::P256)
    }

    /// A new one on Ed25519: any 32 random bytes are one.
    pub(super) fn ed25519(secret: &[u8; 32]) -> Self {
        Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(secret))
    }

    pub(super) fn algorithm(&self) -> KeyAlgorithm {
        match self {
            Self::P256(_) => KeyAlgorithm::P256,
            Self::Secp256k1(_) => KeyAlgorithm::Secp256k1,
            Self::Ed25519(_) => KeyAlgorithm::Ed25519,
            Self::Rsa(..) => KeyAlgorithm::Rsa,
        }
    }

    /// As Dfns takes it; `None` where the computer failed, or the key does not fit together.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::DerSignature = key.try_sign(message).ok()?;
                Some(signature.as_bytes().to_vec())
            }
            Self::Secp256k1(key) => {
                let signature: k256::ecdsa::DerSignature = key.try_sign(message).ok()?;
                Some(signature.as_bytes().to_vec())
            }
            Self::Ed25519(key) => Some(key.try_sign(message).ok()?.to_bytes().to_vec()),
            Self::Rsa(key, _) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
                Some(signature)
            }
        }
    }

    /// PKCS#8 version 1, which every program reads, in memory that is wiped and never grows.
    pub(super) fn to_pkcs8(&self) -> der::Result<Zeroizing<Vec<u8>>> {
        match self {
            Self::P256(key) => self.with_scalar(&Zeroizing::new(key.to_bytes().into())),
            Self::Secp256k1(key) => self.with_scalar(&Zeroizing::new(key.to_bytes().into())),
            Self::Ed25519(key) => self.wrapped(&encoded(&OctetStringRef::new(key.as_bytes())?)?),
            Self::Rsa(_, pkcs1) => self.wrapped(pkcs1),
        }
    }

    /// The public half as SPKI.
    pub(super) fn to_spki(&self) -> der::Result<Vec<u8>> {
        let public = self.public();
        let subject_public_key = BitStringRef::from_bytes(&public)?;
        SubjectPublicKeyInfoRef { algorithm: self.identifier(), subject_public_key }.to_der()
    }

    /// As it stands in SPKI: a point that is not compressed, 32 bytes, or PKCS#1.
    fn public(&self) -> Vec<u8> {
        match self {
            Self::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::Secp256k1(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::Ed25519(key) => key.verifying_key().to_bytes().to_vec(),
            Self::Rsa(key, _) => key.public().as_ref().to_vec(),
        }
    }

    /// Itself, where the public half that came with it, if any, is its own.
    fn with_public(self, given: Option<&[u8]>) -> Parsed {
        let is_own = given.is_none_or(|given| match &self {
            // A point may be compressed.
            Self::P256(key) => {
                p256::ecdsa::VerifyingKey::from_sec1_bytes(given).is_ok_and(|given| given == *key.verifying_key())
            }
            Self::Secp256k1(key) => {
                k256::ecdsa::VerifyingKey::from_sec1_bytes(given).is_ok_and(|given| given == *key.verifying_key())
            }
            Self::Ed25519(_) | Self::Rsa(..) => given == self.public(),
        });
        if is_own { Ok(self) } else { Err(PrivateKeyProblem::Mismatched) }
    }

    fn identifier(&self) -> AlgorithmIdentifierRef<'static> {
        let on = |curve: &'static ObjectIdentifier| AlgorithmIdentifierRef { oid: EC, parameters: Some(curve.into()) };
        match self {
            Self::P256(_) => on(&P256),
            Self::Secp256k1(_) => on(&SECP256K1),
            Self::Ed25519(_) => AlgorithmIdentifierRef { oid: ED25519, parameters: None },
            Self::Rsa(..) => AlgorithmIdentifierRef { oid: RSA, parameters: Some(AnyRef::NULL) },
        }
    }

    fn with_scalar(&self, scalar: &Zeroizing<[u8; 32]>) -> der::Result<Zeroizing<Vec<u8>>> {
        let public = self.public();
        let key = EcPrivateKey { private_key: &**scalar, parameters: None, public_key: Some(&public) };
        self.wrapped(&encoded(&key)?)
    }

    fn wrapped(&self, private_key: &[u8]) -> der::Result<Zeroizing<Vec<u8>>> {
        encoded(&PrivateKeyInfoRef::new(self.identifier(), OctetStringRef::new(private_key)?))
    }
}

/// Written into memory of just its length.
fn encoded(value: &impl Encode) -> der::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; usize::try_from(value.encoded_len()?)?]);
    value.encode_to_slice(&mut bytes)?;
    Ok(bytes)
}

/// How long the modulus of an RSA key in PKCS#1 is.
fn modulus_bits(pkcs1: &[u8]) -> der::Result<usize> {
    let mut reader = SliceReader::new(pkcs1)?;
    reader.sequence(|fields| {
        u8::decode(fields)?;
        let modulus = UintRef::decode(fields)?;
        while !fields.is_finished() {
            AnyRef::decode(fields)?;
        }
        let bytes = modulus.as_bytes();
        let unused = bytes.first().map_or(0, |first| first.leading_zeros() as usize);
        Ok::<_, der::Error>(bytes.len() * 8 - unused)
    })
}
