"""Least rights: what the endpoint's role may not do, and which tables it may read at all."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from spend_pipeline.store.database import Database, row, rows
from spend_pipeline_tests.store.books import read, scalar
from spend_pipeline_tests.store.test_walls import TENANT_TABLES


@pytest.mark.parametrize(
    "sql",
    [
        "select token_hash from client_tokens",
        "select * from fx_rates",
        "select * from endpoint_rights",
        "update clients set is_active = true",
        "insert into clients (name) values ('another')",
        "delete from integrations",
        "delete from sync_requests",
        "update sync_requests set status = 'done'",
        "update spend_snapshots set balance = 0",
        "insert into heartbeats values ('manual_sync', now())",
        "update syncs set error = 'x'",
        "delete from schema_migrations",
        "create table mine ()",
        "create schema mine",
        "create policy all_of_it on clients",
        "alter table clients disable row level security",
        "truncate spend_totals",
        "update alerts set ended_at = now()",
        "select address from alert_channels",
        "select error from alert_deliveries",
        "select * from dagster.runs",
    ],
)
def test_what_a_client_has_no_business_with_is_denied(database: Database, sql: str) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"), database.as_client(1) as connection:
        connection.execute(text(sql))


def test_every_table_that_the_endpoint_may_read_is_behind_a_policy(database: Database) -> None:
    """Also those of a migration to come: what is nobody's is written into the list here, what else has a policy."""
    may = """
        select relname, relkind, relrowsecurity, coalesce('security_invoker=true' = any(reloptions), false) as invoker
        from pg_class
        where
            relkind in ('r', 'p', 'v', 'm')
            and relnamespace = cast(current_schema() as regnamespace)
            and (
                has_table_privilege(current_user || '_api', oid, 'select, insert, update, delete')
                or has_any_column_privilege(current_user || '_api', oid, 'select, insert, update')
            )
    """
    found = {each["relname"]: each for each in read(database, may)}
    assert set(TENANT_TABLES) <= set(found)
    for name in found.keys() - {"heartbeats", "schema_migrations"}:
        assert found[name]["relrowsecurity"] or (found[name]["relkind"] == "v" and found[name]["invoker"]), name


def test_a_temporary_table_is_not_taken_for_ours(database: Database) -> None:
    """What runs as the owner looks only where the owner's tables are."""
    with database.behind_the_wall().transaction() as connection:
        connection.execute(text("create temporary table client_tokens as select 1 as client_id"))
        connection.execute(text("create temporary table integrations as select 'x' as credentials"))
        assert row(connection, "client_by_token", {"token_hash": b""}) is None
        assert rows(connection, "sealed_credentials_exist") == [{"sealed": False}]


def test_the_wall_ends_with_its_transaction(database: Database) -> None:
    """A pooler hands the connection to anybody next: the role and the client are of one transaction only."""
    one = Database(database.url, connections=1)
    who = text("select current_user, current_setting('spend.client_id', true) as client, pg_backend_pid() as pid")
    with one.as_client(7) as connection:
        inside = connection.execute(who).one()
    with one.transaction() as connection:
        after = connection.execute(who).one()
    one.dispose()
    assert (inside.current_user, inside.client) == (f"{after.current_user}_api", "7")
    assert (after.client, after.pid) == ("", inside.pid)


def test_a_sync_writes_past_the_wall(database: Database) -> None:
    """The owner's statements are planned without the policies, so that a sync is as fast as it was."""
    for table in TENANT_TABLES:
        assert scalar(database, f"select row_security_active('{table}')") is False
