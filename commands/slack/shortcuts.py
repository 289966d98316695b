"""Shortcuts: “Start a run” from anywhere, “Act on this run” from a message's menu; and the forms that they
open.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from bot.base.errors import Refused
from bot.rules.request import CancelRequest
from bot.slack import act_form
from bot.slack.blocks import section
from bot.slack.forms import About
from bot.slack.private import Asker
from bot.slack.start_form import start_form
from bot.slack.text import permalink
from bot.workflow import asking, homes, offering, reminding, runs
from commands.slack import answers
from commands.slack.desk import Desk, about, request, value_of
from commands.slack.opening import open_form

Shortcut: TypeAlias = Callable[[Desk, Asker, dict[str, Any]], Awaitable[None]]

_RUN = re.compile(r"\d{1,18}", re.ASCII)
START_RUN, ACT_ON_RUN = "start_run", "act_on_run"  # as in manifest.yml


async def start_run(desk: Desk, who: Asker, _payload: dict[str, Any]) -> None:
    """The same as `/canary run`, with the arguments as fields."""
    await desk.audience(who).must_not_be_turned_away()
    environments = await homes.startable(desk.services, who.user)
    if not environments:
        raise Refused(
            "You can't start a run from here: I can't tell which environments you can see.",
            hint="Type `/canary run` in the environment's channel",
        )
    await open_form(desk, who, start_form(environments, place=who.place), instead="Type /canary run")


async def choose_environment(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    """The form shows the arguments of the chosen environment."""
    chosen = str((action.get("selected_option") or {}).get("value") or "")
    environments = await homes.startable(desk.services, who.user)
    if environments:
        await open_form(desk, who, start_form(environments, chosen, who.place))


async def act_on_run(desk: Desk, who: Asker, payload: dict[str, Any]) -> None:
    """From a card or any message in its thread, whoever wrote it."""
    await desk.audience(who).must_not_be_turned_away()
    channel, names = (
        who.channel or "",
        [payload["message_ts"], payload.get("thread") or payload["message_ts"]],
    )
    number = await offering.run_of_message(desk.services, channel, names)
    await _offer(desk, who, number)


async def _offer(desk: Desk, who: Asker, number: int) -> None:
    dossier, possible = await offering.offered(desk.services, request(who), number)
    root = dossier.root
    link = permalink(desk.url, root.channel, root.ts) if root else ""
    view = act_form.act_form(dossier, possible, who.place, link=link)
    await open_form(desk, who, view, instead=f"Type /canary show #{number}")


async def show(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    await desk.private.tell(
        who, *answers.show(await asking.dossier(desk.services, about(who, _number(action))))
    )


async def remind(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    number = _number(action)
    await reminding.remind_now(desk.services, about(who, number))
    text = f"Reminded in the thread of run #{number}."
    await desk.private.tell(who, text, [section(text)])


async def cancel(desk: Desk, who: Asker, action: dict[str, Any]) -> None:
    """Whether they may cancel it is checked when the form is submitted."""
    dossier = await asking.dossier(desk.services, about(who, _number(action)))
    form = act_form.cancel(
        dossier.run.number, dossier.run.environment, About(value=value_of(action), channel=who.place)
    )
    await open_form(desk, who, form, instead=f"Type /canary cancel #{dossier.run.number} <reason>")


async def cancelled(desk: Desk, who: Asker, asked: CancelRequest) -> None:
    await runs.cancel(desk.services, asked)
    await desk.private.tell(who, f"Run #{asked.run} is cancelled.")


def run_number(value: str) -> int:
    """Raises ValueError for text that is the number of no run."""
    if not _RUN.fullmatch(value):
        raise ValueError(f"{value[:40]!r} is no run's number")
    return int(value)


def _number(action: dict[str, Any]) -> int:
    try:
        return run_number(value_of(action))
    except ValueError:
        raise Refused("I can't find the run that this button belongs to.") from None


SHORTCUTS: Mapping[str, Shortcut] = {START_RUN: start_run, ACT_ON_RUN: act_on_run}
