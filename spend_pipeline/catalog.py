"""The catalog: every provider there is, the built-in ones first, then those of packages and of people's own files."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from spend_pipeline.declared.file import read
from spend_pipeline.declared.words import NAME
from spend_pipeline.errors import UserError
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.providers.declaration import Provider
from spend_pipeline.settings import Settings, variable

GROUP = "spend_pipeline.providers"
SUFFIX = ".toml"


@dataclass(frozen=True)
class Entry:
    """A provider, and where it is declared, to follow "in"."""

    provider: Provider
    place: str


def catalog(settings: Settings) -> dict[str, Provider]:
    """Every provider by its name: the built-in ones in the order of their list, then the others by name.

    Raises UserError for a file or a package that declares none, for a name that is taken, and for a setting that names
    a provider that is not there.
    """
    own = [Entry(declared.provider, str(declared.path)) for declared in map(read, files(settings))]
    found = unambiguous([*built_in(), *of_packages(), *own])
    names = [*PROVIDERS, *sorted(set(found) - set(PROVIDERS))]
    for name in settings.provider_urls:
        if name not in found:
            raise UserError(f"{variable('provider_urls')} is malformed: names no provider with '{name}'")
    return {name: found[name].provider for name in names}


def named(providers: Mapping[str, Provider], name: str) -> Provider:
    """The provider of that name. Raises UserError, listing those that are there."""
    if name not in providers:
        raise UserError(f"No provider is named '{name}': there are {', '.join(providers)}")
    return providers[name]


def unambiguous(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The entries by name. Raises UserError, naming both places, where two have the same."""
    found: dict[str, Entry] = {}
    for entry in entries:
        other = found.setdefault(entry.provider.name, entry)
        if other is not entry:
            raise UserError(
                f"Two providers are named '{entry.provider.name}', in {other.place} and in {entry.place}: rename one"
            )
    return found


def built_in() -> Iterator[Entry]:
    """The providers that come along."""
    for provider in PROVIDERS.values():
        yield Entry(provider, "spend-pipeline itself")


def of_packages() -> Iterator[Entry]:
    """The providers of installed packages, which name them as entry points: one each, or several. Raises UserError."""
    for point in sorted(entry_points(group=GROUP), key=lambda each: (each.name, each.value)):
        place = f"the package '{point.dist.name if point.dist else point.module}'"
        for provider in _loaded(point, place):
            if not (isinstance(provider, Provider) and re.fullmatch(NAME, provider.name)):
                raise UserError(
                    f"The entry point '{point.name}' of {place} names what is no provider, or one of a strange name"
                )
            yield Entry(provider, place)


def _loaded(point: EntryPoint, place: str) -> Iterable[object]:
    try:
        found = point.load()
        return [found] if isinstance(found, Provider) else list(found)
    except Exception as error:  # noqa: BLE001 - importing a package runs whatever it holds
        raise UserError(
            f"The entry point '{point.name}' of {place} cannot be loaded ({type(error).__name__}): mend or remove it"
        ) from None


def files(settings: Settings) -> list[Path]:
    """The files that declare providers, in the order they are read. Raises UserError for a place that is not there."""
    if settings.providers_path is None:
        own = settings.home / "providers"
        return _in(own) if own.is_dir() else []
    places = [Path(each) for each in settings.providers_path.split(os.pathsep) if each]
    for place in places:
        if not place.exists():
            raise UserError(f"{variable('providers_path')} names {place}, which is not there")
    return list(dict.fromkeys(file for place in places for file in _in(place)))


def _in(place: Path) -> list[Path]:
    """The files of a folder, or the one that was named."""
    return sorted(place.glob(f"*{SUFFIX}")) if place.is_dir() else [place]
