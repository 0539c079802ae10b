"""Skew: how far the clock here is from the providers', off which today and this month are read."""

from collections.abc import Iterable

from spend_pipeline.reading import Reading

SECONDS = 120


def doubts_of_our_clock(readings: Iterable[Reading]) -> str:
    """The sentence that warns whoever runs us; empty where all the providers' clocks are within two minutes of ours."""
    apart: dict[str, float] = {}
    for reading in readings:
        name = reading.integration.provider_name
        if abs(reading.skew) > max(SECONDS, abs(apart.get(name, 0))):
            apart[name] = reading.skew
    if not apart:
        return ""
    told = ", ".join(f"{name} ({seconds:+.0f} s)" for name, seconds in sorted(apart.items()))
    return f"The clock here is not that of {told}: set it right, because today and this month are read off it"
