"""The actions of a run in a packet for people: what may be done on a go, by whom, and what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.record.document.model import Cell, Long, Section, Several, Status, Table, Tone, listed, section
from bot.record.document.names import Names
from bot.record.document.said import listing, moment, sentence
from bot.rules.action import Action, ActionState
from bot.rules.decision import Decision
from bot.rules.dossier import Dossier
from checks.units import say_count

_STATES: Mapping[ActionState, Status] = {
    ActionState.REQUESTED: Status("Confirmed, not done yet", Tone.CAUTION),
    ActionState.CLAIMED: Status("Being done", Tone.CAUTION),
    ActionState.DONE: Status("Done", Tone.GOOD),
    ActionState.FAILED: Status("Not done", Tone.BAD),
    ActionState.UNCLEAR: Status("Not known whether it was done", Tone.BAD),
}


def actions(dossier: Dossier, decision: Decision, names: Names) -> Section:
    """A row for each attempt, and one for each action that nobody has confirmed."""
    rows = [row for name in dossier.plan.environment.actions for row in _rows(dossier, decision, name, names)]
    done = sum(action.state is ActionState.DONE for action in dossier.actions)
    heading = ("Action", "State", "What it does", "Confirmed by", "Result")
    return section(
        "actions",
        "Actions",
        listed(
            "",
            Table("What canary may do on a go, and what it has done", heading, rows),
            "None: the configuration has no actions.",
        ),
        gist=f"{done} of {say_count(len(dossier.plan.environment.actions), 'action')} done"
        if rows
        else "none",
    )


def _rows(dossier: Dossier, decision: Decision, name: str, names: Names) -> Iterator[tuple[Cell, ...]]:
    configured = dossier.plan.environment.actions[name]
    attempts = [action for action in dossier.actions if action.name == name]
    if not attempts:
        allowed = listing(f"{count} of {role}" for role, count in configured.allow.items())
        state = "Not done" if decision.outcome.goes_on else "Not done: no go"
        planned = "as configured; it is previewed before anybody confirms it"
        yield configured.title, Status(state, Tone.NEUTRAL), planned, f"nobody; needs {allowed}", ""
    for action in attempts:
        again = f" (attempt {action.attempt})" if len(attempts) > 1 else ""
        does = Long("\n".join(action.preview.does))
        yield (
            f"{configured.title}{again}",
            _STATES[action.state],
            does,
            _confirmed(action, names),
            _result(action, names),
        )


def _confirmed(action: Action, names: Names) -> Several:
    return Several(
        [
            f"{names.person(each.person)} as {listing(each.roles)}, {moment(each.at)}"
            for each in action.confirmed
        ]
    )


def _result(action: Action, names: Names) -> Several:
    covered = (("before", action.before), ("after", action.after))
    said = [sentence(action.said)] if action.said else []
    said += [f"{when}: {result.outcome}, {result.reason}" for when, result in covered if result]
    if action.settled_by:
        said.append(f"settled by {names.person(action.settled_by)}: {action.note}")
    return Several([*said, *([moment(action.ended_at)] if action.ended_at else [])])
