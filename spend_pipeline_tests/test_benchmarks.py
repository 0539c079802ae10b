"""The benchmarks' own workings: a sync of a few accounts is measured, and its page is written where its marks are."""

import pytest

from benchmarks import report, sync, targets
from benchmarks.contestant import Contestant
from benchmarks.provider import healthy
from benchmarks.shapes import Result, Table


def test_a_tiny_sync_is_measured() -> None:
    """The limit at two sizes, well and ill: it asks nobody twice, so it loses whoever was told to come again."""
    result = sync.measure((3, 5), (sync.RAW,))
    rows = [row for table in result.tables for row in table.rows]
    assert [row["healthy rows kept"] for row in rows] == ["3 of 3", "5 of 5", "3 of 3", "4 of 5"]


def test_the_healthy_are_counted() -> None:
    """Of a hundred one hangs and one is refused; who is told to come again is healthy."""
    assert healthy(100, "ill") == 98
    assert healthy(100, "well") == 100


def test_the_aims_are_told_of() -> None:
    """Ours in 3 s against a limit of 2 s; whoever was quicker than 12 s lost rows, so the fourth of that is met."""

    def told(seconds: float, rows: int) -> dict[str, object]:
        return {"seconds": seconds, "rows": rows, "over": False, "memory_mb": 100.0, "error": ""}

    peer, loser = Contestant("keeper", "keeper"), Contestant("loser", "loser")
    well = {sync.RAW.label: told(2, 1_000), sync.OURS.label: told(3, 1_000)}
    well |= {"keeper": told(6, 1_000), "loser": told(1, 1_000)}
    ill = {sync.OURS.label: told(24, 980), "keeper": told(96, 980), "loser": told(21, 979)}
    found = targets.told_of({("well", 1_000): well, ("ill", 1_000): ill}, sync.OURS, sync.RAW, [peer, loser])
    assert [sentence.partition(":")[0] for sentence in found] == ["Met", "Missed", "Met"]
    assert "keeper is the fastest of them: 4.0x our time, and 2.0x with nobody failing" in found[-1]


def test_a_page_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="has no place for nothing"):
        report.write(Result("nothing", {}, [Table("", [{"a": 1}])]))
