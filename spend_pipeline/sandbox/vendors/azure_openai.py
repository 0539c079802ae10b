"""Azure OpenAI: Cost Management's table of days, two pages of it, behind an Entra ID token for a client secret.

Roles: `reader` reads the costs; `guest` has no role on the scope (403). A client secret is the sandbox's key.
"""

import json
import secrets
from urllib.parse import parse_qs

from spend_pipeline.sandbox.accounts import Account, dollars
from spend_pipeline.sandbox.cursors import cursor_at, moment_of, position_of
from spend_pipeline.sandbox.keys import Key, credential_after
from spend_pipeline.sandbox.state import State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, known_key, wording
from spend_pipeline.sandbox.windows import split
from spend_pipeline.sandbox.wire import Figure, Json

_TENANT, _SCOPE = "72f988bf-0000-4000-8000-2d7cd011db47", "subscriptions/0b1f6471-0000-4000-8000-a8d0aa5b9ef0"
_QUERY = f"/{_SCOPE}/providers/Microsoft.CostManagement/query"
_LOGIN = "/{tenant}/oauth2/v2.0/token"
_ROWS_A_PAGE = 20
_CODES = {400: "BadRequest", 401: "InvalidAuthenticationToken", 403: "RBACAccessDenied", 429: "429"}


def _token(ask: Ask, key: Key) -> Json:
    token = f"eyJ0.sandbox-{secrets.token_urlsafe(24)}"
    ask.state.tokens[token] = Key(key.role, key.account, key.fault, token)
    return {"token_type": "Bearer", "expires_in": 3599, "access_token": token}


def _query(ask: Ask, key: Key) -> Json:
    if key.role == "guest":
        raise Refusal(403)
    try:
        asked = json.loads(ask.body)
        bounds = [asked["timePeriod"][name] for name in ("from", "to")]
    except (ValueError, KeyError, TypeError):
        raise Refusal(400, "Invalid query definition") from None
    start, end = (moment_of(bound, Refusal(400, "Invalid timePeriod")) for bound in bounds)
    account = Account("azure_openai", key.account)
    rows = [
        [Figure(dollars(account.spent(begin, until))), int(f"{begin:%Y%m%d}"), "USD"]
        for begin, until in split("day", start, min(end, ask.now))
    ]
    position = position_of(ask.query.get("$skiptoken"))
    following = cursor_at(position + _ROWS_A_PAGE, len(rows))
    link = f"https://management.azure.com{_QUERY}?api-version=2023-11-01&$skiptoken={following}"
    columns = [{"name": "Cost", "type": "Number"}, {"name": "UsageDate", "type": "Number"}]
    table = {
        "nextLink": link if following else None,
        "columns": [*columns, {"name": "Currency", "type": "String"}],
        "rows": rows[position : position + _ROWS_A_PAGE],
    }
    return {"name": "ad67fd91", "type": "Microsoft.CostManagement/query", "properties": table}


def _identify(ask: Ask) -> Key:
    if ask.path.endswith("/oauth2/v2.0/token"):
        form = {name: values[0] for name, values in parse_qs(ask.body.decode(errors="replace")).items()}
        if form.get("grant_type") != "client_credentials" or _TENANT not in ask.path:
            raise Refusal(400, "AADSTS90002: Tenant not found")
        unknown = "AADSTS7000215: Invalid client secret provided"
        return known_key(form.get("client_secret"), ("reader", "guest"), unknown, unknown)
    sent = credential_after("Bearer", ask.headers)
    if sent is None or sent not in ask.state.tokens:
        raise Refusal(401)
    return ask.state.tokens[sent]


def _error_body(refusal: Refusal, path: str) -> Json:
    message = wording(refusal, {401: "The access token is invalid."})
    if path.endswith("/oauth2/v2.0/token"):
        return {"error": "invalid_client", "error_description": message}
    return {"error": {"code": _CODES.get(refusal.status, "InternalServerError"), "message": message}}


def _examples(state: State) -> dict[str, dict[str, str]]:
    app = {"tenant_id": _TENANT, "client_id": "11112222-0000-4000-8000-333344445555", "scope": _SCOPE}
    return {role: app | {"client_secret": f"sandbox.{role}"} for role in ("reader", "guest")}


AZURE_OPENAI = Vendor(
    name="azure_openai",
    routes=(Route("POST", _LOGIN, _token), Route("POST", _QUERY, _query)),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
