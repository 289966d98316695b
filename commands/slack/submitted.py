"""Forms that come back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from bot.base.plain import says_something
from bot.rules.approval import Choice, Condition
from bot.rules.request import Ballot, Click, WaiverRequest
from bot.rules.rollback import Answer
from bot.slack.forms import Answers, Form
from bot.slack.private import Asker
from bot.workflow import waiving, watching
from commands.slack.desk import Desk
from commands.slack.vote import vote

LONGEST = timedelta(days=366).total_seconds()  # until a condition is due

Submission: TypeAlias = Callable[[Desk, Asker, dict[str, Any]], Awaitable[None]]

_TEXTS = {
    Form.CONDITIONAL_GO: ("condition",),
    Form.NO_GO: ("reason",),
    Form.WAIVE: ("reason",),
    Form.FALSE_ALARM: ("reason",),
}


def names_a_time(view: dict[str, Any]) -> bool:
    return Form(view["callback_id"]) is Form.CONDITIONAL_GO


def problems(view: dict[str, Any], now: datetime | None) -> dict[str, str]:
    """Input -> what is wrong with it; shown in the form, and nothing is stored. `now`: where it names a time."""
    form = Form(view["callback_id"])
    answers = Answers(view)
    wrong = {
        name: "Say it in a few words: it is recorded."
        for name in _TEXTS[form]
        if not says_something(answers.text(name))
    }
    if form is Form.CONDITIONAL_GO and not answers.user("owner"):
        wrong["owner"] = "Name somebody: a condition needs an owner."
    if now and not 0 < (answers.time("due") or 0) - now.timestamp() <= LONGEST:
        wrong["due"] = "Choose a time in the future, within a year."
    return wrong


async def conditional_go(desk: Desk, who: Asker, view: dict[str, Any]) -> None:
    answers = Answers(view)
    condition = Condition(
        text=answers.text("condition"),
        owner=answers.user("owner"),
        due=datetime.fromtimestamp(answers.time("due") or 0, UTC),
    )
    await _vote(desk, who, answers, Choice.CONDITIONAL_GO, condition=condition)


async def no_go(desk: Desk, who: Asker, view: dict[str, Any]) -> None:
    answers = Answers(view)
    await _vote(desk, who, answers, Choice.NO_GO, reason=answers.text("reason"))


async def _vote(
    desk: Desk,
    who: Asker,
    answers: Answers,
    choice: Choice,
    *,
    reason: str = "",
    condition: Condition | None = None,
) -> None:
    click = _click(who, answers)
    await vote(desk, who, Ballot(**dict(click), choice=choice, reason=reason, condition=condition))


async def waive(desk: Desk, who: Asker, view: dict[str, Any]) -> None:
    answers = Answers(view)
    click = _click(who, answers)
    request = WaiverRequest(**dict(click), check=answers.choice("check"), reason=answers.text("reason"))
    await waiving.waive(desk.services, request)


async def false_alarm(desk: Desk, who: Asker, view: dict[str, Any]) -> None:
    answers = Answers(view)
    await watching.answer(
        desk.services,
        key=answers.about.value,
        channel=answers.about.channel,
        person=who.user,
        answer=Answer.FALSE_ALARM,
        note=answers.text("reason"),
    )


def _click(who: Asker, answers: Answers) -> Click:
    """The one that opened the form."""
    return Click.parse(answers.about.value, answers.about.channel, who.user)


SUBMITTED: Mapping[str, Submission] = {
    Form.CONDITIONAL_GO: conditional_go,
    Form.NO_GO: no_go,
    Form.WAIVE: waive,
    Form.FALSE_ALARM: false_alarm,
}
