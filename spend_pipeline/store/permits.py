"""The buckets of permits to ask providers, which all processes share."""

import json
from collections.abc import Iterable, Mapping

from spend_pipeline.errors import Unavailable
from spend_pipeline.outbound.permits import Bucket, Taken, Wanted
from spend_pipeline.store.database import Database

AWAY = Taken(0, wait=1.0)


def shared_bucket(database: Database) -> Bucket:
    """The buckets in this database. While it is away, there are no permits."""

    def take(wanted: Iterable[Wanted]) -> Mapping[str, Taken]:
        asked = [
            {
                "provider_name": each.provider_name,
                "permits": each.permits,
                "size": each.pace.size,
                "a_second": each.pace.a_second,
                "kept": each.kept,
            }
            for each in wanted
        ]
        try:
            found = database.rows("take_permits", {"wanted": json.dumps(asked)})
        except Unavailable:
            return {str(each["provider_name"]): AWAY for each in asked}
        return {each["provider_name"]: Taken(each["permits"], float(each["wait_seconds"])) for each in found}

    return take
