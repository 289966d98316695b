"""`canary doctor`: one line for each thing that the bot needs, with any server, and without secrets."""

from __future__ import annotations

import psycopg
import pytest

from bot.plan.model import Pinned
from bot.store import packet_copies
from bot.store.database import Database, run
from sandbox.slack.faults import Fault
from sandbox.slack.server import LocalSlack
from tests.journeys.acting import covered, with_action, with_workspaces
from tests.journeys.conftest import CONFIGURATION, World
from tests.journeys.test_command_line import Ended, Shell, settings, shell
from tests.store.conftest import pinned, start, store

__all__ = ["pinned", "settings", "shell", "store"]


def line(ended: Ended, about: str) -> str:
    return next(line for line in ended.out.splitlines() if line[6:].startswith(f"{about}:"))


async def test_everything_in_order_is_reported_line_by_line(shell: Shell, settings: dict[str, str]) -> None:
    ended = await shell.canary("doctor", **settings)
    assert (ended.code, ended.err) == (0, ""), ended
    assert [line for line in ended.out.splitlines() if not line.startswith("ok ")] == []
    for about in (
        "bot token",
        "app token",
        "scopes",
        "channel C0RELEASES",
        "user group S0PLATFORM",
        "people",
        "redis",
    ):
        assert line(ended, about)
    assert "answers, as the role" in line(ended, "source world")
    assert "xoxb" not in ended.out + ended.err


async def test_without_slack_it_checks_everything_else(shell: Shell, world: World) -> None:
    ended = await shell.canary("doctor")
    assert ended.code == 0, ended
    assert line(ended, "Slack").startswith("-     Slack: SLACK_BOT_TOKEN is not set")
    assert line(ended, "source world").startswith("ok")
    await world.rename("reading", "gone")
    assert (await shell.canary("doctor", WORLD_DSN="postgresql://u:wr0ng@127.0.0.1:9/x")).code == 1


async def test_problems_with_scopes_channels_and_groups_say_what_to_do(
    shell: Shell, settings: dict[str, str], slack: LocalSlack
) -> None:
    slack.app.scopes = slack.app.scopes - {"files:write"}
    slack.channel("#releases").members.discard(slack.app.bot_user)
    slack.workspace.groups["S0ONCALL"].disabled = True
    slack.workspace.users["U01ANA"].is_restricted = True
    ended = await shell.canary("doctor", **settings)
    assert ended.code == 1, ended
    assert "“OAuth & Permissions” page, and reinstall the app" in line(ended, "scope files:write")
    assert "/invite @canary there" in line(ended, "channel C0RELEASES")
    assert line(ended, "user group S0ONCALL").startswith("FAIL")
    assert line(ended, "user group S0PLATFORM").startswith("ok")
    assert "this account is a guest, so it counts nowhere" in line(ended, "person U01ANA")


@pytest.mark.parametrize(
    ("name", "value", "about", "says"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-wr0ng", "bot token", "Set SLACK_BOT_TOKEN to the Bot User OAuth Token"),
        ("SLACK_APP_TOKEN", "xapp-wr0ng", "app token", "with the scope connections:write"),
        ("SLACK_BOT_TOKEN", "xapp-wr0ng", "settings", "it belongs in SLACK_APP_TOKEN"),
        ("SLACK_API_URL", "http://127.0.0.1:9/", "Slack", "Slack cannot be reached"),
        ("DATABASE_URL", "postgresql://bot:wr0ng@127.0.0.1:9/bot", "database", "cannot be reached"),
        ("DATABASE_URL", "wr0ng", "database", "is not a URL of a PostgreSQL database"),
        ("REDIS_URL", "redis://:wr0ng@127.0.0.1:9", "redis", "cannot be reached"),
        ("REDIS_URL", "redis://:pa#wr0ng@127.0.0.1", "redis", "not a URL of a Redis"),
        ("WORLD_DSN", "", "source world", "WORLD_DSN is not set. Set it where the bot runs."),
        ("WORLD_DSN", "postgresql://u:wr0ng@127.0.0.1:9/x", "source world", "refused the connection"),
    ],
)
async def test_problems_are_listed_beside_what_works(
    shell: Shell, settings: dict[str, str], name: str, value: str, about: str, says: str
) -> None:
    ended = await shell.canary("doctor", **{**settings, name: value})
    assert (ended.code, ended.err) == (1, ""), ended
    assert line(ended, about).startswith("FAIL")
    assert says in line(ended, about)
    assert "wr0ng" not in ended.out
    assert len(ended.out.splitlines()) >= 4


async def test_a_server_without_some_methods_is_checked_as_far_as_possible(
    shell: Shell, settings: dict[str, str], slack: LocalSlack
) -> None:
    for method in ("conversations.info", "conversations.history", "usergroups.users.list"):
        slack.faults.inject(Fault.ERROR_BEFORE, method)
    ended = await shell.canary("doctor", **settings)
    assert ended.code in {1, 2}, ended
    assert line(ended, "channel C0RELEASES")[0] == "?"


async def test_a_faulty_configuration_does_not_stop_the_other_checks(
    shell: Shell, settings: dict[str, str]
) -> None:
    (shell.folder / "canary.yaml").write_text(CONFIGURATION.replace("kind: sql", "kind: sqll"))
    ended = await shell.canary("doctor", **settings)
    assert ended.code == 1, ended
    assert "canary.yaml:15" in line(ended, "configuration")
    assert line(ended, "bot token").startswith("ok")


async def test_an_action_that_its_role_may_not_do_is_reported_and_nothing_is_done(
    shell: Shell, world: World
) -> None:
    writer = await with_workspaces(world)
    (shell.folder / "canary.yaml").write_text(with_action())
    ended = await shell.canary("doctor", WRITER_DSN=writer)
    assert ended.code == 0, ended
    assert "the role canary_writer may do it" in line(ended, "action backfill of staging")
    async with await psycopg.AsyncConnection.connect(world.dsn, autocommit=True) as conn:
        await conn.execute('REVOKE UPDATE ON "WorkspaceSettings" FROM canary_writer')
    ended = await shell.canary("doctor", WRITER_DSN=writer)
    assert ended.code == 1
    assert line(ended, "action backfill of staging").startswith("FAIL")
    assert "permission denied" in line(ended, "action backfill of staging")
    assert await covered(world) == 0


async def test_lint_wants_a_role_of_its_own_for_actions(shell: Shell, world: World) -> None:
    await with_workspaces(world)
    (shell.folder / "canary.yaml").write_text(with_action())
    ended = await shell.canary("lint", WRITER_DSN=world.dsn)
    assert "this is the role by which world measures; give actions one of their own" in ended.out + ended.err


async def test_packets_that_are_not_kept_outside_slack_are_reported(
    shell: Shell, settings: dict[str, str], store: Database, pinned: Pinned
) -> None:
    async with store.transaction() as conn:
        number = (await start(conn, pinned)).number
        await packet_copies.want(conn, number, asked_in=None)
    assert "packets:" not in (await shell.canary("doctor", **settings)).out
    async with store.connection() as conn:
        await run(conn, "UPDATE packet_copy SET wanted_at = '2026-01-02 03:04Z'")
    ended = await shell.canary("doctor", **settings)
    assert ended.code == 1
    assert line(ended, "packets").startswith(
        "FAIL  packets: not kept since 2026-01-02 03:04 UTC: those of #1. PACKETS is not set."
    )
    ended = await shell.canary("doctor", **settings, PACKETS="file:///packets")
    assert "The threads of these runs and the bot's log say why." in line(ended, "packets")
