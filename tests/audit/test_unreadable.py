"""What is stored of one run cannot be read: people are told what to do, and every other run stays readable."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.base.errors import Unreadable
from bot.rules.dossier import Dossier
from bot.rules.principal import Principal
from bot.rules.request import Request, RunRequest
from bot.store import runs
from bot.store.roles import BOT, as_role
from bot.workflow import asking
from bot.workflow.asking import Illegible
from commands.slack import answers
from tests.audit.conftest import found, tamper
from tests.audit.team import BROKEN, RAJ, Team, both_environments, team
from tests.journeys.conftest import World

pytestmark = pytest.mark.xdist_group("audit")  # the history is made once

WAITING = 6  # the undecided run
OTHER = "sha256:" + "7" * 64
NEWER = "Use the version of canary that wrote it, or a newer one."
EITHER = (
    "If a newer version of canary wrote it, use that one. Otherwise it was damaged: restore it from a backup."
)

CONFIGURATION = [
    (
        "replace(document, '\"format\":1', '\"format\":2')",
        f"The configuration {OTHER} has the format 2, but this version of canary reads formats up to 1. {NEWER}",
    ),
    (
        'replace(document, \'"format":1\', \'"format":"a"\')',
        f"The configuration {OTHER} is damaged: its format is 'a', which is not a number from 1 on.",
    ),
    ("left(document, 100)", f"The configuration {OTHER} is damaged: it is not JSON: "),
    ("'[]'", f"The configuration {OTHER} is damaged: it is not a JSON object. "),
    (
        "(document::jsonb - 'environment')::text",
        f"The configuration {OTHER} cannot be read: environment: Field required. {EITHER}",
    ),
    (
        "(document::jsonb #- '{environment,rollback,on_call}')::text",
        f"The configuration {OTHER} cannot be read: environment.rollback.on_call: Field required. {EITHER}",
    ),
]


async def change_configuration(dsn: str, to: str) -> None:
    """Change the configuration of the waiting run alone."""
    await tamper(
        dsn,
        f"INSERT INTO configuration SELECT '{OTHER}', {to} FROM configuration LIMIT 1",
        f"UPDATE run SET configuration = '{OTHER}' WHERE number = {WAITING}",
    )


def about(number: int) -> RunRequest:
    return RunRequest(by=Principal.slack_user(RAJ), run=number)


@pytest.fixture
async def at(record: str, world: World, tmp_path: Path) -> AsyncIterator[Team]:
    async with team(as_role(record, BOT), world, tmp_path) as at_work:
        yield at_work


@pytest.mark.parametrize(("to", "says"), CONFIGURATION, ids=[to for to, _ in CONFIGURATION])
async def test_an_unreadable_configuration_affects_only_its_own_run(
    record: str, at: Team, to: str, says: str
) -> None:
    await change_configuration(record, to)
    with pytest.raises(Unreadable) as refused:
        await asking.dossier(at.services, about(WAITING))
    assert " ".join(refused.value.sentences).startswith(says)
    for number in range(1, WAITING):
        answers.show(await asking.dossier(at.services, about(number)))
    [problem] = await found(record)
    assert problem.startswith(f"run #{WAITING}: {says}")


async def test_status_and_the_list_of_runs_show_the_others(
    bot_database: str, world: World, tmp_path: Path
) -> None:
    async with team(as_role(bot_database, BOT), world, tmp_path, both_environments()) as at:
        for environment in ("staging", "production"):
            await at.start("1.0", environment=environment)
        await tamper(bot_database, BROKEN)
        under_way = await asking.under_way(at.services, Request(by=Principal.slack_user(RAJ)))
        assert [type(each) for each in under_way] == [Illegible, Dossier]
        text, blocks = answers.status(under_way, "", start=None)
        assert text == "2 under way."
        assert "is damaged: it is not JSON" in str(blocks)
        assert "*#2* production 1.0: ⏳ Checking, 0 of 2 done" in str(blocks)
        async with at.services.database.connection() as conn:
            listed = await runs.overview(conn, None, 20)
        assert [each.number for each in listed] == [2, 1]
