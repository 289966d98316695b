"""Buttons: each click looks everything up again; the button carries ids and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.approval import Choice
from bot.errors import Refused
from bot.rollback import Answer
from bot.run import Run
from bot.slack import forms
from bot.slack.actions import Action, read_vote_value
from bot.slack.forms import About
from bot.slack.private import Asker
from bot.workflow import asking, deciding, watching
from bot.workflow.deciding import Ballot, Clicked
from commands.desk import Desk
from commands.vote import cast

Click: TypeAlias = Callable[[Desk, Asker, dict[str, Any]], Awaitable[None]]

USUAL_CONDITION = timedelta(days=1)  # the due time that the form proposes


async def go(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    await cast(desk, who, _ballot(who, action, Choice.GO))


async def conditional_go(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    run = await deciding.may(desk.services, _ballot(who, action, Choice.CONDITIONAL_GO))
    assert desk.services.interaction
    due = desk.services.interaction.received_at + USUAL_CONDITION
    await _open(desk, who, forms.conditional_go(run, _about(run, action), due))


async def no_go(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    run = await deciding.may(desk.services, _ballot(who, action, Choice.NO_GO))
    await _open(desk, who, forms.no_go(run, _about(run, action)))


async def waive(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    """Offers only the checks that this person owns."""
    run, checks = await deciding.waivable(desk.services, Clicked(**_clicked(who, action)))
    await _open(desk, who, forms.waive(run, _about(run, action), checks))


async def on_it(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    await _answer(desk, who, action, Answer.ON_IT)


async def rolled_back(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    await _answer(desk, who, action, Answer.ROLLED_BACK)


async def false_alarm(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    prompt = await watching.may_answer(
        desk.services, key=action["value"], channel=who.channel or "", person=who.user
    )
    run = (await asking.dossier(desk.services, prompt.run)).run
    await _open(desk, who, forms.false_alarm(run.number, _about(run, action)))


async def _answer(desk: Desk, who: Asker, action: dict[str, Any], answer: Answer) -> None:
    await watching.answer(
        desk.services, key=action["value"], channel=who.channel or "", person=who.user, answer=answer
    )


def _ballot(who: Asker, action: dict[str, Any], choice: Choice) -> Ballot:
    return Ballot(**_clicked(who, action), choice=choice)


def _clicked(who: Asker, action: dict[str, Any]) -> dict[str, Any]:
    key, evidence = read_vote_value(action["value"])
    return {"run_key": key, "evidence": evidence, "channel": who.channel or "", "person": who.user}


def _about(run: Run, action: dict[str, Any]) -> About:
    return About(value=action["value"], channel=run.channel)


async def _open(desk: Desk, who: Asker, view: dict[str, Any]) -> None:
    """Slack takes a trigger for three seconds; after that only another click helps."""
    try:
        await desk.client.views_open(trigger_id=who.trigger or "", view=view)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        raise Refused("The form could not be opened in time.", hint="Click the button again.") from error


CLICKS: Mapping[str, Click] = {
    Action.GO: go,
    Action.CONDITIONAL_GO: conditional_go,
    Action.NO_GO: no_go,
    Action.WAIVE: waive,
    Action.ON_IT: on_it,
    Action.ROLLED_BACK: rolled_back,
    Action.FALSE_ALARM: false_alarm,
}
