"""Where results go: JSON under benchmarks/results, a picture under docs/images, a section of docs/performance.md."""

import json
import re
from pathlib import Path

import altair as alt
import pandas as pd

from benchmarks.machine import in_words
from benchmarks.shapes import Result

TOP = Path(__file__).resolve().parent.parent
PAGE = TOP / "docs" / "performance.md"


def write(result: Result) -> None:
    """Everything that is kept of one benchmark; only its own section of the page is replaced."""
    page = PAGE.read_text(encoding="utf-8")
    marks = f"<!-- {result.name}: written by make bench -->", f"<!-- end of {result.name} -->"
    pattern = re.compile(f"{re.escape(marks[0])}.*?{re.escape(marks[1])}", re.DOTALL)
    if not pattern.search(page):
        raise ValueError(f"{PAGE.name} has no place for {result.name}: add the lines {marks[0]} and {marks[1]}")
    kept = {"name": result.name, "machine": result.machine, "notes": result.notes}
    tables = [{"caption": table.caption, "rows": table.rows} for table in result.tables]
    path = TOP / "benchmarks" / "results" / f"{result.name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({**kept, "tables": tables}, indent=1) + "\n", encoding="utf-8")
    if result.picture:
        _draw(result)
    section = f"{marks[0]}\n{as_markdown(result)}\n{marks[1]}"
    PAGE.write_text(pattern.sub(lambda _: section, page), encoding="utf-8")


def as_markdown(result: Result) -> str:
    """The tables, the sentences, and what they were measured on."""
    parts = [table.markdown() for table in result.tables]
    if result.picture:
        parts.append(f"![{result.picture['title']}](images/performance-{result.name}.svg)")
    if result.notes:
        parts.append("\n".join(f"- {note}" for note in result.notes))
    parts.append(f"Measured on {in_words(result.machine)}")
    return "\n\n".join(parts)


def _draw(result: Result) -> None:
    """Lines over a number, both on logarithmic scales; or bars beside each name."""
    picture = result.picture or {}
    chart = alt.Chart(pd.DataFrame(picture["rows"])).properties(width=560, title=picture["title"])
    color = alt.Color(f"{picture['color']}:N", title=None, sort=None)
    if picture.get("bars"):
        name = alt.Y(f"{picture['y']}:N", title=None, sort=None, axis=alt.Axis(labelLimit=300))
        drawn = chart.mark_bar().encode(x=f"{picture['x']}:Q", y=name)
        if picture["color"] != picture["y"]:
            drawn = drawn.encode(color=color, yOffset=alt.YOffset(f"{picture['color']}:N", sort=None))
    else:
        scale = alt.Scale(type="log")
        x, y = alt.X(f"{picture['x']}:Q", scale=scale), alt.Y(f"{picture['y']}:Q", scale=scale)
        drawn = chart.properties(height=320).mark_line(point=True).encode(x=x, y=y, color=color)
    drawn.configure_legend(labelLimit=400).save(TOP / "docs" / "images" / f"performance-{result.name}.svg")
