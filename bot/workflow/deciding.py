"""Votes, waivers, expiry, and the decision that they come to."""

from __future__ import annotations

from bot.approval import Choice, Condition, Tally, may_vote, may_waive
from bot.audit import BOT
from bot.decision import Outcome, made_by, outcome_of, reason_for
from bot.dossier import Dossier
from bot.errors import Misused, Refused
from bot.outbox import Kind
from bot.people import Electorate, Person
from bot.run import Run, RunState
from bot.store import configurations, dossiers, events, messages, runs, votes
from bot.store.database import Connection
from bot.workflow.closing import close
from bot.workflow.services import Services
from checks.reading import Record


class Ballot(Record):
    """A vote as it comes from a click: nothing in it is authority."""

    run_key: str
    evidence: str  # digest that the clicked message showed
    person: str
    choice: Choice
    reason: str = ""
    condition: Condition | None = None


class Excuse(Record):
    """A waiver as it comes from a click."""

    run_key: str
    evidence: str
    person: str
    check: str
    reason: str


async def vote(services: Services, ballot: Ballot) -> bool:
    """Count a vote, and decide when it completes the quorum or vetoes. False when it was counted before.

    Raises Refused, and records that it did.
    """
    run, person, electorate = await _at_the_door(services, ballot.run_key, ballot.person)
    try:
        return await _vote(services, run.number, ballot, person, electorate)
    except Refused as refusal:
        await _record_refusal(services, run.number, ballot.person, f"vote {ballot.choice}", refusal)
        raise


async def may(services: Services, ballot: Ballot) -> Run:
    """Raises Refused unless this vote would count now: asked before a form is opened for it."""
    run, person, electorate = await _at_the_door(services, ballot.run_key, ballot.person)
    async with services.database.connection() as conn:
        policy = (await configurations.load(conn, run.configuration)).environment.decide
    may_vote(
        person,
        run,
        evidence=ballot.evidence,
        required=policy.approve,
        electorate=electorate,
        separate_duties=policy.separate_duties,
    )
    return run


async def waivable(services: Services, *, run_key: str, evidence: str, person: str) -> tuple[Run, list[str]]:
    """-> the run, and the checks that this person may waive. Raises Refused when there is none."""
    run, who, electorate = await _at_the_door(services, run_key, person)
    async with services.database.transaction() as conn:
        dossier = await dossiers.read(conn, run)
    refusal: Refused | None = None
    able = []
    for check in dossier.tally().waivers_missing:
        try:
            _may_waive(dossier, who, check=check, evidence=evidence, electorate=electorate)
            able.append(check)
        except Refused as error:
            refusal = refusal or error
    if not able:
        raise refusal or Refused("No check needs a waiver.", hint=f"/canary show #{run.number}")
    return run, able


async def waive(services: Services, excuse: Excuse) -> None:
    """Excuse a check that needs it, and decide when that was all that was missing. Raises Refused, recorded."""
    run, person, electorate = await _at_the_door(services, excuse.run_key, excuse.person)
    try:
        await _waive(services, run.number, excuse, person, electorate)
    except Refused as refusal:
        await _record_refusal(services, run.number, excuse.person, f"waive {excuse.check}", refusal)
        raise


async def expire(services: Services, *, number: int) -> None:
    """Nobody decided in time: that is no go."""
    async with services.database.transaction() as conn:
        run = await runs.lock(conn, number)
        if run.state is not RunState.DECIDING:
            return
        dossier = await dossiers.read(conn, run)
        await close(
            services,
            conn,
            dossier,
            Outcome.EXPIRED,
            reason="nobody decided in time",
            decided_by=(),
            actor=BOT,
        )


async def _at_the_door(services: Services, run_key: str, person: str) -> tuple[Run, Person, Electorate]:
    """Look everything up that needs the network, before any lock is taken."""
    async with services.database.connection() as conn:
        run = await runs.by_key(conn, run_key)
        if run is None:
            raise Misused("That button belongs to no run that I know.", hint="/canary status")
        pinned = await configurations.load(conn, run.configuration)
    return run, await services.directory.person(person), await services.electorate(pinned)


async def _vote(
    services: Services, number: int, ballot: Ballot, person: Person, electorate: Electorate
) -> bool:
    async with services.database.transaction() as conn:
        dossier = await dossiers.read(conn, await runs.lock(conn, number))
        run, policy = dossier.run, dossier.plan.environment.decide
        may_vote(
            person,
            run,
            evidence=ballot.evidence,
            required=policy.approve,
            electorate=electorate,
            separate_duties=policy.separate_duties,
        )
        cast = await votes.cast(
            conn,
            number,
            evidence=ballot.evidence,
            person=person.id,
            roles=tuple(role for role in electorate.roles_of(person.id) if role in policy.approve),
            choice=ballot.choice,
            reason=ballot.reason,
            condition=ballot.condition,
        )
        if not cast:
            return False
        event = await events.append(
            conn,
            number,
            actor=person.id,
            kind="voted",
            choice=ballot.choice,
            reason=ballot.reason,
            condition=ballot.condition.model_dump(mode="json") if ballot.condition else None,
            evidence=ballot.evidence,
        )
        await messages.want(conn, run, Kind.VOTE, str(event))
        await _decide_if_complete(services, conn, run, electorate, actor=person.id)
        return True


async def _waive(
    services: Services, number: int, excuse: Excuse, person: Person, electorate: Electorate
) -> None:
    async with services.database.transaction() as conn:
        dossier = await dossiers.read(conn, await runs.lock(conn, number))
        if excuse.check not in dossier.verdict.needs_waiver:
            raise Refused(f"{excuse.check} needs no waiver.", hint=f"/canary show #{number}")
        _may_waive(dossier, person, check=excuse.check, evidence=excuse.evidence, electorate=electorate)
        said = {"evidence": excuse.evidence, "check": excuse.check, "reason": excuse.reason}
        if not await votes.waive(conn, number, person=person.id, **said):
            return
        await events.append(conn, number, actor=person.id, kind="waived", **said)
        await messages.want(conn, dossier.run, Kind.WAIVER, excuse.check)
        await _decide_if_complete(services, conn, dossier.run, electorate, actor=person.id)


def _may_waive(
    dossier: Dossier, person: Person, *, check: str, evidence: str, electorate: Electorate
) -> None:
    environment = dossier.plan.environment
    may_waive(
        person,
        dossier.run,
        check=check,
        owner=environment.checks[check].owner,
        evidence=evidence,
        electorate=electorate,
        separate_duties=environment.decide.separate_duties,
    )


async def _decide_if_complete(
    services: Services, conn: Connection, run: Run, electorate: Electorate, *, actor: str
) -> None:
    dossier = await dossiers.read(conn, run)
    standing: Tally = dossier.tally(electorate)
    if standing.choice is None:
        await messages.want(conn, run, Kind.CARD, urgent=True)
        return
    await close(
        services,
        conn,
        dossier,
        outcome_of(standing.choice),
        reason=reason_for(standing, dossier.votes),
        decided_by=made_by(standing),
        actor=actor,
    )


async def _record_refusal(services: Services, number: int, person: str, what: str, refusal: Refused) -> None:
    async with services.database.transaction() as conn:
        await runs.lock(conn, number)
        await events.append(conn, number, actor=person, kind="refused", what=what, reason=str(refusal))
