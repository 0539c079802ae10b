"""A script as anybody writes it first: requests in a loop, a failed account skipped, the rows written at the end."""

import requests

from benchmarks.peers.job import SECONDS, Job, main
from benchmarks.peers.kept import keep


def read(job: Job) -> int:
    rows = []
    with requests.Session() as session:
        for account in range(job.accounts):
            try:
                answer = session.get(job.account_url(account), headers={"Authorization": "Bearer key"}, timeout=SECONDS)
                answer.raise_for_status()
            except requests.RequestException:
                continue
            told = answer.json()
            rows.append((account, told["balance"], told["usage_today"], told["usage_month"]))
    return keep(job, rows)


if __name__ == "__main__":
    main(read)
