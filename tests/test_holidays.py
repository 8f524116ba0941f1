"""Days off: public holidays by country and region, each on or off, and the clinic's own."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.config import Settings, SettingsInvalid, public_holidays
from intake.config.public_holidays import HolidayCalendar
from intake.config.timing import EMERGENCY_WITHIN
from intake.opening import Opening
from intake.red_flags import Urgency
from intake.services.alerts.raising import due_at

LONDON = ZoneInfo("Europe/London")
CHRISTMAS_EVE = datetime(2026, 12, 24, 17, 50, tzinfo=LONDON)


def clinic(**words: str) -> Settings:
    return Settings.from_environment({f"BACKSTORY_{name}": value for name, value in words.items()})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def test_without_a_country_only_the_days_of_the_clinic_close_it() -> None:
    plain = clinic(CLOSED_ON="2026-12-28")

    assert plain.holidays is None
    assert plain.opening.opens_on(date(2026, 12, 25))
    assert not plain.opening.opens_on(date(2026, 12, 28))


def test_holidays_of_a_region_close_the_clinic_this_year_and_in_any_other() -> None:
    scotland, england = (clinic(HOLIDAY_COUNTRY="gb", HOLIDAY_REGION=each) for each in ("sct", "ENG"))

    for year in (2026, 2027, 2034):
        assert not scotland.opening.opens_on(date(year, 12, 25))
    # Easter Monday and the second of January: a holiday here, a working day there.
    assert scotland.opening.opens_on(date(2027, 3, 29))
    assert not england.opening.opens_on(date(2027, 3, 29))
    assert not scotland.opening.opens_on(date(2026, 1, 2))
    assert england.opening.opens_on(date(2026, 1, 2))


def test_a_holiday_that_is_switched_off_is_a_day_like_any_other() -> None:
    works = clinic(HOLIDAY_COUNTRY="GB", HOLIDAY_REGION="ENG", OPEN_ON="2027-05-03")

    assert works.opening.opens_on(date(2027, 5, 3))
    assert not works.opening.opens_on(date(2027, 5, 31))
    assert works.is_open(at("2027-05-03 10:00"))


def test_a_day_of_the_clinic_stays_closed_whatever_the_holidays_say() -> None:
    both = clinic(HOLIDAY_COUNTRY="GB", OPEN_ON="2026-12-25, 2026-11-11", CLOSED_ON="2026-12-25")

    assert not both.opening.opens_on(date(2026, 12, 25))
    assert both.opening.opens_on(date(2026, 11, 11))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"HOLIDAY_COUNTRY": "XX"}, "two letters of a country"),
        ({"HOLIDAY_COUNTRY": "GB", "HOLIDAY_REGION": "BY"}, "ENG, NIR, SCT, WLS"),
        ({"HOLIDAY_REGION": "SCT"}, "by its code: none"),
        ({"OPEN_ON": "25 December"}, "YYYY-MM-DD"),
    ],
)
def test_what_is_no_country_region_or_day_is_said(words: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsInvalid, match=said):
        clinic(**words)


def test_days_are_named_in_the_clinics_language() -> None:
    germany = HolidayCalendar("DE", "BY")

    assert germany.of_year(2026, "en")[date(2026, 1, 6)] == "Epiphany"
    assert germany.of_year(2026, "de")[date(2026, 1, 6)] == "Heilige Drei Könige"
    assert clinic(HOLIDAY_COUNTRY="DE").holidays_in(2026)[date(2026, 12, 25)] == "Christmas Day"


def test_a_holiday_that_is_kept_in_the_year_before_its_own_is_known() -> None:
    # New Year's Day 2028 is a Saturday.
    assert date(2027, 12, 31) in HolidayCalendar("US")


def test_every_country_and_region_can_be_asked_for_any_year() -> None:
    for country in public_holidays.countries("en"):
        for region in ("", *list(public_holidays.regions(country))[-1:]):
            for year in (2026, 2027, 2034):
                assert all(day.year == year for day in HolidayCalendar(country, region).of_year(year, "en"))


@pytest.mark.parametrize(
    ("urgency", "told", "due"),
    [
        # Told while the clinic is open, before a long weekend: as on any other day.
        (Urgency.EMERGENCY, "2026-12-24 17:50", "2026-12-24 17:50"),
        (Urgency.SAME_DAY, "2026-12-24 17:50", "2026-12-24 18:00"),
        # On a holiday: from the next opening, as on a Sunday. Monday the 28th is kept for Boxing Day.
        (Urgency.EMERGENCY, "2026-12-25 10:00", "2026-12-29 08:00"),
    ],
)
def test_a_holiday_moves_only_what_comes_while_nobody_is_there(urgency: Urgency, told: str, due: str) -> None:
    settings = clinic(HOLIDAY_COUNTRY="GB", HOLIDAY_REGION="ENG")

    extra = EMERGENCY_WITHIN if urgency is Urgency.EMERGENCY else timedelta()
    assert due_at(urgency, settings=settings, now=at(told)) == at(due) + extra


@given(
    country=st.sampled_from(["GB", "DE", "US", "IR", "NP", "JP", "AU", "CN"]),
    hour=st.integers(0, 3 * 365 * 24),
    hours=st.sampled_from(["Mon-Fri 08:00-18:00", "Mon-Sun 00:00-24:00", "Sat 09:00-12:00"]),
    urgency=st.sampled_from([Urgency.EMERGENCY, Urgency.SAME_DAY]),
)
def test_no_alert_waits_past_the_first_day_on_which_somebody_is_there(
    country: str, hour: int, hours: str, urgency: Urgency
) -> None:
    """By itself a holiday delays nothing: what counts is when the clinic opens next, listed day by day."""
    told = at("2026-01-01 00:30") + timedelta(hours=hour)
    settings = clinic(HOLIDAY_COUNTRY=country, OPENING=hours, TIME_ZONE="Europe/London")
    by_hand = Opening.parse(hours, _closed(settings, told))

    due = due_at(urgency, settings=settings, now=told)

    plain: Any = clinic(OPENING=hours, TIME_ZONE="Europe/London")
    opens = told if by_hand.closes_at(told) else by_hand.next_opening(told)
    if opens is None:
        assert due == told
    else:
        closes = by_hand.closes_at(opens)
        assert closes is not None
        assert due <= max(closes, opens + EMERGENCY_WITHIN)
    if by_hand.opens_on(told.date()) and plain.is_open(told):
        assert due == due_at(urgency, settings=plain, now=told)


def _closed(settings: Settings, told: datetime) -> frozenset[date]:
    days = (told.date() + timedelta(days=each) for each in range(40))
    return frozenset(day for day in days if day in settings.holidays_in(day.year))
