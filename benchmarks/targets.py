"""What a sync of many accounts aims at, and by how much it was met or missed."""

from collections.abc import Mapping

from benchmarks.contestant import Contestant
from benchmarks.provider import healthy
from benchmarks.shapes import Json

DEADLINE = 20.0  # seconds an integration may take
Told = Mapping[tuple[str, int], Mapping[str, Mapping[str, Json]]]  # by mode and accounts, then by contestant


def told_of(told: Told, ours: Contestant, limit: Contestant, peers: list[Contestant]) -> list[str]:
    """A sentence for each aim that this measurement can tell of."""
    sentences = []
    of = {key: each[ours.label] for key, each in told.items() if ours.label in each and not each[ours.label]["over"]}
    for accounts in (1_000, 10_000):
        if ("well", accounts) in of and limit.label in told["well", accounts]:
            times = of["well", accounts]["seconds"] / told["well", accounts][limit.label]["seconds"]
            sentences.append(_sentence(f"{accounts:,} accounts within 2x of the limit", times <= 2, f"{times:.2f}x"))
        if ("ill", accounts) in of:
            healthy_time = of["well", accounts]["seconds"] if ("well", accounts) in of else 0.0
            over = of["ill", accounts]["seconds"] - DEADLINE
            what = f"with 1 % of {accounts:,} hanging, the deadline and a second"
            found = f"the deadline and {over:.1f} s; the same sync with nobody hanging takes {healthy_time:.1f} s"
            sentences.append(_sentence(what, over <= 1, found))
    if ("ill", 1_000) in of:
        keepers = _keepers(told["ill", 1_000], peers, healthy(1_000, "ill"))
        if keepers:
            seconds, label = min(keepers)
            times = seconds / of["ill", 1_000]["seconds"]
            well = told["well", 1_000][label]["seconds"] / of["well", 1_000]["seconds"]
            found = f"{label} is the fastest of them: {times:.1f}x our time, and {well:.1f}x with nobody failing"
            sentences.append(_sentence("4x faster than whoever keeps the healthy rows", times >= 4, found))
        else:
            sentences.append("Of the others, nobody kept all healthy rows within the time.")
    if ("well", 1_000) in of and ("well", 10_000) in of:
        memory = of["well", 10_000]["memory_mb"] / of["well", 1_000]["memory_mb"]
        times = of["well", 10_000]["seconds"] / of["well", 1_000]["seconds"]
        sentences.append(_sentence("10,000 accounts in the memory of 1,000 and 20 %", memory <= 1.2, f"{memory:.2f}x"))
        sentences.append(_sentence("time that grows as the accounts do", times <= 10, f"{times:.1f}x for ten times"))
    return sentences


def _keepers(told: Mapping[str, Mapping[str, Json]], peers: list[Contestant], there: int) -> list[tuple[float, str]]:
    """Those who kept every healthy row, with their seconds."""
    by_label = [(peer.label, told[peer.label]) for peer in peers if peer.label in told]
    return [(each["seconds"], label) for label, each in by_label if not each["over"] and each["rows"] == there]


def _sentence(aim: str, met: bool, found: str) -> str:
    return f"{'Met' if met else 'Missed'}: {aim} ({found})."
