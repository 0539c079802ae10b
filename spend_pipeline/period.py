"""Today and this month: the UTC calendar day and month of one clock reading."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

AUTOMATIC_HOURS = 4  # between two automatic syncs, counted from 00:00 UTC


@dataclass(frozen=True, slots=True)
class Period:
    """The day and the month that a sync asks about, read off the one moment `now` (aware, kept in UTC)."""

    now: datetime

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("a period is read off an aware clock reading")
        object.__setattr__(self, "now", self.now.astimezone(UTC))

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def tomorrow(self) -> date:
        return self.today + timedelta(days=1)

    @property
    def month_start(self) -> date:
        return self.today.replace(day=1)

    @property
    def month(self) -> str:
        """`YYYY-MM`."""
        return f"{self.today:%Y-%m}"

    @property
    def next_automatic(self) -> datetime:
        """When the automatic sync is due next."""
        return midnight(self.today) + timedelta(hours=(self.now.hour // AUTOMATIC_HOURS + 1) * AUTOMATIC_HOURS)


def midnight(day: date) -> datetime:
    """00:00 UTC of a day."""
    return datetime.combine(day, time(), tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """A moment as the API writes it: UTC, whole seconds, `Z`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def parse_moment(text: str) -> datetime:
    """A moment from ISO 8601 text; a date alone is its 00:00 UTC, a time without a zone is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def months_before(month_start: date, months: int) -> datetime:
    """00:00 UTC of the first day of the month that was so many months before."""
    number = month_start.year * 12 + month_start.month - 1 - months
    return midnight(date(number // 12, number % 12 + 1, 1))
