"""What one person can do with a run now, as a form with a button for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.rules.dossier import Dossier
from bot.rules.possible import Possible
from bot.rules.run import RunState
from bot.slack.actions import Button
from bot.slack.blocks import (
    Block,
    Element,
    actions,
    ask,
    context,
    link_button,
    modal,
    notice,
    section,
    text_input,
)
from bot.slack.fallback import NEWEST, TABLES, fall_back
from bot.slack.forms import About, Form
from bot.slack.messages.card import CONDITIONAL_GO, GO, NO_GO, WAIVE, vote_buttons
from bot.slack.messages.home import OPEN, now, state
from bot.slack.messages.watch import prompt_buttons
from bot.slack.text import escape

REMIND = Button("act_remind", "Remind who is missing")
CANCEL = Button("act_cancel", "Cancel the run", "danger", opens_form=True)
SHOW = Button("act_show", "Show details")

MOST_PROMPTS = 3


def act_form(dossier: Dossier, possible: Possible, place: str, *, link: str) -> dict[str, Any]:
    """`place`: where it is opened from; `link`: to the card, if there is one."""
    run = dossier.run
    about = About(value=str(run.number), channel=place)
    groups = [_votes(dossier, possible), *_prompts(dossier, possible), _rest(dossier, possible, link)]
    blocks: list[Block] = [section(f"*{state(dossier)}*\n{now(dossier)}")]
    if not possible.vote and not possible.waive and not possible.prompts:
        blocks.append(context("Nothing needs you here."))
    blocks += [actions(buttons) for buttons in groups if buttons]
    return notice(
        callback=Form.ACT,
        title=f"Run #{run.number}",
        metadata=about.model_dump_json(),
        blocks=fall_back(blocks, NEWEST | TABLES),
    )


def cancel(run: int, environment: str, about: About) -> dict[str, Any]:
    return modal(
        callback=Form.CANCEL,
        title="Cancel the run",
        submit="Cancel run",
        metadata=about.model_dump_json(),
        blocks=[
            section(f"Run #{run} on *{escape(environment)}* ends without a decision."),
            ask("reason", "Why?", text_input()),
        ],
    )


def _votes(dossier: Dossier, possible: Possible) -> list[Element]:
    if dossier.run.state is not RunState.DECIDING:
        return []
    shown = [*possible.approve * [GO, CONDITIONAL_GO], *possible.vote * [NO_GO], *possible.waive * [WAIVE]]
    actions = {button.action for button in shown}
    return [button for button in vote_buttons(dossier) if button["action_id"] in actions]


def _prompts(dossier: Dossier, possible: Possible) -> list[list[Element]]:
    return [prompt_buttons(dossier, prompt) for prompt in possible.prompts[:MOST_PROMPTS]]


def _rest(dossier: Dossier, possible: Possible, link: str) -> list[Element]:
    number = str(dossier.run.number)
    what = f"run {number}"
    shown: Sequence[Button] = [SHOW, *possible.remind * [REMIND], *possible.cancel * [CANCEL]]
    open_card = (
        [link_button("Open the card", link, action=OPEN, label=f"Open the card of {what}")] if link else []
    )
    return [*open_card, *(each.about(what, number) for each in shown)]
