"""`canary demo --script`, as somebody runs it who has nothing but a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIMIT = 180  # seconds, in all

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """Nothing is set, but for what would lead another bot astray."""
    environ = {
        "PATH": os.environ["PATH"],
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
    """As text: of the run that went on, and of the one that did not."""
    assert played.returncode == 0, played.stdout[-3000:] + played.stderr[-3000:]
    return played.stdout.split("═" * 100)


def in_order(text: str, *words: str) -> None:
    """Each of the words, after the one before."""
    place = 0
    for each in words:
        found = text.find(each, place)
        assert found >= 0, f"{each!r} is not where it should be in\n{text}"
        place = found + len(each)


def test_the_first_thread_tells_of_a_go_and_the_rollback_after_it(threads: list[str]) -> None:
    in_order(
        threads[0],
        "Canary run #1 · staging",
        "*GO* by @ana, @ben",
        "15 of 15 checks passed",
        "Outcome  Check",
        "*Go*: @ana",
        "*Go*: @ben",
        "GO: run #1 on staging",
        "*If it goes wrong, first*",
        "1. Promote 1.41.3 in the deployment dashboard; it replaces 1.42.0",
        "[file canary-staging-1.md",
        "[file canary-staging-1.json",
        "Roll back staging?",
        "*@raj is on it*",
        "*Rolled back*, says @raj",
        "The watch of run #1 ended: staging was rolled back",
    )


def test_the_second_thread_tells_of_a_no_go_with_reason_and_chart(threads: list[str]) -> None:
    in_order(
        threads[1],
        "Canary run #2 · staging",
        "*NO-GO* by @ana",
        "*FAIL*  Duplicate sends",
        "limit == 0",
        "[file recent-queue-age.png",
        "NO-GO: run #2 on staging",
        "Duplicate sends without a mitigation",
    )


def test_it_ends_by_saying_what_was_checked(threads: list[str]) -> None:
    assert threads[-1].splitlines()[-1].endswith("a NO-GO has its packet, too.")


def test_nothing_goes_wrong_on_the_way(played: subprocess.CompletedProcess[str]) -> None:
    assert played.stderr == ""
