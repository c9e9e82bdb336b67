//! Every word that a person reads, in one catalogue: a file for each language, `en.ftl` first, in Mozilla's Fluent.
//!
//! The build script makes a function of each message, so that one that is missing, or lacks an argument, does not compile.
//! What they return is no text yet: a [`Message`] crosses the border as its id and arguments, and the page puts it into
//! words; what Rust itself says (in dialogs, receipts, and on the terminal) is its `Display`.

mod catalogue;
mod language;

use std::fmt;

use serde::{Serialize, Serializer};
use time::OffsetDateTime;

use crate::redact;

pub use self::language::{for_page, for_token_page, speak};

/// The shape of each message, for the page's scripts.
#[cfg(feature = "typescript")]
pub const TYPES: &str = include_str!(concat!(env!("OUT_DIR"), "/words.d.ts"));

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// A message of the catalogue and what it speaks of.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Message {
    id: &'static str,
    /// What it speaks of, by name.
    #[cfg_attr(feature = "typescript", ts(type = "{ [name: string]: string | number | { at: string } | Message }"))]
    args: Args,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Args(Vec<(&'static str, Value)>);

/// What a message speaks of.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Text of somebody else's: a name, a host, what Dfns said.
    Text(String),
    /// How many, or which.
    Number(Number),
    #[serde(serialize_with = "at")]
    Instant(OffsetDateTime),
    Message(Message),
}

/// A whole number, which each language writes in its own way.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Number(i64);

/// A message without arguments, as tables name it.
pub type Plain = fn() -> Message;

impl Message {
    /// In English, for files that are read by other programs and in other countries.
    pub fn in_english(&self) -> String {
        catalogue::in_english(self)
    }

    pub fn id(&self) -> &'static str {
        self.id
    }
}

/// In the language that is spoken on this computer.
impl fmt::Display for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&catalogue::spoken(self))
    }
}

/// As an object: by name.
impl Serialize for Args {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

fn at<S: Serializer>(at: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map([("at", redact::iso(*at))])
}

macro_rules! from {
    ($($kind:ty => $value:expr;)*) => {
        $(impl From<$kind> for Value {
            fn from(given: $kind) -> Self {
                $value(given.into())
            }
        })*
    };
}

from! {
    &str => Self::Text;
    String => Self::Text;
    &String => Self::Text;
    Message => Self::Message;
}

macro_rules! numbers {
    ($($kind:ty),*) => {
        $(impl From<$kind> for Number {
            fn from(number: $kind) -> Self {
                // More than that is said as if it were that.
                Self(i64::try_from(number).unwrap_or(i64::MAX))
            }
        }

        impl From<$kind> for Value {
            fn from(number: $kind) -> Self {
                Self::Number(number.into())
            }
        })*
    };
}

numbers!(u8, u16, u32, i32, u64, i64, usize);
