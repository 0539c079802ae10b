"""What is to be told is told: after the commit, as each channel takes it, again until it arrives, never for long."""

import time
from dataclasses import replace

import pytest

from spend_pipeline.alerts import channel, sending
from spend_pipeline.store import alerts, channels
from spend_pipeline_tests.alerts.conftest import House, Receiver, body, low
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.store.alerting import later
from spend_pipeline_tests.store.books import read, scalar, write


def test_a_recovery_is_told_too_and_nothing_is_told_twice(house: House, receiver: Receiver) -> None:
    house.add_channel("webhook", receiver.url("/hook"))
    for number, balance in enumerate(("5", "4", "20", "20")):
        low(house, later(number), balance)
        house.tell()
    assert [body(exchange)["type"] for exchange in receiver.got()] == ["alert.fired", "alert.recovered"]
    assert body(receiver.got()[1])["data"]["title"] == "Balance is no longer low"


def test_what_was_committed_is_told_after_a_restart(house: House, receiver: Receiver) -> None:
    """A process that died before it sent, and one that died while it was sending: then once more, under the same id."""
    house.add_channel("webhook", receiver.url("/hook"))
    low(house)
    assert len(alerts.claim(house.database, for_seconds=60)) == 1
    assert house.tell() == sending.Told(), "it may still be sending"
    write(house.database, "update alert_deliveries set sending_until = now() - interval '1 second'")
    assert house.tell().delivered == 1
    write(house.database, "update alert_deliveries set delivered_at = null")
    assert house.tell().delivered == 1
    first, second = receiver.got()
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (
            "404 Not Found",
            "The channel's address is not accepted (HTTP 404): it may have been revoked; add the channel anew",
        ),
        ("400 Bad Request", "The channel does not take the message (HTTP 400)"),
        ("302 Found", "The channel redirects elsewhere (HTTP 302), where messages are never sent"),
    ],
)
def test_what_failed_is_tried_again_by_the_next_pass(house: House, receiver: Receiver, status: str, error: str) -> None:
    house.add_channel("slack", receiver.url("/services/secret-canary"))
    receiver.answer = lambda exchange: exchange.answer(status=status, Location="http://127.0.0.1:1/")
    low(house)
    assert house.tell().failed == 1
    assert house.deliveries() == [("waiting", 1, error)]
    receiver.answer = lambda exchange: exchange.answer(b"ok")
    assert house.tell().delivered == 1
    assert house.deliveries() == [("delivered", 2, None)]


def test_a_channel_that_hangs_costs_its_deadline_and_no_other_channel(house: House, receiver: Receiver) -> None:
    """And once a pass: what waits behind it is put off untried."""
    house.add_channel("slack", receiver.url("/hangs"))
    house.add_channel("webhook", receiver.url("/answers"))
    receiver.answer = lambda exchange: exchange.pause(30) if "/hangs" in exchange.line else exchange.answer(b"ok")
    low(house)
    low(house, later(1), "20")
    began = time.monotonic()
    told = house.tell()
    assert time.monotonic() - began < 10
    assert (told.delivered, told.failed, told.put_off) == (2, 1, 1)
    timeout = "Timeout: the channel did not answer in full within 1 s"
    assert house.deliveries() == [
        ("waiting", 1, timeout),
        ("delivered", 1, None),
        ("waiting", 0, None),
        ("delivered", 1, None),
    ]


def test_a_pass_ends_in_time_however_much_waits(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PASS_SECONDS", 0.0)
    house.add_channel("slack", receiver.url("/"))
    low(house)
    assert house.tell() == sending.Told(put_off=1)
    assert house.deliveries() == [("waiting", 0, None)]


def test_what_never_arrives_is_given_up_after_days_and_that_is_said(house: House, receiver: Receiver) -> None:
    house.add_channel("slack", receiver.url("/"))
    receiver.answer = lambda exchange: exchange.answer(status="410 Gone")
    low(house)
    house.tell()
    write(house.database, "update alert_deliveries set created_at = now() - interval '73 hours'")
    assert house.tell() == sending.Told()
    ((state, attempts, error),) = house.deliveries()
    assert (state, attempts, "HTTP 410" in str(error)) == ("given up", 1, True)
    (shown,) = alerts.undelivered(house.database)
    assert shown["given_up"] is True
    (listed,) = alerts.listed(house.database)
    assert (listed["given_up"], listed["error"]) == (1, error)


def test_an_address_out_of_reach_is_not_asked(house: House, receiver: Receiver) -> None:
    """A client may not make the house knock at its neighbours' doors."""
    for url in ("http://10.0.0.1/hook", f"http://127.0.0.2:{receiver.server.port}/", "https://169.254.169.254/latest"):
        house.add_channel("slack", url)
    low(house)
    assert house.tell().failed == 3
    assert {error for _, _, error in house.deliveries()} == {
        "The channel's address is not asked: it must be a public https address that can be found, "
        "or one that SPEND_ALLOWED_HOSTS allows"
    }
    assert receiver.got() == []


def test_a_channel_that_was_removed_or_cannot_be_opened_is_said_to_be(house: House, receiver: Receiver) -> None:
    """Its address is gone at once, and another channel's opens nothing here."""
    gone, moved = (house.add_channel("slack", receiver.url("/")) for _ in range(2))
    low(house)
    channels.remove(house.database, gone)
    other = scalar(house.database, "select address from alert_channels where id = :id", id=moved)
    write(
        house.database, "update alert_channels set address = :a where id = :id", a=other.replace(".", ".x", 1), id=moved
    )
    assert house.tell().failed == 1
    ((_, _, error),) = house.deliveries()
    assert "cannot be decrypted" in str(error)
    assert [
        row["address"] for row in read(house.database, "select address from alert_channels where id = :id", id=gone)
    ] == [None]
    assert receiver.got() == []


def test_the_operator_is_told_of_every_clients_alerts(house: House, receiver: Receiver) -> None:
    """Beside the client's own channels; without the setting any more, what waits says so."""
    own = channel.operators(f"slack={receiver.url('/operator')}")
    operator = replace(house, messenger=replace(house.messenger, operators=own))
    house.watched.read(NOON, house.watched.figures(0, "20"))
    house.watched.budget(low_balance_amount=30)
    house.watched.look(NOON, operator=True)
    assert house.tell().failed == 1
    assert house.deliveries() == [("waiting", 1, "The setting SPEND_ALERT_CHANNEL is gone")]
    assert operator.tell().delivered == 1
    assert "acme" in str(body(receiver.got()[0])["blocks"])


def test_nothing_secret_is_in_an_error(house: House, receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a channel does with it, and whatever breaks on our side."""
    house.add_channel("discord", receiver.url("/webhooks/canary-1234567"))
    answers = [
        lambda exchange: exchange.answer(exchange.request, status="500 Broken"),
        lambda exchange: exchange.send(b"not HTTP " + exchange.request),
        lambda exchange: exchange.reset(),
    ]
    low(house)
    for answer in answers:
        receiver.answer = answer
        house.tell()
        assert "canary" not in str(house.deliveries())
    assert "canary" not in caplog.text
    assert "canary" not in repr(house.messenger)
    (row,) = channels.listed(house.database)
    assert "canary" not in str(row)
