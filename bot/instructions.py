"""Rollback instructions: the configured texts, filled with a run's own values."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import AwareDatetime

from bot.decision import Decision
from bot.plan.model import Pinned
from bot.plan.template import render
from bot.run import Run
from checks.reading import Record


class TriggerInstruction(Record):
    name: str
    check: str
    breach: int
    first_step: str


class Task(Record):
    """A line of the monitoring checklist."""

    item: str
    owner: str  # a group under `people:`
    due: AwareDatetime


class Instructions(Record):
    mitigation: str  # first, and at once
    steps: tuple[str, ...]
    triggers: tuple[TriggerInstruction, ...]
    checklist: tuple[Task, ...]


def instructions(run: Run, plan: Pinned, decision: Decision) -> Instructions:
    """What on-call needs, with nothing left to look up."""
    values = values_of(run, decision.previous_version)
    rollback, watch = plan.environment.rollback, plan.environment.watch
    return Instructions(
        mitigation=render(rollback.mitigation, values),
        steps=tuple(render(step, values) for step in rollback.steps),
        triggers=tuple(
            TriggerInstruction(
                name=name,
                check=trigger.check,
                breach=trigger.breach,
                first_step=render(trigger.prompt, values),
            )
            for name, trigger in (watch.triggers if watch else {}).items()
        ),
        checklist=tuple(
            Task(item=item.item, owner=item.owner, due=decision.decided_at + item.due)
            for item in (watch.checklist if watch else ())
        ),
    )


def values_of(run: Run, previous_version: str) -> Mapping[str, str]:
    """What `{{name}}` stands for; an argument of that name wins over what the bot knows by itself."""
    return {
        "previous_version": previous_version,
        **run.arguments,
        "run": str(run.number),
        "environment": run.environment,
    }
