"""Gates and reason codes in depth, as a team in Slack sees them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.githubs import LocalGithub, local_github
from tests.journeys.conftest import CONFIGURATION, StartBot, decided

COMMIT = "0123456789abcdef0123456789abcdef01234567"
STARTS = "[Background Autoscale]"
CHECKS = """
      tests:
        title: Tests
        kind: gate
        source: app
        owner: platform
        run: [./t]
        report: {format: tap}
        rerun: true
      lint:
        title: Lint
        kind: gate
        source: app
        owner: platform
        preset: eslint
        run: [./lint]
        versions: []
        tree: clean
      decisions:
        title: Control loops
        kind: logs.reasons
        source: logs
        owner: platform
        file: "app.log*"
        begins: ["[Background Autoscale]"]
        window: 60m
        codes: [ramp_step]
        in_a_row: {step_downs: {code: guardrail_step_down, every: 15m}}
        absent: [duplicate_send_immediate_demotion]
        pass: {step_downs: "< 2"}
      ci:
        title: CI
        kind: github.checks
        source: ci
        owner: platform
        commit: "COMMIT"
        names: [build, e2e]
    decide:"""
FLAKY = """#!/bin/sh
[ -e ran ] && echo 'ok 1 - pays' && echo 'ok 2 - refunds' && echo 1..2 && exit
touch ran
echo 'ok 1 - pays'; echo 'not ok 2 - refunds <!channel>'; echo 1..2
exit 1
"""
BROKEN = "#!/bin/sh\necho 'ok 1 - pays'; echo 'not ok 2 - refunds <!channel> *twice*'; echo 1..2; exit 1\n"


class Project:
    """A checkout, its logs, and its CI results."""

    def __init__(self, folder: Path, github: LocalGithub) -> None:
        self.app, self.logs, self.github = folder / "app", folder / "logs", github
        self.app.mkdir()
        self.logs.mkdir()
        self.put("t", FLAKY)
        found = [{"filePath": "/app/a.ts", "messages": [{"severity": 1, "ruleId": "r", "message": "m"}] * 3}]
        self.put("lint", f"#!/bin/sh\necho '{json.dumps(found)}'\n")
        self.put(".gitignore", "ran\n")
        for words in (
            ("init", "-q", "-b", "main"),
            ("add", "-A"),
            ("-c", "user.name=n", "-c", "user.email=e@x.org", "commit", "-qm", "1"),
        ):
            subprocess.run(["git", *words], cwd=self.app, check=True)
        self.log()
        for name in ("build", "e2e"):
            github.ran(name, "success", commit=COMMIT)

    def put(self, name: str, text: str) -> None:
        (self.app / name).write_text(text)
        (self.app / name).chmod(0o755)

    def log(self, *step_downs: int, code: str = "guardrail_step_down") -> None:
        """Write one decision a minute; at these many minutes ago, a step down."""
        now = datetime.now(UTC)
        lines = [
            {
                "timestamp": (now - timedelta(minutes=minute, seconds=20)).isoformat(),
                "reasonCode": code if minute in step_downs else "ramp_step",
            }
            for minute in range(62, -1, -1)
        ]
        (self.logs / "app.log").write_text("".join(f"{STARTS} {json.dumps(line)}\n" for line in lines))

    @property
    def configuration(self) -> str:
        sources = f"""sources:
  app: {{kind: workspace, path: {self.app}}}
  logs: {{kind: workspace, path: {self.logs}}}
  ci: {{kind: github, base_url: "{self.github.url}", repository: acme/shop}}
"""
        checks = CHECKS.replace("COMMIT", COMMIT)
        return CONFIGURATION.replace("\n    decide:", checks).replace("sources:\n", sources)


@pytest.fixture
async def project(tmp_path: Path) -> AsyncIterator[Project]:
    async with local_github() as github:
        yield Project(tmp_path, github)


def everything(slack: LocalSlack) -> str:
    return "\n".join(f"{message.text} {message.blocks}" for message in messages(slack))


def messages(slack: LocalSlack) -> list[Message]:
    return [*slack.channel("#releases").log.values(), *slack.user("ana").ephemerals]


async def shown(slack: LocalSlack, check: str) -> str:
    """What `/canary show` tells Ana about a check."""
    return await (await slack.user("ana").command("#releases", "/canary", f"show #1 {check}")).told()


async def test_a_flaky_gate_is_a_warning_that_names_the_first_failure(
    start_bot: StartBot, slack: LocalSlack, project: Project
) -> None:
    project.github.token = ""
    async with start_bot(project.configuration):
        await slack.connected()
        await decided(slack, "*CONDITIONAL GO recommended*")
        tests, lint, decisions, ci = [
            await shown(slack, name) for name in ("tests", "lint", "decisions", "ci")
        ]

    assert "passed only when it was run again" in tests
    assert "refunds" in tests
    assert "<!channel>" not in everything(slack)
    assert "3 warnings" in lint
    assert "PASS" in decisions
    assert "2 of 2 passed in CI" in ci


async def test_failing_dirty_looping_and_pending_are_distinguished(
    start_bot: StartBot, slack: LocalSlack, project: Project
) -> None:
    project.github.token = ""
    project.github.ran("e2e", None, commit=COMMIT, status="in_progress")
    project.put("t", BROKEN)
    project.log(5, 20)
    async with start_bot(project.configuration):
        await slack.connected()
        await decided(slack, "*NO-GO recommended*")
        tests, lint, decisions, ci = [
            await shown(slack, name) for name in ("tests", "lint", "decisions", "ci")
        ]

    assert "1 test failed" in tests
    assert "refunds" in tests
    assert "1 file changed since the commit" in lint
    assert "guardrail_step_down in 2 windows in a row" in decisions
    assert "e2e is in progress" in ci
    assert "<!channel>" not in everything(slack)


async def test_a_log_without_decisions_does_not_pass(
    start_bot: StartBot, slack: LocalSlack, project: Project
) -> None:
    project.github.token = ""
    (project.logs / "app.log").write_text("nothing was decided\n")
    async with start_bot(project.configuration):
        await slack.connected()
        await decided(slack, "*NO-GO recommended*")
        decisions = await shown(slack, "decisions")

    assert "no decision with a reason code is between" in decisions
