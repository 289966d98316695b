"""A sample of every form, as long as a configuration can make it: the sequel of `samples`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from bot.plan.model import Pinned
from bot.rules.dossier import Dossier
from bot.rules.possible import Possible
from bot.rules.request import ActionClick, ActionDoubt, ConditionClick
from bot.rules.run import RunState
from bot.slack import act_form, action_form, condition_form, forms
from bot.slack.forms import About, Form
from bot.slack.samples import MANY, OTHER, WORDS, dossier_of
from bot.slack.start_form import start_form
from bot.slack.validation import View
from checks.actions.base import Preview

_LINK = "https://example.slack.com/archives/C0000000000/p1700000000000100"


class FormSample(NamedTuple):
    name: str
    view: View


class Runs(NamedTuple):
    """A run of the environment in each of its states."""

    checking: Dossier
    deciding: Dossier
    closed: Dossier

    @property
    def about(self) -> About:
        run = self.deciding.run
        return About(value=f"{run.key} {run.evidence}", channel=run.channel, seen="x" * 32, template="x" * 60)


def form_samples(pinned: Pinned, now: datetime) -> Iterator[FormSample]:
    """Each form, in each way that it can look."""
    states = (RunState.CHECKING, RunState.DECIDING, RunState.CLOSED)
    runs = Runs(*(dossier_of(pinned, state, now) for state in states))
    for form, shown in FORMS_OF_SAMPLES.items():
        for number, view in enumerate(shown(runs, now), 1):
            yield FormSample(f"form {form.removeprefix('form_').replace('_', ' ')} {number}", view)


def _conditional_go(runs: Runs, now: datetime) -> Iterator[View]:
    """With each condition that can be chosen, and with none."""
    alerts = [forms.results_changed(), forms.objection("x" * WORDS)]
    for chosen in (*condition_form.offered(runs.deciding), ""):
        due = now + timedelta(days=1)
        yield forms.conditional_go(runs.deciding, runs.about, due, alerts, chosen=chosen, now=now)


def _no_go(runs: Runs, _: datetime) -> Iterator[View]:
    yield forms.no_go(runs.deciding, runs.about, [forms.results_changed(), forms.objection("x" * WORDS)])


def _waive(runs: Runs, _: datetime) -> Iterator[View]:
    """All checks are this person's, or all are others'."""
    checks = list(runs.deciding.plan.environment.checks)
    others = dict.fromkeys(checks, f"Only its owner can. Ask <@{OTHER}>.")
    alerts = [forms.results_changed()]
    yield forms.waive(runs.deciding, runs.about, checks, {}, alerts)
    yield forms.waive(runs.deciding, runs.about, checks[:1], others, alerts)


def _false_alarm(runs: Runs, _: datetime) -> Iterator[View]:
    for prompt in runs.closed.prompts:
        yield forms.false_alarm(runs.closed, prompt, runs.about)


def _start(runs: Runs, _: datetime) -> Iterator[View]:
    """Without and with the arguments of the environment."""
    plan = runs.deciding.plan
    another = {plan.name: plan.environment, "x" * 60: plan.environment}
    yield start_form(another, place=runs.deciding.run.channel)
    yield start_form(another, plan.name, runs.deciding.run.channel)


def _act(runs: Runs, _: datetime) -> Iterator[View]:
    for whole in runs:
        possible = Possible(
            approve=True, vote=True, waive=True, remind=True, cancel=True, prompts=whole.prompts
        )
        yield act_form.act_form(whole, possible, whole.run.channel, link=_LINK)


def _cancel(runs: Runs, _: datetime) -> Iterator[View]:
    run = runs.deciding.run
    yield act_form.cancel(run.number, run.environment, runs.about)


def _action(runs: Runs, _: datetime) -> Iterator[View]:
    """While its preview is made, refused, and to be confirmed: also by a second person, and if it cannot be done."""
    whole = runs.closed
    seen = Preview(does=("x" * WORDS,) * 3, rows=MANY, verb="update", sample=("x" * WORDS,) * 10)
    impossible = seen.model_copy(update={"problem": "x" * WORDS})
    for name in whole.plan.environment.actions:
        about = runs.about.model_copy(update={"value": ActionClick.value_of(whole.run, name)})
        yield action_form.looking(whole, name, about)
        yield action_form.refused(whole, name, about, ["x" * WORDS] * 2)
        yield action_form.confirm(whole, name, about, seen, None)
        yield action_form.confirm(whole, name, about, seen, whole.actions[0])
        yield action_form.confirm(whole, name, about, impossible, None)


def _settle(runs: Runs, _: datetime, *, done: bool) -> Iterator[View]:
    whole = runs.closed
    for action in whole.actions:
        value = ActionDoubt.value_of_answer(whole.run, action.name, action.attempt, done=done)
        about = runs.about.model_copy(update={"value": value})
        yield action_form.settle(whole, action, about, done=done)


def _condition(runs: Runs, _: datetime, *, form: Callable[[Dossier, Any, About], View]) -> Iterator[View]:
    whole = runs.closed
    condition = whole.conditions[0]
    value = ConditionClick.value_of(whole.run.key, condition.number)
    yield form(whole, condition, runs.about.model_copy(update={"value": value}))


FORMS_OF_SAMPLES: Mapping[Form, Callable[[Runs, datetime], Iterator[View]]] = {
    Form.CONDITIONAL_GO: _conditional_go,
    Form.NO_GO: _no_go,
    Form.WAIVE: _waive,
    Form.FALSE_ALARM: _false_alarm,
    Form.START: _start,
    Form.ACT: _act,
    Form.CANCEL: _cancel,
    Form.ACTION: _action,
    Form.ACTION_DONE: partial(_settle, done=True),
    Form.ACTION_NOT_DONE: partial(_settle, done=False),
    Form.CONDITION_MET: partial(_condition, form=forms.condition_met),
    Form.CONDITION_LIFT: partial(_condition, form=forms.condition_lift),
}
