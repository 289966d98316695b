"""Requests are complete in themselves, however they were made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.base.errors import Misused
from bot.rules.approval import Choice, Condition
from bot.rules.principal import Principal
from bot.rules.request import (
    CancelRequest,
    Click,
    NumberedBallot,
    PromptClick,
    Request,
    RunRequest,
    problems,
    require_complete,
)
from bot.rules.rollback import Answer
from tests.unit.bot.test_approval import run

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
U1 = Principal.slack_user("U1")
CLICK = Click.parse("KEY sha256:1", "C1", U1)
PROMPT = PromptClick(prompt="KEY", channel="C1", by=U1)


def condition(**said: Any) -> Condition:
    return Condition(**{"text": "raise the quota", "owner": "U02BEN", "due": NOW + timedelta(days=1)} | said)


def test_a_button_value_is_read_back_as_the_card_gave_it() -> None:
    found = run()
    click = Click.parse(Click.value_of(found), "C1", U1)
    assert (click.run_key, click.evidence) == (found.key, found.evidence)
    assert (click.channel, click.by) == ("C1", U1)


@pytest.mark.parametrize("value", ["", " ", "KEY", "KEY "])
def test_a_malformed_value_names_no_evidence(value: str) -> None:
    assert not Click.parse(value, "C1", U1).evidence


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (CancelRequest(run=1, by=U1, reason=" "), ["reason"]),
        (NumberedBallot(run=1, by=U1, choice=Choice.NO_GO), ["reason"]),
        (CLICK.ballot(Choice.NO_GO, "\u200b"), ["reason"]),
        (CLICK.waiver("age", ""), ["reason"]),
        (PROMPT.answered(Answer.FALSE_ALARM), ["reason"]),
        (CLICK.ballot(Choice.CONDITIONAL_GO), ["condition", "owner", "due"]),
        (CLICK.ballot(Choice.CONDITIONAL_GO, condition=condition(text="")), ["condition"]),
        (CLICK.ballot(Choice.CONDITIONAL_GO, condition=condition(owner="")), ["owner"]),
        (CLICK.ballot(Choice.CONDITIONAL_GO, condition=condition(due=NOW)), ["due"]),
        (CLICK.ballot(Choice.CONDITIONAL_GO, condition=condition(due=NOW + timedelta(days=367))), ["due"]),
    ],
)
def test_missing_or_invalid_parts_are_named(request_: Request, fields: list[str]) -> None:
    found = problems(request_, NOW)
    assert list(found) == fields
    with pytest.raises(Misused, match=next(iter(found.values()))):
        require_complete(request_, NOW)


@pytest.mark.parametrize(
    "request_",
    [
        RunRequest(run=1, by=U1),
        CancelRequest(run=1, by=U1, reason="wrong version"),
        NumberedBallot(run=1, by=U1, choice=Choice.GO),
        CLICK.ballot(Choice.GO),
        CLICK.ballot(Choice.NO_GO, "errors"),
        CLICK.ballot(Choice.CONDITIONAL_GO, condition=condition()),
        CLICK.waiver("age", "known"),
        PROMPT.answered(Answer.ON_IT),
        PROMPT.answered(Answer.FALSE_ALARM, "a test"),
    ],
)
def test_a_complete_request_has_no_problems(request_: Request) -> None:
    assert problems(request_, NOW) == {}
    require_complete(request_, NOW)


def test_a_due_time_is_not_checked_without_the_time_of_the_request() -> None:
    assert problems(CLICK.ballot(Choice.CONDITIONAL_GO, condition=condition(due=NOW))) == {}
