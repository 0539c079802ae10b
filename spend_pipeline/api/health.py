"""Whether the process answers, and whether everything a sync needs is there."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from spend_pipeline.api.auth import database_of
from spend_pipeline.api.orchestrator import is_listening
from spend_pipeline.errors import Unavailable
from spend_pipeline.store.database import Database
from spend_pipeline.store.migrations import pending

router = APIRouter(tags=["health"])

OK = "ok"


@router.get("/healthz", summary="The process answers")
def healthz() -> dict[str, bool]:
    return {"success": True}


@router.get(
    "/readyz",
    summary="Database reachable, migrations current, sensor listening",
    responses={503: {"description": "Something is not there; `checks` says what."}},
)
def readyz(database: Annotated[Database, Depends(database_of)]) -> JSONResponse:
    checks = _checks(database)
    ready = all(state == OK for state in checks.values())
    wrong = "; ".join(f"{name}: {state}" for name, state in checks.items() if state != OK)
    return JSONResponse(
        {"success": ready, **({} if ready else {"error": wrong}), "checks": checks}, 200 if ready else 503
    )


def _checks(database: Database) -> dict[str, str]:
    unknown = "not known while the database cannot be reached"
    try:
        missing = pending(database)
        listening = not missing and is_listening(database)
    except Unavailable as error:
        return {"database": str(error), "migrations": unknown, "sensor": unknown}
    return {
        "database": OK,
        "migrations": OK if not missing else f"not applied: {', '.join(missing)}; run `spend db upgrade`",
        "sensor": OK if listening else "no listening sensor was heard of lately: is Dagster's daemon running?",
    }
