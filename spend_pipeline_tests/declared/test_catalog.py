"""One catalog of providers: built in, of packages, of files; in a stable order, under names of their own."""

import os
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from spend_pipeline.catalog import GROUP, catalog
from spend_pipeline.errors import UserError
from spend_pipeline.house import TOP
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.settings import Settings, load
from spend_pipeline_tests.declared.test_files import EXAMPLES, NORTHWIND

PACKAGE = TOP / "docs" / "examples" / "package"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home whose folder declares both worked examples."""
    shutil.copytree(EXAMPLES, tmp_path / "providers")
    return Settings(home=tmp_path)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example package, as an installer leaves it: its module, and its entry points beside its name."""
    site = tmp_path / "site"
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    about = site / f"acme_providers-{project['version']}.dist-info"
    about.mkdir(parents=True)
    shutil.copy(PACKAGE / "acme_providers.py", site)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"][GROUP]
    (about / "entry_points.txt").write_text(
        "\n".join([f"[{GROUP}]", *(f"{name} = {value}" for name, value in points.items())])
    )
    monkeypatch.syspath_prepend(site)
    yield site
    sys.modules.pop("acme_providers", None)


def test_without_any_it_is_the_built_in_list(tmp_path: Path) -> None:
    assert catalog(Settings(home=tmp_path)) == PROVIDERS
    assert list(catalog(Settings(home=tmp_path))) == list(PROVIDERS)


def test_others_follow_by_name_wherever_they_come_from(settings: Settings, installed: Path) -> None:
    assert list(catalog(settings)) == [*PROVIDERS, "acme", "northwind", "tailspin"]


def test_a_path_is_read_in_place_of_the_homes_folder(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files and folders, each file once."""
    places = [EXAMPLES / "tailspin.toml", EXAMPLES]
    monkeypatch.setenv("SPEND_PROVIDERS_PATH", os.pathsep.join(map(str, places[:1])))
    monkeypatch.setenv("SPEND_HOME", str(settings.home))
    assert list(catalog(load()))[len(PROVIDERS) :] == ["tailspin"]
    monkeypatch.setenv("SPEND_PROVIDERS_PATH", os.pathsep.join(map(str, places)))
    assert list(catalog(load()))[len(PROVIDERS) :] == ["northwind", "tailspin"]
    monkeypatch.setenv("SPEND_PROVIDERS_PATH", "/no/such/place")
    with pytest.raises(UserError, match=r"^SPEND_PROVIDERS_PATH names /no/such/place, which is not there$"):
        catalog(load())


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("groq", ("spend-pipeline itself", "again.toml")),
        ("northwind", ("again.toml", "northwind.toml")),
        ("acme", ("the package 'acme-providers'", "again.toml")),
    ],
)
def test_a_name_is_given_once(settings: Settings, installed: Path, name: str, places: tuple[str, str]) -> None:
    """A clash names both places."""
    (settings.home / "providers" / "again.toml").write_text(NORTHWIND.replace('"northwind"', f'"{name}"'))
    with pytest.raises(UserError, match=f"^Two providers are named '{name}', in .+: rename one$") as refused:
        catalog(settings)
    assert all(place in str(refused.value) for place in places)


@pytest.mark.parametrize("module", ["raise RuntimeError('a secret')", "ACME = 'acme'", "ACME = [1]", ""])
def test_a_broken_package_is_named(settings: Settings, installed: Path, module: str) -> None:
    (installed / "acme_providers.py").write_text(module)
    with pytest.raises(UserError, match=r"^The entry point 'acme' of the package 'acme-providers' ") as refused:
        catalog(settings)
    assert "secret" not in str(refused.value)


def test_a_package_may_bring_several(settings: Settings, installed: Path) -> None:
    with (installed / "acme_providers.py").open("a") as module:
        module.write("\nfrom dataclasses import replace\nACME = (ACME, replace(ACME, name='acme_two'))\n")
    assert list(catalog(settings))[len(PROVIDERS) :] == ["acme", "acme_two", "northwind", "tailspin"]


def test_an_address_is_set_for_a_provider_that_is_there(settings: Settings) -> None:
    urls = {"northwind": "http://127.0.0.1:1"}
    assert "northwind" in catalog(settings.model_copy(update={"provider_urls": urls}))
    with pytest.raises(UserError, match=r"^SPEND_PROVIDER_URLS is malformed: names no provider with 'nosuch'$"):
        catalog(settings.model_copy(update={"provider_urls": {"nosuch": "http://127.0.0.1:1"}}))
