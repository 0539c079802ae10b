"""A picture of spend by day, small enough to be kept with a run."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any


def spend_chart(days: Sequence[Mapping[str, Any]]) -> str:
    """Bars by day and provider as Markdown: a PNG in a data URI. Rows have day, provider_name and spend_usd."""
    # Loaded when a picture is drawn: nothing that starts a sync waits for it.
    import altair as alt  # noqa: PLC0415
    import vl_convert  # noqa: PLC0415

    values = [
        {"day": row["day"].isoformat(), "provider": row["provider_name"], "spend": float(row["spend_usd"])}
        for row in days
        if row["spend_usd"] is not None
    ]
    bars = (
        alt.Chart(alt.InlineData(values=values), width=420, height=140)
        .mark_bar()
        .encode(
            x=alt.X("yearmonthdate(day):O", title=None, axis=alt.Axis(labelOverlap=True, format="%d %b")),
            y=alt.Y("sum(spend):Q", title="USD"),
            color=alt.Color("provider:N", title=None),
        )
    )
    picture = vl_convert.vegalite_to_png(bars.to_json(), scale=1)
    return f"![Spend by day](data:image/png;base64,{base64.b64encode(picture).decode()})"
