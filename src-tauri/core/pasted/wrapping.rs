//! What stands around a token where people copy it, and how it is taken off.

use serde_json::Value;
use zeroize::Zeroizing;

use super::NotAToken;
use crate::naming;

/// What a token is called in JSON and in headers, in lower case and without `_` and `-`.
const CALLED: [&str; 9] = [
    "token",
    "accesstoken",
    "authtoken",
    "signintoken",
    "usertoken",
    "apitoken",
    "jwt",
    "bearertoken",
    "authorization",
];

/// Pairs that a text is put between.
const PAIRS: [(char, char); 9] =
    [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('„', '“'), ('‘', '’'), ('«', '»'), ('<', '>'), ('(', ')')];

/// What may stand before a name in front of a token.
const BEFORE_NAMES: [&str; 10] =
    ["export ", "set ", "setx ", "const ", "let ", "var ", "$env:", "-H ", "--header ", "-H"];

/// The signatures that are usual, in letters of base64: HMAC-SHA256, Ed25519 and P-256, and RSA.
const SIGNATURES: [usize; 3] = [43, 86, 342];

/// A text without what cannot be seen in it, and without the NUL that some programs end it with.
pub(super) fn without_unseen(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.chars().filter(|letter| *letter != '\0' && !naming::is_never_seen(*letter)).collect())
}

/// What is left once all that is put around a token is taken off, as often as it is there.
pub(super) fn unwrapped(text: &str) -> Result<Zeroizing<String>, NotAToken> {
    let mut rest = text;
    loop {
        let before = rest;
        rest = rest.trim_matches(|letter: char| letter.is_whitespace());
        if rest.starts_with(['{', '[']) {
            return in_json(rest);
        }
        rest = without_fence(rest);
        rest = rest.trim_end_matches([',', ';', '\\', ' ']);
        rest = without_quotes(rest);
        rest = without_name(rest);
        rest = without_scheme(rest);
        if rest == before {
            break;
        }
    }
    if rest.is_empty() { Err(NotAToken::Empty) } else { Ok(Zeroizing::new(rest.to_owned())) }
}

/// The pieces of a token that was folded over lines, put together again.
pub(super) fn joined(text: &str) -> Option<Zeroizing<String>> {
    // Mail breaks a line with a sign of its own.
    let pieces: Vec<&str> = text.split_whitespace().map(|piece| piece.strip_prefix('>').unwrap_or(piece)).collect();
    let pieces: Vec<&str> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
    let (last, whole) = pieces.split_last()?;
    if !pieces.iter().all(|piece| piece.chars().all(is_of_token)) {
        return None;
    }
    let one_length = whole.iter().all(|piece| piece.len() == whole[0].len()) && last.len() <= whole[0].len();
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count() == pieces.len();
    let token = Zeroizing::new(pieces.concat());
    let is_whole = if token.starts_with("eyJ") {
        let signature = token.split('.').nth(2).map(str::len);
        let usual = signature.is_some_and(|length| SIGNATURES.contains(&length));
        let ends_within = !whole.iter().any(|piece| is_jwt(piece));
        is_jwt(&token) && ((one_length && (whole.len() > 1 || usual)) || (lines && (usual || ends_within)))
    } else {
        // Nobody can tell of any other where it ends, but by the width that it was folded at.
        const WIDTH: usize = 32;
        lines && one_length && whole[0].len() >= WIDTH && naming::looks_like_secret(whole[0]).is_some()
    };
    is_whole.then_some(token)
}

/// The one token in a text of several words: what follows `Bearer`, or has the form of one of Dfns'.
pub(super) fn only_token_in(text: &str) -> Result<Zeroizing<String>, NotAToken> {
    let words: Vec<&str> = text.split(|letter: char| !is_of_token(letter)).filter(|word| !word.is_empty()).collect();
    let follows_scheme = words.windows(2).filter(|pair| pair[0].eq_ignore_ascii_case("bearer")).map(|pair| pair[1]);
    let jwts = words.iter().copied().filter(|word| is_jwt(word));
    let mut found: Vec<&str> = follows_scheme.chain(jwts).filter(|word| word.len() >= super::SHORTEST).collect();
    found.sort_unstable();
    found.dedup();
    match found[..] {
        [] => Err(NotAToken::Spaces),
        [token] => Ok(Zeroizing::new(token.to_owned())),
        _ => Err(NotAToken::Several),
    }
}

/// The one text in JSON that is called a token.
fn in_json(text: &str) -> Result<Zeroizing<String>, NotAToken> {
    let begins = NotAToken::Begins(text.chars().next().unwrap_or('{'));
    let text = text.trim_end_matches([',', ';']);
    let Ok(json) = serde_json::from_str::<Value>(text) else {
        // A piece of a script may look like it.
        return only_token_in(text).map_err(|problem| if problem == NotAToken::Spaces { begins } else { problem });
    };
    let mut found = Vec::new();
    called_a_token(&json, &mut found);
    found.sort_unstable();
    found.dedup();
    match found[..] {
        [] => Err(begins),
        [token] if token.starts_with(['{', '[']) => Err(begins),
        [token] => unwrapped(token),
        _ => Err(NotAToken::Several),
    }
}

fn called_a_token<'a>(json: &'a Value, found: &mut Vec<&'a str>) {
    match json {
        Value::Array(all) => all.iter().for_each(|each| called_a_token(each, found)),
        Value::Object(all) => {
            for (name, value) in all {
                match value {
                    Value::String(text) if is_called_a_token(name) => found.push(text),
                    _ => called_a_token(value, found),
                }
            }
        }
        _ => {}
    }
}

fn is_called_a_token(name: &str) -> bool {
    let name = name.to_lowercase().replace(['_', '-'], "");
    CALLED.contains(&name.as_str())
}

fn without_fence(text: &str) -> &str {
    let Some(inside) = text.strip_prefix("```").and_then(|text| text.strip_suffix("```")) else { return text };
    // The language stands behind the first, on its line.
    inside.split_once('\n').map_or(inside, |(_, inside)| inside)
}

fn without_quotes(text: &str) -> &str {
    for (open, close) in PAIRS {
        if let Some(inside) = text.strip_prefix(open).and_then(|text| text.strip_suffix(close))
            && !inside.contains([open, close])
        {
            return inside;
        }
    }
    // One alone, where the other was not copied along. A token has none.
    let quote = |letter: char| matches!(letter, '"' | '\'' | '`' | '“' | '”');
    match text.matches(quote).count() {
        1 => text.trim_matches(quote),
        _ => text,
    }
}

/// Takes off the name of a header, a field or a variable.
fn without_name(text: &str) -> &str {
    let mut rest = text;
    for before in BEFORE_NAMES {
        rest = rest.strip_prefix(before).unwrap_or(rest).trim_start();
    }
    if rest != text && rest.starts_with(['"', '\'']) {
        return rest;
    }
    let quoted = rest.starts_with(['"', '\'']);
    let name_of = rest.trim_start_matches(['"', '\'']);
    let end = name_of.find(|letter: char| !letter.is_ascii_alphanumeric() && !"_-".contains(letter));
    let Some((name, after)) = end.map(|end| name_of.split_at(end)) else { return text };
    let after = if quoted { after.trim_start_matches(['"', '\'']) } else { after }.trim_start();
    let sign = [":=", "=>", "=", ":"].into_iter().find(|sign| after.starts_with(sign));
    let Some(value) = sign.and_then(|sign| after.strip_prefix(sign)) else { return text };
    let upper = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let is_variable =
        upper && sign != Some(":") && name.starts_with(|letter: char| letter.is_ascii_uppercase()) && rest != name;
    // Base64 ends with such a sign, and nothing follows that.
    let is_padding = sign == Some("=") && rest == text && value.trim_matches('=').is_empty();
    if (is_called_a_token(name) || (is_variable && !is_padding) || (rest != text && !name.is_empty()))
        && !value.starts_with('=')
    {
        value.trim_start()
    } else {
        text
    }
}

fn without_scheme(text: &str) -> &str {
    match text.split_at_checked("Bearer".len()) {
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case("bearer") && (rest.is_empty() || rest.starts_with(char::is_whitespace)) =>
        {
            rest.trim_start()
        }
        _ => text,
    }
}

/// Whether a word has the form of a JWT with all its three parts.
fn is_jwt(word: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    word.starts_with("eyJ") && word.split('.').count() == 3 && word.split('.').all(is_part)
}

fn is_of_token(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_.~+/=".contains(letter)
}
