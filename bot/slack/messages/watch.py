"""After the go: the rollback prompt, a watch that cannot see, and its end."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dossier import Dossier
from bot.instructions import instructions
from bot.rollback import Prompt, PromptState
from bot.slack.actions import Action
from bot.slack.blocks import Block, Element, actions, button, context, header, section, sections
from bot.slack.messages.posting import Posting
from bot.slack.text import cut, escape, mention, mentions, moment, one_line
from bot.watch import WatchEnd

LONGEST_ASKED = 500  # characters before the mention, which must not be cut off


def rollback_prompt(dossier: Dossier, prompt: Prompt) -> Posting:
    """Reading, limit, how long, mitigation, first step; the buttons go with the last answer."""
    assert dossier.decision
    told = instructions(dossier.run, dossier.plan, dossier.decision)
    trigger = next(each for each in told.triggers if each.name == prompt.trigger)
    on_call = mentions(dossier.plan.people[dossier.plan.environment.rollback.on_call].members)
    blocks: list[Block] = [
        header(f"Roll back {dossier.run.environment}?"),
        *sections(
            [
                f"{on_call}: *{escape(trigger.name)}* has been out of limits since {moment(prompt.breached_since)}",
                f"Decided as run #{dossier.run.number}: {one_line(_version(dossier))}",
                one_line(prompt.reason),
                f"*First*: {escape(told.mitigation)}",
                f"*Next step*: {escape(trigger.first_step)}",
                "*Then roll back*",
                *(f"{number}. {escape(step)}" for number, step in enumerate(told.steps, 1)),
            ]
        ),
        *sections(_history(prompt)),
    ]
    if not prompt.state.answered:
        blocks.append(actions(_buttons(dossier, prompt)))
    text = cut(
        f"Roll back {dossier.run.environment}? {prompt.reason}. First: {told.mitigation}", LONGEST_ASKED
    )
    return Posting.of(f"{escape(text)} {on_call}", blocks, broadcast=True, tail=2)


def _version(dossier: Dossier) -> str:
    """What is out there, as far as the run was told."""
    return " ".join(f"{name}={value}" for name, value in dossier.run.arguments.items()) or "no version given"


def _history(prompt: Prompt) -> Sequence[str]:
    lines = []
    if prompt.recovered_at:
        lines.append(f"The reading is back within its limit since {moment(prompt.recovered_at)}")
    if prompt.acknowledged_by and prompt.acknowledged_at:
        lines.append(f"*{mention(prompt.acknowledged_by)} is on it* {moment(prompt.acknowledged_at)}")
    if prompt.answered_by and prompt.answered_at:
        word = "Rolled back" if prompt.state is PromptState.ROLLED_BACK else "False alarm"
        why = f": {one_line(prompt.note)}" if prompt.note else ""
        lines.append(f"*{word}*, says {mention(prompt.answered_by)} {moment(prompt.answered_at)}{why}")
    return lines


def _buttons(dossier: Dossier, prompt: Prompt) -> list[Element]:
    about = f"run {dossier.run.number} on {dossier.run.environment}"
    on_it = button(
        "I'm on it", action=Action.ON_IT, value=prompt.key, label=f"I'm on it: {about}", style="primary"
    )
    rolled_back = button(
        "Rolled back",
        action=Action.ROLLED_BACK,
        value=prompt.key,
        label=f"Rolled back: {about}",
        style="danger",
    )
    false_alarm = button(
        "False alarm…", action=Action.FALSE_ALARM, value=prompt.key, label=f"False alarm: {about}"
    )
    return [*([on_it] if prompt.state is PromptState.OPEN else []), rolled_back, false_alarm]


def blind_watch(dossier: Dossier, subject: str) -> Posting:
    """A watch that cannot see is no watch: the check's owner is told."""
    name = subject.partition(" ")[0]
    assert dossier.plan.environment.watch
    check = dossier.plan.environment.watch.triggers[name].check
    owner = dossier.plan.environment.checks[check].owner
    reason = next((trigger.reason for trigger in dossier.triggers if trigger.name == name), "")
    said = f"*The watch cannot see {escape(name)}*: {escape(reason)}\nOwner: {escape(owner)} {mentions(dossier.plan.people[owner].members)}"
    return Posting.of(
        escape(f"The watch of run #{dossier.run.number} cannot see {name}: {reason}"), [section(said)]
    )


_ENDS = {
    WatchEnd.COMPLETED: "is over: its time is up",
    WatchEnd.ROLLED_BACK: "ended: {environment} was rolled back",
    WatchEnd.SUPERSEDED: "ended: a newer run on {environment} got its go",
}


def watch_end(dossier: Dossier) -> Posting:
    watch, run = dossier.watch, dossier.run
    assert watch and watch.ended_at and watch.end
    said = f"The watch of run #{run.number} {_ENDS[watch.end].format(environment=run.environment)}"
    prompted = len(dossier.prompts)
    details = f"{_count(watch.tick, 'look')} since {moment(watch.started_at)}; {_count(prompted, 'rollback prompt')}"
    last = [
        f"• {escape(trigger.name)}: {trigger.outcome or 'not looked at'} {escape(trigger.reason)}"
        for trigger in dossier.triggers
    ]
    return Posting.of(escape(f"{said}."), [section(f"*{escape(said)}*"), *sections(last), context(details)])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
