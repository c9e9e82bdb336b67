//! Public keys as credentials have them, and whether a signature is theirs.

use base64::{Engine, engine::general_purpose::STANDARD};
use k256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use ring::signature::{ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

/// What stands in an SPKI before the key itself: the algorithm with its parameters, and the head of the bit string.
const ED25519_HEAD: [u8; 12] = *b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";
const P256_HEAD: [u8; 26] =
    *b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
const SECP256K1_HEAD: [u8; 23] =
    *b"\x30\x56\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x0a\x03\x42\x00";
/// Of RSA's the algorithm alone, since the lengths around it differ.
const RSA_ALGORITHM: [u8; 15] = *b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;

/// The longest modulus that Dfns takes, in bits; the shortest is that of ring, 2048.
const LARGEST_RSA: usize = 4096;

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum PublicKey {
    Ed25519(Vec<u8>),
    /// An uncompressed point, as the next.
    P256(Vec<u8>),
    Secp256k1(Vec<u8>),
    /// An `RSAPublicKey` in DER.
    Rsa(Vec<u8>),
}

impl PublicKey {
    /// A key in PEM, as SPKI or PKCS#1, with LF line ends and at most one white space after the last line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn from_pem(pem: &str) -> Result<Self, &'static str> {
        if pem.contains('\r') {
            return Err("its line ends must be LF");
        }
        let text = pem.strip_suffix(char::is_whitespace).unwrap_or(pem);
        let (body, is_spki) = match between(text, "PUBLIC KEY") {
            Some(body) => (body, true),
            None => (between(text, "RSA PUBLIC KEY").ok_or("it is no public key in PEM")?, false),
        };
        let der = STANDARD.decode(body.replace('\n', "")).map_err(|_| "its text is not base64")?;
        if is_spki { Self::from_spki(&der) } else { Self::from_pkcs1(&der) }
    }

    /// Whether `signature` is the key's over `message`: raw for Ed25519, in DER for ECDSA, PKCS#1 v1.5 for RSA.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok(),
            Self::P256(key) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key).verify(message, signature).is_ok(),
            Self::Secp256k1(key) => verifies_on_secp256k1(key, message, signature),
            Self::Rsa(key) => {
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).verify(message, signature).is_ok()
            }
        }
    }

    fn from_spki(der: &[u8]) -> Result<Self, &'static str> {
        if let Some(key) = der.strip_prefix(&ED25519_HEAD).filter(|key| key.len() == 32) {
            return Ok(Self::Ed25519(key.to_vec()));
        }
        if let Some(key) = der.strip_prefix(&P256_HEAD).filter(|key| is_point(key)) {
            return Ok(Self::P256(key.to_vec()));
        }
        if let Some(key) = der.strip_prefix(&SECP256K1_HEAD).filter(|key| is_point(key)) {
            return match VerifyingKey::from_sec1_bytes(key) {
                Ok(_) => Ok(Self::Secp256k1(key.to_vec())),
                Err(_) => Err("its point is not on the curve"),
            };
        }
        let bits = whole(der, SEQUENCE).and_then(|content| content.strip_prefix(&RSA_ALGORITHM));
        let key = bits.and_then(|bits| whole(bits, BIT_STRING)).and_then(|bits| bits.strip_prefix(&[0]));
        Self::from_pkcs1(key.ok_or("it is of no kind that credentials have")?)
    }

    fn from_pkcs1(der: &[u8]) -> Result<Self, &'static str> {
        let numbers = whole(der, SEQUENCE).ok_or("it is no RSA key")?;
        let (modulus, rest) = element(numbers, INTEGER).ok_or("it is no RSA key")?;
        whole(rest, INTEGER).ok_or("it is no RSA key")?;
        let modulus = modulus.strip_prefix(&[0]).unwrap_or(modulus);
        let bits = modulus.len() * 8 - modulus.first().map_or(0, |first| first.leading_zeros() as usize);
        match bits {
            2048..=LARGEST_RSA => Ok(Self::Rsa(der.to_vec())),
            _ => Err("its length must be 2048 to 4096 bits"),
        }
    }
}

/// A key of Ed25519 as SPKI in PEM, without a line end after the last line.
pub(super) fn ed25519_pem(key: &[u8]) -> String {
    let der = [&ED25519_HEAD, key].concat();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", STANDARD.encode(der))
}

/// A signature whose s is in the upper half is good as well: OpenSSL makes them, though k256 takes the lower half alone.
fn verifies_on_secp256k1(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (VerifyingKey::from_sec1_bytes(key), Signature::from_der(signature)) else {
        return false;
    };
    key.verify(message, &signature.normalize_s()).is_ok()
}

fn is_point(key: &[u8]) -> bool {
    key.len() == 65 && key[0] == 4
}

/// What stands between the first and the last line of a PEM.
fn between<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let text = text.strip_prefix(&*format!("-----BEGIN {label}-----\n"))?;
    text.strip_suffix(&*format!("\n-----END {label}-----"))
}

/// The content of the DER element that `der` is, and nothing after it.
fn whole(der: &[u8], tag: u8) -> Option<&[u8]> {
    element(der, tag).filter(|(_, rest)| rest.is_empty()).map(|(content, _)| content)
}

/// The content of the DER element that `der` begins with, and what comes after it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = der.strip_prefix(&[tag])?.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => (usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?])), rest.get(2..)?),
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::vectors;

    #[test]
    fn the_official_signers_signatures_are_good_and_changed_ones_are_not() {
        for (name, vector) in vectors::assertions() {
            let key = PublicKey::from_pem(vector.pem).expect(name);
            assert!(key.verifies(vector.message, &vector.signature), "{name}");
            for place in 0..vector.signature.len() {
                let mut changed = vector.signature.clone();
                changed[place] ^= 1;
                assert!(!key.verifies(vector.message, &changed), "{name} at {place}");
            }
            assert!(!key.verifies(&vector.message[1..], &vector.signature), "{name}");
            let with_more = [&vector.signature[..], &[0]].concat();
            assert!(!key.verifies(vector.message, &with_more), "{name}");
        }
    }

    #[test]
    fn ecdsa_signatures_that_are_not_in_der_are_refused() {
        for (name, vector) in vectors::assertions() {
            let Some(raw) = vectors::raw(name, &vector.signature) else { continue };
            assert_eq!(raw.len(), 64);
            assert!(!PublicKey::from_pem(vector.pem).expect(name).verifies(vector.message, &raw), "{name}");
        }
    }

    #[test]
    fn on_secp256k1_either_half_of_s_is_good() {
        let (name, vector) = vectors::assertions().find(|(name, _)| *name == "secp256k1").expect("a vector");
        let signature = Signature::from_der(&vector.signature).expect("DER");
        let (r, s) = signature.split_scalars();
        let other = Signature::from_scalars(*r, *-s).expect("a signature");
        let key = PublicKey::from_pem(vector.pem).expect(name);
        assert!(key.verifies(vector.message, other.to_der().as_bytes()));
    }

    #[test]
    fn a_pem_is_taken_as_dfns_takes_it() {
        let (_, vector) = vectors::assertions().find(|(name, _)| *name == "p256").expect("a vector");
        let pem = vector.pem.trim_end();
        let key = PublicKey::from_pem(pem).expect("a key");
        assert_eq!(PublicKey::from_pem(&format!("{pem}\n")).as_ref(), Ok(&key));
        for (wrong, why) in [
            (format!("{pem}\n\n"), "PEM"),
            (format!("\n{pem}"), "PEM"),
            (pem.replace('\n', "\r\n"), "LF"),
            (pem.replace('\n', "\\n"), "PEM"),
            (pem.replace("PUBLIC", "PRIVATE"), "PEM"),
            (pem.replace("MFkw", "MF*w"), "base64"),
            (pem.replace("MFkw", "MFkx"), "kind"),
            (String::new(), "PEM"),
        ] {
            let refused = PublicKey::from_pem(&wrong).expect_err(&wrong);
            assert!(refused.contains(why), "{refused}: {wrong}");
        }
    }

    #[test]
    fn an_rsa_key_is_the_same_in_either_form_and_of_a_length_that_dfns_takes() {
        let (_, vector) = vectors::assertions().find(|(name, _)| *name == "rsa2048").expect("a vector");
        let key = PublicKey::from_pem(vector.pem).expect("a key");
        let PublicKey::Rsa(der) = &key else { panic!("an RSA key") };
        let pem = |der: &[u8]| {
            format!("-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n", STANDARD.encode(der))
        };
        assert_eq!(PublicKey::from_pem(&pem(der)).as_ref(), Ok(&key));
        // A modulus of 1024 bits, and an exponent.
        let small = [&b"\x30\x81\x88\x02\x81\x80"[..], &[0xff; 128], b"\x02\x03\x01\x00\x01"].concat();
        assert!(PublicKey::from_pem(&pem(&small)).is_err_and(|why| why.contains("2048")));
        assert!(PublicKey::from_pem(&pem(&der[..der.len() - 1])).is_err());
    }
}
