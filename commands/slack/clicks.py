"""Buttons. A button carries only ids; every click looks everything up again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from bot.base.errors import Refused
from bot.base.next_step import Next
from bot.rules.approval import Choice
from bot.rules.principal import Principal
from bot.rules.request import ChecklistClick, Click, PromptClick
from bot.rules.rollback import Answer
from bot.rules.run import Run
from bot.slack import forms
from bot.slack.actions import Button
from bot.slack.forms import About
from bot.slack.messages import card, instructions, watch
from bot.slack.private import Asker
from bot.workflow import checklist, clicked, watching
from commands.slack.desk import Desk, request
from commands.slack.opening import open_form
from commands.slack.vote import vote

Handler: TypeAlias = Callable[[Desk, Asker, dict[str, Any]], Awaitable[None]]

DEFAULT_CONDITION_DUE = timedelta(days=1)  # the due time that the form proposes


async def go(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    await vote(desk, who, _click(who, action).ballot(Choice.GO))


async def conditional_go(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    run = (await clicked.opened(desk.services, _click(who, action))).run
    assert desk.services.interaction
    due = desk.services.interaction.received_at + DEFAULT_CONDITION_DUE
    await open_form(desk, who, forms.conditional_go(run, _about(who, action), due), instead=_typed(run))


async def no_go(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    run = (await clicked.opened(desk.services, _click(who, action))).run
    await open_form(desk, who, forms.no_go(run, _about(who, action)), instead=_typed(run))


async def waive(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    """Offers every check that still needs a waiver;

    whether this person owns it is checked when the form is submitted.
    """
    dossier = await clicked.opened(desk.services, _click(who, action))
    missing = dossier.tally().waivers_missing
    if not missing:
        raise Refused("No check needs a waiver any more.", then=[Next.show(dossier.run.number)])
    await open_form(desk, who, forms.waive(dossier.run, _about(who, action), missing))


async def on_it(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    await _answer(desk, who, action, Answer.ON_IT)


async def rolled_back(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    await _answer(desk, who, action, Answer.ROLLED_BACK)


async def false_alarm(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    prompt = await watching.opened(desk.services, _prompt_click(who, action))
    await open_form(desk, who, forms.false_alarm(prompt.run, _about(who, action)))


async def check_off(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    by = Principal.slack_user(who.user)
    await checklist.check_off(desk.services, ChecklistClick.parse(action["value"], who.channel or "", by))


async def _answer(desk: Desk, who: Asker, action: dict[str, Any], answer: Answer) -> None:
    await watching.answer(desk.services, _prompt_click(who, action).answered(answer))


def _click(who: Asker, action: dict[str, Any]) -> Click:
    return Click.parse(action["value"], who.channel or "", Principal.slack_user(who.user))


def _prompt_click(who: Asker, action: dict[str, Any]) -> PromptClick:
    return PromptClick(**dict(request(who)), prompt=action["value"])


def _typed(run: Run) -> str:
    """How to vote without a form."""
    return f"Type /canary go #{run.number}, or /canary no-go #{run.number} <reason>"


def _about(who: Asker, action: dict[str, Any]) -> About:
    return About(value=action["value"], channel=who.channel or "")


_HANDLERS: Mapping[Button, Handler] = {
    card.GO: go,
    card.CONDITIONAL_GO: conditional_go,
    card.NO_GO: no_go,
    card.WAIVE: waive,
    watch.ON_IT: on_it,
    watch.ROLLED_BACK: rolled_back,
    watch.FALSE_ALARM: false_alarm,
    instructions.CHECK_OFF: check_off,
}
CLICKS: Mapping[str, Handler] = {button.action: click for button, click in _HANDLERS.items()}
OPENS_FORM = frozenset(button.action for button in _HANDLERS if button.opens_form)
