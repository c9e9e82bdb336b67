//! Puts messages into words.

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use time::{OffsetDateTime, UtcOffset};

use super::{
    Message, Number, Value,
    language::{self, Language},
};

type Bundle = FluentBundle<FluentResource>;

static SPOKEN: LazyLock<Bundle> = LazyLock::new(|| bundle(language::spoken()));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(language::ENGLISH));

pub(super) fn spoken(message: &Message) -> String {
    format(&SPOKEN, message)
}

pub(super) fn in_english(message: &Message) -> String {
    format(&ENGLISH, message)
}

fn bundle(language: Language) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(vec![language.tag.parse().unwrap_or_default()]);
    // Marks around each argument would be copied along with a name, and be found by no search for it.
    bundle.set_use_isolating(false);
    // What failed would leave out words that the build has looked at; the rest is said all the same.
    let _ = bundle.add_builtins();
    let _ = bundle.add_function("DATETIME", |given, _| given.first().cloned().unwrap_or(FluentValue::Error));
    let resource = FluentResource::try_new(language.text.to_owned()).unwrap_or_else(|(read, _)| read);
    let _ = bundle.add_resource(resource);
    bundle
}

fn format(bundle: &Bundle, message: &Message) -> String {
    let Some(pattern) = bundle.get_message(message.id).and_then(|found| found.value()) else {
        return message.id.to_owned();
    };
    let mut given = FluentArgs::with_capacity(message.args.0.len());
    for (name, value) in &message.args.0 {
        given.set(*name, fluent(bundle, value));
    }
    bundle.format_pattern(pattern, Some(&given), &mut Vec::new()).into_owned()
}

fn fluent<'value>(bundle: &Bundle, value: &'value Value) -> FluentValue<'value> {
    match value {
        Value::Text(text) => FluentValue::String(Cow::Borrowed(text)),
        Value::Number(Number(number)) => FluentValue::from(*number),
        Value::Instant(at) => FluentValue::String(Cow::Owned(format(bundle, &instant(*at)))),
        Value::Message(message) => FluentValue::String(Cow::Owned(format(bundle, message))),
    }
}

/// A time as the language writes it, in UTC: what is not drawn by the page may be read elsewhere.
fn instant(at: OffsetDateTime) -> Message {
    let at = at.to_offset(UtcOffset::UTC);
    let clock = format!("{:02}:{:02}", at.hour(), at.minute());
    super::instant(clock, at.day(), u8::from(at.month()), at.year().to_string())
}
