"""How long does a sync of N accounts take, what memory, and what is kept when some accounts fail?"""

from uuid import uuid4

from benchmarks import machine, targets
from benchmarks.contestant import Contestant, run
from benchmarks.house import House, house
from benchmarks.peers.job import Job
from benchmarks.provider import healthy
from benchmarks.shapes import Json, Result, Table

LIMIT = 60.0  # seconds; whoever takes longer is stopped, and the table says so
SIZES = (40, 1_000, 10_000)

RAW = Contestant("limit: asyncio, 64 in flight", "raw_asyncio", theirs=False)
OURS = Contestant("spend-pipeline", "ours", theirs=False)
STATIONS = Contestant("spend-pipeline, without Dagster", "stations", theirs=False)
CONTESTANTS = (
    RAW,
    Contestant("limit: threads, 64 in flight", "raw_threads", theirs=False),
    Contestant("limit: asyncio, 1,000 in flight", "raw_asyncio", theirs=False, in_flight=1_000),
    OURS,
    STATIONS,
    Contestant("airbyte-cdk, 64 in flight", "with_airbyte"),
    Contestant("dlt, 64 in flight", "with_dlt"),
    Contestant("dlt, as it comes (5)", "with_dlt", in_flight=5),
    Contestant("singer-sdk", "with_singer"),
    Contestant("requests in a loop", "sequential", theirs=False),
    Contestant("Dagster, an op an account, in process", "with_dagster", ("in-process",)),
    Contestant("Dagster, an op an account, multiprocess", "with_dagster"),
)


def measure(sizes: tuple[int, ...] = SIZES, contestants: tuple[Contestant, ...] = CONTESTANTS) -> Result:
    """Each contestant at each size, well and ill, the contestants in turn so that all meet the same machine."""
    with house(max(sizes)) as there:
        found = machine.described(there.postgres_version())
        there.keep_active(1)
        if OURS in contestants:
            _one(there, OURS, 1, "well")  # Dagster makes its tables when it is first used
        tables, points, every = [], [], {}
        for mode in ("well", "ill"):
            for accounts in sizes:
                there.keep_active(accounts)
                every[mode, accounts] = told = _round(there, contestants, accounts, mode)
                tables.append(Table(_caption(accounts, mode), [_row(each, told, accounts, mode) for each in told]))
                points += [
                    {"accounts": accounts, "seconds": each["seconds"], "who": label}
                    for label, each in told.items()
                    if mode == "well" and each["seconds"] and not each["error"]
                ]
    picture: dict[str, Json] = {"title": "Seconds for a sync, by accounts", "rows": points}
    picture |= {"x": "accounts", "y": "seconds", "color": "who"}
    peers = [each for each in contestants if each not in (RAW, OURS, STATIONS) and "limit" not in each.label]
    aims = targets.told_of(every, OURS, RAW, peers)
    return Result("sync", found, tables, [*aims, *_notes(contestants)], picture)


def _round(there: House, contestants: tuple[Contestant, ...], accounts: int, mode: str) -> dict[str, dict[str, Json]]:
    """One run each. Whoever was over its time at a smaller size is over it here."""
    told = {}
    for each in contestants:
        if each.is_there and accounts <= _most(each):
            told[each.label] = _one(there, each, accounts, mode)
    return told


def _most(contestant: Contestant) -> int:
    """The largest size that is worth a try within the limit."""
    slow = {"sequential": 400, "with_singer": 400, "with_dagster": 400}
    if contestant.module == "with_dagster" and not contestant.words:
        return 40
    if contestant.in_flight < 10:
        return 1_000
    return slow.get(contestant.module, 10_000)


def _one(there: House, contestant: Contestant, accounts: int, mode: str) -> dict[str, Json]:
    name = f"t{uuid4().hex[:12]}"
    in_flight = contestant.in_flight
    postgres = there.database.url.replace("postgresql+psycopg2", "postgresql")
    job = Job(f"{there.provider_url}/{mode}/{name}", accounts, postgres, name, in_flight)
    told = run(contestant, job, there.environment(mode, name), LIMIT)
    print(f"{contestant.label:42} {accounts:6} {mode:4} {told}", flush=True)
    return told


def _row(label: str, told: dict[str, dict[str, Json]], accounts: int, mode: str) -> dict[str, Json]:
    mine, ours = told[label], told.get(OURS.label, {})
    raw = told.get(RAW.label, {})
    there = healthy(accounts, mode)
    return {
        "who": label,
        "seconds": f"over {LIMIT:.0f}" if mine["over"] else mine["seconds"],
        "times the limit": _ratio(mine["seconds"], raw.get("seconds")),
        "times ours": _ratio(mine["seconds"], ours.get("seconds")),
        "memory, MB": mine["memory_mb"],
        "healthy rows kept": "-" if mine["over"] else f"{mine['rows']:,} of {there:,}",
        "ended with": mine["error"] or "-",
    }


def _ratio(mine: float | None, other: float | None) -> float | None:
    return mine / other if mine and other else None


def _caption(accounts: int, mode: str) -> str:
    if mode == "well":
        return f"{accounts:,} accounts, each answered after 100 ms"
    return f"{accounts:,} accounts, of which 1 % hang, 1 % are refused and 10 % are told once to come again in 1 s"


def _notes(contestants: tuple[Contestant, ...]) -> list[str]:
    missing = [each.label for each in contestants if not each.is_there]
    return [
        "Seconds are those of the work itself, from its first statement to its last committed row; Python's imports "
        "are not counted for anybody. The limits ask nobody twice, so they lose who was told to come again.",
        "spend-pipeline and the limits write to PostgreSQL, as do dlt, the loop and Dagster. airbyte-cdk and "
        "singer-sdk only print their records: their destinations are separate programs, so writing is not in theirs.",
        f"Whoever takes over {LIMIT:.0f} s is stopped. Left out is what would take longer for sure: more than 400 "
        "accounts for those that ask one after the other, more than 40 for a process an account.",
        "Nobody's credentials are sealed, billing state kept and totals written but ours, and only ours and Dagster's "
        "runs are recorded: a fixed cost a sync, most of it Dagster's event writes, which weighs most at 40 accounts.",
        *([f"Not installed here: {', '.join(missing)}."] if missing else []),
    ]
