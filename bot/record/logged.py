"""Votes, waivers and the decision according to the audit log, and according to the records, in a comparable
form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise, zip_longest
from typing import TypeAlias

from bot.plan.model import Environment
from bot.record.audit import AuditEvent
from bot.record.events import (
    PromptAnswered,
    RolesResolved,
    RolledBack,
    Voted,
    VoteLapsed,
    VoteWithdrawn,
    Waived,
    WaiverLapsed,
    of_kind,
)
from bot.rules.approval import Vote, Waiver
from bot.rules.rollback import Answer

ToldVote: TypeAlias = tuple[str, datetime, Voted]  # by whom, when, what
ToldWaiver: TypeAlias = tuple[str, datetime, Waived]


def without_role(events: Sequence[AuditEvent], environment: Environment) -> Iterator[str]:
    """Votes and waivers by people who, according to the preceding event, did not hold the role; one sentence
    each.

    Older versions recorded no such event.
    """
    for before, event in pairwise(events):
        resolved = RolesResolved.read(before)
        if resolved is None or before.actor != event.actor:
            continue
        held = {role for role, people in resolved.roles.items() if event.actor in people}
        voted, waived = Voted.read(event), Waived.read(event)
        if voted and (missing := set(voted.roles) - held):
            yield f"vote of {event.actor}: did not hold {', '.join(sorted(missing))} when it was given"
        check = environment.checks.get(waived.check) if waived else None
        if waived and check and check.owner not in held:
            yield f"waiver of {waived.check}: {event.actor} did not hold {check.owner} when it was given"


def votes_told(votes: Sequence[Vote]) -> dict[str, ToldVote]:
    """By voter."""
    return {vote.person: (vote.person, vote.cast_at, Voted.of(vote)) for vote in votes}


def votes_logged(events: Sequence[AuditEvent]) -> dict[str, ToldVote]:
    """Returns everyone's newest vote, except lapsed ones."""
    standing: dict[str, ToldVote] = {}
    for event in events:
        if voted := Voted.read(event):
            standing[event.actor] = (event.actor, event.at, voted)
        elif lapsed := VoteLapsed.read(event):
            standing.pop(lapsed.person, None)
    return standing


def wrongly_withdrawn(events: Sequence[AuditEvent]) -> Iterator[str]:
    """Withdrawals without a vote to withdraw, and withdrawals after which the vote would still count; one
    sentence each.
    """
    standing: dict[str, Voted] = {}
    for event, following in zip_longest(events, events[1:]):
        if voted := Voted.read(event):
            standing[event.actor] = voted
        elif withdrawn := VoteWithdrawn.read(event):
            stood = standing.pop(event.actor, None)
            if stood is None or (stood.choice, stood.evidence) != (withdrawn.choice, withdrawn.evidence):
                yield f"vote of {event.actor}: was withdrawn, and did not stand"
            lapsed = VoteLapsed(person=event.actor, choice=withdrawn.choice)
            if following is None or (following.actor, VoteLapsed.read(following)) != (event.actor, lapsed):
                yield f"vote of {event.actor}: was withdrawn, and did not lapse"
        elif lapsed_now := VoteLapsed.read(event):
            standing.pop(lapsed_now.person, None)


def waivers_told(waivers: Sequence[Waiver]) -> dict[str, ToldWaiver]:
    """By check."""
    return {waiver.check: (waiver.person, waiver.granted_at, Waived.of(waiver)) for waiver in waivers}


def waivers_logged(events: Sequence[AuditEvent]) -> dict[str, ToldWaiver]:
    standing: dict[str, ToldWaiver] = {}
    for event in events:
        if waived := Waived.read(event):
            standing[waived.check] = (event.actor, event.at, waived)
        elif lapsed := WaiverLapsed.read(event):
            standing.pop(lapsed.check, None)
    return standing


def answers_logged(events: Sequence[AuditEvent]) -> list[tuple[str, ...]]:
    """(trigger, answer, by whom, when, note) of each answer to a rollback prompt."""
    return [
        (
            said.trigger,
            said.answer,
            event.actor,
            str(event.at),
            said.note if said.answer is not Answer.ON_IT else "",
        )
        for event, said in of_kind(events, PromptAnswered)
    ]


def rollbacks_logged(events: Sequence[AuditEvent]) -> list[tuple[str, datetime, str]]:
    """Returns who rolled back, when and why, whether by an answer to a prompt or not."""
    found: list[tuple[str, datetime, str]] = []
    for event in events:
        if back := RolledBack.read(event):
            found.append((event.actor, event.at, back.reason))
        elif (said := PromptAnswered.read(event)) and said.answer is Answer.ROLLED_BACK:
            found.append((event.actor, event.at, ""))
    return found
