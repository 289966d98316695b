"""`canary lint --slack`: Slack validates every kind of message of a configuration, and nothing is posted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, World
from tests.journeys.test_command_line import Ended, Shell
from tests.program import Program


@pytest.fixture
def shell(tmp_path: Path, world: World, program: Program) -> Shell:
    (tmp_path / "canary.yaml").write_text(CONFIGURATION)
    return Shell(tmp_path, world, program)


async def lint(shell: Shell, slack: LocalSlack, *words: str, **environment: str) -> Ended:
    token = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url}
    return await shell.canary("lint", "--slack", *words, **{**token, **environment})


async def test_slack_validates_every_message_and_form_and_shows_none(shell: Shell, slack: LocalSlack) -> None:
    slack.app.scopes.clear()
    ended = await lint(shell, slack)
    assert ended.code == 0, ended
    asked = len(slack.calls("blocks.validate"))
    [(messages, forms)] = re.findall(r"Slack accepts all (\d+) messages and (\d+) forms", ended.out)
    assert int(messages) + int(forms) == asked
    assert int(messages) > 10 < int(forms)
    assert {call.method for call in slack.calls()} == {"blocks.validate"}


async def test_each_problem_is_named_with_its_place(shell: Shell, slack: LocalSlack) -> None:
    said = {"code": "failed_constraint", "message": "unsupported type: section", "pointer": "/blocks/1/type"}
    slack.faults.refuse("blocks.validate", "invalid_message", errors=[said], times=2)
    ended = await lint(shell, slack)
    assert ended.code == 1
    lines = [line for line in ended.out.splitlines() if "unsupported type" in line]
    assert len(lines) == 2
    assert re.fullmatch(r"staging: .+, \w+: /blocks/1/type: unsupported type: section", lines[0])
    assert re.search(r"Slack refuses 2 of \d+ messages and \d+ forms", ended.out)


async def test_a_refused_form_is_named_with_its_place(shell: Shell, slack: LocalSlack) -> None:
    said = {"code": "failed_constraint", "message": "too long", "pointer": "/title/text"}
    slack.faults.refuse("blocks.validate", "invalid_view", errors=[said], times=None)
    ended = await lint(shell, slack)
    assert "staging: form conditional go 1: /title/text: too long" in ended.out


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("unknown_method", "This server has no blocks.validate"),
        ("invalid_auth", "Slack could not validate messages"),
    ],
)
async def test_a_refused_validation_is_reported(
    error: str,
    says: str,
    shell: Shell,
    slack: LocalSlack,
) -> None:
    slack.faults.refuse("blocks.validate", error)
    ended = await lint(shell, slack)
    assert ended.code == 2
    assert says in ended.err
    assert "no problems in canary.yaml" in ended.out


async def test_a_missing_token_is_reported(shell: Shell, slack: LocalSlack) -> None:
    ended = await lint(shell, slack, SLACK_BOT_TOKEN="")
    assert ended.code == 2
    assert "SLACK_BOT_TOKEN is not set" in ended.err
    assert (await shell.canary("lint")).code == 0


async def test_an_unreachable_slack_is_reported(shell: Shell, slack: LocalSlack) -> None:
    ended = await lint(shell, slack, SLACK_API_URL="http://127.0.0.1:9/api/")
    assert ended.code == 2
    assert "Slack did not answer" in ended.err
