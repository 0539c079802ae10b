"""What the assets and the sensor work with: the stations of a sync, from the environment's settings."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from spend_pipeline.embedded import database_url
from spend_pipeline.orchestration.partitions import IN_FORCE
from spend_pipeline.settings import load
from spend_pipeline.store.database import Database
from spend_pipeline.syncing import Syncing, syncing


@dg.resource(description="The stations of a sync, over the database and the settings of the environment.")
@contextmanager
def syncing_from_environment(_: dg.InitResourceContext) -> Iterator[Syncing]:
    """Secrets stay inside the object: nothing of it is Dagster configuration, which its UI shows."""
    settings = load()
    with database_url(settings) as url:
        database = Database(url)
        try:
            yield syncing(settings, database, IN_FORCE)
        finally:
            database.dispose()
