"""The columns that the UI shows of assets are those of their tables, and lead to columns that are shown as well."""

import dagster as dg
import pytest

from spend_pipeline.definitions import defs
from spend_pipeline.orchestration.columns import COLUMNS, lineage
from spend_pipeline.store.database import Database
from spend_pipeline_tests.store.books import read

SPECS = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}


def test_every_asset_shows_its_columns() -> None:
    assert SPECS.keys() == COLUMNS.keys()
    assert all("dagster/column_schema" in spec.metadata for spec in SPECS.values())


@pytest.mark.parametrize("asset", COLUMNS)
def test_they_are_columns_of_its_table(database: Database, asset: str) -> None:
    table = str(SPECS[asset].metadata["dagster/table_name"]).removeprefix("public.")
    typed = "select column_name, data_type from information_schema.columns where table_name = :table"
    there = {row["column_name"]: row["data_type"] for row in read(database, typed, table=table)}
    assert {each.name: each.type for each in COLUMNS[asset]}.items() <= there.items()


@pytest.mark.parametrize("asset", COLUMNS)
def test_they_come_from_columns_that_are_shown(asset: str) -> None:
    drawn = lineage(asset).get("dagster/column_lineage", dg.TableColumnLineage({}))
    for source in (dep for deps in drawn.deps_by_column.values() for dep in deps):
        assert source.column_name in {each.name for each in COLUMNS[source.asset_key.to_user_string()]}
