"""The contract of every kind, for its tests. Each function raises AssertionError if the contract is violated.

A test passes in a configured check, its source, and a time. The source responds, is down, or accepts requests and
never responds.
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
from checks.wording import Wording

_SOON = 10.0  # seconds for a cancellation to take effect


def describes_itself(kind: str, model: type[Check | Source]) -> None:
    """Its `kind` is the registered name, it rejects unknown keys, and all its keys have descriptions."""
    assert get_args(model.model_fields["kind"].annotation) == (kind,), "kind is not a Literal of its name"
    schema = model.model_json_schema(by_alias=True)
    assert schema["additionalProperties"] is False, "it takes keys that it does not know"
    assert schema.get("description"), "it has no docstring, which editors show"
    silent = [
        key for key, node in schema["properties"].items() if key != "kind" and not node.get("description")
    ]
    assert not silent, f"{', '.join(silent)}: no description"


def words_its_readings(check: Check) -> None:
    """Its wordings are for its own readings, and refer only to their values."""
    declared = check.readings()
    names = {*check.wording(), *(declared or {})}
    for name, wording in check.wording().items():
        assert declared is None or name in declared, f"a wording of {name}, which is none of its readings"
        _names_only(wording.said, {"value", "s", *names})
        _names_only(wording.samples, {"n", "s"})
        _names_only(wording.note, {"note"})
        assert not wording.said or "{value}" in wording.said, f"the wording of {name} leaves out its value"
        assert not wording.whole or wording.whole in names, (
            f"{name} is part of {wording.whole}: no such reading"
        )


def _names_only(template: str, known: set[str]) -> None:
    unknown = set(Wording.places(template)) - known
    assert not unknown, f"{template!r} names {', '.join(sorted(unknown))}"


def survives_json(check: Check) -> None:
    """It survives a JSON round trip."""
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
    """With a healthy target, it has readings for the requested window, and the result survives a JSON round trip."""
    async with _live(source, secrets) as live:
        result = await evaluate(check, live, moment, secrets)
    assert Result.model_validate_json(result.model_dump_json()) == result
    assert result.outcome not in {Outcome.ERROR, Outcome.UNKNOWN}, result.reason
    assert {one.window for one in result.measurements} == {window_of(check, moment)}
    return result


async def fails_closed(check: Check, down: Source | None, moment: Moment) -> None:
    """If it cannot measure, it raises CheckError, which becomes an ERROR with a cause."""
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
    """It waits without blocking the event loop, and ends when cancelled."""
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
