"""What our snapshots say was spent since a balance was recorded: every case with figures worked out by hand."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from spend_pipeline.integration import Integration
from spend_pipeline.money import Money
from spend_pipeline.period import midnight
from spend_pipeline.store import integrations, snapshots, syncs
from spend_pipeline.store.database import Database
from spend_pipeline.syncing import Syncing
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.store.books import figures, integration, read, run_sync, taken, write
from spend_pipeline_tests.store.conftest import Add

MISTRAL = ("mistral", {"api_key": "sandbox.admin"})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def account(add: Add) -> Integration:
    added = add(MISTRAL)
    return integration(added.client.id, added.ids[0], "mistral")


def spent(
    database: Database, of: Integration, since: str, currency: str = "USD", now: datetime = NOON
) -> tuple[str | None, str | None]:
    """In closed months, and before the moment itself, as a sync at `now` takes them up."""
    integrations.set_balance(database, of.id, Money.whole("100", currency), at(since))
    sync = syncs.begin(database, uuid4(), trigger="cli", run_id="run", provider_names=["mistral"], now=now)
    (found,) = snapshots.integrations_to_read(database, sync)
    assert found.recorded is not None
    assert (found.recorded.amount, found.recorded.as_of) == (Money.whole("100", currency), at(since))
    return tuple(
        None if each is None else f"{each:f}" for each in (found.recorded.closed_months, found.recorded.before)
    )  # type: ignore[return-value]


@pytest.fixture
def november(database: Database, account: Integration) -> Integration:
    """Readings of a November: when, spent today, spent this month."""
    for when, today, month in (
        ("2026-11-09T20:00", "1.50", "9.00"),
        ("2026-11-10T04:00", "0.25", "9.75"),
        ("2026-11-10T08:00", "0.75", "10.25"),
        ("2026-11-10T12:00", "2.00", "11.50"),
        ("2026-11-20T12:00", None, "30.00"),
    ):
        taken(database, at(when), figures(account, None, today, month))
    return account


@pytest.mark.parametrize(
    ("since", "before"),
    [
        ("2026-11-01T00:00", "0"),  # a month begins with nothing spent
        ("2026-11-10T00:00", "9.50"),  # midnight, by the first reading of the day: 9.75 less 0.25
        ("2026-11-10T06:00", "9.75"),  # between two readings: the one before
        ("2026-11-10T08:00", "10.25"),  # the moment of a reading
        ("2026-11-10T23:59", "11.50"),
        ("2026-11-10T03:00", "9.00"),  # the reading before is of the day before
        ("2026-11-09T18:00", "9.00"),  # none before: the next of the same day
        ("2026-11-09T00:00", "7.50"),
        ("2026-11-11T00:00", "11.50"),  # no reading that day: the last one of the day before
        ("2026-11-20T00:00", None),  # a reading that does not know today cannot say what was spent by midnight
        ("2026-11-08T12:00", None),  # the next reading is of another day
        ("2026-11-15T12:00", None),  # five days without a reading: what was spent in them nobody knows
        ("2026-11-20T11:00", "30.00"),  # ten days of silence, but one hour later there is a reading
    ],
)
def test_what_was_spent_before_a_moment(
    database: Database, november: Integration, since: str, before: str | None
) -> None:
    assert spent(database, november, since) == ("0", before)


def test_nothing_is_known_of_an_account_that_was_never_read(database: Database, account: Integration) -> None:
    assert spent(database, account, "2026-11-10T06:00") == ("0", None)
    assert spent(database, account, "2026-10-10T06:00") == (None, None)


def test_another_currency_tells_nothing(database: Database, november: Integration) -> None:
    assert spent(database, november, "2026-11-10T06:00", "EUR") == ("0", None)


def test_another_accounts_readings_tell_nothing(database: Database, november: Integration, add: Add) -> None:
    added = add(MISTRAL)
    write(database, "update integrations set is_active = false where id = :id", id=november.id)
    assert spent(database, integration(added.client.id, added.ids[0]), "2026-11-10T06:00") == ("0", None)


@pytest.fixture
def autumn(database: Database, account: Integration) -> Integration:
    """September closes at 40, October at 25.5; November has begun."""
    for when, month in (
        ("2026-09-10T12:00", "12"),
        ("2026-09-30T23:59:59.999999", "40"),
        ("2026-10-01T00:00", "0.5"),
        ("2026-10-31T20:00", "25.5"),
        ("2026-11-01T00:00", "0"),
        ("2026-11-22T08:00", "7"),
    ):
        taken(database, at(when), figures(account, None, None, month))
    return account


@pytest.mark.parametrize(
    ("since", "closed", "before"),
    [
        ("2026-09-10T12:00", "65.5", "12"),  # 40 + 25.5
        ("2026-09-01T00:00", "65.5", "0"),
        ("2026-10-01T00:00", "25.5", "0"),
        ("2026-10-31T23:00", "25.5", "25.5"),
        ("2026-11-01T00:00", "0", "0"),  # no closed month since
        ("2026-08-31T12:00", None, None),  # nothing was read in August
    ],
)
def test_over_the_end_of_months(
    database: Database, autumn: Integration, since: str, closed: str | None, before: str | None
) -> None:
    """Each closed month by its last figure; a reading at midnight is of the month that begins."""
    assert spent(database, autumn, since) == (closed, before)


def test_at_the_first_moment_of_a_month_the_last_is_closed(database: Database, autumn: Integration) -> None:
    assert spent(database, autumn, "2026-10-31T23:00", now=at("2026-11-01T00:00"))[0] == "25.5"
    assert spent(database, autumn, "2026-10-31T23:00", now=at("2026-10-31T23:59:59"))[0] == "0"


def test_a_year_that_ends(database: Database, account: Integration) -> None:
    taken(database, at("2026-12-31T20:00"), figures(account, None, None, "99.99"))
    assert spent(database, account, "2026-12-31T20:00", now=at("2027-01-01T00:00:01")) == ("99.99", "99.99")


def test_a_month_without_a_reading_in_between_is_unknown(database: Database, autumn: Integration) -> None:
    assert spent(database, autumn, "2026-09-10T12:00", now=at("2027-01-05T00:00"))[0] is None


def test_a_recorded_balance_falls_by_what_is_spent(database: Database, stations: Syncing, add: Add) -> None:
    """Through every station against the sandbox: 100 as of midnight, less what the provider says of today; twice."""
    added = add(MISTRAL)
    integrations.set_balance(database, added.ids[0], Money.whole("100"), midnight(stations.clock().date()))
    run_sync(stations, uuid4())
    run_sync(stations, uuid4())
    rows = read(database, "select * from spend_snapshots")
    assert len(rows) == 2
    for row in rows:
        assert (row["balance_basis"], row["balance_usd"]) == ("manual", row["balance"])
        assert abs(row["balance"] - (100 - row["usage_today"])) < Decimal("0.01")
        assert "the balance recorded as of" in row["note"]
