"""A table of figures in PostgreSQL, for contestants that bring no way of their own to write one."""

import psycopg2  # type: ignore[import-untyped]
from psycopg2.extras import execute_values  # type: ignore[import-untyped]

from benchmarks.peers.job import Job

Row = tuple[int, float, float, float]


def keep(job: Job, rows: list[Row]) -> int:
    """Writes all rows in one statement and one transaction; how many."""
    with psycopg2.connect(job.postgres) as connection, connection.cursor() as cursor:
        cursor.execute(
            f'create table "{job.table}" (account bigint, balance numeric, usage_today numeric, usage_month numeric)'
        )
        execute_values(cursor, f'insert into "{job.table}" values %s', rows, page_size=10_000)
    return len(rows)
