"""Two bots share the work, do it twice, or come and go: each interaction and each timer counts once."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from bot.store.migrate import migrate
from bot.store.roles import BOT
from sandbox.slack.person import PATIENCE
from tests.databases import throwaway_database
from tests.faults.processes import ROOT, Replica, kept_running
from tests.faults.record import read
from tests.faults.stage import Servers, Stage, staged
from tests.faults.team import Plan, Team
from tests.faults.test_kill import all_invariants_hold, lapse, roll_back

MIGRATIONS = ROOT / "bot/store/migrations/versions"
TEAMS = 4
RESTART = 3.0  # seconds from one restart to the next

TWICE = """
CREATE FUNCTION twice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, scheduled_at)
    VALUES (NEW.queue_name, NEW.task_name, NEW.priority, NEW.args, 'todo', NEW.scheduled_at);
    RETURN NULL;
END $$;
CREATE TRIGGER twice AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN (pg_trigger_depth() < 1 OR NEW.task_name = 'handle' AND pg_trigger_depth() < 2)
    EXECUTE FUNCTION twice()
"""


@pytest.fixture
async def stage(servers: Servers) -> AsyncIterator[Stage]:
    async with staged(TEAMS, shared=servers) as stage:
        yield stage


def two(stage: Stage) -> tuple[Replica, Replica]:
    return stage.replica("one"), stage.replica("other")


async def everybody_plays(stage: Stage, rounds: int = 1) -> None:
    """Some teams play to a rollback, some to the deadline, concurrently."""

    async def play(team: Team, plan: Plan) -> None:
        for _ in range(rounds):
            await team.play(plan)
            await team.recover()

    async with asyncio.TaskGroup() as group:
        for number in range(TEAMS):
            team = Team(stage, number, patience=PATIENCE)
            group.create_task(play(team, [roll_back, lapse][number % 2]))


async def test_jobs_given_to_both_replicas_count_once(stage: Stage) -> None:
    """Every job is enqueued twice, as after a suspension, and two bots work on them."""
    async with await psycopg.AsyncConnection.connect(stage.database, autocommit=True) as conn:
        await conn.execute(TWICE)
    async with kept_running(*two(stage)):
        await stage.slack.connected(2)
        await everybody_plays(stage)
        record = await all_invariants_hold(stage)
    assert len(record.runs) == TEAMS


async def test_interactions_delivered_to_both_replicas_count_once(stage: Stage) -> None:
    team = Team(stage, 0, patience=PATIENCE)
    async with kept_running(*two(stage)):
        await stage.slack.connected(2)
        card = await team.start()
        await team.all_go(card)
        clicks = [each for each in stage.slack.deliveries if each.kind == "interactive"]
        again = [stage.slack.courier.deliver(each.kind, each.payload) for each in clicks * 4]
        # some duplicates were acknowledged
        assert sum(each.acked for each in await asyncio.gather(*again)) > len(clicks)
        assert await team.decided(1, team.ana, team.ben, card=card) == "GO"
        await team.time_passes(1)
        await team.watch_ends(1)
        record = await all_invariants_hold(stage)
    assert [event["kind"] for event in record.events].count("voted") == 2


async def test_restarts_under_load_lose_nothing(stage: Stage) -> None:
    """As in a rollout: one replica after the other is asked to stop, and is restarted."""
    bots = two(stage)

    async def restart() -> None:
        for turn in range(6):
            await asyncio.sleep(RESTART)
            await stage.slack.connected(2)
            assert bots[turn % 2].ask_to_stop()

    async with kept_running(*bots):
        await stage.slack.connected(2)
        async with asyncio.TaskGroup() as group:
            group.create_task(restart())
            await everybody_plays(stage, rounds=2)
        await all_invariants_hold(stage)
        await stage.slack.connected(2)  # a bot that is asked to stop while it starts just exits
    ended = [life.code for bot in bots for life in bot.lives]
    assert set(ended) == {0}
    assert len(await _runs(stage)) == 2 * TEAMS


@pytest.fixture
async def before(tmp_path: Path) -> Path:
    """The code of a previous version: as it was before the newest migration that was added when all earlier ones were there."""
    commit = await before_newest_migration()
    if not commit or not await git("ls-tree", commit, "bot/plan/stored.py"):
        pytest.skip("this checkout has no earlier version that reads leniently what a newer one stored")
    archive = tmp_path / "before.tar"
    await git("archive", f"--output={archive}", commit, "bot", "commands", "checks")
    folder = tmp_path / "before"
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.fixture
async def staged_before(servers: Servers, before: Path) -> AsyncIterator[Stage]:
    """A stage whose database was created by the previous version."""
    program = "import sys; from bot.store.migrate import migrate; migrate(sys.argv[1], grant_to=sys.argv[2])"
    async with throwaway_database(servers.postgres) as dsn:
        running = await asyncio.create_subprocess_exec(sys.executable, "-c", program, dsn, BOT, cwd=before)
        assert await running.wait() == 0
        name = urlsplit(dsn).path.removeprefix("/")
        async with staged(TEAMS, shared=replace(servers, migrated=name)) as stage:
            yield stage


async def before_newest_migration() -> str:
    """Returns a commit; empty if there is none. Migrations from several branches may have come in any order."""
    names = sorted(path.name for path in MIGRATIONS.glob("*.sql"))
    for known in range(len(names) - 1, 0, -1):
        added = await git("log", "--diff-filter=A", "--format=%H", "--", str(MIGRATIONS / names[known]))
        for commit in added.split()[-1:]:
            listed = await git("ls-tree", "--name-only", f"{commit}^", f"{MIGRATIONS.relative_to(ROOT)}/")
            there = {Path(path).name for path in listed.split()} & set(names)
            if there == set(names[:known]):
                return f"{commit}^"
    return ""


async def git(*words: str) -> str:
    """The output of git, or "" if this is not a checkout, or belongs to another user."""
    running = await asyncio.create_subprocess_exec("git", "-C", ROOT, *words, stdout=subprocess.PIPE)
    said, _ = await running.communicate()
    return said.decode() if running.returncode == 0 else ""


async def test_the_previous_version_and_this_one_work_side_by_side(
    staged_before: Stage, before: Path
) -> None:
    """As in a rollout: the database is migrated while the old version runs, and each works on what the other started."""
    stage = staged_before
    old, new = two(stage)
    old.code = before
    async with kept_running(old):
        await stage.slack.connected()
        await asyncio.to_thread(migrate, stage.database, grant_to=BOT)
        async with kept_running(new):
            await stage.slack.connected(2)
            await everybody_plays(stage, rounds=2)
            await all_invariants_hold(stage)
    assert {life.code for bot in (old, new) for life in bot.lives} == {0}
    assert len(await _runs(stage)) == 2 * TEAMS


NEWER = """
from bot.slack.blocks import section
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.posting import Posting


class ConditionMet(MessageKind):
    kind = "condition met"
    called = "line about a condition"

    def render(self, facts: Facts) -> Posting:
        return Posting.of("A condition is met", [section("A condition is met")])
"""


@pytest.fixture
def after(tmp_path: Path) -> Path:
    """A copy of the code that knows one more kind of message, as a later version may."""
    folder = tmp_path / "after"
    for package in ("bot", "commands", "checks"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "bot/slack/messages/newer.py").write_text(NEWER)
    return folder


async def test_a_message_only_a_later_version_can_post_does_not_hold_up_its_run_while_that_version_is_gone(
    stage: Stage, after: Path
) -> None:
    ours, later = two(stage)
    later.code = after
    team = Team(stage, 0, patience=PATIENCE)
    async with kept_running(ours):
        await stage.slack.connected()
        card = await team.start()
        async with await psycopg.AsyncConnection.connect(stage.database, autocommit=True) as conn:
            await conn.execute(
                "INSERT INTO message (run, kind, channel) SELECT number, 'condition met', channel FROM run"
            )
        await team.all_go(card)
        assert await team.decided(1, team.ana, team.ben, card=card) == "GO"
        async with kept_running(later):  # the later version is back
            await stage.slack.connected(2)
            await stage.slack.sees(team.name, "A condition is met")
            await team.time_passes(1)
            await team.watch_ends(1)


async def _runs(stage: Stage) -> list[int]:
    return [run["number"] for run in (await read(stage.database)).runs]
