"""Answers meant to keep the bot busy cost their own environment its result, and others nothing."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiohttp import web

from checks.calculation.calculator import AT_ONCE, MOST_WAITING, Calculator, Share
from checks.calculation.function import Function
from checks.context import Context
from checks.evaluate import evaluate
from checks.outcome import Cause, CheckError, Outcome
from checks.probe import Probe
from checks.reading import Moment
from checks.result import Result
from checks.sources.http import HttpSource
from tests.checks.probing import NOBODY, Handler, probe, serving

QUADRATIC = "last.body.items.all(x, last.body.n > 1)"
LONG = json.dumps({"n": 3, "items": list(range(16_000))}).encode()  # takes a minute to evaluate
SOON = timedelta(minutes=1)  # longer than any calculation here needs


def given(*expect: str, body: bytes = b"{}", most: int = 16 << 20, **headers: str) -> tuple[Any, list[bytes]]:
    responses = [{"status": 200, "headers": headers, "ms": 1.0}]
    return {"expect": list(expect), "responses": responses, "shown": 0, "most": most}, [body]


async def evaluated(share: Share, *expect: str, limit: timedelta = SOON, **answer: Any) -> Any:
    return await share.run(Function.READ_RESPONSES, *given(*expect, **answer), limit=limit)


def answering(body: bytes, **headers: str) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, headers=headers)

    return handler


async def asked(check: Probe, port: int, share: Share) -> Result:
    source = HttpSource.model_validate(
        {"kind": "http", "base_url": f"http://127.0.0.1:{port}", "max_bytes": 16 << 20}
    )
    async with source.open(Context(NOBODY, share)) as opened:
        return await evaluate(check, opened, Moment(now=datetime.now(UTC)), NOBODY)


async def test_a_slow_expectation_blocks_nobody_and_the_timeout_covers_it() -> None:
    check = probe(QUADRATIC).model_copy(update={"timeout": timedelta(seconds=1)})
    async with serving(answering(LONG)) as port, Calculator() as calculator:
        asking = asyncio.create_task(asked(check, port, calculator.of("theirs")))
        turns = 0
        while not asking.done():
            await asyncio.sleep(0.01)
            turns += 1
        result = await asking

    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.TIMEOUT)
    assert turns > 10  # an event loop that evaluated it would have had one or two turns


async def test_one_environments_calculations_do_not_delay_anothers() -> None:
    async with Calculator() as calculator:
        theirs, ours = calculator.of("theirs"), calculator.of("ours")
        busy = [asyncio.create_task(evaluated(theirs, QUADRATIC, body=LONG)) for _ in range(20)]

        assert (await evaluated(ours, "last.status == 200"))["why"] == [""]
        assert not any(task.done() for task in busy)

        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)


async def test_each_environment_has_bounded_children_and_waiting_calculations() -> None:
    async with Calculator() as calculator:
        share = calculator.of("theirs")
        busy = [
            asyncio.create_task(evaluated(share, QUADRATIC, body=LONG)) for _ in range(MOST_WAITING + AT_ONCE)
        ]
        ended, _ = await asyncio.wait(busy, return_when=asyncio.FIRST_COMPLETED)
        assert len(calculating()) <= AT_ONCE
        with pytest.raises(
            CheckError, match=f"{MOST_WAITING} calculations of this environment are already waiting"
        ):
            await ended.pop()

        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
    assert not calculating()


@pytest.mark.parametrize(
    ("expect", "body", "headers"),
    [
        ("size(last.body.items.map(i, last.body.text)) == 1", {"items": [1] * 3000, "text": "x" * 10**6}, {}),
        ('last.body.text.matches("^(a+)+$")', {"text": "a" * 10**6 + "b"}, {}),
        ("last.body.n < 5", b'{"n": ' + b"9" * 100_000 + b"}", {}),
        ("last.body.n < 5", b'{"n": NaN}', {}),
        ("last.body.n < 5", b"[" * 10**6, {}),
        ("last.body.n < 5", b'{"a":' * 10**6, {}),
        ("size(last.body) < 5", {str(key): key for key in range(100_000)}, {}),
        (r'last.body.text == "x"', b'{"text": "\\ud800"}', {}),
        ("last.body.n == 1", b"[]," * (5 << 20), {}),
        ("last.body.n == 1", b"[" + b"[]," * (5 << 20) + b"[]]", {}),
        ("last.body.n == 1", gzip.compress(bytes(64 << 20)), {"content-encoding": "gzip"}),
        ("last.body.n == 1", gzip.compress(b"x"), {"content-encoding": ", ".join(["gzip"] * 500)}),
        ("last.body.n == 1", b"x", {"content-type": "text/plain; charset=" + "x" * 5000}),
        ("last.body.n == 1", b"x", {"content-type": 'text/plain; charset="' * 300}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_hostile_answer_never_passes(expect: str, body: Any, headers: dict[str, str]) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with serving(answering(raw, **headers)) as port, Calculator() as calculator:
        result = await asked(probe(expect), port, calculator.of("theirs"))

    assert result.outcome in {Outcome.FAIL, Outcome.ERROR}
    assert len(result.reason) < 1000


async def test_exceeding_the_memory_limit_is_an_error_and_the_next_calculation_works() -> None:
    async with Calculator() as calculator:
        share = calculator.of("theirs")
        body = json.dumps({"items": [1] * 3000, "text": "x" * 10**6}).encode()
        with pytest.raises(CheckError, match="512 MiB of memory"):
            await evaluated(share, "size(last.body.items.map(i, last.body.text)) == 1", body=body)

        assert (await evaluated(share, "last.status == 200"))["why"] == [""]


async def test_a_child_process_starts_clean_and_restricted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    inherited, other = os.pipe()
    os.set_inheritable(inherited, True)
    async with Calculator() as calculator:
        await evaluated(calculator.of("theirs"), "last.status == 200")
        (child,) = calculating()
        with suppress(psutil.AccessDenied):  # readable only by root
            assert child.environ() == {}
        with suppress(PermissionError):
            assert {int(file.name) for file in Path(f"/proc/{child.pid}/fd").iterdir()} == {0, 1, 2}
        status = Path(f"/proc/{child.pid}/status").read_text()
        limits = Path(f"/proc/{child.pid}/limits").read_text() if os.geteuid() == 0 else ""
    os.close(inherited)
    os.close(other)

    assert "NoNewPrivs:\t1" in status
    assert not limits or re.search(rf"Max address space +{512 << 20}", limits)


async def test_a_killed_child_process_is_replaced() -> None:
    async with Calculator() as calculator:
        share = calculator.of("ours")
        await evaluated(share, "last.status == 200")
        (child,) = calculating()
        child.send_signal(signal.SIGKILL)

        assert (await evaluated(share, "last.status == 200"))["why"] == [""]


async def test_a_child_process_is_reused_however_large_the_bot_is() -> None:
    """The bot uses more memory than a child may; Linux counts a process's peak from that of its parent."""
    large = b"x" * (120 << 20)
    async with Calculator() as calculator:
        used = set()
        for _ in range(4):
            await evaluated(calculator.of("ours"), "last.status == 200")
            used.update(child.pid for child in calculating())
    assert len(used) == 1
    assert len(large) > 96 << 20


async def test_an_idle_child_process_is_ended() -> None:
    async with Calculator(idle=0.0) as calculator:
        await evaluated(calculator.of("ours"), "last.status == 200")
        async with asyncio.timeout(60):
            while calculating():
                await asyncio.sleep(0.01)


async def test_an_argument_of_the_run_is_not_evaluated_in_the_bot() -> None:
    """`{{version}}` in a pattern is text that somebody typed."""
    async with Calculator() as calculator:
        with pytest.raises(CheckError, match="not a CEL expression"):
            await evaluated(calculator.of("ours"), 'last.body.matches("')


def calculating() -> list[psutil.Process]:
    return list(_calculating())


def _calculating() -> Iterator[psutil.Process]:
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if any("checks.calculation.program" in word for word in child.cmdline()):
                yield child
