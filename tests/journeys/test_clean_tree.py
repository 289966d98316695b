"""What a run shows is about one tree: committed, where `tree: clean` requires that, and at one commit in any case."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import psycopg
import pytest

from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot
from tests.journeys.test_attacks import change, facts
from tests.journeys.test_command_line import Shell, shell

__all__ = ["shell"]

GATE = """      tests:
        kind: gate
        source: app
        owner: platform
        run: ["true"]
"""
SCENARIO = """      decider:
        kind: scenario
        source: app
        owner: platform
        run: ["true"]
        scenarios: {quiet: {clock: "2026-02-11T08:00:00Z", expect: [ramp_step]}}
"""


class Checkout:
    """A workspace, and an environment that needs it clean."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def commit(self) -> None:
        (self.folder / "app.py").write_text("")
        for words in (
            ("init", "-q", "-b", "main"),
            ("add", "-A"),
            ("-c", "user.name=n", "-c", "user.email=e@x.org", "commit", "-qm", "1"),
        ):
            subprocess.run(["git", *words], cwd=self.folder, check=True)

    def put(self, *names: str) -> None:
        for name in names:
            (self.folder / name).write_text("changed")

    def configuration(self, check: str = GATE) -> str:
        source = f"sources:\n  app: {{kind: workspace, path: {self.folder}}}\n"
        text = CONFIGURATION.replace("sources:\n", source).replace("    checks:\n", f"    checks:\n{check}")
        return text.replace("    arguments:", "    tree: clean\n    arguments:")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "app")


async def test_a_run_on_a_dirty_tree_is_refused_in_private_and_nothing_is_begun(
    start_bot: StartBot, slack: LocalSlack, checkout: Checkout, bot_database: str
) -> None:
    checkout.commit()
    checkout.put("app.py", "<!channel> *a*", *(f"new-{number}" for number in range(5)))
    raj = slack.user("raj")
    async with start_bot(checkout.configuration()):
        await slack.connected()
        told = await (await raj.command("#releases", "/canary", "run staging")).told("needs a clean tree")
        assert f"In app ({checkout.folder}), 7 files differ from " in told
        assert "app.py" in told
        assert "and 2 more." in told
        assert "Commit, stash or remove what differs, then start again." in told
        assert "<!channel>" not in str([message.blocks for message in raj.ephemerals])
        assert not slack.channel("#releases").log
        assert await facts(bot_database, "SELECT count(*) FROM run") == [(0,)]

        for name in ("<!channel> *a*", *(f"new-{number}" for number in range(5))):
            (checkout.folder / name).unlink()
        (checkout.folder / "app.py").write_text("")
        await raj.command("#releases", "/canary", "run staging")
        await slack.sees("#releases", "Waiting for approval")


async def test_the_form_is_answered_in_private_too(
    start_bot: StartBot, slack: LocalSlack, checkout: Checkout, bot_database: str
) -> None:
    checkout.commit()
    checkout.put("new")
    raj = slack.user("raj")
    async with start_bot(checkout.configuration()):
        await slack.connected()
        assert (await raj.shortcut("start_run")).acked
        await raj.submit(await raj.sees_modal("Start a run"))
        await slack.sees(slack.workspace.direct(raj.id).id, "1 file differs from ")
        assert not slack.channel("#releases").log
    assert await facts(bot_database, "SELECT count(*) FROM run") == [(0,)]


async def test_who_may_not_start_a_run_learns_nothing_of_the_tree(
    start_bot: StartBot, slack: LocalSlack, checkout: Checkout
) -> None:
    checkout.commit()
    checkout.put("private-name")
    text = checkout.configuration().replace("    tree: clean\n", "    tree: clean\n    start: [platform]\n")
    async with start_bot(text):
        await slack.connected()
        raj = slack.user("raj")
        told = await (await raj.command("#releases", "/canary", "run staging")).told("platform")
        assert "private-name" not in told


@pytest.mark.parametrize("check", [GATE, SCENARIO])
async def test_a_check_in_a_shell_is_refused_for_the_same_reason(
    shell: Shell, checkout: Checkout, check: str
) -> None:
    (shell.folder / "canary.yaml").write_text(checkout.configuration(check))
    refused = await shell.canary("check", "staging")
    assert (refused.code, refused.out) == (2, ""), refused
    assert f"In app ({checkout.folder}), git finds no commit. A workspace must be a checkout" in refused.err

    checkout.commit()
    checkout.put("new")
    refused = await shell.canary("check", "staging", "--json")
    assert (refused.code, refused.out) == (2, ""), refused
    assert "1 file differs from " in refused.err
    assert ": new. Commit, stash or remove what differs, then start again." in refused.err

    other = await shell.canary("check", "staging", "--only", "queue-age")
    assert other.code == 0, other
    (checkout.folder / "new").unlink()
    clean = await shell.canary("check", "staging")
    assert "needs a clean tree" not in clean.err
    assert clean.out


SECOND = """      second:
        kind: gate
        source: same-app
        owner: platform
        run: ["true"]
"""
HELD_BACK = """
CREATE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
CREATE TRIGGER hold_back BEFORE UPDATE ON check_run FOR EACH ROW WHEN (NEW.name = 'second') EXECUTE FUNCTION hold_back()
"""


async def test_gates_of_one_run_that_ran_on_different_commits_do_not_pass(
    start_bot: StartBot, slack: LocalSlack, checkout: Checkout, bot_database: str
) -> None:
    checkout.commit()
    text = checkout.configuration(GATE + SECOND)
    text = text.replace("sources:\n", f"sources:\n  same-app: {{kind: workspace, path: {checkout.folder}}}\n")
    await change(bot_database, HELD_BACK)
    async with start_bot(text):
        await slack.connected()
        async with await psycopg.AsyncConnection.connect(bot_database) as conn:
            await conn.execute("SELECT pg_advisory_xact_lock(1)")
            await slack.user("raj").command("#releases", "/canary", "run staging")
            done = "SELECT count(*) FROM check_run WHERE name = 'tests' AND state = 'done'"
            while await facts(bot_database, done) != [(1,)]:
                await asyncio.sleep(0.05)
            subprocess.run(
                [
                    *[
                        "git",
                        "-c",
                        "user.name=n",
                        "-c",
                        "user.email=e@x.org",
                        "commit",
                        "-q",
                        "--allow-empty",
                        "-m",
                        "2",
                    ]
                ],
                cwd=checkout.folder,
                check=True,
            )
        await slack.sees("#releases", "*NO-GO recommended*")
        told = await (await slack.user("ana").command("#releases", "/canary", "show #1 second")).told()
    first, second = (
        subprocess.run(
            ["git", "rev-parse", commit], cwd=checkout.folder, check=True, capture_output=True, text=True
        ).stdout[:7]
        for commit in ("HEAD^", "HEAD")
    )
    assert f"it ran on {second}, and tests on {first}: the tree moved during the run" in told
    assert "Start a new run, and leave the workspace alone meanwhile" in told
