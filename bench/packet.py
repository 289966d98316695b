"""How long a large packet takes in each form, how large it is, and whether the event loop can do other things meanwhile."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench.figure import Figure, seconds
from bot.record.packet import FORMS, Form, written
from bot.rules.dossier import Dossier
from bot.rules.evidence import freeze
from bot.rules.run import RunState
from checks.outcome import Outcome
from checks.reading import Measurement, Reading, Series
from checks.result import Judged, Result
from tests.unit.bot.dossiers import NOW, dossier, plan

CHECKS, CHARTS, POINTS = 100, 50, 240
MOST_SECONDS, MOST_BYTES, MOST_BLOCKED = 5.0, 5 * 1024 * 1024, 0.05
STEP = 0.001  # seconds between two looks at the clock


async def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="canary-bench-") as folder:
        whole = _large(Path(folder))
    gc.freeze()  # as the bot does once it is ready: what it has loaded is not searched for garbage again
    return [each for form in FORMS for each in await _of(whole, form)]


async def _of(whole: Dossier, form: Form) -> list[Figure]:
    written(whole, (), form)  # once, to load what it needs
    watching = asyncio.create_task(_longest_gap())
    began = time.perf_counter()
    text = await asyncio.to_thread(written, whole, (), form)
    took = time.perf_counter() - began
    watching.cancel()
    blocked = await watching
    watching = asyncio.create_task(_longest_gap())
    await asyncio.sleep(took)
    watching.cancel()
    idle = await watching
    what = f"packet of {CHECKS} checks and {CHARTS} charts, {form}"
    size = len(text.encode())
    return [
        Figure(what, seconds(took), "", None, f"≤ {MOST_SECONDS:.0f} s", took <= MOST_SECONDS),
        Figure(f"{what}: size", f"{size / 1e6:.2f} MB", "", None, "≤ 5 MB", size <= MOST_BYTES),
        Figure(
            f"{what}: event loop blocked",
            seconds(blocked),
            f"{seconds(idle)} idle",
            None,
            f"≤ {seconds(MOST_BLOCKED)} more",
            blocked - idle <= MOST_BLOCKED,
        ),
    ]


async def _longest_gap() -> float:
    """Until it is cancelled: -> the longest time for which the event loop did nothing else."""
    longest, last = 0.0, time.perf_counter()
    try:
        while True:
            await asyncio.sleep(STEP)
            now = time.perf_counter()
            longest, last = max(longest, now - last - STEP), now
    except asyncio.CancelledError:
        return longest


def _large(folder: Path) -> Dossier:
    """Half of its checks have a series; all have readings, a reason and lines of output."""
    whole = dossier(plan(folder, CHECKS, "Pin the capacity"), "because it is known", RunState.CLOSED)
    checks = tuple(
        each.model_copy(update={"result": _result(charted=at < CHARTS)})
        for at, each in enumerate(whole.checks)
    )
    assert whole.decision
    digest, document = freeze(whole.run, checks, whole.verdict)
    assert whole.evidence
    evidence = whole.evidence.model_copy(update={"digest": digest, "document": document})
    return whole.model_copy(update={"checks": checks, "evidence": evidence})


def _result(*, charted: bool) -> Result:
    points = tuple((NOW + at * timedelta(minutes=1), float(at * 7 % 181)) for at in range(POINTS))
    series = (Series(name="p95", unit="s", points=points),) if charted else ()
    readings = tuple(Reading(name=name, value=120.5, unit="s", n=31) for name in ("p95", "max", "mean"))
    return Result(
        outcome=Outcome.FAIL,
        reason="p95 is 182 s, limit < 180s",
        hint="Look at lastError",
        judged=tuple(
            Judged(reading=each, outcome=Outcome.FAIL if not at else None, limit="" if at else "< 90s")
            for at, each in enumerate(readings)
        ),
        measurements=(Measurement(readings=readings, series=series, context={"commit": "1a2b3c"}),),
        detail=("job 1234 waited for 182 s",) * 20,
        started_at=NOW,
        seconds=1.0,
    )
