"""The form that starts a run: an environment, then its arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.base.plain import pasted
from bot.plan.argument import LONGEST, Argument
from bot.plan.load import Loaded
from bot.plan.model import Environment
from bot.slack.blocks import (
    LONGEST_OPTION,
    MOST_OPTIONS,
    Block,
    Element,
    ask,
    choice_input,
    modal,
    section,
    text_input,
    user_input,
)
from bot.slack.forms import About, Answers, Form
from bot.slack.text import escape
from checks.units import say_count

ENVIRONMENT = "start_environment"

_STALE = "Close this form and open it again"


def start_form(environments: Mapping[str, Environment], chosen: str = "", place: str = "") -> dict[str, Any]:
    """`environments`: the options. `place`: where it is opened from."""
    chosen = next(iter(environments)) if len(environments) == 1 else chosen
    options = choice_input({name: name for name in environments}, chosen)
    blocks = [ask(ENVIRONMENT, "Environment", options, reports=True)]
    if found := environments.get(chosen):
        blocks += [_about(chosen, found), *_arguments(chosen, found)]
    return modal(
        callback=Form.START,
        title="Start a run",
        submit="Start run",
        metadata=About(value=chosen, channel=place).model_dump_json(),
        blocks=blocks,
    )


def _about(name: str, environment: Environment) -> Block:
    votes = " and ".join(f"{count} of {role}" for role, count in environment.decide.approve.items())
    checks = say_count(len(environment.checks), "check")
    return section(
        f"Runs {checks} on *{escape(name)}* and posts a card in <#{escape(environment.channel)}>. A go needs {escape(votes)}."
    )


def _arguments(name: str, environment: Environment) -> Iterator[Block]:
    for argument, declared in environment.arguments.items():
        yield ask(
            field(name, argument),
            argument,
            _input(declared),
            hint=declared.description,
            optional=argument not in environment.required,
        )


def field(environment: str, argument: str) -> str:
    """The input's name. Each environment has its own: another may have an argument of that name with other
    values.
    """
    return f"{environment} {argument}"


def _input(argument: Argument) -> Element:
    if argument.author:
        return user_input(argument.default or "")
    offered = argument.choices
    if offered and len(offered) <= MOST_OPTIONS and all(len(each) <= LONGEST_OPTION for each in offered):
        return choice_input({each: each for each in offered}, argument.default or "")
    return text_input(
        placeholder=argument.example or "", longest=LONGEST, lines=False, initial=argument.default or ""
    )


def given(answers: Answers, environment: Environment, name: str) -> dict[str, str]:
    """Returns the arguments entered."""
    values = {argument: answers.given(field(name, argument)) for argument in environment.arguments}
    return {argument: value for argument, value in values.items() if value}


def problems(view: dict[str, Any], configuration: Loaded) -> Mapping[str, str]:
    """Returns input -> what is wrong with it, according to the current configuration, not the one when the
    form was opened.
    """
    answers = Answers(view)
    name = answers.choice(ENVIRONMENT)
    environment = configuration.plan.environments.get(name)
    if environment is None:
        return {ENVIRONMENT: _unavailable(name, configuration)}
    if answers.about.value != name:
        return {ENVIRONMENT: f"This form still shows the arguments of another environment. {_STALE}."}
    return _wrong(answers, environment, name)


def _unavailable(name: str, configuration: Loaded) -> str:
    if not name:
        return "Choose an environment."
    if name in configuration.stopped:
        return f"{name} is stopped. Choose another environment, or ask an operator."
    return f"{name} is no longer configured. {_STALE}."


def _wrong(answers: Answers, environment: Environment, name: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    filled = given(answers, environment, name)
    for argument, declared in environment.arguments.items():
        value = filled.get(argument, "")
        if not value and argument in environment.required:
            found[field(name, argument)] = f"{argument} is required."
        elif value and (problem := declared.problem_with(pasted(value))):
            found[field(name, argument)] = f"{problem[0].upper()}{problem[1:]}."
    lost = [shown for shown in found if not answers.has(shown)]
    return {ENVIRONMENT: f"The arguments of {name} have changed. {_STALE}."} if lost else found
