"""Capturing a baseline before a change: it is measured several times, stored for good, and shown."""

from __future__ import annotations

import asyncio
import json

import psycopg
import pytest

from bot.base.canonical import digest_of_text
from bot.record.verification import problems
from bot.store.roles import BOT, as_role
from commands.serve import Running
from sandbox.slack.files import File
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.audit.conftest import found
from tests.journeys.conftest import CONFIGURATION, StartBot, World
from tests.journeys.test_attacks import facts

ONLY_PLATFORM = CONFIGURATION.replace(
    "    arguments: {version: {}}", "    start: [platform]\n    arguments: {version: {}}"
)


async def captured(slack: LocalSlack, words: str = "capture staging 1s") -> Message:
    ben = slack.user("ben")
    await (await ben.command("#releases", "/canary", words)).told("Capturing baseline")
    return await slack.sees("#releases", "Captured baseline")


async def test_a_capture_measures_and_stores_the_readings(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    message = await captured(slack, "capture staging 1s before-rollout")
    shown = slack.render_text(message)
    assert "Captured baseline 1 (before-rollout) · staging" in shown
    assert "p95 30 s (1 measurement)" in shown
    assert "Requested by @ben" in shown
    assert len(slack.channel("#releases").log) == 1  # the message is edited, not posted again

    [(digest, text)] = await facts(bot_database, "SELECT digest, document FROM baseline")
    assert digest == digest_of_text(text)
    document = json.loads(text)
    assert document["requested_by"] == "U02BEN"
    assert document["previous"] is None
    [p95] = document["checks"]["queue-age"]["readings"]
    assert (p95["value"], p95["unit"], p95["samples"], p95["low"], p95["high"]) == (30, "s", 1, 30, 30)


async def test_a_baseline_refers_to_the_previous_one_and_both_are_listed(
    bot: Running, slack: LocalSlack, world: World, bot_database: str
) -> None:
    await captured(slack, "capture staging 1s monday")
    await world.put("queue_age", 50)
    await slack.user("ben").command("#releases", "/canary", "capture staging 1s")
    await slack.sees("#releases", "Captured baseline 2")
    kept = await facts(
        bot_database, "SELECT digest, document::json ->> 'previous' FROM baseline ORDER BY number"
    )
    assert kept[1][1] == kept[0][0]
    told = await (await slack.user("ana").command("#releases", "/canary", "baselines staging")).told(
        "2 baselines"
    )
    assert "baseline 1 (monday)" in told
    assert "/canary run staging baseline=2" in told
    for wanted in ("monday", "1", "#1"):
        shown = await slack.user("ana").command("#releases", "/canary", f"baselines staging {wanted}")
        assert "p95 30 s" in await shown.told("Captured baseline 1 (monday)")


async def test_several_measurements_are_summarized(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    async with start_bot():
        await slack.user("ben").command("#releases", "/canary", "capture staging 3s")
        await slack.sees("#releases", "1 of 3 measurements taken")
        await world.put("queue_age", 90)
        shown = slack.render_text(await slack.sees("#releases", "Captured baseline 1"))
    assert "30 s to 90 s" in shown
    assert "p95" in shown
    assert await facts(bot_database, "SELECT tick FROM capture_sample ORDER BY tick") == [(1,), (2,), (3,)]


async def test_a_capture_continues_after_a_restart(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot():
        await slack.user("ben").command("#releases", "/canary", "capture staging 4s")
        await slack.sees("#releases", "1 of 4 measurements taken")
    async with start_bot():
        await slack.sees("#releases", "Captured baseline 1")
    last = "SELECT state, tick FROM capture"
    assert await facts(bot_database, last) == [("done", 4)]


async def test_a_capture_can_be_stopped_and_started_again(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    ben, ana = slack.user("ben"), slack.user("ana")
    await (await ben.command("#releases", "/canary", "capture staging 1h monday")).told(
        "Capturing baseline 1"
    )
    await (await ana.command("#releases", "/canary", "capture staging 1h")).told("is being captured already")
    await (await ana.command("#releases", "/canary", "capture staging stop")).told("is stopped")
    await slack.sees("#releases", "Stopped: baseline 1 (monday)")
    await (await ana.command("#releases", "/canary", "capture staging stop")).told(
        "No baseline of staging is being"
    )
    assert await facts(bot_database, "SELECT state, ended_by FROM capture") == [("cancelled", "U01ANA")]
    await captured(slack, "capture staging 1s monday")  # the name is free again
    told = await ben.command("#releases", "/canary", "capture staging 1s monday")
    await told.told("There is already a baseline “monday”")


async def test_a_failed_measurement_is_reported_and_nothing_is_stored(
    bot: Running, slack: LocalSlack, world: World, bot_database: str
) -> None:
    await world.rename("reading", "moved")
    await slack.user("ben").command("#releases", "/canary", "capture staging 1s")
    shown = slack.render_text(await slack.sees("#releases", "Not captured: baseline 1"))
    assert "queue-age could not be measured" in shown.replace("*", "")
    assert await facts(bot_database, "SELECT count(*) FROM baseline") == [(0,)]


async def test_a_check_that_cannot_be_measured_does_not_affect_the_others(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    await world.put("queue_age", float("nan"))
    shown = slack.render_text(await captured(slack))
    assert "signals 0" in shown
    assert "queue-age" in shown


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("capture", "The environment is missing"),
        ("capture staging", "The duration is missing"),
        ("capture staging 0m", "A capture takes 1s to 7d, not 0s"),
        ("capture staging 8d", "A capture takes 1s to 7d, not 8d"),
        ("capture staging 9999d", "longer than 366 days"),
        ("capture staging soon", "Expected a duration with its unit, like 30s"),
        ("capture staging 1m mon.day", "can't be the name of a baseline"),
        ("capture staging 1m 7", "can't be the name of a baseline"),
        ("capture stagin 1m", "There is no environment “stagin”"),
        ("capture staging 1m one two", "I don't know what to do with “two”"),
        ("baselines", "The environment is missing"),
        ("baselines staging", "No baseline of staging was captured yet"),
        ("baselines staging monday", "There is no baseline “monday” of staging"),
        ("baselines staging 9", "None was captured yet"),
    ],
)
async def test_a_mistyped_command_is_explained_and_captures_nothing(
    bot: Running, slack: LocalSlack, bot_database: str, words: str, told: str
) -> None:
    await (await slack.user("ben").command("#releases", "/canary", words)).told(told)
    assert await facts(bot_database, "SELECT count(*) FROM capture") == [(0,)]


async def test_nothing_is_captured_during_a_run(bot: Running, slack: LocalSlack) -> None:
    raj = slack.user("raj")
    await (await raj.command("#releases", "/canary", "run staging version=1.42.0")).told("has started")
    await (await raj.command("#releases", "/canary", "capture staging 1m")).told(
        "Run #1 on staging is under way"
    )


async def test_only_people_who_may_start_runs_can_capture(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(ONLY_PLATFORM):
        await (await slack.user("ana").command("#releases", "/canary", "capture staging 1m")).told(
            "Only platform can"
        )
        await (await slack.user("ben").command("#releases", "/canary", "capture staging 1h")).told(
            "Capturing"
        )
        await (await slack.user("ana").command("#releases", "/canary", "capture staging stop")).told(
            "Only platform can"
        )
    assert await facts(bot_database, "SELECT state FROM capture") == [("capturing",)]


async def test_a_baseline_never_changes(bot: Running, slack: LocalSlack, bot_database: str) -> None:
    await captured(slack)
    for dsn in (bot_database, as_role(bot_database, BOT)):
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
            for statement in (
                "UPDATE baseline SET document = '{}'",
                "DELETE FROM baseline",
                "UPDATE capture SET state = 'capturing'",
                "DELETE FROM capture_sample",
            ):
                with pytest.raises(psycopg.Error):
                    await conn.execute(statement)


async def test_simultaneous_commands_start_one_capture(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    people = [slack.user(name) for name in ("ana", "ben", "raj")]
    await asyncio.gather(*(who.command("#releases", "/canary", "capture staging 1h") for who in people))
    await slack.sees("#releases", "Capturing baseline")
    assert await facts(bot_database, "SELECT count(*) FROM capture") == [(1,)]


# ---------------------------------------------------------------- runs compared with a baseline

THROUGHPUT = CONFIGURATION.replace(
    '        pass: {p95: "< 180s"}\n        warn: {p95: "< 240s"}\n',
    '        pass: {p95: ["<= 150% of baseline", "< 180s"]}\n        warn: {p95: "<= 300% of baseline"}\n',
)


def slack_files(slack: LocalSlack, card: Message) -> list[File]:
    return [file for reply in slack.thread(card) for file in reply.files]


async def run_on(slack: LocalSlack, words: str = "") -> Message:
    """Returns the card once it asks for votes."""
    started = await slack.user("raj").command(
        "#releases", "/canary", f"run staging version=1.42.0 {words}".strip()
    )
    await started.told("has started")
    return await slack.sees("#releases", "Waiting for approval")


async def test_a_run_is_compared_with_the_latest_baseline(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    async with start_bot(THROUGHPUT):
        await captured(slack, "capture staging 1s monday")
        await world.put("queue_age", 60)
        card = await run_on(slack)
        shown = slack.render_text(card)
        assert "CONDITIONAL GO recommended" in shown
        assert "p95 60 s, should be at most 150% of the baseline (45 s)" in shown
        assert "baseline 30 s, +100%" in shown
        assert "compared with baseline 1 (monday)" in shown
        await slack.wait_for(lambda: "60 s; baseline 30 s, +100%" in slack.render_thread(card))
        assert "baseline 0, the same" in slack.render_thread(card)

        told = await slack.user("ana").command("#releases", "/canary", "show #1 queue-age")
        assert "baseline 30 s, +100%" in await told.told("p95")
    [(number, digest)] = await facts(bot_database, "SELECT number, digest FROM baseline")
    chosen = "SELECT detail::json ->> 'digest' FROM event WHERE kind = 'baseline chosen'"
    assert await facts(bot_database, chosen) == [(digest,)]
    [(evidence,)] = await facts(bot_database, "SELECT document FROM evidence")
    assert json.loads(evidence)["baseline"] == {"number": number, "name": "monday", "digest": digest}


async def test_a_run_can_name_an_older_baseline(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    async with start_bot(THROUGHPUT):
        await captured(slack, "capture staging 1s monday")
        await world.put("queue_age", 90)
        await slack.user("ben").command("#releases", "/canary", "capture staging 1s")
        await slack.sees("#releases", "Captured baseline 2")
        card = await run_on(slack, "baseline=monday")
        assert "NO-GO recommended" not in slack.render_text(card)  # 300% of 30 s
        assert "baseline 30 s, +200%" in slack.render_text(card)
        await slack.user("raj").command("#releases", "/canary", "cancel #1 again")
        await slack.sees("#releases", "Cancelled")
        for wanted, told in [
            ("tuesday", "There is no baseline “tuesday” of staging"),
            ("7", "Available: 2, monday"),
        ]:
            words = f"run staging version=1 baseline={wanted}"
            await (await slack.user("raj").command("#releases", "/canary", words)).told(told)
        await (
            await slack.user("raj").command("#releases", "/canary", "run staging version=2 baseline=2")
        ).told("has started")
        await slack.sees("#releases", "compared with baseline 2")
    kept = "SELECT number, baseline, arguments FROM run ORDER BY number"
    assert await facts(bot_database, kept) == [(1, 1, {"version": "1.42.0"}), (2, 2, {"version": "2"})]


async def test_a_limit_relative_to_a_missing_baseline_is_unknown(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    async with start_bot(THROUGHPUT):
        shown = slack.render_text(await run_on(slack))
    assert "NO-GO recommended" in shown
    assert "1 of 2 checks had too little data" in shown
    assert "there is no baseline; capture a baseline before the change" in shown


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (("queue-age:", "queue-wait:"), "baseline 1 has nothing of this check"),
        (
            ("SELECT value AS p95", "SELECT value * 2 AS p95"),
            "this check measured something else in baseline 1",
        ),
        (("units: {p95: s}", "units: {p95: '%'}"), "this check measured something else in baseline 1"),
    ],
)
async def test_readings_of_a_changed_check_are_not_compared(
    start_bot: StartBot, slack: LocalSlack, changed: tuple[str, str], why: str
) -> None:
    async with start_bot(THROUGHPUT):
        await captured(slack)
    later = THROUGHPUT.replace(*changed).replace(
        ', "< 180s"]', "]" if "units" in changed[0] else ', "< 180s"]'
    )
    async with start_bot(later):
        shown = slack.render_text(await run_on(slack))
    assert why in shown
    assert "NO-GO recommended" in shown


async def test_the_packet_proves_which_baseline_was_used(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    async with start_bot(THROUGHPUT):
        await captured(slack)
        await world.put("queue_age", 40)
        card = await run_on(slack)
        await slack.user("ana").click(card, "Go")
        await slack.user("ben").click(card, "Go")
        await slack.wait_for(lambda: len(slack_files(slack, card)) >= 3)
        files = {file.name.rpartition(".")[2]: file.content.decode() for file in slack_files(slack, card)}
    packet, written = files["json"], files["md"]
    assert problems(packet) == []
    assert "Compared with**: baseline 1, captured" in written
    assert "| 30 s | +33% |" in written
    said = json.loads(packet)
    for forged in ({"requested_by": "U03RAJ"}, {"checks": {}}):
        assert "baseline: its digest is" in str(
            problems(json.dumps(said | {"baseline": said["baseline"] | forged}))
        )


async def test_whoever_changes_what_was_captured_is_found_out(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    """By an administrator, past the triggers."""
    async with start_bot():
        await captured(slack, "capture staging 1s monday")
        await slack.user("ben").command("#releases", "/canary", "capture staging 1s tuesday")
        await slack.sees("#releases", "Captured baseline 2")
    assert await found(bot_database) == []
    forged = (
        """UPDATE baseline SET document = replace(document, '"value":30', '"value":3') WHERE number = 1"""
    )
    redigested = (
        f"{forged}; UPDATE baseline SET digest = 'sha256:' || encode(sha256(convert_to(document, 'UTF8')), 'hex')"
        " WHERE number = 1"
    )
    for statement, problem in (
        (forged, "baseline 1: its digest is sha256:"),
        (redigested, "baseline 2: follows sha256:"),
        ("DELETE FROM baseline WHERE number = 2", "baseline 2 is missing: its capture is done"),
        ("UPDATE baseline SET name = 'friday' WHERE number = 2", "baseline 2: its row does not say"),
        (
            "UPDATE capture SET requested_by = 'U03RAJ' WHERE number = 2",
            "baseline 2: its document does not say",
        ),
    ):
        async with await psycopg.AsyncConnection.connect(bot_database) as conn:
            await conn.execute("SET session_replication_role = replica")
            kept = [
                await (await conn.execute(f"TABLE {table}")).fetchall() for table in ("capture", "baseline")
            ]
            await conn.execute(statement)  # type: ignore[arg-type]
            await conn.commit()
            assert problem in str(await found(bot_database))
            await conn.execute("DELETE FROM baseline")
            await conn.execute("DELETE FROM capture")
            for table, rows in zip(("capture", "baseline"), kept, strict=True):
                override = "OVERRIDING SYSTEM VALUE" if table == "capture" else ""
                places = ", ".join(["%s"] * len(rows[0]))
                for row in rows:
                    await conn.execute(f"INSERT INTO {table} {override} VALUES ({places})", row)  # type: ignore[arg-type]
            await conn.commit()
