"""`canary demo`, as someone runs it who has nothing but a checkout: by script, again, and after a kill."""

from __future__ import annotations

import asyncio
import difflib
import itertools
import os
import pickle
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bot import embedded
from bot.store.roles import BOT
from sandbox.demo import conversation
from sandbox.demo.folder import DemoError, Folder
from sandbox.demo.stage import staged
from sandbox.demo.story import Story
from sandbox.slack import LocalSlack
from tests.embedded.servers import is_gone
from tests.journeys.test_settings import roles_of_the_bot

ROOT = Path(__file__).parents[2]
LIMIT = 900  # seconds for the whole script, which takes one or two minutes on an idle machine
PATIENCE = 60  # seconds for one slow step

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(LIMIT + 300)]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """The script, with no settings except those that would mislead another bot."""
    environ = {
        "PATH": os.environ["PATH"],
        "TMPDIR": tempfile.gettempdir(),  # so that leftovers are found
        "HOME": str(tmp_path_factory.mktemp("home")),
        "DATABASE_URL": "postgresql://nowhere.invalid/theirs",
        "SLACK_BOT_TOKEN": "xoxb-theirs",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        [sys.executable, "-m", "sandbox", "--script"],
        cwd=tmp_path_factory.mktemp("elsewhere"),
        env=environ,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


@pytest.fixture
def threads(played: subprocess.CompletedProcess[str]) -> list[str]:
    """The printed threads, one per run in order, then the list of what was checked."""
    assert played.returncode == 0, played.stdout[-3000:] + played.stderr[-3000:]
    return played.stdout.split("═" * 100)


@pytest.fixture
def folder() -> Iterator[Folder]:
    """A short path: the names of sockets are limited."""
    with tempfile.TemporaryDirectory(prefix="canary-demo-") as path:
        yield Folder(Path(path))


def in_order(text: str, *words: str) -> None:
    """Fail unless the text contains the words in this order."""
    place = 0
    for each in words:
        found = text.find(each, place)
        assert found >= 0, f"{each!r} is not where it should be in\n{text}"
        place = found + len(each)


def test_the_first_thread_shows_a_go_and_its_rollback(threads: list[str]) -> None:
    in_order(
        threads[0],
        "Approved by @ana (release-managers) and @ben (platform)",
        "by @raj · run #1",
        "*Results*: GO recommended, all 18 checks passed",
        "*Go*: @ana",
        "*Go*: @ben",
        "Decision on run #1",
        "How to roll back · staging 1.42.0",
        "• Redeploy 1.41.3 from the deployment dashboard; it replaces 1.42.0",
        ".md, ",
        ".json, ",
        ".html, ",
        "⏪ Rolled back · staging 1.42.0 · ",
        "@raj rolled back staging `1.42.0`",
        "@raj had been on it since",
        "The watch of run #1 ended: staging was rolled back",
    )


# How much fails or warns in it varies with how far the queue has fallen behind.
NO_GO_THREAD = (
    "Stopped by @ana",
    "by @raj · run #2",
    "❌ *Duplicate sends*: ",
    "must be 0",
    "[chart: Queue age, last ten minutes",
    "🛑 No-go · staging 1.43.0",
    "Duplicate sends without a mitigation",
    "Decision on run #2",
)


def test_the_second_thread_shows_a_no_go_with_its_reason_and_a_chart(threads: list[str]) -> None:
    in_order(threads[1], *NO_GO_THREAD)


def test_the_third_thread_shows_a_withdrawn_vote_a_condition_and_a_manually_recorded_rollback(
    threads: list[str],
) -> None:
    in_order(
        threads[2],
        "by @raj · run #3",
        "@ana withdrew their Go",
        "✅ Conditional go · staging 1.43.1",
        "*Condition*: High-quota promotion stays off until tonight's peak is over · @raj",
        "Decision on run #3",
        "@raj rolled back staging `1.43.1`",
        "customers report errors in checkout",
    )
    assert "The watch of run #3 ended: staging was rolled back" in threads[2]


def test_the_fourth_thread_shows_a_promotion_held_until_its_conditions_are_met(threads: list[str]) -> None:
    in_order(
        threads[3],
        "by @raj · run #4",
        "✅ Conditional go · staging 1.44.0",
        "Decision on run #4",
        "✅ Condition 1 met · staging 1.44.0",
        "✅ Condition 2 met · staging 1.44.0",
        "62 rows updated · *High quota enabled*: 62 of 62 rows covered (before: 0 of 62 rows covered)",
        "✅ Done · Turn promotion on",
    )
    for file in (".intoto.json, ", "-addendum.json, "):
        assert file in threads[3]


def test_the_script_ends_with_its_own_packet_verified(threads: list[str]) -> None:
    summary = threads[-1].splitlines()[-1]
    assert "every conclusion follows)" in summary
    assert "-addendum.json: every digest matches, and it belongs to canary-4-staging-1.44.0-" in summary


def test_the_script_reports_no_errors(played: subprocess.CompletedProcess[str]) -> None:
    assert played.stderr == ""


def _quiet(_: str) -> None:
    """Bots are killed on purpose here, so their end is not reported."""


def told(thread: str) -> list[str]:
    """The thread's lines, without what varies with the system under test and the clock."""
    for varies, instead in _VARIES:
        thread = re.sub(varies, instead, thread)
    return thread.strip().split("\n")


_VARIES = (
    (r"`[^`]*`", "`…`"),  # digests and quoted text
    (r"\d+([.,:]\d+)*", "#"),
    (r" +", " "),  # columns are as wide as their numbers
    (r" (–|n=#)(?=\n|$)", ""),  # a sample size, if any job was waiting at that moment
    (r"(\n *`…`)+(?=\n)", "\n  `…`"),  # any number of quoted failures
    (r"(# [A-Z]+,? )+of # looks?", "… of the looks"),
    (r"Measured (once|# times) since", "Measured since"),
    (
        r"(Measured|Limit): # #(, # #)*",
        r"\1: some points",
    ),  # of a chart: as many as there was anything to measure
    # how long jobs have waited, which on a busy machine may be a warning with an owner and a chart, and how many wait
    (r"\n *canary · #\n *\[file (recent-)?queue-age[^\n]*\n", "\n"),
    (r"\n[^\n]*(?:Queue age|queue-age)[^\n]*", ""),
    (r"\n *Owner: [^\n]*", ""),
    (r"\n *`…`(?=\n)", ""),
    (r"\n\n+", "\n"),
    (r"# (?:FAIL|WARN|PASS)(?:, # (?:FAIL|WARN|PASS))*", "# of each"),
)


@pytest.mark.parametrize(
    ("first", "every"),
    [(1, 4), pytest.param(1, 1, marks=pytest.mark.long), pytest.param(2, 1, marks=pytest.mark.long)],
)
async def test_killing_either_of_two_bots_at_any_step_changes_nothing_people_see(
    folder: Folder, threads: list[str], first: int, every: int
) -> None:
    """Kill right after each action, or each fourth, alternating between the two."""
    turns = itertools.cycle([first, 3 - first])
    steps = kills = 0
    async with staged(folder, replicas=2, say=_quiet) as stage:
        sockets = stage.slack.socket_mode.sockets

        async def kill(_: str) -> None:
            nonlocal steps, kills
            steps += 1
            if steps % every:
                return
            kills += 1
            await stage.slack.connected(2, timeout=PATIENCE)
            pid = int(folder.replica(next(turns)).process.read_text().split()[0])
            os.kill(pid, signal.SIGKILL)
            await stage.slack.wait_for(lambda: len(sockets) < 2, PATIENCE)

        story = Story(stage, moment=kill)
        await story.play()
        people = [stage.slack.user(name) for name in ("ana", "ben", "raj", "mia")]
        assert [person.notices for person in people] == [[], [], [], []]
        stage.slack.tour.catch_up()
        assert [step["title"] for step in stage.slack.tour.shown() if not step["done"]] == []
    assert (steps, kills) == (19, 19 // every)
    differs = difflib.unified_diff(
        told(threads[0]), told(story.threads()[0]), "alone", "killed", n=1, lineterm=""
    )
    assert "\n".join(differs) == ""
    in_order(story.threads()[1], *NO_GO_THREAD)


@pytest.mark.long
async def test_the_conversation_survives_a_restart_and_can_be_continued(folder: Folder) -> None:
    async with staged(folder) as stage:
        await stage.slack.user("raj").command("#releases", "/canary", "run staging")
        await stage.slack.sees("#releases", "*GO recommended*", timeout=PATIENCE)
    async with staged(folder) as stage:
        card = await stage.slack.sees("#releases", "*GO recommended*")
        await stage.slack.user("ana").click(card, "Go")
        await stage.slack.user("ben").click(card, "Go")
        await stage.slack.sees("#releases", "Decision on run #1", timeout=PATIENCE)
        async with embedded.postgres(folder.path) as owner:
            assert await roles_of_the_bot(owner) == {BOT}
    async with staged(folder, fresh=True) as stage:
        assert not stage.slack.channel("#releases").messages


@pytest.mark.long
async def test_a_bot_that_dies_is_restarted_and_the_demo_says_so(folder: Folder) -> None:
    said: list[str] = []
    async with staged(folder, say=said.append) as stage:
        pid = int(folder.bot.process.read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        await stage.slack.wait_for(lambda: not stage.slack.socket_mode.sockets, PATIENCE)
        await stage.slack.connected(timeout=PATIENCE)
        reply = await stage.slack.user("raj").command("#releases", "/canary", "help")
        await reply.told("/canary run", timeout=PATIENCE)
    assert len(said) == 1
    assert said[0].startswith("The bot ended with exit code -9")


@pytest.mark.long
async def test_the_bot_of_a_killed_demo_does_not_live_on_beside_the_next_one(folder: Folder) -> None:
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--data", str(folder.path), "--port", "0", "--no-browser"),
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": tempfile.gettempdir()},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert demo.stdout
        async with asyncio.timeout(PATIENCE):
            await demo.stdout.readuntil(b"Ctrl-C stops everything.")
        orphan = psutil.Process(int(folder.bot.process.read_text().split()[0]))
    finally:
        demo.kill()
        await demo.communicate()
    assert orphan.is_running()
    async with staged(folder):
        assert await is_gone(orphan)


async def test_a_port_in_use_is_reported_before_anything_starts(folder: Folder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(DemoError, match=f"Port {port} is in use") as refused:
            async with staged(folder, port=port):
                pass
    assert "--port 0" in refused.value.hint
    assert not (folder.path / "postgres").exists()


async def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = Folder(tmp_path / "file" / "demo")
    with pytest.raises(DemoError, match=re.escape(str(folder.path))) as refused:
        async with staged(folder):
            pass
    assert "--data FOLDER" in refused.value.hint


@pytest.mark.parametrize(
    "kept", [b"", b"what is this", b"\x80\x05.", pickle.dumps((1, 2, 3)), pickle.dumps(({}, 7))]
)
async def test_an_unreadable_conversation_is_reported(folder: Folder, kept: bytes) -> None:
    folder.conversation.write_bytes(kept)
    with pytest.raises(DemoError, match="cannot be read") as refused:
        async with conversation.kept(LocalSlack().workspace, folder.conversation):
            pass
    assert "--fresh" in refused.value.hint
    assert folder.conversation.read_bytes() == kept


@pytest.mark.parametrize("what", ["PostgreSQL", "the local Slack"])
async def test_ctrl_c_during_start_stops_the_demo_without_a_traceback(folder: Folder, what: str) -> None:
    """A terminal interrupts every process in it, initdb too."""
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--data", str(folder.path), "--port", "0", "--no-browser"),
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": tempfile.gettempdir()},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    assert demo.stdout
    async with asyncio.timeout(PATIENCE):
        await demo.stdout.readuntil(f"Starting {what}".encode())
    os.killpg(demo.pid, signal.SIGINT)
    said = (await demo.stdout.read()).decode()
    assert await demo.wait() == 0
    assert "Traceback" not in said
    assert said.rstrip().endswith("Stopped. The next start continues here; --fresh starts over.")


async def test_a_second_demo_in_the_same_folder_is_refused(folder: Folder) -> None:
    with folder.taken(), pytest.raises(DemoError, match="already running"):
        async with staged(Folder(folder.path)):
            pass
