"""Submitted forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from bot.plan.load import Loaded
from bot.rules import request
from bot.rules.approval import Choice
from bot.rules.principal import Principal
from bot.rules.request import (
    ActionClick,
    ActionConfirmation,
    ActionDoubt,
    ActionSettlement,
    Ballot,
    CancelRequest,
    Click,
    ConditionClick,
    ConditionRelease,
    ConditionReport,
    PromptAnswer,
    PromptClick,
    StartRequest,
    WaiverRequest,
)
from bot.rules.rollback import Answer
from bot.slack import condition_form, start_form
from bot.slack.forms import Answers, Form
from bot.slack.private import Asker
from bot.workflow import conditions, confirming, homes, settling, waiving, watching
from commands.slack import shortcuts
from commands.slack.desk import Desk
from commands.slack.typed import start_and_tell
from commands.slack.vote import vote

Asked: TypeAlias = (
    Ballot
    | WaiverRequest
    | PromptAnswer
    | CancelRequest
    | ConditionReport
    | ConditionRelease
    | ActionConfirmation
    | ActionSettlement
)

# not carried out long after they were submitted
OF_THE_MOMENT = frozenset({Form.START, Form.CANCEL, Form.ACTION})


def names_a_time(view: dict[str, Any]) -> bool:
    return Form(view["callback_id"]) is Form.CONDITIONAL_GO


def problems(view: dict[str, Any], now: datetime | None, configuration: Loaded) -> Mapping[str, str]:
    """Returns input -> what is wrong with it, shown in the form; nothing is stored. `now`: for inputs with a
    time.
    """
    if Form(view["callback_id"]) is Form.START:
        return start_form.problems(view, configuration)
    found = request.problems(_asked(view, ""), now)
    if Form(view["callback_id"]) is Form.CONDITIONAL_GO:
        answers = Answers(view)
        return {condition_form.named(answers, name): problem for name, problem in found.items()}
    return found


async def submitted(desk: Desk, who: Asker, view: dict[str, Any]) -> None:
    if Form(view["callback_id"]) is Form.START:
        await start(desk, who, Answers(view))
        return
    match _asked(view, who.user):
        case Ballot() as ballot:
            await vote(desk, who, ballot)
        case WaiverRequest() as asked:
            await waiving.waive(desk.services, asked)
        case PromptAnswer() as answer:
            await watching.answer(desk.services, answer)
        case ConditionReport() as report:
            await conditions.report_met(desk.services, report)
        case ConditionRelease() as release:
            await conditions.release(desk.services, release)
        case CancelRequest() as asked:
            await shortcuts.cancelled(desk, who, asked)
        case ActionConfirmation() as asked:
            await confirming.confirm(desk.services, asked)
        case ActionSettlement() as asked:
            await settling.settle(desk.services, asked)


async def start(desk: Desk, who: Asker, answers: Answers) -> None:
    """The same as typing it in the environment's channel, by somebody who can see it."""
    name = answers.choice(start_form.ENVIRONMENT)
    environment = (await homes.startable(desk.services, who.user)).get(name)
    asked = StartRequest(
        by=Principal.slack_user(who.user),
        channel=environment.channel if environment else "",
        environment=name,
        arguments=start_form.given(answers, environment, name) if environment else {},
        in_form=True,
    )
    await start_and_tell(desk, who, asked)


def _asked(view: dict[str, Any], user: str) -> Asked:
    """The form's request; its inputs have the names of the fields."""
    return _READ[Form(view["callback_id"])](Answers(view), Principal.slack_user(user))


def _conditional_go(answers: Answers, by: Principal) -> Ballot:
    condition = condition_form.read(answers)
    return _click(answers, by).ballot(Choice.CONDITIONAL_GO, condition=condition)


def _no_go(answers: Answers, by: Principal) -> Ballot:
    return _click(answers, by).ballot(Choice.NO_GO, answers.text("reason"))


def _waive(answers: Answers, by: Principal) -> WaiverRequest:
    return _click(answers, by).waiver(answers.choice("check"), answers.text("reason"))


def _false_alarm(answers: Answers, by: Principal) -> PromptAnswer:
    about = answers.about
    click = PromptClick(prompt=about.value, channel=about.channel, by=by)
    return click.answered(Answer.FALSE_ALARM, answers.text("reason"))


def _cancel(answers: Answers, by: Principal) -> CancelRequest:
    about = answers.about
    run = shortcuts.run_number(about.value)
    return CancelRequest(by=by, channel=about.channel, run=run, reason=answers.text("reason"))


def _action(answers: Answers, by: Principal) -> ActionConfirmation:
    about = answers.about
    click = ActionClick.parse(about.value, about.channel, by)
    return ActionConfirmation(**dict(click), preview=about.seen)


def _settlement(answers: Answers, by: Principal) -> ActionSettlement:
    about = answers.about
    return ActionDoubt.parse(about.value, about.channel, by).settlement(answers.text("note"))


def _condition_met(answers: Answers, by: Principal) -> ConditionReport:
    return ConditionReport(**dict(_condition_click(answers, by)), statement=answers.text("statement"))


def _condition_lift(answers: Answers, by: Principal) -> ConditionRelease:
    return ConditionRelease(**dict(_condition_click(answers, by)), reason=answers.text("reason"))


def _condition_click(answers: Answers, by: Principal) -> ConditionClick:
    return ConditionClick.parse(answers.about.value, answers.about.channel, by)


def _click(answers: Answers, by: Principal) -> Click:
    """The click that opened the form."""
    return Click.parse(answers.about.value, answers.about.channel, by)


_READ: Mapping[Form, Callable[[Answers, Principal], Asked]] = {
    Form.CONDITIONAL_GO: _conditional_go,
    Form.NO_GO: _no_go,
    Form.WAIVE: _waive,
    Form.FALSE_ALARM: _false_alarm,
    Form.CANCEL: _cancel,
    Form.ACTION: _action,
    Form.ACTION_DONE: _settlement,
    Form.ACTION_NOT_DONE: _settlement,
    Form.CONDITION_MET: _condition_met,
    Form.CONDITION_LIFT: _condition_lift,
}
