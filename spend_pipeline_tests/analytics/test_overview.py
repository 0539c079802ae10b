"""The overview, against figures worked out by hand: month against month, how long a balance lasts, top-ups."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from spend_pipeline import overview
from spend_pipeline.integration import Integration
from spend_pipeline.period import Period
from spend_pipeline.store import overview as store
from spend_pipeline.store.database import Database
from spend_pipeline_tests.analytics.conftest import Open
from spend_pipeline_tests.analytics.histories import at, changed, told
from spend_pipeline_tests.store.books import apply_billing, failed, figures, taken

NOON = Period(at("2026-11-22T12:00"))
ACTIONS = {"refused": "Make a new key"}


def read(database: Database, of: Integration, moment: str, *said: str | None, **more: str) -> None:
    """A reading that the integration's billing state follows."""
    apply_billing(database, [taken(database, at(moment), figures(of, *said, **more))])


def entries(database: Database, client_id: int, period: Period = NOON) -> tuple[list[Any], Any]:
    found = store.balances(database, client_id, period)
    return [overview.balance_entry(row, {}, ACTIONS, period) for row in found], overview.totals(found, period)


@pytest.fixture
def two_months(database: Database, account: Integration) -> Integration:
    """2 dollars a day in October, 3 in November, each day read at its end; 46 left at noon of the 22nd."""
    for day in range(1, 32):
        told(database, account, f"2026-10-{day:02}T23:59:59", f"{200 - 2 * day}", "2", f"{2 * day}")
    for day in range(1, 22):
        told(database, account, f"2026-11-{day:02}T23:59:59", f"{110 - 3 * day}", "3", f"{3 * day}")
    read(database, account, "2026-11-22T12:00", "46", "1", "64")
    return account


def test_a_month_up_to_yesterday_against_the_same_days(database: Database, two_months: Integration) -> None:
    """21 days of 3 against 21 days of 2; today is in the month and in no comparison."""
    (entry,), totals = entries(database, two_months.client_id)
    assert (entry["today"]["amount"], entry["month"]["amount"]) == (1, 64)
    assert (entry["month_to_yesterday_usd"], entry["last_month_same_days_usd"]) == (63, 42)
    assert totals["month_usd"] == 64
    assert totals["compared"] == {
        "days": 21,
        "month_to_yesterday_usd": 63,
        "last_month_same_days_usd": 42,
        "change_percent": 50,
        "is_partial": False,
        "integrations": 1,
        "left_out": 0,
    }


def test_a_balance_lasts_as_long_as_its_pace_says(database: Database, two_months: Integration) -> None:
    """46 at 3 a day: 15.3 days, until 7 December."""
    (entry,), _ = entries(database, two_months.client_id)
    assert (entry["spend_per_day"], entry["days_left"], entry["empty_on"]) == (3, 15.3, "2026-12-07")
    read(database, two_months, "2026-11-22T13:00", "0", "47", "110")
    (entry,), _ = entries(database, two_months.client_id)
    assert (entry["days_left"], entry["empty_on"]) == (0, "2026-11-22")


def test_on_the_first_of_a_month_there_is_nothing_to_compare(database: Database, account: Integration) -> None:
    told(database, account, "2026-10-31T12:00", "9", "2", "62")
    read(database, account, "2026-11-01T12:00", "8", "1", "1")
    _, totals = entries(database, account.client_id, Period(at("2026-11-01T13:00")))
    assert totals["compared"]["days"] == 0
    assert totals["compared"]["change_percent"] is None


def test_the_31st_is_compared_with_all_of_a_shorter_month(database: Database, account: Integration) -> None:
    """Thirty days of December against the thirty of November."""
    for day in range(1, 31):
        told(database, account, f"2026-11-{day:02}T23:59:59", None, "1", f"{day}")
    for day in range(1, 31):
        told(database, account, f"2026-12-{day:02}T23:59:59", None, "1", f"{day}")
    read(database, account, "2026-12-31T12:00", None, "0", "30")
    (entry,), _ = entries(database, account.client_id, Period(at("2026-12-31T12:00")))
    assert (entry["month_to_yesterday_usd"], entry["last_month_same_days_usd"]) == (30, 30)


def test_unknown_is_never_0(database: Database, account: Integration) -> None:
    """Before the first reading, and of an integration that only failed."""
    (entry,), totals = entries(database, account.client_id)
    known = ("balance", "today", "month", "month_to_yesterday_usd", "last_month_same_days_usd", "days_left", "read_at")
    assert [entry[name] for name in known] == [None] * len(known)
    assert (totals["balance_usd"], totals["today_usd"], totals["month_usd"]) == (None, None, None)
    assert totals["balance_unknown"] == 1
    apply_billing(database, [taken(database, NOON.now, failed(account))])
    (entry,), totals = entries(database, account.client_id)
    assert (entry["error"], entry["action"]) == ("API key invalid or expired", "Make a new key")
    assert (totals["failing"], entry["balance"]) == (1, None)


def test_figures_of_last_month_are_not_this_months(database: Database, account: Integration) -> None:
    """A reading of October tells of its balance, and nothing of November."""
    read(database, account, "2026-10-31T20:00", "9", "2", "62")
    (entry,), _ = entries(database, account.client_id)
    assert entry["balance"]["amount"] == 9
    assert (entry["today"], entry["month"]) == (None, None)
    assert entry["age_seconds"] == 21 * 86400 + 16 * 3600


def test_units_that_are_not_money_are_in_no_sum(database: Database, account: Integration) -> None:
    read(database, account, "2026-11-22T11:00", "1250", currency="credits")
    (entry,), totals = entries(database, account.client_id)
    assert entry["balance"] == {"amount": 1250, "currency": "credits", "basis": "reported", "usd": None}
    assert (totals["balance_usd"], totals["balance_unknown"], totals["balance_not_in_usd"]) == (None, 0, 1)


def test_an_account_read_twice_is_counted_once(database: Database, accounts: Open) -> None:
    one, other = accounts("acme", "openrouter", "openrouter")
    sync_id = taken(database, NOON.now, figures(one, "10", "1", "2"), figures(other, "10", "1", "2"))
    changed(database, other, "2026-11-22T12:00", "counted = false")
    apply_billing(database, [sync_id])
    both, totals = entries(database, one.client_id)
    assert [entry["counted"] for entry in both] == [True, False]
    assert (totals["balance_usd"], totals["today_usd"]) == (10, 1)


def test_a_rise_is_a_top_up_on_its_day(database: Database, account: Integration) -> None:
    """The last balance of a day, and what was added on it; where the day before is not known, null."""
    for moment, left in (
        ("20T10:00", "9"),
        ("21T08:00", "5"),
        ("21T12:00", "55"),
        ("21T20:00", "54"),
        ("22T08:00", "50"),
    ):
        told(database, account, f"2026-11-{moment}", left)
    found = store.balances_by_day(database, account.client_id, date(2026, 11, 20), date(2026, 11, 22))
    assert [(row["day"].day, row["balance"], row["top_up"]) for row in found] == [
        (20, Decimal(9), None),
        (21, Decimal(54), Decimal(50)),
        (22, Decimal(50), Decimal(0)),
    ]
