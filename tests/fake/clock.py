"""Instants: seconds since the epoch inside, ISO 8601 in whole seconds in the world and in JSON."""

import datetime

UTC = datetime.timezone.utc


def iso(seconds):
    """2026-11-23T09:18:00Z; fractions are cut, as IAM cuts them."""
    return datetime.datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def basic(seconds):
    """20261123T091800Z, the form of X-Amz-Date."""
    return datetime.datetime.fromtimestamp(int(seconds), UTC).strftime("%Y%m%dT%H%M%SZ")


def parse_basic(text):
    """Seconds since the epoch of an X-Amz-Date. ValueError if it is none."""
    return datetime.datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()


def parse(text):
    """Seconds since the epoch of an ISO date, UTC if it names no zone. ValueError if it is none."""
    when = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def given(value, now):
    """A date as tests give it: None, an ISO string, or seconds relative to `now` -> ISO or None."""
    if value is None:
        return None
    if isinstance(value, (int, float)):
        return iso(now + value)
    return iso(parse(value))
