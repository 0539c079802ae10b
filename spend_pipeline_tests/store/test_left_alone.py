"""Integrations that are left alone: parked for as long as a provider asks for, rested longer the longer they fail."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.outbound.fault_server import faulty, healthy
from spend_pipeline_tests.store.ailing import House
from spend_pipeline_tests.store.books import read, scalar, write

LIMITED = "The provider is limiting our requests (HTTP 429); it wants to be left alone until"
WRONG_KEY = "API key invalid or expired"


@pytest.fixture
def house(database: Database, vault: Vault) -> Iterator[House]:
    with faulty(healthy) as server:
        made = House(database, vault, server)
        server.script = made.serve
        yield made


def limited(seconds: int) -> tuple[int, dict[str, str]]:
    return 429, {"Retry_After": str(seconds)}


def test_a_provider_that_wants_to_be_left_alone_is_until_then(house: House) -> None:
    """By every sync, a manual one too; the row keeps its sentence, and adds nothing to totals."""
    house.sync()
    house.trouble = limited(10 * 3600)
    told = house.sync()
    until = NOON + timedelta(hours=18, minutes=1)
    sentence = f"{LIMITED} {until:%Y-%m-%d %H:%M} UTC"
    assert (told["synced"], told["failed"], told["total_balance"]) == (1, 1, 12.5)
    assert house.state()["parked_until"] == until
    house.trouble = None
    for trigger in ("schedule", "manual", "cli"):
        assert not house.asked(trigger, hours=3)
        assert house.state()["billing_sync_error"] == sentence
        assert house.state()["billing_sync_error_kind"] == "busy"
        assert house.state()["parked_until"] == until
    (held,) = read(house.database, "select * from spend_snapshots where synced_at = :at and held_back", at=house.moment)
    assert (held["status"], held["error"]) == ("failed", sentence)
    assert held["note"] == f"Not asked: it is left alone until {until:%Y-%m-%d %H:%M} UTC"
    assert house.asked(hours=1.1)
    state = house.state()
    assert (state["billing_sync_error"], state["parked_until"], state["consecutive_failures"]) == (None, None, 0)


def test_nobody_is_parked_for_longer_than_a_day(house: House) -> None:
    """Whatever the provider asks for: then it is asked once, and may ask for more."""
    house.trouble = limited(10**9)
    house.sync()
    parked = house.state()["parked_until"]
    assert parked == house.moment + timedelta(days=1)
    assert not house.asked("cli", hours=23.9)
    assert house.asked("cli", hours=0.1)
    assert house.state()["parked_until"] == parked + timedelta(days=1)


def test_what_keeps_failing_is_asked_less_often_up_to_once_a_day(house: House) -> None:
    """As long again as it has failed so far: after 4, 8 and 16 hours, then daily, with a failed row in each sync."""
    house.trouble = (401, {})
    asked = [step * 4 for step in range(33) if house.asked()]
    assert asked == [0, 4, 8, 16, 32, 56, 80, 104, 128]
    state = house.state()
    assert (state["billing_sync_error"], state["consecutive_failures"]) == (WRONG_KEY, 33)
    assert scalar(house.database, "select count(*) from spend_snapshots where status = 'failed'") == 33
    assert scalar(house.database, "select count(*) from spend_totals where synced = 1 and failed = 1") == 33


@pytest.mark.parametrize("status", [401, 403, 404, 500, 400])
def test_who_could_act_makes_no_difference(house: House, status: int) -> None:
    """A person, the vendor or we: all rest alike."""
    house.trouble = (status, {})
    assert [house.asked() for _ in range(5)] == [True, True, True, False, True]


def failing_for_a_day(house: House) -> None:
    house.trouble = (401, {})
    assert [house.asked() for _ in range(8)] == [True, True, True, False, True, False, False, False]
    assert house.state()["rests_until"] > house.moment


def test_a_manual_sync_asks_and_begins_the_count_anew(house: House) -> None:
    """It fails again: what follows is the schedule of a first failure."""
    failing_for_a_day(house)
    assert house.asked("cli", hours=0.5)
    assert (house.state()["rests_until"], house.state()["failing_since"]) == (None, house.moment)
    assert [house.asked(hours=hours) for hours in (3.5, 4, 4, 4)] == [True, True, False, True]


def test_a_success_ends_the_rest(house: House) -> None:
    failing_for_a_day(house)
    house.trouble = None
    assert house.asked("cli", hours=0.5)
    state = house.state()
    assert (state["rests_until"], state["failing_since"], state["consecutive_failures"]) == (None, None, 0)
    house.trouble = (500, {})
    assert [house.asked() for _ in range(4)] == [True, True, True, False]


@pytest.mark.parametrize(
    "hand",
    [
        "update integrations set is_active = true where id = :id",
        """update integrations set key_preview = '{"api_key": "another"}', credentials = credentials where id = :id""",
    ],
    ids=["switched on again", "other credentials"],
)
@pytest.mark.parametrize("trouble", [(401, {}), limited(86400)], ids=["resting", "parked"])
def test_a_persons_hand_ends_the_rest(house: House, hand: str, trouble: tuple[int, dict[str, str]]) -> None:
    house.trouble = trouble
    for _ in range(5):
        house.sync(hours=4)
    assert not house.asked()
    write(house.database, "update integrations set is_active = false where id = :id", id=house.ill)
    if "key_preview" in hand:
        write(house.database, "alter table integrations disable trigger rouse")
        write(house.database, "update integrations set is_active = true where id = :id", id=house.ill)
        write(house.database, "alter table integrations enable trigger rouse")
    write(house.database, hand, id=house.ill)
    assert house.asked(hours=0.1)


def test_credentials_that_are_sealed_anew_are_the_same(house: House) -> None:
    """A rotation of keys wakes nobody."""
    failing_for_a_day(house)
    write(house.database, "update integrations set credentials = credentials || '' where id = :id", id=house.ill)
    assert not house.asked(hours=0.1)


def test_a_moment_that_a_wrong_clock_wrote_binds_nobody(house: House) -> None:
    """More than a day ahead it cannot be."""
    house.trouble = (401, {})
    house.sync()
    far = house.moment + timedelta(days=30)
    write(house.database, "update integrations set rests_until = :far, parked_until = :far", far=far)
    assert house.asked()


def test_the_health_says_until_when(house: House) -> None:
    """As the endpoint and the view read it."""
    failing_for_a_day(house)
    until = house.state()["rests_until"]
    shown = "select resting_until(integrations, :now) as until from integrations where id = :id"
    assert scalar(house.database, shown, now=house.moment, id=house.ill) == until
    assert scalar(house.database, shown, now=until, id=house.ill) is None
    assert scalar(house.database, shown, now=datetime.max.replace(tzinfo=NOON.tzinfo), id=house.ill) is None
