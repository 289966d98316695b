"""What the audit log tells of votes, waivers and the decision; and the same of the records themselves, to compare."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from bot.record.audit import AuditEvent
from bot.rules.approval import Vote, Waiver
from bot.rules.decision import Decision
from bot.rules.rollback import Answer

Told: TypeAlias = tuple[str, datetime, dict[str, Any]]  # by whom, when, what

_DECIDED = {"outcome", "reason", "evidence", "decided_by", "filled", "previous_version"}
_VOTED = {"choice", "reason", "condition", "evidence", "roles"}
_WAIVED = {"check", "reason", "evidence"}


def as_logged(decision: Decision) -> dict[str, Any]:
    """The detail of its event."""
    return decision.model_dump(mode="json", include=_DECIDED)


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
