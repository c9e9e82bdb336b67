//! A private key as people copy it: PEM with what came along, which is taken off; or else what it is instead.
//!
//! Whatever stands before and behind a block is no part of it, so that quotes, the name of a variable and what OpenSSL prints
//! above it need no rule of their own.

use base64ct::{Base64, Base64Unpadded, Encoding};
use pkcs8::{ObjectIdentifier, der::Decode};
use zeroize::Zeroizing;

use super::{LONGEST, PrivateKeyProblem};
use crate::naming;

pub(super) struct Pem {
    pub(super) form: Form,
    pub(super) der: Zeroizing<Vec<u8>>,
}

/// What a block's label says that its DER is.
pub(super) enum Form {
    Pkcs8,
    Sec1 {
        /// By a block of its own, as older programs of OpenSSL write it.
        curve: Option<ObjectIdentifier>,
    },
    Pkcs1,
}

/// The one private key in a text.
pub(super) fn private_key(text: &str) -> Result<Pem, PrivateKeyProblem> {
    if text.len() > LONGEST {
        return Err(PrivateKeyProblem::TooLarge(LONGEST >> 10));
    }
    let text = with_line_breaks(text);
    let blocks = blocks(&text);
    let mut keys = blocks.iter().filter(|block| block.label.ends_with("PRIVATE KEY"));
    let Some(key) = keys.next() else { return Err(what_else(&text, &blocks)) };
    if keys.next().is_some() {
        return Err(PrivateKeyProblem::Several);
    }
    let form = match key.label {
        "PRIVATE KEY" => Form::Pkcs8,
        "EC PRIVATE KEY" => Form::Sec1 { curve: blocks.iter().find_map(Block::curve) },
        "RSA PRIVATE KEY" => Form::Pkcs1,
        "ENCRYPTED PRIVATE KEY" => return Err(PrivateKeyProblem::Encrypted),
        "OPENSSH PRIVATE KEY" => return Err(PrivateKeyProblem::OpenSsh),
        "DSA PRIVATE KEY" => return Err(PrivateKeyProblem::UnknownAlgorithm(Some("DSA"))),
        _ => return Err(PrivateKeyProblem::UnknownAlgorithm(None)),
    };
    Ok(Pem { form, der: key.der()? })
}

/// What begins with `-----BEGIN`.
struct Block<'a> {
    label: &'a str,
    /// None where its end is missing.
    body: Option<&'a str>,
}

impl Block<'_> {
    fn der(&self) -> Result<Zeroizing<Vec<u8>>, PrivateKeyProblem> {
        let body = self.body.ok_or(PrivateKeyProblem::CutOff)?;
        if body.contains("Proc-Type:") && body.contains("ENCRYPTED") {
            return Err(PrivateKeyProblem::Encrypted);
        }
        // Decoded where it stands, and never grows: what a vector leaves behind when it grows is not wiped.
        let mut bytes = Zeroizing::new(Vec::with_capacity(body.len()));
        for letter in body.trim_end_matches(|letter: char| letter.is_whitespace() || letter == '=').chars() {
            if !letter.is_whitespace() {
                bytes.push(u8::try_from(letter).map_err(|_| PrivateKeyProblem::Damaged)?);
            }
        }
        let length = Base64Unpadded::decode_in_place(&mut bytes).map_err(|_| PrivateKeyProblem::Damaged)?.len();
        bytes.truncate(length);
        if bytes.is_empty() { Err(PrivateKeyProblem::CutOff) } else { Ok(bytes) }
    }

    /// The curve that it names, if it does nothing else.
    fn curve(&self) -> Option<ObjectIdentifier> {
        if self.label != "EC PARAMETERS" {
            return None;
        }
        ObjectIdentifier::from_der(&self.der().ok()?).ok()
    }
}

/// DER as PEM, without a line end after the last line. Written into memory that never grows, in a time that does not depend on
/// what it is.
pub(super) fn written(label: &str, der: &[u8]) -> String {
    /// As many bytes as a line of 64 characters has.
    const LINE: usize = 48;
    let (begin, end) = (format!("-----BEGIN {label}-----\n"), format!("-----END {label}-----"));
    let lines = der.len().div_ceil(LINE);
    let mut pem = String::with_capacity(begin.len() + end.len() + lines * 65);
    pem.push_str(&begin);
    let mut line = Zeroizing::new([0; 64]);
    for bytes in der.chunks(LINE) {
        pem.push_str(Base64::encode(bytes, &mut *line).expect("a line has room for its bytes"));
        pem.push('\n');
    }
    pem.push_str(&end);
    pem
}

/// All blocks, in their order. Whoever copies by hand easily misses a dash at either end, so one is enough.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, begun)) = rest.split_once("-BEGIN ") {
        let Some((label, inside)) = begun.split_once('-') else {
            blocks.push(Block { label: begun.trim(), body: None });
            break;
        };
        let end = format!("-END {label}-");
        let body = match inside.split_once(&end) {
            Some((body, behind)) => {
                rest = behind;
                Some(body.trim_matches('-'))
            }
            None => {
                rest = inside;
                None
            }
        };
        blocks.push(Block { label: label.trim(), body });
    }
    blocks
}

/// A text whose line breaks are such, where they became `\n` as letters or a backslash at a line's end, and without what
/// nobody can see.
fn with_line_breaks(text: &str) -> Zeroizing<String> {
    let mut clean = Zeroizing::new(String::with_capacity(text.len()));
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                if letters.next_if(|next| matches!(next, 'n' | 'r' | 't')).is_some() {
                    clean.push('\n');
                }
            }
            _ if naming::is_never_seen(letter) => {}
            _ => clean.push(letter),
        }
    }
    clean
}

/// What a text without a private key is.
fn what_else(text: &str, blocks: &[Block<'_>]) -> PrivateKeyProblem {
    match blocks.first().map(|block| block.label) {
        Some(label) if label.ends_with("PUBLIC KEY") => PrivateKeyProblem::PublicKey,
        Some(label) if label.ends_with("CERTIFICATE REQUEST") => PrivateKeyProblem::CertificateRequest,
        Some(label) if label.ends_with("CERTIFICATE") => PrivateKeyProblem::Certificate,
        Some(_) if blocks.iter().any(|block| block.body.is_none()) => PrivateKeyProblem::CutOff,
        Some(_) => PrivateKeyProblem::OtherPem,
        None if is_empty(text) => PrivateKeyProblem::Empty,
        None if ["ssh-", "ecdsa-sha2-"].iter().any(|begin| text.trim_start().starts_with(begin)) => {
            PrivateKeyProblem::PublicKey
        }
        None => PrivateKeyProblem::NoPem,
    }
}

/// Whether it has nothing but white space, quotes, and the name of a variable.
fn is_empty(text: &str) -> bool {
    let bare = |text: &str| text.chars().all(|letter| letter.is_whitespace() || "\"'`“”„‘’«»;,".contains(letter));
    let is_name = |text: &str| text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_$: ".contains(letter));
    bare(text) || text.trim_start().split_once('=').is_some_and(|(name, rest)| is_name(name) && bare(rest))
}

#[cfg(test)]
mod tests {
    use pkcs8::der::{Encode, asn1::UintRef};

    use super::super::{PrivateKey, fixtures};
    use super::*;
    use PrivateKeyProblem as Problem;

    #[test]
    fn what_comes_along_is_taken_off() {
        for (pem, public) in [
            (fixtures::P256, fixtures::P256_PUBLIC),
            (fixtures::P256_SEC1, fixtures::P256_PUBLIC),
            (fixtures::SECP256K1_WITH_PARAMETERS, fixtures::SECP256K1_PUBLIC),
            (fixtures::RSA, fixtures::RSA_PUBLIC),
        ] {
            let bare = pem.trim_end();
            let escaped = bare.replace('\n', "\\n");
            for form in [
                pem.to_owned(),
                bare.to_owned(),
                escaped.clone(),
                format!("{escaped}\\n"),
                bare.replace('\n', "\\\\n"),
                bare.replace('\n', "\\r\\n"),
                bare.replace('\n', "\r\n"),
                bare.replace('\n', "\r"),
                bare.replace('\n', " "),
                bare.replace('\n', ""),
                bare.replace('\n', "\n\n"),
                bare.replace('\n', " \n"),
                bare.replace('\n', " \\\n"),
                bare.replace('\n', "\n    "),
                bare.replace('\n', "\n\t"),
                bare.replace('\n', "\u{a0}\n"),
                bare.replace("M", "\u{200b}M"),
                format!("\u{feff}{pem}"),
                format!("  \n{bare}\n \n"),
                format!("\"{bare}\""),
                format!("'{bare}'"),
                format!("`{bare}`"),
                format!("“{bare}”"),
                format!("„{bare}“"),
                format!("DFNS_PRIVATE_KEY={escaped}"),
                format!("DFNS_PRIVATE_KEY=\"{escaped}\"\nDFNS_CRED_ID=cr-1"),
                format!("export DFNS_PRIVATE_KEY='{bare}'"),
                format!("  privateKey: |\n    {}", bare.replace('\n', "\n    ")),
                format!("{{\"privateKey\": \"{escaped}\"}}"),
                format!("read EC key\nPrivate-Key: (256 bit)\npriv:\n    2b:68:4f\nwriting EC key\n{bare}"),
                format!("Bag Attributes\n    friendlyName: test\nKey Attributes: <No Attributes>\n{bare}"),
                format!("{}\n{bare}", fixtures::CERTIFICATE),
                format!("{bare}\n{public}"),
                bare[1..bare.len() - 1].to_owned(),
                bare.replace('=', ""),
            ] {
                let key = PrivateKey::from_pem(&form);
                assert_eq!(key.map(|key| key.public_key_pem()).as_deref(), Ok(public), "{form}");
            }
        }
    }

    #[test]
    fn what_is_no_private_key_that_signs_is_called_what_it_is() {
        let p256 = fixtures::P256.trim_end();
        let labelled = |label: &str| p256.replace("PRIVATE KEY", label);
        for (text, problem) in [
            ("", Problem::Empty),
            (" \n\u{feff}\u{200b}", Problem::Empty),
            ("\"\"", Problem::Empty),
            ("DFNS_PRIVATE_KEY=", Problem::Empty),
            ("export DFNS_PRIVATE_KEY=\"\"\n", Problem::Empty),
            ("a word", Problem::NoPem),
            ("DFNS_PRIVATE_KEY=./key.pem", Problem::NoPem),
            ("MC4CAQAwBQYDK2VwBCIEIGdUyX1JWQoAK9Sxx1wL3O2ya4MOV/g/df2M3mbR+0PU", Problem::NoPem),
            ("PuTTY-User-Key-File-3: ssh-ed25519", Problem::NoPem),
            (&format!("{p256}\n{}", fixtures::ED25519), Problem::Several),
            (&format!("{p256}\n{p256}"), Problem::Several),
            (&format!("{p256}\n{}", fixtures::ENCRYPTED_SCRYPT), Problem::Several),
            (fixtures::ENCRYPTED_SCRYPT, Problem::Encrypted),
            (fixtures::ENCRYPTED_PBKDF2, Problem::Encrypted),
            (fixtures::ENCRYPTED_TRADITIONAL, Problem::Encrypted),
            (&fixtures::ENCRYPTED_TRADITIONAL.replace('\n', "\\n"), Problem::Encrypted),
            (fixtures::OPENSSH, Problem::OpenSsh),
            (fixtures::P256_PUBLIC, Problem::PublicKey),
            (&labelled("RSA PUBLIC KEY"), Problem::PublicKey),
            (fixtures::OPENSSH_PUBLIC, Problem::PublicKey),
            (fixtures::CERTIFICATE, Problem::Certificate),
            (&labelled("TRUSTED CERTIFICATE"), Problem::Certificate),
            (fixtures::REQUEST, Problem::CertificateRequest),
            (&labelled("PGP PRIVATE KEY BLOCK"), Problem::OtherPem),
            (&labelled("EC PARAMETERS"), Problem::OtherPem),
            (fixtures::P384, Problem::UnknownCurve(Some("P-384"))),
            (fixtures::P521_SEC1, Problem::UnknownCurve(Some("P-521"))),
            (fixtures::SECP224K1, Problem::UnknownCurve(None)),
            (fixtures::EXPLICIT_PKCS8, Problem::UnknownCurve(None)),
            (fixtures::EXPLICIT_SEC1, Problem::UnknownCurve(None)),
            (fixtures::SECP256K1_WITHOUT_CURVE, Problem::UnknownCurve(None)),
            (fixtures::ED448, Problem::UnknownAlgorithm(Some("Ed448"))),
            (fixtures::X25519, Problem::UnknownAlgorithm(Some("X25519"))),
            (&labelled("DSA PRIVATE KEY"), Problem::UnknownAlgorithm(Some("DSA"))),
            (&labelled("ANY PRIVATE KEY"), Problem::UnknownAlgorithm(None)),
            (fixtures::RSA_1024, Problem::RsaTooShort(1024)),
            (&rsa_of(4097), Problem::RsaTooLong(4097)),
            (fixtures::RSA_EXPONENT_3, Problem::RsaUnusual),
            (&p256.replace("MIGH", "M!GH"), Problem::Damaged),
            (&p256.replace("MIGH", "MüGH"), Problem::Damaged),
            (&p256.replace("MIGH", "MIG"), Problem::Damaged),
            (&p256.replace("MIGH", "=IGH"), Problem::Damaged),
            (&p256.replace("MIGHAgEAM", "MIGHAgEAN"), Problem::Damaged),
            (&p256.replace("\nqXO5", "").replace("qXO5\n", "\n"), Problem::Damaged),
            (&p256.replace("END PRIVATE", "END EC PRIVATE"), Problem::CutOff),
            (&p256[..100], Problem::CutOff),
            (&p256[..20], Problem::CutOff),
            ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", Problem::CutOff),
            (
                &format!(
                    "{}{}",
                    "-----BEGIN EC PARAMETERS-----\nBgUrgQQACg==\n-----END EC PARAMETERS-----\n",
                    fixtures::P256_SEC1
                ),
                Problem::Damaged,
            ),
            (fixtures::P256_MISMATCHED, Problem::Mismatched),
            // Another modulus, and another public exponent.
            (&fixtures::RSA.replace("z5wcp", "z5wcq"), Problem::Mismatched),
            (&fixtures::RSA.replace("AgMBAAEC", "AgMBAAMC"), Problem::Mismatched),
            (&"a".repeat(LONGEST + 1), Problem::TooLarge(64)),
        ] {
            assert_eq!(PrivateKey::from_pem(text).map(|key| key.algorithm()).err(), Some(problem), "{text}");
        }
        assert!(PrivateKey::from_pem(&format!("{p256}{}", " ".repeat(LONGEST - p256.len()))).is_ok());
    }

    #[test]
    fn a_problem_says_what_it_is_and_what_to_do() {
        for problem in [Problem::UnknownCurve(Some("P-384")), Problem::RsaTooShort(1024), Problem::OpenSsh] {
            assert!(problem.hint().is_some());
        }
        assert!(Problem::UnknownCurve(Some("P-384")).message().in_english().contains("P-384"));
        assert!(Problem::RsaTooShort(1024).message().in_english().contains("1024"));
    }

    /// What has the form of an RSA key, with a modulus of that many bits.
    fn rsa_of(bits: usize) -> String {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let mut modulus = vec![0xff; bits.div_ceil(8)];
        modulus[0] >>= modulus.len() * 8 - bits;
        let modulus = UintRef::new(&modulus).expect("a number").to_der().expect("DER");
        let length = u16::try_from(modulus.len() + 3).expect("short").to_be_bytes();
        let der = [&[0x30, 0x82][..], &length, &[2, 1, 0], &modulus].concat();
        format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----", STANDARD.encode(der))
    }
}
