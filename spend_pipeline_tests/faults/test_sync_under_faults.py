"""A sync while providers fail: the others are read in time, last good figures stand, and recovery clears the error."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from spend_pipeline.outbound.client import Client
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault
from spend_pipeline_tests.faults.families import FAMILIES, TOLD_NOTHING, TOLD_TO_WAIT
from spend_pipeline_tests.faults.forty import DEADLINE, FIGURES, SPARE, WELL, Forty, forty
from spend_pipeline_tests.outbound.asking import KEY, SECONDS, WORDS
from spend_pipeline_tests.outbound.dead_ends import closed_port, full_backlog, reset_handshakes
from spend_pipeline_tests.outbound.fault_server import faulty, healthy
from spend_pipeline_tests.outbound.faults import LOST, Fault
from spend_pipeline_tests.outbound.test_statuses import AGAIN, once
from spend_pipeline_tests.outbound.test_tls import LOOPBACK, TLS_ERROR, certified, outdated

Expected = dict[str, tuple[str, str]]  # the kind and the sentence by provider
Record = Callable[[str, object], None]


def in_time(message: str) -> str:
    return message.replace(f"{SECONDS} s", f"{DEADLINE:g} s")


def check_while_failing(house: Forty, expected: Expected, recorded: Record) -> None:
    """A first sync is well, in a second these fail, a third is well again."""
    failing = dict(house.vendors.failing)
    broken_urls = {name: url for name, url in house.urls.items() if url != house.server_url}
    house.recover("12.50")
    told, _ = house.sync()
    assert (told["synced"], told["failed"]) == (WELL + len(expected), 0)
    good_at = house.moment

    house.vendors.failing = failing
    house.urls.update(broken_urls)
    told, seconds = house.sync()
    recorded("figure", f"{len(expected)} at once, {WELL} read, {seconds:.1f} s (deadline {DEADLINE:g} s)")
    assert seconds < DEADLINE + SPARE
    assert (told["success"], told["synced"], told["failed"]) == (True, WELL, len(expected))
    assert (told["total_balance"], told["total_usage_month"]) == (WELL * 12.5, WELL * 2.5)
    rows, states = house.latest(), house.states()
    for name, (kind, message) in expected.items():
        row, state = rows[name], states[name]
        said, parked, _ = row["error"].partition("; it wants to be left alone until ")
        assert (name, row["status"], row["error_kind"], said) == (name, "failed", kind, message)
        assert (bool(parked), state["parked_until"] is not None) == (name.removeprefix("429, ") in TOLD_TO_WAIT,) * 2
        assert [row[f"{figure}{unit}"] for figure in FIGURES for unit in ("", "_usd", "_basis")] == [None] * 9
        assert [state[f"cached_{figure}"] for figure in FIGURES] == [Decimal("12.50"), Decimal("1.25"), Decimal("2.5")]
        assert (state["billing_synced_at"], state["billing_attempted_at"]) == (good_at, house.moment)
        assert (state["billing_sync_error"], state["billing_sync_error_kind"]) == (row["error"], kind)
        assert state["consecutive_failures"] == 1
    assert {rows[name]["status"] for name in house.ids if name not in expected} == {"read"}
    check_nothing_leaked(house)

    house.recover("11")
    house.moment += timedelta(days=1)  # as long as a provider is left alone, whatever it asked for
    told, _ = house.sync()
    assert (told["synced"], told["failed"]) == (WELL + len(expected), 0)
    for state in house.states().values():
        assert (state["billing_sync_error"], state["billing_sync_error_kind"]) == (None, None)
        assert (state["consecutive_failures"], state["cached_balance"]) == (0, 11)
        assert state["billing_synced_at"] == house.moment


def check_nothing_leaked(house: Forty) -> None:
    """No word of a provider's, no key, in any row of any table."""
    written = house.written()
    assert KEY not in written
    assert WORDS not in written


@pytest.mark.parametrize("faults", FAMILIES.values(), ids=FAMILIES)
def test_what_a_provider_does_costs_its_own_row_only(
    database: Database,
    vault: Vault,
    faults: dict[str, Fault],
    record_property: Record,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Every fault of a family in one sync, each at a provider of its own, beside thirty-nine that are well."""
    expected = {name: (str(fault.kind), in_time(fault.message)) for name, fault in faults.items()}
    with forty(database, vault, list(faults)) as house:
        house.vendors.failing = {name: fault.script for name, fault in faults.items()}
        check_while_failing(house, expected, record_property)
    assert KEY not in caplog.text


@pytest.fixture
def unreachable(tmp_path: Path) -> Iterator[tuple[dict[str, str], Client]]:
    """Where no request ever arrives, by what is wrong there; and a client that trusts all but the self-signed one."""
    contexts: dict[str, ssl.SSLContext] = {}
    bundle = b""
    for name, host, days, trusted in (
        ("self-signed", LOOPBACK, 1, False),
        ("expired", LOOPBACK, -1, True),
        ("another host", x509.DNSName("other.example"), 1, True),
        ("old protocol", LOOPBACK, 1, True),
    ):
        folder = tmp_path / name
        folder.mkdir()
        contexts[name], file = certified(folder, host, days)
        bundle += file.read_bytes() if trusted else b""
    outdated(contexts["old protocol"])
    (tmp_path / "bundle.pem").write_bytes(bundle)
    with ExitStack() as stack:
        urls = {name: stack.enter_context(faulty(healthy, context)).url for name, context in contexts.items()}
        urls["connection refused"] = closed_port()
        urls["never connected"] = stack.enter_context(full_backlog())
        urls["handshake reset"], _ = stack.enter_context(reset_handshakes())
        yield urls, Client(ca_bundle=str(tmp_path / "bundle.pem"))


def test_who_cannot_be_reached_or_believed_costs_its_own_row_only(
    database: Database, vault: Vault, unreachable: tuple[dict[str, str], Client], record_property: Record
) -> None:
    """Refused, silent, or not who it says it is: and read again once it is."""
    urls, client = unreachable
    lost = ("connection refused", "never connected", "handshake reset")
    expected = {name: ("busy", LOST) if name in lost else ("unreadable", TLS_ERROR) for name in urls}
    with forty(database, vault, list(urls), client) as house:
        house.urls.update(urls)
        check_while_failing(house, expected, record_property)


def test_trouble_that_passes_within_the_deadline_is_no_failure(
    database: Database, vault: Vault, record_property: Record
) -> None:
    """Once 429 or 5xx, whatever Retry-After says that fits: asked again, read, and no error is written."""
    scripts: dict[str, Any] = {f"once {status}": once(status, Retry_After="0") for status in AGAIN}
    scripts |= {f"once 429, {name}": once(429, Retry_After=told) for name, told in TOLD_NOTHING.items()}
    with forty(database, vault, list(scripts)) as house:
        house.vendors.failing = scripts
        told, seconds = house.sync()
        record_property("figure", f"{len(scripts)} asked twice, {seconds:.1f} s")
        assert (told["synced"], told["failed"]) == (WELL + len(scripts), 0)
        assert {house.vendors.asked[name] for name in scripts} == {2}
        assert {house.vendors.asked[name] for name in house.ids if name not in scripts} == {1}
    assert seconds < DEADLINE + SPARE
