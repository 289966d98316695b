"""Control loops in a run: programs in scenarios and recorded decisions, from the card to the chart in the thread."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World, both_go, decided

ROOT = Path(__file__).parents[2]
CONTROL = ROOT / "examples" / "background-jobs" / "control"
CHECKS = """    checks:
      loop:
        title: The autoscaler in scenarios
        kind: scenario
        source: programs
        owner: platform
        run: [{python}, control/autoscale.py]
        scenarios:
          contention-forced:
            scenario: {{capacity: 2048, steps: [{{activeWorkspaces: 20, contentionBreached: true}}]}}
            expect: [{{reasonCode: guardrail_step_down, toCapacity: {expected}}}]
      decisions:
        title: The autoscaler's decisions
        kind: control.autoscale
        source: world
        owner: platform
        window: 1h
        decisions: SELECT line AS decision FROM decision WHERE at >= {{{{start}}}} AND at < {{{{end}}}}
"""


def configured(folder: Path, *, expected: int = 1024) -> str:
    programs = f"  programs: {{kind: workspace, path: {folder}, network: none}}\n"
    return (
        CONFIGURATION.replace("tables: [reading]", "tables: [reading, decision]")
        .replace("environments:\n", f"{programs}environments:\n", 1)
        .replace("    checks:\n", CHECKS.format(python=sys.executable, expected=expected), 1)
    )


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    folder = tmp_path / "programs"
    shutil.copytree(CONTROL, folder / "control")
    return folder


async def recorded(world: World, **odd: Any) -> None:
    """Half an hour of decisions; the last but one may be odd."""
    now = datetime.now(UTC)
    decisions = []
    for minute in range(30, 0, -1):
        at = now - timedelta(minutes=minute)
        decision = {
            "timestamp": at.isoformat(),
            "fromCapacity": 2048,
            "toCapacity": 2048,
            "reasonCode": "hold_target_reached",
            "guardrailState": {"contentionBreached": False, "failureRateBreached": False},
            "operatorOverrideActive": False,
            "correlationId": f"c-{minute}",
            "globalTarget": 1280,
        }
        decisions.append((at.replace(tzinfo=None), json.dumps(decision | (odd if minute == 2 else {}))))
    async with await psycopg.AsyncConnection.connect(world.dsn, autocommit=True) as conn:
        await conn.execute("CREATE TABLE decision (at timestamp, line jsonb)")
        await conn.cursor().executemany("INSERT INTO decision VALUES (%s, %s)", decisions)


def files(slack: LocalSlack, card: Message) -> list[Any]:
    return [file for message in slack.thread(card) for file in message.files]


async def test_control_loops_that_decide_correctly_pass(
    start_bot: StartBot, slack: LocalSlack, world: World, programs: Path
) -> None:
    await recorded(world)
    async with start_bot(configured(programs)):
        await slack.connected()
        card = await decided(slack)
        await both_go(slack, card)
        await slack.sees("#releases", "Decision on run #1")
        text = "\n".join(slack.render_text(message) for message in slack.thread(card))
        assert "1 of 1 scenarios as expected" in text
        assert "30 of 30 decisions as expected" in text


async def test_a_wrong_decision_and_a_differing_scenario_are_named_in_the_thread_with_a_chart(
    start_bot: StartBot, slack: LocalSlack, world: World, programs: Path
) -> None:
    guardrails = {"contentionBreached": True, "failureRateBreached": False}
    await recorded(world, guardrailState=guardrails, correlationId="<!channel>")
    async with start_bot(configured(programs, expected=1000)):
        await slack.connected()
        card = await decided(slack, "*NO-GO recommended*")
        await slack.wait_for(lambda: any(file.name.endswith(".png") for file in files(slack, card)))
        text = "\n".join(slack.render_text(message) for message in slack.thread(card))
        assert "0 of 1 scenarios as expected, must be all" in text
        assert "contention-forced, decision 1: toCapacity is 1024, expected 1000" in text
        assert "29 of 30 decisions as expected, must be all" in text
        assert "expected guardrail_step_down 2048 → 1024" in text
        for message in slack.thread(card):
            assert "<!channel>" not in json.dumps([message.text, message.blocks])
