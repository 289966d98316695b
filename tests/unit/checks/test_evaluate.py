"""Sampling, windows and retries: what several measurements of one check add up to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from pydantic import PrivateAttr

from checks.base import Check
from checks.evaluate import evaluate
from checks.outcome import Cause, CheckError, Outcome
from checks.reading import Measurement, Moment, Reading, Series, Window
from checks.result import Result
from checks.secrets import Secrets

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOBODY = Secrets({})


class Scripted(Check):
    """Measures the script's next item: a value, nothing (None), or an exception to raise."""

    kind: Literal["scripted"] = "scripted"
    owner: str = "platform"
    _script: list[Any] = PrivateAttr(default_factory=list)
    _asked: list[tuple[Moment, Window | None]] = PrivateAttr(default_factory=list)

    async def measure(self, source: Any, moment: Moment, window: Window | None) -> Measurement:  # noqa: ARG002
        self._asked.append((moment, window))
        step = self._script[len(self._asked) - 1]
        if isinstance(step, BaseException):
            raise step
        if isinstance(step, Callable):
            await step()
        if isinstance(step, Measurement):
            return step
        return Measurement(readings=(Reading(name="p95", value=step, unit="s"),), detail=(f"saw {step}",))


def scripted(*script: Any, **fields: Any) -> Scripted:
    check = Scripted.model_validate({"pass": {"p95": "< 180s"}, **fields})
    check._script.extend(script)
    return check


async def result_of(check: Check, secrets: Secrets = NOBODY) -> Result:
    return await evaluate(check, None, Moment(now=NOON), secrets)


GOOD, BAD = 100, 200
DOWN = CheckError("the database refused", cause=Cause.ENVIRONMENT, hint="start it", detail=("line",))


class TestOneLook:
    async def test_a_reading_within_its_limit_passes_and_says_so(self) -> None:
        result = await result_of(scripted(GOOD))

        assert (result.outcome, result.cause) == (Outcome.PASS, None)
        assert result.reason == "p95 is 100 s, limit < 180s"
        assert result.started_at == NOON

    async def test_an_impossible_measurement_is_an_error_with_the_next_step(self) -> None:
        result = await result_of(scripted(DOWN))

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)
        assert (result.reason, result.hint, result.detail) == ("the database refused", "start it", ("line",))

    async def test_a_bug_in_the_kind_is_an_error_without_internals(self) -> None:
        result = await result_of(scripted(ZeroDivisionError("internal words")))

        assert result.outcome is Outcome.ERROR
        assert "ZeroDivisionError" in result.reason
        assert "internal words" not in result.model_dump_json()

    async def test_nan_is_an_error_and_never_a_pass(self) -> None:
        assert (await result_of(scripted(float("nan")))).outcome is Outcome.ERROR

    async def test_nothing_to_measure_is_unknown(self) -> None:
        result = await result_of(scripted(None))

        assert (result.outcome, result.cause) == (Outcome.UNKNOWN, Cause.DATA_MISSING)

    async def test_cancellation_passes_through(self) -> None:
        task = asyncio.create_task(result_of(scripted(lambda: asyncio.sleep(60))))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def test_a_hanging_check_is_cancelled_at_its_timeout(self) -> None:
        result = await result_of(scripted(lambda: asyncio.sleep(60), timeout="100ms"))

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.TIMEOUT)
        assert "100ms" in result.reason

    async def test_a_timeout_raised_by_the_kind_is_not_mistaken_for_the_checks_own(self) -> None:
        result = await result_of(scripted(TimeoutError()))

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)

    async def test_secrets_are_redacted_from_every_sentence(self) -> None:
        error = CheckError("hunter2 is wrong", cause=Cause.CONFIGURATION, hint="hunter2", detail=("hunter2",))
        result = await result_of(scripted(error), Secrets({"PASSWORD": "hunter2"}))

        assert "hunter2" not in result.model_dump_json()
        assert result.reason == "[redacted] is wrong"

    @pytest.mark.parametrize("shown", range(5, 12))
    async def test_a_reading_is_redacted_before_it_is_shortened(self, shown: int) -> None:
        """Otherwise too little of the secret would be left to recognize it."""
        secret = "correct horse battery staple"
        quoted = (await result_of(scripted("x" * 500))).reason.count("x")
        value = f"{'x' * (quoted - shown - 1)} {secret} and more"

        result = await result_of(scripted(value), Secrets({"PASSWORD": secret}))

        assert result.outcome is Outcome.ERROR
        assert "correct"[: shown - 1] not in result.model_dump_json()

    @pytest.mark.parametrize("secret", ["9876543210987654321", "24600503292249b855acd40a"])
    async def test_a_number_that_spells_a_secret_is_not_shown(self, secret: str) -> None:
        for value in (int(secret.encode().hex()), *([int(secret)] if secret.isdigit() else [])):
            result = await result_of(scripted(value), Secrets({"PIN": secret}))

            assert str(value) not in result.model_dump_json()

    async def test_every_text_of_a_measurement_is_redacted(self) -> None:
        secret = "correct horse battery staple"
        measured = Measurement(
            readings=(
                Reading(name="p95", value=secret, unit=secret, note=secret),
                Reading(name=secret, value=1),
            ),
            series=(Series(name=secret, unit=secret, points=()),),
            detail=(secret,),
            hint=secret,
            doubts=(secret,),
            context={"commit": secret},
        )
        result = await result_of(scripted(measured), Secrets({"PASSWORD": secret}))

        assert "horse" not in result.model_dump_json()


def looks(count: int, **limits: Any) -> dict[str, Any]:
    return {"sample": {"count": count, "every": "1ms", **limits}}


class TestLooks:
    async def test_all_measurements_are_taken_and_kept(self) -> None:
        result = await result_of(scripted(GOOD, GOOD, GOOD, **looks(3)))

        assert result.outcome is Outcome.PASS
        assert len(result.measurements) == 3
        assert result.reason == "3 PASS of 3 looks: p95 is 100 s, limit < 180s"

    async def test_later_measurements_have_later_windows(self) -> None:
        check = scripted(GOOD, GOOD, sample={"count": 2, "every": "50ms"})
        await result_of(check)

        first, second = (moment.now for moment, _ in check._asked)
        assert first == NOON
        assert second >= NOON + timedelta(milliseconds=50)

    @pytest.mark.parametrize(
        ("script", "outcome"),
        [
            ((BAD, GOOD, GOOD, GOOD, GOOD), Outcome.WARN),
            ((BAD, GOOD, BAD, GOOD, GOOD), Outcome.WARN),
            ((BAD, GOOD, BAD, GOOD, BAD), Outcome.FAIL),
        ],
        ids=["below", "one below", "at"],
    )
    async def test_the_check_fails_at_the_third_failed_measurement(
        self, script: tuple[int, ...], outcome: Outcome
    ) -> None:
        result = await result_of(scripted(*script, **looks(5, fail_at=3)))

        assert (result.outcome, result.cause) == (outcome, Cause.FLAKY)

    async def test_sampling_stops_at_the_measurement_that_breaks_the_limit(self) -> None:
        check = scripted(BAD, BAD, GOOD, **looks(3, fail_at=2))
        result = await result_of(check)

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.REGRESSION)
        assert len(check._asked) == 2

    @pytest.mark.parametrize(
        ("script", "outcome"),
        [
            ((BAD, GOOD, BAD, GOOD, BAD), Outcome.WARN),
            ((GOOD, BAD, BAD, GOOD, GOOD), Outcome.FAIL),
        ],
        ids=["never two in a row", "two in a row"],
    )
    async def test_the_check_fails_at_two_consecutive_failed_measurements(
        self, script: tuple[int, ...], outcome: Outcome
    ) -> None:
        result = await result_of(scripted(*script, **looks(5, fail_at=5, fail_at_consecutive=2)))

        assert result.outcome is outcome

    @pytest.mark.parametrize(
        ("script", "outcome"),
        [
            ((DOWN, GOOD, GOOD), Outcome.WARN),
            ((DOWN, GOOD, DOWN), Outcome.ERROR),
        ],
        ids=["below", "at"],
    )
    async def test_errors_are_counted_separately_from_failures(
        self, script: tuple[Any, ...], outcome: Outcome
    ) -> None:
        result = await result_of(scripted(*script, **looks(3, error_at=2)))

        assert (result.outcome, result.cause) == (outcome, Cause.ENVIRONMENT)

    async def test_a_sample_of_only_tolerated_failures_does_not_pass(self) -> None:
        result = await result_of(scripted(BAD, DOWN, **looks(2, fail_at=2, error_at=2)))

        assert result.outcome is Outcome.FAIL

    async def test_three_of_three_failures_fail_when_the_limit_is_three(self) -> None:
        assert (await result_of(scripted(BAD, BAD, BAD, **looks(3, fail_at=3)))).outcome is Outcome.FAIL

    async def test_a_measurement_without_data_makes_the_check_unknown(self) -> None:
        assert (await result_of(scripted(GOOD, None, GOOD, **looks(3)))).outcome is Outcome.UNKNOWN

    async def test_a_timeout_between_measurements_keeps_what_was_measured(self) -> None:
        hang = lambda: asyncio.sleep(60)  # noqa: E731
        result = await result_of(scripted(GOOD, hang, timeout="200ms", **looks(2)))

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.TIMEOUT)
        assert len(result.measurements) == 1


class TestCrashes:
    @pytest.mark.parametrize(
        "error", [ZeroDivisionError(), SystemExit(3), asyncio.CancelledError()], ids=repr
    )
    async def test_an_exception_in_a_kind_ends_only_its_check_and_is_located(
        self, error: BaseException
    ) -> None:
        async def raising() -> int:
            raise error

        result = await result_of(scripted(raising))

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)
        assert f"{type(error).__name__} inside the check kind" in result.reason
        assert "checks/test_evaluate.py, line " in result.hint


class TestTries:
    async def test_passing_at_the_second_attempt_is_a_flaky_warning(self) -> None:
        result = await result_of(scripted(BAD, GOOD, retries=1))

        assert (result.outcome, result.cause) == (Outcome.WARN, Cause.FLAKY)
        assert result.reason == "passed when tried again; try 1 of 2: p95 is 200 s, limit < 180s"

    async def test_failing_at_every_attempt_fails(self) -> None:
        result = await result_of(scripted(BAD, BAD, retries=1))

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.REGRESSION)

    async def test_a_pass_is_not_retried(self) -> None:
        check = scripted(GOOD, retries=3)
        await result_of(check)

        assert len(check._asked) == 1
