"""Schedules: what is read, what is refused, due times through clock changes, words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from keyturn.flows.due_times import MOST_COUNTED, catch_up, next_due
from keyturn.flows.json import JSON, Values
from keyturn.flows.schedule_words import in_words
from keyturn.flows.schedules import WEEKDAYS, BadSchedule, Schedule, read_schedule

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",  # half an hour
    "Asia/Kolkata",
    "America/Santiago",  # at midnight
    "Africa/Cairo",
    "Pacific/Apia",  # lost a whole day in 2011
    "America/Los_Angeles",
)


def dues(options: Values, after: str, count: int) -> list[str]:
    """The next due times, as local times with their offsets."""
    schedule = read_schedule(options)
    moment, found = datetime.fromisoformat(after).astimezone(UTC), list[str]()
    for _ in range(count):
        due = next_due(schedule, moment)
        if due is None:
            break
        found.append(due.astimezone(schedule.zone).strftime("%m-%d %H:%M%z"))
        moment = due
    return found


@pytest.mark.parametrize(
    ("options", "after", "expected"),
    [
        ({"unit": "minutes", "every": 15}, "2026-11-24T12:01Z", ["11-24 12:15+0000", "11-24 12:30+0000"]),
        ({"unit": "minutes", "every": 15}, "2026-11-24T12:15Z", ["11-24 12:30+0000"]),
        (
            {"unit": "hours", "zone": "Asia/Kolkata"},
            "2026-11-24T12:01Z",
            ["11-24 18:00+0530", "11-24 19:00+0530"],
        ),
        (
            {"unit": "hours", "every": 7, "start": "2026-11-24T10:20"},
            "2026-11-24T17:20Z",
            ["11-25 00:20+0000", "11-25 07:20+0000"],
        ),
        ({"unit": "days", "at": "09:00"}, "2026-11-24T09:00Z", ["11-25 09:00+0000"]),
        (
            {"unit": "days", "every": 2, "start": "2026-11-23T08:30"},
            "2026-11-23T08:30Z",
            ["11-25 08:30+0000", "11-27 08:30+0000"],
        ),
        (
            {"unit": "weeks", "weekdays": ["thursday", "Sunday"], "at": "2:00"},
            "2026-11-24T00:00Z",
            ["11-26 02:00+0000", "11-29 02:00+0000", "12-03 02:00+0000"],
        ),
        (
            {"unit": "weeks", "every": 2, "start": "2026-11-24T07:00Z", "weekdays": "monday"},
            "2026-11-24T07:00Z",
            ["12-07 07:00+0000", "12-21 07:00+0000"],
        ),
        (
            {"unit": "months", "day": 31, "at": "09:00"},
            "2026-01-31T09:00Z",
            ["02-28 09:00+0000", "03-31 09:00+0000", "04-30 09:00+0000"],
        ),
        (
            {"unit": "months", "every": 3, "day": 18},
            "2026-11-24T00:00Z",
            ["01-18 00:00+0000", "04-18 00:00+0000"],
        ),
        ({"cron": "0 9 18 3-12/3 *"}, "2026-11-24T00:00Z", ["12-18 09:00+0000", "03-18 09:00+0000"]),
        ({"cron": "0 2 * * 0,4", "zone": "US/Pacific"}, "2026-11-24T00:00Z", ["11-26 02:00-0800", "11-29 02:00-0800"]),
        ({"cron": "0 9 1 * mon"}, "2026-11-24T00:00Z", ["11-30 09:00+0000", "12-01 09:00+0000"]),
        ({"cron": "0 9 LW * *"}, "2026-11-24T00:00Z", ["11-30 09:00+0000", "12-31 09:00+0000"]),
        (
            {"cron": "0 9 * * *", "start": "2026-11-26", "end": "2026-11-27T09:00"},
            "2026-11-24T00:00Z",
            ["11-26 09:00+0000", "11-27 09:00+0000"],
        ),
        ({"cron": "0 0 29 2 *"}, "2026-11-24T00:00Z", ["02-29 00:00+0000"]),
    ],
)
def test_due_times(options: Values, after: str, expected: list[str]) -> None:
    assert dues(options, after, len(expected) if "end" not in options else 9) == expected


BERLIN: Values = {"zone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("options", "after", "expected"),
    [
        # 29 March 2026: 02:00 to 03:00 does not exist in Berlin
        ({"cron": "30 2 * * *"}, "2026-03-28T12:00Z", ["03-29 03:00+0200", "03-30 02:30+0200"]),
        ({"cron": "0,30 2 * * *"}, "2026-03-28T12:00Z", ["03-29 03:00+0200", "03-30 02:00+0200"]),
        ({"unit": "days", "at": "02:30"}, "2026-03-28T12:00Z", ["03-29 03:00+0200", "03-30 02:30+0200"]),
        ({"cron": "*/30 2 * * *"}, "2026-03-28T12:00Z", ["03-30 02:00+0200", "03-30 02:30+0200"]),
        ({"cron": "0 * * * *"}, "2026-03-29T00:30Z", ["03-29 03:00+0200", "03-29 04:00+0200"]),
        ({"unit": "hours"}, "2026-03-29T00:30Z", ["03-29 03:00+0200", "03-29 04:00+0200"]),
        # 25 October 2026: 02:00 to 03:00 comes twice
        ({"cron": "30 2 * * *"}, "2026-10-24T12:00Z", ["10-25 02:30+0200", "10-26 02:30+0100"]),
        ({"cron": "45 2 * * *"}, "2026-10-25T01:15Z", ["10-26 02:45+0100"]),
        ({"unit": "days", "at": "02:30"}, "2026-10-24T12:00Z", ["10-25 02:30+0200", "10-26 02:30+0100"]),
        ({"unit": "days", "at": "02:30"}, "2026-10-25T01:15Z", ["10-26 02:30+0100"]),
        ({"cron": "0 * * * *"}, "2026-10-24T23:30Z", ["10-25 02:00+0200", "10-25 02:00+0100", "10-25 03:00+0100"]),
        ({"unit": "hours"}, "2026-10-24T23:30Z", ["10-25 02:00+0200", "10-25 02:00+0100", "10-25 03:00+0100"]),
    ],
)
def test_clock_changes(options: Values, after: str, expected: list[str]) -> None:
    assert dues(BERLIN | options, after, len(expected)) == expected


def test_a_day_that_a_zone_left_out() -> None:
    """Samoa had no 30 December 2011."""
    options: Values = {"unit": "days", "at": "09:00", "zone": "Pacific/Apia"}
    assert dues(options, "2011-12-29T10:00-10:00", 2) == ["12-31 00:00+1400", "12-31 09:00+1400"]


INTERVALS = st.one_of(
    st.fixed_dictionaries({"unit": st.sampled_from(["minutes", "hours"]), "every": st.integers(1, 400)}),
    st.fixed_dictionaries(
        {
            "unit": st.just("days"),
            "every": st.integers(1, 40),
            "at": st.times().map(lambda at: at.strftime("%H:%M")),
        }
    ),
    st.fixed_dictionaries(
        {
            "unit": st.just("weeks"),
            "every": st.integers(1, 6),
            "at": st.sampled_from(["00:00", "00:30", "02:30", "23:59"]),
            "weekdays": st.lists(st.sampled_from(["monday", "saturday", "sunday"]), min_size=1, unique=True),
        }
    ),
    st.fixed_dictionaries({"unit": st.just("months"), "every": st.integers(1, 14), "day": st.integers(1, 31)}),
)
FIELDS = [
    st.sampled_from(["*", "0", "30", "*/15", "0,30", "59"]),
    st.sampled_from(["*", "0", "2", "*/3", "1-3", "23"]),
    st.sampled_from(["*", "1", "31", "L", "*/2"]),
    st.sampled_from(["*", "3", "10", "*/6"]),
    st.sampled_from(["*", "0", "SUN", "1-5", "7", "6#2", "5L"]),
]
CRONS = st.tuples(*FIELDS).map(lambda fields: {"cron": " ".join(fields)})
MOMENTS = st.one_of(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    # close to where clocks are changed
    st.tuples(
        st.sampled_from([datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2026, 11, 1), datetime(2026, 4, 5)]),
        st.integers(-2000, 2000),
    ).map(lambda pair: pair[0] + timedelta(minutes=pair[1])),
).map(lambda naive: naive.replace(tzinfo=UTC))


def local_minute(schedule: Schedule, due: datetime) -> datetime:
    return due.astimezone(schedule.zone).replace(tzinfo=None)


@settings(deadline=None)
@given(options=st.one_of(INTERVALS, CRONS), zone=st.sampled_from(ZONES), after=MOMENTS)
@example(options={"cron": "45 2 * * *"}, zone="Europe/Berlin", after=datetime(2026, 10, 25, 1, 15, tzinfo=UTC))
@example(options={"cron": "0 0 * * *"}, zone="America/Santiago", after=datetime(2026, 9, 6, 3, 0, tzinfo=UTC))
def test_due_times_rise_and_do_not_depend_on_where_one_looks_from(options: Values, zone: str, after: datetime) -> None:
    try:
        schedule = read_schedule({**options, "zone": zone})
    except BadSchedule:  # a day that no month has
        return
    first = next_due(schedule, after)
    if first is None:
        return
    assert first > after
    assert first.second == first.microsecond == 0
    second = next_due(schedule, first)
    assert second is None or second > first
    # from any instant before it, up to its last moment, the same due time is seen
    assert next_due(schedule, first - timedelta(microseconds=1)) == first
    assert next_due(schedule, after + (first - after) / 2) == first


@settings(deadline=None)
@given(
    options=st.one_of(
        st.tuples(st.integers(0, 59), st.integers(0, 23)).map(lambda at: {"cron": f"{at[0]} {at[1]} * * *"}),
        st.times().map(lambda at: {"unit": "days", "at": at.strftime("%H:%M")}),
    ),
    zone=st.sampled_from(ZONES),
    after=MOMENTS,
)
def test_a_fixed_time_of_day_is_due_once_on_each_day_that_there_is(options: Values, zone: str, after: datetime) -> None:
    schedule = read_schedule({**options, "zone": zone})
    moment, days = after, list[datetime]()
    for _ in range(10):
        due = next_due(schedule, moment)
        assert due is not None
        days.append(local_minute(schedule, due))
        moment = due
    gaps = [later.date() - earlier.date() for earlier, later in pairwise(days)]
    if zone != "Pacific/Apia":
        assert gaps == [timedelta(days=1)] * 9, days


@settings(deadline=None)
@given(options=st.one_of(INTERVALS, CRONS), zone=st.sampled_from(ZONES), after=MOMENTS, late=st.integers(0, 500_000))
def test_catching_up_finds_the_latest_due_time_and_counts_the_others(
    options: Values, zone: str, after: datetime, late: int
) -> None:
    try:
        schedule = read_schedule({**options, "zone": zone})
    except BadSchedule:
        return
    first = next_due(schedule, after)
    if first is None:
        return
    now = first + timedelta(seconds=late)
    caught = catch_up(schedule, first, now)
    assert first <= caught.due <= now
    assert caught.next is None or caught.next > now
    assert caught.next == next_due(schedule, caught.due)
    counted, moment = 0, first
    while moment < caught.due and counted <= MOST_COUNTED:
        following = next_due(schedule, moment)
        assert following is not None
        moment, counted = following, counted + 1
    assert caught.skipped == min(counted, MOST_COUNTED)


def test_years_of_missed_minutes_are_caught_up_at_once() -> None:
    schedule = read_schedule({"cron": "* * * * *", "zone": "Europe/Berlin"})
    first, now = datetime(2016, 1, 1, tzinfo=UTC), datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)
    caught = catch_up(schedule, first, now)
    assert (caught.due, caught.skipped) == (now.replace(second=0), MOST_COUNTED)
    assert caught.next == now.replace(second=0) + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("options", "code", "option"),
    [
        ({}, "bad-schedule", "unit"),
        ({"unit": "fortnights"}, "bad-schedule", "unit"),
        ({"unit": "minutes", "every": 0}, "interval-too-short", "every"),
        ({"unit": "minutes", "every": -5}, "interval-too-short", "every"),
        ({"unit": "minutes", "every": 0.5}, "bad-schedule", "every"),
        ({"unit": "hours", "every": "often"}, "bad-schedule", "every"),
        ({"unit": "hours", "every": 10**9}, "bad-schedule", "every"),
        ({"unit": "hours", "at": "09:00"}, "bad-schedule", "at"),
        ({"unit": "days", "weekdays": ["monday"]}, "bad-schedule", "weekdays"),
        ({"unit": "weeks", "day": 3}, "bad-schedule", "day"),
        ({"unit": "weeks", "weekdays": ["mo"]}, "bad-schedule", "weekdays"),
        ({"unit": "months", "day": 32}, "bad-schedule", "day"),
        ({"unit": "months", "day": 1.5}, "bad-schedule", "day"),
        ({"unit": "days", "at": "24:00"}, "bad-schedule", "at"),
        ({"unit": "days", "at": "9 o'clock"}, "bad-schedule", "at"),
        ({"unit": "days", "zone": "Europe/Berln"}, "unknown-zone", "zone"),
        ({"unit": "days", "zone": "../UTC"}, "unknown-zone", "zone"),
        ({"unit": "days", "zone": "Europe"}, "unknown-zone", "zone"),
        ({"unit": "days", "start": "tomorrow"}, "bad-schedule", "start"),
        ({"unit": "days", "start": "2026-12-02", "end": "2026-12-01"}, "bad-schedule", "end"),
        ({"cron": "0 9 * * 1", "every": 2}, "bad-schedule", "every"),
        ({"cron": ""}, "bad-cron", "cron"),
        ({"cron": "@daily"}, "bad-cron", "cron"),
        ({"cron": "0 9 * *"}, "bad-cron", "cron"),
        ({"cron": "0 0 9 * * 1"}, "bad-cron", "cron"),
        ({"cron": "60 9 * * *"}, "bad-cron", "cron"),
        ({"cron": "0 9 31 2 *"}, "bad-cron", "cron"),
        ({"cron": "*/0 * * * *"}, "bad-cron", "cron"),
        ({"cron": "0 9 * * 1#2/2"}, "bad-cron", "cron"),
        ({"cron": "0 9 * * 5-1"}, "bad-cron", "cron"),
        ({"cron": "١ 9 * * *"}, "bad-cron", "cron"),
    ],
)
def test_what_is_wrong_is_told(options: Values, code: str, option: str) -> None:
    with pytest.raises(BadSchedule) as refused:
        read_schedule(options)
    assert [(flaw.code, flaw.option) for flaw in refused.value.flaws] == [(code, option)]
    assert all(flaw.what.endswith(".") and flaw.mend for flaw in refused.value.flaws)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(BadSchedule) as refused:
        read_schedule({"unit": "hours", "every": 0, "zone": "europe/berlin", "end": "never"})
    assert [flaw.code for flaw in refused.value.flaws] == ["unknown-zone", "bad-schedule", "interval-too-short"]
    assert refused.value.flaws[0].mend == "Did you mean 'Europe/Berlin'?"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("azż0129:-T/., \x00", max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=5,
)


def read_and_used(options: Values) -> None:
    """Nothing but a refusal may come of it."""
    try:
        schedule = read_schedule(options)
    except BadSchedule:
        return
    next_due(schedule, datetime(2026, 11, 24, tzinfo=UTC))
    assert in_words(schedule)


OPTIONS = ("cron", "unit", "every", "at", "weekdays", "day", "zone", "start", "end")


@settings(deadline=None)
@given(options=st.dictionaries(st.sampled_from(OPTIONS), ANYTHING), unit=st.sampled_from([None, "weeks", "months"]))
def test_no_options_break_the_reader(options: dict[str, JSON], unit: str | None) -> None:
    read_and_used(options | ({"unit": unit} if unit else {}))


CRON_LIKE = st.text(alphabet="0123456789*,/-#LWlwMONJAN ", max_size=30)


@settings(deadline=None)
@given(text=st.one_of(CRON_LIKE, st.lists(CRON_LIKE, min_size=5, max_size=5).map(" ".join)))
@example(text="0 0 1 1 1L/2")
@example(text="0 0 L/2 1 *")
@example(text="0 0 LW,L * 1,1#2,3L")
@example(text="9" * 190 + " * * * *")
def test_no_cron_text_breaks_the_reader(text: str) -> None:
    read_and_used({"cron": text})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"unit": "minutes", "every": 15}, "Every 15 minutes, UTC"),
        ({"unit": "days", "at": "9:05", "zone": "Europe/Berlin"}, "Every day at 09:05, Europe/Berlin"),
        (
            {"unit": "weeks", "every": 2, "weekdays": ["friday", "monday"], "at": "07:00"},
            "Every 2 weeks on Monday and Friday at 07:00, UTC",
        ),
        (
            {"unit": "weeks", "weekdays": ["wednesday", "monday"], "at": "9:30", "zone": "Europe/Berlin"},
            "Mondays and Wednesdays at 09:30, Europe/Berlin",
        ),
        ({"unit": "weeks", "weekdays": list(WEEKDAYS)}, "Every day at 00:00, UTC"),
        ({"unit": "weeks", "weekdays": list(WEEKDAYS[:5])}, "Mondays to Fridays at 00:00, UTC"),
        ({"unit": "months", "day": 3}, "Every month on day 3 at 00:00, UTC"),
        (
            {"unit": "months", "day": 31, "end": "2027-01-01"},
            "Every month on day 31, or on its last day if it is shorter, at 00:00, UTC, until 2027-01-01 00:00",
        ),
        ({"cron": "0 9 * * MON"}, "At 09:00, only on Monday, UTC"),
        ({"cron": "*/15 23 * * *", "start": "2026-12-01"}, None),
    ],
)
def test_words(options: Values, words: str | None) -> None:
    said = in_words(read_schedule(options))
    assert said == words if words else said.endswith(", UTC, from 2026-12-01 00:00")


def test_zone_is_kept() -> None:
    assert read_schedule({"unit": "days", "zone": "US/Pacific"}).zone == ZoneInfo("US/Pacific")
