"""After a go: the rollback prompt, the notice of a watch that cannot measure, and the end of the watch."""

from __future__ import annotations

from collections.abc import Sequence

from bot.record.events import RollbackPrompted, WatchBlind, of_kind
from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.rules.labels import ANSWERS
from bot.rules.previous import VERSION
from bot.rules.rollback import Answer, Prompt, PromptState
from bot.rules.watch import WatchEnd
from bot.slack.actions import Button
from bot.slack.blocks import Block, Element, actions, context, header, section, sections
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import arguments, told
from bot.slack.messages.posting import Posting
from bot.slack.text import code, cut, escape, mention, mentions, moment, one_line, quoted
from checks.units import say_count

LONGEST_QUESTION = 500  # characters before the mention, which must not be cut off

ON_IT = Button("prompt_on_it", ANSWERS[Answer.ON_IT], "primary")
ROLLED_BACK = Button("prompt_rolled_back", ANSWERS[Answer.ROLLED_BACK], "danger")
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
    """As somebody recorded it without a prompt."""

    kind = "rolled back"
    called = "line about the rollback"
    awaited = True

    def render(self, facts: Facts) -> Posting:
        return rolled_back(facts.dossier)


def rollback_prompt(dossier: Dossier, prompt: Prompt, asked: Asked) -> Posting:
    """Reading, limit, duration, mitigation, first step; the buttons disappear with the final answer."""
    way = told(dossier)
    trigger = next(each for each in way.triggers if each.name == prompt.trigger)
    role = dossier.plan.environment.rollback.on_call
    on_call = mentions(asked.addressed(role, among=asked.people(role))) or f"Nobody is in {escape(role)}"
    blocks: list[Block] = [
        header(f"Roll back {dossier.run.environment}?"),
        *sections(
            [
                f"{on_call}: *{escape(trigger.name)}* has been out of limits since {moment(prompt.breached_since)}",
                f"Decided as run #{dossier.run.number}: {_version(dossier)}",
                one_line(prompt.reason),
                f"*First*: {escape(way.mitigation)}",
                f"*Next step*: {escape(trigger.first_step)}",
                "*Then roll back*",
                *(f"{number}. {escape(step)}" for number, step in enumerate(way.steps, 1)),
            ]
        ),
        *sections(_history(prompt)),
    ]
    if not prompt.state.answered:
        blocks.append(actions(_buttons(dossier, prompt)))
    text = cut(
        f"Roll back {dossier.run.environment}? {prompt.reason}. First: {way.mitigation}", LONGEST_QUESTION
    )
    return Posting.of(f"{escape(text)} {on_call}", blocks, broadcast=True, tail=2)


def _version(dossier: Dossier) -> str:
    """The deployed version, if the run knows it, as markup."""
    return arguments(dossier) or "no version given"


def _history(prompt: Prompt) -> Sequence[str]:
    lines = []
    if prompt.recovered_at:
        lines.append(f"The reading has been back within its limit since {moment(prompt.recovered_at)}")
    if prompt.acknowledged_by and prompt.acknowledged_at:
        lines.append(f"*{mention(prompt.acknowledged_by)} is on it* {moment(prompt.acknowledged_at)}")
    if prompt.answered_by and prompt.answered_at:
        rolled_back = prompt.state is PromptState.ROLLED_BACK
        word = ANSWERS[Answer.ROLLED_BACK if rolled_back else Answer.FALSE_ALARM]
        why = f": {one_line(prompt.note)}" if prompt.note else ""
        lines.append(f"*{word}*, says {mention(prompt.answered_by)} {moment(prompt.answered_at)}{why}")
    return lines


def _buttons(dossier: Dossier, prompt: Prompt) -> list[Element]:
    what = f"run {dossier.run.number} on {dossier.run.environment}"
    shown = [*([ON_IT] if prompt.state is PromptState.OPEN else []), ROLLED_BACK, FALSE_ALARM]
    return [each.about(what, prompt.key) for each in shown]


def blind_watch(dossier: Dossier, name: str, asked: Asked) -> Posting:
    """The watch cannot measure: notifies the check's owner."""
    assert dossier.plan.environment.watch
    check = dossier.plan.environment.watch.triggers[name].check
    owner = dossier.plan.environment.checks[check].owner
    reason = next((trigger.reason for trigger in dossier.triggers if trigger.name == name), "")
    said = f"*The watch cannot measure {escape(name)}*: {one_line(reason)}\nOwner: {escape(owner)} {mentions(asked.addressed(owner, among=asked.people(owner)))}"
    return Posting.of(
        escape(f"The watch of run #{dossier.run.number} cannot measure {name}: {reason}"), [section(said)]
    )


def rolled_back(dossier: Dossier) -> Posting:
    """A rollback recorded without a prompt."""
    run, rollback = dossier.run, dossier.rollback
    assert rollback
    version = run.arguments.get(VERSION, "")
    what = f"{run.environment} {version}".strip()
    shown = f"{escape(run.environment)} {code(version)}" if version else escape(run.environment)
    said = f"*{shown} was rolled back*, says {mention(rollback.by)} {moment(rollback.at)}"
    why = f"\n{quoted(rollback.reason)}" if rollback.reason else ""
    text = f"{what} was rolled back (run #{run.number}). {rollback.reason}".strip()
    return Posting.of(escape(text), [section(said + why)])


_ENDS = {
    WatchEnd.COMPLETED: "is over: its time is up",
    WatchEnd.ROLLED_BACK: "ended: {environment} was rolled back",
    WatchEnd.SUPERSEDED: "ended: a newer run on {environment} got a go",
}


def watch_end(dossier: Dossier) -> Posting:
    watch, run = dossier.watch, dossier.run
    assert watch and watch.ended_at and watch.end
    said = f"The watch of run #{run.number} {_ENDS[watch.end].format(environment=run.environment)}"
    prompted = len(dossier.prompts)
    details = f"{say_count(watch.tick, 'look')} since {moment(watch.started_at)}; {say_count(prompted, 'rollback prompt')}"
    last = [
        f"• {escape(trigger.name)}: {trigger.outcome or 'not looked at'} {one_line(trigger.reason)}"
        for trigger in dossier.triggers
    ]
    return Posting.of(escape(f"{said}."), [section(f"*{escape(said)}*"), *sections(last), context(details)])
