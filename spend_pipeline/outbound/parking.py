"""Parking: a provider that says for how long it wants to be left alone is left alone, a day at most."""

from datetime import datetime, timedelta

from spend_pipeline.errors import Busy, ProviderFailure

LONGEST_SECONDS = 24 * 3600  # whatever a provider asks for: it may be wrong


def parked(failure: ProviderFailure, now: datetime) -> tuple[ProviderFailure, datetime | None]:
    """The failure, its sentence ending with until when, and that moment in whole minutes, if it asked for one."""
    if not isinstance(failure, Busy) or failure.wait <= 0:
        return failure, None
    until = now + timedelta(seconds=min(failure.wait + 60, LONGEST_SECONDS))
    until = until.replace(second=0, microsecond=0)
    return Busy(f"{failure}; it wants to be left alone until {until:%Y-%m-%d %H:%M} UTC", failure.wait), until
