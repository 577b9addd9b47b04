"""Never sooner than told, never negative, never beyond what the policy gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.http import BackoffPolicy, Exhausted, Told, ToldTooLong, Wait, headers, told_wait, wait_before

NOW = datetime(2025, 3, 1, 12, 0, 0, tzinfo=UTC)
POLICY = BackoffPolicy()
chances = st.floats(0, 1)


def test_own_waits_grow_within_the_bounds():
    policy = BackoffPolicy(times=8, min_s=1, max_s=30)
    low = [wait_before(n, policy, now=NOW, jitter=lambda: 0.0).seconds for n in range(2, 10)]
    high = [wait_before(n, policy, now=NOW, jitter=lambda: 1.0).seconds for n in range(2, 10)]
    assert low == [1.0] * 8
    assert high == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 30.0]


def test_after_the_last_attempt_it_is_exhausted():
    assert isinstance(wait_before(6, POLICY, now=NOW, jitter=lambda: 0.5), Wait)
    assert wait_before(7, POLICY, now=NOW, jitter=lambda: 0.5) == Exhausted(sent=6)
    assert wait_before(2, BackoffPolicy(times=0), now=NOW, jitter=lambda: 0.5) == Exhausted(sent=1)


def test_seconds_are_kept():
    assert told_wait(429, headers({"Retry-After": "17"}), NOW) == Told(17.0, "Retry-After")
    assert wait_before(
        2, POLICY, status=503, headers=headers({"Retry-After": "17"}), now=NOW, jitter=lambda: 0
    ) == Wait(17.0, Told(17.0, "Retry-After"))


@pytest.mark.parametrize("skew_h", [-3, 0, 3])
def test_a_date_is_compared_with_the_clock_of_the_service(skew_h):
    there = NOW + timedelta(hours=skew_h)
    fields = headers(
        {
            "Date": format_datetime(there, usegmt=True),
            "Retry-After": format_datetime(there + timedelta(seconds=40), usegmt=True),
        }
    )
    assert told_wait(503, fields, NOW) == Told(40.0, "Retry-After")


@pytest.mark.parametrize("skew_h", [-3, 0, 3])
def test_the_reset_header_is_compared_with_the_clock_of_the_service(skew_h):
    there = NOW + timedelta(hours=skew_h)
    fields = headers(
        {"Date": format_datetime(there, usegmt=True), "X-Rate-Limit-Reset": str(int(there.timestamp()) + 20)}
    )
    assert told_wait(429, fields, NOW) == Told(21.0, "X-Rate-Limit-Reset")
    assert told_wait(200, fields, NOW) is None


def test_without_a_date_our_clock_stands_in():
    assert told_wait(429, headers({"X-Rate-Limit-Reset": str(int(NOW.timestamp()) + 5)}), NOW) == Told(
        6.0, "X-Rate-Limit-Reset"
    )


def test_the_longest_of_several_words_counts():
    fields = headers(
        [("Retry-After", "3"), ("Retry-After", "9"), ("X-Rate-Limit-Reset", str(int(NOW.timestamp()) + 5))]
    )
    assert told_wait(429, fields, NOW) == Told(9.0, "Retry-After")


@pytest.mark.parametrize("value", ["", "soon", "-5", "1e3", "nan", "inf", "٣", "Mon, 99 Foo 2025", "\x00"])
def test_what_cannot_be_read_is_passed_over(value):
    assert told_wait(429, headers({"Retry-After": value, "X-Rate-Limit-Reset": value}), NOW) is None


@pytest.mark.parametrize("digits", [11, 20, 40, 400])
def test_a_wait_beyond_all_sense_is_too_long_and_not_none(digits):
    fields = headers({"Retry-After": "9" * digits, "X-Rate-Limit-Reset": "9" * 40})
    told = told_wait(429, fields, NOW)
    assert told is not None
    assert NOW + timedelta(seconds=told.seconds) > NOW + timedelta(days=36_500), "a moment that can be told"
    found = wait_before(2, POLICY, status=429, headers=fields, now=NOW, jitter=lambda: 0)
    assert isinstance(found, ToldTooLong)


def test_a_moment_in_the_past_is_no_wait():
    past = headers({"Retry-After": format_datetime(NOW - timedelta(days=1), usegmt=True), "X-Rate-Limit-Reset": "1"})
    assert told_wait(429, past, NOW) == Told(0.0, "Retry-After")


def test_a_wait_beyond_the_cap_is_said_and_not_shortened():
    outcome = wait_before(
        2,
        BackoffPolicy(longest_told_s=60),
        status=429,
        headers=headers({"Retry-After": "61"}),
        now=NOW,
        jitter=lambda: 0,
    )
    assert outcome == ToldTooLong(Told(61.0, "Retry-After"), 60.0)


@given(
    st.integers(2, 12),
    st.integers(0, 10**10 - 1),
    chances,
    st.floats(0, 100),
    st.floats(0, 1000),
    st.floats(0, 10**6),
    st.integers(-(10**6), 10**6),
)
def test_never_sooner_than_told(attempt, told, chance, low, more, cap, skew):
    policy = BackoffPolicy(times=10, min_s=low, max_s=low + more, longest_told_s=cap)
    there = NOW + timedelta(seconds=skew)
    fields = headers({"Date": format_datetime(there, usegmt=True), "Retry-After": str(told)})
    outcome = wait_before(attempt, policy, status=429, headers=fields, now=NOW, jitter=lambda: chance)
    match outcome:
        case Wait(seconds, said):
            assert said == Told(float(told), "Retry-After")
            assert told <= cap
            assert told <= seconds <= told + 1
        case ToldTooLong(said, limit):
            assert said.seconds == told > limit == cap
        case Exhausted(sent):
            assert sent == attempt - 1 == 11


@given(st.integers(2, 2000), st.floats(allow_nan=False), st.floats(0, 100), st.floats(0, 1000))
def test_own_waits_stay_within_the_bounds_whatever_chance_says(attempt, chance, low, more):
    policy = BackoffPolicy(times=2000, min_s=low, max_s=low + more)
    outcome = wait_before(attempt, policy, now=NOW, jitter=lambda: chance)
    assert isinstance(outcome, Wait)
    assert outcome.told is None
    assert low <= outcome.seconds <= (low + more) * (1 + 1e-12)


@given(st.text(), st.text(), st.text(), st.sampled_from([None, 200, 429, 503]))
def test_no_header_breaks_it_and_nothing_is_negative(retry_after, reset, date, status):
    fields = headers({"Retry-After": retry_after, "X-Rate-Limit-Reset": reset, "Date": date})
    outcome = wait_before(2, POLICY, status=status, headers=fields, now=NOW, jitter=lambda: 0.5)
    if isinstance(outcome, Wait):
        assert outcome.seconds >= 0


def test_the_first_attempt_waits_for_nothing():
    with pytest.raises(ValueError, match="first attempt"):
        wait_before(1, POLICY, now=NOW, jitter=lambda: 0.5)


@pytest.mark.parametrize("bad", [{"times": -1}, {"min_s": -1}, {"min_s": 5, "max_s": 1}, {"longest_told_s": -1}])
def test_a_policy_that_makes_no_sense_is_refused(bad):
    with pytest.raises(ValueError, match="BackoffPolicy"):
        BackoffPolicy(**bad)
