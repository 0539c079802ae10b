"""singer-sdk: a tap with one REST stream and a partition an account; its messages are counted and not loaded."""

import contextlib
import io
from collections.abc import Iterable
from typing import Any

from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th

from benchmarks.peers.job import SECONDS, Job, main

FIGURES = ("balance", "usage_today", "usage_month")


class Figures(RESTStream[Any]):
    """The figures of each account."""

    name = "figures"
    path = "/accounts/{account}"
    primary_keys = ("account",)
    records_jsonpath = "$"
    schema = th.PropertiesList(
        th.Property("account", th.IntegerType), *(th.Property(name, th.NumberType) for name in FIGURES)
    ).to_dict()

    @property
    def url_base(self) -> str:
        return str(self.config["url"])

    @property
    def http_headers(self) -> dict[str, str]:
        return {"Authorization": "Bearer key"}

    @property
    def timeout(self) -> int:
        return int(SECONDS)

    @property
    def partitions(self) -> list[dict[str, Any]]:
        return [{"account": each} for each in range(self.config["accounts"])]

    def post_process(self, row: dict[str, Any], context: Any = None) -> dict[str, Any]:
        return {**row, **context}


class Accounts(Tap):
    """The tap."""

    name = "tap-accounts"
    config_jsonschema = th.PropertiesList(
        th.Property("url", th.StringType), th.Property("accounts", th.IntegerType)
    ).to_dict()

    def discover_streams(self) -> Iterable[Figures]:  # type: ignore[override]
        return [Figures(self)]


class Counting(io.StringIO):
    """Takes messages and keeps only how many records there were."""

    records = 0

    def write(self, words: str) -> int:
        self.records += words.count('"type":"RECORD"')
        return len(words)


def read(job: Job) -> int:
    tap = Accounts(config={"url": job.url, "accounts": job.accounts})
    out = Counting()
    with contextlib.redirect_stdout(out):
        tap.sync_all()
    return out.records


if __name__ == "__main__":
    main(read)
