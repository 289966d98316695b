"""Reports and output meant to keep the bot busy cost their own check its result, and the bot nothing."""

from __future__ import annotations

import asyncio
import sys
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from checks.calculation.calculator import Calculator, Share
from checks.context import Context
from checks.evaluate import evaluate
from checks.gate import Gate
from checks.outcome import Cause, CheckError, Outcome
from checks.reading import Moment
from checks.recording import Recording, search
from checks.reports import files
from checks.result import Result
from checks.sources.workspace import WorkspaceSource
from tests.checks.probing import NOBODY
from tests.checks.test_gate import gate
from tests.checks.test_hostile_answers import calculating

WRITES = """
import sys
many, a_level = 1 << 20, 50_000
documents = {
    "elements": ("<testsuite><testcase/>", "<a/>" * (many >> 2), "</testsuite>"),
    "names": ("<testsuite><testcase/>", *(f"<name{n}/>" for n in range(150_000)), "</testsuite>"),
    "attributes": ("<testsuite><testcase ", *(f" a{n}='1'" for n in range(100_000)), "/></testsuite>"),
    "a long name": ("<testsuite><testcase name='", "x" * 4 * many, "'><failure/></testcase></testsuite>"),
    "depth": ("<testsuite>" * a_level, "</testsuite>" * a_level),
    "entities": (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">',
        *(f'<!ENTITY a{n} "{("&a" + (str(n - 1) if n else "") + ";") * 10}">' for n in range(10)),
        "]><testsuite>&a9;</testsuite>",
    ),
    "no end": ("<a/>" * many,),
}
open("report.xml", "w").writelines(documents[sys.argv[1]])
sys.exit(int(sys.argv[2]))
"""
NAMES = (sys.executable, "-c", WRITES, "names")
_UNWELL = "not valid JUnit XML"
# RE2 takes minutes for this much text
SLOW_PATTERN = "(?:a|b.{300})?" * 20 + "z"
LONG = b"ab" * (1 << 20)


async def result_of(check: Gate, path: Path, share: Share) -> Result:
    source = WorkspaceSource.model_validate({"kind": "workspace", "path": path})
    async with source.open(Context(NOBODY, share)) as opened:
        return await evaluate(check, opened, Moment(now=datetime.now(UTC)), NOBODY)


@pytest.mark.parametrize(
    ("document", "outcome", "said"),
    [
        ("elements", Outcome.PASS, ""),
        ("names", Outcome.PASS, ""),
        ("attributes", Outcome.PASS, ""),
        ("a long name", Outcome.FAIL, "failures is 1"),
        ("depth", Outcome.UNKNOWN, _UNWELL),
        ("entities", Outcome.UNKNOWN, _UNWELL),
        ("no end", Outcome.UNKNOWN, "report.xml is <a>, not JUnit XML"),
    ],
)
async def test_a_hostile_report_costs_the_bot_no_memory(
    tmp_path: Path, document: str, outcome: Outcome, said: str
) -> None:
    check = gate(sys.executable, "-c", WRITES, document, "0", junit="report.xml", timeout="2m")
    async with Calculator() as calculator:
        tracemalloc.start()
        result = await result_of(check, tmp_path, calculator.of("theirs"))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert (result.outcome, said in result.reason) == (outcome, True), result.reason
    assert peak < 8 << 20


@pytest.mark.parametrize(("exit_code", "outcome"), [(0, Outcome.ERROR), (1, Outcome.FAIL)])
async def test_a_report_beyond_the_memory_limit_is_reported_and_a_failure_stays_one(
    tmp_path: Path, exit_code: int, outcome: Outcome
) -> None:
    check = gate(*NAMES, str(exit_code), junit="report.xml", timeout="2m")
    async with Calculator(memory=1 << 20) as calculator:
        result = await result_of(check, tmp_path, calculator.of("theirs"))

    assert result.outcome is outcome
    if outcome is Outcome.ERROR:
        assert "the test report" in result.reason
        assert "1 MiB of memory" in result.reason
        assert "Leave the output of tests out of it, or write several smaller files." in result.reason


def test_files_are_read_only_up_to_their_common_limit(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.xml").write_bytes(bytes(1 << 20))
    contents = files.contents(tmp_path, "*.xml", not_before=0, before={}, most=5 << 19)
    read: list[bytes] = []
    with pytest.raises(CheckError, match=r"larger than 2,621,440 bytes, at 2\.xml"):
        read.extend(contents)

    assert sum(map(len, read)) < 3 << 20


async def test_a_slow_pattern_blocks_nobody_and_ends_at_the_timeout() -> None:
    with Recording() as recording:
        recording.feed(LONG)
        async with Calculator() as calculator:
            searching = asyncio.create_task(
                search(
                    recording,
                    {"it": SLOW_PATTERN},
                    calculator.of("theirs"),
                    limit=timedelta(seconds=1),
                )
            )
            turns = 0
            while not searching.done():
                await asyncio.sleep(0.01)
                turns += 1
            with pytest.raises(CheckError, match="what the program printed could not be evaluated within 1s"):
                await searching

    assert turns > 10  # an event loop that searched would have had one or two turns


@pytest.mark.parametrize(("exit_code", "outcome"), [(0, Outcome.ERROR), (1, Outcome.FAIL)])
async def test_unsearchable_output_is_an_error_and_a_failure_stays_one(
    tmp_path: Path, exit_code: int, outcome: Outcome
) -> None:
    run = ("sh", "-c", f"echo 7 passed; seq 300000; exit {exit_code}")
    check = gate(*run, success="passed", read={"passed": r"(\d+) passed"})
    async with Calculator(memory=1 << 20) as calculator:  # too little memory for any calculation
        result = await result_of(check, tmp_path, calculator.of("theirs"))

    assert result.outcome is outcome
    assert outcome is Outcome.FAIL or "Make the patterns under success and read simpler" in result.reason


class Unable(Share):
    """A calculator that cannot calculate anything."""

    async def run(self, *_: Any, **__: Any) -> Any:
        raise CheckError("there is no memory", cause=Cause.ENVIRONMENT)


async def test_output_of_a_failure_is_classified_in_a_child_process_and_without_one_it_stays_a_failure(
    tmp_path: Path,
) -> None:
    check = gate("sh", "-c", "echo Error: STRIPE_KEY is not set; exit 1")
    async with Calculator() as calculator:
        read = await result_of(check, tmp_path, calculator.of("ours"))
        assert calculating()
    unread = await result_of(check, tmp_path, Unable(0, 0))

    assert (read.outcome, read.cause) == (Outcome.FAIL, Cause.CONFIGURATION)
    assert (unread.outcome, unread.cause) == (Outcome.FAIL, Cause.REGRESSION)


async def test_a_gate_without_patterns_starts_no_child_process(tmp_path: Path) -> None:
    async with Calculator() as calculator:
        await result_of(gate("echo", "done"), tmp_path, calculator.of("ours"))
        assert not calculating()

        await result_of(gate("echo", "done", success="done"), tmp_path, calculator.of("ours"))
        assert calculating()
