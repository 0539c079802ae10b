"""Spend by day where a rule decides: each case with figures worked out by hand."""

from decimal import Decimal

from spend_pipeline.integration import Integration
from spend_pipeline.store.database import Database
from spend_pipeline_tests.analytics.conftest import Open
from spend_pipeline_tests.analytics.histories import changed, daily, day_row, told
from spend_pipeline_tests.store.books import read


def test_a_day_is_what_its_last_reading_said_and_what_the_next_day_shows_of_the_rest(
    database: Database, account: Integration
) -> None:
    """9.00 at 20:00; the next day says 10.25 of the month were spent before it: 1.50 on the day, 1.25 after 20:00."""
    told(database, account, "2026-11-01T20:00", None, "9.00", "9.00")
    told(database, account, "2026-11-02T00:00:05", None, "0", "10.25")
    told(database, account, "2026-11-02T20:00", None, "2", "12.25")
    told(database, account, "2026-11-03T04:00", None, "1", "13.25")
    assert daily(database, account) == {
        "2026-11-01": ("10.25", "0", "derived", False),
        "2026-11-02": ("2", "0", "reported", False),
        "2026-11-03": ("1", "0", "reported", True),
    }


def test_a_silence_is_told_as_one_amount_of_the_days_it_covers(database: Database, account: Integration) -> None:
    """From 2 November 20:00 to the 6th: 30 less 5 of the 6th itself and less the 4 known by then is 21."""
    told(database, account, "2026-11-02T20:00", None, "4", "4")
    told(database, account, "2026-11-06T08:00", None, "5", "30")
    assert daily(database, account) == {
        "2026-11-01": ("0", "0", "derived", False),
        "2026-11-02": ("4", "0", "reported", True),
        "2026-11-05": ("21", "0", "derived", True),
        "2026-11-06": ("5", "0", "reported", True),
    }
    assert str(day_row(database, account, "2026-11-05")["since"]) == "2026-11-02"


def test_a_new_month_is_no_negative_spend(database: Database, account: Integration) -> None:
    """100 at the end of October, 0.50 on the first: what was spent after the last reading of October stays unknown."""
    told(database, account, "2026-10-31T20:00", None, "3", "100")
    told(database, account, "2026-11-01T08:00", None, "0.50", "0.50")
    assert daily(database, account) == {
        "2026-10-30": ("97", "0", "derived", True),
        "2026-10-31": ("3", "0", "reported", True),
        "2026-11-01": ("0.5", "0", "reported", True),
    }


def test_a_restatement_is_shown_as_one_and_the_month_still_adds_up(database: Database, account: Integration) -> None:
    """Yesterday's 10 become 7: the day keeps what was spent, less 3."""
    told(database, account, "2026-11-01T23:59", None, "10", "10")
    told(database, account, "2026-11-02T20:00", None, "1", "8")
    assert daily(database, account)["2026-11-01"] == ("10", "-3", "derived", False)
    (month,) = read(database, "select * from monthly_spend")
    assert (month["spend"], month["spend_by_days"], month["restated"], month["basis"]) == (8, 8, -3, "reported")


def test_another_currency_starts_anew(database: Database, account: Integration) -> None:
    """Dollars cannot be taken from euros: what lies between the two is unknown, and the day says so."""
    told(database, account, "2026-11-01T20:00", None, "4", "4")
    told(database, account, "2026-11-02T20:00", None, "2", "6")
    changed(
        database,
        account,
        "2026-11-02T20:00",
        "usage_today_currency = 'EUR', usage_today_usd = 2.2, usage_month_currency = 'EUR', usage_month_usd = 6.6,"
        " usage_today_rate = 1.1, usage_month_rate = 1.1",
    )
    assert daily(database, account) == {
        "2026-11-01": ("4", "0", "reported", True),
        "2026-11-02": ("2", "0", "reported", True),
    }
    row = day_row(database, account, "2026-11-02")
    assert (row["currency"], row["spend_usd"]) == ("EUR", Decimal("2.2"))
    (month,) = read(database, "select * from monthly_spend")
    assert (month["currency"], month["spend"]) == ("EUR", 6)


def test_a_billing_cycle_is_a_period_of_its_own(database: Database, account: Integration) -> None:
    """It turns on the 15th: the counter falls from 80 to 3, which is 3 spent; and no cycle is taken for a month."""
    for moment, today, month, start in (
        ("2026-11-14T23:59", "2", "80", "2026-10-15"),
        ("2026-11-15T23:59", "3", "3", "2026-11-15"),
        ("2026-11-16T23:59", "4", "7", "2026-11-15"),
    ):
        told(database, account, moment, None, today, month)
        changed(database, account, moment, f"cycle_start = '{start}', cycle_end = date '{start}' + 30")
    assert daily(database, account) == {
        "2026-11-13": ("78", "0", "derived", True),
        "2026-11-14": ("2", "0", "reported", True),
        "2026-11-15": ("3", "0", "reported", False),
        "2026-11-16": ("4", "0", "reported", True),
    }
    (november,) = read(database, "select * from monthly_spend where month = '2026-11-01'")
    assert (november["basis"], november["spend"]) == ("derived", 87)


def test_units_that_are_not_money_have_no_dollars(database: Database, account: Integration) -> None:
    """Credits are spent by the day like money, and enter no sum of money."""
    told(database, account, "2026-11-01T00:00:05", "5000")
    told(database, account, "2026-11-01T20:00", "4400")
    told(database, account, "2026-11-02T00:00:05", "4300")
    for moment in ("2026-11-01T00:00:05", "2026-11-01T20:00", "2026-11-02T00:00:05"):
        changed(database, account, moment, "balance_currency = 'credits', balance_usd = null")
    assert daily(database, account) == {"2026-11-01": ("700", "0", "derived", False)}
    row = day_row(database, account, "2026-11-01")
    assert (row["currency"], row["spend_usd"]) == ("credits", None)


def test_a_top_up_is_no_negative_spend(database: Database, account: Integration) -> None:
    """50 to 46 is 4 spent; 46 to 96 is a top-up of at least 50; 96 to 95 is 1 spent; and the day is marked."""
    for moment, balance in (
        ("2026-11-01T00:00", "50"),
        ("2026-11-01T08:00", "46"),
        ("2026-11-01T16:00", "96"),
        ("2026-11-02T00:00", "95"),
    ):
        told(database, account, moment, balance)
    assert daily(database, account) == {"2026-11-01": ("5", "0", "derived", True)}
    changes = read(database, "select spend, top_up, is_partial from balance_changes order by to_at")
    assert [(*row.values(),) for row in changes] == [(4, 0, False), (None, 50, True), (1, 0, False)]


def test_a_recorded_balance_tells_no_spend(database: Database, account: Integration) -> None:
    """It is what was recorded less the spend: to derive spend from it would be to go in a circle."""
    for moment, balance in (("2026-11-01T00:00", "50"), ("2026-11-01T08:00", "46"), ("2026-11-02T00:00", "40")):
        told(database, account, moment, balance)
        changed(database, account, moment, "balance_basis = 'manual'")
    assert daily(database, account) == {}
    assert read(database, "select * from balance_changes") == []


def test_a_shared_account_is_marked_so_that_it_counts_once(database: Database, accounts: Open) -> None:
    """One sync in which the first of two failed does not make the account count twice on that day."""
    first, second = accounts("acme", "openrouter", "openrouter")
    for moment in ("2026-11-02T08:00", "2026-11-02T20:00"):
        told(database, second, moment, None, "3", "9")
    told(database, first, "2026-11-02T08:00", None, "3", "9")
    changed(database, second, "2026-11-02T08:00", "counted = false")
    rows = read(database, "select integration_id, counted from daily_spend where day = '2026-11-02' order by 1")
    assert [(*row.values(),) for row in rows] == [(first.id, True), (second.id, False)]
