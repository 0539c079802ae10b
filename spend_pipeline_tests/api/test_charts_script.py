"""The charts' script: made once, kept, and not asked for again and again where it cannot be made."""

import gzip
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from spend_pipeline.api.charts_script import ChartsScript


def test_it_is_made_once_and_found_by_the_next_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept and damaged is made anew."""
    made = ChartsScript(tmp_path / "cache").compressed()
    assert made is not None
    assert "vegaEmbed" in gzip.decompress(made).decode()
    kept = tmp_path / "cache" / f"vega-{version('vl-convert-python')}.js.gz"
    assert kept.read_bytes() == made
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    assert ChartsScript(tmp_path / "cache").compressed() == made
    kept.write_bytes(made[:1000])
    assert ChartsScript(tmp_path / "cache").compressed() is None


def test_where_it_cannot_be_made_it_is_not_tried_at_each_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    script = ChartsScript(tmp_path)
    assert [script.compressed() for _ in range(5)] == [None] * 5
    assert [record.getMessage() for record in caplog.records] == [
        "The charts' script could not be made (FileNotFoundError)"
    ]
