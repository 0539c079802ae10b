"""The benchmarks' own workings: a sync of a few accounts is measured, and its page is written where its marks are."""

import pytest

from benchmarks import report, sync
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


def test_a_page_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="has no place for nothing"):
        report.write(Result("nothing", {}, [Table("", [{"a": 1}])]))
