"""One partition a provider of the catalog, in its order, as it is when the definitions are loaded."""

from collections.abc import Iterable

import dagster as dg
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from spend_pipeline.catalog import catalog
from spend_pipeline.settings import load

# Read once a process, and inherited by the runs that are forked from it: partitions and readers are always the same.
IN_FORCE = catalog(load())

provider_partitions = dg.StaticPartitionsDefinition(list(IN_FORCE))


def range_tags(provider_names: Iterable[str] = ()) -> dict[str, str]:
    """The tags of a run over the shortest range of partitions that holds these providers.

    All of them where none is named.
    """
    order = list(IN_FORCE)
    places = sorted(order.index(name) for name in provider_names if name in IN_FORCE) or [0, len(order) - 1]
    return {ASSET_PARTITION_RANGE_START_TAG: order[places[0]], ASSET_PARTITION_RANGE_END_TAG: order[places[-1]]}
