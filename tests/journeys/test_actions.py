"""Actions after a go: each is previewed, confirmed, executed exactly once, and its result is reported."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from sandbox.slack.people import User
from sandbox.slack.server import LocalSlack
from tests.journeys.acting import (
    FOR_TWO,
    STATEMENT,
    TITLE,
    WORKSPACES,
    buttons,
    confirms,
    covered,
    gone,
    previewed,
    says,
    sees_form,
    with_action,
    with_workspaces,
)
from tests.journeys.conftest import StartBot, World, decided
from tests.journeys.test_attacks import change, facts
from tests.outbox import until

KINDS = "SELECT kind, actor FROM event WHERE kind LIKE 'action%' ORDER BY seq"
STATES = "SELECT attempt, state FROM action ORDER BY attempt"


async def test_a_backfill_is_previewed_confirmed_executed_once_and_measured(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    writer = await with_workspaces(world)
    ana = slack.user("ana")
    async with start_bot(with_action(), environ={"WRITER_DSN": writer}):
        await slack.connected()
        listed = await gone(slack)
        assert f"*{TITLE}*\nNot done yet · needs 1 of release-managers" in slack.render_text(listed)

        form = await previewed(slack, ana)
        said = says(slack, form)
        assert STATEMENT in said
        assert f"It would update *{WORKSPACES} rows* now." in said
        assert "Their keys: ws-001, ws-002" in said
        assert "and 52 more" in said
        assert "If it finds another number of rows than 62, it does nothing" in said
        assert "[Do it: update 62 rows]" in said
        assert await covered(world) == 0  # the preview rolled its change back

        await ana.submit(form)
        result = await slack.sees("#releases", f"✅ Done · {TITLE}", timeout=30)
        came_of_it = (
            "@ana: 62 rows updated · *Quota coverage*: 62 of 62 rows covered (before: 0 of 62 rows covered)"
        )
        await slack.wait_for(lambda: came_of_it in slack.render_text(result))
        await slack.wait_for(lambda: "✅ Done at" in slack.render_text(listed))
        assert buttons(listed) == []
    assert await covered(world) == WORKSPACES
    done = [
        ("action requested", "U01ANA"),
        *((f"action {what}", "canary") for what in ("claimed", "done", "covered")),
    ]
    assert await facts(bot_database, KINDS) == done


async def test_nothing_is_changed_if_the_number_of_rows_differs_from_the_confirmed_one(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    writer = await with_workspaces(world)
    ana = slack.user("ana")
    async with start_bot(with_action(), environ={"WRITER_DSN": writer}):
        await slack.connected()
        await gone(slack)
        form = await previewed(slack, ana)
        await _execute(world, """INSERT INTO "WorkspaceSettings" VALUES ('late', false)""")
        await ana.submit(form)
        await slack.sees("#releases", f"❌ Not done · {TITLE}")
        await slack.sees(
            "#releases", "it would have touched 63 rows now, and 62 rows when it was confirmed; it was undone"
        )
        assert await covered(world) == 0
        await confirms(slack, ana)  # with the current number of rows
        await slack.sees("#releases", "63 rows updated · *Quota coverage*: 63 of 63 rows covered")
    assert await covered(world) == WORKSPACES + 1
    assert await facts(bot_database, STATES) == [(1, "failed"), (2, "done")]


@pytest.mark.parametrize(
    ("workspaces", "says_why"),
    [
        (101, "It can't be done: it would touch 101 rows, and at most 100 are allowed."),
        (1, "It can't be done: there is nothing to do: it would touch no row."),
    ],
)
async def test_an_action_outside_its_row_limits_cannot_be_confirmed(
    start_bot: StartBot, slack: LocalSlack, world: World, workspaces: int, says_why: str
) -> None:
    writer = await with_workspaces(world, workspaces)
    if workspaces == 1:
        await _execute(world, STATEMENT)
    async with start_bot(with_action(), environ={"WRITER_DSN": writer}):
        await slack.connected()
        await gone(slack)
        form = await previewed(slack, slack.user("ana"), text=says_why)
        assert "[Do it" not in says(slack, form)
    assert await covered(world) == (workspaces == 1)


async def test_only_the_allowed_groups_see_the_preview(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    writer = await with_workspaces(world)
    async with start_bot(with_action(), environ={"WRITER_DSN": writer}):
        await slack.connected()
        listed = await gone(slack)
        for name, why in (
            ("ben", "Only release-managers can do this."),
            ("mia", "Only release-managers can do this."),
            ("gus", "You can't do this: this account is a guest."),
        ):
            person = slack.user(name)
            reply = await person.click(listed, "Backfill…")
            assert "Ask @ana." in await reply.told(why)
            form = await sees_form(slack, person, why)
            assert "ws-001" not in says(slack, form)
            assert "[Do it" not in says(slack, form)
    what = "SELECT count(*) FROM event WHERE kind = 'refused' AND detail LIKE '%preview backfill%'"
    assert await facts(bot_database, what) == [(3,)]


async def test_fifty_simultaneous_confirmations_execute_the_action_once(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    """Ten managers open the form, and each submits it five times."""
    writer = await with_workspaces(world)
    names = [f"max{number}" for number in range(9)]
    for name in names:
        slack.add_user(User(f"U0{name.upper()}", name, name.title()))
        slack.workspace.channels["C0RELEASES"].members.add(f"U0{name.upper()}")
    managers = [slack.user(name) for name in ("ana", *names)]
    members = ", ".join(person.id for person in managers)
    configuration = with_action().replace("members: [U01ANA]", f"members: [{members}]")
    async with start_bot(configuration, environ={"WRITER_DSN": writer}):
        await slack.connected()
        await gone(slack)
        forms = [(person, await previewed(slack, person)) for person in managers]
        await asyncio.gather(*(person.submit(form) for person, form in forms for _ in range(5)))
        await slack.sees("#releases", "62 rows updated · *Quota coverage*: 62 of 62")
        refused = f"SELECT count(*) = {len(managers) - 1} FROM event WHERE kind = 'refused'"
        await until(bot_database, refused)
    assert await facts(bot_database, STATES) == [(1, "done")]
    done = "SELECT count(*) FROM event WHERE kind = 'action done'"
    assert await facts(bot_database, done) == [(1,)]


async def test_an_action_for_two_people_needs_both_to_confirm_the_same_preview(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    writer = await with_workspaces(world)
    ana, ben = slack.user("ana"), slack.user("ben")
    async with start_bot(with_action(FOR_TWO), environ={"WRITER_DSN": writer}):
        await slack.connected()
        listed = await gone(slack)
        await confirms(slack, ana)
        await slack.wait_for(lambda: "@ana confirmed it · waiting for others" in slack.render_text(listed))
        assert await covered(world) == 0
        await (await ana.click(listed, "Backfill…")).told("You have confirmed this already")
        form = await previewed(slack, ben, text="@ana confirmed the same already.")
        await ben.submit(form)
        await slack.sees("#releases", "@ana, @ben: 62 rows updated")
    events = [("action requested", "U01ANA"), ("action confirmed", "U02BEN")]
    assert (await facts(bot_database, KINDS))[:2] == events


async def test_the_confirmation_of_an_account_deactivated_since_does_not_count(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    writer = await with_workspaces(world)
    ana, ben, mia = (slack.user(name) for name in ("ana", "ben", "mia"))
    configuration = with_action(FOR_TWO).replace("members: [U01ANA]", "members: [U01ANA, U04MIA]")
    async with start_bot(configuration, environ={"WRITER_DSN": writer}):
        await slack.connected()
        listed = await gone(slack)
        await confirms(slack, ana)
        await slack.wait_for(lambda: "@ana confirmed it · waiting for others" in slack.render_text(listed))
        slack.workspace.users[ana.id].deleted = True
        await ben.submit(await previewed(slack, ben))
        await slack.wait_for(lambda: "@ana, @ben confirmed it · waiting" in slack.render_text(listed))
        assert await covered(world) == 0
        await confirms(slack, mia)
        await slack.sees("#releases", "62 rows updated")
    events = [("action requested", "U01ANA"), ("action confirmed", "U02BEN"), ("action confirmed", "U04MIA")]
    assert (await facts(bot_database, KINDS))[:3] == events


async def test_a_confirmation_of_a_different_preview_starts_a_new_attempt(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    writer = await with_workspaces(world)
    ana, ben = slack.user("ana"), slack.user("ben")
    async with start_bot(with_action(FOR_TWO), environ={"WRITER_DSN": writer}):
        await slack.connected()
        await gone(slack)
        await confirms(slack, ana)
        await slack.sees("#releases", "@ana confirmed it · waiting for others")
        await _execute(world, """INSERT INTO "WorkspaceSettings" VALUES ('late', false)""")
        await confirms(slack, ben)
        await slack.sees("#releases", "@ben confirmed it · waiting for others")
        assert await covered(world) == 0
        await confirms(slack, ana)
        await slack.sees("#releases", "63 rows updated")
    assert await facts(bot_database, STATES) == [(1, "failed"), (2, "done")]


async def test_a_confirmation_that_nobody_joined_for_an_hour_counts_no_more(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    writer = await with_workspaces(world)
    ana, ben = slack.user("ana"), slack.user("ben")
    async with start_bot(with_action(FOR_TWO), environ={"WRITER_DSN": writer}):
        await slack.connected()
        await gone(slack)
        await confirms(slack, ana)
        await slack.sees("#releases", "@ana confirmed it · waiting for others until")
        earlier = "jsonb_set(confirmed, '{0,at}', to_jsonb(now() - interval '61 minutes'))"
        await change(bot_database, f"UPDATE action SET confirmed = {earlier}")
        form = await previewed(slack, ben)
        assert "confirmed the same already" not in str(form.blocks)
        await ben.submit(form)
        await slack.sees("#releases", "@ben confirmed it · waiting for others until")
        assert await covered(world) == 0
        await confirms(slack, ana)
        await slack.sees("#releases", "62 rows updated")
    assert await facts(bot_database, STATES) == [(1, "failed"), (2, "done")]


async def test_a_rolled_back_run_executes_no_action(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    writer = await with_workspaces(world)
    ana = slack.user("ana")
    async with start_bot(with_action(), environ={"WRITER_DSN": writer}):
        await slack.connected()
        listed = await gone(slack)
        form = await previewed(slack, ana)
        await slack.user("raj").command("#releases", "/canary", "rolled-back #1 wrong build")
        await slack.sees("#releases", "rolled back staging")
        await ana.submit(form)
        await ana.is_told("Run #1 was rolled back, so nothing more is done.")
        await slack.wait_for(lambda: buttons(listed) == [])
    assert await covered(world) == 0


async def test_a_run_executes_no_action_after_a_newer_go(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    writer = await with_workspaces(world)
    ana = slack.user("ana")
    async with start_bot(with_action(), environ={"WRITER_DSN": writer}):
        await slack.connected()
        listed = await gone(slack)
        form = await previewed(slack, ana)
        card = await decided(slack, "Waiting for approval")
        for name in ("ana", "ben"):
            await slack.user(name).click(card, "Go")
        await slack.sees("#releases", "Decision on run #2")
        await ana.submit(form)
        await ana.is_told("Run #2 got a newer go on staging; do it there.")
        await slack.wait_for(lambda: buttons(listed) == [])
    assert await covered(world) == 0


async def test_a_no_go_offers_no_action(start_bot: StartBot, slack: LocalSlack, world: World) -> None:
    writer = await with_workspaces(world)
    async with start_bot(with_action(), environ={"WRITER_DSN": writer}):
        await slack.connected()
        card = await decided(slack)
        await slack.user("ben").command("#releases", "/canary", "no-go #1 not today")
        await slack.sees("#releases", "Decision on run #1")
        await slack.sees("#releases", ".json, ")
        assert "Actions" not in slack.render_thread(card)


async def test_missing_privileges_are_reported_with_what_to_grant(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    writer = await with_workspaces(world)
    await _execute(world, 'REVOKE UPDATE ON "WorkspaceSettings" FROM canary_writer')
    async with start_bot(with_action(), environ={"WRITER_DSN": writer}):
        await slack.connected()
        listed = await gone(slack)
        reply = await slack.user("ana").click(listed, "Backfill…")
        told = await reply.told("I can't find out what it would do: the database says: permission denied")
        assert "Grant the source's role what the statement needs" in told


async def _execute(world: World, statement: str) -> None:
    async with await psycopg.AsyncConnection.connect(world.dsn, autocommit=True) as conn:
        await conn.execute(statement)
