"""The run launcher that `dagster.yaml` names: runs start warm on this machine or, with a broker set, on the workers'.

Its configuration is empty on purpose, as the storage's is: a broker's URL can hold a password.
"""

from collections.abc import Mapping
from typing import Any

from dagster import DagsterInstance
from dagster._core.launcher.base import RunLauncher
from dagster._serdes import ConfigurableClassData

from spend_pipeline.errors import UserError
from spend_pipeline.orchestration.launcher import WarmRunLauncher
from spend_pipeline.settings import load


class HouseRunLauncher(WarmRunLauncher):
    """Never made itself: it makes the one that the settings want."""

    @classmethod
    def from_config_value(  # type: ignore[override]  # whatever launcher it is, Dagster takes it
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> RunLauncher[DagsterInstance]:
        broker = load().broker_url
        if broker is None:
            return WarmRunLauncher(inst_data)
        try:
            from spend_pipeline.orchestration.broker import BrokerRunLauncher  # noqa: PLC0415 - an extra of its own
        except ModuleNotFoundError as error:
            raise UserError(f"SPEND_BROKER_URL needs {error.name}: install spend-pipeline[distributed]") from None
        return BrokerRunLauncher(broker.get_secret_value(), inst_data)
