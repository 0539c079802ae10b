"""`spend providers`: what each provider tells, and with which key, from the declarations."""

from spend_pipeline.cli.output import AsJson, print_rows
from spend_pipeline.providers import PROVIDERS
from spend_pipeline.providers.table import rows, short


def providers(as_json: AsJson = False) -> None:
    """List what each provider exposes: balance, usage today, usage this month, and the key each needs."""
    told = rows(PROVIDERS.values())
    print_rows(told if as_json else [short(row) for row in told], as_json=as_json, empty="")
