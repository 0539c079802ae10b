"""What must hold in the books whatever was killed, cut, restored or doubled: each a query for what breaks it."""

import time
from typing import Any

from sqlalchemy import text

from spend_pipeline.store.database import Database

# A reading that went well after which only failures came counts those failures, and its figures stay in force.
LATEST = """
    select distinct on (integration_id) * from spend_snapshots
    {where} order by integration_id, synced_at desc
"""

BROKEN = {
    "an integration has two snapshots of one sync": """
        select sync_id, integration_id from spend_snapshots group by sync_id, integration_id having count(*) > 1
    """,
    "a sync has a part of its snapshots": """
        select syncs.id from syncs
        cross join lateral integrations_in_scope(syncs.id) as integrations
        left join spend_snapshots as snapshots
            on snapshots.sync_id = syncs.id and snapshots.integration_id = integrations.id
        where integrations.created_at < syncs.synced_at
        group by syncs.id, syncs.snapshots_taken_at, integrations.client_id
        having
            count(snapshots.sync_id) <> count(*)
            and not (syncs.snapshots_taken_at is null and count(snapshots.sync_id) = 0)
    """,
    "a snapshot's moment is not its sync's": """
        select sync_id from spend_snapshots as snapshots
        inner join syncs on syncs.id = snapshots.sync_id
        where snapshots.synced_at <> syncs.synced_at
    """,
    "totals are not the sum of their snapshots": """
        select sync_id, client_id from spend_totals as totals
        full join (
            select
                sync_id,
                client_id,
                coalesce(sum(balance_usd) filter (where counted), 0) as balance,
                coalesce(sum(usage_today_usd) filter (where counted), 0) as today,
                coalesce(sum(usage_month_usd) filter (where counted), 0) as month,
                count(*) filter (where status <> 'failed') as read,
                count(*) filter (where status = 'failed') as refused
            from spend_snapshots group by sync_id, client_id
        ) as sums using (sync_id, client_id)
        where
            (total_balance, total_usage_today, total_usage_month, synced, failed)
            is distinct from (balance, today, month, read, refused)
    """,
    "an integration does not say what its last snapshot says": f"""
        select integrations.id from integrations
        inner join ({LATEST.format(where="")}) as latest on latest.integration_id = integrations.id
        where
            (billing_attempted_at, billing_sync_error, billing_sync_error_kind)
            is distinct from (latest.synced_at, latest.error, latest.error_kind)
    """,
    "an integration's figures are not those of its last good snapshot": f"""
        select integrations.id from integrations
        left join ({LATEST.format(where="where status <> 'failed'")}) as good on good.integration_id = integrations.id
        where
            (cached_balance, cached_usage_today, cached_usage_month, billing_synced_at)
            is distinct from (good.balance_shown, good.usage_today_usd, good.usage_month_usd, good.synced_at)
    """,
    "failures were counted wrong": """
        select integrations.id from integrations
        where consecutive_failures <> (
            select count(*) from spend_snapshots as failures
            where failures.integration_id = integrations.id and synced_at > coalesce(billing_synced_at, '-infinity')
        )
    """,
    "a request has no answer": "select id, status from sync_requests where status not in ('done', 'failed')",
    "a sync has no end, or a bad one": "select id, error from syncs where finished_at is null or error is not null",
    "a session holds a lock": """
        select pid, objid from pg_locks
        where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
    """,
    "a transaction was left open": """
        select pid from pg_stat_activity
        where datname = current_database() and state like 'idle in transaction%' and pid <> pg_backend_pid()
    """,
}


def broken(database: Database, seconds: float = 10) -> dict[str, list[dict[str, Any]]]:
    """The offending rows by the sentence they break; empty as soon as the books are in order.

    For a moment after its end, a server may still be closing what a process had open.
    """
    until = time.monotonic() + seconds
    while (found := _broken(database)) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def _broken(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.transaction() as connection:
        found = {what: [dict(row) for row in connection.execute(text(sql)).mappings()] for what, sql in BROKEN.items()}
    return {what: rows for what, rows in found.items() if rows}
