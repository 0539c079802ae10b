"""What the declarations read off the sandbox is what its accounts spent and hold, in every unit."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from spend_pipeline.integration import Integration
from spend_pipeline.outbound.ask import Figures
from spend_pipeline.outbound.client import Client
from spend_pipeline.period import Period
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.reading import Reader
from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline_tests.sandbox.conftest import AFTERNOON, Clock

DAY, MONTH = datetime(2026, 2, 26, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


def figures(sandbox: Sandbox, provider: str, example: str) -> Figures:
    """What one example set of credentials reads."""
    credentials = sandbox.credentials[provider][example]
    reader = Reader(Client(), PROVIDERS, open=lambda _: credentials, urls=sandbox.provider_urls)
    (reading,) = reader.read_all([Integration(42, 1, provider, sealed="")], Period(AFTERNOON), automatic=True)
    assert reading.failure is None
    assert reading.figures is not None
    return reading.figures


def spent(*accounts: Account) -> list[Decimal]:
    """Today's and the month's dollars."""
    return [sum((dollars(each.spent(start, AFTERNOON)) for each in accounts), Decimal(0)) for start in (DAY, MONTH)]


def held(*accounts: Account) -> Decimal:
    return sum((dollars(each.balance_at(AFTERNOON)) for each in accounts), Decimal(0))


def amounts(read: Figures) -> list[Decimal | None]:
    return [None if each is None else each.amount for each in (read.usage_today, read.usage_month)]


@pytest.mark.parametrize(
    ("provider", "example", "names"),
    [
        ("openai", "admin", ["demo"]),
        ("anthropic", "admin", ["demo"]),
        ("xai", "management", ["demo"]),
        ("xai", "organization", ["demo"]),
        ("deepgram", "owner", ["demo-live", "demo-batch"]),
        ("cloudflare", "gateway", ["demo"]),
        ("fireworks", "ordinary", ["demo"]),
        ("fireworks", "account", ["demo"]),
        ("huggingface", "billing", ["demo"]),
        ("huggingface", "organization", ["demo-org"]),
        ("baseten", "workspace", ["demo"]),
        ("azure_openai", "reader", ["demo"]),
        ("aws_bedrock", "reader", ["demo"]),
        ("litellm", "master", ["demo"]),
    ],
)
def test_spend_by_day_is_what_was_spent(
    sandbox: Sandbox, clock: Clock, provider: str, example: str, names: list[str]
) -> None:
    accounts = [Account(provider, name) for name in names]
    read = figures(sandbox, provider, example)
    assert amounts(read) == spent(*accounts)
    if read.balance is not None:
        assert abs(read.balance.amount - held(*accounts)) <= Decimal("0.01")


@pytest.mark.parametrize("provider", ["deepseek", "moonshot", "siliconflow"])
def test_a_balance_is_what_is_held(sandbox: Sandbox, provider: str) -> None:
    """To the cent, where the provider cuts it there."""
    account = Account(provider, "demo-USD" if provider == "deepseek" else "demo")
    balance = figures(sandbox, provider, "api").balance
    assert balance is not None
    assert 0 <= held(account) - balance.amount < Decimal("0.01")


def test_deepseek_keeps_two_wallets_apart(sandbox: Sandbox) -> None:
    read = figures(sandbox, "deepseek", "two-currencies")
    assert [wallet.currency for wallet in (read.balance, *read.other_balances) if wallet] == ["USD", "CNY"]


def test_a_debt_leaves_the_vouchers(sandbox: Sandbox) -> None:
    balance = figures(sandbox, "moonshot", "debtor").balance
    assert balance is not None
    assert balance.amount == Decimal("2.5")


def test_credits_and_points_are_no_money(sandbox: Sandbox) -> None:
    """They are told in their own unit, and to the whole one where the vendor counts whole ones."""
    stability, elevenlabs, poe = (figures(sandbox, name, "api") for name in ("stability", "elevenlabs", "poe"))
    told = [each.balance for each in (stability, elevenlabs, poe)]
    assert [each.currency for each in told if each] == ["credits", "credits", "points"]
    assert told[0] is not None
    assert told[0].amount == held(Account("stability", "demo")) * 100
    for read, micros, name in ((elevenlabs, 1000, "elevenlabs"), (poe, 30, "poe")):
        expected = [each * 1_000_000 / micros for each in spent(Account(name, "demo", step=micros))]
        assert amounts(read) == expected


def test_a_key_that_only_reads_the_plan_is_told_so(sandbox: Sandbox) -> None:
    """ElevenLabs answers a missing permission as it does a wrong key."""
    read = figures(sandbox, "elevenlabs", "plan")
    assert read.balance is not None
    assert amounts(read) == [None, None]
    assert "workspace analytics" in read.notes[0]
