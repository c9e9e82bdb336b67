//! A sign-in token as people paste it: with what they copied along, which is taken off; or else what it is instead, before
//! anything is sent.
//!
//! Any word of visible ASCII may be a token. What is refused here is known to be something else.

mod wrapping;

use self::wrapping::{joined, only_token_in, unwrapped, without_unseen};
use crate::{failure::told, secret::SignInToken, words};

/// More than this is no token, in bytes: no server takes a header of that length.
const LONGEST: usize = 32 << 10;

/// Fewer characters than this are a word that happened to be on the clipboard.
const SHORTEST: usize = 8;

told! {
    /// What was pasted in place of a token. Its message goes on from “this isn’t a sign-in token:”.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    NotAToken {
        Empty => words::not_token_empty();
        Spaces => words::not_token_spaces();
        Several => words::not_token_several();
        Begins(letter: char) => words::not_token_begins(letter.to_string());
        Letter(letter: char) => words::not_token_letter(letter.to_string());
        /// It has a character that no token has, and that cannot be shown.
        Control => words::not_token_control();
        Shortened => words::not_token_shortened();
        Hidden => words::not_token_hidden();
        Cut => words::not_token_cut();
        PrivateKey => words::not_token_private_key();
        Pem => words::not_token_pem();
        Address => words::not_token_address();
        Mail => words::not_token_email();
        Path => words::not_token_path();
        /// One of Dfns' ids: of what, by the catalogue's word.
        Id(kind: &'static str) => words::not_token_id(*kind);
        Short => words::not_token_short();
        Long => words::not_token_long();
    }
}

/// Takes off what comes along with a token when it is copied: white space and line breaks, quotation marks, what cannot be
/// seen, `Authorization:` and `Bearer`, the name of a variable, and JSON or a command around it.
///
/// # Errors
/// What it is instead, where that is known.
pub fn sign_in_token(text: &str) -> Result<SignInToken, NotAToken> {
    if text.len() > LONGEST {
        return Err(NotAToken::Long);
    }
    let text = without_unseen(text);
    if let Some((_, pem)) = text.split_once("-----BEGIN ") {
        let kind = pem.lines().next().unwrap_or_default();
        return Err(if kind.contains("PRIVATE KEY") { NotAToken::PrivateKey } else { NotAToken::Pem });
    }
    let bare = unwrapped(&text)?;
    let word =
        if bare.contains(char::is_whitespace) { joined(&bare).map_or_else(|| only_token_in(&bare), Ok)? } else { bare };
    match what_else(&word) {
        Some(other) => Err(other),
        None => SignInToken::parse(&word).ok_or(NotAToken::Empty),
    }
}

/// What a single word is, if it is no token.
fn what_else(word: &str) -> Option<NotAToken> {
    let first = word.chars().next()?;
    if word.chars().all(|letter| "•●∙·*".contains(letter)) {
        return Some(NotAToken::Hidden);
    }
    if word.contains('…') || word.ends_with("...") {
        return Some(NotAToken::Shortened);
    }
    if let Some(letter) = word.chars().find(|letter| !letter.is_ascii_graphic()) {
        return Some(if letter.is_control() { NotAToken::Control } else { NotAToken::Letter(letter) });
    }
    if word.contains("://") || word.starts_with("www.") {
        return Some(NotAToken::Address);
    }
    if "{[<(".contains(first) {
        return Some(NotAToken::Begins(first));
    }
    if word.starts_with("eyJ") && (word.split('.').count() < 3 || word.split('.').any(str::is_empty)) {
        return Some(NotAToken::Cut);
    }
    if word.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains('@')) {
        return Some(NotAToken::Mail);
    }
    let endings = [".pem", ".json", ".txt", ".key", ".env"];
    if word.starts_with("~/") || word[1..].starts_with(":\\") || endings.iter().any(|ending| word.ends_with(ending)) {
        return Some(NotAToken::Path);
    }
    if let Some(whose) = whose_id(word) {
        return Some(NotAToken::Id(whose));
    }
    (word.len() < SHORTEST).then_some(NotAToken::Short)
}

/// Whose id at Dfns a word is: a short kind, a word or two, and letters and digits drawn by lot.
fn whose_id(word: &str) -> Option<&'static str> {
    const LONGEST_ID: usize = 64;
    let parts: Vec<&str> = word.split('-').collect();
    let (kind, rest) = parts.split_first()?;
    let is_part = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if !(3..=5).contains(&parts.len()) || word.len() > LONGEST_ID || !rest.iter().all(is_part) {
        return None;
    }
    if rest.last().is_none_or(|last| last.len() < 8) {
        return None;
    }
    Some(match *kind {
        "cr" => "credential",
        "us" | "ce" => "user",
        "or" | "cu" => "organization",
        "ap" => "application",
        "api" => "key",
        "to" => "token",
        "wa" => "wallet",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token of the form that Dfns' have, long enough to be folded.
    const TOKEN: &str = "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJodHRwczovL2N1c3RvbS91c2VybmFtZSI6ImFubkBleGFtcGxlLmNv\
                         bSIsImlhdCI6MTc2NDA0NDgwMCwic3ViIjoidXMtNmI1OHAifQ.Zm9sZGVkLXNpZ25hdHVyZS1vZi1lZGRzYS13aXRoLTY0\
                         LWJ5dGVzLXdoaWNoLWFyZS04Ni1sZXR0ZXJzLWhlcmUhISE";

    fn folded(width: usize, separator: &str) -> String {
        TOKEN
            .as_bytes()
            .chunks(width)
            .map(|chunk| std::str::from_utf8(chunk).expect("ASCII"))
            .collect::<Vec<_>>()
            .join(separator)
    }

    fn read(text: &str) -> Result<String, NotAToken> {
        sign_in_token(text).map(|token| token.open("assert what was read").to_owned())
    }

    #[test]
    fn what_comes_along_is_taken_off() {
        let forms = [
            TOKEN.to_owned(),
            format!("  {TOKEN}\r\n"),
            format!("\u{a0}{TOKEN}\u{a0}"),
            format!("\u{feff}{TOKEN}"),
            format!("\u{200b}{TOKEN}\u{200b}\u{2060}"),
            TOKEN.replace('.', "\u{200b}.\u{ad}"),
            format!("{TOKEN}\0"),
            format!("\"{TOKEN}\""),
            format!("'{TOKEN}'"),
            format!("`{TOKEN}`"),
            format!("“{TOKEN}”"),
            format!("«{TOKEN}»"),
            format!("<{TOKEN}>"),
            format!("\"{TOKEN}\","),
            format!("{TOKEN},"),
            format!("{TOKEN};"),
            format!("{TOKEN}\","),
            format!("```\n{TOKEN}\n```"),
            format!("Bearer {TOKEN}"),
            format!("bearer\t{TOKEN} "),
            format!("Authorization: Bearer {TOKEN}"),
            format!("authorization:bearer {TOKEN}"),
            format!("\"Authorization\": \"Bearer {TOKEN}\","),
            format!("-H 'Authorization: Bearer {TOKEN}'"),
            format!("curl -s -H \"Authorization: Bearer {TOKEN}\" https://api.dfns.io/api-keys/"),
            format!(
                "curl 'https://api.dfns.io/api-keys/' \\\n  -H 'accept: */*' \\\n  -H 'authorization: Bearer {TOKEN}' \\\n"
            ),
            format!("fetch('https://api.dfns.io', {{ headers: {{ Authorization: `Bearer {TOKEN}` }} }})"),
            format!("export DFNS_TOKEN={TOKEN}"),
            format!("export DFNS_TOKEN=\"{TOKEN}\";"),
            format!("DFNS_AUTH_TOKEN={TOKEN}\n"),
            format!("$env:DFNS_TOKEN = '{TOKEN}'"),
            format!("token: {TOKEN}"),
            format!("const token = \"{TOKEN}\";"),
            format!("{{\"token\":\"{TOKEN}\"}}"),
            format!("{{ \"user\": {{ \"accessToken\": \"{TOKEN}\" }}, \"expires_in\": 3600 }}"),
            format!("[{{\"access_token\": \"Bearer {TOKEN}\"}}]"),
            format!("\"token\": \"{TOKEN}\","),
            format!("Your token is {TOKEN} and it is good for a day."),
            folded(64, "\n"),
            folded(76, "\r\n"),
            folded(76, "\n    "),
            folded(64, " "),
            format!("Authorization: Bearer {}", folded(76, "\n")),
            format!("\"{}\"", folded(72, "\n")),
        ];
        for form in forms {
            assert_eq!(read(&form).as_deref(), Ok(TOKEN), "{form}");
        }
    }

    #[test]
    fn any_word_may_be_a_token() {
        for token in [
            "opaque-token",
            "abc.defgh",
            "QUJDREVGR0hJSktMTU5PUA==",
            "bearerabcdef",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "/9j4+AAQ/SkZJRg",
        ] {
            assert_eq!(read(token).as_deref(), Ok(token));
            assert_eq!(read(&format!(" Bearer {token}\n")).as_deref(), Ok(token));
        }
        let long = "Xk39vQ7bRt2LmZ8wPqY5nDXk39vQ7bRt2LmZ8wPqY5nD";
        assert_eq!(read(&format!("{}\n{}", &long[..32], &long[32..])).as_deref(), Ok(long), "folded as well");
    }

    #[test]
    fn what_is_no_token_is_called_what_it_is() {
        for (text, other) in [
            ("", NotAToken::Empty),
            (" \n\u{200b}", NotAToken::Empty),
            ("\"\"", NotAToken::Empty),
            ("Bearer ", NotAToken::Empty),
            ("Authorization: Bearer", NotAToken::Empty),
            ("export TOKEN=", NotAToken::Empty),
            ("two words", NotAToken::Spaces),
            ("Dear Ann,\nplease find the token in the vault.", NotAToken::Spaces),
            ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB ann@laptop", NotAToken::Spaces),
            ("{\"name\":\"Payout\"}", NotAToken::Begins('{')),
            ("{ not json at all", NotAToken::Begins('{')),
            ("[1, 2]", NotAToken::Begins('[')),
            ("<html><body>", NotAToken::Begins('<')),
            ("schlüssel-zum-haus", NotAToken::Letter('ü')),
            ("line\u{7}of-a-token", NotAToken::Control),
            ("eyJhbGciOiJFZERT…", NotAToken::Shortened),
            ("eyJhbGciOiJFZERT...", NotAToken::Shortened),
            ("••••••••••••", NotAToken::Hidden),
            ("****************", NotAToken::Hidden),
            ("eyJhbGciOiJFZERTQSJ9", NotAToken::Cut),
            ("eyJhbGciOiJFZERTQSJ9.eyJzdWIi", NotAToken::Cut),
            ("eyJhbGciOiJFZERTQSJ9.eyJzdWIi.", NotAToken::Cut),
            ("-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----", NotAToken::PrivateKey),
            ("-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----", NotAToken::Pem),
            ("https://app.dfns.io/settings", NotAToken::Address),
            ("ann@example.com", NotAToken::Mail),
            ("~/.config/dfns/token", NotAToken::Path),
            ("C:\\keys\\dfns", NotAToken::Path),
            ("cr-6uunn-bm6ja-f6rmod5kqrk5rbel", NotAToken::Id("credential")),
            ("us-6b58p-r53sr-rlrd3l5cj3uc4ome", NotAToken::Id("user")),
            ("cu-purple-pip-1b417b958500", NotAToken::Id("organization")),
            ("api-cat-freddie-a150fe2ce0", NotAToken::Id("key")),
            ("hello", NotAToken::Short),
        ] {
            assert_eq!(read(text), Err(other), "{text:?}");
        }
        assert_eq!(read(&"a".repeat(LONGEST + 1)), Err(NotAToken::Long));
        let other = TOKEN.replace("Zm9s", "Zm9t");
        assert_eq!(read(&format!("{{\"token\":\"{TOKEN}\",\"accessToken\":\"{other}\"}}")), Err(NotAToken::Several));
        assert_eq!(read(&format!("{TOKEN} or {other}")), Err(NotAToken::Several));
    }
}
