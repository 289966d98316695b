"""The forms (modals) for a conditional go, a no-go, a waiver and a false alarm."""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.base.plain import plain
from bot.rules.approval import Choice
from bot.rules.labels import ANSWERS, CHOICES
from bot.rules.rollback import Answer
from bot.rules.run import Run
from bot.slack.blocks import ask, choice_input, modal, section, text_input, time_input, user_input
from bot.slack.text import escape
from checks.reading import Record


class Form(enum.StrEnum):
    """Callback ids."""

    CONDITIONAL_GO = "form_conditional_go"
    NO_GO = "form_no_go"
    WAIVE = "form_waive"
    FALSE_ALARM = "form_false_alarm"
    START = "form_start"
    ACT = "form_act"
    CANCEL = "form_cancel"


class About(Record):
    """What a form is about, in its private metadata: only ids, which are looked up again on submission."""

    value: str  # of the button that opened it
    channel: str


def conditional_go(run: Run, about: About, due: datetime) -> dict[str, Any]:
    return _form(
        Form.CONDITIONAL_GO,
        CHOICES[Choice.CONDITIONAL_GO],
        about,
        [
            section(
                f"Your vote on run #{run.number} on *{escape(run.environment)}* counts as a go, with a condition."
            ),
            ask("condition", "What must become true?", text_input(placeholder="Promotion stays off until …")),
            ask("owner", "Who owns it?", user_input()),
            ask("due", "By when?", time_input(due)),
        ],
    )


def no_go(run: Run, about: About) -> dict[str, Any]:
    return _form(
        Form.NO_GO,
        CHOICES[Choice.NO_GO],
        about,
        [
            section(
                f"A single {CHOICES[Choice.NO_GO]} decides run #{run.number} on *{escape(run.environment)}*."
            ),
            ask("reason", "Why not?", text_input()),
        ],
    )


def waive(run: Run, about: About, checks: Sequence[str]) -> dict[str, Any]:
    return _form(
        Form.WAIVE,
        "Waive a check",
        about,
        [
            section(f"A waiver excuses a check of run #{run.number}. Only the check's owner can give it."),
            ask("check", "Which check?", choice_input({check: check for check in checks})),
            ask("reason", "Why is it safe to continue?", text_input()),
        ],
    )


def false_alarm(run: int, about: About) -> dict[str, Any]:
    return _form(
        Form.FALSE_ALARM,
        ANSWERS[Answer.FALSE_ALARM],
        about,
        [
            section(f"The watch of run #{run} goes on."),
            ask("reason", "Why is it a false alarm?", text_input()),
        ],
    )


def _form(form: Form, title: str, about: About, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    return modal(callback=form, title=title, submit="Send", metadata=about.model_dump_json(), blocks=blocks)


class Answers:
    """The values of a submitted form, by input name."""

    def __init__(self, view: dict[str, Any]) -> None:
        self._values = view["state"]["values"]
        self.about = About.model_validate(json.loads(view["private_metadata"]))

    def text(self, name: str) -> str:
        """The typed text, without invisible characters."""
        return plain(str(self._values[name][name].get("value") or "")).strip()

    def user(self, name: str) -> str:
        return str(self._values[name][name].get("selected_user") or "")

    def choice(self, name: str) -> str:
        return str((self._values[name][name].get("selected_option") or {}).get("value") or "")

    def has(self, name: str) -> bool:
        """Whether the form has that input."""
        return name in self._values

    def given(self, name: str) -> str:
        """What was typed or chosen, in an input of whatever kind; "" for none."""
        if not self.has(name):
            return ""
        return self.choice(name) or self.user(name) or self.text(name)

    def time(self, name: str) -> int | None:
        """Seconds since 1970."""
        found = self._values[name][name].get("selected_date_time")
        return int(found) if found is not None else None
