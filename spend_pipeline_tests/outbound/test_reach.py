"""An address that a client gave leads to the public internet or nowhere, unless the operator allows it."""

import socket
import time
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from spend_pipeline.errors import Busy, FailureKind, NotConfigured
from spend_pipeline.outbound.ask import Ask
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.deadline import Deadline
from spend_pipeline.outbound.reach import Reach, is_public, out_of_reach
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Credential
from spend_pipeline.reading import Reader, Reading
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.outbound.asking import FAULTY, KEY, assert_well_said, integration
from spend_pipeline_tests.outbound.fault_server import FaultServer, faulty, healthy
from spend_pipeline_tests.outbound.faults import drip_body, drip_headers
from spend_pipeline_tests.outbound.test_tls import certified

HOSTED = replace(FAULTY, own_url="base_url", credentials=(*FAULTY.credentials, Credential("base_url", "where it is")))

REFUSED = [
    *("127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "0.0.0.0", "255.255.255.255"),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.88.99.1"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "198.18.0.1", "192.0.2.1", "203.0.113.1"),
    *("::1", "::", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "3fff::1", "100::1"),
    *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "2002:7f00:1::", "2002:808:808::", "2001:0:808:808::1"),
    *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1"),
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::8a"]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_inside_is_not_public(address: str) -> None:
    """Private, loopback, link-local, shared, multicast, metadata, and every form that stands for another address."""
    assert not is_public(ip_address(address))
    assert not Reach().permits(address, address, secure=True)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public_and_wants_tls(address: str) -> None:
    assert is_public(ip_address(address))
    assert Reach().permits(address, address, secure=True)
    assert not Reach().permits(address, address, secure=False)


def reading(base_url: str, *allowed: str, urls: dict[str, str] | None = None, **client: Any) -> Reading:
    """What comes of an integration that a client says is at `base_url`."""
    asked = Reader(
        Client(reach=Reach.allowing(allowed), **client),
        {"faulty": HOSTED},
        lambda each: {"api_key": each.sealed, "base_url": base_url},
        urls=urls or {},
    )
    (read,) = asked.read_all([integration()], Period(NOON))
    return read


def assert_out_of_reach(read: Reading) -> None:
    assert read.failure is not None
    assert (read.failure.kind, str(read.failure)) == (FailureKind.NOT_CONFIGURED, str(out_of_reach()))
    assert_well_said(read.failure)


def spellings(server: FaultServer) -> list[str]:
    hosts = ["127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"]
    return [f"{scheme}://{host}:{server.port}" for scheme in ("http", "https") for host in (*hosts, "0.0.0.0")]


def test_nothing_reaches_a_server_inside_however_it_is_spelled() -> None:
    """Not even the start of a connection, and the words are those for a port that nobody listens on."""
    with faulty(healthy) as server:
        for url in spellings(server):
            assert_out_of_reach(reading(url))
        assert (server.raw, server.requests) == ([], [])
        port = server.port
    assert_out_of_reach(reading(f"https://127.0.0.1:{port}"))
    assert_out_of_reach(reading("https://no-such-host.invalid"))
    assert_out_of_reach(reading(f"https://[::ffff:127.0.0.1]:{port}"))
    assert_out_of_reach(reading("http://93.184.216.34"))


@pytest.mark.parametrize("allowed", ["localhost", "127.0.0.1", "127.0.0.0/8"])
def test_what_the_operator_allows_is_asked_even_without_tls(allowed: str) -> None:
    """By name, by address or by network; anything else stays out of reach."""
    with faulty(healthy) as server:
        host = "localhost" if allowed == "localhost" else "127.0.0.1"
        assert reading(f"http://{host}:{server.port}", allowed).figures is not None
        assert server.requests[0].headers["host"] == f"{host}:{server.port}"
        assert_out_of_reach(reading(f"http://{host}:{server.port}", "other.example", "10.0.0.0/8"))
        assert len(server.requests) == 1


def test_the_operators_own_override_is_not_looked_at() -> None:
    """SPEND_PROVIDER_URLS is the operator's word, whatever the client's address says."""
    with faulty(healthy) as server:
        assert reading("https://10.0.0.1", urls={"faulty": server.url}).figures is not None


def test_tls_is_spoken_with_the_name_not_with_the_address(tmp_path: Path) -> None:
    """The address is connected to; the certificate must be for the name."""
    context, file = certified(tmp_path, x509.DNSName("localhost"))
    with faulty(healthy, context) as server:
        trusting: dict[str, Any] = {"ca_bundle": str(file)}
        assert reading(f"https://localhost:{server.port}", "localhost", **trusting).figures is not None
        failed = reading(f"https://127.0.0.1:{server.port}", "127.0.0.1", **trusting).failure
        assert "TLS error" in str(failed)
        assert len(server.requests) == 1


@pytest.mark.parametrize("first", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"]], ids=["moves inside", "half inside"])
def test_a_name_is_looked_up_once(first: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was looked at is what is connected to: a name that means another host a moment later gains nothing."""
    real, names, answers = socket.getaddrinfo, [], [first, ["127.0.0.2"]]

    def rebinding(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if host != "rebinding.example":
            return real(host, port, *args, **kwargs)
        names.append(host)
        found = answers[min(len(names), 2) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with faulty(healthy) as server:
        read = reading(f"http://rebinding.example:{server.port}", "127.0.0.1/32")
        if len(first) == 1:
            assert read.figures is not None
            assert server.requests[0].headers["host"] == f"rebinding.example:{server.port}"
        else:
            assert_out_of_reach(read)
            assert server.raw == []
    assert names == ["rebinding.example"]


def test_a_connection_of_the_operators_is_not_lent() -> None:
    """One that was opened to an address of the operator's is still open, and carries nothing of a client's."""
    client = Client()
    with faulty(healthy) as server:
        client.send(Ask("/"), server.url, {}, Deadline.after(5))
        with pytest.raises(NotConfigured):
            client.send(Ask("/"), server.url, {"Authorization": KEY}, Deadline.after(5), from_client=True)
        assert len(server.requests) == 1


def test_through_a_proxy_a_name_must_be_allowed_by_name() -> None:
    """The proxy looks names up itself, so only the operator can know where one leads."""
    with faulty(healthy) as proxy:
        for url in ("https://litellm.example", "http://10.0.0.1", "https://169.254.169.254", "http://litellm.example"):
            assert_out_of_reach(reading(url, "10.0.0.0/16" if "litellm" in url else "other", proxy=proxy.url))
        assert proxy.raw == []
        assert reading("http://litellm.internal", "litellm.internal", proxy=proxy.url).figures is not None
        assert proxy.requests[0].line == "GET http://litellm.internal/figures HTTP/1.1"


@pytest.mark.parametrize("drip", [drip_headers, drip_body])
def test_the_client_keeps_the_deadline_by_itself(drip: Any) -> None:
    """Headers and body that come drop by drop end with the whole time, without the fan-out's help."""
    with faulty(drip) as server:
        started = time.monotonic()
        with pytest.raises(Busy, match=r"within 0\.6 s"):
            Client().send(Ask(), server.url, {}, Deadline.after(0.6))
        assert time.monotonic() - started < 5  # either of them goes on for more than a minute
