"""How to roll back, in the thread of a go: what to do in which order, what triggers it, and the monitoring
checklist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.record.audit import AuditEvent
from bot.record.events import CheckedOff, of_kind
from bot.rules.dossier import Dossier
from bot.rules.instructions import Instructions, Task
from bot.rules.request import ChecklistClick
from bot.slack.actions import Button
from bot.slack.blocks import Block, beside, container, context, header, section, sections
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import subject, title, told
from bot.slack.messages.posting import Posting
from bot.slack.messages.wording import named, readable, steps, times
from bot.slack.text import cut, escape, mention, moment
from checks.units import say_count

MOST_OPEN = 7  # items with a button, earliest due first; the next ones follow as these are done
LONGEST_TEXT = 3500
LONGEST_DONE = 80  # characters of an item that is done

CHECK_OFF = Button("checklist_done", "Check off")


class RollbackInstructions(MessageKind):
    """Only in the thread: the decision tells the channel where they are."""

    kind = "instructions"
    called = "rollback instructions"
    awaited = True

    def render(self, facts: Facts) -> Posting:
        return rollback_instructions(facts.dossier, facts.events)


def rollback_instructions(dossier: Dossier, events: Sequence[AuditEvent] = ()) -> Posting:
    way = told(dossier)
    lines = steps(dossier, way, _investigate(dossier, way))
    blocks: list[Block] = [
        header(f"⏪ How to roll back · {subject(dossier)}"),
        *sections(lines),
        *_triggers(dossier, way),
        *_checklist(dossier, way, {said.item: event for event, said in of_kind(events, CheckedOff)}),
    ]
    text = cut(f"How to roll back {named(dossier)}. {' '.join(lines)}", LONGEST_TEXT)
    return Posting.of(text, blocks)


def _investigate(dossier: Dossier, way: Instructions) -> Iterator[str]:
    if not way.triggers:
        return
    yield "*2 Investigate*"
    for trigger in way.triggers:
        yield f"• {escape(title(dossier, trigger.check))}: {readable(dossier, trigger.first_step)}"


def _triggers(dossier: Dossier, way: Instructions) -> list[Block]:
    if not way.triggers:
        return []
    lines = [
        f"• *{escape(title(dossier, trigger.check))}* fails {times(trigger.breach)}"
        for trigger in way.triggers
    ]
    on_call = dossier.plan.environment.rollback.on_call
    return [container(f"When {on_call} is asked to roll back", sections(lines))]


def _checklist(dossier: Dossier, way: Instructions, done: Mapping[int, AuditEvent]) -> list[Block]:
    """The items that are due first, each with its button; finished ones, by whom and when."""
    if not way.checklist:
        return []
    due = sorted(enumerate(way.checklist), key=lambda numbered: numbered[1].due)
    left = [(item, task) for item, task in due if item not in done]
    blocks = [_open(dossier, item, task) for item, task in left[:MOST_OPEN]]
    if len(left) > MOST_OPEN:
        blocks.append(context(f"{len(left) - MOST_OPEN} more follow as these are checked off"))
    finished = [
        _done(way.checklist[item], event) for item, event in done.items() if item < len(way.checklist)
    ]
    blocks += sections(finished)[:2]
    return [
        container(
            f"Monitoring checklist · {len(done)} of {say_count(len(way.checklist), 'item')} done", blocks
        )
    ]


def _open(dossier: Dossier, item: int, task: Task) -> Block:
    said = f"{readable(dossier, task.item)}\n{escape(task.owner)} · due {moment(task.due)}"
    if dossier.rollback:
        return section(said)
    return beside(said, CHECK_OFF.about(task.item, ChecklistClick.value_of(dossier.run.key, item)))


def _done(task: Task, event: AuditEvent) -> str:
    return f"✅ {escape(cut(task.item, LONGEST_DONE))} · {mention(event.actor)} {moment(event.at)}"
