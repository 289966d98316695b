"""Rollback instructions: the configured texts, filled with a run's own values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from pydantic import AwareDatetime

from bot.plan.model import Environment, Pinned
from bot.rules.decision import Decision
from bot.rules.run import Run
from checks.placeholders import PREVIOUS, names_in, render
from checks.reading import Record


class TriggerInstruction(Record):
    name: str
    check: str
    breach: int
    first_step: str


class Task(Record):
    """An item of the monitoring checklist."""

    item: str
    owner: str  # a group under `people:`
    due: AwareDatetime


class Instructions(Record):
    mitigation: str  # first, and immediately
    steps: tuple[str, ...]
    triggers: tuple[TriggerInstruction, ...]
    checklist: tuple[Task, ...]


def instructions(
    run: Run,
    plan: Pinned,
    decision: Decision,
    show: Callable[[str, str], str] = lambda _, value: value,
) -> Instructions:
    """Returns everything that on-call needs. `show`: formats a value, given the text before it."""
    fill = partial(render, values=values_of(run, decision.previous_version), show=show)
    rollback, watch = plan.environment.rollback, plan.environment.watch
    return Instructions(
        mitigation=fill(rollback.mitigation),
        steps=tuple(fill(step) for step in rollback.steps),
        triggers=tuple(
            TriggerInstruction(
                name=name,
                check=trigger.check,
                breach=trigger.breach,
                first_step=fill(trigger.prompt),
            )
            for name, trigger in (watch.triggers if watch else {}).items()
        ),
        checklist=tuple(
            Task(item=fill(item.item), owner=item.owner, due=decision.decided_at + item.due)
            for item in (watch.checklist if watch else ())
        ),
    )


def values_of(run: Run, previous_version: str) -> Mapping[str, str]:
    """Returns the values for `{{name}}`; an argument takes precedence over the bot's own value."""
    return {
        PREVIOUS: previous_version,
        **run.arguments,
        "run": str(run.number),
        "environment": run.environment,
    }


def names_previous(environment: Environment) -> bool:
    """Whether the instructions contain `{{previous_version}}`."""
    triggers = environment.watch.triggers.values() if environment.watch else ()
    prompts = [trigger.prompt for trigger in triggers]
    return PREVIOUS in names_in([environment.rollback.mitigation, *environment.rollback.steps, *prompts])
