"""What the checks of one process share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.workflow.answering import Answering
from checks.base import Check, Source
from checks.reading import Measurement, Moment, Reading
from checks.secrets import Secrets


class Counting(Source):
    kind: Literal["counting"] = "counting"

    @asynccontextmanager
    async def open(self, *_: Any) -> AsyncIterator[None]:
        yield None


class Broken(Source):
    """A faulty source from another package."""

    kind: Literal["broken"] = "broken"

    @asynccontextmanager
    async def open(self, *_: Any) -> AsyncIterator[None]:
        raise RuntimeError("hunter2-hunter2 is no licence")
        yield


class Turn(Check):
    kind: Literal["turn"] = "turn"
    owner: str = "platform"
    source: str = "somewhere"

    async def measure(self, *_: Any) -> Measurement:
        counts["now"] += 1
        counts["most"] = max(counts["most"], counts["now"])
        for _ in range(5):
            await asyncio.sleep(0)
        counts["now"] -= 1
        return Measurement(readings=(Reading(name="done", value=1),))


counts = {"now": 0, "most": 0}


async def test_a_source_measures_a_limited_number_of_checks_at_once_and_answers_all() -> None:
    check = Turn.model_validate({"pass": {"done": "== 1"}, "timeout": "1m"})
    sources = {"somewhere": Counting(at_once=3)}
    async with Answering(Path("nowhere")) as answering:
        results = await asyncio.gather(
            *(
                answering.answer(
                    check, sources, Moment(now=datetime.now(UTC)), Secrets({}), environment="staging"
                )
                for _ in range(20)
            )
        )
    assert [result.outcome for result in results] == ["PASS"] * 20
    assert counts["most"] == 3


async def test_a_failing_source_is_an_error_of_its_check_and_does_not_end_the_run(
    caplog: pytest.LogCaptureFixture,
) -> None:
    check = Turn.model_validate({"pass": {"done": "== 1"}})
    secrets, moment = Secrets({"LICENCE": "hunter2-hunter2"}), Moment(now=datetime.now(UTC))
    async with Answering(Path("nowhere")) as answering:
        result = await answering.answer(
            check, {"somewhere": Broken()}, moment, secrets, environment="staging"
        )
    assert (result.outcome, "RuntimeError inside the source kind broken" in result.reason) == ("ERROR", True)
    assert "test_answering.py" in caplog.text
    assert "hunter2" not in caplog.text
