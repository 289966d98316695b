"""The inputs of a condition, in the form of a Conditional go: typed, or chosen from those that the
environment declares.

Choosing one fills in the form with separate inputs: Slack keeps what was typed into an input that stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.plan.member import is_user
from bot.plan.model import ConditionTemplate
from bot.rules.approval import Condition
from bot.rules.dossier import Dossier
from bot.rules.request import LONGEST_SAID
from bot.slack.blocks import (
    LONGEST_OPTION,
    Block,
    ask,
    choice_input,
    choices_input,
    context,
    text_input,
    time_input,
    user_input,
)
from bot.slack.messages.lines import not_passed, title
from bot.slack.text import cut, escape

if TYPE_CHECKING:
    from bot.slack.forms import Answers

TEMPLATE = "condition_template"  # the action id of the select; its options carry what the form is about
NONE = "-"  # neither a check nor a template has this name
_PASSED = " (passed in this run)"
_OTHER = "Something else"
_NO_TIME = datetime.fromtimestamp(0, UTC)  # in the past, so it is refused
_BLOCKED = "!"  # prefix of the option for a blocked check; no template has such a name


def offered(dossier: Dossier) -> dict[str, ConditionTemplate]:
    """The options: that a blocked check passes once it can run, then what the environment declares."""
    blocked = {
        f"{_BLOCKED}{name}": ConditionTemplate(
            text=f"Check {title(dossier, name)} once it can run", check=name
        )
        for name, result in not_passed(dossier)
        if result.blocked
    }
    return {**blocked, **dossier.plan.environment.decide.conditions}


def first(dossier: Dossier) -> str:
    """The preselected option when the form opens: the worst blocked check."""
    return next((name for name in offered(dossier) if name.startswith(_BLOCKED)), "")


def inputs(dossier: Dossier, value: str, due: datetime, chosen: str, now: datetime) -> Iterator[Block]:
    """`value`: of the button that opened the form. `due`: the due time, unless the chosen template sets it."""
    templates = offered(dossier)
    template = templates.get(chosen)
    if templates:
        options = {f"{value} {name}": cut(each.text, LONGEST_OPTION) for name, each in templates.items()}
        options[f"{value} {NONE}"] = _OTHER
        initial = f"{value} {chosen if template else NONE}"
        yield ask(TEMPLATE, "Which condition?", choice_input(options, initial), reports=True)
    name = chosen if template else ""
    yield ask(
        field("condition", name),
        "What must become true?",
        text_input(
            placeholder="Promotion stays off until coverage is 62 of 62",
            longest=LONGEST_SAID,  # the text of a template can be as long
            initial=template.text if template else "",
        ),
        hint="Something that anyone can check. Shown with the decision.",
    )
    yield ask(
        field("owner", name), "Who owns it?", user_input(_owner(dossier, template)), hint=_who(template)
    )
    by = now + template.due if template and template.due else due
    yield ask(field("due", name), "By when?", time_input(by), hint="In your time zone, within a year.")
    if template and template.answer:
        yield context(f"To close it, its owner answers: {escape(template.answer)}")
    else:
        yield ask(
            field("check", name),
            "What shows that it is true?",
            choice_input(_shown_by(dossier), template.check or NONE if template else NONE),
            hint="A check is measured again until it passes, and then the condition is met.",
        )
    if holdable := dossier.plan.environment.holdable:
        held = template.holds if template else ()
        yield ask(
            field("holds", name),
            "What does it hold?",
            choices_input({each: each for each in holdable}, held),
            hint="Actions that nobody can run until it is met.",
            optional=True,
        )


def field(name: str, template: str) -> str:
    """The input's name. Each template has its own."""
    return f"{name} {template}" if template else name


def chosen_in(value: str) -> tuple[str, str]:
    """Returns what the form is about, and the chosen template, from the value of an option; "" for none."""
    about, _, template = value.rpartition(" ")
    return about, template.removeprefix(NONE)


def read(answers: Answers) -> Condition:
    """The condition in a submitted form. What its template adds is filled in when the vote counts."""
    template = _template(answers)
    return Condition(
        text=answers.text(field("condition", template)),
        owner=answers.user(field("owner", template)),
        due=answers.time(field("due", template)) or _NO_TIME,
        check=answers.given(field("check", template)).removeprefix(NONE),
        holds=answers.choices(field("holds", template)),
        template="" if template.startswith(_BLOCKED) else template,
    )


def named(answers: Answers, problem: str) -> str:
    """The input at which a problem of the condition is shown."""
    return field(problem, _template(answers))


def _template(answers: Answers) -> str:
    """The template whose inputs the form shows: Slack may not have shown those of the newest choice yet."""
    chosen = chosen_in(answers.given(TEMPLATE))[1]
    return chosen if answers.has(field("condition", chosen)) else answers.about.template


def _owner(dossier: Dossier, template: ConditionTemplate | None) -> str:
    """The only user of the template's group, if it has one."""
    group = dossier.plan.people.get(template.owner) if template and template.owner else None
    members = group.members if group else ()
    return members[0] if len(members) == 1 and is_user(members[0]) else ""


def _who(template: ConditionTemplate | None) -> str:
    among = f"Someone of {template.owner}" if template and template.owner else "The person"
    return f"{among} who sees to it, not a group."


def _shown_by(dossier: Dossier) -> dict[str, str]:
    """The checks that can show a condition: those that did not pass first, because the others would meet it
    at once.
    """
    shown = {name: title(dossier, name) for name, _ in not_passed(dossier)}
    shown |= {
        name: f"{cut(title(dossier, name), LONGEST_OPTION - len(_PASSED))}{_PASSED}"
        for name in dossier.results
        if name not in shown
    }
    return {NONE: "Its owner says so", **shown}
