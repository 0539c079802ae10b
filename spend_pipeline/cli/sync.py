"""`spend sync`: a sync now, in this process, as a Dagster run that the UI shows."""

import os
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from spend_pipeline.catalog import catalog, named
from spend_pipeline.cli.opened import opened
from spend_pipeline.cli.output import print_json, say, stderr
from spend_pipeline.errors import Unavailable
from spend_pipeline.instance import environment
from spend_pipeline.settings import load
from spend_pipeline.store import clients

if TYPE_CHECKING:
    from spend_pipeline.reading import Reading


def sync(
    client: Annotated[str | None, typer.Option(help="Only this client's integrations.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only this provider's integrations.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON is what it prints in any case.")] = True,
) -> None:
    """Sync now and print what the endpoint would answer. It is not limited to one a minute."""
    providers = catalog(load())
    if provider is not None:
        named(providers, provider)
    with opened() as (settings, database):
        owner = clients.by_name(database, client) if client else None
        os.environ.update(environment(settings, database.url))
        from spend_pipeline.answer import answer
        from spend_pipeline.orchestration.in_process import run_sync
        from spend_pipeline.store import snapshots
        from spend_pipeline.syncing import syncing

        sync_id = uuid4()
        with _progress() as progress:
            task = progress.add_task("Reading providers", total=None)

            def shown(reading: "Reading", done: int, total: int) -> None:
                progress.update(task, completed=done, total=total)

            work = syncing(settings, database, providers)
            work.on_reading = shown
            finished = run_sync(work, sync_id, provider_names=[provider] if provider else [], client=owner)
        if not finished:
            raise Unavailable(f"The sync {sync_id} failed: its run in the Dagster UI says why")
        rows = snapshots.answer_rows(database, sync_id)
        if not rows:
            say("There was nothing to sync: `spend integrations add` adds an integration")
        print_json(answer(rows))


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=stderr
    )
