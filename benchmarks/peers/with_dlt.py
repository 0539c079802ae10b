"""dlt: the REST API source with a child resource an account, asked in parallel, loaded into PostgreSQL."""

import os
import tempfile
from urllib.parse import parse_qs, quote, urlsplit

from benchmarks.peers.job import SECONDS, Job, main

os.environ |= {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "CRITICAL",
    "RUNTIME__REQUEST_TIMEOUT": str(SECONDS),
    "RUNTIME__REQUEST_MAX_ATTEMPTS": "3",
}

import dlt
from dlt.sources.rest_api import rest_api_source


def load(job: Job) -> int:
    os.environ |= {"EXTRACT__WORKERS": str(job.in_flight), "EXTRACT__MAX_PARALLEL_ITEMS": str(job.in_flight)}
    pages = [[{"id": each}] for each in range(job.accounts)]  # a page each, since pages are what is asked in parallel
    accounts = dlt.resource(pages, name="ids")
    source = rest_api_source(
        {
            "client": {"base_url": job.url, "auth": {"type": "bearer", "token": "key"}, "paginator": "single_page"},
            "resources": [
                {
                    "name": "figures",
                    "parallelized": True,
                    "include_from_parent": ["id"],
                    "endpoint": {"path": "accounts/{resources.ids.id}"},
                },
                accounts,
            ],
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        destination = dlt.destinations.postgres(_credentials(job.postgres))
        pipeline = dlt.pipeline(job.table, destination=destination, dataset_name=job.table, pipelines_dir=folder)
        pipeline.run(source.with_resources("figures"))
        with pipeline.sql_client() as client:
            (count,) = client.execute_sql("select count(*) from figures")[0]
            return int(count)


def _credentials(url: str) -> dict[str, str | int]:
    """The URL's parts; the folder of a server's socket stands, quoted, in the host's place."""
    parts = urlsplit(url)
    host = quote(parse_qs(parts.query).get("host", [parts.hostname or ""])[0], safe="")
    user, database = parts.username or "", parts.path[1:]
    return {"host": host, "username": user, "password": parts.password or "none", "database": database, "port": 5432}


if __name__ == "__main__":
    main(load)
