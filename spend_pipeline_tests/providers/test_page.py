"""docs/providers.md is what the declarations say, and they say what a person needs to set a provider up."""

from pathlib import Path

import pytest

import spend_pipeline_tests
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.providers.declaration import FIGURES, PAID_QUERIES, Provider
from spend_pipeline.providers.page import page
from spend_pipeline.providers.table import rows, short

PAGE = Path(spend_pipeline_tests.__file__).parent.parent / "docs" / "providers.md"
each_provider = pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)


def test_the_page_is_what_the_declarations_say() -> None:
    """Where it is not: `make docs`."""
    assert PAGE.read_text(encoding="utf-8") == page(PROVIDERS.values())


@each_provider
def test_whoever_is_asked_says_how_to_make_the_key(provider: Provider) -> None:
    """With one clause that an error can end with: no capital in front, no full stop behind."""
    for access in provider.access:
        assert bool(access.permission) is bool(access.calls)
        assert not access.permission.endswith(".")
        assert access.permission[:1].islower() or not access.permission


@each_provider
def test_a_declaration_tells_its_readers_what_its_figures_are(provider: Provider) -> None:
    """In its docstring, behind the provider's name."""
    assert provider.about is not None
    name, _, text = provider.about.strip().partition(": ")
    assert name
    assert len(name) < 60
    assert text.split("\n\n")[0].endswith(".")


@each_provider
def test_what_costs_money_can_be_agreed_to(provider: Provider) -> None:
    """The credential that agrees is there exactly where a call has a price, and names that price."""
    prices = {call.paid.split(" a ")[0] for call in provider.calls if call.paid}
    helps = [credential.help for credential in provider.credentials if credential.name == PAID_QUERIES]
    assert len(helps) == bool(prices)
    assert all(price in text for price in prices for text in helps)


def test_a_row_tells_a_figure_by_its_basis() -> None:
    """Read off the declarations by hand, one of each kind."""
    told = {row["name"]: row for row in rows(PROVIDERS.values())}
    cells = [("openrouter", "balance"), ("groq", "balance"), ("openai", "balance"), ("together", "balance")]
    cells += [("tavily", "balance"), ("tavily", "usage_today"), ("vercel_ai_gateway", "usage_month")]
    assert [short(told[name])[figure] for name, figure in cells] == [
        "management key",
        "no",
        "can be recorded",
        "any key + organization_id, undocumented",
        "any key, in credits",
        "no",
        "AI Gateway key + paid_queries, costs money",
    ]
    assert told["together"]["sure"].startswith("documented and observed in public projects; inferred: ")
    assert [told["aws_bedrock"][figure]["basis"] for figure in FIGURES] == ["not told", "reported", "reported"]
