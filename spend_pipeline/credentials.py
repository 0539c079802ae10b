"""An integration's credentials: checked when entered, previewed, and resolved where they are references."""

import os
from collections.abc import Mapping
from pathlib import Path

from spend_pipeline.errors import NotConfigured, UserError
from spend_pipeline.outbound.ask import Credentials
from spend_pipeline.providers.declaration import Credential, Provider

LONGEST = 4096
LONGEST_DOCUMENT = 65536


def checked(provider: Provider, given: Mapping[str, str]) -> dict[str, str]:
    """The credentials, known to be what the provider takes.

    Raises UserError naming the right ones; values are never quoted.
    """
    known = {credential.name: credential for credential in provider.credentials}
    values = {}
    for name, value in given.items():
        if name not in known:
            raise UserError(f"{provider.label} has no credential '{name}': it takes {', '.join(known)}")
        values[name] = _target(name, value) if is_reference(value) else value
        problem = problem_with(known[name], values[name])
        if problem:
            raise UserError(f"The credential '{name}' {problem}")
    try:
        provider.access_for(frozenset(values))
        provider.base_url_for(values)
    except NotConfigured as error:
        raise UserError(str(error)) from None
    return dict(given)


def resolved(provider: Provider, stored: Credentials) -> Credentials:
    """The credentials with references (`env:NAME`, `file:PATH`) followed. Raises NotConfigured."""
    known = {credential.name: credential for credential in provider.credentials}
    values = {}
    for name, value in stored.items():
        if name not in known:
            raise NotConfigured(f"{provider.label} no longer takes a credential '{name}'")
        try:
            values[name] = _target(name, value) if is_reference(value) else value
        except UserError as error:
            raise NotConfigured(str(error)) from None
        problem = problem_with(known[name], values[name])
        if problem:
            raise NotConfigured(f"The credential '{name}' {problem}")
    return values


def problem_with(credential: Credential, value: str) -> str:
    """What is wrong with a value, to follow its name; empty where nothing is."""
    if not value.strip():
        return "is empty"
    if len(value) > (LONGEST_DOCUMENT if credential.document else LONGEST):
        return "is too long to be one"
    if not credential.document and not (value.isascii() and value.isprintable() and " " not in value):
        return "holds a space, a line break or a character that no key has"
    return ""


def is_reference(value: str) -> bool:
    return value.startswith(("env:", "file:"))


def absolute(value: str) -> str:
    """A reference that means the same from any folder."""
    return f"file:{Path(value[5:]).expanduser().resolve()}" if value.startswith("file:") else value


def preview(given: Mapping[str, str]) -> dict[str, str]:
    """What may be shown.

    The first four and last three characters of a key, a reference whole, a document not at all.
    """
    return {name: _preview(value) for name, value in given.items()}


def _preview(value: str) -> str:
    if is_reference(value):
        return value
    if "\n" in value or value.lstrip().startswith("{") or len(value) < 12:
        return "..."
    return f"{value[:4]}...{value[-3:]}"


def _target(name: str, reference: str) -> str:
    """What a reference points at. Raises UserError; the target's value is never quoted."""
    kind, _, where = reference.partition(":")
    if kind == "env":
        try:
            return os.environ[where].strip()
        except (KeyError, UnicodeEncodeError):
            raise UserError(
                f"The credential '{name}' refers to the environment variable {where}, which is not set here"
            ) from None
    try:
        return Path(where).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):  # the second for text that is not UTF-8, and for a name that no file can have
        raise UserError(f"The credential '{name}' refers to the file {where}, which cannot be read") from None
