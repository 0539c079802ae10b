"""Skew: how far the clock here is from the providers', off which today and this month are read."""

from collections.abc import Iterable

SECONDS = 120


def doubts_of_our_clock(skews: Iterable[tuple[str, float]]) -> str:
    """The sentence that warns whoever runs us; empty where all the providers' clocks are within two minutes of ours.

    Of each reading it is told the provider, and the seconds by which its clock is ahead.
    """
    apart: dict[str, float] = {}
    for name, seconds in skews:
        if abs(seconds) > max(SECONDS, abs(apart.get(name, 0))):
            apart[name] = seconds
    if not apart:
        return ""
    told = ", ".join(f"{name} ({seconds:+.0f} s)" for name, seconds in sorted(apart.items()))
    return f"The clock here is not that of {told}: set it right, because today and this month are read off it"
