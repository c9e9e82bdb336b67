//! What Dfns makes for a program to sign in with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    bundle,
    listed::listed,
    secret::{Fingerprint, SaltedFingerprint, Secret},
};

listed! {
    /// A kind of credential. A new one comes with a migration of the journal, though it may change nothing there: a version
    /// that does not know the kind then leaves the file alone, rather than taking its credentials for another kind's.
    #[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(rename_all = "kebab-case")]
    pub enum CredentialKind {
        /// `POST /api-keys/`: a token alone. Dfns deprecated them in 2023. What was made before there were others is of this
        /// kind.
        #[default]
        ApiKey,
        /// `/auth/service-accounts`: an account of its own, with one token, whose requests it signs.
        ServiceAccount,
        /// `/auth/pats`: the user's own, likewise.
        PersonalAccessToken,
    }
}

impl CredentialKind {
    /// What it is made with.
    pub fn secrets(self) -> &'static [SecretName] {
        match self {
            Self::ApiKey => &[SecretName::Token],
            Self::ServiceAccount | Self::PersonalAccessToken => {
                &[SecretName::Token, SecretName::PrivateKey, SecretName::CredentialId]
            }
        }
    }

    /// As it stands in the entries of vaults: what the journal and receipts call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::ServiceAccount => "service-account",
            Self::PersonalAccessToken => "personal-access-token",
        }
    }

    /// Whether whoever uses one signs, and its maker signs the request for it: it is made with a key pair of its own.
    pub fn signs(self) -> bool {
        match self {
            Self::ApiKey => false,
            Self::ServiceAccount | Self::PersonalAccessToken => true,
        }
    }

    /// The permissions that Dfns asks for, to make one, to see them and to revoke one.
    pub fn permissions(self) -> Permissions {
        match self {
            Self::ApiKey => Permissions { create: "ApiKeys:Create", read: "ApiKeys:Read", revoke: "ApiKeys:Revoke" },
            Self::ServiceAccount => Permissions {
                create: "Auth:ServiceAccounts:Create",
                read: "Auth:ServiceAccounts:Read",
                revoke: "Auth:ServiceAccounts:Delete",
            },
            // One's own are seen and archived by whoever is signed in.
            Self::PersonalAccessToken => {
                Permissions { create: "Auth:Pats:Create", read: "Auth:Pats:Read", revoke: "Auth:Pats:Delete" }
            }
        }
    }
}

/// As Dfns names them.
pub struct Permissions {
    pub create: &'static str,
    pub read: &'static str,
    pub revoke: &'static str,
}

listed! {
    /// Which of a credential's secrets.
    #[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(rename_all = "camelCase")]
    pub enum SecretName {
        /// What a request is authorized with.
        Token,
        /// What a request is signed with: PEM, PKCS#8.
        PrivateKey,
        /// Which of Dfns' credentials that is: `cr-…`. No secret by itself, and of no less use.
        CredentialId,
    }
}

impl SecretName {
    /// As it stands in receipts, in templates and in the entries of vaults.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::PrivateKey => "private_key",
            Self::CredentialId => "credential_id",
        }
    }

    /// Whether nobody may see it.
    pub fn is_secret(self) -> bool {
        match self {
            Self::Token | Self::PrivateKey => true,
            Self::CredentialId => false,
        }
    }
}

/// The secrets of a new credential, which exist once: one at least, in the order in which they are shown.
#[derive(Debug)]
pub struct Secrets(Vec<(SecretName, Secret)>);

/// Of each of a credential's secrets, what may be kept of it.
pub type Fingerprints = BTreeMap<SecretName, Fingerprint>;

impl Secrets {
    /// Of a credential that is a token alone.
    pub fn token(token: Secret) -> Self {
        Self(vec![(SecretName::Token, token)])
    }

    /// Of one that signs. Its id is missing where Dfns did not tell it.
    pub fn of_signing(token: Secret, private_key: Secret, credential_id: Option<Secret>) -> Self {
        let id = credential_id.map(|id| (SecretName::CredentialId, id));
        Self([(SecretName::Token, token), (SecretName::PrivateKey, private_key)].into_iter().chain(id).collect())
    }

    pub fn iter(&self) -> impl Iterator<Item = (SecretName, &Secret)> {
        self.0.iter().map(|(name, secret)| (*name, secret))
    }

    pub fn get(&self, name: SecretName) -> Option<&Secret> {
        self.iter().find(|(each, _)| *each == name).map(|(_, secret)| secret)
    }

    /// Whether `text` is a copy of one of them, perhaps with white space around it, or has one of them in it as a
    /// [bundle] does.
    pub fn is_copied_in(&self, text: &str) -> bool {
        let is_one = |text: &str| self.iter().any(|(_, secret)| secret.is_copied_in(text));
        is_one(text) || bundle::parts_of(text).iter().any(|part| is_one(&part.value))
    }

    /// All their texts, for what has to know them again. `_why` says what for, to whoever reads the calling line.
    #[must_use]
    pub fn open(&self, why: &'static str) -> Vec<&str> {
        self.iter().map(|(_, secret)| secret.open(why)).collect()
    }

    /// Each, those of several lines last: the first line of what is stored stays the token, and the second the credential's id.
    fn by_lines(&self) -> impl Iterator<Item = (SecretName, &Secret)> {
        let of = |several: bool| self.iter().filter(move |(name, _)| (*name == SecretName::PrivateKey) == several);
        of(false).chain(of(true))
    }

    /// Their bytes, one secret after the other, each from the beginning of a line: the token, the credential's id, and the lines of
    /// the private key; with room for the end of the last.
    pub fn one_to_a_line(&self, why: &'static str) -> Zeroizing<Vec<u8>> {
        let texts: Vec<&str> = self.by_lines().map(|(_, secret)| secret.open(why)).collect();
        let mut lines = Zeroizing::new(Vec::with_capacity(texts.iter().map(|text| text.len() + 1).sum()));
        for (number, text) in texts.into_iter().enumerate() {
            if number > 0 {
                lines.push(b'\n');
            }
            lines.extend_from_slice(text.as_bytes());
        }
        lines
    }

    /// Which of them are in these bytes as [`Secrets::one_to_a_line`] has them, each compared in a time that does not depend on
    /// where it differs.
    pub fn found_in(&self, lines: &[u8]) -> Vec<(SecretName, bool)> {
        let (mut rest, mut left, mut found) = (Some(lines), self.0.len(), Vec::new());
        for (name, secret) in self.by_lines() {
            let text = secret.open("compare it with what was read back").as_bytes();
            left -= 1;
            let is_here = |bytes: &[u8]| {
                let (part, after) = bytes.split_at_checked(text.len())?;
                let ends = if left == 0 { after.is_empty() } else { after.is_empty() || after.starts_with(b"\n") };
                (bool::from(text.ct_eq(part)) && ends).then_some(text.len())
            };
            let length = rest.and_then(is_here);
            found.push((name, length.is_some()));
            // Behind one that is another, the next begins with the next line.
            rest = rest.and_then(|bytes| {
                let end = length.or_else(|| bytes.iter().position(|byte| *byte == b'\n'))?;
                bytes.get(end + 1..)
            });
        }
        found
    }

    /// Of those that nobody may see.
    pub fn fingerprints(&self) -> Fingerprints {
        let secret = self.iter().filter(|(name, _)| name.is_secret());
        secret.map(|(name, secret)| (name, secret.fingerprint())).collect()
    }

    /// What they can be recognized by later, once they are here no more; `None` where this computer has no randomness.
    #[must_use]
    pub fn salted_fingerprints(&self) -> Option<SaltedFingerprints> {
        self.iter().map(|(_, secret)| secret.salted_fingerprint()).collect::<Option<_>>().map(SaltedFingerprints)
    }
}

/// What a credential's secrets can be recognized by without holding them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SaltedFingerprints(pub Vec<SaltedFingerprint>);

impl SaltedFingerprints {
    /// Whether `text` is one of them, perhaps with white space around it, or has one of them in it as a [bundle] does.
    pub fn is_of(&self, text: &str) -> bool {
        let is_one = |text: &str| self.0.iter().any(|salted| salted.is_of(text));
        is_one(text) || bundle::parts_of(text).iter().any(|part| is_one(&part.value))
    }
}

/// What shows Dfns that its user wants a request, beside the sign-in token.
#[derive(Debug)]
pub enum UserAction {
    /// Nothing: such a request goes unsigned.
    Unsigned,
    /// The token that Dfns gives for a signature, for this one request.
    Signed(Secret),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a credential that has two of them.
    fn two() -> Secrets {
        let secret = |text: &str| Secret::new(text.to_owned()).expect("it is not empty");
        Secrets(vec![(SecretName::Token, secret("one-time-token")), (SecretName::PrivateKey, secret("private-key"))])
    }

    #[test]
    fn each_of_several_secrets_is_known_again_and_nothing_else() {
        let salted = two().salted_fingerprints().expect("fingerprints");
        for text in ["one-time-token", "private-key", " private-key\n"] {
            assert!(two().is_copied_in(text) && salted.is_of(text), "{text:?}");
        }
        for text in ["", "one-time-token\nprivate-key", "private-keys"] {
            assert!(!two().is_copied_in(text) && !salted.is_of(text), "{text:?}");
        }
    }

    #[test]
    fn several_secrets_are_the_same_only_where_all_are() {
        let are = |lines: &[u8]| two().found_in(lines).iter().all(|(_, found)| *found);
        assert!(are(b"one-time-token\nprivate-key"));
        for lines in [&b"one-time-token"[..], b"private-key\none-time-token", b"one-time-token\nprivate-key\n", b""] {
            assert!(!are(lines), "{lines:?}");
        }
        let lone = Secrets::token(Secret::new("one-time-token".to_owned()).expect("it is not empty"));
        for (lines, is) in
            [("one-time-token", true), ("one-time-token\n", false), ("one-time-toke", false), ("", false)]
        {
            assert_eq!(lone.found_in(lines.as_bytes()), [(SecretName::Token, is)], "{lines:?}");
        }
    }

    #[test]
    fn where_only_some_of_several_secrets_are_the_same_it_is_known_which() {
        let secret = |text: &str| Secret::new(text.to_owned()).expect("it is not empty");
        let three = Secrets::of_signing(secret("token"), secret("BEGIN\nEND"), Some(secret("cr-1")));
        let found = |lines: &[u8]| {
            let all = three.found_in(lines).into_iter();
            all.filter(|(_, found)| *found).map(|(name, _)| name).collect::<Vec<_>>()
        };
        use SecretName::{CredentialId, PrivateKey, Token};
        assert_eq!(found(b"token\ncr-1\nBEGIN\nEND"), [Token, CredentialId, PrivateKey]);
        assert_eq!(found(b"another\ncr-1\nBEGIN\nEND"), [CredentialId, PrivateKey]);
        assert_eq!(found(b"tokens\ncr-1\nBEGIN\nEND"), [CredentialId, PrivateKey]);
        assert_eq!(found(b"token\ncr-1\nBEGIN\n"), [Token, CredentialId]);
        assert_eq!(found(b"token\n"), [Token]);
        assert_eq!(found(b"token"), [Token]);
        assert_eq!(found(b""), []);
    }
}
