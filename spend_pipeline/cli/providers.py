"""`spend providers`: what each provider tells, and with which key, from the declarations."""

from typing import Any

from spend_pipeline.cli.output import AsJson, print_rows
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.providers.declaration import FIGURES, Provider


def providers(as_json: AsJson = False) -> None:
    """List what each provider exposes: balance, usage today, usage this month, and the key each needs."""
    rows = [_row(provider) for provider in PROVIDERS.values()]
    print_rows(rows if as_json else [_short(row) for row in rows], as_json=as_json, empty="")


def _row(provider: Provider) -> dict[str, Any]:
    calls = [call for access in provider.access for call in access.calls]
    figures = {
        name: next(
            ({"key": call.gives[name], "documented": call.documented} for call in calls if name in call.gives), None
        )
        for name in FIGURES
    }
    return {
        "name": provider.name,
        "label": provider.label,
        **figures,
        "credentials": {credential.name: credential.help for credential in provider.credentials},
        "source": provider.source,
    }


def _short(row: dict[str, Any]) -> dict[str, Any]:
    def told(figure: dict[str, Any] | None) -> str | None:
        return None if figure is None else figure["key"] + ("" if figure["documented"] else " (undocumented)")

    return {
        "name": row["name"],
        **{name: told(row[name]) for name in FIGURES},
        "credentials": ", ".join(row["credentials"]),
    }
