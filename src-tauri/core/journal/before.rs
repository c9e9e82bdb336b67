//! What there was before an intent for a key: as little as tells its key from all others, however many there are.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::key::{Key, KeyId};

/// Servers' clocks differ, and a list may be as old as this.
const AN_OVERLAP: Duration = Duration::minutes(10);

/// A key that Dfns says was made this long before its clock showed the time of the intent was made by no such intent.
const BEFORE_BY_FAR: Duration = Duration::hours(1);

/// What there was before an intent. The keys of the last minutes are known by their ids, and all before them by their time, as
/// Dfns tells it of each: so it stays small among a hundred thousand keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Before {
    pub listed: bool,
    /// What was made before this was there.
    since: Option<OffsetDateTime>,
    /// What else was there, and what the person has said is not the one.
    ids: HashSet<KeyId>,
    /// No key that was made before this is the one, whether it was listed or not. By Dfns' clock, where that was told.
    not_before: Option<OffsetDateTime>,
}

impl Before {
    /// These keys were listed, and Dfns' clock, as far as it told it, is this much ahead of the computer's.
    pub fn listing<'a>(keys: impl IntoIterator<Item = &'a Key> + Clone, ahead: Option<Duration>) -> Self {
        let now = OffsetDateTime::now_utc().saturating_add(ahead.unwrap_or_default());
        // One that claims to be of the future must not hide what is made next.
        let newest = keys.clone().into_iter().filter_map(made_at).max().map(|newest| newest.min(now));
        let since = newest.map(|newest| newest.saturating_sub(AN_OVERLAP));
        let is_by_id = |key: &&Key| since.zip(made_at(key)).is_none_or(|(since, at)| at >= since);
        let ids = keys.into_iter().filter(is_by_id).map(|key| key.id.clone()).collect();
        Self { listed: true, since, ids, ..Self::unlisted(ahead) }
    }

    pub fn unlisted(ahead: Option<Duration>) -> Self {
        let not_before =
            ahead.map(|ahead| OffsetDateTime::now_utc().saturating_add(ahead).saturating_sub(BEFORE_BY_FAR));
        Self { listed: false, since: None, ids: HashSet::new(), not_before }
    }

    /// These were all the keys there were, at about this time by the computer's clock.
    pub fn all(ids: impl IntoIterator<Item = KeyId>, about: OffsetDateTime) -> Self {
        let not_before = Some(about.saturating_sub(Duration::days(1)));
        Self { listed: true, since: None, ids: ids.into_iter().collect(), not_before }
    }

    /// Whether a key was made since; `None` where that cannot be told.
    pub fn is_new(&self, key: &Key) -> Option<bool> {
        if !self.listed && self.not_before.is_none() {
            return None;
        }
        let bound = self.since.max(self.not_before);
        let is_old = bound.zip(made_at(key)).is_some_and(|(bound, at)| at < bound);
        Some(!is_old && !self.ids.contains(&key.id))
    }

    /// Whether this very key was there, by its id: which proves that it is a list of the same organization.
    pub fn had(&self, id: &KeyId) -> bool {
        self.ids.contains(id)
    }

    /// Whether a list has what was there, as far as that is known by its id. One that lacks a key is not the whole of it, or
    /// somebody else's: what it does not show may be there all the same.
    pub fn is_all_in(&self, listed: &[Key]) -> bool {
        self.ids.is_empty() || {
            let listed: HashSet<&KeyId> = listed.iter().map(|key| &key.id).collect();
            self.ids.iter().all(|id| listed.contains(id))
        }
    }

    /// This key is not the one that was asked for.
    pub fn know(&mut self, id: KeyId) {
        self.ids.insert(id);
    }

    /// As it stands in the journal.
    pub fn written(&self) -> String {
        let time = |at: Option<OffsetDateTime>| at.and_then(|at| at.format(&Rfc3339).ok());
        let line = Line {
            listed: self.listed,
            since: time(self.since),
            not_before: time(self.not_before),
            ids: self.ids.iter().map(|id| id.0.clone()).collect(),
        };
        serde_json::to_string(&line).expect("texts always serialize")
    }

    /// From the journal, where it was written at this time. Earlier versions wrote the ids of all keys there were, or nothing
    /// where they could not be listed.
    pub fn read(text: Option<&str>, about: OffsetDateTime) -> Self {
        let time = |text: Option<String>| text.and_then(|text| OffsetDateTime::parse(&text, &Rfc3339).ok());
        let old = |ids: Vec<String>| Self::all(ids.into_iter().map(KeyId), about);
        let Some(text) = text else { return Self::unlisted(None) };
        match serde_json::from_str::<Line>(text) {
            Ok(Line { listed, since, not_before, ids }) => Self {
                listed,
                since: time(since),
                not_before: time(not_before),
                ids: ids.into_iter().map(KeyId).collect(),
            },
            Err(_) => serde_json::from_str(text).map_or_else(|_| Self::unlisted(None), old),
        }
    }
}

/// When Dfns says that a key was made.
pub(super) fn made_at(key: &Key) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(&key.created, &Rfc3339).ok()
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    listed: bool,
    since: Option<String>,
    not_before: Option<String>,
    ids: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyStatus;

    fn key(id: &str, created: OffsetDateTime) -> Key {
        Key {
            kind: crate::credential::CredentialKind::ApiKey,
            id: KeyId(id.into()),
            name: "Server Key 3".into(),
            organization: "cu-1".into(),
            author: "ce-1".into(),
            created: created.format(&Rfc3339).expect("a time"),
            status: KeyStatus::Active,
            expires: None,
            signing: None,
        }
    }

    fn ago(span: Duration) -> OffsetDateTime {
        OffsetDateTime::now_utc() - span
    }

    #[test]
    fn a_hundred_thousand_keys_take_no_more_room_than_those_of_the_last_minutes() {
        let keys: Vec<Key> =
            (0..100_000).map(|number| key(&format!("api-{number}"), ago(Duration::minutes(number)))).collect();
        let before = Before::listing(&keys, Some(Duration::ZERO));
        let size = before.written().len();
        assert!(size < 1000, "{size} bytes");
        assert!(keys.iter().all(|key| before.is_new(key) == Some(false)));
        assert_eq!(before.is_new(&key("api-new", ago(Duration::ZERO))), Some(true));
    }

    #[test]
    fn what_was_written_is_read_as_it_was() {
        let mut before = Before::listing(&[key("api-1", ago(Duration::hours(1)))], Some(Duration::ZERO));
        before.know(KeyId("api-theirs".into()));
        for before in [before, Before::unlisted(Some(Duration::ZERO)), Before::unlisted(None)] {
            assert_eq!(Before::read(Some(&before.written()), OffsetDateTime::UNIX_EPOCH), before);
        }
        let asked = ago(Duration::ZERO);
        let old = Before::read(Some(r#"["api-1"]"#), asked);
        assert_eq!(old, Before::all([KeyId("api-1".into())], asked));
        assert_eq!(Before::read(None, asked), Before::unlisted(None));
    }

    #[test]
    fn one_that_claims_to_be_of_the_future_hides_nothing() {
        let future = OffsetDateTime::now_utc() + Duration::days(9000);
        let before = Before::listing(&[key("api-future", future)], Some(Duration::ZERO));
        assert_eq!(before.is_new(&key("api-future", future)), Some(false));
        assert_eq!(before.is_new(&key("api-new", ago(Duration::ZERO))), Some(true));
    }

    #[test]
    fn neither_does_a_computer_whose_clock_is_wrong() {
        for off in [Duration::days(400), Duration::days(-400)] {
            // The server's clock is this far ahead.
            let server = OffsetDateTime::now_utc() + off;
            let there = key("api-1", server - Duration::minutes(20));
            let new = key("api-new", server + Duration::seconds(1));
            for before in [Before::listing(std::slice::from_ref(&there), Some(off)), Before::unlisted(Some(off))] {
                assert_eq!(before.is_new(&new), Some(true), "{off}");
            }
            // Nor where the server does not tell its time.
            let before = Before::listing(std::slice::from_ref(&there), None);
            assert_eq!((before.is_new(&there), before.is_new(&new)), (Some(false), Some(true)), "{off}");
        }
    }

    #[test]
    fn a_key_of_long_before_is_none_that_was_asked_for_though_nothing_was_listed() {
        let (old, new) = (key("api-old", ago(Duration::hours(2))), key("api-new", ago(Duration::ZERO)));
        for before in [Before::listing(&[], Some(Duration::ZERO)), Before::unlisted(Some(Duration::ZERO))] {
            assert_eq!((before.is_new(&old), before.is_new(&new)), (Some(false), Some(true)));
        }
        assert_eq!(Before::unlisted(None).is_new(&new), None, "nothing tells it");
    }

    #[test]
    fn a_key_whose_time_cannot_be_read_is_known_by_its_id() {
        let odd = |id: &str| Key { created: "yesterday".into(), ..key(id, ago(Duration::ZERO)) };
        let before = Before::listing(&[odd("api-odd"), key("api-1", ago(Duration::hours(5)))], Some(Duration::ZERO));
        assert_eq!(before.is_new(&odd("api-odd")), Some(false));
        assert_eq!(before.is_new(&odd("api-odder")), Some(true));
    }
}
