//! Whether a text is a secret rather than a name: the clipboard of somebody who makes keys has tokens on it, and a name is
//! shown, sent and written down.

use crate::{failure::told, words};

told! {
    /// What a text looks like that is no name.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    Likeness {
        Jwt => words::err_name_jwt();
        /// What lets one into a vault, or another token of a known form.
        AccessToken => words::err_name_access_token();
        Pem => words::err_name_pem();
        Random => words::err_name_random();
        /// It holds the new key's token, which is held at present.
        HeldToken => words::err_name_held_token();
        SignInToken => words::err_name_sign_in_token();
    }
}

/// As many letters and digits in a row, without a word among them, are a secret.
const LONG: usize = 24;

/// So many hexadecimal digits in a row are a secret, or the hash of one.
const LONG_HEX: usize = 32;

/// What tokens of known makers begin with; what follows is as long as `LONG_AFTER`.
const BEGINNINGS: [&str; 21] = [
    "hvs.",
    "hvb.",
    "hvr.",
    "s.",
    "b.",
    "r.",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "dp.st.",
    "dp.pt.",
    "dop_v1_",
    "xoxb-",
    "xoxp-",
    "ops_",
    "AKIA",
    "sk-",
];

const LONG_AFTER: usize = 16;

/// What a text looks like, if it is a secret rather than a name. Names of words are none, whatever their length.
pub fn looks_like_secret(text: &str) -> Option<Likeness> {
    if text.contains("-----BEGIN") {
        return Some(Likeness::Pem);
    }
    text.split(|letter: char| !is_of_token(letter)).find_map(of_word)
}

/// Whether a text holds a secret: not by its form, but that very one.
pub fn holds(text: &str, secret: &str) -> bool {
    // What is shorter than a word stands in many a name by chance.
    const SHORTEST: usize = 8;
    let bare: String = text.chars().filter(char::is_ascii_graphic).collect();
    let found = secret.len() >= SHORTEST && bare.contains(secret);
    drop(zeroize::Zeroizing::new(bare));
    found
}

fn of_word(word: &str) -> Option<Likeness> {
    if let Some(at) = word.find("eyJ")
        && word.len() - at >= LONG_AFTER
    {
        return Some(Likeness::Jwt);
    }
    let follows = |beginning: &str| {
        let rest = word.strip_prefix(beginning).unwrap_or_default();
        rest.len() >= LONG_AFTER && rest.bytes().any(|byte| byte.is_ascii_digit()) && !is_of_words(rest)
    };
    if BEGINNINGS.iter().any(|beginning| follows(beginning)) {
        return Some(Likeness::AccessToken);
    }
    let mut runs = word.split(|letter: char| !letter.is_ascii_alphanumeric());
    let is_hex = |run: &str| run.len() >= LONG_HEX && run.bytes().all(|byte| byte.is_ascii_hexdigit());
    if runs.any(|run| is_hex(run) && run.bytes().any(|byte| byte.is_ascii_digit())) {
        return Some(Likeness::Random);
    }
    if is_uuid(word) {
        return None;
    }
    // Base64 of both kinds has signs within it that also join words.
    let mut parts = word.split('.').map(|part| part.trim_matches(['-', '_', '/', '=', '+']));
    parts.any(|part| part.len() >= LONG && !is_of_words(part)).then_some(Likeness::Random)
}

/// An id rather than a secret, as people know it.
fn is_uuid(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12] && parts.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether letters and digits change places as rarely as they do in words, numbers and dates that are joined.
fn is_of_words(text: &str) -> bool {
    #[derive(Clone, Copy, Eq, PartialEq)]
    enum Kind {
        Lower,
        Upper,
        Digit,
        Sign,
    }
    let kinds = text.chars().map(|letter| match letter {
        'a'..='z' => Kind::Lower,
        'A'..='Z' => Kind::Upper,
        '0'..='9' => Kind::Digit,
        _ => Kind::Sign,
    });
    let kinds: Vec<Kind> = kinds.collect();
    let changes = kinds.windows(2).filter(|pair| match (pair[0], pair[1]) {
        // A word may begin with a capital letter, and signs join words.
        (Kind::Upper, Kind::Lower) | (Kind::Sign, _) | (_, Kind::Sign) => false,
        (before, after) => before != after,
    });
    // Random base64 has 45 in 100, hexadecimal digits have 47; camel case of short words has some 20.
    changes.count() * 100 < 28 * kinds.len()
}

fn is_of_token(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_.+/=~".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_form() {
        for (text, likeness) in [
            ("eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1cy0xIn0.c2lnbmF0dXJl", Likeness::Jwt),
            ("Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIi", Likeness::Jwt),
            ("token=eyJhbGciOiJFZERTQSJ9", Likeness::Jwt),
            ("hvs.CAESIJ2Zq8X0c1kP5vQw7Rt9", Likeness::AccessToken),
            ("s.7Fq2kLmN8pRsT1vWxYz3aBcD", Likeness::AccessToken),
            ("b.AAAAAQJ2Zq8X0c1kP5vQw7Rt9", Likeness::AccessToken),
            ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", Likeness::AccessToken),
            ("-----BEGIN PRIVATE KEY-----", Likeness::Pem),
            ("9f86d081884c7d659a2feaa0c55ad015", Likeness::Random),
            ("my key 9F86D081884C7D659A2FEAA0C55AD015", Likeness::Random),
            ("dGhpcyBpcyBhIHNlY3JldCB0b2tlbg==", Likeness::Random),
            ("Xk3-9vQ_7bRt2LmZ8wPqY5nD", Likeness::Random),
            ("q7Zr0/mK3vXw+9Tn5BfLd8HsYc2Ua6Ej1PgoRiQk", Likeness::Random),
        ] {
            assert_eq!(looks_like_secret(text), Some(likeness), "{text:?}");
        }
    }

    #[test]
    fn names_of_words_are_names_whatever_their_length() {
        for name in [
            "Server Key 3",
            "payments-service-production-eu-west-1-2026-11-25",
            "PaymentsServiceProductionEuWestServerKeyForPayouts",
            "payments_service_production_eu_west_1_read_only_server_key_2026_for_the_finance_team_in_zurich_ch",
            "PAYMENTS-SERVICE-PRODUCTION-EU-WEST-1",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "api-cat-freddie-a150fe2ce0",
            "cu-purple-pip-1b417b958500",
            "k8s-prod-01-node-07-ns-payments-v2-r3",
            "s.payments",
            "ops_payments_production_server",
            "Donaudampfschifffahrtsgesellschaftskapitän",
            "20261125-20271125-rotation",
            "https://ci.example.com/pipelines/payments/deploy",
            "🔑🗝️ server",
        ] {
            assert_eq!(looks_like_secret(name), None, "{name:?}");
        }
    }

    #[test]
    fn a_secret_is_found_in_a_text_also_where_it_was_folded() {
        assert!(holds("my opaque-to\nken-1", "opaque-token-1"));
        assert!(!holds("my opaque", "opaque-token-1") && !holds("a key", "key"));
    }
}
