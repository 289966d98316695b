"""Buttons. A button carries only ids; every click looks everything up again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from bot.base.errors import CanaryError, Refused
from bot.base.next_step import Next
from bot.rules.approval import Choice
from bot.rules.principal import Principal
from bot.rules.request import (
    ActionClick,
    ActionDoubt,
    ChecklistClick,
    Click,
    ConditionClick,
    PromptClick,
    RunRequest,
)
from bot.rules.rollback import Answer
from bot.rules.run import Run
from bot.slack import act_form, action_form, condition_form, forms, start_form
from bot.slack.actions import Button
from bot.slack.blocks import Block
from bot.slack.condition_form import chosen_in
from bot.slack.forms import About, proposed_due
from bot.slack.messages import action as messages_action
from bot.slack.messages import card, home, instructions, watch
from bot.slack.messages import conditions as condition_messages
from bot.slack.private import Asker
from bot.slack.text import escape
from bot.workflow import checklist, clicked, conditions, previewing, settling, watching
from bot.workflow.clicked import Opened
from commands.slack import shortcuts
from commands.slack.answers import GO_ANYWAY, WITHDRAW
from commands.slack.desk import Desk, value_of
from commands.slack.opening import change_form, open_form
from commands.slack.vote import take_back, vote, vote_from_an_answer

Handler: TypeAlias = Callable[[Desk, Asker, dict[str, Any]], Awaitable[None]]


async def go(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    await vote(desk, who, _click(who, action).ballot(Choice.GO))


async def go_anyway(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    """The button of a private answer, which may be in another channel than the card."""
    await vote_from_an_answer(desk, who, _click(who, action).ballot(Choice.GO))


async def withdraw(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    """The button of a private answer, which may be anywhere: in another channel, or in a direct message if
    they voted in their Home.

    It carries the run's key, so they have seen the run; and it withdraws only their own vote.
    """
    click = _click(who, action)
    run = await clicked.run_of(desk.services, click)
    await take_back(desk, who, RunRequest(by=click.by, channel=run.channel, run=run.number))


async def conditional_go(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    await _conditional_go(desk, who, _click(who, action))


async def _conditional_go(desk: Desk, who: Asker, click: Click, chosen: str | None = None) -> None:
    opened = await clicked.opened(desk.services, click)
    due = proposed_due(opened.at, opened.person.time_zone if opened.person else "")
    alerts = await _alerts(desk, opened, opened.objection_to(Choice.CONDITIONAL_GO))
    about = _about_run(who, opened)
    form = forms.conditional_go(opened.dossier, about, due, alerts, chosen=chosen, now=opened.at)
    await open_form(desk, who, form, instead=_typed(opened.dossier.run))


async def choose_condition(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    """Fills in the form with the chosen condition."""
    value, chosen = chosen_in(str((action.get("selected_option") or {}).get("value") or ""))
    await _conditional_go(desk, who, Click.parse(value, who.place, Principal.slack_user(who.user)), chosen)


async def no_go(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    opened = await clicked.opened(desk.services, _click(who, action))
    alerts = await _alerts(desk, opened, opened.objection_to(Choice.NO_GO))
    form = forms.no_go(opened.dossier, _about_run(who, opened), alerts)
    await open_form(desk, who, form, instead=_typed(opened.dossier.run))


async def waive(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    """Offers the checks that need a waiver and that this person may waive, as far as known; for the others,
    whom to ask.
    """
    opened = await clicked.opened(desk.services, _click(who, action))
    missing = opened.dossier.tally().waivers_missing
    if not missing:
        raise Refused("No check needs a waiver any more.", then=[Next.show(opened.dossier.run.number)])
    objections = {check: opened.objection_to_waiving(check) for check in missing}
    mine = [check for check, objection in objections.items() if objection is None]
    others = {check: objection for check, objection in objections.items() if mine and objection}
    alerts = await _alerts(desk, opened, None if mine else objections[missing[0]])
    asks = await _asked_soon(desk, opened, list(others.values()))
    told = {check: ask or escape(str(others[check])) for check, ask in zip(others, asks, strict=True)}
    form = forms.waive(opened.dossier, _about_run(who, opened), mine or missing, told, alerts)
    await open_form(desk, who, form)


async def _alerts(desk: Desk, opened: Opened, objection: Refused | None) -> list[Block]:
    """Why the form would be refused, told before the person types."""
    alerts = [forms.results_changed()] if opened.changed else []
    if objection:
        [ask] = await _asked_soon(desk, opened, [objection])
        alerts.append(forms.objection(" ".join(filter(None, (escape(str(objection)), ask)))))
    return alerts


async def _asked_soon(desk: Desk, opened: Opened, objections: Sequence[Refused]) -> list[str]:
    """Returns whom to ask instead, for each; "" if Slack does not answer in time, because the form cannot
    wait.
    """
    asking = asyncio.gather(*(desk.whom_to_ask(objection, opened.by) for objection in objections))
    try:
        async with asyncio.timeout(clicked.KNOWN_WITHIN):
            return list(await asking)
    except TimeoutError:
        return [""] * len(objections)


async def on_it(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    await _answer(desk, who, action, Answer.ON_IT)


async def rolled_back(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    await _answer(desk, who, action, Answer.ROLLED_BACK)


async def false_alarm(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    dossier, prompt = await watching.opened(desk.services, _prompt_click(who, action))
    await open_form(desk, who, forms.false_alarm(dossier, prompt, _about(who, action)))


async def check_off(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    by = Principal.slack_user(who.user)
    await checklist.check_off(desk.services, ChecklistClick.parse(value_of(action), who.place, by))


async def act(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    """Opens a form at once, because Slack accepts one for three seconds only, and fills it in when the
    preview is ready.
    """
    click = ActionClick.parse(value_of(action), who.place, Principal.slack_user(who.user))
    found = await previewing.opened(desk.services, click)
    about = _about(who, action)
    form = await open_form(desk, who, action_form.looking(found.dossier, click.action, about))
    try:
        found, seen, key = await previewing.preview(desk.services, click)
    except CanaryError as error:
        if form:
            refused = action_form.refused(found.dossier, click.action, about, error.sentences)
            await change_form(desk, form, refused)
        raise
    about = about.model_copy(update={"seen": key})
    await change_form(
        desk, form, action_form.confirm(found.dossier, click.action, about, seen, found.waiting)
    )


async def was_done(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    """Handles both answers: the button carries which one it is."""
    click = ActionDoubt.parse(value_of(action), who.place, Principal.slack_user(who.user))
    dossier, attempt = await settling.opened(desk.services, click)
    form = action_form.settle(dossier, attempt, _about(who, action), done=click.done)
    await open_form(desk, who, form)


async def condition_check(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    found = await conditions.check_now(desk.services, _condition_click(who, action))
    check = found.dossier.plan.environment.title_of(found.condition.check)
    await desk.private.tell(
        who, escape(f"Measuring {check} now. The message of the condition shows the result.")
    )


async def condition_met(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    found = await conditions.opened(desk.services, _condition_click(who, action))
    await open_form(desk, who, forms.condition_met(found.dossier, found.condition, _about(who, action)))


async def condition_lift(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    found = await conditions.opened(desk.services, _condition_click(who, action))
    await open_form(desk, who, forms.condition_lift(found.dossier, found.condition, _about(who, action)))


def _condition_click(who: Asker, action: dict[str, Any]) -> ConditionClick:
    return ConditionClick.parse(value_of(action), who.place, Principal.slack_user(who.user))


async def _answer(desk: Desk, who: Asker, action: dict[str, Any], answer: Answer) -> None:
    await watching.answer(desk.services, _prompt_click(who, action).answered(answer))


def _click(who: Asker, action: dict[str, Any]) -> Click:
    return Click.parse(value_of(action), who.place, Principal.slack_user(who.user))


def _prompt_click(who: Asker, action: dict[str, Any]) -> PromptClick:
    return PromptClick(by=Principal.slack_user(who.user), channel=who.place, prompt=value_of(action))


def _typed(run: Run) -> str:
    """How to vote without a form."""
    return f"Type /canary go #{run.number}, or /canary no-go #{run.number} <reason>"


def _about_run(who: Asker, opened: Opened) -> About:
    """Builds a request about the results that the form shows."""
    return About(value=Click.value_of(opened.dossier.run), channel=who.place)


def _about(who: Asker, action: dict[str, Any]) -> About:
    return About(value=value_of(action), channel=who.place)


_HANDLERS: Mapping[Button, Handler] = {
    card.GO: go,
    card.CONDITIONAL_GO: conditional_go,
    card.NO_GO: no_go,
    card.WAIVE: waive,
    watch.ON_IT: on_it,
    watch.ROLLED_BACK: rolled_back,
    watch.FALSE_ALARM: false_alarm,
    GO_ANYWAY: go_anyway,
    WITHDRAW: withdraw,
    home.START: shortcuts.start_run,
    act_form.SHOW: shortcuts.show,
    act_form.REMIND: shortcuts.remind,
    act_form.CANCEL: shortcuts.cancel,
    instructions.CHECK_OFF: check_off,
    messages_action.DO: act,
    messages_action.WAS_DONE: was_done,
    messages_action.WAS_NOT_DONE: was_done,
    condition_messages.CHECK_NOW: condition_check,
    condition_messages.MET: condition_met,
    condition_messages.LIFT: condition_lift,
}
CLICKS: Mapping[str, Handler] = {
    **{button.action: click for button, click in _HANDLERS.items()},
    start_form.ENVIRONMENT: shortcuts.choose_environment,
    condition_form.TEMPLATE: choose_condition,
}
# useful only while somebody waits for it
OPENS_FORM = frozenset(
    {
        *(button.action for button in _HANDLERS if button.opens_form),
        *(
            start_form.ENVIRONMENT,
            condition_form.TEMPLATE,
            act_form.SHOW.action,
            act_form.REMIND.action,
            home.OPEN,
        ),
    }
)
