//! What a test of a destination has shown, in words: what was seen, what could not be, and what ends by itself.

use crate::{
    delivery::{Access, Keeps, Looked},
    failure::VaultProblem,
    said,
};

/// What a test of a destination has shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tested {
    /// In words; also that nothing was stored.
    pub words: String,
    /// Whether nothing is known of that would let a token end there.
    pub good: bool,
}

/// Of a vault that could be asked about an entry at this place. `account` says whose it is, where it told that.
pub(super) fn words(looked: &Looked, place: &str, account: &str) -> String {
    let room = match (looked.room_seen, looked.right_untold) {
        (true, false) => format!("It answers, lets Keybearer in, and has nothing at {place}."),
        (true, true) => format!(
            "It answers, and has nothing at {place}. Whether Keybearer may store there, it does not tell before the first \
             token."
        ),
        (false, false) => format!(
            "It answers, and lets Keybearer store at {place}. Whether something is there already, this access may not see; \
             nothing is ever overwritten."
        ),
        (false, true) => format!(
            "It answers. Whether there is room at {place}, and whether Keybearer may store there, it does not tell before \
             the first token; nothing is ever overwritten."
        ),
    };
    format!("{room}{account} {}Nothing was stored.", ends(looked))
}

/// What is known of what ends by itself: what is stored, and the access. Nothing of what nobody asks a program.
pub(super) fn ends(looked: &Looked) -> String {
    let kept = match looked.for_good("there".to_owned()) {
        Err(VaultProblem::Ends { until, .. }) => format!(
            "But it deletes by itself what is stored there: now that would be on {}. Nothing is delivered there at once, or \
             from a list of names; by hand, you are told the date and decide. ",
            said::instant(until)
        ),
        _ if looked.keeps == Keeps::NotTold && looked.access != Access::NotTold => {
            "Whether it deletes by itself what is stored there, this access may not see; that is told with the delivery. "
                .to_owned()
        }
        _ => String::new(),
    };
    let access = match looked.access {
        Access::Until { at, renewable: true } => {
            format!("Its access token ends on {}, unless somebody renews it. ", said::instant(at))
        }
        Access::Until { at, renewable: false } => format!("Its access token ends on {}. ", said::instant(at)),
        Access::Endless | Access::NotTold => String::new(),
    };
    format!("{kept}{access}")
}
