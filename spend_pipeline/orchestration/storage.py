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
from spend_pipeline.store.database import Database
from spend_pipeline.store.migrations import upgrade


class HouseStorage(DagsterPostgresStorage):
    """dagster-postgres over the house's own database."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "HouseStorage":
        return cls(_url(), inst_data=inst_data)


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
