//! What a test of a destination has shown, in words: what was seen, what could not be, and what ends by itself.

use serde::Serialize;

use crate::{
    delivery::{Access, Keeps, Looked},
    failure::VaultProblem,
    words::{self, Message},
};

/// What a test of a destination has shown.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Tested {
    /// In words; also that nothing was stored.
    pub words: Message,
    /// Whether nothing is known of that would let a token end there.
    pub good: bool,
}

/// Of a vault that could be asked about an entry at this place. `account` says whose it is, where it told that.
pub(super) fn asked(looked: &Looked, place: &str, account: Option<Message>) -> Message {
    let room = match (looked.room_seen, looked.right_untold) {
        (true, false) => words::tested_works(place),
        (true, true) => words::tested_right_untold(place),
        (false, false) => words::tested_room_unseen(place),
        (false, true) => words::tested_untold(place),
    };
    with_ends(room, looked, account)
}

/// Of one that cannot be asked about an entry before the organization is known.
pub(super) fn before_the_organization(looked: &Looked, place: &str, account: Option<Message>) -> Message {
    with_ends(words::tested_organization_unknown(place), looked, account)
}

/// Of a program that answers no question.
pub(super) fn not_asked(account: Option<Message>) -> Message {
    told([Some(words::tested_program_there()), account], words::tested_program_untried())
}

fn with_ends(room: Message, looked: &Looked, account: Option<Message>) -> Message {
    told([Some(room), account, keeping(looked), access(looked)], words::tested_nothing_stored())
}

fn told<const COUNT: usize>(sentences: [Option<Message>; COUNT], last: Message) -> Message {
    sentences.into_iter().flatten().rev().fold(last, |after, sentence| words::sentences(sentence, after))
}

/// What is known of what ends by itself there. Nothing of what nobody asks a program.
fn keeping(looked: &Looked) -> Option<Message> {
    match looked.for_good(String::new()) {
        Err(VaultProblem::Ends { until, .. }) => Some(words::tested_ends(until)),
        _ if looked.keeps == Keeps::NotTold && looked.access != Access::NotTold => Some(words::tested_keeping_unseen()),
        _ => None,
    }
}

fn access(looked: &Looked) -> Option<Message> {
    match looked.access {
        Access::Until { at, renewable: true } => Some(words::tested_access_renewable(at)),
        Access::Until { at, renewable: false } => Some(words::tested_access_ends(at)),
        Access::Endless | Access::NotTold => None,
    }
}
