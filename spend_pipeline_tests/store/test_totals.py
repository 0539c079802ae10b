"""Totals: a row for each client of a sync, summed exactly over the figures present."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from spend_pipeline.snapshot import Snapshot, Status
from spend_pipeline.store import clients, snapshots, syncs
from spend_pipeline.store.database import Database
from spend_pipeline.syncing import Syncing, SyncRun
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.store.books import (
    GROQ,
    OPENROUTER,
    PARTIAL,
    WRONG_KEY,
    failed,
    figures,
    integration,
    read,
    run_sync,
    scalar,
    taken,
)
from spend_pipeline_tests.store.conftest import Add

SUMS = ("synced", "failed", "total_balance", "total_usage_today", "total_usage_month")


def totals(database: Database, sync_id: UUID) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in SUMS) for row in syncs.rows_of(database, "totals_of_sync", sync_id)]


def test_a_sum_has_every_digit_of_its_parts(database: Database, add: Add) -> None:
    """A trillion and a quintillionth of a quintillionth; and the tenths that no double adds up."""
    added = add(OPENROUTER, OPENROUTER, OPENROUTER)
    one, two, three = (integration(added.client.id, each) for each in added.ids)
    sync_id = taken(
        database,
        NOON,
        figures(one, "999999999999.9", "0.1", "1E-30"),
        figures(two, "0.1", "0.2", "-0.5"),
        figures(three, "-0.000000000000000000000000000001", None, "0.5"),
    )
    syncs.write_totals(database, [sync_id])
    (found,) = totals(database, sync_id)
    assert found == (
        3,
        0,
        Decimal("999999999999.999999999999999999999999999999"),
        Decimal("0.3"),
        Decimal("1E-30"),
    )


def test_nulls_failures_and_foreign_money_add_nothing(database: Database, add: Add) -> None:
    added = add(OPENROUTER, OPENROUTER, OPENROUTER, GROQ)
    dollars, euros, refused, silent = (integration(added.client.id, each) for each in added.ids)
    sync_id = taken(
        database,
        NOON,
        figures(dollars, None, "2", "3"),
        figures(euros, "10", "20", "30", currency="EUR"),
        failed(refused),
        Snapshot(silent, Status.UNSUPPORTED, note="none"),
    )
    syncs.write_totals(database, [sync_id])
    assert totals(database, sync_id) == [(3, 1, 0, 2, 3)]


def test_each_client_has_its_own_sums(database: Database, add: Add) -> None:
    first, second, third = add(OPENROUTER, OPENROUTER), add(OPENROUTER), add(GROQ)
    sync_id = taken(
        database,
        NOON,
        figures(integration(first.client.id, first.ids[0]), "1", "2", "3"),
        figures(integration(first.client.id, first.ids[1]), "10", "20", "30"),
        failed(integration(second.client.id, second.ids[0])),
    )
    syncs.write_totals(database, [sync_id])
    assert totals(database, sync_id) == [(2, 0, 11, 22, 33), (0, 1, 0, 0, 0)]
    assert third.client.id not in {row["client_id"] for row in syncs.rows_of(database, "totals_of_sync", sync_id)}


def test_totals_are_written_once(database: Database, add: Add) -> None:
    """A station that runs again after a crash adds no row and changes none."""
    added = add(OPENROUTER)
    sync_id = taken(database, NOON, figures(integration(added.client.id, added.ids[0]), "1"))
    syncs.write_totals(database, [sync_id])
    before = read(database, "select * from spend_totals")
    syncs.write_totals(database, [sync_id])
    assert read(database, "select * from spend_totals") == before


def test_the_stations_agree_with_the_snapshots(database: Database, stations: Syncing, add: Add) -> None:
    """Against the sandbox: totals, answer rows and snapshots are the same books."""
    added, other = add(OPENROUTER, PARTIAL, GROQ, WRONG_KEY), add(OPENROUTER)
    sync_id = uuid4()
    sync = run_sync(stations, sync_id)
    rows = snapshots.answer_rows(database, sync_id, client_id=added.client.id)
    assert [row["id"] for row in rows] == added.ids
    assert {row["synced_at"] for row in rows} == {sync.synced_at}
    mine, theirs = totals(database, sync_id)
    assert mine[:2] == (3, 1)
    assert mine[2] == rows[0]["balance"]
    assert mine[3] == rows[0]["usage_today"] + rows[1]["usage_today"]
    assert mine[4] == rows[0]["usage_month"] + rows[1]["usage_month"]
    assert theirs[:2] == (1, 0)
    assert [row["id"] for row in snapshots.answer_rows(database, sync_id, client_id=other.client.id)] == other.ids
    only = snapshots.answer_rows(database, sync_id, client_id=added.client.id, provider_name="groq")
    assert [row["id"] for row in only] == [added.ids[2]]
    assert len(snapshots.answer_rows(database, sync_id)) == 5
    assert syncs.unfinished(database) == []


def test_a_run_settles_its_own_sync_and_no_other(database: Database, stations: Syncing, add: Add) -> None:
    """A run that took no snapshots, as one started from the UI for the totals alone, settles all that wait."""
    added = add(OPENROUTER)
    account = integration(added.client.id, added.ids[0])
    mine, other = (
        taken(database, NOON, figures(account, "1")),
        taken(database, NOON + timedelta(hours=4), failed(account)),
    )
    assert stations.settle_billing(mine) == [mine]
    assert stations.settle_totals(mine) == [mine]
    assert stations.settle_totals(mine) == []
    assert stations.settle_totals(uuid4()) == [other]
    assert syncs.unfinished(database) == []


def test_a_sync_without_snapshots_is_not_settled(database: Database, stations: Syncing) -> None:
    """It is under way: nothing may end it but its own run, or giving it up."""
    sync_id = uuid4()
    syncs.begin(database, sync_id, trigger="cli", run_id="run", provider_names=["groq"], now=NOON)
    assert stations.settle_totals(sync_id) == []
    assert [sync.id for sync in syncs.unfinished(database)] == [sync_id]


def test_a_disabled_client_in_the_middle_of_a_sync_keeps_its_rows(
    database: Database, stations: Syncing, add: Add
) -> None:
    added = add(GROQ)
    sync_id = uuid4()
    stations.take_snapshots(SyncRun(sync_id, "run", "cli", ["groq"]))
    clients.set_active(database, added.client.name, is_active=False)
    stations.settle_totals(sync_id)
    assert totals(database, sync_id) == [(1, 0, 0, 0, 0)]
    assert scalar(database, "select count(*) from spend_snapshots") == 1
