"""Actions in the thread of a go: what can be done, each with its button, and the results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.record.action_events import ActionUnclear
from bot.record.events import of_kind
from bot.rules.action import Action, ActionState, latest, out_of_force
from bot.rules.asked import Asked
from bot.rules.condition import ConditionState, Held, TrackedCondition
from bot.rules.dossier import Dossier
from bot.rules.request import ActionClick, ActionDoubt
from bot.rules.watch import WatchEnd
from bot.slack.actions import Button
from bot.slack.blocks import Block, actions, beside, header, section, sections
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import found, subject, title
from bot.slack.messages.posting import Posting
from bot.slack.messages.wording import LONGEST_REASON
from bot.slack.text import clock, cut, escape, mention, mentions, one_line
from checks.actions.base import Action as Configured
from checks.outcome import Outcome
from checks.result import Result
from checks.units import say_count
from checks.wording import MOST_READINGS, Words, worst_first

LONGEST_TEXT = 2500  # characters before the mention, which must not be cut off

DO = Button("action_do", "Do it", opens_form=True)
WAS_DONE = Button("action_was_done", "It was done", opens_form=True)
WAS_NOT_DONE = Button("action_was_not_done", "It was not done", opens_form=True)


class ActionList(MessageKind):
    """All actions of the environment, with their states."""

    kind = "actions"
    called = "list of actions"
    awaited = True

    def render(self, facts: Facts) -> Posting:
        return action_list(facts.dossier, facts.held)


class ActionResult(MessageKind):
    """A separate message for each attempt, because edits notify nobody."""

    kind = "action"
    called = "result of an action"
    awaited = True
    critical = True

    action: str
    attempt: int

    def render(self, facts: Facts) -> Posting:
        dossier = facts.dossier
        action = next(
            each for each in dossier.actions if (each.name, each.attempt) == (self.action, self.attempt)
        )
        asked = [
            said.asked
            for _, said in of_kind(facts.events, ActionUnclear)
            if (said.action, said.attempt) == (self.action, self.attempt)
        ]
        return action_result(dossier, action, facts.asked(asked[-1] if asked else None))


# ---------------------------------------------------------------- what can be done


def label_of(name: str) -> str:
    """ "Backfill", from the name in the configuration."""
    return name.replace("-", " ").replace("_", " ").capitalize()


def action_list(dossier: Dossier, held: Sequence[Held] = ()) -> Posting:
    """`held`: the open conditions that hold actions of the environment."""
    blocks: list[Block] = [header(f"⚙️ Actions · {subject(dossier)}")]
    lines = []
    over = _over(dossier)
    for name, configured in dossier.plan.environment.actions.items():
        newest = latest(dossier.actions, name)
        parts = [f"*{escape(configured.title)}*", _standing(dossier, newest, configured)]
        if not over and _may_be_clicked(newest):
            parts += _held(dossier, [each.condition for each in held if name in each.condition.holds])
        said = "\n".join(parts)
        lines.append(f"{escape(configured.title)}: {'. '.join(parts[1:])}".replace("*", ""))
        if over or not _may_be_clicked(newest):
            blocks.append(section(said))
        else:
            button = replace(DO, label=label_of(name))
            blocks.append(
                beside(said, button.about(configured.title, ActionClick.value_of(dossier.run, name)))
            )
    if over:
        blocks += sections([escape(over)])
        lines.append(escape(over))
    text = f"Actions for {escape(subject(dossier))}. {'. '.join(lines)}"
    return Posting.of(cut(text, LONGEST_TEXT), blocks)


def _over(dossier: Dossier) -> str:
    """Why no action is possible on this run's go, as far as its rows show; clicks are judged by more."""
    if dossier.watch and dossier.watch.end is WatchEnd.SUPERSEDED:
        return f"A newer run on {dossier.run.environment} got a go, so nothing more is done here."
    return out_of_force(dossier.run, dossier.decision, dossier.rollback, None)


def _may_be_clicked(newest: Action | None) -> bool:
    if newest is None or newest.state is ActionState.FAILED:
        return True
    return newest.state is ActionState.REQUESTED and newest.ready_at is None


def _held(dossier: Dossier, conditions: Sequence[TrackedCondition]) -> Iterator[str]:
    """Which condition it waits for, and whom; the earliest due, if there are several."""
    for each in conditions[:1]:
        others = len(conditions) - 1
        of_run = "" if each.run == dossier.run.number else f" of run #{each.run}"
        more = f" · {say_count(others, 'more condition')}" if others else ""
        what = one_line(cut(each.text, LONGEST_REASON))
        yield f"⏸️ Held by condition {each.number}{of_run}: {what} · {mention(each.owner)} · {_due(each)}{more}"


def _due(condition: TrackedCondition) -> str:
    late = condition.state is ConditionState.OVERDUE
    return f"{'overdue since' if late else 'due'} {clock(condition.due_at)}"


def _standing(dossier: Dossier, newest: Action | None, configured: Configured) -> str:
    if newest is None:
        return f"Not done yet · {escape(_who_may(configured))}"
    return _SAID[newest.state](dossier, newest, configured)


def _requested(_: Dossier, newest: Action, configured: Configured) -> str:
    by = mentions(newest.people)
    if newest.ready_at is None:
        until = clock(newest.lapses_at)
        return f"{by} confirmed it · waiting for others until {until} · {escape(_who_may(configured))}"
    return f"⏳ Confirmed by {by}, about to be done"


def _claimed(_: Dossier, newest: Action, __: Configured) -> str:
    assert newest.claimed_at
    return f"⏳ Being done since {clock(newest.claimed_at)}, confirmed by {mentions(newest.people)}"


def _done(dossier: Dossier, newest: Action, _: Configured) -> str:
    assert newest.ended_at
    by = mentions(newest.people)
    came = " · ".join(_came_of(dossier, newest))
    return f"✅ Done at {clock(newest.ended_at)}, confirmed by {by}" + (f": {came}" if came else "")


def _failed(_: Dossier, newest: Action, configured: Configured) -> str:
    return f"❌ Not done: {_reason(newest)} · {escape(_who_may(configured))}"


def _in_doubt(_: Dossier, newest: Action, __: Configured) -> str:
    return f"❓ It is not clear whether it was done, and it is not done again until somebody says so: see below. What is known: {_reason(newest)}"


_SAID: Mapping[ActionState, Callable[[Dossier, Action, Configured], str]] = {
    ActionState.REQUESTED: _requested,
    ActionState.CLAIMED: _claimed,
    ActionState.DONE: _done,
    ActionState.FAILED: _failed,
    ActionState.UNCLEAR: _in_doubt,
}


def _who_may(configured: Configured) -> str:
    """ "needs 1 of release-managers"."""
    places = [f"{count} of {role}" for role, count in configured.allow.items()]
    return f"needs {' and '.join(places)}"


def _reason(action: Action) -> str:
    return one_line(cut(action.said.rstrip("."), LONGEST_REASON))


# ---------------------------------------------------------------- results


def action_result(dossier: Dossier, action: Action, asked: Asked) -> Posting:
    what = _title(dossier, action)
    by = mentions(action.people)
    match action.state:
        case ActionState.DONE:
            came = " · ".join(_came_of(dossier, action))
            lines = [*([f"{by}: {came}"] if came else []), *_settled(action)]
            return _told(f"✅ Done · {what}", lines)
        case ActionState.FAILED if action.settled_by:
            return _told(f"❌ Not done · {what}", list(_settled(action)))
        case ActionState.FAILED:
            lines = [f"{by}: nothing was done: {_reason(action)}"]
            return _told(f"❌ Not done · {what}", lines)
        case _:
            return _unclear(dossier, action, asked, what)


def _told(heading: str, lines: list[str]) -> Posting:
    text = cut(f"{escape(heading)}. {' '.join(lines)}", LONGEST_TEXT)
    return Posting.of(text, [header(heading), *sections(lines)])


def _unclear(dossier: Dossier, action: Action, asked: Asked, what: str) -> Posting:
    configured = dossier.plan.environment.actions[action.name]
    people = {
        person: None
        for role in configured.allow
        for person in asked.addressed(role, among=asked.people(role))
    }
    who = mentions(people or action.people)
    heading = f"❓ Was it done? · {what}"
    lines = [
        f"{who}: canary began this, and can't find out whether it was done. It will not do it again by itself.",
        f"What is known: {_reason(action)}",
        "Please look at the system itself, and say so here.",
    ]
    about = f"{what}, run {dossier.run.number}"
    buttons = [
        button.about(
            about,
            ActionDoubt.value_of_answer(dossier.run, action.name, action.attempt, done=done),
        )
        for button, done in ((WAS_DONE, True), (WAS_NOT_DONE, False))
    ]
    blocks: list[Block] = [header(heading), *sections(lines), actions(buttons)]
    known = cut(f"{escape(heading)} {' '.join(lines[1:])}", LONGEST_TEXT)
    return Posting.of(f"{known} {lines[0]}", blocks, broadcast=True)


def _title(dossier: Dossier, action: Action) -> str:
    configured = dossier.plan.environment.actions.get(action.name)
    return f"{configured.title if configured else action.name} · {subject(dossier)}"


def _came_of(dossier: Dossier, action: Action) -> Iterator[str]:
    """ "62 rows updated", "*Quota coverage*: 62 of 62 rows covered (before: 0 of 62 rows covered)", as markup."""
    if not action.settled_by:
        yield one_line(cut(action.said, LONGEST_REASON))
    yield from _covered(dossier, action)


def _covered(dossier: Dossier, action: Action) -> Iterator[str]:
    covers = dossier.plan.environment.actions[action.name].covers
    if not covers:
        return
    what = f"*{escape(title(dossier, covers))}*"
    if action.to_measure:
        yield f"{what} is being measured again"
    elif action.after:
        before = f" (before: {_measured(dossier, covers, action.before)})" if action.before else ""
        yield f"{what}: {_measured(dossier, covers, action.after)}{before}"


def _measured(dossier: Dossier, check: str, result: Result) -> str:
    """The check's result without its limits: "62 of 62 rows covered"."""
    configured = dossier.plan.environment.checks[check]
    words = Words(configured, configured.title or check, result.judged)
    values = [words.of(judged).measured for judged in worst_first(result.judged)[:MOST_READINGS]]
    is_measured = values and result.outcome not in {Outcome.ERROR, Outcome.UNKNOWN}
    said = "; ".join(values) if is_measured else found(dossier, check, result)
    return one_line(cut(said, LONGEST_REASON))


def _settled(action: Action) -> Iterator[str]:
    """What a person said about an unclear attempt."""
    if action.settled_by:
        did = "was done" if action.state is ActionState.DONE else "was not done"
        note = one_line(cut(action.note, LONGEST_REASON))
        yield f"{mention(action.settled_by)} says that it {did}: {note}"


def touching(rows: int | None, verb: str) -> str:
    """ "update 62 rows"; "" if there are no rows to count."""
    return f"{verb} {say_count(rows, 'row')}" if rows is not None and verb else ""
