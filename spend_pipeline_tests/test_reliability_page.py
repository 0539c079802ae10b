"""The reliability page names every fault once, and only tests that are there."""

import ast
from functools import cache

import pytest

from spend_pipeline_tests.reliability_page import PAGE, TESTS, Row, rows, with_figures

FAULTS = {
    "P": range(1, 26),
    "T": range(1, 5),
    "S": [1, 2, 3, *range(5, 13)],
    "A": range(1, 14),
    "M": range(1, 6),
    "B": range(1, 6),
}
ROWS = list(rows(PAGE.read_text("utf-8")))


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_fault_has_its_row() -> None:
    """Once, in order; there is no S04."""
    assert [row.id for row in ROWS] == [
        f"{letter}{number:02}" for letter, numbers in FAULTS.items() for number in numbers
    ]


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_a_promise_is_held_by_tests_that_are_there(row: Row) -> None:
    """Or it says why there is none."""
    assert row.tests or row.promise.startswith("No test: ")
    for test in row.tests:
        file, _, name = test.partition("::")
        assert name.partition("[")[0] in names_in(file)


def test_figures_are_written_into_their_rows_and_nowhere_else() -> None:
    page = "Figures of the run of old.\n| P01 | a | b | `x.py::t` | old |\n| P02 | a | b | `x.py::u` | |\n"
    told = with_figures(page, {"P02": "3 passed"}, "today")
    assert (
        told
        == "Figures of the run of today.\n| P01 | a | b | `x.py::t` | old |\n| P02 | a | b | `x.py::u` | 3 passed |\n"
    )
    assert with_figures(told, {"P02": "4 passed"}, "today") == told.replace("3 passed", "4 passed")
