"""airbyte-cdk: a declarative source with a partition an account, run by its own command; its records are counted."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.peers.job import Job, main

COMMAND = str(Path(sys.executable).parent / "source-declarative-manifest")


def manifest(job: Job) -> dict[str, Any]:
    stream = {
        "type": "DeclarativeStream",
        "name": "figures",
        "primary_key": [],
        "retriever": {
            "type": "SimpleRetriever",
            "requester": {
                "type": "HttpRequester",
                "url_base": job.url,
                "path": "/accounts/{{ stream_partition.account }}",
                "http_method": "GET",
                "authenticator": {"type": "BearerAuthenticator", "api_token": "key"},
            },
            "record_selector": {"type": "RecordSelector", "extractor": {"type": "DpathExtractor", "field_path": []}},
            "partition_router": {
                "type": "ListPartitionRouter",
                "values": [str(each) for each in range(job.accounts)],
                "cursor_field": "account",
            },
        },
        "schema_loader": {"type": "InlineSchemaLoader", "schema": {"type": "object", "additionalProperties": True}},
    }
    return {
        "version": "6.0.0",
        "type": "DeclarativeSource",
        "check": {"type": "CheckStream", "stream_names": ["figures"]},
        "concurrency_level": {"type": "ConcurrencyLevel", "default_concurrency": job.in_flight},
        "streams": [stream],
        "spec": {"type": "Spec", "connection_specification": {"type": "object", "properties": {}}},
    }


def read(job: Job) -> int:
    stream = {"name": "figures", "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
    listed = {"stream": stream, "sync_mode": "full_refresh", "destination_sync_mode": "append"}
    with tempfile.TemporaryDirectory() as folder:
        files = {"manifest-path": manifest(job), "config": {}, "catalog": {"streams": [listed]}}
        words = [COMMAND, "read"]
        for name, content in files.items():
            path = Path(folder) / f"{name}.yaml"
            path.write_text(json.dumps(content), encoding="utf-8")
            words += [f"--{name}", str(path)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            return sum('"type":"RECORD"' in line for line in process.stdout)


if __name__ == "__main__":
    main(read)
