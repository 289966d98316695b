"""Requests, however they are made: complete in themselves, validated by the use case that handles them, and
carrying no authority.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Self

from bot.base.errors import Misused
from bot.base.plain import says_something
from bot.plan.member import is_user
from bot.rules.approval import Choice, Condition
from bot.rules.principal import Principal
from bot.rules.rollback import Answer
from bot.rules.run import Run
from checks.reading import Record

HOME = "home"  # for requests from an App Home; no channel has that name
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
LONGEST_CONDITION = timedelta(days=366)  # before it is due
LONGEST_SAID = 2000  # characters of a reason, a note or a condition; forms and the parser stop people earlier


class Request(Record):
    by: Principal
    channel: str = ""  # in which they asked, or of the message they clicked; "" if none


class StartRequest(Request):
    """`channel`: the environment's, if they asked with a form, after finding that they can see it."""

    environment: str
    arguments: Mapping[str, str]  # as given
    in_form: bool = False  # which opens anywhere: they need not be in the channel


class CaptureRequest(Request):
    """To capture a baseline."""

    environment: str
    length: timedelta
    name: str = ""


class EnvironmentRequest(Request):
    """About an environment, by its name."""

    environment: str


class RunRequest(Request):
    """About a run, by its number."""

    run: int


class CancelRequest(RunRequest):
    reason: str


class RollbackReport(RunRequest):
    reason: str = ""


class NumberedBallot(RunRequest):
    """A vote on whatever evidence is current when it is cast."""

    choice: Choice
    reason: str = ""


class Click(Request):
    """A button on a run's card, or the form that one opened."""

    run_key: str
    evidence: str  # digest that the clicked message showed

    @classmethod
    def parse(cls, value: str, channel: str, by: Principal) -> Self:
        """`value`: the button's value, from `value_of`. A malformed one matches no run or evidence."""
        key, _, evidence = value.partition(" ")
        return cls(run_key=key, evidence=evidence, channel=channel, by=by)

    @staticmethod
    def value_of(run: Run) -> str:
        """The value of the buttons on a run's card: the run's key and the digest of the evidence shown."""
        return f"{run.key} {run.evidence}"

    def ballot(self, choice: Choice, reason: str = "", condition: Condition | None = None) -> Ballot:
        return Ballot(**dict(self), choice=choice, reason=reason, condition=condition)

    def waiver(self, check: str, reason: str) -> WaiverRequest:
        return WaiverRequest(**dict(self), check=check, reason=reason)


class Ballot(Click):
    choice: Choice
    reason: str = ""
    condition: Condition | None = None


class WaiverRequest(Click):
    check: str
    reason: str


class PromptClick(Request):
    """A button on a rollback prompt, or the form that one opened."""

    prompt: str  # its key

    def answered(self, answer: Answer, reason: str = "") -> PromptAnswer:
        return PromptAnswer(**dict(self), answer=answer, reason=reason)


class PromptAnswer(PromptClick):
    answer: Answer
    reason: str = ""


class ChecklistClick(Request):
    """The button of an item of a run's monitoring checklist."""

    run_key: str
    item: int  # -1 if the button names none

    @classmethod
    def parse(cls, value: str, channel: str, by: Principal) -> Self:
        """`value`: the button's value, from `value_of`. A malformed one matches no run or item."""
        key, _, item = value.partition(" ")
        return cls(run_key=key, item=int(item) if _NUMBER.fullmatch(item) else -1, channel=channel, by=by)

    @staticmethod
    def value_of(run_key: str, item: int) -> str:
        return f"{run_key} {item}"


class ActionClick(Request):
    """The button of an action, or the form that one opened."""

    run_key: str
    action: str  # its name in the configuration

    @classmethod
    def parse(cls, value: str, channel: str, by: Principal) -> Self:
        """`value`: the button's value, from `value_of`. A malformed one matches no run or action."""
        key, _, action = value.partition(" ")
        return cls(run_key=key, action=action, channel=channel, by=by)

    @staticmethod
    def value_of(run: Run, action: str) -> str:
        return f"{run.key} {action}"


class ActionConfirmation(ActionClick):
    """Somebody has seen what an action would do, and confirms it."""

    preview: str  # key of what they saw


class ActionDoubt(ActionClick):
    """A button below an unclear attempt, or the form that one opened."""

    attempt: int  # -1 if the button names none
    done: bool

    @classmethod
    def parse(cls, value: str, channel: str, by: Principal) -> Self:
        key, action, attempt, done = (*value.split(" "), "", "", "", "")[:4]
        number = int(attempt) if _NUMBER.fullmatch(attempt) else -1
        return cls(run_key=key, action=action, attempt=number, done=done == "done", channel=channel, by=by)

    @staticmethod
    def value_of_answer(run: Run, action: str, attempt: int, *, done: bool) -> str:
        return f"{run.key} {action} {attempt} {'done' if done else 'not-done'}"

    def settlement(self, note: str) -> ActionSettlement:
        return ActionSettlement(**dict(self), note=note)


class ActionSettlement(ActionDoubt):
    note: str  # how they know


class ConditionClick(Request):
    """A button of a condition, or the form that one opened."""

    run_key: str
    number: int  # -1 if the button names none

    @classmethod
    def parse(cls, value: str, channel: str, by: Principal) -> Self:
        """`value`: the button's value, from `value_of`. A malformed one matches no run or condition."""
        key, _, number = value.partition(" ")
        return cls(
            run_key=key, number=int(number) if _NUMBER.fullmatch(number) else -1, channel=channel, by=by
        )

    @staticmethod
    def value_of(run_key: str, number: int) -> str:
        return f"{run_key} {number}"


class ConditionReport(ConditionClick):
    """Its owner says that it is met: what was done, or the answer to its question."""

    statement: str


class ConditionRelease(ConditionClick):
    """An approver lifts it."""

    reason: str


def problems(request: Request, now: datetime | None = None) -> Mapping[str, str]:
    """Field -> what is wrong with it, a sentence; empty if the request is complete.

    `now`: the time of the request; without it, due times are not checked.
    """
    match request:
        case Ballot(choice=Choice.CONDITIONAL_GO):
            return _problems_of(request.condition, now)
        case WaiverRequest(check=""):
            return {"check": "Choose which check.", **_unsaid(request)}
        case _:
            return _unsaid(request)


def require_complete(request: Request, now: datetime | None = None) -> None:
    """Raises Misused with the first problem."""
    for problem in problems(request, now).values():
        raise Misused(problem)


def _unsaid(request: Request) -> dict[str, str]:
    """What a person must say, and did not, or at too great length."""
    match request:
        case (
            Ballot(choice=Choice.NO_GO)
            | NumberedBallot(choice=Choice.NO_GO)
            | WaiverRequest()
            | CancelRequest()
            | PromptAnswer(answer=Answer.FALSE_ALARM)
        ):
            return _problem_with("reason", request.reason, "Say why")
        case ActionSettlement():
            return _problem_with("note", request.note, "Say how you know")
        case ConditionRelease():
            return _problem_with("reason", request.reason, "Say why it need not be met")
        case ConditionReport():
            return _problem_with("statement", request.statement, "Say how it became true")
        case _:
            return {}


def _problem_with(field: str, text: str, say: str) -> dict[str, str]:
    if not says_something(text):
        return {field: f"{say}, in a few words. It goes into the record."}
    return _too_long(field, text)


def _too_long(field: str, text: str) -> dict[str, str]:
    if len(text) <= LONGEST_SAID:
        return {}
    return {field: f"That is {len(text):,} characters long; the limit is {LONGEST_SAID:,}. Shorten it."}


def _problems_of(condition: Condition | None, now: datetime | None) -> dict[str, str]:
    said = condition.text if condition else ""
    wrong = _too_long("condition", said)
    if not says_something(said):
        wrong["condition"] = "Say what must become true, in a few words."
    if not (condition and is_user(condition.owner)):
        wrong["owner"] = "Choose who owns the condition."
    if now and not (condition and timedelta(0) < condition.due - now <= LONGEST_CONDITION):
        wrong["due"] = "Choose a time in the future, within a year."
    return wrong
