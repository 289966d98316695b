"""What every kind promises, for the tests of whoever writes one. Each function raises AssertionError for a promise that is broken.

A test hands in a check as it is configured, the source that it asks, and when; the source is one that answers, one that is
down, or one that takes the question and never answers.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, get_args

from checks.base import Check, Source
from checks.context import opened
from checks.evaluate import evaluate
from checks.outcome import CheckError, Outcome
from checks.reading import Moment, Window
from checks.result import Result
from checks.secrets import Secrets
from checks.units import UNITS

_SOON = 10.0  # seconds for a cancellation to be heard


def describes_itself(kind: str, model: type[Check | Source]) -> None:
    """It calls itself what its package calls it, takes no unknown key, and says what each of its keys means."""
    assert get_args(model.model_fields["kind"].annotation) == (kind,), "kind is not a Literal of its name"
    schema = model.model_json_schema(by_alias=True)
    assert schema["additionalProperties"] is False, "it takes keys that it does not know"
    assert schema.get("description"), "it has no docstring, which editors show"
    silent = [
        key for key, node in schema["properties"].items() if key != "kind" and not node.get("description")
    ]
    assert not silent, f"{', '.join(silent)}: no description"


def survives_json(check: Check) -> None:
    """A run is started with what it was stored as."""
    written = check.model_dump_json(by_alias=True)
    assert type(check).model_validate_json(written) == check


async def measures_what_it_declares(
    check: Check, source: Source | None, moment: Moment, secrets: Secrets
) -> None:
    async with _live(source, secrets) as live:
        measurement = await check.measure(live, moment, window_of(check, moment))
    names = [reading.name for reading in measurement.readings]
    assert len(set(names)) == len(names), f"a reading twice: {', '.join(names)}"
    units = {UNITS[unit][0] for unit in UNITS}
    assert {reading.unit for reading in measurement.readings} <= units, "a unit that limits do not know"
    declared = check.readings()
    if declared is not None:
        assert {reading.name: reading.unit for reading in measurement.readings} == declared
    assert {series.name for series in measurement.series} <= set(names), "a series of no reading"


async def answers(check: Check, source: Source | None, moment: Moment, secrets: Secrets) -> Result:
    """Of a world that is well, something is known, of the window that was asked for; and the result survives JSON."""
    async with _live(source, secrets) as live:
        result = await evaluate(check, live, moment, secrets)
    assert Result.model_validate_json(result.model_dump_json()) == result
    assert result.outcome not in {Outcome.ERROR, Outcome.UNKNOWN}, result.reason
    assert {one.window for one in result.measurements} == {window_of(check, moment)}
    return result


async def fails_closed(check: Check, down: Source | None, moment: Moment) -> None:
    """What cannot be measured is a CheckError, which becomes an ERROR with a cause."""
    async with _live(down, Secrets({})) as live:
        try:
            await check.measure(live, moment, window_of(check, moment))
        except CheckError:
            pass
        else:
            raise AssertionError("it measured a source that is down")
        result = await evaluate(check, live, moment, Secrets({}))
    assert result.outcome is Outcome.ERROR, result.reason
    assert result.cause is not None


async def can_be_cancelled(check: Check, hanging: Source | None, moment: Moment) -> None:
    """It waits without holding up anybody, and ends when it is told to."""
    async with _live(hanging, Secrets({})) as live:
        task = asyncio.create_task(check.measure(live, moment, window_of(check, moment)))
        await asyncio.sleep(0.2)
        assert not task.done(), "it ended before the source answered"
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, _SOON)
        assert task.cancelled(), "it swallowed its cancellation"


def window_of(check: Check, moment: Moment) -> Window | None:
    return Window.ending(moment.now, check.window) if check.window else None


def _live(source: Source | None, secrets: Secrets) -> Any:
    from contextlib import nullcontext

    return opened(source, secrets) if source else nullcontext()
