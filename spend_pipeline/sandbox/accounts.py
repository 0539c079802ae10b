"""The money of a sandbox account: an exact spending curve, its top-ups, and how an amount is cut into rows.

All amounts are whole micro-units of the account's currency, so that every sum is exact. A vendor's figures all come
from one lifetime curve: a window is a difference on it, which makes hours add up to days and days to months.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from itertools import accumulate

OPENED = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday, so that hour 0 of the cycle begins a week
TOP_UP = 50_000_000
CURRENCIES = {"paris": ("EUR",), "two-currencies": ("USD", "EUR")}

_CYCLE_HOURS = 13 * 7 * 24
_PERCENT_BY_HOUR = (
    28,
    24,
    22,
    22,
    26,
    36,
    54,
    82,
    118,
    152,
    172,
    178,
    164,
    170,
    178,
    176,
    164,
    146,
    128,
    112,
    94,
    74,
    52,
    38,
)
_PERCENT_BY_WEEKDAY = (108, 115, 118, 114, 104, 48, 42)


def dollars(micros: int) -> Decimal:
    """Micro-units as an exact amount without trailing zeros."""
    return Decimal(micros) / 1_000_000


def currencies_of(account_name: str) -> tuple[str, ...]:
    """The currencies an account of this name is billed in, where its vendor has more than dollars."""
    return CURRENCIES.get(account_name, ("USD",))


def draw(seed: str, low: int, high: int) -> int:
    """A number from low to high that depends on nothing but the seed."""
    return low + int.from_bytes(blake2b(seed.encode(), digest_size=8).digest()) % (high - low + 1)


def deal(micros: int, weights: Sequence[int]) -> list[int]:
    """Cut an amount into one part a weight, like cards: the parts sum to it, and none shrinks when the amount grows."""
    rounds, rest = divmod(micros, sum(weights))
    parts = []
    for weight in weights:
        extra = min(weight, rest)
        rest -= extra
        parts.append(rounds * weight + extra)
    return parts


@cache
def _cycle(seed: str) -> tuple[int, ...]:
    """Micro-units spent by the start of each hour of the cycle, and by its end."""
    base = draw(f"{seed} rate", 70_000, 260_000)
    costs = (
        base
        * _PERCENT_BY_HOUR[hour % 24]
        * _PERCENT_BY_WEEKDAY[hour // 24 % 7]
        * draw(f"{seed} {hour}", 80, 120)
        // 100**3
        for hour in range(_CYCLE_HOURS)
    )
    return tuple(accumulate(costs, initial=0))


@dataclass(frozen=True)
class Account:
    """One account at one vendor; `step` is the smallest amount that vendor bills."""

    vendor: str
    name: str
    step: int = 1

    @property
    def seed(self) -> str:
        """What all of this account's figures are drawn from."""
        return f"{self.vendor}/{self.name}"

    def spent_by(self, moment: datetime) -> int:
        """Lifetime spend up to a moment."""
        seconds = max(0, (moment - OPENED) // timedelta(seconds=1))
        cycles, rest = divmod(seconds, _CYCLE_HOURS * 3600)
        hour, second = divmod(rest, 3600)
        marks = _cycle(self.seed)
        spent = cycles * marks[-1] + marks[hour] + (marks[hour + 1] - marks[hour]) * second // 3600
        return spent - spent % self.step

    def spent(self, start: datetime, end: datetime) -> int:
        """Spend from start to end, the end not included."""
        return self.spent_by(end) - self.spent_by(start)

    def shares(self, weights: Sequence[int], start: datetime, end: datetime) -> list[int]:
        """The spend of a window, one part a weight; the parts of adjoining windows add up to those of the whole."""
        until, before = (deal(self.spent_by(moment) // self.step, weights) for moment in (end, start))
        return [(late - early) * self.step for late, early in zip(until, before, strict=True)]

    def bought_by(self, moment: datetime) -> int:
        """Credit paid in up to a moment: a first payment, then a top-up whenever the reserve is reached."""
        reserve = draw(f"{self.seed} reserve", 5, 25) * 1_000_000
        return reserve + TOP_UP + self.spent_by(moment) // TOP_UP * TOP_UP

    def balance_at(self, moment: datetime) -> int:
        """Credit paid in less lifetime spend; never below the reserve."""
        return self.bought_by(moment) - self.spent_by(moment)

    def identifier(self, of: str) -> str:
        """32 hex digits that name something of this account, always the same ones."""
        return blake2b(f"{self.seed} {of}".encode(), digest_size=16).hexdigest()
