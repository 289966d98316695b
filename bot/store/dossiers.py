"""Reads a run's dossier."""

from __future__ import annotations

from bot.dossier import Dossier
from bot.run import Run
from bot.store import check_runs, configurations, decisions, evidences, messages, prompts, votes, watches
from bot.store.database import Connection


async def read(conn: Connection, run: Run) -> Dossier:
    """The caller's transaction decides how consistent it is; under the run's lock it is exact."""
    number, evidence = run.number, run.evidence
    return Dossier(
        run=run,
        plan=await configurations.load(conn, run.configuration),
        checks=tuple(await check_runs.of_run(conn, number)),
        evidence=await evidences.load(conn, evidence) if evidence else None,
        votes=tuple(await votes.on_evidence(conn, number, evidence)) if evidence else (),
        waivers=tuple(await votes.waivers(conn, number, evidence)) if evidence else (),
        decision=await decisions.of_run(conn, number),
        watch=await watches.find(conn, number),
        triggers=tuple(await watches.triggers(conn, number)),
        prompts=tuple(await prompts.of_run(conn, number)),
        root=await messages.root(conn, number),
    )
