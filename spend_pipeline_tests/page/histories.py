"""Fifty days of one client, as syncs write them: a top-up, another currency, a unit that is not money, an error."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from spend_pipeline.store.database import Database
from spend_pipeline_tests.store.books import apply_billing, failed, figures, integration, taken, write

DAYS = 50
LABELS = ("Production", "Research", "", "", "Crawler")
ACCOUNTS = (
    ("openrouter", {"api_key": "sandbox.management"}),
    ("anthropic", {"api_key": "any"}),
    ("deepseek", {"api_key": "any"}),
    ("fal_ai", {"api_key": "a-key-that-nobody-has"}),
    ("firecrawl", {"api_key": "any"}),
)


def tell(database: Database, client_id: int, ids: list[int]) -> None:
    """A sync every day, the newest within this hour: 4 dollars a day at one account, 9 at another, and so on."""
    newest = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    of = [integration(client_id, number, name) for number, (name, _) in zip(ids, ACCOUNTS, strict=True)]
    for days_ago in range(DAYS, -1, -1):
        at = newest - timedelta(days=days_ago)
        spent, topped_up = DAYS - days_ago, 200 if days_ago <= 12 else 0
        sync_id = taken(
            database,
            at,
            figures(of[0], f"{220 - 4 * spent + topped_up}", "4", f"{4 * at.day}"),
            figures(of[1], None, "9", f"{9 * at.day}"),
            figures(of[2], f"{Decimal(90) - Decimal('1.25') * spent}", currency="CNY"),
            failed(of[3]) if days_ago < 3 else figures(of[3], f"{33 - spent * Decimal('0.5')}", None, "7.5"),
            figures(of[4], f"{2000 - 15 * spent}", currency="credits"),
        )
        apply_billing(database, [sync_id])
        # Over and done: what is not finished is taken up again.
        write(database, "update syncs set finished_at = synced_at where id = cast(:id as uuid)", id=str(sync_id))
    for number, label in zip(ids, LABELS, strict=True):
        write(database, "update integrations set key_label = :label where id = :id", label=label, id=number)
