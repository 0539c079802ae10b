"""Losing a field never loses money: no single change to an answer makes a figure another figure."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from spend_pipeline.outbound.ask import Figures
from spend_pipeline.providers.declaration import FIGURES
from spend_pipeline_tests.providers.mutations import Mutation, mutations, written
from spend_pipeline_tests.providers.recorded import LONGEST, READ, Exchange, Recording
from spend_pipeline_tests.providers.wire import play, with_body, with_status

# The changes that do make another figure, because the provider documents the changed answer to mean just that.
MEANT = {
    "aws_bedrock": {
        r"^NextPageToken (nulled|blank|removed|renamed)$": "the last page has no NextPageToken",
    },
    "azure_openai": {
        r"^properties\.nextLink nulled$": "that is what the last page looks like, and no count of pages is sent",
    },
    "baseten": {
        r"^\w+_usage (nulled|removed)$": "a kind of usage there was none of is documented to be null or absent",
    },
    "cloudflare": {
        r"^result\.balance negated$": "a balance below zero is not documented to be impossible",
    },
    "cohere": {},
    "deepinfra": {
        r"^stripe_balance negated$": "its sign is documented to tell prepaid money from money that is owed",
    },
    "fal_ai": {},
    "fireworks": {
        r"^lineItems removed$": "a day without usage has no lineItems; the month is held against it",
        r"\.totalCost\.(units|nanos) removed$": "each part of an amount is documented to be left out where it is 0",
    },
    "google_ai": {},
    "hyperbolic": {
        r"^balanceCents negated$": "a balance below zero is documented: an overdraft",
        r"^credits negated$": "the older route's is the same balance",
    },
    "mistral": {
        r"\.value_paid (nulled|removed|renamed)$": "value_paid may be absent, and `value` counts in its place",
        r"\.models\.[^.]+(\.\w+)? removed$": "models and their groups are entries of a map: any of them may be unused",
    },
    "novita": {
        r"^availableBalance (the text -\d+|a number)$": "a balance below zero is documented: a debt up to creditLimit",
        r"\.amountDecimal (nulled|removed|renamed)$": "older bills have none, and `amount` counts in its place",
    },
    "openrouter": {},
    "poe": {
        r"\.cost_points negated$": "points below zero are a refund, and no total is sent",
    },
    "requesty": {
        r"^usage\.[\d-]+ removed$": "days are entries of a map: any of them may be unused",
        r"^balance (negated|the text -[\d.]+)$": "a balance below zero is not documented to be impossible",
    },
    "runpod": {
        r"\.clientBalance negated$": "a balance below zero is not documented to be impossible",
    },
    "together": {
        r"^next_cursor (nulled|blank)$": "that is what the last page looks like, and no count of pages is sent",
        r"^totalOngoingBalanceCents negated$": "a balance below zero is not documented to be impossible",
    },
    "vast_ai": {
        r"^(credit|balance) negated$": "a balance below zero is not documented to be impossible",
    },
    "vercel_ai_gateway": {
        r"^balance (negated|the text -[\d.]+|a number)$": "a balance below zero is not documented to be impossible",
    },
    "zhipu": {
        r"\.availableBalance negated$": "a balance below zero is not documented to be impossible",
    },
}


@pytest.mark.parametrize("provider", LONGEST)
def test_losing_a_field_never_loses_money(provider: str) -> None:
    """An answer with any one field changed is an error, the same figures, or an unknown one: never another amount."""
    meant = dict.fromkeys(MEANT.get(provider, {}), 0)
    wrong = []
    for recording, number, mutation in _changes(provider):
        changed = play(recording, with_body(recording, number, mutation.body)).reading.figures
        if changed is not None and _differs(recording.figures, changed):
            reasons = [reason for reason in meant if re.search(reason, str(mutation))]
            meant.update((reason, meant[reason] + 1) for reason in reasons)
            wrong += [f"{recording}, answer {number}: {mutation}"] if not reasons else []
    assert not wrong
    assert all(meant.values()), "an exception that nothing needs"


@pytest.mark.parametrize("recording", READ, ids=str)
@pytest.mark.parametrize("body", ["", "null", "[]", "{}", "<!doctype html><p>Sign in</p>"])
def test_losing_a_body_never_loses_money(recording: Recording, body: str) -> None:
    """The same for an answer that holds nothing of what was asked, at any point of the conversation."""
    for number, exchange in enumerate(recording.exchanges):
        if exchange.status == 200:
            changed = play(recording, with_body(recording, number, body)).reading.figures
            assert changed is None or not _differs(recording.figures, changed)


@pytest.mark.parametrize("recording", READ, ids=str)
@pytest.mark.parametrize("status", [204, 302, 403, 404, 503])
def test_losing_an_answer_never_loses_money(recording: Recording, status: int) -> None:
    """The same for a status other than 200. A 404 from fal.ai's serverless usage is an account without apps."""
    for number, exchange in enumerate(recording.exchanges):
        if not (status == 404 and urlsplit(exchange.url).path == "/v1/serverless/usage"):
            changed = play(recording, with_status(recording, number, status)).reading.figures
            assert changed is None or not _differs(recording.figures, changed)


def test_a_body_is_mutated_in_every_way_that_matters() -> None:
    """The mutations are themselves: a number keeps its digits, and one field changes at a time."""
    made = {str(mutation): mutation.body for mutation in mutations('{"a": [{"cost": 1.10}], "b": null}')}
    assert made["a.0.cost removed"] == '{"a": [{}], "b": null}'
    assert made["a.0.cost renamed"] == '{"a": [{"cost_v2": 1.10}], "b": null}'
    assert made["a.0.cost nulled"] == '{"a": [{"cost": null}], "b": null}'
    assert made["a.0.cost negated"] == '{"a": [{"cost": -1.10}], "b": null}'
    assert made["a.0.cost turned into text"] == '{"a": [{"cost": "1.10"}], "b": null}'
    assert made["a.0.cost NaN"] == '{"a": [{"cost": NaN}], "b": null}'
    assert made["a.0 wrapped"] == '{"a": [[{"cost": 1.10}]], "b": null}'
    assert made["a an object"] == '{"a": {}, "b": null}'
    assert "a a list" not in made
    assert written(None) == "null"


def _changes(provider: str) -> Iterator[tuple[Recording, int, Mutation]]:
    """Every kind of change to every route's answers, once with and once without a known balance, the longest
    recordings first: what a change does to one row or page, it does to the next.
    """
    seen = set()
    for recording in sorted(READ, key=lambda each: len(str(each.exchanges)), reverse=True):
        known = recording.figures.balance is not None
        for number, exchange in enumerate(recording.exchanges if recording.provider == provider else ()):
            for mutation in _mutations(exchange):
                kind = (urlsplit(exchange.url).path, mutation.kind, known)
                if kind not in seen:
                    seen.add(kind)
                    yield recording, number, mutation


def _mutations(exchange: Exchange) -> Iterator[Mutation]:
    if exchange.status == 200 and exchange.body.lstrip().startswith("{"):
        yield from mutations(exchange.body)


def _differs(read: Figures, changed: Figures) -> bool:
    """Whether a figure became another one; becoming unknown is no difference here."""
    return any(getattr(changed, name) not in (None, getattr(read, name)) for name in FIGURES)
