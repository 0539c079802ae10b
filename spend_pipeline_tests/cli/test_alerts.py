"""`spend budgets` and `spend alerts`: set, listed, channels sealed, and a test message that says what came back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from spend_pipeline.key_ring import vault
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.settings import Settings
from spend_pipeline.store import alerts, clients, integrations
from spend_pipeline.store.database import Database
from spend_pipeline_tests.alerts.mailbox import mail_server
from spend_pipeline_tests.cli.conftest import Spend
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.outbound.fault_server import FaultServer, faulty
from spend_pipeline_tests.store.books import apply_billing, figures, integration, read, scalar, taken, write


@pytest.fixture
def receiver() -> Iterator[FaultServer]:
    with faulty(lambda exchange: exchange.answer(b"ok")) as server:
        yield server


@pytest.fixture
def acme(database: Database, home: Path) -> int:
    """A client with one integration, whose id this is."""
    client, _ = clients.add(database, "acme")
    keys = vault(Settings(home=home), database)
    return integrations.add(database, keys, client, PROVIDERS["openrouter"], {"api_key": "sk-or-v1-0123456789"})


def file_of(folder: Path, content: str) -> str:
    file = folder / "secret.txt"
    file.write_text(content + "\n")
    return f"file:{file}"


def test_budgets_are_set_listed_and_taken_away(spend: Spend, acme: int) -> None:
    assert spend("budgets", "list").err.startswith("No budgets yet")
    assert spend("budgets", "integration", str(acme), "--spend-limit", "99.50", "--action", "block").status == 0
    assert spend("budgets", "integration", str(acme), "--low-days-left", "7").status == 0
    assert spend("budgets", "client", "acme", "--low-balance", "50", "--period", "daily").status == 0
    whole, one = spend("budgets", "list", "--client", "acme", "--json").json
    assert (whole["integration_id"], whole["low_balance_amount"], whole["spend_limit_period"]) == (None, "50", "daily")
    assert (one["integration_id"], one["spend_limit_amount"], one["spend_limit_action"]) == (acme, "99.50", "block")
    assert (one["spend_limit_period"], one["low_days_left"]) == ("monthly", 7)
    spend("budgets", "client", "acme", "--low-balance", "none")
    spend("budgets", "integration", str(acme), "--spend-limit", "none", "--low-days-left", "none")
    assert spend("budgets", "list", "--json").json == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("integration", "1"), "Nothing is named to be set"),
        (("client", "acme", "--low-balance", "NaN"), "'NaN' is no amount in USD"),
        (("client", "acme", "--spend-limit", "-1"), "'-1' is no amount in USD"),
        (("client", "acme", "--low-days-left", "0"), "'0' is no number of days"),
        (("client", "nobody", "--low-days-left", "3"), "No client is named 'nobody'"),
        (("integration", "99", "--low-days-left", "3"), "No integration has the id 99"),
    ],
)
def test_what_is_no_budget_is_one_sentence(spend: Spend, acme: int, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in spend("budgets", *words).refused()


def test_a_channel_is_sealed_previewed_tested_and_removed(
    spend: Spend, acme: int, database: Database, receiver: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its secret is shown once; what came back of a test is said, whichever it was."""
    where = file_of(Path(os.environ["SPEND_HOME"]), f"{receiver.url}/hooks/canary-123")
    added = spend("alerts", "channel", "add", "acme", "webhook", where, "--json").json
    assert added["secret"].startswith("whsec_")
    assert added["preview"].endswith("/...123")
    sealed = scalar(database, "select address from alert_channels")
    assert sealed.startswith("v1.")
    listed = spend("alerts", "channel", "list")
    assert "canary" not in listed.out
    assert added["secret"] not in listed.out
    assert "is not asked" in spend("alerts", "test", str(added["id"])).refused(1)
    assert receiver.requests == []
    monkeypatch.setenv("SPEND_ALLOWED_HOSTS", "127.0.0.1")
    tested = spend("alerts", "test", str(added["id"]))
    assert tested.err.startswith("The channel took it (HTTP 200): msg_")
    assert b'"type":"test"' in receiver.requests[0].request
    assert spend("alerts", "channel", "remove", str(added["id"])).status == 0
    assert scalar(database, "select address from alert_channels") is None
    assert "No channel has the id" in spend("alerts", "test", str(added["id"])).refused()


def test_the_operators_channel_is_tested_as_number_0(
    spend: Spend, home: Path, receiver: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "SPEND_ALERT_CHANNEL" in spend("alerts", "test", "0").refused(1)
    monkeypatch.setenv("SPEND_ALLOWED_HOSTS", "127.0.0.1")
    monkeypatch.setenv("SPEND_ALERT_CHANNEL", f"slack={receiver.url}/services/x")
    assert spend("alerts", "test", "0").status == 0
    assert b"This is a test" in receiver.requests[0].request


def test_mail_goes_by_the_server_of_the_settings(spend: Spend, acme: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one, the sentence names the settings that are missing."""
    added = spend("alerts", "channel", "add", "acme", "email", "team@example.com", "--json").json
    assert "SPEND_SMTP_HOST and SPEND_SMTP_FROM" in spend("alerts", "test", str(added["id"])).refused(1)
    with mail_server() as mailbox:
        for name, value in {
            "HOST": "127.0.0.1", "PORT": str(mailbox.port), "SECURITY": "none", "FROM": "spend@example.com"
        }.items():  # fmt: skip
            monkeypatch.setenv(f"SPEND_SMTP_{name}", value)
        assert spend("alerts", "test", str(added["id"])).err.startswith("The mail server took it: msg_")
    (mail,) = mailbox.got
    assert (mail["From"], mail["To"]) == ("spend@example.com", "team@example.com")


def test_a_secret_is_no_argument(spend: Spend, acme: int, tmp_path: Path) -> None:
    """Whoever lists the processes would see it; what is wrong is said without it."""
    assert (
        "arguments are seen" in spend("alerts", "channel", "add", "acme", "slack", "https://h.example/canary").refused()
    )
    path = file_of(tmp_path, "canary")
    said = spend("alerts", "channel", "add", "acme", "slack", path).refused()
    assert "must be a URL" in said
    assert "canary" not in said
    assert spend("alerts", "channel", "add", "acme", "email", "team@example.com").status == 0


def test_alerts_are_listed_with_what_did_not_arrive(spend: Spend, acme: int, database: Database) -> None:
    assert spend("alerts", "list").err.startswith("No alert is open")
    spend("alerts", "channel", "add", "acme", "email", "team@example.com")
    write(database, "update integrations set low_balance_amount = 10")
    client_id = scalar(database, "select id from clients")
    apply_billing(database, [taken(database, NOON, figures(integration(client_id, acme), "5"))])
    alerts.evaluate(database, NOON, operator=True)
    listed = spend("alerts", "list", "--client", "acme")
    assert "OpenRouter: 5.00 USD left, below the threshold of 10.00 USD" in listed.out
    assert "2 waiting" in listed.out
    (row,) = spend("alerts", "list", "--json").json
    assert (row["figure"], row["waiting"], row["ended_at"]) == ("5", 2, None)


def test_a_rotation_covers_the_channels(spend: Spend, acme: int, database: Database, home: Path) -> None:
    """And a key that only they need is not made anew."""
    spend("alerts", "channel", "add", "acme", "email", "team@example.com")
    spend("integrations", "remove", str(acme))
    said = spend("secrets", "rotate", "--json").json
    assert (said["moved"], [each["channels"] for each in said["keys"]]) == (1, [1, 0])
    (row,) = read(database, "select id, client_id, address from alert_channels")
    keys = vault(Settings(home=home), database)
    assert row["address"].split(".")[1] == keys.first == said["key"]
    opened = keys.open_channel(row["address"], client_id=row["client_id"], channel_id=row["id"])
    assert opened == {"to": "team@example.com"}
    write(database, "update alert_channels set address = 'v1.x.y'")
    ran = spend("secrets", "check")
    assert "The addresses of these channels cannot be decrypted, and were left as they are: " in ran.err
    (home / "secret.key").unlink()
    assert "is gone, and stored credentials need it" in spend("secrets", "check").refused(1)
