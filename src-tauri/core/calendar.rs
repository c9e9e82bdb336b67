//! A calendar file (RFC 5545) of what ends when. No secret is in it; names and ids are.

use ics::{
    Alarm, Event, ICalendar, escape_text, parameters,
    properties::{Description, DtEnd, DtStart, LastModified, Summary, Transp, Trigger},
};
use time::{Duration, OffsetDateTime, UtcOffset};

use crate::{
    expiry::{Nearness, Watched},
    hex::sha256_of,
    journal::Ends,
    words,
};

/// How many characters of a hash tell events apart.
const DIGITS: usize = 32;

/// One event for each, as of `now`: a moment where its end is known, a whole day where it is reckoned. With an alarm for each
/// threshold that is still to come. `dfns` is the address of the Dfns that they are of.
pub fn calendar(watched: &[Watched], dfns: &str, now: OffsetDateTime) -> String {
    let mut calendar = ICalendar::new("2.0", "-//Keybearer//Keybearer//EN");
    for each in watched {
        calendar.add_event(event(each, dfns, now));
    }
    calendar.to_string()
}

fn event(Watched { key, ends }: &Watched, dfns: &str, now: OffsetDateTime) -> Event<'static> {
    let Ends { at, is_reckoned } = *ends;
    let mut event = Event::new(uid(&key.id.0, dfns), moment(now));
    // Whoever takes in a later file has the later one.
    event.push(LastModified::new(moment(now)));
    if is_reckoned {
        let whole_day = || parameters!("VALUE" => "DATE");
        let mut start = DtStart::new(day(at));
        start.append(whole_day());
        event.push(start);
        // The first day that is no part of it.
        let mut end = DtEnd::new(day(at.checked_add(Duration::days(1)).unwrap_or(at)));
        end.append(whole_day());
        event.push(end);
    } else {
        event.push(DtStart::new(moment(at)));
    }
    let summary = words::calendar_summary(key.kind.as_str(), &key.name).to_string();
    event.push(Summary::new(text(&summary)));
    event.push(Description::new(text(&description(&Watched { key: key.clone(), ends: *ends }, dfns))));
    // Nobody is busy then.
    event.push(Transp::transparent());
    for days in [30, 7, 1].into_iter().filter(|days| at - now > Duration::days(*days)) {
        event.add_alarm(Alarm::display(Trigger::new(format!("-P{days}D")), Description::new(text(&summary))));
    }
    event
}

fn description(Watched { key, ends }: &Watched, dfns: &str) -> String {
    let line = |term: words::Message, fact: &str| Some(format!("{term}: {fact}")).filter(|_| !fact.is_empty());
    let until = if ends.is_reckoned { words::calendar_reckoned() } else { words::calendar_known() };
    let lines = [
        line(words::fact_key_id(), &key.id.0),
        line(words::fact_organization(), &key.organization),
        line(words::receipt_dfns(), dfns),
        Some(until.to_string()),
        Some(words::calendar_replace().to_string()),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// The same for the same key in every file, and for no other.
fn uid(id: &str, dfns: &str) -> String {
    format!("{}@keybearer", &sha256_of(&format!("{dfns}\n{id}"))[..DIGITS])
}

/// Text as the format has it: its line breaks are of one kind there, and nothing else of what steers can stand in it.
fn text(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let no_control =
        |letter: char| if letter.is_ascii_control() && !matches!(letter, '\n' | '\t') { '\u{fffd}' } else { letter };
    escape_text(lines.chars().map(no_control).collect::<String>()).into_owned()
}

fn moment(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    format!("{}T{:02}{:02}{:02}Z", day(at), at.hour(), at.minute(), at.second())
}

fn day(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    format!("{:04}{:02}{:02}", at.year(), u8::from(at.month()), at.day())
}

/// Of those that end, those that have not.
pub fn to_come(watched: Vec<Watched>, now: OffsetDateTime) -> Vec<Watched> {
    let is_to_come = |each: &Watched| Nearness::of(each.ends.at, now) != Some(Nearness::Ended);
    watched.into_iter().filter(is_to_come).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        expiry::tests::{NOW, key},
        key::Key,
    };

    const DFNS: &str = "https://api.dfns.io";

    fn of(name: &str, days: i64, is_reckoned: bool) -> Watched {
        let ends = Ends { at: NOW + Duration::days(days), is_reckoned };
        Watched { key: Key { name: name.into(), organization: "or-1".into(), ..key("us-1") }, ends }
    }

    /// As whoever reads such a file puts its lines together again.
    fn lines(file: &str) -> Vec<String> {
        file.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn an_end_that_is_known_is_a_moment_and_one_that_is_reckoned_a_whole_day() {
        let known = lines(&calendar(&[of("Payout bot", 40, false)], DFNS, NOW));
        for line in ["DTSTART:20270109T160000Z", "DTSTAMP:20261130T160000Z", "TRIGGER:-P30D", "TRIGGER:-P7D"] {
            assert!(known.iter().any(|each| each == line), "{line} in {known:?}");
        }
        let reckoned = lines(&calendar(&[of("Payout bot", 5, true)], DFNS, NOW));
        for line in ["DTSTART;VALUE=DATE:20261205", "DTEND;VALUE=DATE:20261206", "TRIGGER:-P1D"] {
            assert!(reckoned.iter().any(|each| each == line), "{line} in {reckoned:?}");
        }
        // A calendar that takes it in would ring at once for what has passed.
        assert!(!reckoned.iter().any(|each| each == "TRIGGER:-P7D"), "{reckoned:?}");
    }

    #[test]
    fn an_event_is_the_same_in_every_file_and_another_for_each_key_and_each_dfns() {
        let uid_in = |file: &str| lines(file).into_iter().find(|line| line.starts_with("UID:")).expect("an id");
        let one = uid_in(&calendar(&[of("Payout bot", 40, false)], DFNS, NOW));
        assert_eq!(uid_in(&calendar(&[of("Renamed", 41, true)], DFNS, NOW + Duration::days(1))), one);
        assert!(one.ends_with("@keybearer") && !one.contains("us-1"), "{one}");
        assert_ne!(uid_in(&calendar(&[of("Payout bot", 40, false)], "https://api.uae.dfns.io", NOW)), one);
    }

    #[test]
    fn no_name_makes_a_line_of_its_own_or_takes_for_ever() {
        // The second kept another crate busy for ever.
        for name in ["a\r\nEND:VCALENDAR\rb\nc;d,e\\f\u{0}", &format!("{}{}", "é".repeat(150), " ".repeat(400))] {
            let file = calendar(&[of(name, 40, false)], DFNS, NOW);
            let lines = lines(&file);
            assert_eq!(lines.iter().filter(|line| line.starts_with("END:VCALENDAR")).count(), 1, "{file}");
            assert!(!file.replace("\r\n", "").contains(['\r', '\n', '\0']), "{file:?}");
            assert!(file.split("\r\n").all(|line| line.len() <= 76), "{file}");
        }
        let odd = lines(&calendar(&[of("a\r\nb;c,d\\e", 40, false)], DFNS, NOW));
        assert!(odd.iter().any(|line| line.starts_with("SUMMARY:") && line.contains(r"a\nb\;c\,d\\e")), "{odd:?}");
    }
}
