"""A verification: one reading with credentials that are not stored, and what it says of each figure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from spend_pipeline.integration import Integration
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Figures
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import FIGURES, LABELS, Provider
from spend_pipeline.reading import Reader

NOBODY = 0  # no integration has this id yet, and the reading is not kept


@dataclass(frozen=True)
class Seen:
    """One figure: what the provider said, or why it did not."""

    money: Money | None
    reason: str | None


def verify(reader: Reader, provider: Provider, given: Mapping[str, str], now: datetime) -> dict[str, Seen]:
    """What these credentials can see at the provider, by figure, asked once, within an integration's deadline.

    Raises the ProviderFailure that the reading ended with.
    """
    asking = replace(reader, providers={provider.name: provider}, open=lambda _: dict(given))
    (reading,) = asking.read_all([Integration(NOBODY, NOBODY, provider.name, "")], Period(now))
    if reading.figures is None:
        assert reading.failure is not None  # noqa: S101 - a reading has the one or the other
        raise reading.failure
    return {name: _seen(name, reading.figures, provider, given) for name in FIGURES}


def _seen(name: str, figures: Figures, provider: Provider, given: Mapping[str, str]) -> Seen:
    money: Money | None = getattr(figures, name)
    return Seen(money, None if money is not None else _why_not(name, figures, provider, given))


def _why_not(name: str, figures: Figures, provider: Provider, given: Mapping[str, str]) -> str:
    """Why a figure is not there: the note of the reading, the key that would give it, or that nothing does."""
    access = provider.access_for(frozenset(given))
    if figures.notes and (not access.calls or any(name in call.gives for call in access.calls)):
        about = [note for note in figures.notes if LABELS[name] in note.partition(":")[0]]
        return ". ".join(about or figures.notes)
    for other in provider.access:
        for call in other.calls:
            if name in call.gives and other is not access:
                return f"It needs {call.gives[name]}"
    return f"{provider.label} does not tell it"
