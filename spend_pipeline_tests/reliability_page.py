"""`docs/reliability.md` as rows: a fault, its promise, the tests that hold it, and what they measured last."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import spend_pipeline_tests

TESTS = Path(spend_pipeline_tests.__file__).parent
PAGE = TESTS.parent / "docs" / "reliability.md"
ROW = re.compile(r"\| (?P<id>[A-Z]\d\d) \| (?P<fault>.+) \| (?P<promise>.+) \| (?P<tests>.+) \| (?P<figure>.*)\|")
WHEN = re.compile(r"^Figures of the run of .*$", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """A row; `tests` are `file::name` below this folder, `[case]` behind one that means a single case."""

    id: str
    promise: str
    tests: tuple[str, ...]


def rows(page: str) -> Iterator[Row]:
    for line in page.splitlines():
        found = ROW.fullmatch(line)
        if found:
            yield Row(found["id"], found["promise"], tuple(re.findall(r"`([^`]+::[^`]+)`", found["tests"])))


def with_figures(page: str, figures: dict[str, str], when: str) -> str:
    """The page with these rows' last column written anew; the others keep theirs."""

    def written(found: re.Match[str]) -> str:
        figure = figures.get(found["id"])
        start = found.start("figure") - found.start()
        return found[0] if figure is None else f"{found[0][:start]}{figure} |"

    return WHEN.sub(f"Figures of the run of {when}.", ROW.sub(written, page))


def files() -> list[str]:
    """The test files that the page names, for a command line."""
    named = {test.partition("::")[0] for row in rows(PAGE.read_text("utf-8")) for test in row.tests}
    return sorted(str((TESTS / file).relative_to(Path.cwd())) for file in named)


if __name__ == "__main__":
    print("\n".join(files()))
