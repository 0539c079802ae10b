"""`GET /api/v1/integrations/health`: how the integrations are, and what to do where one is not well."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from spend_pipeline.api import documents, examples, shapes
from spend_pipeline.api.integrations import PATH, Behind, Calling
from spend_pipeline.api.objects import moment
from spend_pipeline.errors import FailureKind
from spend_pipeline.store import integrations

router = APIRouter(tags=["integrations"])

ACTIONS: Mapping[str, str] = {
    FailureKind.REFUSED: "Add an integration with a key that is valid and may read billing, and delete this one",
    FailureKind.NOT_CONFIGURED: "Add an integration with the credentials or settings that the issue names, and delete "
    "this one",
    FailureKind.BUSY: "Nothing now: the next sync asks again; if it stays so, look at the provider's status page",
    FailureKind.UNREADABLE: "Tell whoever runs spend-pipeline: the provider answers differently, which an update mends",
}
WELL = ("healthy", "degraded", "unhealthy")


@router.get(
    f"{PATH}/health",
    summary="The health of integrations",
    description="Healthy is no consecutive failure, degraded one or two, unhealthy three or more. All stay in syncs.",
    response_model=None,
    responses={
        200: documents.answered(shapes.HealthAnswer, "The health of all integrations.", examples.HEALTH),
        **documents.REFUSED,
    },
)
def integrations_health(client: Calling, behind: Behind) -> JSONResponse:
    found, total = integrations.of_client(behind[0], client.id, limit=None)
    return JSONResponse(
        {
            "success": True,
            "summary": {"total": total, **_counted(found)},
            "integrations": [_health(row) for row in found],
            "recommendations": [
                _recommendation(row) for row in found if row["is_active"] and row["billing_sync_error"] is not None
            ],
        }
    )


def _counted(found: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {status: sum(row["health_status"] == status for row in found) for status in WELL}


def _health(row: Mapping[str, Any]) -> dict[str, Any]:
    named = ("id", "provider_name", "key_label", "health_status", "consecutive_failures")
    rest = {"last_error": row["billing_sync_error"], "resting_until": moment(row["resting_until"])}
    return {**{name: row[name] for name in named}, **rest}


def _recommendation(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "integration_id": row["id"],
        "provider_name": row["provider_name"],
        "issue": row["billing_sync_error"],
        "action": ACTIONS[row["billing_sync_error_kind"]],
    }
