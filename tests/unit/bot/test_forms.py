"""Forms: what each shows, what its button says, and that supplied text stays inert, however long it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.plan.model import ConditionTemplate
from bot.rules.condition import ConditionState, TrackedCondition
from bot.rules.dossier import Dossier
from bot.rules.run import RunState
from bot.slack import forms
from bot.slack.fallback import NEWEST, fall_back
from bot.slack.forms import About, proposed_due
from bot.slack.whom import anyone, ask
from sandbox.slack.blocks import problems_in
from sandbox.slack.message import Message
from sandbox.slack.mrkdwn import live_sequences
from tests.unit.bot.dossiers import HUGE, LIVELY, NOW, dossier, plan

ABOUT = About(value="key sha256:1", channel="C0RELEASES")


def all_forms(deciding: Dossier, watched: Dossier) -> Iterator[dict[str, Any]]:
    alerts = [forms.results_changed(), forms.objection("You can't vote. Ask <@U02BEN>.")]
    checks = list(deciding.results)
    yield forms.no_go(deciding, ABOUT, alerts)
    yield forms.conditional_go(deciding, ABOUT, NOW, alerts)
    declared = with_conditions(deciding)
    yield forms.conditional_go(declared, ABOUT, NOW, alerts)
    yield forms.conditional_go(declared, ABOUT, NOW, alerts, chosen="answered", now=NOW)
    yield forms.condition_met(watched, open_condition(watched), ABOUT)
    yield forms.condition_lift(watched, open_condition(watched), ABOUT)
    yield forms.waive(deciding, ABOUT, checks, {}, [])
    yield forms.waive(deciding, ABOUT, checks[:1], dict.fromkeys(checks[1:], "Ask <@U02BEN>."), alerts)
    yield forms.false_alarm(watched, watched.prompts[0], ABOUT)


def with_conditions(deciding: Dossier) -> Dossier:
    """The environment declares as many conditions as allowed, of the maximum length."""
    held = tuple(f"action-{at}" for at in range(20))
    several = {f"c{at}": ConditionTemplate(text="x" * 2000, holds=held) for at in range(49)}
    several["answered"] = ConditionTemplate(text="x" * 2000, answer="<!channel> " * 15)
    environment = deciding.plan.environment
    decide = environment.decide.model_copy(update={"conditions": several})
    plan = deciding.plan.model_copy(update={"environment": environment.model_copy(update={"decide": decide})})
    return deciding.model_copy(update={"plan": plan})


def open_condition(watched: Dossier) -> TrackedCondition:
    said = watched.run.arguments.get("version", "") or "x"
    return TrackedCondition(
        run=1,
        number=1,
        state=ConditionState.OPEN,
        text=said,
        owner="U1",
        set_by="U2",
        due_at=NOW,
        question=said,
        opened_at=NOW,
    )


@pytest.mark.parametrize("checks", [2, 200])
@pytest.mark.parametrize("said", [LIVELY, HUGE, ""])
def test_slack_accepts_every_form(tmp_path: Path, checks: int, said: str) -> None:
    pinned = plan(tmp_path, checks, "x" * 2000)
    deciding, watched = dossier(pinned, said, RunState.DECIDING), dossier(pinned, said, RunState.CLOSED)
    for form in all_forms(deciding, watched):
        blocks = fall_back(form["blocks"], NEWEST)
        assert problems_in(blocks, "modal") == []
        assert len(form["blocks"]) < 20
        assert 0 < len(form["title"]["text"]) <= 24
        assert "…" not in form["title"]["text"] + form["submit"]["text"]
        ours = ("<!date^", "<@U", "<#C0RELEASES>")
        for live in live_sequences(Message("C1", "1.0", "U0BOT", "", blocks)):
            assert live.startswith(ours)
            assert "EVIL" not in live


def test_the_submit_button_says_what_it_does(tmp_path: Path) -> None:
    pinned = plan(tmp_path, 2, "Pin it")
    deciding, watched = dossier(pinned, "", RunState.DECIDING), dossier(pinned, "", RunState.CLOSED)
    assert [form["submit"]["text"] for form in all_forms(deciding, watched)] == [
        "Vote No-go",
        *["Approve with condition"] * 3,
        "Close condition",
        "Lift condition",
        "Waive check",
        "Waive check",
        "Report false alarm",
    ]


def test_a_long_list_of_failed_checks_is_cut(tmp_path: Path) -> None:
    deciding = dossier(plan(tmp_path, 200, "Pin it"), "no", RunState.DECIDING)
    text = str(forms.no_go(deciding, ABOUT, [])["blocks"])
    assert f"and {200 - forms.MOST_LINES} more" in text


@pytest.mark.parametrize(
    ("now", "zone", "due"),
    [
        (
            "2026-03-03T15:20:00",
            "Europe/Berlin",
            "2026-03-04T09:00:00",
        ),  # Tuesday: due at ten on Wednesday in Berlin
        ("2026-03-06T15:20:00", "Europe/Berlin", "2026-03-09T09:00:00"),  # Friday: due on Monday
        ("2026-03-05T23:30:00", "Europe/Berlin", "2026-03-09T09:00:00"),  # already Friday there
        ("2026-03-03T15:20:00", "America/Los_Angeles", "2026-03-04T18:00:00"),
        ("2026-03-03T15:20:00", "", "2026-03-04T16:00:00"),  # a day from now, on the hour
        ("2026-03-06T15:20:00", "", "2026-03-09T16:00:00"),
    ],
)
def test_a_condition_is_due_on_the_readers_next_working_day(now: str, zone: str, due: str) -> None:
    proposed = proposed_due(datetime.fromisoformat(now).replace(tzinfo=UTC), zone)
    assert proposed == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("people", "more", "said"),
    [
        ([], 0, ""),
        (["U01ANA"], 0, "Ask <@U01ANA>."),
        (["U01ANA", "U02BEN"], 0, "Ask <@U01ANA> or <@U02BEN>."),
        (["U01ANA", "U02BEN", "U03RAJ"], 0, "Ask <@U01ANA>, <@U02BEN> or <@U03RAJ>."),
        (["U01ANA", "U02BEN", "U03RAJ", "U04MIA"], 3, "Ask <@U01ANA>, <@U02BEN>, <@U03RAJ> or 4 others."),
    ],
)
def test_at_most_three_people_to_ask_are_named(people: list[str], more: int, said: str) -> None:
    assert ask(people, more) == said
    assert not people or anyone(people, more) in said
