"""A sender that is killed loses nothing: what it had in its hands is sent again, under the same id."""

import subprocess
import sys

from spend_pipeline.alerts import sending
from spend_pipeline_tests.alerts import sending_process
from spend_pipeline_tests.alerts.conftest import House, Receiver, low
from spend_pipeline_tests.api.endpoint import until
from spend_pipeline_tests.store.books import write


def test_a_message_whose_sender_was_killed_is_sent_by_another(house: House, receiver: Receiver) -> None:
    """Not while it could still be sending, and then once: at least once in all, under one id."""
    house.add_channel("webhook", receiver.url("/hook"))
    low(house)
    receiver.answer = lambda exchange: exchange.pause(120)
    command = [sys.executable, "-m", sending_process.__name__, house.database.url]
    with subprocess.Popen(command) as sender:
        until(lambda: bool(receiver.got()), seconds=60)
        sender.kill()
    assert house.deliveries() == [("waiting", 1, None)]
    receiver.answer = lambda exchange: exchange.answer(b"ok")
    assert house.tell() == sending.Told()
    write(house.database, "update alert_deliveries set sending_until = now() - interval '1 second'")
    assert house.tell().delivered == 1
    assert house.deliveries() == [("delivered", 2, None)]
    assert len({exchange.headers["webhook-id"] for exchange in receiver.got()}) == 1
