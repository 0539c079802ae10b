"""Whether anybody is there to run a sync: the sensor's heartbeat is all the endpoint knows of Dagster."""

from spend_pipeline.store import syncs
from spend_pipeline.store.database import Database

SENSOR = "manual_sync"
FRESH_SECONDS = 20  # the sensor beats every five


def is_listening(database: Database) -> bool:
    age = syncs.heartbeat_age(database, SENSOR)
    return age is not None and age < FRESH_SECONDS
