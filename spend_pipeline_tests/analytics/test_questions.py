"""The ready-made questions over one history, each answer worked out by hand."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from spend_pipeline.analytics.roll_up import roll_up, roll_up_forecasts
from spend_pipeline.errors import UserError
from spend_pipeline.house import TOP
from spend_pipeline.integration import Integration
from spend_pipeline.store.database import Database
from spend_pipeline.store.questions import ask, questions
from spend_pipeline_tests.analytics.conftest import Open
from spend_pipeline_tests.analytics.histories import changed, told
from spend_pipeline_tests.store.books import apply_billing, failed, taken

DOCS = TOP / "docs" / "analytics.md"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def history(database: Database, accounts: Open) -> Database:
    """Two dollars a day at OpenRouter since 1 October, but 20 on 20 November; Mistral, DeepSeek, and another client.

    Mistral was connected on 19 November, with 19 dollars in its month. DeepSeek tells a balance only, and fails now.
    """
    openrouter, mistral, deepseek = accounts("acme", "openrouter", "mistral", "deepseek")
    (other,) = accounts("zeta", "openrouter")
    _openrouter(database, openrouter)
    applied = [told(database, openrouter, "2026-11-22T12:00", "46", "1", "61")]
    for day, month in ((19, "19"), (20, "20"), (21, "21")):
        applied.append(told(database, mistral, f"2026-11-{day}T23:59:59", None, "1", month))
    told(database, deepseek, "2026-11-21T00:00", "10", None, None)
    applied.append(told(database, deepseek, "2026-11-22T00:00", "9", None, None))
    applied.append(taken(database, NOW, failed(deepseek)))
    applied.append(told(database, other, "2026-11-22T12:00", "5", "0", "0"))
    apply_billing(database, applied)
    return database


def _openrouter(database: Database, of: Integration) -> None:
    month = 0
    for day in (date(2026, 10, 1) + timedelta(days=number) for number in range(52)):
        spent = 20 if day == date(2026, 11, 20) else 2
        month = spent if day.day == 1 else month + spent
        told(database, of, f"{day}T23:59:59", "46", str(spent), str(month))


def answer(database: Database, name: str, client: str | None = "acme", **where: Any) -> list[dict[str, Any]]:
    """The rows, as text, that have these values; without the client's name."""
    rows = ask(database, name, client=client, at=NOW).plain_rows()
    return [row for row in rows if all(row[column] == value for column, value in where.items())]


def values(row: dict[str, Any], *columns: str) -> tuple[Any, ...]:
    return tuple(row[column] for column in columns)


def test_burn_rate(history: Database) -> None:
    """13 days of 2 and one of 20 are 46 in 14 days, 3.2857 a day: 46 dollars last 14 days, to 6 December."""
    openrouter, deepseek = answer(history, "burn_rate")
    columns = ("balance", "spend_per_day", "days_left", "outlook")
    assert values(openrouter, *columns) == ("46", "3.2857", "14", "empty on 2026-12-06")
    assert values(deepseek, *columns) == ("9", None, None, "not enough history yet")


def test_top_movers(history: Database) -> None:
    """1 to 21 November: 20 days of 2 and one of 20 are 60; 1 to 21 October: 42."""
    (row,) = answer(history, "top_movers", provider_name="openrouter")
    assert values(row, "this_month_usd", "last_month_usd", "change_usd", "change_percent") == ("60", "42", "18", "42.9")
    (row,) = answer(history, "top_movers", provider_name="mistral")
    assert values(row, "this_month_usd", "last_month_usd", "change_usd") == ("21", None, None)


def test_month_end_forecast(history: Database) -> None:
    """The 28 days before: 27 of 2 and one of 20, 2.642857 a day; 60 up to yesterday and 9 days of that are 83.79.

    Their standard deviation is 3.401680; times 1.28 and the root of 9 days, 13.06 to either side.
    """
    (row,) = answer(history, "month_end_forecast", provider_name="openrouter")
    columns = ("spent_usd", "days_of_history", "forecast_usd", "low_usd", "high_usd", "note")
    assert values(row, *columns) == ("61", 28, "83.79", "70.72", "96.85", "")
    (row,) = answer(history, "month_end_forecast", provider_name="deepseek")
    assert values(row, *columns) == ("1", 1, None, None, None, "not enough history yet")


def test_the_forecast_of_pandas_is_the_one_of_sql(history: Database) -> None:
    """Two computations that share no line agree to the cent."""
    days = [date(2026, 9, 1) + timedelta(days=number) for number in range(83)]
    roll_up(history, days)
    foreseen = {each.provider_name: each for each in roll_up_forecasts(history, [NOW.date()]) if each.client_id == 1}
    rows = answer(history, "month_end_forecast")
    assert len(rows) == 3
    for row in rows:
        told_by_pandas = foreseen[row["provider_name"]]
        for column in ("spent_usd", "forecast_usd", "low_usd", "high_usd"):
            value = getattr(told_by_pandas, column)
            assert value == (None if row[column] is None else Decimal(row[column])), (row, column)
        assert told_by_pandas.days_of_history == row["days_of_history"]


def test_cost_by_provider(history: Database) -> None:
    """61 + 21 + 1 are 83 in November, 62 in October."""
    rows = answer(history, "cost_by_provider")
    assert [values(row, "month", "provider_name", "cost_usd", "share_percent") for row in rows] == [
        ("2026-11-01", "openrouter", "61", "73.5"),
        ("2026-11-01", "mistral", "21", "25.3"),
        ("2026-11-01", "deepseek", "1", "1.2"),
        ("2026-10-01", "openrouter", "62", "100"),
    ]


def test_freshness(history: Database) -> None:
    """Whoever fails stands first, then what is old."""
    rows = answer(history, "freshness")
    assert [values(row, "provider_name", "state", "hours_old", "consecutive_failures", "error") for row in rows] == [
        ("deepseek", "failing", "12", 1, "API key invalid or expired"),
        ("mistral", "stale", "12", 0, None),
        ("openrouter", "fresh", "0", 0, None),
    ]


def test_reconciliation(history: Database, accounts: Open) -> None:
    """18 of Mistral's 21 were spent before it was connected; dollars are missing from a month told in euros."""
    (mistral,) = answer(history, "reconciliation", provider_name="mistral")
    columns = ("month_reported", "sum_of_days", "of_it_derived", "difference", "off_percent")
    assert values(mistral, *columns) == ("21", "21", "18", "0", "0")
    (cohere,) = accounts("euros", "cohere")
    told(history, cohere, "2026-11-01T23:59:59", None, "4", "4")
    told(history, cohere, "2026-11-02T23:59:59", None, "2", "6")
    changed(history, cohere, "2026-11-02T23:59:59", "usage_today_currency = 'EUR', usage_month_currency = 'EUR'")
    (row,) = answer(history, "reconciliation", client="euros")
    assert values(row, *columns) == ("6", "2", "0", "4", "66.67")


def test_unusual_days(history: Database) -> None:
    """20 dollars after weeks of 2; the days after it are not unusual."""
    (row,) = answer(history, "unusual_days")
    assert values(row, "provider_name", "day", "spend_usd", "median_usd", "times_the_median") == (
        "openrouter",
        "2026-11-20",
        "20",
        "2",
        "10",
    )


def test_a_question_about_one_client_tells_of_no_other(history: Database) -> None:
    for name in questions():
        assert {row["client"] for row in answer(history, name, client="zeta")} <= {"zeta"}
    assert {row["client"] for row in answer(history, "freshness", client=None)} == {"acme", "zeta"}


def test_each_question_opens_with_itself() -> None:
    for question in questions().values():
        assert question.sql.startswith("-- "), question.name
        assert "?" in question.asks, question.name


@pytest.mark.parametrize("name", questions())
def test_the_documentation_shows_the_question_and_this_answer(history: Database, name: str) -> None:
    """Every sample output was really given."""
    shown = io.StringIO()
    given = ask(history, name, client="acme", at=NOW)
    writer = csv.DictWriter(shown, given.columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(given.plain_rows())
    section = f"### `{name}`\n\n{questions()[name].asks}\n\n```csv\n{shown.getvalue()}```\n"
    assert section in DOCS.read_text(encoding="utf-8")


def test_an_unknown_question_is_refused_by_name(database: Database) -> None:
    with pytest.raises(UserError, match="No question is named 'burn'"):
        ask(database, "burn")


def test_a_question_scans_the_months_it_needs_and_no_others(history: Database) -> None:
    """PostgreSQL reads no partition that is older than the window and the two months it looks back."""
    for month in range(1, 10):
        told(history, Integration(1, 1, "openrouter", ""), f"2026-{month:02}-10T12:00", "1", "0", "0")
    assert _scanned(history, date(2026, 11, 20), date(2026, 11, 21)) <= {"202609", "202610", "202611"}
    assert _scanned(history, date(2026, 1, 1), date(2026, 11, 21)) > {"202601", "202605"}


def _scanned(database: Database, first: date, last: date) -> set[str]:
    """Which partitions the spend of a window is computed from, by what a fresh connection counts."""
    database.dispose()
    with database.transaction() as connection:
        connection.exec_driver_sql(f"select * from spend_by_day('{first}', '{last}')")
        found = connection.exec_driver_sql(
            "select relname from pg_stat_xact_user_tables"
            " where relname ~ '^spend_snapshots_' and coalesce(seq_scan, 0) + coalesce(idx_scan, 0) > 0"
        )
        return {row.relname.removeprefix("spend_snapshots_") for row in found}
