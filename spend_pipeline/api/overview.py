"""`GET /api/v1/balances`, `/daily-spend` and `/balance-history`: what the page shows, as JSON or CSV."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse

from spend_pipeline import overview
from spend_pipeline.api import documents
from spend_pipeline.api import overview_examples as examples
from spend_pipeline.api import overview_shapes as shapes
from spend_pipeline.api.csv_answer import csv_answer
from spend_pipeline.api.errors import Problem
from spend_pipeline.api.integrations import Behind, Calling
from spend_pipeline.api.integrations_health import ACTIONS
from spend_pipeline.api.parameters import each_once
from spend_pipeline.api.range import From, To, asked
from spend_pipeline.api.shapes import Shape
from spend_pipeline.period import Period, stamp
from spend_pipeline.providers.declaration import Provider
from spend_pipeline.store import overview as store

router = APIRouter(tags=["overview"], dependencies=[Depends(each_once)])

LONGEST = 366
Form = Annotated[Literal["json", "csv"], Query(alias="format", description="JSON, or a CSV file of the same rows.")]
MALFORMED = documents.error("A malformed parameter, or a range that is none or of more than 366 days.")


def _answers(answered: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    content = {**answered["content"], "text/csv": {"schema": {"type": "string"}}}
    return {200: {**answered, "content": content}, **documents.REFUSED, 422: MALFORMED}


@router.get(
    "/api/v1/balances",
    summary="What every integration has and spends",
    description="By its last good reading: with age, days left at the pace of a fortnight, and what is wrong.",
    response_model=None,
    responses=_answers(documents.answered(shapes.BalancesAnswer, "Every integration, and totals.", examples.BALANCES)),
)
def balances(*, client: Calling, behind: Behind, form: Form = "json") -> Response:
    period = Period(datetime.now(UTC))
    database, providers = behind
    found = store.balances(database, client.id, period)
    entries = [overview.balance_entry(row, _labels(providers), ACTIONS, period) for row in found]
    if form == "csv":
        return _csv("balances", shapes.CurrentBalance, entries)
    totals = overview.totals(found, period)
    return JSONResponse({"success": True, "asked_at": stamp(period.now), "totals": totals, "balances": entries})


@router.get(
    "/api/v1/daily-spend",
    summary="What was spent on each UTC day",
    description="By integration, as the view `daily_spend` finds it: reported, or derived from differences.",
    response_model=None,
    responses=_answers(documents.answered(shapes.SpendDaysAnswer, "In order of time.", examples.SPEND_DAYS)),
)
def daily_spend(
    *, client: Calling, behind: Behind, given_from: From = None, to: To = None, form: Form = "json"
) -> Response:
    database, providers = behind
    found = store.days(database, client.id, *_window(given_from, to))
    entries = [overview.day_entry(row, _labels(providers)) for row in found]
    return _csv("daily-spend", shapes.SpendDay, entries) if form == "csv" else _days(entries)


@router.get(
    "/api/v1/balance-history",
    summary="What was left at the end of each UTC day",
    description="By integration, with the top-ups that show as a rise between two balances its provider reported.",
    response_model=None,
    responses=_answers(documents.answered(shapes.BalanceDaysAnswer, "By integration.", examples.BALANCE_DAYS)),
)
def balance_history(
    *, client: Calling, behind: Behind, given_from: From = None, to: To = None, form: Form = "json"
) -> Response:
    database, providers = behind
    found = store.balances_by_day(database, client.id, *_window(given_from, to))
    entries = [overview.balance_day_entry(row, _labels(providers)) for row in found]
    return _csv("balance-history", shapes.BalanceDay, entries) if form == "csv" else _days(entries)


def _window(given_from: str | None, to: str | None) -> tuple[date, date]:
    """The first and the last UTC day that the range touches. Raises Problem."""
    within = asked(given_from, to, datetime.now(UTC), monthly=False)
    if within.end - within.start > timedelta(days=LONGEST):
        raise Problem(422, f"The parameter 'from' is malformed: it may be {LONGEST} days before 'to' at most")
    last = max(within.start, within.end - timedelta(microseconds=1))
    return within.start.date(), last.date()


def _labels(providers: Mapping[str, Provider]) -> dict[str, str]:
    return {name: provider.label for name, provider in providers.items()}


def _days(entries: Sequence[dict[str, Any]]) -> JSONResponse:
    return JSONResponse({"success": True, "days": list(entries)})


def _csv(name: str, shape: type[Shape], entries: Sequence[dict[str, Any]]) -> Response:
    columns = list(overview.flat(dict.fromkeys(shape.model_fields)))
    return csv_answer(name, columns, [overview.flat(entry) for entry in entries])
