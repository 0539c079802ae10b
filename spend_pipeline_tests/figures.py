"""What `make reliability` loads into pytest: a run's figures, written into the last column of `docs/reliability.md`.

A row is told how many cases of its tests passed and in how long; a test that measures something says so by
`record_property("figure", ...)`. A row of which no test ran keeps its figures.
"""

import os
import platform
from datetime import UTC, datetime

import pytest

from spend_pipeline_tests.reliability_page import PAGE, TESTS, Row, rows, with_figures

REPORTS: dict[str, pytest.TestReport] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """In the process that sees all reports; setups and teardowns count where they fail."""
    if report.when == "call" or not report.passed:
        REPORTS[report.nodeid.removeprefix(f"{TESTS.name}/")] = report


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return
    page = PAGE.read_text("utf-8")
    figures = {row.id: figure for row in rows(page) if (figure := figure_of(row))}
    if not figures:
        return
    when = f"{datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, Python {platform.python_version()}"
    PAGE.write_text(with_figures(page, figures, when), "utf-8")


def figure_of(row: Row) -> str:
    """Cases, seconds, and what was measured; empty where nothing ran."""
    of_row = [
        each for test in row.tests for name, each in REPORTS.items() if name == test or name.startswith(f"{test}[")
    ]
    if not of_row:
        return ""
    failed = [each.nodeid for each in of_row if not each.passed]
    measured = [str(value) for each in of_row for name, value in each.user_properties if name == "figure"]
    passed = f"{len(of_row)} passed in {sum(each.duration for each in of_row):.1f} s"
    return "; ".join([f"{len(failed)} FAILED" if failed else passed, *measured])
