"""Trying credentials at their provider before they are stored: a few at a time, each within its deadline."""

import threading
from collections.abc import Mapping
from datetime import datetime

from spend_pipeline.api.errors import Problem
from spend_pipeline.errors import NotConfigured, ProviderFailure, Refused
from spend_pipeline.providers.declaration import Provider
from spend_pipeline.settings import Settings
from spend_pipeline.store.database import Database
from spend_pipeline.syncing import syncing
from spend_pipeline.verification import Seen, verify

_places = threading.BoundedSemaphore(8)  # of the forty threads that every route shares


def trying(
    settings: Settings, database: Database, provider: Provider, given: Mapping[str, str], now: datetime
) -> dict[str, Seen]:
    """What the credentials can see.

    Raises Problem with the failure's own sentence: 422 where whoever sent them can act, 502 where nobody here can, and
    503 while too many others are being tried.
    """
    if not _places.acquire(blocking=False):
        raise Problem(503, "Too many keys are being verified right now: try again shortly", {"Retry-After": "5"})
    try:
        return verify(syncing(settings, database).reader, provider, given, now)
    except (Refused, NotConfigured) as failure:
        raise Problem(422, str(failure)) from None
    except ProviderFailure as failure:
        raise Problem(502, f"{provider.label} could not be asked, so nothing was stored: {failure}") from None
    finally:
        _places.release()
