//! A test of how many copies of a private key there are in memory.

use std::{fs, os::unix::fs::FileExt};

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::{KeyAlgorithm, NewKeyType, Passphrase, PrivateKey};

#[test]
fn of_a_private_key_that_signed_there_is_one_copy_in_memory_and_none_once_it_is_gone() {
    // First of all: later on it could take the very memory that is to be looked through.
    let mut read = Zeroizing::new(vec![0; 256 << 10]);
    let generated = PrivateKey::generate(NewKeyType::P256).expect("a key");
    // Never grows.
    let mut pem = Zeroizing::new(String::with_capacity(1 << 10));
    pem.push_str("-----BEGIN PRIVATE KEY-----\n");
    STANDARD.encode_string(generated.open("read it as PEM"), &mut pem);
    pem.push_str("\n-----END PRIVATE KEY-----");
    drop(generated);
    let p256 = PrivateKey::from_pem(&pem).expect("a key");
    drop(pem);
    let base64 = Zeroizing::new(STANDARD.encode(&p256.open("look for it")[P256..][..30]));
    let disguised: Vec<u8> = base64.bytes().map(|byte| byte ^ DISGUISE).collect();
    drop(base64);
    assert_eq!(copies(&disguised, &mut read), [0; 0], "of what was read as PEM");
    let [secp256k1, ed25519] =
        ["303e020100301006072a8648ce3d020106052b8104000a042730250201010420", "302e020100300506032b657004220420"].map(
            |head| {
                let head = (0..head.len()).step_by(2).map(|place| u8::from_str_radix(&head[place..place + 2], 16));
                let head: Vec<u8> = head.collect::<Result<_, _>>().expect("hexadecimal digits");
                let mut der = Zeroizing::new([head.as_slice(), &[0; 32]].concat());
                SystemRandom::new().fill(&mut der[head.len()..]).expect("randomness");
                PrivateKey::from_der(&der).expect("a key")
            },
        );
    let passphrase = Passphrase::new("correct horse").expect("it is not empty");
    for (key, place) in [(p256, P256), (secp256k1, 33), (ed25519, 16)] {
        let secret = &key.open("look for it")[place..][..32];
        let (at, disguised) =
            (secret.as_ptr() as usize, secret.iter().map(|byte| byte ^ DISGUISE).collect::<Vec<u8>>());
        key.sign(b"a message").expect("a signature");
        // Slow on purpose, and the same for each.
        let locked = (key.algorithm() == KeyAlgorithm::P256).then(|| key.encrypted(&passphrase).expect("it is locked"));
        assert_eq!(copies(&disguised, &mut read), [at], "{:?}", key.algorithm());
        drop(key);
        if let Some(locked) = locked {
            drop(PrivateKey::from_encrypted_der(&locked, &passphrase).expect("it opens"));
        }
        assert_eq!(copies(&disguised, &mut read), [0; 0]);
    }
}

/// Where the secret stands in the DER of a key on P-256.
const P256: usize = 36;

/// What a secret is compared under, so that the test has no copy of its own.
const DISGUISE: u8 = 0xa5;

/// Where in this program's memory a disguised secret stands as it is, or in reverse, as numbers do.
fn copies(disguised: &[u8], read: &mut [u8]) -> Vec<usize> {
    let memory = fs::File::open("/proc/self/mem").expect("the system tells");
    let own = read.as_ptr() as usize..read.as_ptr() as usize + read.len();
    let reverse: Vec<u8> = disguised.iter().rev().copied().collect();
    let mut found = Vec::new();
    for mapping in fs::read_to_string("/proc/self/maps").expect("the system tells").lines() {
        let mut parts = mapping.split_whitespace();
        let (bounds, rights) = (parts.next().expect("bounds"), parts.next().expect("rights"));
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = bounds.split_once('-').expect("bounds");
        let number = |text| usize::from_str_radix(text, 16).expect("a number");
        let (mut at, to) = (number(from), number(to));
        while at < to {
            let length = read.len().min(to - at);
            // Others may let go of memory meanwhile.
            let Ok(length @ 32..) = memory.read_at(&mut read[..length], at as u64) else { break };
            // One byte first: this goes through megabytes, without optimization.
            let ends = [disguised[0] ^ DISGUISE, reverse[0] ^ DISGUISE];
            for (place, byte) in read[..length].iter().enumerate() {
                if *byte != ends[0] && *byte != ends[1] {
                    continue;
                }
                let Some(window) = read[..length].get(place..place + disguised.len()) else { break };
                let is = |secret: &[u8]| window.iter().zip(secret).all(|(one, other)| one ^ DISGUISE == *other);
                if (is(disguised) || is(&reverse)) && !own.contains(&(at + place)) {
                    found.push(at + place);
                }
            }
            // A secret may lie across two readings.
            at += if at + length < to { length - disguised.len() + 1 } else { length };
        }
    }
    found
}
