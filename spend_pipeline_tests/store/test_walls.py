"""Walls between clients: what a statement forgets to ask, the database still does not show."""

import re
from collections.abc import Sequence
from uuid import uuid4

import pytest
from sqlalchemy import Connection, RowMapping, text
from sqlalchemy.exc import DBAPIError

from spend_pipeline.store import requests, snapshots
from spend_pipeline.store.database import Database, statement
from spend_pipeline.syncing import Syncing
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.store.books import (
    GROQ,
    OPENROUTER,
    Added,
    claim,
    figures,
    integration,
    read,
    run_sync,
    scalar,
    taken,
)
from spend_pipeline_tests.store.conftest import Add

TENANT_TABLES = ("clients", "integrations", "sync_requests", "syncs", "spend_snapshots", "spend_totals", "alerts")
ADD = "insert into integrations (client_id, provider_name, credentials, key_preview)"


@pytest.fixture
def two(add: Add, stations: Syncing, database: Database) -> tuple[Added, Added]:
    """Two clients, each with a row of every kind, from one sync and from one of its own."""
    both = add(OPENROUTER, GROQ), add(OPENROUTER)
    for added in both:
        requests.accept(database, added.client.id, None)
    sync_id = uuid4()
    claimed = claim(database, sync_id)
    run_sync(stations, sync_id, claimed or [], "manual")
    with database.transaction() as connection:
        connection.execute(text("update clients set manual_sync_at = null"))
        own = "insert into syncs (id, trigger, client_id) values (gen_random_uuid(), 'cli', :client)"
        alert = "insert into alerts (client_id, kind, threshold, figure, fired_at)"
        alert += " values (:client, 'low_balance', 2, 1, now())"
        for each in (own, alert):
            connection.execute(text(each), [{"client": added.client.id} for added in both])
    return both


def count(connection: Connection, table: str) -> int:
    return int(connection.execute(text(f"select count(*) from {table}")).scalar_one())


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_select_without_a_where_shows_the_clients_rows_only(
    database: Database, two: tuple[Added, Added], table: str
) -> None:
    column = "id" if table == "clients" else "client_id"
    with database.as_owner() as connection:
        assert {found for (found,) in connection.execute(text(f"select {column} from {table}"))} >= {
            added.client.id for added in two
        }, "without the wall it would leak"
    for added in two:
        with database.as_client(added.client.id) as connection:
            seen = {found for (found,) in connection.execute(text(f"select {column} from {table}"))}
        assert seen == {added.client.id}


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("count_active_integrations", 2),
        ("manual_sync_wait", 1),
        ("request_rows", 2),
        ("request_status", 1),
        ("accept_manual_sync", 1),
    ],
)
def test_a_statement_that_loses_its_where_shows_no_more(
    database: Database, two: tuple[Added, Added], name: str, theirs: int
) -> None:
    """The endpoint's own statements, without their condition on the client: what they answer is still the client's."""
    mine, _ = two
    (sync_id,) = (found["id"] for found in read(database, "select id from syncs where client_id is null"))
    given = {"client_id": mine.client.id, "sync_id": str(sync_id), "provider_name": None, "seconds": 60, "id": None}
    whole = str(statement(name))
    forgetful = text(re.sub(r"[a-z_.]*\bid = :(client_)?id\b|[a-z_.]*client_id = :client_id\b", "true", whole))
    assert str(forgetful) != whole
    with database.as_client(mine.client.id) as connection:
        kept = connection.execute(forgetful, given).mappings().all()
    assert _number(kept) == theirs
    with database.as_owner() as connection:
        connection.execute(text("update clients set manual_sync_at = null"))
        leaked = connection.execute(forgetful, given).mappings().all()
    assert _number(leaked) > theirs, "without the wall it would leak"


def _number(found: Sequence[RowMapping]) -> int:
    """How many rows were answered, or counted."""
    return int(found[0].get("active", len(found)))


def test_behind_the_wall_nobody_is_seen_without_a_client(database: Database, two: tuple[Added, Added]) -> None:
    """A route that forgets on whose behalf it acts gets nothing, rather than everything."""
    walled = database.behind_the_wall()
    with walled.transaction() as connection:
        assert [count(connection, table) for table in TENANT_TABLES] == [0] * len(TENANT_TABLES)
    assert walled.rows("request_rows", {"sync_id": None, "client_id": None, "provider_name": None}) == []
    assert walled.rows("sealed_credentials_exist")[0]["sealed"], "or a second key would be made"
    done = [found["id"] for found in read(database, "select id from sync_requests")]
    assert requests.settled(walled, done) == set(done)


@pytest.mark.parametrize(
    "sql",
    [
        f"{ADD} values (:other, 'groq', 'x', '{{}}')",
        "insert into sync_requests (id, client_id) values (gen_random_uuid(), :other)",
        "update integrations set client_id = :other",
    ],
)
def test_nothing_is_written_for_another_client(database: Database, two: tuple[Added, Added], sql: str) -> None:
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        database.as_client(two[0].client.id) as connection,
    ):
        connection.execute(text(sql), {"other": two[1].client.id})


def test_another_clients_rows_cannot_be_changed(database: Database, two: tuple[Added, Added]) -> None:
    with database.as_client(two[0].client.id) as connection:
        changed = connection.execute(text("update integrations set key_label = 'mine'")).rowcount
    assert changed == 2
    assert scalar(database, "select count(*) from integrations where key_label = 'mine'") == 2


def test_a_partition_made_later_is_no_way_around(database: Database, two: tuple[Added, Added]) -> None:
    mine, other = two
    snapshot = [figures(integration(added.client.id, added.ids[0]), "1") for added in two]
    taken(database, NOON.replace(year=NOON.year + 1), *snapshot)
    partition = f"spend_snapshots_{NOON.year + 1}{NOON.month:02}"
    with database.as_client(mine.client.id) as connection:
        seen = connection.execute(
            text(f"select client_id from spend_snapshots where synced_at > '{NOON.year + 1}-01-01'")
        )
        assert [found for (found,) in seen] == [mine.client.id]
    with pytest.raises(DBAPIError, match="permission denied"), database.as_client(mine.client.id) as connection:
        count(connection, partition)
    assert other.client.id in {found["client_id"] for found in read(database, f"select client_id from {partition}")}


def test_routes_work_behind_the_wall(database: Database, add: Add) -> None:
    """Everything a client may do, with the least rights it needs."""
    walled, added = database.behind_the_wall(), add(GROQ)
    accepted = requests.accept(walled, added.client.id, None)
    assert isinstance(accepted, requests.Accepted)
    assert requests.count_active(walled, added.client.id, "groq") == (1, 1)
    assert requests.status(walled, added.client.id, accepted.id)
    assert snapshots.answer_rows(walled, uuid4(), client_id=added.client.id) == []


DEFINED_WITH_ITS_OWNERS_RIGHTS = """
select proname from pg_proc
where pronamespace = current_schema()::regnamespace and prosecdef and has_function_privilege(:role, oid, 'execute')
"""


def test_no_function_leads_around_the_wall(database: Database) -> None:
    """What runs with its owner's rights sees every client: the endpoint may call these, which show it none."""
    with database.as_owner() as connection:
        role = f"{connection.execute(text('select current_user')).scalar_one()}_api"
        open_to_it = {name for (name,) in connection.execute(text(DEFINED_WITH_ITS_OWNERS_RIGHTS), {"role": role})}
    assert open_to_it == {"client_of_token", "sealed_credentials_exist", "settled_requests", "take_permits"}
