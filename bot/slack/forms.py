"""The forms (modals) for a conditional go, a no-go, a waiver and a false alarm.

Each shows its subject, and the effect of submitting it. It carries ids and no authority.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar

from bot.base.plain import plain
from bot.rules.approval import Choice
from bot.rules.condition import TrackedCondition
from bot.rules.dossier import Dossier
from bot.rules.labels import ANSWERS, CHOICES
from bot.rules.quiet import zone_of
from bot.rules.rollback import Answer, Prompt
from bot.slack import condition_form
from bot.slack.blocks import (
    Block,
    alert,
    ask,
    choice_input,
    context,
    modal,
    section,
    sections,
    text_input,
)
from bot.slack.messages.lines import check_line, not_passed, recommended, subject, title, verdict
from bot.slack.messages.wording import measured
from bot.slack.text import cut, escape, one_line
from checks.reading import Record

MOST_LINES = 5  # checks named in a form
LONGEST_QUESTION = 300  # characters, as an input's label
WORKDAY_BEGINS = time(10)  # default due time of conditions
_SATURDAY = 5

_RESULTS_CHANGED = "The results have changed since the message you clicked. This form shows the current ones."


class Form(enum.StrEnum):
    """Callback ids."""

    CONDITIONAL_GO = "form_conditional_go"
    NO_GO = "form_no_go"
    WAIVE = "form_waive"
    FALSE_ALARM = "form_false_alarm"
    START = "form_start"
    ACT = "form_act"
    CANCEL = "form_cancel"
    ACTION = "form_action"
    ACTION_DONE = "form_action_done"
    ACTION_NOT_DONE = "form_action_not_done"
    CONDITION_MET = "form_condition_met"
    CONDITION_LIFT = "form_condition_lift"


class About(Record):
    """What a form is about, in its private metadata: only ids, which are looked up again on submission."""

    value: str  # of the button that opened it
    channel: str
    seen: str = ""  # key of the preview shown, if that is what is confirmed
    template: str = ""  # of the condition whose inputs are shown


def conditional_go(
    dossier: Dossier,
    about: About,
    due: datetime,
    alerts: Sequence[Block],
    *,
    chosen: str | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """`due`: the due time, unless the `chosen` template sets it relative to `now`. None: the initial
    proposal.
    """
    chosen = condition_form.first(dossier) if chosen is None else chosen
    missing = dossier.tally().waivers_missing
    waivers = (
        f" A go also needs {'a waiver' if len(missing) == 1 else 'waivers'} for {_named(dossier, missing)}."
    )
    return _form(
        Form.CONDITIONAL_GO,
        title=CHOICES[Choice.CONDITIONAL_GO],
        submit="Approve with condition",
        about=about.model_copy(update={"template": chosen}),
        blocks=[
            *alerts,
            *_results(dossier),
            context(f"This vote counts as a Go, with a condition.{waivers if missing else ''}"),
            *condition_form.inputs(dossier, about.value, due, chosen, now or due),
        ],
    )


def no_go(dossier: Dossier, about: About, alerts: Sequence[Block]) -> dict[str, Any]:
    return _form(
        Form.NO_GO,
        title="Vote No-go",
        submit="Vote No-go",
        about=about,
        blocks=[
            *alerts,
            *_results(dossier),
            context("Your No-go alone ends the run: it does not go ahead."),
            ask(
                "reason",
                "Reason",
                text_input(placeholder="For example: errors in checkout since the deploy"),
                hint="Shown with the decision.",
            ),
        ],
    )


def waive(
    dossier: Dossier,
    about: About,
    mine: Sequence[str],
    others: Mapping[str, str],
    alerts: Sequence[Block],
) -> dict[str, Any]:
    """`mine`: checks to choose from. `others`: checks that this person cannot waive -> whom to ask, as markup."""
    return _form(
        Form.WAIVE,
        title="Waive a check",
        submit="Waive check",
        about=about,
        blocks=[
            *alerts,
            section(_headline(dossier)),
            *sections(_some(dossier, [*mine, *others])),
            *([context(_for_others(dossier, others))] if others else []),
            context(
                "A waiver excuses one failed check, for this run only. A Go needs it; a No-go doesn't. It is not a vote."
            ),
            ask(
                "check",
                "Which check?",
                choice_input({check: title(dossier, check) for check in mine}),
            ),
            ask(
                "reason",
                "Why is it safe to continue?",
                text_input(placeholder="Known issue, fixed in the next version"),
                hint="The thread and the record show it.",
            ),
        ],
    )


def false_alarm(dossier: Dossier, prompt: Prompt, about: About) -> dict[str, Any]:
    watch = dossier.plan.environment.watch
    assert watch
    trigger = watch.triggers[prompt.trigger]
    return _form(
        Form.FALSE_ALARM,
        title=ANSWERS[Answer.FALSE_ALARM],
        submit="Report false alarm",
        about=about,
        blocks=[
            section(
                f"{_about_run(dossier)}\n*{escape(title(dossier, trigger.check))}*: {measured(dossier, prompt)}"
            ),
            context(
                "This closes the rollback prompt. The watch goes on, and asks again if the check passes and then fails again."
            ),
            ask(
                "reason",
                "Why is it a false alarm?",
                text_input(placeholder="Load test by the platform team, over by 3 PM"),
                hint="The thread and the record show it.",
            ),
        ],
    )


def condition_met(dossier: Dossier, condition: TrackedCondition, about: About) -> dict[str, Any]:
    return _form(
        Form.CONDITION_MET,
        title="Condition met",
        submit="Close condition",
        about=about,
        blocks=[
            section(_condition(dossier, condition)),
            ask(
                "statement",
                cut(condition.question, LONGEST_QUESTION) or "How did it become true?",
                text_input(placeholder="Coverage is 62 of 62 since the backfill at 08:26 UTC"),
                hint="The thread and the record show it.",
            ),
        ],
    )


def condition_lift(dossier: Dossier, condition: TrackedCondition, about: About) -> dict[str, Any]:
    return _form(
        Form.CONDITION_LIFT,
        title="Lift a condition",
        submit="Lift condition",
        about=about,
        blocks=[
            section(_condition(dossier, condition)),
            context(
                "It is then closed without being met, and holds nothing any more. Someone who votes on the run, and is not its owner, can do that."
            ),
            ask("reason", "Why need it not be met?", text_input(), hint="The thread and the record show it."),
        ],
    )


def _condition(dossier: Dossier, condition: TrackedCondition) -> str:
    return f"{_about_run(dossier)}\n*Condition {condition.number}*: {one_line(condition.text)}"


def results_changed() -> Block:
    return alert(_RESULTS_CHANGED, "warning")


def objection(text: str) -> Block:
    """`text`: as markup, why the form's request would be refused."""
    return alert(text, "error")


def proposed_due(now: datetime, time_zone: str) -> datetime:
    """The next working day at ten in the reader's time zone; if that is unknown, a day from now, on the hour."""
    if time_zone:
        local = now.astimezone(zone_of(time_zone, ""))
        due = datetime.combine(local.date() + timedelta(days=1), WORKDAY_BEGINS, local.tzinfo)
    else:
        due = (now + timedelta(days=1, hours=1)).replace(minute=0, second=0, microsecond=0)
    while due.weekday() >= _SATURDAY:
        due += timedelta(days=1)
    return due


def results(dossier: Dossier) -> list[str]:
    """What a vote is about: the recommendation, and one line per check that did not pass; as markup."""
    return [_headline(dossier), *_some(dossier, [name for name, _ in not_passed(dossier)])]


def _results(dossier: Dossier) -> list[Block]:
    return sections(results(dossier))


def _headline(dossier: Dossier) -> str:
    return f"{_about_run(dossier)}\n*{recommended(dossier)}*: {one_line(verdict(dossier))}"


def _about_run(dossier: Dossier) -> str:
    said, number = escape(subject(dossier)), f"run #{dossier.run.number}"
    return f"*{said}*" if said.endswith(number) else f"*{said}* · {number}"


def _some(dossier: Dossier, checks: Sequence[str]) -> list[str]:
    lines = [check_line(dossier, name, dossier.results[name]) for name in checks[:MOST_LINES]]
    more = len(checks) - MOST_LINES
    return [*lines, f"and {more} more; the thread has them all"] if more > 0 else lines


def _named(dossier: Dossier, checks: Sequence[str]) -> str:
    named = [escape(title(dossier, check)) for check in checks[:MOST_LINES]]
    more = len(checks) - MOST_LINES
    return ", ".join([*named, f"{more} more"] if more > 0 else named)


def _for_others(dossier: Dossier, others: Mapping[str, str]) -> str:
    said = [f"{escape(title(dossier, check))}: {ask}" for check, ask in list(others.items())[:MOST_LINES]]
    more = len(others) - MOST_LINES
    return "You can't waive these:\n" + "\n".join([*said, f"and {more} more"] if more > 0 else said)


def _form(form: Form, *, title: str, submit: str, about: About, blocks: Sequence[Block]) -> dict[str, Any]:
    return modal(callback=form, title=title, submit=submit, metadata=about.model_dump_json(), blocks=blocks)


class Answers:
    """The values of a submitted form, by input name. Some servers omit inputs that were left empty.

    Raises TypeError for values of other types than Slack sends.
    """

    def __init__(self, view: dict[str, Any]) -> None:
        self._values = _of_type(dict, _of_type(dict, view.get("state")).get("values"))
        self.about = About.model_validate(json.loads(view["private_metadata"]))

    def text(self, name: str) -> str:
        """The typed text, without invisible characters."""
        return plain(_of_type(str, self._input(name).get("value"))).strip()

    def user(self, name: str) -> str:
        return _of_type(str, self._input(name).get("selected_user"))

    def choice(self, name: str) -> str:
        return _chosen(self._input(name).get("selected_option"))

    def choices(self, name: str) -> tuple[str, ...]:
        """The chosen options, each once; empty if the form has no such input."""
        found = _of_type(list, self._input(name).get("selected_options"))
        return tuple(dict.fromkeys(filter(None, map(_chosen, found))))

    def has(self, name: str) -> bool:
        """Whether the form has that input."""
        return name in self._values

    def given(self, name: str) -> str:
        """The typed or chosen value, for any kind of input; "" if there is none."""
        return self.choice(name) or self.user(name) or self.text(name)

    def time(self, name: str) -> datetime | None:
        """None if there is none, or it is beyond what a calendar holds."""
        seconds = _of_type(int, self._input(name).get("selected_date_time"))
        try:
            return datetime.fromtimestamp(seconds, UTC) if seconds else None
        except (ValueError, OverflowError, OSError):
            return None

    def _input(self, name: str) -> dict[str, Any]:
        return _of_type(dict, _of_type(dict, self._values.get(name)).get(name))


T = TypeVar("T")


def _of_type(kind: type[T], value: object) -> T:
    """The value; an empty one if there is none. Raises TypeError if it is of another type."""
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind.__name__}, found {type(value).__name__}")
    return value


def _chosen(option: object) -> str:
    return _of_type(str, _of_type(dict, option).get("value"))
