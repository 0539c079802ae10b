"""`/metrics` for Prometheus: what a sync left in the database, asked at the scrape, behind a token of its own."""

import hmac
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from spend_pipeline.api.auth import bearer, database_of, refused
from spend_pipeline.api.errors import SENTENCES, Problem
from spend_pipeline.settings import Settings
from spend_pipeline.store import metrics
from spend_pipeline.store.database import Database

router = APIRouter()

PREFIX = "spend_"
UNAUTHORIZED = "The request needs 'Authorization: Bearer {token}' with the token of SPEND_METRICS_TOKEN"
INTEGRATION = ("integration_id", "provider_name", "client_id", "counted")
LABELS = {
    "integration_id": "integration",
    "provider_name": "provider",
    "client_id": "client",
    "counted": "counted",
    "kind": "kind",
}
METRICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "balance_usd": ("What is left, in US dollars, by the last good reading.", INTEGRATION),
    "today_usd": ("Spent on this UTC day up to the last good reading, in US dollars.", INTEGRATION),
    "month_usd": ("Spent in this UTC month or billing cycle up to the last good reading, in US dollars.", INTEGRATION),
    "reading_age_seconds": ("How long ago the last good reading was.", INTEGRATION),
    "consecutive_failures": ("Syncs that failed here in a row.", INTEGRATION),
    "failing_integrations": (
        "Integrations whose last reading failed, by who can act on it.",
        ("provider_name", "kind"),
    ),
    "open_alerts": ("Budgets that are crossed, by their kind.", ("kind",)),
    "undelivered_alerts": ("Messages of alerts that failed, and wait for another try or were given up lately.", ()),
    "integrations": ("Active integrations; those beyond the first 10000 have no samples.", ()),
    "waiting_requests": ("Manual syncs that nobody has claimed yet.", ()),
    "last_sync_duration_seconds": ("How long the last finished sync took.", ()),
    "last_sync_timestamp_seconds": ("When the last sync finished, in seconds since 1970.", ()),
}


class Samples(Collector):
    """One scrape's rows as gauges: nothing is kept between two scrapes."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows = rows

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families = {
            name: GaugeMetricFamily(PREFIX + name, help_, labels=[LABELS[label] for label in labels])
            for name, (help_, labels) in METRICS.items()
        }
        for row in self._rows:
            _, labels = METRICS[row["metric"]]
            families[row["metric"]].add_metric([_text(row[label]) for label in labels], float(row["value"]))
        yield from families.values()


@router.get("/metrics", include_in_schema=False)  # the operator's; /docs is what clients may ask
def scrape(request: Request, database: Annotated[Database, Depends(database_of)]) -> Response:
    settings: Settings = request.app.state.settings
    if settings.metrics_token is None:
        raise Problem(404, SENTENCES[404])
    expected = settings.metrics_token.get_secret_value()
    if not hmac.compare_digest(bearer(request).encode(), expected.encode()):  # its time tells nothing of the token
        raise refused(request, UNAUTHORIZED)
    registry = CollectorRegistry()
    registry.register(Samples(metrics.samples(database)))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
