"""The page docs/providers.md, written from the declarations: `make docs` writes it anew."""

from collections.abc import Iterable
from typing import Any

from spend_pipeline.providers import PROVIDERS
from spend_pipeline.providers.declaration import FIGURES, PACE, Provider
from spend_pipeline.providers.table import rows, short

INTRODUCTION = """\
<!-- Written from spend_pipeline/providers by `make docs`: what is to change here is changed there. -->

# What each provider tells

`spend providers` prints the same. A cell names the key that is told a figure. *Undocumented* means that the vendor does
not document the route: it was observed in public projects, may vanish, and its failure leaves a note rather than an
error where other figures were read. A figure that *costs money* is asked only by the automatic sync, and only where
that was agreed to. A balance that is not told *can be recorded* where spend is: see
[recorded balances](recorded-balances.md). Each is asked at most PACE, whatever runs,
unless its section says otherwise.

None of these routes could be called while this was written; the facts are from the sources that each section names.
""".replace("PACE", f"{PACE.a_minute} times a minute and {PACE.at_once} at once")
HEADINGS = ("provider", "balance", "today", "month", "unit", "behind")
UNKNOWN = "not documented"


def page(providers: Iterable[Provider]) -> str:
    """The whole page: a table of all providers, then a section each."""
    listed = list(providers)
    told = rows(listed)
    sections = [_section(provider, row) for provider, row in zip(listed, told, strict=True)]
    return "\n".join([INTRODUCTION, _table(told), *sections])


def _table(told: list[dict[str, Any]]) -> str:
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(_cells(row) for row in told)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    behind = (row["lag"] or UNKNOWN) if row["keys"] else ""
    name = f"[`{row['name']}`](#{row['name']})"
    return (name, *(short(row)[figure] for figure in FIGURES), row["unit"], behind)


def _section(provider: Provider, row: dict[str, Any]) -> str:
    facts = [
        ("Credentials", "; ".join(f"`{name}`, {help}" for name, help in row["credentials"].items())),
        ("The key with the least rights", "; or ".join(row["keys"])),
        ("Counted in", row["unit"]),
        ("Behind", (row["lag"] or UNKNOWN) if row["keys"] else ""),
        ("Asking costs", row["cost"]),
        ("Asked at most", _pace(provider) if provider.pace != PACE else ""),
        ("How sure", row["sure"]),
        ("Source", row["source"]),
    ]
    told = "".join(f"- **{name}**: {fact}\n" for name, fact in facts if fact)
    return f'<a id="{provider.name}"></a>\n\n## {provider.label}\n\n{_about(provider)}\n\n{told}'


def _pace(provider: Provider) -> str:
    return f"{provider.pace.a_minute} times a minute, {provider.pace.at_once} at once"


def _about(provider: Provider) -> str:
    """The declaration's docstring for readers: without the name in front, and without the quirks of the wire."""
    _, _, text = (provider.about or "").strip().partition(": ")
    shown = [paragraph for paragraph in text.split("\n\n") if not paragraph.startswith("Quirk")]
    return "\n\n".join([shown[0][:1].upper() + shown[0][1:], *shown[1:]])


if __name__ == "__main__":
    print(page(PROVIDERS.values()), end="")
