"""E-mail by a real server: over TLS that is verified or not at all, within its time, telling no secret."""

import socket
import threading
import time
from pathlib import Path

import pytest

from spend_pipeline.errors import Busy, NotConfigured, Refused
from spend_pipeline.outbound.mail import Mail, Mailer
from spend_pipeline_tests.alerts.mailbox import PASSWORD, USER, Mailbox, mail_server
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.outbound.test_tls import LOOPBACK, certified

MAIL = Mail("msg_1", ["team@example.com"], "Balance low: a line\nand another", "5.00 USD left.\n", NOON)


def mailer(mailbox: Mailbox, security: str = "none", **more: str) -> Mailer:
    return Mailer("127.0.0.1", "spend@example.com", mailbox.port, security, **more)


@pytest.mark.parametrize("at_once", [False, True], ids=["starttls", "tls"])
def test_it_is_sent_over_tls_with_a_login(tmp_path: Path, at_once: bool) -> None:
    """The id, by which the same message is known again, is the Message-ID."""
    context, bundle = certified(tmp_path, LOOPBACK)
    with mail_server(context, at_once=at_once, login=True) as mailbox:
        by = mailer(mailbox, "tls" if at_once else "starttls", username=USER, password=PASSWORD, ca_bundle=str(bundle))
        by.send(MAIL, 10)
    (got,) = mailbox.got
    assert (got["Message-ID"], got["Subject"]) == ("<msg_1@example.com>", "Balance low: a line and another")


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    context, _ = certified(tmp_path, LOOPBACK)
    with mail_server(context) as mailbox, pytest.raises(NotConfigured, match="no TLS that can be verified"):
        mailer(mailbox, "starttls").send(MAIL, 10)
    assert mailbox.got == []


def test_a_server_without_tls_is_not_spoken_to_where_tls_is_wanted() -> None:
    with mail_server() as mailbox, pytest.raises(NotConfigured):
        mailer(mailbox, "starttls").send(MAIL, 10)
    assert mailbox.got == []


def test_a_wrong_password_is_said_to_be_and_not_quoted(tmp_path: Path) -> None:
    context, bundle = certified(tmp_path, LOOPBACK)
    with mail_server(context, login=True) as mailbox, pytest.raises(Refused) as refused:
        mailer(mailbox, "starttls", username=USER, password="wrong-canary", ca_bundle=str(bundle)).send(MAIL, 10)
    assert str(refused.value) == "The mail server does not accept the user or the password (SMTP 535)"
    assert "canary" not in repr(mailer(mailbox, password="wrong-canary"))


def test_recipients_that_are_refused_are_counted() -> None:
    with mail_server() as mailbox:
        mailbox.refused = frozenset({"team@example.com"})
        with pytest.raises(Refused, match="refuses every recipient"):
            mailer(mailbox).send(MAIL, 10)
        both = Mail("msg_2", ["team@example.com", "boss@example.com"], "s", "t", NOON)
        with pytest.raises(Refused, match="refuses 1 of 2"):
            mailer(mailbox).send(both, 10)


def test_a_server_that_drips_is_cut_off_in_time() -> None:
    """A byte now and then keeps every socket's own timeout from ending."""
    stop = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            while not stop.wait(0.2):
                try:
                    connection.send(b"2")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,), daemon=True)
        thread.start()
        began = time.monotonic()
        with pytest.raises(Busy, match="within 1 s"):
            Mailer("127.0.0.1", "spend@example.com", listener.getsockname()[1], "none").send(MAIL, 1)
        assert time.monotonic() - began < 8
        stop.set()
        thread.join(5)


def test_nobody_there_is_said_to_be() -> None:
    with pytest.raises(Busy, match="cannot be reached"):
        Mailer("127.0.0.1", "spend@example.com", 1, "none").send(MAIL, 2)
