"""Whether anybody is there to run a sync: a listener's heartbeat is all the endpoint knows of Dagster."""

from spend_pipeline.store import heartbeats
from spend_pipeline.store.database import Database

FRESH_SECONDS = 15  # a listener beats every four


def is_listening(database: Database) -> bool:
    age = heartbeats.age(database)
    return age is not None and age < FRESH_SECONDS
