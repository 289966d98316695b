"""After a go: the rollback prompt, the notice of a watch that cannot measure, and the end of the watch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeAlias

from bot.record.events import PromptEscalated, RollbackPrompted, WatchBlind, of_kind
from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.rules.instructions import Instructions
from bot.rules.labels import ANSWERS
from bot.rules.rollback import Answer, Prompt, PromptState
from bot.rules.watch import Trigger, WatchEnd, WatchState
from bot.slack.actions import Button
from bot.slack.blocks import Block, Element, actions, confirmation, context, header, sections
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import SIGNS, subject, title, told
from bot.slack.messages.posting import Posting
from bot.slack.messages.wording import (
    LONGEST_REASON,
    after,
    failing,
    measured,
    named,
    numbered,
    readable,
    steps,
    watched,
)
from bot.slack.text import clock, code, cut, escape, mention, mentions, moment, one_line, utc
from checks.outcome import Outcome
from checks.units import say_count

Clock: TypeAlias = Callable[[datetime], str]  # formats a time: for its reader, or as plain text

LONGEST_QUESTION = 2000  # characters before the mention, which must not be cut off

ON_IT = Button("prompt_on_it", ANSWERS[Answer.ON_IT], "primary")
# in red, it was mistaken for the button that rolls back
ROLLED_BACK = Button("prompt_rolled_back", ANSWERS[Answer.ROLLED_BACK])
FALSE_ALARM = Button("prompt_false_alarm", ANSWERS[Answer.FALSE_ALARM], opens_form=True)


class RollbackPrompt(MessageKind):
    kind = "prompt"
    called = "rollback prompt"
    awaited = True
    critical = True
    in_alerts = True

    key: str

    def render(self, facts: Facts) -> Posting:
        prompt = facts.dossier.prompt(self.key)
        asked = [
            said.asked
            for _, said in of_kind(facts.events, RollbackPrompted)
            if said.trigger == prompt.trigger
        ]
        known = prompt.episode <= len(asked)
        return rollback_prompt(
            facts.dossier, prompt, facts.asked(asked[prompt.episode - 1] if known else None)
        )


class EscalationLine(MessageKind):
    """A separate message, because edits notify nobody."""

    kind = "escalation"
    called = "escalation of a rollback prompt"
    awaited = True
    critical = True

    key: str

    def render(self, facts: Facts) -> Posting:
        prompt = facts.dossier.prompt(self.key)
        asked = [said for _, said in of_kind(facts.events, PromptEscalated) if said.trigger == prompt.trigger]
        return escalation(facts.dossier, prompt, facts.asked(asked[-1].asked if asked else None))

    def moot(self, facts: Facts) -> str:
        return "" if facts.dossier.prompt(self.key).state is PromptState.OPEN else "it was answered"


class BlindWatch(MessageKind):
    kind = "blind"
    called = "warning that the watch cannot measure"
    awaited = True

    trigger: str
    tick: int

    def render(self, facts: Facts) -> Posting:
        asked = [said.asked for _, said in of_kind(facts.events, WatchBlind) if said.trigger == self.trigger]
        return blind_watch(facts.dossier, self.trigger, facts.asked(asked[-1] if asked else None))


class WatchEndLine(MessageKind):
    kind = "watch end"
    called = "end of the watch"

    def render(self, facts: Facts) -> Posting:
        return watch_end(facts.dossier)


class RollbackLine(MessageKind):
    """A rollback that a person recorded without a prompt."""

    kind = "rolled back"
    called = "line about the rollback"
    awaited = True

    def render(self, facts: Facts) -> Posting:
        return rolled_back(facts.dossier)


# ---------------------------------------------------------------- the rollback prompt


def rollback_prompt(dossier: Dossier, prompt: Prompt, asked: Asked) -> Posting:
    """A question with the steps, in order; after the answer, the result. The buttons go with the final
    answer.
    """
    if prompt.state.answered:
        return _answered(dossier, prompt)
    way = told(dossier)
    who, newer = _who(dossier, prompt, asked), [*_newer(dossier), *_next(dossier, prompt, clock)]
    spoken = [*_newer(dossier), *_next(dossier, prompt, utc)]
    then = steps(dossier, way, _investigate(dossier, prompt, way))
    blocks: list[Block] = [
        header(_question(dossier, prompt)),
        *sections([who, _reading(dossier, prompt, clock), *newer, *then]),
        actions(prompt_buttons(dossier, prompt)),
    ]
    said = " ".join([f"Roll back {named(dossier)}?", _reading(dossier, prompt, utc), *spoken, *then])
    return Posting.of(f"{cut(said, LONGEST_QUESTION)} {who}", blocks, broadcast=True)


def _question(dossier: Dossier, prompt: Prompt) -> str:
    now = "Passing again" if prompt.recovered_at else "Check failing"
    return f"⏪ Roll back {subject(dossier)}? {now}: {failing(dossier, prompt)}"


def _who(dossier: Dossier, prompt: Prompt, asked: Asked) -> str:
    """Whom the prompt addresses: on-call, or the person who is on it."""
    if prompt.acknowledged_by and prompt.acknowledged_at:
        return f"🛠️ *{mention(prompt.acknowledged_by)} is on it* since {clock(prompt.acknowledged_at)}"
    role = dossier.plan.environment.rollback.on_call
    on_call = mentions(asked.addressed(role, among=asked.people(role)))
    if not on_call:
        return f"Nobody is in {escape(role)}, so nobody was asked. Anyone who can vote can answer"
    return f"{on_call}: follow these steps, and decide whether to roll back"


def _reading(dossier: Dossier, prompt: Prompt, at: Clock) -> str:
    what, found = escape(failing(dossier, prompt)), measured(dossier, prompt)
    since = at(prompt.breached_since)
    if prompt.recovered_at:
        return f"*{what}* has been passing again since {at(prompt.recovered_at)}, after failing since {since}: {found}"
    return f"*{what}* has been failing since {since}: {found}"


def _newer(dossier: Dossier) -> Iterator[str]:
    if dossier.watch and dossier.watch.end is WatchEnd.SUPERSEDED:
        yield f"A newer run on {escape(dossier.run.environment)} got a go, so this version is no longer watched"


def _next(dossier: Dossier, prompt: Prompt, at: Clock) -> Iterator[str]:
    """The deadline for an answer, and what happens then."""
    escalate = dossier.plan.environment.rollback.escalate
    if escalate is None or prompt.escalates_at is None or prompt.state is not PromptState.OPEN:
        return
    if prompt.escalated_at:
        yield f"Nobody answered, so it escalated to {escape(escalate.to)} at {at(prompt.escalated_at)}"
    elif not prompt.recovered_at:
        yield f"Answer with a button by {at(prompt.escalates_at)}, or it escalates to {escape(escalate.to)}"


def escalation(dossier: Dossier, prompt: Prompt, asked: Asked) -> Posting:
    """Asks the escalation group, and is updated once somebody has answered."""
    role = dossier.plan.environment.rollback.escalate
    assert role and prompt.escalated_at
    about = f"{subject(dossier)} · {failing(dossier, prompt)}"
    if prompt.state is not PromptState.OPEN:
        answered = prompt.answered_by or prompt.acknowledged_by or ""
        heading, lines = f"✅ Answered · {about}", [f"{mention(answered)} answered the rollback prompt above"]
    else:
        who = (
            mentions(asked.addressed(role.to, among=asked.people(role.to)))
            or f"Nobody is in {escape(role.to)}"
        )
        waited = after(prompt.opened_at, prompt.escalated_at)
        heading = (
            f"⏫ Nobody answered: roll back {subject(dossier)}? Check failing: {failing(dossier, prompt)}"
        )
        lines = [f"{who}: on-call hasn't answered for {waited}. Please answer the rollback prompt above"]
    return Posting.of(
        f"{escape(heading)}. {' '.join(lines)}", [header(heading), *sections(lines)], broadcast=True
    )


def _investigate(dossier: Dossier, prompt: Prompt, way: Instructions) -> Iterator[str]:
    trigger = next(each for each in way.triggers if each.name == prompt.trigger)
    yield f"*2 Investigate*: {readable(dossier, trigger.first_step)}"


def prompt_buttons(dossier: Dossier, prompt: Prompt) -> list[Element]:
    what = f"run {dossier.run.number} on {dossier.run.environment}"
    sure = confirmation(
        "Have you rolled it back?",
        f"This records that {named(dossier)} was rolled back, and ends its watch. It rolls nothing back.",
        confirm=ROLLED_BACK.label,
        deny="Not yet",
    )
    on_it = [ON_IT.about(what, prompt.key)] if prompt.state is PromptState.OPEN else []
    return [
        *on_it,
        ROLLED_BACK.about(what, prompt.key, confirm=sure),
        FALSE_ALARM.about(what, prompt.key),
    ]


def _answered(dossier: Dossier, prompt: Prompt) -> Posting:
    rolled = prompt.state is PromptState.ROLLED_BACK
    lines = _how_rolled_back if rolled else _why_false
    heading = _outcome(dossier, prompt)
    blocks = sections([*lines(dossier, prompt, clock), *([] if rolled else _goes_on(dossier))])
    text = f"{escape(heading)}. {'. '.join(lines(dossier, prompt, utc))}"
    return Posting.of(cut(text, LONGEST_QUESTION), [header(heading), *blocks], broadcast=True)


def _outcome(dossier: Dossier, prompt: Prompt) -> str:
    assert prompt.answered_at
    if prompt.state is PromptState.ROLLED_BACK:
        return f"⏪ Rolled back · {subject(dossier)} · {after(prompt.opened_at, prompt.answered_at)} after the alarm"
    return f"🔕 False alarm · {subject(dossier)} · {failing(dossier, prompt)}"


def _how_rolled_back(dossier: Dossier, prompt: Prompt, at: Clock) -> list[str]:
    assert prompt.answered_by and prompt.answered_at
    by, note = mention(prompt.answered_by), _note(prompt)
    again = code(f"/canary run {dossier.run.environment}")
    return [
        f"{by} rolled back {named(dossier)} at {at(prompt.answered_at)}{note}",
        *_was(dossier, prompt, at),
        f"To check that all is well again, start a new run: {again}",
    ]


def _why_false(dossier: Dossier, prompt: Prompt, at: Clock) -> list[str]:
    assert prompt.answered_by and prompt.answered_at
    took = after(prompt.opened_at, prompt.answered_at)
    by, note = mention(prompt.answered_by), _note(prompt)
    return [
        f"{by} called it a false alarm at {at(prompt.answered_at)}, {took} after the alarm{note}",
        *_was(dossier, prompt, at),
    ]


def _note(prompt: Prompt) -> str:
    return f": {one_line(cut(prompt.note, LONGEST_REASON))}" if prompt.note else ""


def _was(dossier: Dossier, prompt: Prompt, at: Clock) -> Iterator[str]:
    what, found = escape(failing(dossier, prompt)), measured(dossier, prompt)
    recovered = f", passing again since {at(prompt.recovered_at)}" if prompt.recovered_at else ""
    yield f"*{what}* had been failing since {at(prompt.breached_since)}{recovered}: {found}"
    if prompt.acknowledged_by and prompt.acknowledged_at:
        yield f"{mention(prompt.acknowledged_by)} had been on it since {at(prompt.acknowledged_at)}"


def _goes_on(dossier: Dossier) -> Iterator[str]:
    if dossier.watch and dossier.watch.state is WatchState.WATCHING:
        yield f"The watch goes on until {moment(dossier.watch.ends_at)}, and asks again if the check passes and then fails again"


# ---------------------------------------------------------------- the watch


def blind_watch(dossier: Dossier, name: str, asked: Asked) -> Posting:
    """The watch cannot measure: notifies the check's owner."""
    assert dossier.plan.environment.watch
    check = dossier.plan.environment.watch.triggers[name].check
    owner = dossier.plan.environment.checks[check].owner
    reason = next((trigger.reason for trigger in dossier.triggers if trigger.name == name), "")
    what, why = title(dossier, check), one_line(cut(reason, LONGEST_REASON))
    heading = f"⚠️ Cannot measure {what} · {subject(dossier)}"
    who = mentions(asked.addressed(owner, among=asked.people(owner))) or escape(owner)
    lines = [
        f"The watch of run #{dossier.run.number} cannot measure *{escape(what)}*: {why}",
        f"{who}: please fix it. Until then, nobody is asked to roll back.",
    ]
    return Posting.of(f"{escape(heading)}: {why}. {lines[1]}", [header(heading), *sections(lines)])


def rolled_back(dossier: Dossier) -> Posting:
    """A rollback recorded without a prompt."""
    rollback = dossier.rollback
    assert rollback
    why = f": {one_line(cut(rollback.reason, LONGEST_REASON))}" if rollback.reason else ""
    said = f"{mention(rollback.by)} rolled back {named(dossier)}{why}"
    heading = f"⏪ Rolled back · {subject(dossier)}"
    text = f"Rolled back: {escape(numbered(dossier))}, by {mention(rollback.by)}{why}"
    return Posting.of(text, [header(heading), *sections([said])])


_ENDS = {
    WatchEnd.COMPLETED: "is complete",
    WatchEnd.ROLLED_BACK: "ended: {environment} was rolled back",
    WatchEnd.SUPERSEDED: "ended: a newer run on {environment} got a go",
}


def watch_end(dossier: Dossier) -> Posting:
    watch, run = dossier.watch, dossier.run
    assert watch and watch.ended_at and watch.end
    said = f"The watch of run #{run.number} {_ENDS[watch.end].format(environment=run.environment)}"
    bad = [line for trigger in dossier.triggers if (line := _last(dossier, trigger))]
    if watch.tick and not bad:
        bad = ["All good in the last measurement"]
    measurements = (
        f"Measured {'once' if watch.tick == 1 else f'{watch.tick:,} times'} since {clock(watch.started_at)}"
    )
    prompts = say_count(len(dossier.prompts), "rollback prompt") if dossier.prompts else "no rollback prompt"
    details = f"{measurements} · {prompts}"
    lines = [escape(said), *bad]
    text = f"{escape(said)}. {named(dossier)}. {' '.join(bad)}"
    heading = header(f"👀 Watch over · {subject(dossier)}")
    return Posting.of(text, [heading, *sections(lines), context(details)])


def _last(dossier: Dossier, trigger: Trigger) -> str:
    """The latest result of a trigger, unless it passed."""
    if trigger.outcome is None or trigger.outcome is Outcome.PASS:
        return ""
    what = escape(title(dossier, watched(dossier, trigger.name)))
    return f"{SIGNS[trigger.outcome]} *{what}*: {_found(dossier, trigger)}"


def _found(dossier: Dossier, trigger: Trigger) -> str:
    """In words, if a prompt about it has the same reading."""
    about = (trigger.name, trigger.reason)
    same = [prompt for prompt in dossier.prompts if (prompt.trigger, prompt.reason) == about]
    return measured(dossier, same[-1]) if same else one_line(cut(trigger.reason, LONGEST_REASON))
