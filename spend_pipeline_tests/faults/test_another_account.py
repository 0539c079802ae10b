"""A key that opens another account than before: its figures are not taken for this one's."""

import pytest
from sqlalchemy import RowMapping

from spend_pipeline.integration import is_another_account
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.period import Period
from spend_pipeline.reading import Reader
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.faults.forty import Forty, forty
from spend_pipeline_tests.outbound.asking import speaking
from spend_pipeline_tests.outbound.fault_server import Exchange, Script, figures

ANOTHER = "The key belongs to another account than before: add it as an integration of its own"


def talk(credentials: Credentials, period: Period) -> Conversation:
    """A balance, and whose it is where the provider says so."""
    (page,) = yield Ask("/figures")
    return Figures(Money.whole(page["balance"]), account=page.get("account"))


def of_account(account: str | None, balance: str) -> Script:
    def script(exchange: Exchange) -> None:
        exchange.answer(figures(balance, account=account))

    return script


def state_after(house: Forty, account: str | None, balance: str) -> RowMapping:
    house.vendors.failing = {"telling": of_account(account, balance)}
    house.sync()
    return house.states()["telling"]


def test_another_account_is_a_failure_and_the_first_ones_figures_stand(database: Database, vault: Vault) -> None:
    """Until the key is that of the first again; a reading that tells no account is taken at its word."""
    with forty(database, vault, ["telling"]) as house:
        reader = house.stations.reader
        known = {**reader.providers, "telling": speaking(talk, "telling")}
        house.stations.reader = Reader(reader.client, known, reader.open, reader.limits, reader.urls)
        for account, balance, cached, error in (
            ("acme", "10", 10, None),
            (None, "9", 9, None),
            ("other", "5000", 9, ANOTHER),
            ("acme", "8", 8, None),
        ):
            state = state_after(house, account, balance)
            assert (state["cached_balance"], state["billing_sync_error"]) == (cached, error)
            assert state["billing_sync_error_kind"] == ("not_configured" if error else None)
            assert state["account"] == "acme"


@pytest.mark.parametrize(
    ("before", "now", "another"),
    [
        (None, "a", False),
        ("a", None, False),
        ("a", "a", False),
        ("a", "b", True),
        ("a,b", "b,c", False),
        ("a,b", "c", True),
    ],
)
def test_an_account_is_another_where_no_id_is_shared(before: str | None, now: str | None, another: bool) -> None:
    """A key of several projects may lose one and win one."""
    assert is_another_account(before, now) is another
