"""Events that newer versions record: withdrawn votes, reminders that reached nobody, escalations, a checklist."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from psycopg.rows import dict_row

from bot.base.canonical import digest
from bot.record.audit import AuditEvent
from bot.record.chain import Link, hash_after
from bot.record.packet import as_json
from bot.record.verification import problems
from bot.rules.approval import Choice
from bot.rules.principal import Principal
from bot.rules.request import ChecklistClick, RunRequest
from bot.store import dossiers, events, runs
from bot.store.roles import BOT, as_role
from bot.workflow import checklist, escalating, reminding, withdrawing
from bot.workflow.auditing import Verification
from tests.audit.conftest import UNSEEN, found, tamper
from tests.audit.team import ANA, BEN, Team, team
from tests.databases import fresh_database, throwaway_database
from tests.journeys.conftest import CONFIGURATION, World

pytestmark = pytest.mark.xdist_group("audit")

NEWER = CONFIGURATION.replace("expires: 1h", "expires: 1h\n      remind: [1m]").replace(
    "on_call: on-call\n", "on_call: on-call\n      escalate: {after: 15m, to: release-managers}\n"
)
TRIES = 60


async def make_history(at: Team, owner: str) -> None:
    """One run with a reminder that reached nobody, a withdrawn vote, an unanswered prompt, and a checked-off item."""
    run = await at.run(await at.measured("2.0"))
    await tamper(owner, "UPDATE reminder SET due_at = now()")
    await reminding.remind(at.services, run=run.number, number=1)
    late = "tried_at = now() - interval '1 minute'"
    await tamper(
        owner,
        f"UPDATE message SET state = 'failed', error = 'cannot_dm', {late} WHERE kind = 'direct reminder'",
    )
    await reminding.mention_unreached(at.services)
    await at.votes(ANA, Choice.GO, run.number)
    await withdrawing.withdraw(at.services, RunRequest(run=run.number, by=Principal.slack_user(ANA)))
    await at.go(run.number)
    await at.world.put("duplicates", 3)
    await at.looks(run.number, 1)
    await tamper(owner, "UPDATE prompt SET escalates_at = now()")
    await escalating.escalate(at.services, number=run.number, trigger="duplicates", episode=1)
    await tamper(owner, "UPDATE prompt SET escalates_at = opened_at + interval '15 minutes'")
    done = ChecklistClick(run_key=run.key, item=0, channel=run.channel, by=Principal.slack_user(BEN))
    await checklist.check_off(at.services, done)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def newer(
    postgres_server: str, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str]:
    """URL of a database with that history, and the packet of its run."""
    dsn = await fresh_database(postgres_server, template=migrated)
    async with throwaway_database(postgres_server) as somewhere:
        world = World(somewhere)
        await world.create()
        folder = tmp_path_factory.mktemp("newer")
        async with team(as_role(dsn, BOT), world, folder, NEWER) as at_work:
            await make_history(at_work, dsn)
            packet = await packet_of(at_work, 1)
    return dsn, packet


async def packet_of(at: Team, number: int) -> str:
    """The packet as it is posted again, with everything that has happened since."""
    async with at.services.database.connection() as conn:
        run = await runs.existing(conn, number)
        return as_json(await dossiers.read(conn, run), await events.of_run(conn, number))


async def test_all_newer_events_are_recorded_and_verify(newer: tuple[str, str]) -> None:
    async with await psycopg.AsyncConnection.connect(newer[0]) as conn:
        kinds = {kind for (kind,) in await (await conn.execute("SELECT kind FROM event")).fetchall()}
    assert {"vote withdrawn", "vote lapsed", "not reached", "prompt escalated", "checked off"} <= kinds
    assert await found(newer[0]) == []
    assert problems(newer[1]) == []


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        *(
            (
                f"UPDATE event SET detail = replace(detail, '{word}', '{other}') WHERE kind = '{kind}'",
                "its hash",
            )
            for kind, word, other in (
                ("vote withdrawn", '"Go"', '"No-go"'),
                ("not reached", "cannot_dm", "cannot_dn"),
                ("prompt escalated", "release-managers", "platform"),
                ("checked off", "yesterday", "Yesterday"),
            )
        ),
        ("UPDATE event SET actor = 'U04MIA' WHERE kind = 'checked off'", "its hash"),
        ("UPDATE prompt SET escalated_at = NULL", "did not escalate when the log says"),
        (
            "UPDATE prompt SET escalated_at = escalated_at + interval '1 ms'",
            "did not escalate when the log says",
        ),
        (
            "UPDATE prompt SET escalates_at = escalates_at + interval '1 year'",
            "escalates at another time than its configuration says",
        ),
    ],
)
async def test_a_change_is_detected(newer: tuple[str, str], statement: str, says: str) -> None:
    connect = psycopg.AsyncConnection.connect(newer[0], autocommit=True, row_factory=dict_row)
    async with await connect as conn, conn.transaction(force_rollback=True):
        for each in (UNSEEN, "SET timezone = 'UTC'", statement):
            await conn.execute(each.encode())
        wrong = [problem async for problem in Verification(conn).problems()]
    assert wrong, "nothing was found"
    assert says in wrong[0]


def test_a_changed_character_in_its_packet_is_detected(newer: tuple[str, str]) -> None:
    text, chance = newer[1], random.Random(1)
    start = text.index("vote withdrawn") - 400
    places = [at for at in range(start, start + 1200) if text[at].isalnum()]
    for at in chance.sample(places, TRIES):
        instead = chance.choice([each for each in "aZ07" if each != text[at]])
        changed = text[:at] + instead + text[at + 1 :]
        assert problems(changed), (at, text[at - 20 : at + 20], instead)


def rechained(text: str, change: Callable[[list[dict[str, Any]]], None]) -> str:
    """The packet with changed events, and all digests recomputed."""
    packet = json.loads(text)
    change(packet["events"])
    previous = ""
    for event in packet["events"]:
        event["hash"] = previous = hash_after(previous, Link.of(AuditEvent.model_validate(event)))
    del packet["digest"]
    return json.dumps(packet | {"digest": digest(packet)})


def of_kind(found: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next(each for each in found if each["kind"] == kind)


def test_a_rechained_but_unchanged_packet_verifies(newer: tuple[str, str]) -> None:
    assert problems(rechained(newer[1], lambda _: None)) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda found: of_kind(found, "vote withdrawn").update(actor=BEN),
            "was withdrawn, and did not stand",
        ),
        (
            lambda found: of_kind(found, "vote withdrawn")["detail"].update(choice="Conditional go"),
            "did not stand",
        ),
        (lambda found: of_kind(found, "vote lapsed").update(actor=BEN), "was withdrawn, and did not lapse"),
        (lambda found: of_kind(found, "vote lapsed")["detail"].update(person=BEN), "did not lapse"),
    ],
)
def test_an_inconsistent_withdrawal_is_detected_even_in_a_valid_chain(
    newer: tuple[str, str], change: Callable[[list[dict[str, Any]]], None], says: str
) -> None:
    assert says in " ".join(problems(rechained(newer[1], change)))


async def test_someone_on_call_by_a_later_configuration_is_accepted(
    bot_database: str, world: World, tmp_path: Path
) -> None:
    """Prompts and escalations ask whoever is on call now, not who was when the run started."""
    then = NEWER.replace("on-call: {members: [S0ONCALL]}", "on-call: {members: [U03RAJ]}")
    later = NEWER.replace("on-call: {members: [S0ONCALL]}", "on-call: {members: [U04MIA]}").replace(
        "escalate: {after: 15m, to: release-managers}", "escalate: {after: 15m, to: platform}"
    )
    async with team(as_role(bot_database, BOT), world, tmp_path, then) as at_work:
        number = await at_work.measured("2.0")
        await at_work.go(number)
    await world.put("duplicates", 3)
    async with team(as_role(bot_database, BOT), world, tmp_path, later) as at_work:
        await at_work.looks(number, 1)
        packet = await packet_of(at_work, number)
    assert "U04MIA" in packet
    assert problems(packet) == []
    assert await found(bot_database) == []
