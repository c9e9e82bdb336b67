//! Which language is spoken, of those that the catalogue has.

use std::sync::OnceLock;

use serde_json::{Map, json};

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

#[derive(Clone, Copy, Debug)]
pub(super) struct Language {
    /// By BCP 47: `en`.
    pub(super) tag: &'static str,
    pub(super) text: &'static str,
}

/// What is spoken, and how dates and numbers are written: `en`, and `en-GB`.
#[derive(Debug)]
struct Choice {
    language: Language,
    locale: String,
}

static CHOICE: OnceLock<Choice> = OnceLock::new();

/// Speaks the language that the person has set for the system, where the catalogue has it. Once, before anything is said:
/// until then, and in tests, it is English.
pub fn speak() {
    let _ = CHOICE.set(chosen(sys_locale::get_locales()));
}

pub(super) fn spoken() -> Language {
    CHOICE.get().map_or(ENGLISH, |choice| choice.language)
}

/// The first language wanted that there is; in the form of the region, where that is one of the language's own.
fn chosen(wanted: impl Iterator<Item = String>) -> Choice {
    let english = Choice { language: ENGLISH, locale: ENGLISH.tag.to_owned() };
    wanted
        .filter_map(|locale| {
            let whole = LANGUAGES.iter().find(|language| language.tag.eq_ignore_ascii_case(&locale));
            let primary = locale.split('-').next().unwrap_or_default();
            let language = whole.or_else(|| LANGUAGES.iter().find(|language| language.tag == primary))?;
            Some(Choice { language: *language, locale })
        })
        .next()
        .unwrap_or(english)
}

/// The script that gives the main window's page its words before its own scripts run.
pub fn for_page() -> String {
    let (language, locale) = CHOICE.get().map_or((ENGLISH, ENGLISH.tag), |choice| (choice.language, &choice.locale));
    let words = json!({ "language": language.tag, "locale": locale, "text": language.text });
    given(&words)
}

/// The same for the page of the token's own window, which has no part of others in it, and so no catalogue: its words are
/// ready, with `{time}` where a time is to stand.
pub fn for_token_page() -> String {
    let time = "{time}";
    let messages = [
        super::token_title(),
        super::token_hide(),
        super::token_hides(time),
        super::token_hides_soon(time),
        super::token_hiding(),
        super::token_read(),
        super::token_read_warning(),
        super::token_capture(),
    ];
    let texts: Map<String, serde_json::Value> =
        messages.into_iter().map(|message| (message.id().to_owned(), message.to_string().into())).collect();
    given(&json!({ "language": spoken().tag, "texts": texts }))
}

fn given(words: &serde_json::Value) -> String {
    format!("Object.defineProperty(window, 'KEYBEARER_WORDS', {{ value: Object.freeze({words}) }});")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(wanted: &[&str]) -> (&'static str, String) {
        let Choice { language, locale } = chosen(wanted.iter().map(|each| (*each).to_owned()));
        (language.tag, locale)
    }

    #[test]
    fn the_first_language_that_there_is_is_spoken_in_the_form_of_its_region() {
        assert_eq!(choice(&["en-GB", "fr-FR"]), ("en", "en-GB".to_owned()));
        assert_eq!(choice(&["tlh", "en-US"]), ("en", "en-US".to_owned()));
        assert_eq!(choice(&["tlh"]), ("en", "en".to_owned()));
        assert_eq!(choice(&[]), ("en", "en".to_owned()));
    }
}
