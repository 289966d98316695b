"""A waiver of a check by its owner."""

from __future__ import annotations

from bot.base.errors import Refused
from bot.base.next_step import Next
from bot.record.events import RolesResolved, Waived
from bot.rules.approval import require_part
from bot.rules.request import WaiverRequest, require_complete
from bot.slack.messages.votes import WaivedLine
from bot.store import database, dossiers, events, messages, runs, votes
from bot.store.database import Connection
from bot.workflow.deciding import decide_if_complete, with_everybody_asked
from bot.workflow.lapsing import lapse
from bot.workflow.naming import record_names
from bot.workflow.screening import screened
from bot.workflow.services import Services
from bot.workflow.voter import Unasked, Voter, resolve_voter


async def waive(services: Services, request: WaiverRequest) -> None:
    """Waive a check that needs it, and decide if that was the last thing missing. Raises Refused, recorded."""
    require_complete(request)

    async def check(lately: Services) -> None:
        voter = await resolve_voter(lately, request)
        if waived := voter.environment.checks.get(request.check):
            require_part(voter.person, voter.run, able=voter.electorate.holders([waived.owner]))

    async def attempt(conn: Connection, voter: Voter) -> Unasked | None:
        return await _waive(services, conn, voter, request)

    async with screened(services, request.by, check):
        await with_everybody_asked(services, request, attempt, what=f"waive {request.check[:40]}")


async def _waive(
    services: Services, conn: Connection, voter: Voter, request: WaiverRequest
) -> Unasked | None:
    number = voter.run.number
    run = await runs.lock(conn, number)
    if not voter.knows_author_by(run):
        return Unasked()
    dossier = await dossiers.read(conn, run)
    if request.check not in dossier.verdict.needs_waiver:
        called = dossier.plan.environment.title_of(request.check[:40])
        raise Refused(f"{called} needs no waiver.", then=[Next.show(number)])
    called = dossier.plan.environment.title_of(request.check)
    voter.require_can_waive(services, run, request, await database.now(conn))
    if isinstance(left := await lapse(conn, dossier, voter), Unasked):  # a void waiver blocks nobody
        return left
    waived = Waived(check=request.check, reason=request.reason, evidence=request.evidence)
    if not await votes.waive(conn, number, person=str(request.by), **dict(waived)):
        raise Refused(f"{called} is already waived.", then=[Next.show(number)])
    await record_names(conn, number, {voter.person.id: voter.person.name})
    await events.append(conn, number, RolesResolved.of(voter.electorate), actor=request.by)
    event = await events.append(conn, number, waived, actor=request.by)
    await messages.want(conn, run, WaivedLine(event=event))
    return await decide_if_complete(services, conn, run, voter)
