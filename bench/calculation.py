"""The overhead of evaluating a response in a child process instead of in this one."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

from bench.figure import Figure, percentile, seconds
from checks.calculation.calculator import Calculator
from checks.calculation.function import Function
from checks.responses import read

ROUNDS = 300
MOST = 0.005  # seconds
LIMIT = timedelta(seconds=30)
BODIES = {"1 kB": 10, "100 kB": 2_000}  # size of the response -> items in it
EXPECT = ["last.status == 200", "last.body.items.all(i, i.ok)"]


async def measure() -> list[Figure]:
    async with Calculator() as calculator:
        share = calculator.of("bench")
        figures = []
        for size, items in BODIES.items():
            given, bodies = _asked(items)
            await share.run(Function.READ_RESPONSES, given, bodies, limit=LIMIT)
            there, here = [], []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                await share.run(Function.READ_RESPONSES, given, bodies, limit=LIMIT)
                there.append(time.perf_counter() - began)
                began = time.perf_counter()
                read(given, bodies)
                here.append(time.perf_counter() - began)
            figures.append(_figure(size, there, here))
        return figures


def _figure(size: str, there: list[float], here: list[float]) -> Figure:
    mine, base = percentile(there, 0.5), percentile(here, 0.5)
    return Figure(
        f"evaluating {size} of JSON in a child process, p50",
        seconds(mine),
        f"{seconds(base)} in this process",
        mine / base,
        f"≤ {seconds(MOST)} more",
        mine - base <= MOST,
        f"p99 {seconds(percentile(there, 0.99))}",
    )


def _asked(items: int) -> tuple[dict[str, Any], list[bytes]]:
    body = json.dumps({"items": [{"ok": True, "id": number, "name": "x" * 10} for number in range(items)]})
    responses = [{"status": 200, "headers": {"content-type": "application/json"}, "ms": 1.0}]
    return {"expect": EXPECT, "responses": responses, "shown": 0, "most": 1 << 20}, [body.encode()]
