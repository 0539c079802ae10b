"""AWS Bedrock: its cost by day, from Cost Explorer, which costs money itself.

AWS bills each page of an answer, so it is asked only where the credential `paid_queries` is `yes`, and only by the
automatic sync. Today is a lower bound.

Quirks: models of other vendors are services of their own, named "... (Bedrock Edition)"; `End` is exclusive; most
refusals are HTTP 400.
"""

import json
from collections.abc import Iterator

from spend_pipeline.errors import Refused, Unreadable
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Json
from spend_pipeline.outbound.body import array, text
from spend_pipeline.period import Period, parse_moment
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.spend_by_day import spend_by_day

COST_EXPLORER = "https://ce.us-east-1.amazonaws.com"
TARGET = {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "AWSInsightsIndexService.GetCostAndUsage",
}
REFUSED = Refused("AWS refuses: the access key is wrong or lacks ce:GetCostAndUsage, or Cost Explorer is not ready")


def _spend(credentials: Credentials, period: Period) -> Conversation:
    question: dict[str, Json] = {
        "TimePeriod": {"Start": f"{period.month_start}", "End": f"{period.tomorrow}"},
        "Granularity": "DAILY",
        "Metrics": ["UnblendedCost"],
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
    }
    (answer,) = yield _signed(question, credentials, period)
    days = array(answer["ResultsByTime"])
    tokens = []
    while (token := answer.get("NextPageToken")) not in (None, ""):
        if token in tokens:
            raise Unreadable("the pages repeat")
        tokens.append(text(token))
        (answer,) = yield _signed({**question, "NextPageToken": token}, credentials, period)
        days = days + array(answer["ResultsByTime"])
    return spend_by_day(((parse_moment(day["TimePeriod"]["Start"]), _costs(day)) for day in days), period, sparse=False)


def _costs(day: Json) -> Iterator[Money]:
    for group in array(day["Groups"]):
        (service,) = array(group["Keys"])
        cost = group["Metrics"]["UnblendedCost"]
        if "Bedrock" in text(service):
            yield Money.spent(cost["Amount"], cost["Unit"])


def _signed(question: dict[str, Json], credentials: Credentials, period: Period) -> Ask:
    """The question under a signature of the period's moment, which AWS takes for some minutes."""
    from botocore.auth import SigV4Auth  # noqa: PLC0415 - slow to load, and only who asks AWS needs it
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415
    from botocore.credentials import ReadOnlyCredentials  # noqa: PLC0415

    body = json.dumps(question).encode()
    key = ReadOnlyCredentials(credentials["access_key_id"], credentials["secret_access_key"], None, None)
    signer = SigV4Auth(key, "ce", "us-east-1")
    moment = f"{period.now:%Y%m%dT%H%M%SZ}"
    request = AWSRequest("POST", f"{COST_EXPLORER}/", headers={**TARGET, "X-Amz-Date": moment}, data=body)
    request.context["timestamp"] = moment
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    names = signer.signed_headers(signer.headers_to_sign(request))
    proof = f"Credential={signer.scope(request)}, SignedHeaders={names}, Signature={signature}"
    headers = {**TARGET, "X-Amz-Date": moment, "Authorization": f"AWS4-HMAC-SHA256 {proof}"}
    return Ask("/", method="POST", data=body, headers=headers, meaning={400: REFUSED})


KEY = "access key with ce:GetCostAndUsage + paid_queries"

AWS_BEDROCK = Provider(
    name="aws_bedrock",
    label="AWS Bedrock",
    base_url=COST_EXPLORER,
    credentials=(
        Credential("access_key_id", "an access key's id (AKIA...)"),
        Credential("secret_access_key", "its secret"),
        Credential("paid_queries", "yes, to ask Cost Explorer, which AWS bills at 0.01 USD a request"),
    ),
    access=(
        Access(
            needs=("access_key_id", "secret_access_key", "paid_queries"),
            calls=(Call(_spend, {"usage_today": KEY, "usage_month": KEY}, paid="0.01 USD a page"),),
            permission="create an access key of an IAM user whose one permission is ce:GetCostAndUsage",
        ),
    ),
    source="https://docs.aws.amazon.com/aws-cost-management/latest/APIReference (GetCostAndUsage, read 2026-08)",
    about=__doc__,
    unit="the currency that AWS says",
    lag="up to a day",
    inferred="the lag",
)
