"""Credentials and other secrets as people enter them: typed unseen, or named by where they are."""

import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from spend_pipeline import credentials
from spend_pipeline.errors import UserError
from spend_pipeline.providers.declaration import Provider

KEY_VALUE = "KEY=VALUE; VALUE may be env:NAME, file:PATH, or - to type it unseen. Repeat for more."


def entered(pairs: Iterable[str], provider: Provider) -> dict[str, str]:
    """The credentials by name, references kept as such. Raises UserError for what is no pair, or a name given twice."""
    given: dict[str, str] = {}
    for pair in pairs:
        name, value = _entered(pair, provider)
        if name in given:
            raise UserError("A credential is given twice: name each once")
        given[name] = value
    return given


def _entered(pair: str, provider: Provider) -> tuple[str, str]:
    """A credential's name and value; `-` reads the value from the terminal unseen, or from standard input."""
    name, equals, value = pair.partition("=")
    if not equals or not name:
        names = ", ".join(credential.name for credential in provider.credentials)
        raise UserError(f"--credential takes KEY=VALUE, and KEY is one of: {names}")
    if value == "-":
        value = _typed(name)
    return name, credentials.absolute(value)


def given(name: str, place: str) -> str:
    """What is typed or piped in (`-`), or in a file (`file:PATH`). Raises UserError where that cannot be read."""
    if place == "-":
        return _typed(name)
    path = place.removeprefix("file:")
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise UserError(f"The {name} is to be in the file {path}, which cannot be read") from None


def _typed(name: str) -> str:
    """Unseen from a terminal, or from standard input."""
    typed: str = typer.prompt(name, hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.read()
    return typed.strip()
