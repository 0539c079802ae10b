"""One partition a provider, in the order of the list."""

from collections.abc import Iterable

import dagster as dg
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from spend_pipeline.providers import PROVIDERS

provider_partitions = dg.StaticPartitionsDefinition(list(PROVIDERS))


def range_tags(provider_names: Iterable[str] = PROVIDERS) -> dict[str, str]:
    """The tags of a run over the shortest range of partitions that holds these providers.

    All of them where none is named.
    """
    order = list(PROVIDERS)
    places = sorted(order.index(name) for name in provider_names if name in PROVIDERS) or [0, len(order) - 1]
    return {ASSET_PARTITION_RANGE_START_TAG: order[places[0]], ASSET_PARTITION_RANGE_END_TAG: order[places[-1]]}
