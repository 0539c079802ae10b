"""TLS: a server that cannot prove who it is learns nothing, and there is no way around that."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from spend_pipeline.errors import FailureKind
from spend_pipeline.outbound.client import Client
from spend_pipeline_tests.outbound.asking import KEY, SECONDS, assert_well_said, read
from spend_pipeline_tests.outbound.dead_ends import reset_handshakes
from spend_pipeline_tests.outbound.fault_server import Exchange, FaultServer, faulty, figures, healthy
from spend_pipeline_tests.outbound.faults import LOST

TLS_ERROR = "Invalid response: TLS error, so the provider's identity could not be verified"
HANDSHAKE = 0x16


def outdated(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same server as of 2010: it speaks TLS 1.1 at the newest."""
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def certified(folder: Path, name: x509.GeneralName, days: int = 1) -> tuple[ssl.SSLContext, Path]:
    """A server's context under a fresh self-signed certificate for a name, and the file it is in."""
    now = datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    itself = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "quokka")])
    certificate = (
        x509.CertificateBuilder(itself, itself, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    file = folder / "certificate.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(certificate.public_bytes(Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, file


LOOPBACK = x509.IPAddress(ip_address("127.0.0.1"))


def assert_nothing_was_said(server: FaultServer) -> None:
    """No request arrived, and what was on the wire was the start of a handshake."""
    assert server.requests == []
    assert len(server.raw) == 1
    assert server.raw[0][0] == HANDSHAKE
    assert KEY.encode() not in server.raw[0]


@pytest.mark.parametrize(
    ("name", "days", "trusted"),
    [(LOOPBACK, 1, False), (LOOPBACK, -1, True), (x509.DNSName("other.example"), 1, True)],
    ids=["self-signed", "expired", "another host"],
)
def test_a_server_that_proves_nothing_gets_nothing(
    name: x509.GeneralName, days: int, trusted: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The handshake fails, is not tried again, and the key stays here."""
    context, file = certified(tmp_path, name, days)
    with faulty(healthy, context) as server:
        outcome = read(server.url, client=Client(ca_bundle=str(file) if trusted else None))
    assert_nothing_was_said(server)
    assert outcome.failure is not None
    assert (outcome.failure.kind, str(outcome.failure)) == (FailureKind.UNREADABLE, TLS_ERROR)
    assert_well_said(outcome.failure)
    assert not caplog.records


def test_an_old_protocol_is_not_spoken(tmp_path: Path) -> None:
    """TLS 1.1 is refused although the certificate is the one to trust."""
    context, file = certified(tmp_path, LOOPBACK)
    with faulty(healthy, outdated(context)) as server:
        outcome = read(server.url, client=Client(ca_bundle=str(file)))
    assert server.requests == []
    assert str(outcome.failure) == TLS_ERROR
    assert_well_said(outcome.failure)


def test_a_handshake_that_is_reset_is_a_lost_connection() -> None:
    """Nobody's identity was in doubt, so it is tried again, always under TLS: the key stays here."""
    with reset_handshakes() as (url, heard):
        outcome = read(url, seconds=20)
    assert str(outcome.failure) == LOST
    assert len(heard) == 3
    assert all(first[0] == HANDSHAKE and KEY.encode() not in first for first in heard)


def test_a_certificate_authority_of_ones_own_can_be_trusted(tmp_path: Path) -> None:
    """The counterpart: with its certificate in the bundle the same server is read."""
    context, file = certified(tmp_path, LOOPBACK)
    with faulty(healthy, context) as server:
        assert read(server.url, client=Client(ca_bundle=str(file))).balance == 12.5


def test_the_environment_cannot_change_whom_we_trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the setting can."""
    context, file = certified(tmp_path, LOOPBACK)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(file))
    with faulty(healthy, context) as server:
        assert str(read(server.url).failure) == TLS_ERROR


def test_a_server_without_tls_gets_no_plain_request() -> None:
    """There is no falling back: it sees a handshake, and answers it in vain."""
    with faulty(healthy) as server:
        outcome = read(server.url.replace("http:", "https:"), seconds=SECONDS)
    assert all(first[0] == HANDSHAKE and KEY.encode() not in first for first in server.raw)
    assert_well_said(outcome.failure)


def test_a_connection_lost_under_tls_is_tried_again(tmp_path: Path) -> None:
    """A reset in the body is a lost connection there too, not a doubt about who answers."""
    context, file = certified(tmp_path, LOOPBACK)

    def script(exchange: Exchange) -> None:
        if exchange.number == 1:
            exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n")
            exchange.reset()
        else:
            exchange.answer(figures())

    with faulty(script, context) as server:
        assert read(server.url, client=Client(ca_bundle=str(file))).balance == 12.5
