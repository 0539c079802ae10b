"""The stages of a sync, each as a place where it can be stopped for as long as a test wants."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from spend_pipeline_tests.e2e.running_house import RunningHouse
from spend_pipeline_tests.store.books import write

READING = "while providers are read"
SLOW = "slow"  # the sandbox's account whose answers are held at that stage
HELD_KEY = {"api_key": f"sandbox.admin.{SLOW}.fault-held"}

# By stage: which statement waits, and under what condition on its row. PostgreSQL holds it, in the midst of the sync.
STATEMENTS = {
    "before it is claimed": ("insert on public.syncs", "new.trigger = 'manual' and new.run_id is null"),
    "before its run is made": ("insert on dagster.runs", "new.pipeline_name = 'sync_billing'"),
    "before it begins": ("update on public.syncs", "new.run_id is distinct from old.run_id"),
    "between snapshots and totals": ("insert on public.spend_totals", "true"),
}
STAGES = (*list(STATEMENTS)[:3], READING, *list(STATEMENTS)[3:])
GATES = {stage: number for number, stage in enumerate(STATEMENTS)}
LOCKS = 8400  # the class of the gates' advisory locks

WAIT_AT_GATE = f"""
create function public.wait_at_gate() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared({LOCKS}, tg_argv[0]::int);
    return new;
end $$
"""


def build_gates(house: RunningHouse) -> None:
    """Puts a gate, open, at each of the statements."""
    write(house.database(), WAIT_AT_GATE)
    for stage, (event, condition) in STATEMENTS.items():
        trigger = f"create trigger gate_{GATES[stage]} before {event} for each row when ({condition})"
        write(house.database(), f"{trigger} execute function public.wait_at_gate({GATES[stage]})")


@contextmanager
def stopped(house: RunningHouse, stage: str) -> Iterator[None]:
    """The next sync comes as far as this stage, and goes on when the block ends, or, with PostgreSQL, the gate."""
    if stage == READING:
        with house.sandbox.holding(SLOW):
            yield
        return
    with house.database().session() as connection:
        connection.execute(text(f"select pg_advisory_lock({LOCKS}, {GATES[stage]})"))
        yield


def has_come(house: RunningHouse, stage: str) -> bool:
    """Whether a sync waits there."""
    if stage == READING:
        return any(asked.key == HELD_KEY["api_key"] for asked in house.sandbox.requests)
    gate = f"locktype = 'advisory' and classid = {LOCKS} and objid = {GATES[stage]}"
    return bool(house.rows(f"select pid from pg_locks where {gate} and not granted"))
