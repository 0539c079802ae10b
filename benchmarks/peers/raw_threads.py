"""The limit, by threads: as many as may be in flight, each with one connection of http.client that it keeps."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from urllib.parse import urlsplit

from benchmarks.peers.job import SECONDS, Job, main
from benchmarks.peers.kept import Row, keep


def read(job: Job) -> int:
    with ThreadPoolExecutor(job.in_flight) as pool:
        shares = pool.map(lambda first: _share(job, first), range(job.in_flight))
        return keep(job, list(chain.from_iterable(shares)))


def _share(job: Job, first: int) -> list[Row]:
    address = urlsplit(job.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=SECONDS)
    rows = []
    for account in range(first, job.accounts, job.in_flight):
        try:
            connection.request("GET", f"{address.path}/accounts/{account}", headers={"Authorization": "Bearer key"})
            response = connection.getresponse()
            body = response.read()
        except OSError:
            connection.close()
            continue
        if response.status == 200:
            told = json.loads(body)
            rows.append((account, told["balance"], told["usage_today"], told["usage_month"]))
    return rows


if __name__ == "__main__":
    main(read)
