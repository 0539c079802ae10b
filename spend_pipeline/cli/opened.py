"""The settings and the database that a command works with, migrated and open."""

from collections.abc import Iterator
from contextlib import contextmanager

from spend_pipeline.embedded import database_url
from spend_pipeline.settings import Settings, load
from spend_pipeline.store.database import Database
from spend_pipeline.store.migrations import upgrade


@contextmanager
def opened() -> Iterator[tuple[Settings, Database]]:
    """The embedded server runs at least as long as the block; every start brings the schema up to date."""
    settings = load()
    with database_url(settings) as url:
        database = Database(url)
        try:
            upgrade(database)
            yield settings, database
        finally:
            database.dispose()
