"""What docs/analytics.md answers people with can be run as it stands there, by whoever may read the views."""

import re
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from spend_pipeline.store.database import Database
from spend_pipeline.store.questions import questions
from spend_pipeline_tests.analytics.conftest import Open
from spend_pipeline_tests.analytics.histories import told
from spend_pipeline_tests.analytics.test_questions import DOCS

SECTION = DOCS.read_text(encoding="utf-8").partition("## What people ask")[2].partition("\n## ")[0]
ANSWERS = dict(re.findall(r"^\| (.+\?) \| `(.+)` \|$", SECTION, re.MULTILINE))
SELECTS = {question: answer for question, answer in ANSWERS.items() if answer.startswith("select")}
OCTOBER = "2026-10-{:02}T23:59:59"


@pytest.fixture
def october(database: Database, accounts: Open) -> Database:
    """Two dollars a day at OpenRouter; at DeepSeek 9 of 10 dollars left on the 9th, and 40 more on the 20th."""
    openrouter, deepseek = accounts("acme", "openrouter", "deepseek")
    for day in range(1, 32):
        told(database, openrouter, OCTOBER.format(day), "46", "2", str(2 * day))
    for day, balance in ((8, "10"), (9, "9"), (20, "49")):
        told(database, deepseek, OCTOBER.format(day), balance, None, None)
    return database


def asked(database: Database, question: str) -> list[tuple[Any, ...]]:
    with database.as_owner() as connection:
        connection.execute(text("set local role spend_reader"))
        return [tuple(row) for row in connection.execute(text(SELECTS[question].replace(":", "\\:")))]


def test_every_question_has_an_answer() -> None:
    assert len(ANSWERS) == SECTION.count("\n| ") - 1 >= 10
    named = {answer.removeprefix("spend query ") for answer in ANSWERS.values() if answer not in SELECTS.values()}
    assert named == {*questions()}


@pytest.mark.parametrize("question", SELECTS)
def test_a_reader_may_ask_it(october: Database, question: str) -> None:
    asked(october, question)


def test_the_answers_are_those_worked_out_by_hand(october: Database) -> None:
    """31 days of 2 dollars and the one that DeepSeek's balance fell by; a week of 2 dollars, and that one in it."""
    ((client, usd, _),) = asked(october, "What did each client cost in October?")
    assert (client, usd) == ("acme", 63)
    week = asked(october, "What was spent from one day to another?")
    assert sorted(week) == [("acme", "deepseek", 1), ("acme", "openrouter", 14)]
    ((*_, top_up, currency),) = asked(october, "When was credit bought, and how much?")
    assert (top_up, currency) == (Decimal(40), "USD")
    left = asked(october, "What was left at the end of October?")
    assert {row[1]: row[2] for row in left} == {"openrouter": 46, "deepseek": 49}
