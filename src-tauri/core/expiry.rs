//! How near the end of a token is, of those whose end is known.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use time::{Duration, OffsetDateTime};

use crate::{
    journal::{Ends, Event, Record},
    key::{Key, KeyId, KeyStatus},
    receipt::Whereabouts,
    words::{self, Message},
};

/// Each is nearer to the end than the one before.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Nearness {
    /// Within 30 days.
    Month,
    /// Within 7 days.
    Week,
    /// Within a day.
    Day,
    /// It has ended, or may have, where its end is reckoned.
    Ended,
}

impl Nearness {
    pub const ALL: [Self; 4] = [Self::Month, Self::Week, Self::Day, Self::Ended];

    /// From so long before the end on.
    fn before(self) -> Duration {
        match self {
            Self::Month => Duration::days(30),
            Self::Week => Duration::days(7),
            Self::Day => Duration::days(1),
            Self::Ended => Duration::ZERO,
        }
    }

    /// `None` while there is more than a month left.
    pub fn of(ends: OffsetDateTime, now: OffsetDateTime) -> Option<Self> {
        let left = ends - now;
        Self::ALL.into_iter().rev().find(|each| left <= each.before())
    }

    /// How many are as near as this.
    fn count(self, count: usize) -> Message {
        match self {
            Self::Month => words::ending_month(count),
            Self::Week => words::ending_week(count),
            Self::Day => words::ending_day(count),
            Self::Ended => words::ending_ended(count),
        }
    }
}

/// A key, an account or a token that works, and whose end is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Watched {
    pub key: Key,
    pub ends: Ends,
}

/// One that ends soon, or has ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ending {
    pub key: Key,
    pub ends: Ends,
    pub nearness: Nearness,
}

impl Ending {
    /// What happened or will, and what it means.
    pub fn message(&self) -> Message {
        let Self { key, ends: Ends { at, is_reckoned }, nearness } = self;
        let (name, kind) = (key.name.as_str(), key.kind.as_str());
        match (nearness, is_reckoned) {
            (Nearness::Ended, false) => words::ending_has_ended(*at, name),
            (Nearness::Ended, true) => words::ending_may_have_ended(*at, name),
            (_, false) => words::ending_ends(*at, kind, name),
            (_, true) => words::ending_ends_about(*at, kind, name),
        }
    }

    /// What to do.
    pub fn hint(&self) -> Message {
        match self.nearness {
            Nearness::Ended => words::ending_ended_hint(self.key.kind.as_str()),
            _ => words::ending_hint(),
        }
    }
}

/// Those of a list that work and whose end is known, as far as nothing has taken their place: soonest first.
pub fn watched(keys: &[Key], records: &[Record]) -> Vec<Watched> {
    let replaced = replaced(keys, records);
    let works = |key: &Key| !key.is_revoked() && key.status != KeyStatus::inactive() && !replaced.contains(&key.id);
    let mut watched = with_ends(keys, records);
    watched.retain(|each| works(&each.key));
    watched.sort_by_key(|each| each.ends.at);
    watched
}

/// Those of a list whose end is known, in its order.
pub fn with_ends(keys: &[Key], records: &[Record]) -> Vec<Watched> {
    let ends: HashMap<&KeyId, Ends> =
        records.iter().filter_map(|record| Some((&record.key.id, record.ends()?))).collect();
    keys.iter().filter_map(|key| Some(Watched { key: key.clone(), ends: *ends.get(&key.id)? })).collect()
}

/// Those in whose place there is another whose secrets are in a vault, and which works.
fn replaced<'a>(keys: &[Key], records: &'a [Record]) -> HashSet<&'a KeyId> {
    let gone: HashSet<&KeyId> = keys.iter().filter(|key| key.is_revoked()).map(|key| &key.id).collect();
    let takes_its_place = |record: &&Record| {
        let is_in_vault =
            matches!(Whereabouts::of(record), Whereabouts::Checked | Whereabouts::Delivered | Whereabouts::Stated);
        is_in_vault && record.when(Event::Revoked).is_none() && !gone.contains(&record.key.id)
    };
    records.iter().filter(takes_its_place).filter_map(|record| Some(&record.replaces.as_ref()?.id)).collect()
}

/// Those of them that end soon by then, or have ended.
pub fn endings(watched: &[Watched], now: OffsetDateTime) -> Vec<Ending> {
    let near = |Watched { key, ends }: &Watched| {
        Some(Ending { key: key.clone(), ends: *ends, nearness: Nearness::of(ends.at, now)? })
    };
    watched.iter().filter_map(near).collect()
}

/// How long it takes from then until one of them is nearer than it is then; `None` where none will be.
pub fn next_change(watched: &[Watched], now: OffsetDateTime) -> Option<Duration> {
    let changes = watched.iter().flat_map(|each| Nearness::ALL.map(|nearness| each.ends.at - now - nearness.before()));
    changes.filter(|left| left.is_positive()).min()
}

/// How many there are of each nearness, in one sentence, the most pressing first; `None` of none.
pub fn counted(endings: &[Ending]) -> Option<Message> {
    let count = |nearness: &Nearness| endings.iter().filter(|ending| ending.nearness == *nearness).count();
    let counts = Nearness::ALL.iter().rev().map(|nearness| (nearness, count(nearness)));
    let parts = counts.filter(|(_, count)| *count > 0).map(|(nearness, count)| nearness.count(count));
    parts.reduce(words::both)
}

#[cfg(test)]
pub(crate) mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::{
        credential::CredentialKind,
        delivery::Proof,
        journal::Happened,
        key::{Owner, PublicKey},
        order::AskedSigning,
    };

    pub(crate) const NOW: OffsetDateTime = datetime!(2026-11-30 16:00:00 UTC);

    pub(crate) fn key(id: &str) -> Key {
        let key = Key::of_id(CredentialKind::ServiceAccount, KeyId(id.into()), KeyStatus::Active);
        Key { name: format!("Bot {id}"), created: "2026-11-23T09:00:00.000Z".into(), ..key }
    }

    /// Of one that ends so long after now, where that is known.
    pub(crate) fn record(id: &str, left: Option<Duration>) -> Record {
        let expires = left.map(|left| crate::redact::iso(NOW + left));
        Record {
            key: Key { expires, ..key(id) },
            kind: CredentialKind::ServiceAccount,
            owner: Owner::default(),
            fingerprints: [].into(),
            replaces: None,
            signing: None,
            events: Vec::new(),
            unknown: Vec::new(),
        }
    }

    #[test]
    fn a_month_a_week_and_a_day_ahead_and_passed_are_told_apart_to_the_second() {
        let second = Duration::seconds(1);
        for (nearness, days) in [(Nearness::Month, 30), (Nearness::Week, 7), (Nearness::Day, 1), (Nearness::Ended, 0)] {
            let left = Duration::days(days);
            assert_eq!(Nearness::of(NOW + left, NOW), Some(nearness), "{days} days");
            assert_eq!(Nearness::of(NOW + left - second, NOW), Some(nearness), "less than {days} days");
            let before = Nearness::ALL.into_iter().take_while(|each| *each < nearness).last();
            assert_eq!(Nearness::of(NOW + left + second, NOW), before, "more than {days} days");
        }
        assert_eq!(Nearness::of(NOW - Duration::days(4000), NOW), Some(Nearness::Ended));
    }

    #[test]
    fn what_works_and_has_a_known_end_is_watched_the_soonest_first_and_nothing_else() {
        let days = |days| Some(Duration::days(days));
        let records = [
            record("week", days(6)),
            record("unknown", None),
            record("day", Some(Duration::hours(3))),
            record("archived", days(3)),
            record("inactive", days(3)),
            record("year", days(365)),
            record("ended", days(-2)),
            record("not-listed", days(1)),
        ];
        let status = |id: &str| match id {
            "archived" => KeyStatus::read("Archived"),
            "inactive" => KeyStatus::inactive(),
            _ => KeyStatus::Active,
        };
        let keys: Vec<Key> = ["week", "unknown", "day", "archived", "inactive", "year", "ended", "elsewhere"]
            .map(|id| Key { status: status(id), ..key(id) })
            .into();
        let watched = watched(&keys, &records);
        let endings = endings(&watched, NOW);
        let told: Vec<(&str, Nearness)> =
            endings.iter().map(|ending| (ending.key.id.0.as_str(), ending.nearness)).collect();
        assert_eq!(told, [("ended", Nearness::Ended), ("day", Nearness::Day), ("week", Nearness::Week)]);
        assert_eq!(watched.len(), 4, "the one of a year will end");
        // The day of the one of a week, and not its end.
        assert_eq!(next_change(&watched, NOW), Some(Duration::hours(3)));
        assert_eq!(next_change(&watched, NOW + Duration::hours(3)), Some(Duration::days(5) - Duration::hours(3)));
        assert_eq!(next_change(&watched, NOW + Duration::days(365)), None);
        // A clock that was put back tells them as it shows.
        assert!(super::endings(&watched, NOW - Duration::days(60)).is_empty());
    }

    #[test]
    fn one_that_was_replaced_is_left_in_peace_once_the_new_one_is_in_a_vault() {
        let keys = [key("old"), key("new")];
        let in_vault = |proof| Happened {
            at: NOW,
            event: Event::Delivered(proof),
            place: Some("Team Vault: x".into()),
            until: None,
        };
        let new = |events: &[Happened]| Record {
            replaces: Some(key("old")),
            events: events.to_vec(),
            ..record("new", Some(Duration::days(300)))
        };
        let old = record("old", Some(Duration::days(3)));
        let near = |new: Record, keys: &[Key]| endings(&watched(keys, &[old.clone(), new]), NOW).len();
        assert_eq!(near(new(&[in_vault(Proof::ReadBack)]), &keys), 0);
        assert_eq!(near(new(&[in_vault(Proof::FirstVersion)]), &keys), 0);
        assert_eq!(near(new(&[]), &keys), 1, "nothing shows that it is in a vault");
        assert_eq!(near(new(&[in_vault(Proof::Taken)]), &keys), 1, "that a vault took it shows nothing");
        let revoked = Happened { event: Event::Revoked, place: None, ..in_vault(Proof::ReadBack) };
        assert_eq!(near(new(&[in_vault(Proof::ReadBack), revoked]), &keys), 1, "it was revoked from here");
        let gone = [key("old"), Key { status: KeyStatus::read("Archived"), ..key("new") }];
        assert_eq!(near(new(&[in_vault(Proof::ReadBack)]), &gone), 1, "it was archived elsewhere");
    }

    #[test]
    fn what_is_reckoned_is_told_as_about_then() {
        let public_key = PublicKey::of_der(b"key");
        let mut reckoned = record("r", None);
        reckoned.signing = Some(AskedSigning { role: None, days: Some(10), public_key, clock_ahead: None });
        let at = datetime!(2026-12-03 09:00:00 UTC);
        let told = |now| endings(&watched(&[key("r")], &[reckoned.clone()]), now)[0].message();
        assert_eq!(told(NOW), words::ending_ends_about(at, "service-account", "Bot r"));
        assert_eq!(told(NOW + Duration::days(4)), words::ending_may_have_ended(at, "Bot r"));
        let known = record("k", Some(Duration::days(2)));
        let ending = &endings(&watched(&[key("k")], &[known]), NOW)[0];
        assert_eq!(ending.message(), words::ending_ends(NOW + Duration::days(2), "service-account", "Bot k"));
    }

    #[test]
    fn many_are_counted_in_one_sentence_the_most_pressing_first() {
        let keys = ["a", "b", "c", "d"].map(key);
        let records =
            [("a", 20), ("b", 5), ("c", 4), ("d", -1)].map(|(id, days)| record(id, Some(Duration::days(days))));
        let counted = counted(&endings(&watched(&keys, &records), NOW)).expect("some");
        assert_eq!(counted.to_string(), "1 has ended and 2 end within a week and 1 ends within 30 days");
        assert_eq!(super::counted(&[]), None);
    }
}
