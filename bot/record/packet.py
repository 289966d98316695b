"""The decision packet: a document that says who decided what, on what evidence, and proves it.

The JSON form holds the evidence itself and two digests: of the evidence, which votes are bound to, and
of the packet as a whole. Both are over canonical JSON (RFC 8785), so anyone can recompute them. The forms for people, Markdown
and a page, say the same in words: `bot.record.contents`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import Any, Literal, TypeAlias

from bot.base.canonical import digest
from bot.base.formats import TODAY
from bot.record import html, markdown
from bot.record.audit import AuditEvent
from bot.record.contents import document
from bot.record.verification import named
<<<<<<< HEAD
from bot.rules.baseline import Baseline
from bot.rules.decision import Decision
from bot.rules.dossier import Dossier
from bot.rules.instructions import Instructions, instructions
from bot.rules.labels import CHOICES
from checks.result import Judged, Result
from checks.units import say_value
from checks.wording import change_of, value_in_limits_unit
=======
from bot.rules.dossier import Dossier
from bot.rules.instructions import instructions
from bot.rules.previous import VERSION

Form: TypeAlias = Literal["md", "json", "html"]
FORMS: tuple[Form, ...] = ("md", "json", "html")

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+|(?<=\.)\.+")  # in the name of a file; also two dots in a row
_LONGEST_WORD = 40
>>>>>>> main


def as_json(dossier: Dossier, events: Sequence[AuditEvent]) -> str:
    """Indented for readability; the digests are over the canonical form, which indentation does not affect."""
    packet = _packet(dossier, events)
    return (
        json.dumps(packet | {"digest": digest(packet)}, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    )


def as_markdown(dossier: Dossier, events: Sequence[AuditEvent]) -> str:
    """For people, where text is shown: what was decided, on what evidence, and how to roll back."""
    return markdown.as_markdown(document(dossier, events))


def as_html(dossier: Dossier, events: Sequence[AuditEvent]) -> str:
    """For people, in a browser and on paper: the same, with charts."""
    return html.as_html(document(dossier, events))


_WRITERS: Mapping[Form, Callable[[Dossier, Sequence[AuditEvent]], str]] = {
    "md": as_markdown,
    "json": as_json,
    "html": as_html,
}


def written(dossier: Dossier, events: Sequence[AuditEvent], form: Form) -> str:
    """It may take a second for hundreds of readings: call it off the event loop."""
    return _WRITERS[form](dossier, events)


def file_name(dossier: Dossier, form: Form) -> str:
    """ "canary-12-staging-1.42.0-2026-11-30.html": characters that every file system takes, and not too many of them."""
    assert dossier.decision
    run = dossier.run
    date = f"{dossier.decision.decided_at.astimezone(UTC):%Y-%m-%d}"
    words = (_safe(run.environment), _safe(run.arguments.get(VERSION, "")), date)
    return f"{'-'.join(['canary', str(run.number), *filter(None, words)])}.{form}"


def _safe(text: str) -> str:
    """It begins and ends with a letter or digit, so that it is no hidden file and no other ending."""
    return _UNSAFE.sub("-", text)[:_LONGEST_WORD].strip("-._")


def _packet(dossier: Dossier, events: Sequence[AuditEvent]) -> dict[str, Any]:
    assert dossier.decision and dossier.evidence
    told = instructions(dossier.run, dossier.plan, dossier.decision)
    return {
        "format": named(TODAY.packet),
        "evidence": json.loads(dossier.evidence.document),
        "evidence_digest": dossier.evidence.digest,
        "decision": dossier.decision.model_dump(mode="json"),
        "configuration": json.loads(dossier.configuration),
        "rollback": told.model_dump(mode="json"),
        **({"baseline": json.loads(dossier.baseline.document)} if dossier.baseline else {}),
        "events": [event.model_dump(mode="json") for event in events],
    }
<<<<<<< HEAD


def as_markdown(dossier: Dossier, events: Sequence[AuditEvent]) -> str:
    """For people: what was decided, on what evidence, and how to roll back."""
    assert dossier.decision and dossier.evidence
    told = instructions(dossier.run, dossier.plan, dossier.decision)
    parts = [
        _heading(dossier, dossier.decision),
        table(_columns(dossier), _check_rows(dossier)),
        listed("Reasons", dossier.verdict.reasons),
        listed("How it was measured", (_circumstances(*item) for item in dossier.results.items())),
        table(("Vote", "By", "Roles", "When", "Reason or condition"), _vote_rows(dossier.decision)),
        listed("Who could decide", _could_decide(events)),
        listed("Who was asked", _asked(events)),
        listed(
            "Waivers", (f"{waiver.check}: {waiver.person}, {waiver.reason}" for waiver in dossier.waivers)
        ),
        _rollback(told),
        table(("When", "Who", "What", "Detail"), _event_rows(events)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _heading(dossier: Dossier, decision: Decision) -> str:
    run = dossier.run
    made_by = dossier.made_by
    facts = {
        "Decision": decision.outcome,
        "Reason": decision.reason,
        "Decided": f"{decision.decided_at:%Y-%m-%d %H:%M:%S} UTC by {', '.join(decision.decided_by) or 'nobody'}",
        "Requested": f"{run.requested_at:%Y-%m-%d %H:%M:%S} UTC by {run.requested_by}",
        **({"Change": f"by {', '.join(made_by.people)}, {made_by.source}"} if made_by.people else {}),
        "Arguments": " ".join(f"{name}={value}" for name, value in run.arguments.items()) or "none",
        "Recommended": dossier.verdict.recommendation,
        **({"Compared with": _compared(dossier.baseline)} if dossier.baseline else {}),
        "Evidence": decision.evidence or "none",
        "Configuration": run.configuration,
    }
    lines = [f"# Canary run #{run.number} on {run.environment}: {decision.outcome}", ""]
    return "\n".join([*lines, *(f"- **{name}**: {cell(value)}" for name, value in facts.items())])


def _compared(baseline: Baseline) -> str:
    return f"{baseline.called}, captured {baseline.captured_at:%Y-%m-%d %H:%M:%S} UTC, {baseline.digest}"


def _columns(dossier: Dossier) -> tuple[str, ...]:
    plain = ("Outcome", "Check", "Reading", "Value", "Limit", "n")
    return (*plain, "Baseline", "Change") if dossier.baseline else plain


def _check_rows(dossier: Dossier) -> Iterator[tuple[str, ...]]:
    for name, result in dossier.results.items():
        yield from (
            ((*_judged_row(name, judged), *_before(dossier, judged)) for judged in result.judged)
            if result.judged
            else [(*_bare_row(name, result), *_before(dossier))]
        )


def _before(dossier: Dossier, judged: Judged | None = None) -> tuple[str, ...]:
    """The cells about the baseline, if the run has one."""
    if not dossier.baseline:
        return ()
    typical, value = (judged.baseline, judged.reading.value) if judged else (None, None)
    if typical is None:
        return ("", "")
    return say_value(typical.value, typical.unit), change_of(typical.value, value)


def _judged_row(name: str, judged: Judged) -> tuple[str, ...]:
    reading = judged.reading
    n = "" if reading.n is None else f"{reading.n:,}"
    return (judged.word, name, reading.name, value_in_limits_unit(judged), judged.limit, n)


def _bare_row(name: str, result: Result) -> tuple[str, ...]:
    return (result.outcome, name, "", result.reason, "", "")


def _circumstances(name: str, result: Result) -> str:
    """ "tests: took 12.3 s, commit 1a2b3c, dirty false" """
    context = result.measurements[-1].context if result.measurements else {}
    facts = [f"{key} {value}" for key, value in context.items() if value is not None]
    return f"{name}: " + ", ".join([f"took {say_value(round(result.seconds, 1), 's')}", *facts])


def _vote_rows(decision: Decision) -> Iterator[tuple[str, ...]]:
    for vote in decision.votes:
        condition = vote.condition
        said = (
            f"{condition.text} (by {condition.owner}, due {condition.due:%Y-%m-%d %H:%M} UTC)"
            if condition
            else vote.reason
        )
        yield (
            CHOICES[vote.choice],
            vote.person,
            ", ".join(vote.roles),
            f"{vote.cast_at:%Y-%m-%d %H:%M:%S} UTC",
            said,
        )


def _could_decide(events: Sequence[AuditEvent]) -> Iterator[str]:
    """Who held which role when it was last looked up: at the last vote or waiver."""
    held: dict[str, tuple[str, ...]] = {}
    for _, resolved in of_kind(events, RolesResolved):
        held |= resolved.roles
    for role, people in held.items():
        yield f"{role}: {', '.join(people) or 'nobody'}"


def _asked(events: Sequence[AuditEvent]) -> Iterator[str]:
    for event in events:
        for role, members in asked_in(event).items():
            who = ", ".join(f"{member}{_behind(member, people)}" for member, people in members.items())
            yield f"{event.at:%Y-%m-%d %H:%M:%S} UTC, {event.kind}: {role} ({who})"


def _behind(member: str, people: Sequence[str] | None) -> str:
    """Who a member stood for, where that is not the member."""
    if people is None:
        return ": not known"
    return "" if list(people) == [member] else f": {', '.join(people) or 'nobody'}"


def _rollback(told: Instructions) -> str:
    steps = "\n".join(f"{number}. {cell(step)}" for number, step in enumerate(told.steps, 1))
    triggers = listed(
        "Rollback triggers",
        (
            f"{trigger.name}: {trigger.check} fails {trigger.breach} in a row → {trigger.first_step}"
            for trigger in told.triggers
        ),
    )
    checklist = listed(
        "Monitoring checklist",
        (f"{task.item} ({task.owner}, due {task.due:%Y-%m-%d %H:%M} UTC)" for task in told.checklist),
    )
    parts = [f"## Rollback\n\n**First**: {cell(told.mitigation)}\n\n{steps}", triggers, checklist]
    return "\n\n".join(part for part in parts if part)


def _event_rows(events: Sequence[AuditEvent]) -> Iterator[tuple[str, ...]]:
    for event in events:
        yield (
            f"{event.at:%Y-%m-%d %H:%M:%S} UTC",
            event.actor,
            event.kind,
            json.dumps(event.detail, ensure_ascii=False, sort_keys=True),
        )
=======
>>>>>>> main
