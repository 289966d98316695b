"""Programs that were not written for canary decide in scenarios, plugged in by configuration alone: one in Rust, one in Go,
and one in awk that logs its decisions among other lines.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests import prometheus
from tests.journeys.conftest import CONFIGURATION, StartBot, World, decided

CONTROL = Path(__file__).parents[2] / "examples" / "background-jobs" / "control"
LINTER = """    checks:
      accepted-code:
        title: What the linter accepts
        kind: scenario
        source: programs
        owner: platform
        run: [{ruff}, check, --isolated, --no-cache, --output-format, json, -]
        input: scenario
        output: {{format: json}}
        exit_codes: [0, 1]
        reason: code
        invariants: ['decisions.all(d, d.severity == "error")']
        scenarios:
          unused-import:
            scenario: "import os\\n\\nprint(undefined)\\n"
            expect: [F401, {{code: {code}, location: {{row: 3}}}}]
"""
ROUTES = """
route:
  receiver: mail
  routes:
    - matchers: [service="jobs"]
      receiver: jobs-channel
      routes: [{matchers: [severity="critical"], receiver: jobs-pager}]
receivers: [{name: mail}, {name: jobs-channel}, {name: jobs-pager}]
"""
ALERTS = """    checks:
      alert-routes:
        title: Whom alerts reach
        kind: scenario
        source: programs
        owner: platform
        run: [{amtool}, config, routes, test, --config.file, routes.yml]
        input: none
        output: {{format: text}}
        scenarios:
          critical: {{arguments: [service=jobs, severity=critical], expect: [jobs-pager]}}
          warning: {{arguments: [service=jobs, severity=warning], expect: [jobs-channel]}}
          of-others: {{arguments: [service=mail], expect: [mail]}}
"""
SERVICE = """#!/bin/sh
echo "ready on port 3000, process $$"
control/promotion | sed 's/^/12:00:00 [Background Promotion Gate] /'
echo '[Background Autoscale] {"reasonCode": "ramp_step"}'
"""
LOGGED = """    checks:
      promotion:
        title: The promotion gate, as it logs
        kind: scenario
        source: programs
        owner: platform
        run: [./service]
        output: {begins: "[Background Promotion Gate]"}
        files: control/scenarios/promotion-*.json
"""


def configured(checks: str, folder: Path, *readable: Path) -> str:
    shown = ", ".join(map(str, readable))
    source = f"  programs: {{kind: workspace, path: {folder}, readable: [{shown}], network: none}}\n"
    return CONFIGURATION.replace("environments:\n", f"{source}environments:\n", 1).replace(
        "    checks:\n", checks, 1
    )


def thread(slack: LocalSlack, card: Message) -> str:
    return "\n".join(slack.render_text(message) for message in slack.thread(card))


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("code", "verdict", "said"),
    [
        ("F821", "*GO recommended*", "1 of 1 scenarios as expected"),
        (
            "F822",
            "*NO-GO recommended*",
            'unused-import, decision 2: code is "F821", expected "F822"',
        ),
    ],
)
async def test_a_program_in_rust_that_reads_text_and_prints_a_json_array(
    start_bot: StartBot, slack: LocalSlack, tmp_path: Path, code: str, verdict: str, said: str
) -> None:
    checks = LINTER.format(ruff=Path(sys.executable).with_name("ruff"), code=code)
    async with start_bot(configured(checks, tmp_path)):
        await slack.connected()
        card = await decided(slack, verdict)
        await slack.wait_for(lambda: said in thread(slack, card))


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("routes", "verdict", "said"),
    [
        (ROUTES, "*GO recommended*", "3 of 3 scenarios as expected"),
        (
            ROUTES.replace('"critical"', '"page"'),
            "*NO-GO recommended*",
            'critical, decision 1: reasonCode is "jobs-channel", expected "jobs-pager"',
        ),
    ],
)
async def test_a_program_in_go_that_gets_arguments_and_prints_a_word(
    start_bot: StartBot, slack: LocalSlack, tmp_path: Path, routes: str, verdict: str, said: str
) -> None:
    prometheus.required()
    folder = Path((prometheus.find() or {})["alertmanager"]).parent
    workspace = tmp_path / "routes"
    workspace.mkdir()
    (workspace / "routes.yml").write_text(routes)
    checks = ALERTS.format(amtool=folder / "amtool")
    async with start_bot(configured(checks, workspace, folder)):
        await slack.connected()
        card = await decided(slack, verdict)
        await slack.wait_for(lambda: said in thread(slack, card))


async def test_a_service_that_logs_its_decisions_among_other_lines(
    start_bot: StartBot, slack: LocalSlack, world: World, tmp_path: Path
) -> None:
    folder = tmp_path / "service"
    shutil.copytree(CONTROL, folder / "control")
    (folder / "service").write_text(SERVICE)
    (folder / "service").chmod(0o755)
    assert world.dsn
    async with start_bot(configured(LOGGED, folder)):
        await slack.connected()
        card = await decided(slack)
        await slack.wait_for(lambda: "4 of 4 scenarios as expected" in thread(slack, card))
