"""Dagster with an op an account: a job of dynamically mapped ops, in process or in its default executor."""

import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import dagster as dg
import requests

from benchmarks.peers.job import SECONDS, Job, main
from benchmarks.peers.kept import Row, keep

FIGURES = ("balance", "usage_today", "usage_month")


@dg.op(out=dg.DynamicOut(), config_schema={"url": str, "accounts": int})
def accounts(context) -> Iterator[dg.DynamicOutput]:  # type: ignore[no-untyped-def, type-arg]
    for each in range(context.op_config["accounts"]):
        yield dg.DynamicOutput((context.op_config["url"], each), mapping_key=str(each))


@dg.op(out=dg.Out(is_required=False))
def figures(context, account):  # type: ignore[no-untyped-def]
    url, number = account
    answer = requests.get(f"{url}/accounts/{number}", headers={"Authorization": "Bearer key"}, timeout=SECONDS)
    answer.raise_for_status()
    yield dg.Output((number, *(answer.json()[name] for name in FIGURES)))


@dg.job
def one_op_an_account() -> None:
    accounts().map(figures)


def read(job: Job) -> int:
    with tempfile.TemporaryDirectory() as folder, dg.DagsterInstance.local_temp(folder) as instance:
        executor: dict[str, Any] = {"config": {"in_process": {}}} if "in-process" in sys.argv else {}
        config = {
            "ops": {"accounts": {"config": {"url": job.url, "accounts": job.accounts}}},
            **({"execution": executor} if executor else {}),
        }
        with dg.execute_job(dg.reconstructable(one_op_an_account), instance, run_config=config) as result:
            done = {str(event.step_key) for event in result.get_step_success_events()}
            rows: list[Row] = []
            for number in range(job.accounts):
                if f"figures[{number}]" in done:
                    rows.append((number, 0.0, 0.0, 0.0))
        return keep(job, rows)


if __name__ == "__main__":
    main(read)
