"""Helpers for actions: workspaces that lack a setting, a database role that may turn it on, and people who confirm."""

from __future__ import annotations

import psycopg

from bot.store.roles import as_role
from sandbox.slack.elements import elements_of
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE, Person
from sandbox.slack.rendering import render_blocks
from sandbox.slack.server import LocalSlack
from sandbox.slack.views import View
from tests.journeys.conftest import CONFIGURATION, World, both_go, decided

WRITER = "canary_writer"
WORKSPACES = 62
TITLE = "Turn high quota on for every workspace"
STATEMENT = 'UPDATE "WorkspaceSettings" SET "highQuotaEnabled" = true WHERE NOT "highQuotaEnabled"'

SOURCE = '  admin: {kind: postgres.writer, dsn: "${WRITER_DSN}", tables: [WorkspaceSettings]}\n'
CHECK = """
      quota-coverage:
        kind: jobs.coverage
        title: Quota coverage
        source: world
        table: WorkspaceSettings
        column: highQuotaEnabled
        pass: {covered: ">= 0"}
        owner: platform
"""
ACTION = """
    actions:
      backfill:
        kind: sql
        title: Turn high quota on for every workspace
        source: admin
        statement: 'UPDATE "WorkspaceSettings" SET "highQuotaEnabled" = true WHERE NOT "highQuotaEnabled"'
        rows: {max: 100}
        covers: quota-coverage
        allow: {release-managers: 1}
"""
FOR_TWO = ACTION.replace("allow: {release-managers: 1}", "allow: {release-managers: 1, platform: 1}")


def with_action(action: str = ACTION, source: str = SOURCE) -> str:
    """Returns the team's configuration with an action."""
    head, checks, rest = CONFIGURATION.partition("    checks:\n")
    head = head.replace("tables: [reading]}\n", "tables: [reading, WorkspaceSettings]}\n" + source)
    return f"{head}{checks}{CHECK.lstrip(chr(10))}{rest.rstrip()}{action}"


async def with_workspaces(world: World, count: int = WORKSPACES) -> str:
    """Add workspaces without the setting. Returns the DSN of a role that may change only that."""
    async with await psycopg.AsyncConnection.connect(world.dsn, autocommit=True) as conn:
        exists = f"SELECT FROM pg_roles WHERE rolname = '{WRITER}'"
        if not (await conn.execute(exists)).rowcount:
            await conn.execute(f"CREATE ROLE {WRITER} LOGIN")
        await conn.execute(
            'CREATE TABLE "WorkspaceSettings" ("clientId" text PRIMARY KEY, "highQuotaEnabled" boolean NOT NULL)'
        )
        await conn.execute(f'GRANT SELECT, UPDATE ON "WorkspaceSettings" TO {WRITER}')
        await conn.execute(
            """INSERT INTO "WorkspaceSettings" SELECT 'ws-' || lpad(n::text, 3, '0'), false FROM generate_series(1, %s) AS n""",
            [count],
        )
    return as_role(world.dsn, WRITER)


async def covered(world: World) -> int:
    """Returns how many workspaces have the setting."""
    async with await psycopg.AsyncConnection.connect(world.dsn, autocommit=True) as conn:
        found = await conn.execute('SELECT count(*) FROM "WorkspaceSettings" WHERE "highQuotaEnabled"')
        row = await found.fetchone()
    assert row
    return int(row[0])


async def gone(slack: LocalSlack) -> Message:
    """Decide a run with a go. Returns the message that lists its actions."""
    await both_go(slack, await decided(slack))
    return await slack.sees("#releases", "Actions · staging", timeout=30)


async def sees_form(slack: LocalSlack, person: Person, text: str) -> View:
    """Returns the person's open form once it contains the text."""

    def look() -> View | None:
        return person.modal if person.modal and text in says(slack, person.modal) else None

    return await person.waits(look, f"a form with {text!r}", PATIENCE)


def says(slack: LocalSlack, view: View) -> str:
    """Returns the text of a form, including its button."""
    submit = view.body.get("submit", {}).get("text", "")
    return "\n".join([view.title, *render_blocks(slack.workspace, view.blocks), f"[{submit}]"])


async def previewed(slack: LocalSlack, person: Person, label: str = "Backfill", text: str = "[Do it") -> View:
    """Click an action. Returns the form once it contains the text."""
    listed = await slack.sees("#releases", "Actions · staging")
    await slack.wait_for(lambda: f"{label}…" in buttons(listed))
    assert (await person.click(listed, f"{label}…")).acked
    return await sees_form(slack, person, text)


async def confirms(slack: LocalSlack, person: Person, label: str = "Backfill") -> None:
    """Click an action, and confirm it after the preview."""
    submission = await person.submit(await previewed(slack, person, label))
    assert not submission.errors


def buttons(message: Message) -> list[str]:
    return [element.label for element in elements_of(message.blocks)]
