"""Tells what a calendar file holds, as a calendar's own library reads it: its events, as JSON."""

import json
import sys

import icalendar

calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
events = [
    {
        "uid": str(event["UID"]),
        "summary": str(event["SUMMARY"]),
        "description": str(event["DESCRIPTION"]),
        "start": event["DTSTART"].dt.isoformat(),
        "stamp": event["DTSTAMP"].dt.isoformat(),
        "alarms": [alarm["TRIGGER"].dt.days for alarm in event.walk("VALARM")],
        "errors": [str(error) for error in event.errors],
    }
    for event in calendar.walk("VEVENT")
]
json.dump(events, sys.stdout)
