"""Two integrations of one account: both kept, one counted."""

from decimal import Decimal

from spend_pipeline.errors import InvalidKey
from spend_pipeline.integration import Integration
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Figures
from spend_pipeline.period import Period
from spend_pipeline.reading import Reading
from spend_pipeline.shared_accounts import counted_once
from spend_pipeline.snapshot import snapshot
from spend_pipeline_tests.conftest import NOON


def counted(*readings: Reading) -> dict[int, bool]:
    rows = counted_once((reading, snapshot(reading, Period(NOON))) for reading in readings)
    return {row.integration.id: row.counted for row in rows}


def read(number: int, account: str, *, client: int = 1, provider: str = "openrouter") -> Reading:
    figures = Figures(balance=Money(Decimal(10), "USD"))
    return Reading(Integration(number, client, provider, "sealed"), figures, account=account)


def test_the_first_of_an_account_is_counted_whatever_order_they_came_in() -> None:
    assert counted(read(3, "a"), read(1, "a"), read(2, "b")) == {1: True, 2: True, 3: False}


def test_the_second_says_which_one_is_counted() -> None:
    rows = counted_once((each, snapshot(each, Period(NOON))) for each in (read(1, "a"), read(2, "a")))
    assert [row.note for row in rows] == [None, "The same account as integration 1, counted once in the totals"]


def test_accounts_of_other_clients_and_providers_are_others() -> None:
    assert all(counted(read(1, "a"), read(2, "a", client=2), read(3, "a", provider="mistral")).values())


def test_a_failed_reading_does_not_stand_for_its_account() -> None:
    """Its figures are not there to be counted, so the next one's are."""
    failed = Reading(Integration(1, 1, "openrouter", "sealed"), failure=InvalidKey())
    assert counted(failed, read(2, "a"), read(3, "a")) == {1: True, 2: True, 3: False}
