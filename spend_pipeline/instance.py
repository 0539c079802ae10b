"""Where the Dagster instance is: its folder in the home, its schema in the database, the environment that says so."""

import os
import shutil

from spend_pipeline.house import TOP
from spend_pipeline.settings import Settings, variable
from spend_pipeline.store.database import normalized_url, with_options


def storage_url(settings: Settings, url: str) -> str:
    """Dagster's own database: a schema beside our tables, unless another is set.

    Its commits need not reach the disk before the next step: what a crash could lose is a log of steps, never a figure.
    """
    if settings.dagster_url is not None:
        return normalized_url(settings.dagster_url.get_secret_value())
    return with_options(url, "search_path=dagster", "synchronous_commit=off")


def environment(settings: Settings, url: str) -> dict[str, str]:
    """What a process needs to find the same home, database and instance; the shipped dagster.yaml is put in force."""
    home = settings.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(TOP / "dagster.yaml", home / "dagster.yaml")
    return {
        **os.environ,
        **settings.as_environment(),
        variable("database_url"): url,
        variable("dagster_url"): storage_url(settings, url),
        "DAGSTER_HOME": str(home),
        "MALLOC_ARENA_MAX": "2",  # each of glibc's arenas, up to one a thread, keeps memory that it has no use for
        "DAGSTER_EVENT_BATCH_SIZE": "100",  # the partitions of a run in one statement, not in one each
    }
