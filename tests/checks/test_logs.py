"""Decisions in logs: files, rotated files, commands and Loki, also if missing, unreadable or from another time."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from checks.context import Context, opened
from checks.evaluate import evaluate
from checks.kinds import SOURCES
from checks.logs.reasons import Reasons
from checks.outcome import Cause, Outcome
from checks.reading import Moment
from checks.result import Result
from checks.secrets import Secrets
from tests.lokis import LocalLoki, local_loki

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOBODY = Secrets({})
AUTOSCALE, GATE, PRESSURE = (
    "[Background Autoscale]",
    "[Background Promotion Gate]",
    "[Background Backpressure]",
)
BEGINS = [AUTOSCALE, GATE, PRESSURE]


def reasons(**fields: Any) -> Reasons:
    given = {
        "kind": "logs.reasons",
        "source": "log",
        "owner": "platform",
        "window": "60m",
        "file": "app.log*",
    }
    if "query" in fields or "run" in fields:
        given.pop("file")
    return Reasons.model_validate({**given, **fields})


def line(minutes: float, code: str, begin: str = AUTOSCALE, **more: Any) -> str:
    """A line as the reference system writes it, this many minutes before noon."""
    at = (NOON - timedelta(minutes=minutes)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"{begin} {json.dumps({'timestamp': at, 'reasonCode': code, **more})}"


def hour(**codes: str) -> list[str]:
    """A decision a minute, starting before the window; `m20="…"` replaces the code of 20 minutes before noon."""
    return [line(m - 0.5, codes.get(f"m{m}", "hold_target_reached")) for m in range(62, 0, -1)]


def write(folder: Path, *lines: str, name: str = "app.log", ended: datetime = NOON) -> Path:
    file = folder / name
    file.write_text("".join(f"{one}\n" for one in lines))
    os.utime(file, (ended.timestamp(), ended.timestamp()))
    return file


async def result_of(
    check: Reasons,
    folder: Path,
    values: Mapping[str, str] | None = None,
    secrets: Secrets = NOBODY,
    **source: Any,
) -> Result:
    given = source or {"kind": "workspace", "path": folder}
    model = SOURCES[given["kind"]].model_validate(given)
    async with opened(model, secrets) as live:
        return await evaluate(check, live, Moment(now=NOON, values=dict(values or {})), secrets)


def readings(result: Result) -> dict[str, Any]:
    return {judged.reading.name: judged.reading.value for judged in result.judged}


COUNTS = {"codes": ["guardrail_step_down", "hold_target_reached"], "pass": {"guardrail_step_down": "== 0"}}


class TestCounting:
    async def test_codes_are_counted_over_the_window(self, tmp_path: Path) -> None:
        write(tmp_path, *hour(m20="ramp_step", m21="guardrail_step_down"))
        check = reasons(begins=BEGINS, **{**COUNTS, "pass": {"guardrail_step_down": "<= 1"}})
        result = await result_of(check, tmp_path)

        assert result.outcome is Outcome.PASS, result.reason
        assert readings(result) == {
            "guardrail_step_down": 1,
            "hold_target_reached": 58,
            "lines": 60,
            "other": 1,
            "unreadable": 0,
        }

    async def test_counts_equal_an_independent_count(self, tmp_path: Path) -> None:
        chance = random.Random(7)
        codes = ["guardrail_step_down", "hold_target_reached", "ramp_step"]
        moments = sorted(chance.uniform(-5, 90) for _ in range(400))[::-1]
        log = [(minutes, chance.choice(codes)) for minutes in moments]
        write(tmp_path, *(line(max(minutes, -0.5), code) for minutes, code in log))
        result = await result_of(reasons(codes=codes, **{"pass": {"ramp_step": "> 0"}}), tmp_path)

        assert result.outcome is Outcome.PASS, result.reason
        for code in codes:
            within = [
                1 for minutes, one in log if one == code and round(minutes * 60_000) in range(1, 3_600_001)
            ]
            assert readings(result)[code] == len(within)

    async def test_the_window_is_half_open(self, tmp_path: Path) -> None:
        write(tmp_path, line(61, "a"), line(60, "a"), line(1, "a"), line(0, "a"))
        result = await result_of(reasons(codes=["a"], **{"pass": {"a": "== 2"}}), tmp_path)

        assert result.outcome is Outcome.PASS, result.reason

    async def test_only_lines_with_the_configured_beginning_count(self, tmp_path: Path) -> None:
        others = [line(3, "guardrail_step_down", begin="[Other]"), "GET / 200", '{"level": "info"}', ""]
        write(tmp_path, *hour(), *others)
        result = await result_of(reasons(begins=[AUTOSCALE], **COUNTS), tmp_path)

        assert (result.outcome, readings(result)["unreadable"]) == (Outcome.PASS, 0)

    async def test_the_keys_of_code_and_time_can_be_configured(self, tmp_path: Path) -> None:
        at = int((NOON - timedelta(minutes=5)).timestamp() * 1000)
        write(
            tmp_path,
            json.dumps({"meta": {"t": at - 3_600_000}, "why": {"code": "b"}}),
            json.dumps({"meta": {"t": at}, "why": {"code": "a"}}),
        )
        check = reasons(codes=["a"], code="why.code", time="meta.t", **{"pass": {"a": "== 1"}})

        assert (await result_of(check, tmp_path)).outcome is Outcome.PASS

    async def test_a_decision_without_a_time_gets_that_of_its_line_or_the_line_before(
        self, tmp_path: Path
    ) -> None:
        pressure = f'{PRESSURE} {{"reasonCode": "quota_or_capacity_exhausted", "deferredJobs": 3}}'
        write(
            tmp_path,
            pressure,
            line(70, "ramp_step"),
            pressure,
            line(30, "ramp_step"),
            pressure,
            f"2026-11-23T10:00:00Z {pressure}",
            f"2026-11-23 11:58:00,123 {pressure}",
        )
        code = "quota_or_capacity_exhausted"
        result = await result_of(reasons(begins=BEGINS, codes=[code], **{"pass": {code: "== 2"}}), tmp_path)

        assert result.outcome is Outcome.ERROR
        assert result.reason == "1 decision without a time, and without a line before it that has one"
        assert readings(result)[code] == 2

    async def test_the_same_log_gives_the_same_result(self, tmp_path: Path) -> None:
        write(tmp_path, *hour(m3="guardrail_step_down"))
        results = [await result_of(reasons(**COUNTS), tmp_path) for _ in range(2)]

        assert results[0].model_dump(exclude={"seconds"}) == results[1].model_dump(exclude={"seconds"})


class TestNothing:
    @pytest.mark.parametrize(
        "lines",
        [
            [],
            [line(61, "guardrail_step_down")],
            ["nothing of it is JSON"],
            ['{"timestamp": "2026-11-23T11:50:00Z", "level": "info"}'],
        ],
    )
    async def test_a_window_without_decisions_is_unknown_not_zero(
        self, tmp_path: Path, lines: list[str]
    ) -> None:
        write(tmp_path, *lines)
        result = await result_of(reasons(**COUNTS), tmp_path)

        assert result.outcome is Outcome.UNKNOWN
        assert "no decision with a reason code is between 11:00:00 UTC and 12:00:00 UTC" in result.reason
        assert readings(result)["guardrail_step_down"] is None

    async def test_a_missing_log_is_named(self, tmp_path: Path) -> None:
        result = await result_of(reasons(**COUNTS), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert result.reason == "there is no log at app.log*"

    async def test_a_symlink_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "app.log").symlink_to("/etc/passwd")
        result = await result_of(reasons(**COUNTS), tmp_path)

        assert result.outcome is Outcome.ERROR
        assert "is a link" in result.reason

    async def test_unreadable_decisions_are_an_error(self, tmp_path: Path) -> None:
        broken = f'{AUTOSCALE} {{"timestamp": "2026-11-23T11:59:00Z", "reasonCo'
        write(tmp_path, *hour(), broken, f"{AUTOSCALE} {{}}", line(0.1, "ramp_step"))
        strict = await result_of(reasons(begins=BEGINS, **COUNTS), tmp_path)
        limits = {"pass": {"guardrail_step_down": "== 0", "unreadable": "<= 2"}}
        tolerant = await result_of(reasons(begins=BEGINS, **{**COUNTS, **limits}), tmp_path)

        assert [strict.outcome, tolerant.outcome] == [Outcome.ERROR, Outcome.PASS]
        assert strict.reason == "2 lines of decisions cannot be read; a limit on unreadable allows some"
        assert "cannot be read: [Background Autoscale] {}" in strict.detail

    async def test_a_line_still_being_written_is_not_unreadable(self, tmp_path: Path) -> None:
        file = write(tmp_path, *hour())
        with file.open("a") as log:
            log.write(f'{AUTOSCALE} {{"timest')
        result = await result_of(reasons(begins=BEGINS, **COUNTS), tmp_path)

        assert (result.outcome, readings(result)["unreadable"]) == (Outcome.PASS, 0)

    async def test_decisions_ahead_of_the_clock_are_an_error(self, tmp_path: Path) -> None:
        write(tmp_path, *hour(), line(-0.5, "ramp_step"), line(-12, "guardrail_step_down"))
        result = await result_of(reasons(**COUNTS), tmp_path)

        assert result.outcome is Outcome.ERROR
        assert result.reason == "1 decision dated up to 12m ahead of now: the clocks differ"


class TestFiles:
    async def test_a_log_that_begins_within_the_window_is_unknown(self, tmp_path: Path) -> None:
        write(tmp_path, *hour()[30:])
        result = await result_of(reasons(**COUNTS), tmp_path)

        assert result.outcome is Outcome.UNKNOWN
        assert (
            "the log begins at 11:28:30 UTC, within the window: it was rotated, or is younger"
            in result.reason
        )

    async def test_a_partial_log_can_already_exceed_the_limit(self, tmp_path: Path) -> None:
        write(tmp_path, *hour(m3="guardrail_step_down")[30:])
        result = await result_of(reasons(**COUNTS), tmp_path)

        assert (result.outcome, readings(result)["guardrail_step_down"]) == (Outcome.FAIL, 1)

    async def test_rotated_files_are_read_and_older_ones_are_not(self, tmp_path: Path) -> None:
        lines = hour(m50="guardrail_step_down")
        write(tmp_path, *lines[40:])
        (tmp_path / "app.log.2.gz").write_bytes(gzip.compress("\n".join(lines[:20]).encode() + b"\n"))
        os.utime(tmp_path / "app.log.2.gz", (NOON.timestamp() - 2400, NOON.timestamp() - 2400))
        write(tmp_path, *lines[20:40], name="app.log.1", ended=NOON - timedelta(minutes=21))
        write(tmp_path, "\0 not a log", name="app.log.9", ended=NOON - timedelta(days=1))
        limits = {"pass": {"guardrail_step_down": "== 1"}}
        result = await result_of(reasons(begins=BEGINS, **{**COUNTS, **limits}), tmp_path)

        assert result.outcome is Outcome.PASS, result.reason
        assert readings(result)["lines"] == 60

    async def test_a_corrupt_gzip_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "app.log.gz").write_bytes(b"\x1f\x8bnonsense and more of it")
        os.utime(tmp_path / "app.log.gz", (NOON.timestamp(), NOON.timestamp()))
        result = await result_of(reasons(**COUNTS), tmp_path)

        assert (result.outcome, result.reason) == (Outcome.ERROR, "app.log.gz is not a complete gzip file")

    async def test_a_larger_log_is_read_from_its_end(self, tmp_path: Path) -> None:
        lines = [line(m / 100, "hold_target_reached") for m in range(20_000, 0, -1)]
        write(tmp_path, *lines)
        enough = await result_of(reasons(max_size="1MiB", **COUNTS), tmp_path)
        too_little = await result_of(reasons(max_size="100KiB", **COUNTS), tmp_path)

        assert (enough.outcome, readings(enough)["lines"]) == (Outcome.PASS, 6000)
        assert too_little.outcome is Outcome.UNKNOWN
        assert "only the newest 100KiB were read" in too_little.reason

    async def test_a_log_that_fell_silent_is_unknown(self, tmp_path: Path) -> None:
        write(tmp_path, *hour()[:-20])
        silent = await result_of(reasons(silence="5m", **COUNTS), tmp_path)
        patient = await result_of(reasons(silence="30m", **COUNTS), tmp_path)

        assert [silent.outcome, patient.outcome] == [Outcome.UNKNOWN, Outcome.PASS]
        assert "the log is silent from 11:39:30 UTC to 12:00:00 UTC" in silent.reason

    async def test_secrets_in_it_are_redacted(self, tmp_path: Path) -> None:
        write(tmp_path, *hour(), f"{AUTOSCALE} token tops3cret-token", line(1, "tops3cret-token"))
        result = await result_of(
            reasons(begins=BEGINS, **COUNTS), tmp_path, secrets=Secrets({"T": "tops3cret-token"})
        )

        assert "tops3" not in result.model_dump_json()


class TestOrder:
    def looped(self, **more: Any) -> Reasons:
        loop = {"step_downs": {"code": "guardrail_step_down", "every": "15m"}}
        return reasons(in_a_row=loop, **{"pass": {"step_downs": "< 2"}, **more})

    @pytest.mark.parametrize(
        ("steps", "longest", "outcome"),
        [
            ((), 0, Outcome.PASS),
            ((5, 6, 7), 1, Outcome.PASS),
            ((5, 40), 1, Outcome.PASS),
            ((5, 20), 2, Outcome.FAIL),
            ((14, 16, 35, 55), 4, Outcome.FAIL),
        ],
    )
    async def test_consecutive_windows_with_a_code_are_counted(
        self, tmp_path: Path, steps: tuple[int, ...], longest: int, outcome: Outcome
    ) -> None:
        write(tmp_path, *hour(**{f"m{minute}": "guardrail_step_down" for minute in steps}))
        result = await result_of(self.looped(), tmp_path)

        assert (readings(result)["step_downs"], result.outcome) == (longest, outcome)

    async def test_windows_without_decisions_between_them_are_unknown(self, tmp_path: Path) -> None:
        lines = [
            line(61, "x"),
            line(50, "guardrail_step_down"),
            line(20, "guardrail_step_down"),
            line(3, "x"),
        ]
        write(tmp_path, *lines)
        result = await result_of(self.looped(), tmp_path)

        assert result.outcome is Outcome.UNKNOWN
        assert result.reason == "step downs found nothing to measure: 1 window of 4 without a decision"

    @pytest.mark.parametrize(
        ("steps", "outcome"), [((), Outcome.PASS), ((40,), Outcome.UNKNOWN), ((40, 50), Outcome.FAIL)]
    )
    async def test_a_window_without_decisions_is_unknown_only_if_it_could_change_the_outcome(
        self, tmp_path: Path, steps: tuple[int, ...], outcome: Outcome
    ) -> None:
        """A tick every minute comes some seconds early or late, so that some minutes have none, and others two."""
        codes = {
            minute: "guardrail_step_down" if minute in steps else "x" for minute in (61, 55, 50, 40, 20, 3)
        }
        write(tmp_path, *(line(minute, code) for minute, code in codes.items()))
        loop = {"step_downs": {"code": "guardrail_step_down", "every": "10m"}}
        result = await result_of(reasons(in_a_row=loop, **{"pass": {"step_downs": "< 2"}}), tmp_path)

        assert result.outcome is outcome, result.reason

    @pytest.mark.parametrize(("late", "outcome"), [("x", Outcome.PASS), ("deferred", Outcome.FAIL)])
    async def test_decisions_that_come_early_and_late_leave_windows_empty_but_break_no_row(
        self, tmp_path: Path, late: str, outcome: Outcome
    ) -> None:
        """As of a scheduler whose ticks vary by seconds, by a run that begins within these seconds."""
        minutes = [0.05 + number + (0.1 if number % 3 else -0.1) for number in range(1, 60)]
        write(tmp_path, *(line(minute, late) for minute in reversed([*minutes, 61])))
        loop = {"sustained": {"code": "deferred", "every": "1m"}}
        limits = {"pass": {"sustained": "< 2"}, "warn": {"sustained": "< 5"}}
        result = await result_of(reasons(in_a_row=loop, **limits), tmp_path)

        assert result.outcome is outcome, result.reason

    @pytest.mark.parametrize(("steps", "outcome"), [((40,), Outcome.PASS), ((40, 30), Outcome.UNKNOWN)])
    async def test_a_silence_that_could_make_a_warning_a_failure_is_unknown(
        self, tmp_path: Path, steps: tuple[int, ...], outcome: Outcome
    ) -> None:
        codes = {minute: "deferred" if minute in steps else "x" for minute in (61, 50, 40, 30, 5)}
        write(tmp_path, *(line(minute, code) for minute, code in codes.items()))
        loop = {"sustained": {"code": "deferred", "every": "10m"}}
        limits = {"pass": {"sustained": "< 2"}, "warn": {"sustained": "< 3"}}
        result = await result_of(reasons(in_a_row=loop, **limits), tmp_path)

        assert result.outcome is outcome, result.reason

    async def test_sequences_are_found_among_lines_of_the_same_loop(self, tmp_path: Path) -> None:
        lines = [
            line(62, "hold_target_reached"),
            *(line(50 - m, "healthy_window_recorded", GATE) for m in range(3)),
            line(46, "ramp_step"),
            line(45, "gate_open", GATE),
            line(40, "healthy_window_recorded", GATE),
            line(39, "threshold_breach", GATE),
            line(38, "gate_open", GATE),
        ]
        write(tmp_path, *lines)
        promoted = [*["healthy_window_recorded"] * 3, "gate_open"]
        check = reasons(
            begins=BEGINS,
            sequences={"promoted": promoted, "opened_at_once": ["threshold_breach", "gate_open"]},
            **{"pass": {"promoted": "== 1", "opened_at_once": "== 0"}},
        )
        result = await result_of(check, tmp_path)

        assert (result.outcome, result.reason) == (Outcome.FAIL, "opened at once is 1, limit == 0")
        assert readings(result)["promoted"] == 1


class TestFlags:
    FLIPPED: Mapping[str, Any] = {
        "present": ["guardrail_step_down"],
        "absent": ["ramp_step", "operator_override"],
    }

    async def test_required_and_forbidden_codes(self, tmp_path: Path) -> None:
        write(tmp_path, *hour(m40="ramp_step", m10="guardrail_step_down"))
        before = await result_of(reasons(**self.FLIPPED), tmp_path)
        after = await result_of(
            reasons(after="{{flipped_at}}", **self.FLIPPED), tmp_path, {"flipped_at": "2026-11-23T11:30:00Z"}
        )

        assert [before.outcome, after.outcome] == [Outcome.FAIL, Outcome.PASS]
        assert before.reason == "forbidden is 1, limit == 0: 1 ramp_step"
        assert after.measurements[0].context["after"] == "11:30:00 UTC"

    async def test_missing_codes_are_named(self, tmp_path: Path) -> None:
        write(tmp_path, *hour())
        result = await result_of(reasons(**self.FLIPPED), tmp_path)

        assert (result.outcome, result.reason) == (
            Outcome.FAIL,
            "missing is 1, limit == 0: guardrail_step_down",
        )

    async def test_the_time_to_start_from_can_be_read_from_the_log_itself(self, tmp_path: Path) -> None:
        def state(minutes: float, code: str, breached: bool) -> str:
            return line(minutes, code, guardrailState={"contentionBreached": breached})

        write(
            tmp_path,
            state(62, "ramp_step", breached=False),
            state(50, "guardrail_step_down", breached=True),
            state(40, "ramp_step", breached=False),
            state(30, "guardrail_step_down", breached=True),
            state(20, "guardrail_step_down", breached=True),
        )
        flag = {"field": "guardrailState.contentionBreached", "equals": True}
        result = await result_of(reasons(after=flag, **self.FLIPPED), tmp_path)
        never = await result_of(reasons(after={**flag, "equals": "yes"}, **self.FLIPPED), tmp_path)

        assert (result.outcome, readings(result)["lines"]) == (Outcome.PASS, 2), result.reason
        assert result.measurements[0].context["after"] == "11:30:00 UTC"
        assert never.outcome is Outcome.UNKNOWN
        assert "no decision has guardrailState.contentionBreached yes" in never.reason

    @pytest.mark.parametrize("at", ["2026-11-23T13:00:00Z", "2026-11-23T11:30:00", "yesterday"])
    async def test_an_invalid_time_is_an_error(self, tmp_path: Path, at: str) -> None:
        write(tmp_path, *hour())
        result = await result_of(reasons(after="{{at}}", **self.FLIPPED), tmp_path, {"at": at})

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)

    async def test_no_decision_after_that_time_is_unknown(self, tmp_path: Path) -> None:
        write(tmp_path, *hour()[:-20])
        result = await result_of(reasons(after="2026-11-23T11:50:00Z", **self.FLIPPED), tmp_path)

        assert result.outcome is Outcome.UNKNOWN


class TestCommand:
    async def test_a_commands_output_is_the_log(self, tmp_path: Path) -> None:
        write(tmp_path, *hour(m3="guardrail_step_down"), name="kept")
        check = reasons(run=["sh", "-c", 'echo "since $1" && cat kept', "sh", "{{start}}"], **COUNTS)
        result = await result_of(check, tmp_path)

        assert (result.outcome, readings(result)["guardrail_step_down"]) == (Outcome.FAIL, 1)

    @pytest.mark.parametrize(
        ("run", "cause", "said"),
        [
            (["sh", "-c", "echo no such unit; exit 4"], Cause.ENVIRONMENT, "ended with exit code 4"),
            (["sleep", "60"], Cause.TIMEOUT, "did not print the log within 3s"),
            (["no-such-program"], Cause.CONFIGURATION, "did not start"),
        ],
    )
    async def test_a_command_that_does_not_print_the_log_is_an_error(
        self, tmp_path: Path, run: list[str], cause: Cause, said: str
    ) -> None:
        result = await result_of(reasons(run=run, timeout="3s", **COUNTS), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.ERROR, cause)
        assert said in result.reason


class TestLoki:
    QUERY: Mapping[str, Any] = {"query": '{app="jobs"}', **COUNTS}

    @staticmethod
    def fill(loki: LocalLoki, **codes: str) -> None:
        times = [NOON - timedelta(minutes=m - 0.5) for m in range(62, 0, -1)]
        loki.log("jobs", *zip(times, hour(**codes), strict=True))

    async def test_lines_of_all_pages_are_counted_once(self, tmp_path: Path) -> None:
        async with local_loki() as loki:
            self.fill(loki, m7="guardrail_step_down")
            results = [
                await result_of(reasons(**self.QUERY), tmp_path, kind="loki", base_url=loki.url, page=page)
                for page in (2, 7, 62, 1000)
            ]

        assert [readings(one)["lines"] for one in results] == [60] * 4
        assert {one.outcome for one in results} == {Outcome.FAIL}

    async def test_lines_with_one_time_at_a_page_boundary(self, tmp_path: Path) -> None:
        async with local_loki() as loki:
            at = NOON - timedelta(minutes=5)
            loki.log("jobs", *((at, f'{{"reasonCode": "a", "n": {n}}}') for n in range(4)), (NOON, "x"))
            check = reasons(query='{app="jobs"}', codes=["a"], **{"pass": {"a": "== 4"}})
            fine = await result_of(check, tmp_path, kind="loki", base_url=loki.url, page=5)
            over = await result_of(check, tmp_path, kind="loki", base_url=loki.url, page=3)

        assert fine.outcome is Outcome.PASS, fine.reason
        assert over.outcome is Outcome.ERROR
        assert "more than 3 lines have the same time" in over.reason

    async def test_credentials_are_sent_and_refusals_named(self, tmp_path: Path) -> None:
        async with local_loki() as loki:
            loki.token = "tops3cret-token"
            self.fill(loki)
            source = {"kind": "loki", "base_url": loki.url}
            refused = await result_of(reasons(**self.QUERY), tmp_path, **source)
            accepted = await result_of(
                reasons(**self.QUERY),
                tmp_path,
                secrets=Secrets({"LOKI": "tops3cret-token"}),
                bearer="${LOKI}",
                **source,
            )

        assert [refused.outcome, accepted.outcome] == [Outcome.ERROR, Outcome.PASS], accepted.reason
        assert "does not accept the credentials" in refused.reason

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            ((200, "<html>log in</html>"), "this is not what Loki answers"),
            (
                (
                    200,
                    {"status": "success", "data": {"resultType": "streams", "result": [{"values": [[1]]}]}},
                ),
                "not what",
            ),
            (
                (200, {"status": "success", "data": {"resultType": "matrix", "result": []}}),
                "returns a matrix",
            ),
            ((429, "too many"), "is asked too often"),
            ((500, {"message": "x"}), "cannot answer"),
            ((400, "parse error"), "the query cannot be evaluated: parse error"),
        ],
    )
    async def test_an_unexpected_answer_is_an_error(
        self, tmp_path: Path, answer: tuple[int, Any], said: str
    ) -> None:
        async with local_loki() as loki:
            loki.answer = answer
            result = await result_of(reasons(**self.QUERY), tmp_path, kind="loki", base_url=loki.url)

        assert result.outcome is Outcome.ERROR
        assert said in result.reason

    async def test_too_many_lines_are_an_error(self, tmp_path: Path) -> None:
        async with local_loki() as loki:
            self.fill(loki)
            result = await result_of(
                reasons(**self.QUERY), tmp_path, kind="loki", base_url=loki.url, max_lines=50, page=10
            )

        assert (result.outcome, result.reason) == (Outcome.ERROR, "the query selects more than 50 lines")

    async def test_no_lines_are_unknown(self, tmp_path: Path) -> None:
        async with local_loki() as loki:
            result = await result_of(reasons(**self.QUERY), tmp_path, kind="loki", base_url=loki.url)

        assert result.outcome is Outcome.UNKNOWN

    async def test_arguments_of_the_run_stay_within_their_quotes(self, tmp_path: Path) -> None:
        async with local_loki() as loki:
            check = reasons(query='{app="{{app}}"}', **COUNTS)
            value = {"app": 'x"} |= "y'}
            await result_of(check, tmp_path, value, kind="loki", base_url=loki.url)

        assert loki.asked[0]["query"] == '{app="x\\"} |= \\"y"}'

    async def test_a_source_of_the_wrong_kind_is_an_error(self, tmp_path: Path) -> None:
        result = await result_of(reasons(**self.QUERY), tmp_path)

        assert (result.outcome, result.reason) == (Outcome.ERROR, "query needs a source of kind loki")


@pytest.mark.parametrize(
    "fields",
    [
        {"file": "a", "query": "{a}"},
        {"file": ""},
        {"file": "../a.log"},
        {"window": None},
        {"codes": ["lines"]},
        {"codes": ["a", "a"]},
        {"present": ["a"], "absent": ["a"]},
        {"in_a_row": {"x": {"code": "a", "every": "1ms"}}},
        {"in_a_row": {"x": {"code": "a", "every": "2h"}}},
        {"sequences": {"x": ["a"]}},
        {"run": ["sh", "-c", "grep {{start}}"]},
        {"query": "{app={{app}}}"},
        {"max_size": "1GiB"},
        {"pass": {"b": "== 0"}},
    ],
)
def test_an_unusable_configuration_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        reasons(**{"codes": ["a"], "pass": {"a": "== 0"}, **fields})


@pytest.mark.parametrize(
    ("fields", "kind", "told"),
    [
        ({"query": '{app="jobs"}'}, "workspace", {"query": "it needs a source of kind loki"}),
        ({}, "loki", {"file": "it needs a source of kind workspace"}),
        ({"run": ["no-such"]}, "workspace", {"run": "no program 'no-such' on this machine's PATH"}),
        ({"run": ["true"]}, "workspace", {}),
        ({}, "workspace", {}),
    ],
)
def test_lint_reports_keys_that_do_not_fit_together(
    tmp_path: Path, fields: dict[str, Any], kind: str, told: dict[str, str]
) -> None:
    given = {"path": tmp_path} if kind == "workspace" else {"base_url": "http://127.0.0.1:1"}
    source = SOURCES[kind].model_validate({"kind": kind, **given})

    assert dict(reasons(**COUNTS, **fields).missing_here(source, Context(NOBODY))) == told


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 1000,
        b"{" * 100_000,
        b'{"reasonCode": ' + b"[" * 100_000,
        b'{"reasonCode": {"a": 1}, "timestamp": []}\n' * 10,
        b'{"reasonCode": "a", "timestamp": 1e400}\n{"reasonCode": "a", "timestamp": -1}\n',
        b'{"reasonCode": "a", "timestamp": ' + b"9" * 4000 + b"}\n",
        b'{"reasonCode": "\\ud800", "timestamp": "2026-11-23T11:59:00Z"}\n',
        b'{"reasonCode": "' + b"x" * 200_000 + b'"}\n',
        "\u202e\x1b[31m".encode() * 1000,
        b"9999-99-99T99:99:99Z {}\n",
    ],
)
async def test_hostile_lines_do_not_crash_the_check(tmp_path: Path, content: bytes) -> None:
    file = write(tmp_path)
    file.write_bytes(content)
    result = await result_of(reasons(codes=["b"], **{"pass": {"b": "== 0"}}), tmp_path)

    assert result.outcome in {Outcome.UNKNOWN, Outcome.ERROR}
    assert "bug" not in result.hint


async def test_too_many_different_codes_are_an_error(tmp_path: Path) -> None:
    write(tmp_path, *(line(1, f"code-{n}") for n in range(2000)))
    result = await result_of(reasons(**COUNTS), tmp_path)

    assert (result.outcome, result.reason) == (
        Outcome.ERROR,
        "there are more than 1,000 different reason codes",
    )
