"""Dagster's storage where the settings say: any Dagster command in a checkout finds it without being told.

Named in `dagster.yaml`. Its configuration is empty on purpose: Dagster copies configuration into every process and
run it starts, and a database URL can hold a password.
"""

import atexit
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from typing import Any

from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage

from spend_pipeline.embedded import database_url
from spend_pipeline.instance import storage_url
from spend_pipeline.settings import load
from spend_pipeline.store.database import Database, autocommitting
from spend_pipeline.store.migrations import upgrade


class HouseStorage(DagsterPostgresStorage):
    """dagster-postgres over the house's own database, by connections that stay open.

    As it comes it opens one for every statement, which takes longer than the statement: half of a short run's time.
    """

    def __init__(self, postgres_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(postgres_url, should_autocreate_tables=_look_for_tables(postgres_url), inst_data=inst_data)
        for storage in (self._run_storage, self._event_log_storage, self._schedule_storage):
            storage._engine = autocommitting(postgres_url)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "HouseStorage":
        return cls(_url(), inst_data=inst_data)


_tables_are_there: set[str] = set()


def _look_for_tables(url: str) -> bool:
    """Whether Dagster's tables have to be looked for: once a process, which makes an instance for every tick."""
    unknown = url not in _tables_are_there
    _tables_are_there.add(url)
    return unknown


def tables_are_there() -> None:
    """Says so of a process that works on a run, which somebody has stored."""
    _tables_are_there.add(_url())


@cache
def _url() -> str:
    """The storage's URL. Where no database is set, the embedded one runs as long as this process."""
    settings = load()
    if settings.dagster_url is not None:
        return storage_url(settings, "")
    stack = ExitStack()
    atexit.register(stack.close)
    url = stack.enter_context(database_url(settings))
    database = Database(url)
    upgrade(database)
    database.dispose()
    return storage_url(settings, url)
