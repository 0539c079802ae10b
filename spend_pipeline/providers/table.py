"""What each provider tells, as rows: read off the declarations, for the command line and the documentation alike."""

from collections.abc import Iterable
from typing import Any

from spend_pipeline.providers.declaration import FIGURES, Call, Provider

NOT_TOLD = "not told"


def rows(providers: Iterable[Provider]) -> list[dict[str, Any]]:
    """A row a provider: each figure with its basis and key, then what to know to set it up and to trust it.

    An empty text is what nobody documents, or what there is none of.
    """
    return [_row(provider) for provider in providers]


def short(row: dict[str, Any]) -> dict[str, str]:
    """The row in one line: each figure as the key that is told it, and why it is less than plain money, if it is."""
    figures = {name: _cell(row[name]) for name in FIGURES}
    return {"name": row["name"], **figures, "unit": row["unit"], "credentials": ", ".join(row["credentials"])}


def _row(provider: Provider) -> dict[str, Any]:
    told = bool(provider.calls)
    return {
        "name": provider.name,
        "label": provider.label,
        **{name: _figure(provider, name) for name in FIGURES},
        "unit": provider.unit if told else "",
        "lag": provider.lag,
        "keys": list(dict.fromkeys(access.permission for access in provider.access if access.calls)),
        "cost": ", ".join(dict.fromkeys(call.paid for call in provider.calls if call.paid)),
        "credentials": {credential.name: credential.help for credential in provider.credentials},
        "sure": _sure(provider),
        "source": provider.source,
    }


def _figure(provider: Provider, name: str) -> dict[str, Any]:
    """A figure's best key and basis: reported, undocumented, units that are not money, or not told."""
    call = next((call for call in provider.calls if name in call.gives), None)
    if call is None:
        recordable = name == "balance" and any("usage_month" in call.gives for call in provider.calls)
        return {"basis": NOT_TOLD, "key": "", "paid": "", "recordable": recordable}
    return {"basis": _basis(provider, call), "key": call.gives[name], "paid": call.paid, "recordable": False}


def _basis(provider: Provider, call: Call) -> str:
    if not call.documented:
        return "undocumented"
    return f"in {provider.unit}" if provider.unit.islower() and " " not in provider.unit else "reported"


def _cell(figure: dict[str, Any]) -> str:
    if figure["basis"] == NOT_TOLD:
        return "can be recorded" if figure["recordable"] else "no"
    beside = [figure["basis"]] if figure["basis"] != "reported" else []
    return ", ".join([figure["key"], *beside, *(["costs money"] if figure["paid"] else [])])


def _sure(provider: Provider) -> str:
    """Documented, observed in public projects, or both; then what is inferred."""
    how = ["documented"] if not provider.calls or any(call.documented for call in provider.calls) else []
    how += ["observed in public projects"] if any(not call.documented for call in provider.calls) else []
    return "; ".join([" and ".join(how), *([f"inferred: {provider.inferred}"] if provider.inferred else [])])
