"""Budgets: an alert fires once a crossing and ends once, nothing comes of what is unknown, and a period starts anew."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from spend_pipeline.store import clients
from spend_pipeline.store.alerts import Evaluated
from spend_pipeline.store.database import Database
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.store.alerting import HOURS, QUIET, Watched, changes, later
from spend_pipeline_tests.store.books import OPENROUTER, apply_billing, failed, integration, read, scalar, taken, write
from spend_pipeline_tests.store.conftest import Add


@pytest.fixture
def watched(add: Add, database: Database) -> Watched:
    """Two integrations and no budget yet."""
    return Watched(database, add(OPENROUTER, OPENROUTER))


def test_without_a_budget_nothing_is_watched(watched: Watched) -> None:
    assert watched.read(NOON, watched.figures(0, "0", "9", "99")) == Evaluated(0, 0, 0, 0, 0)


def test_a_low_balance_fires_once_and_recovers_once(watched: Watched) -> None:
    """At the threshold it is not below it; what falls further is the same crossing, what falls again another."""
    watched.budget(low_balance_amount=10)
    balances = ["10", "9.99", "5", "5", "10", "12", "9", "20"]
    seen = [changes(watched.read(later(n), watched.figures(0, each))) for n, each in enumerate(balances)]
    assert seen == [QUIET, (1, 0), QUIET, QUIET, (0, 1), QUIET, (1, 0), (0, 1)]
    assert watched.told() == [("low_balance", "recovered")] * 2
    first, _ = read(watched.database, "select * from alerts order by id")
    assert (first["figure"], first["ended_figure"], first["fired_at"]) == (Decimal("9.99"), 10, later(1))


def test_a_second_look_at_the_same_figures_changes_nothing(watched: Watched) -> None:
    """As of a run that is done again, of one that died before it told anybody, and of two at once."""
    watched.budget(low_balance_amount=10)
    watched.read(NOON, watched.figures(0, "5"))
    with ThreadPoolExecutor(4) as threads:
        seen = list(threads.map(lambda _: changes(watched.look(NOON)), range(8)))
    assert seen == [QUIET] * 8
    write(watched.database, "delete from alerts")
    with ThreadPoolExecutor(4) as threads:
        seen = list(threads.map(lambda _: changes(watched.look(NOON)), range(8)))
    assert sorted(seen) == [QUIET] * 7 + [(1, 0)]


def test_unknown_figures_do_nothing(watched: Watched) -> None:
    """Never read, a balance that was not told, one in credits, a failure before anything was read."""
    watched.budget(low_balance_amount=10, low_days_left=7, spend_limit_amount=1)
    of = integration(watched.client_id, watched.added.ids[0])
    assert watched.look(NOON) == Evaluated(3, 3, 0, 0, 0)
    for number, reading in enumerate(
        [failed(of), watched.figures(0, None, None, None), watched.figures(0, "3", currency="credits")], 1
    ):
        assert changes(watched.read(later(number), reading)) == QUIET
    assert watched.told() == []


def test_a_failed_reading_neither_fires_nor_ends(watched: Watched) -> None:
    watched.budget(low_balance_amount=10, spend_limit_amount=50)
    of = integration(watched.client_id, watched.added.ids[0])
    watched.read(NOON, watched.figures(0, "20", "1", "40"))
    assert changes(watched.read(later(1), failed(of))) == QUIET
    assert changes(watched.read(later(2), watched.figures(0, "5", "1", "60"))) == (2, 0)
    assert changes(watched.read(later(3), failed(of))) == QUIET
    assert changes(watched.read(later(4), watched.figures(0, None, None, None))) == QUIET, (
        "nor does one without figures"
    )
    assert changes(watched.read(later(5), watched.figures(0, "20", "1", "50"))) == (0, 2)


def test_a_spend_limit_fires_above_it_and_says_what_a_gateway_is_to_do(watched: Watched) -> None:
    """`spend_limit_exceeded`, which a gateway reads, is true for both actions; the alert carries the action."""
    exceeded = "select spend_limit_exceeded(integrations) from integrations where id = :id"
    now = scalar(watched.database, "select now()")
    for number, action in enumerate(("warn", "block")):
        watched.budget(number, spend_limit_amount=100, spend_limit_action=action, spend_limit_period="monthly")
    at_it = [watched.figures(number, None, "100", "100") for number in (0, 1)]
    assert changes(watched.read(now, *at_it)) == QUIET
    above = [watched.figures(number, None, "100", "100.01") for number in (0, 1)]
    assert changes(watched.read(now + timedelta(seconds=1), *above)) == (2, 0)
    assert [scalar(watched.database, exceeded, id=each) for each in watched.added.ids] == [True, True]
    assert [row["action"] for row in read(watched.database, "select action from alerts order by id")] == [
        "warn",
        "block",
    ]


def test_a_new_day_starts_a_daily_limit_anew(watched: Watched) -> None:
    """Nothing is known of it until the first reading: that ends the day before's alert, or tells of another one."""
    watched.budget(spend_limit_amount=10, spend_limit_period="daily")
    assert changes(watched.read(NOON, watched.figures(0, None, "11", "99"))) == (1, 0)
    midnight = NOON.replace(hour=0) + timedelta(days=1)
    assert changes(watched.look(midnight)) == QUIET
    of = integration(watched.client_id, watched.added.ids[0])
    assert changes(watched.read(midnight, failed(of))) == QUIET
    assert changes(watched.read(midnight + HOURS, watched.figures(0, None, "12", "111"))) == (1, 1)
    assert changes(watched.read(midnight + 6 * HOURS, watched.figures(0, None, "0", "111"))) == (0, 1)
    assert watched.told() == [("spend_limit", "new_period"), ("spend_limit", "new_period")]


def test_a_sync_that_ends_after_midnight_is_judged_by_its_own_day(watched: Watched) -> None:
    """What was above the limit of the day before was above it, though that day is over when it is looked at."""
    watched.budget(spend_limit_amount=10, spend_limit_period="daily")
    reading = taken(watched.database, NOON.replace(hour=23, minute=59), watched.figures(0, None, "11", "99"))
    apply_billing(watched.database, [reading])
    assert changes(watched.look(NOON.replace(hour=0) + timedelta(days=1, seconds=5))) == (1, 0)
    assert str(scalar(watched.database, "select period_start from alerts")) == f"{NOON:%Y-%m-%d}"


def test_a_new_month_starts_a_monthly_limit_anew(watched: Watched) -> None:
    watched.budget(spend_limit_amount=100)
    end = datetime.fromisoformat("2026-11-30T20:00+00:00")
    assert changes(watched.read(end, watched.figures(0, None, "1", "101"))) == (1, 0)
    assert changes(watched.look(end + 2 * HOURS)) == QUIET
    assert changes(watched.read(end + 2 * HOURS, watched.figures(0, None, "1", "1"))) == (0, 1)
    (alert,) = read(watched.database, "select * from alerts")
    assert (alert["ended_because"], str(alert["period_start"])) == ("new_period", "2026-11-01")


def test_a_budget_that_is_changed_or_gone_ends_its_alert(watched: Watched) -> None:
    """Raised: it recovered. Taken away, or the integration switched off or removed: nobody watches, nobody is told."""
    watched.budget(0, low_balance_amount=10)
    watched.budget(1, low_balance_amount=10)
    both = [watched.figures(number, "5") for number in (0, 1)]
    assert changes(watched.read(NOON, *both)) == (2, 0)
    watched.budget(0, low_balance_amount=4)
    write(watched.database, "update integrations set is_active = false where id = :id", id=watched.added.ids[1])
    assert changes(watched.look(later())) == (0, 2)
    assert watched.told() == [("low_balance", "recovered"), ("low_balance", "not_watched")]
    watched.budget(0, low_balance_amount=6)
    assert changes(watched.look(later(2))) == (1, 0)
    clients.set_active(watched.database, watched.added.client.name, is_active=False)
    assert changes(watched.look(later(3))) == (0, 1)


def test_days_left_fire_below_the_threshold_and_end_a_day_above_it(watched: Watched) -> None:
    """Of a pace that is known for three days; the day between keeps a pace that wavers from firing again and again."""
    watched.budget(low_days_left=7)
    watched.spent_lately(NOON, "2", days=2)
    assert watched.read(NOON, watched.figures(0, "2")) == Evaluated(1, 1, 0, 0, 0)
    watched.spent_lately(NOON, "2")
    assert changes(watched.read(later(0.5), watched.figures(0, "14"))) == QUIET
    assert changes(watched.read(later(1), watched.figures(0, "13.8"))) == (1, 0)
    assert changes(watched.read(later(2), watched.figures(0, "15"))) == QUIET
    assert changes(watched.read(later(2.5), watched.figures(0, "16"))) == (0, 1)
    assert changes(watched.read(later(2.6), watched.figures(0, "0"))) == (1, 0)
    watched.spent_lately(NOON, "0")
    assert changes(watched.read(later(2.7), watched.figures(0, "1"))) == (0, 1), "nothing is spent: it lasts"


def test_days_of_units_that_are_not_money_count_too(watched: Watched) -> None:
    watched.budget(low_days_left=7)
    watched.spent_lately(NOON, "2")
    write(
        watched.database,
        "update spend_days set currency = 'credits', spend = 100, spend_usd = null, restated_usd = null",
    )
    assert changes(watched.read(NOON, watched.figures(0, "500", currency="credits"))) == (1, 0)
