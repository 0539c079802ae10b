"""A provider's true books of one account, minute by minute, and what its API would answer when asked."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, text

START = datetime(2026, 9, 14, tzinfo=UTC)
DAYS = 36  # over the end of September and well into October
DAY = 24 * 60

INSERT = text(
    """
    insert into spend_snapshots (
        sync_id, integration_id, client_id, provider_name, synced_at, status, read_seconds,
        balance, balance_currency, balance_basis, balance_usd,
        usage_today, usage_today_currency, usage_today_basis, usage_today_usd,
        usage_month, usage_month_currency, usage_month_basis, usage_month_usd
    )
    values (
        :sync_id, :integration_id, :client_id, 'openrouter', :at, 'read', 0,
        cast(:balance as numeric), case when cast(:balance as numeric) is not null then 'USD' end,
        case when cast(:balance as numeric) is not null then 'reported' end, cast(:balance as numeric),
        cast(:today as numeric), case when cast(:today as numeric) is not null then 'USD' end,
        case when cast(:today as numeric) is not null then 'reported' end, cast(:today as numeric),
        cast(:month as numeric), case when cast(:month as numeric) is not null then 'USD' end,
        case when cast(:month as numeric) is not null then 'reported' end, cast(:month as numeric)
    )
    """
)


@dataclass(frozen=True)
class Books:
    """Events by the minute since START: cents spent, cents topped up; by the day: cents restated of the day before.

    A restatement is in the books from the day's midnight on.
    """

    spent: list[tuple[int, int]]
    top_ups: list[tuple[int, int]] = field(default_factory=list)
    restated: dict[int, int] = field(default_factory=dict)

    def month(self, minute: int) -> Decimal:
        """What the provider says the month of that minute has spent so far."""
        first = _month_start(minute)
        spent = sum(cents for at, cents in self.spent if first <= at < minute)
        back = sum(self.taken_back(day) for day in range(DAYS) if first < day * DAY <= minute)
        return Decimal(spent - back) / 100

    def today(self, minute: int) -> Decimal:
        return Decimal(sum(cents for at, cents in self.spent if minute // DAY * DAY <= at < minute)) / 100

    def balance(self, minute: int) -> Decimal:
        added = sum(cents for at, cents in self.top_ups if at < minute)
        return Decimal(100_000 + added - sum(cents for at, cents in self.spent if at < minute)) / 100

    def taken_back(self, day: int) -> int:
        """What is restated on a day, of the day before: never more than that had, never across a month's end."""
        if _month_start(day * DAY) == day * DAY:
            return 0
        return min(self.restated.get(day, 0), self._cents(day - 1))

    def truth(self, first: date, last: date) -> Decimal:
        """What was spent from one day to another, both included, less what was restated of it."""
        days = range((first - START.date()).days, (last - START.date()).days + 1)
        return Decimal(sum(self._cents(day) - self.taken_back(day + 1) for day in days)) / 100

    def _cents(self, day: int) -> int:
        return sum(cents for at, cents in self.spent if at // DAY == day)


def moment(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def read_at(connection: Connection, books: Books, minutes: list[int], figures: set[str]) -> int:
    """Makes an account and writes what the provider said of it at these minutes; answers its id."""
    client = connection.execute(text("insert into clients (name) values ('books') returning id")).scalar_one()
    account: int = connection.execute(
        text(
            "insert into integrations (client_id, provider_name, credentials, key_preview)"
            " values (:client, 'openrouter', 'sealed', '{}') returning id"
        ),
        {"client": client},
    ).scalar_one()
    sync = connection.execute(
        text("insert into syncs (id, trigger) values (gen_random_uuid(), 'schedule') returning id")
    ).scalar_one()
    listed = [
        {
            "sync_id": sync,
            "integration_id": account,
            "client_id": client,
            "at": moment(minute),
            "balance": books.balance(minute) if "balance" in figures else None,
            "today": books.today(minute) if "today" in figures else None,
            "month": books.month(minute) if "month" in figures else None,
        }
        for minute in minutes
    ]
    connection.execute(INSERT, listed)
    return account


def forget(connection: Connection, account: int, figure: str, first: int, last: int) -> None:
    """Takes a figure out of the readings from one minute to another."""
    cleared = ", ".join(f"{figure}{part} = null" for part in ("", "_currency", "_basis", "_usd"))
    told = "integration_id = :account and synced_at between :first and :last"
    connection.execute(
        text(f"update spend_snapshots set {cleared} where {told}"),
        {"account": account, "first": moment(first), "last": moment(last)},
    )


def _month_start(minute: int) -> int:
    first = moment(minute).replace(day=1, hour=0, minute=0)
    return int((first - START).total_seconds() // 60)
