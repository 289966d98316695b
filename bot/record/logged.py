"""What the audit log tells of votes, waivers and the decision; and the same of the records themselves, to compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeAlias

from bot.plan.model import Environment
from bot.record.audit import AuditEvent
from bot.rules.approval import Vote, Waiver
from bot.rules.asked import Asked
from bot.rules.decision import Decision
from bot.rules.dossier import Dossier
from bot.rules.rollback import Answer

RESOLVED = "roles resolved"  # the kind of what says who held which role, right before a vote or a waiver

Told: TypeAlias = tuple[str, datetime, dict[str, Any]]  # by whom, when, what

_DECIDED = {"outcome", "reason", "evidence", "decided_by", "filled", "previous_version"}
_VOTED = {"choice", "reason", "condition", "evidence", "roles"}
_WAIVED = {"check", "reason", "evidence"}


def as_logged(decision: Decision) -> dict[str, Any]:
    """The detail of its event."""
    return decision.model_dump(mode="json", include=_DECIDED)


def without_role(events: Sequence[AuditEvent], environment: Environment) -> Iterator[str]:
    """Votes and waivers of who did not hold the role by the event right before; older versions wrote none. A sentence each."""
    for before, event in pairwise(events):
        if before.kind != RESOLVED or before.actor != event.actor:
            continue
        held = {role for role, people in before.detail["roles"].items() if event.actor in people}
        if event.kind == "voted" and (missing := set(event.detail["roles"]) - held):
            yield f"vote of {event.actor}: did not hold {', '.join(sorted(missing))} when it was given"
        check = environment.checks.get(event.detail["check"]) if event.kind == "waived" else None
        if check and check.owner not in held:
            yield f"waiver of {event.detail['check']}: {event.actor} did not hold {check.owner} when it was given"


def asked_by(event: AuditEvent | None, dossier: Dossier) -> Asked:
    """Whom a message asks, as its event says; as configured where there is none, or it is of an older version."""
    members_of = {role: group.members for role, group in dossier.plan.people.items()}
    return Asked.logged(event.detail if event else {}, members_of)


def votes_told(votes: Sequence[Vote]) -> dict[str, Told]:
    """By voter."""
    return {
        vote.person: (vote.person, vote.cast_at, vote.model_dump(mode="json", include=_VOTED))
        for vote in votes
    }


def votes_logged(events: Sequence[AuditEvent]) -> dict[str, Told]:
    """Everybody's newest vote, but for those that lapsed."""
    standing: dict[str, Told] = {}
    for event in events:
        if event.kind == "voted":
            standing[event.actor] = (event.actor, event.at, event.detail)
        elif event.kind == "vote lapsed":
            standing.pop(event.detail["person"], None)
    return standing


def waivers_told(waivers: Sequence[Waiver]) -> dict[str, Told]:
    """By check."""
    return {
        waiver.check: (waiver.person, waiver.granted_at, waiver.model_dump(mode="json", include=_WAIVED))
        for waiver in waivers
    }


def waivers_logged(events: Sequence[AuditEvent]) -> dict[str, Told]:
    standing: dict[str, Told] = {}
    for event in events:
        if event.kind == "waived":
            standing[event.detail["check"]] = (event.actor, event.at, event.detail)
        elif event.kind == "waiver lapsed":
            standing.pop(event.detail["check"], None)
    return standing


def answers_logged(events: Sequence[AuditEvent]) -> list[tuple[str, ...]]:
    """(trigger, answer, by whom, when, note) of each answer to a rollback prompt."""
    return [
        (
            event.detail["trigger"],
            event.detail["answer"],
            event.actor,
            str(event.at),
            event.detail.get("note", "") if event.detail["answer"] != Answer.ON_IT else "",
        )
        for event in events
        if event.kind == "prompt answered"
    ]


def rollbacks_logged(events: Sequence[AuditEvent]) -> list[tuple[str, datetime, str]]:
    """By whom, when and why, whether it answered a prompt or was recorded without one."""
    return [
        (event.actor, event.at, event.detail.get("reason", ""))
        for event in events
        if event.kind == "rolled back"
        or (event.kind == "prompt answered" and event.detail["answer"] == Answer.ROLLED_BACK)
    ]
