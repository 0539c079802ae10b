"""Shared accounts: integrations of one client that read the same account are kept both, and counted once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from spend_pipeline.integration import Integration
from spend_pipeline.reading import Reading
from spend_pipeline.snapshot import Snapshot

Taken = tuple[Reading, Snapshot]


def by_client(taken: Iterable[Taken], integrations: Iterable[Integration]) -> Iterator[tuple[int, list[Taken]]]:
    """What was taken for each client, together, as soon as the last of its integrations is there."""
    left = Counter(each.client_id for each in integrations)
    together: dict[int, list[Taken]] = {}
    for one in taken:
        client_id = one[1].integration.client_id
        together.setdefault(client_id, []).append(one)
        left[client_id] -= 1
        if not left[client_id]:
            yield client_id, together.pop(client_id)


def counted_once(taken: Iterable[Taken]) -> list[Snapshot]:
    """The snapshots, each but the first of an account marked as not counted, with a note that names the first.

    Accounts are the same by the provider's own id of them or, where it tells none, by the credentials. A failed reading
    has no figures to count, so the next one that was read counts instead.
    """
    first: dict[tuple[int, str, str], int] = {}
    rows = []
    for reading, row in sorted(taken, key=lambda pair: pair[1].integration.id):
        one = row.integration
        counted = (
            first.setdefault((one.client_id, one.provider_name, reading.account), one.id) if reading.account else one.id
        )
        rows.append(row if counted == one.id else _again(row, counted))
    return rows


def _again(row: Snapshot, counted: int) -> Snapshot:
    note = f"The same account as integration {counted}, counted once in the totals"
    return replace(row, counted=False, note=". ".join(filter(None, (row.note, note))))
