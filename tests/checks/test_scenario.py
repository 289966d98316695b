"""Scenarios: real programs that decide, and that hang, flood, lie and change their minds."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from checks.context import opened
from checks.evaluate import evaluate
from checks.outcome import Cause, Outcome
from checks.reading import Moment
from checks.result import Result
from checks.scenario import Scenarios
from checks.secrets import Secrets
from checks.sources.workspace import WorkspaceSource

NOBODY = Secrets({})
COUNT = """
    import json, sys
    told = json.load(sys.stdin)
    for at in range(told["scenario"]["ticks"]):
        capacity = told["scenario"]["capacity"] + 64 * at
        print(json.dumps({"reasonCode": "ramp_step", "toCapacity": capacity, "state": {"seed": told["seed"]}}))
"""
RAMP = {"scenario": {"ticks": 3, "capacity": 1024}, "expect": ["ramp_step"] * 3}


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", textwrap.dedent(code))


def scenarios(code: str = COUNT, several: Any = None, **fields: Any) -> Scenarios:
    written = {"kind": "scenario", "source": "repo", "owner": "platform", "run": python(code)}
    if several is None and "files" not in fields:
        several = {"ramp": RAMP}
    return Scenarios.model_validate({**written, **({"scenarios": several} if several else {}), **fields})


async def result_of(
    check: Scenarios,
    path: Path,
    secrets: Secrets = NOBODY,
    arguments: dict[str, str] | None = None,
    **source: Any,
) -> Result:
    workspace = WorkspaceSource.model_validate({"kind": "workspace", "path": path, **source})
    async with opened(workspace, secrets) as live:
        return await evaluate(check, live, Moment(now=datetime.now(UTC), values=arguments or {}), secrets)


def readings(result: Result) -> dict[str, Any]:
    return {judged.reading.name: judged.reading.value for judged in result.judged}


class TestComparing:
    async def test_decisions_as_expected_pass(self, tmp_path: Path) -> None:
        result = await result_of(scenarios(), tmp_path)

        assert result.outcome is Outcome.PASS, result.reason
        found = readings(result)
        assert found.pop("seconds") > 0
        assert found == {
            "scenarios": 1,
            "as_expected": 1,
            "decisions": 3,
            "different": 0,
            "broken_invariants": 0,
        }

    async def test_the_first_difference_is_named_with_scenario_decision_and_both_values(
        self, tmp_path: Path
    ) -> None:
        other = {
            "scenario": {"ticks": 3, "capacity": 1024},
            "expect": [
                {"toCapacity": 1024},
                {"toCapacity": 1088.0},
                {"reasonCode": "hold", "toCapacity": 1151},
            ],
        }
        result = await result_of(scenarios(several={"ramp": RAMP, "other": other}), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.REGRESSION)
        assert result.reason == (
            "as expected is 1, limit == scenarios (2): other, decision 3: "
            'reasonCode is "ramp_step", expected "hold"; toCapacity is 1152, expected 1151'
        )
        assert readings(result)["different"] == 1

    @pytest.mark.parametrize(
        ("expect", "said"),
        [
            (["ramp_step"] * 2, "decision 3: {"),
            (["ramp_step"] * 4, 'decision 4: none, expected "ramp_step"'),
            ([], "decision 1: {"),
            ([{"state": {"seed": 7}}, {}, {}], "decision 1: state.seed is 0, expected 7"),
            ([{"absent": None}, {}, {}], "decision 1: absent is missing, expected null"),
            ([{"toCapacity": True}, {}, {}], "decision 1: toCapacity is 1024, expected true"),
            ([{"toCapacity": "1024"}, {}, {}], 'decision 1: toCapacity is 1024, expected "1024"'),
        ],
    )
    async def test_every_kind_of_difference_is_found(self, tmp_path: Path, expect: Any, said: str) -> None:
        result = await result_of(scenarios(several={"ramp": {**RAMP, "expect": expect}}), tmp_path)

        assert result.outcome is Outcome.FAIL, result.reason
        assert f"ramp, {said}" in result.reason

    async def test_numbers_are_compared_exactly(self, tmp_path: Path) -> None:
        code = 'print(\'{"id": 20260115093000125, "rate": 1e400}\')'
        same = {"expect": [{"id": 20260115093000125}]}
        result = await result_of(scenarios(code, {"ids": same}), tmp_path)
        assert result.outcome is Outcome.PASS, result.reason
        other = {"expect": [{"id": 20260115093000124}]}
        result = await result_of(scenarios(code, {"ids": other}), tmp_path)
        assert result.outcome is Outcome.FAIL, result.reason
        assert "id is 20260115093000125, expected 20260115093000124" in result.reason

    async def test_the_program_receives_name_scenario_seed_and_clock(self, tmp_path: Path) -> None:
        code = "import sys; print(sys.stdin.read())"
        told = {"scenario": [1, "zwei", None], "seed": 7, "clock": "2026-02-11T09:00:00+01:00"}
        expected = {"name": "echo", **told, "clock": "2026-02-11T09:00:00+01:00"}
        result = await result_of(scenarios(code, {"echo": {**told, "expect": [expected]}}), tmp_path)
        assert result.outcome is Outcome.PASS, result.reason

    async def test_the_field_of_the_reason_code_can_be_configured(self, tmp_path: Path) -> None:
        check = scenarios('print(\'{"why": "hold"}\')', {"one": {"expect": ["hold"]}}, reason="why")
        assert (await result_of(check, tmp_path)).outcome is Outcome.PASS

    async def test_a_program_in_another_language_runs_from_the_workspace(self, tmp_path: Path) -> None:
        program = tmp_path / "decide"
        program.write_text(
            '#!/bin/sh\nawk \'{ n = match($0, /"seed": [0-9]+/); '
            'printf "{\\"reasonCode\\": \\"seed_%s\\"}\\n", substr($0, n + 8, RLENGTH - 8) }\'\n'
        )
        program.chmod(0o755)
        check = scenarios(several={"one": {"seed": 7, "expect": ["seed_7"]}}, run=["./decide"])
        result = await result_of(check, tmp_path)
        assert result.outcome is Outcome.PASS, result.reason

    async def test_a_program_unaware_of_canary_is_adapted_by_configuration(self, tmp_path: Path) -> None:
        run = (sys.executable, "-m", "json.tool", "--compact", "--sort-keys")
        several = {"any": {"scenario": {"b": [1], "a": "ü"}, "expect": [{"scenario": {"a": "ü", "b": [1]}}]}}
        result = await result_of(scenarios(several=several, run=run), tmp_path)
        assert result.outcome is Outcome.PASS, result.reason

    async def test_an_argument_of_the_run_is_passed_to_the_program(self, tmp_path: Path) -> None:
        run = (*python('import sys; print(\'{"version": "%s"}\' % sys.argv[1])'), "{{version}}")
        check = scenarios(several={"one": {"expect": [{"version": "2.3.0"}]}}, run=run)
        result = await result_of(check, tmp_path, arguments={"version": "2.3.0"})
        assert result.outcome is Outcome.PASS, result.reason

    async def test_errors_the_program_prints_are_not_decisions(self, tmp_path: Path) -> None:
        result = await result_of(scenarios(COUNT + "\n    print('done', file=sys.stderr)"), tmp_path)
        assert result.outcome is Outcome.PASS, result.reason


class TestInvariants:
    @pytest.mark.parametrize(
        "holding",
        [
            "decisions.all(d, d.toCapacity >= 1024)",
            "pairs.all(p, p.after.toCapacity - p.before.toCapacity <= 64)",
            'first.reasonCode == "ramp_step" && last.toCapacity == 1152',
            "size(decisions) == scenario.ticks",
        ],
    )
    async def test_an_invariant_that_holds_passes(self, tmp_path: Path, holding: str) -> None:
        result = await result_of(scenarios(invariants=[holding]), tmp_path)
        assert result.outcome is Outcome.PASS, result.reason

    @pytest.mark.parametrize(
        ("broken", "said"),
        [
            ("decisions.all(d, d.toCapacity < 1152)", "first at decision 3"),
            ("pairs.all(p, p.after.toCapacity > 1088)", "first at decision 2"),
            ("last.toCapacity == 1024", "last.toCapacity was 1152"),
            ("last.nothing == 1", "last has no field nothing"),
        ],
    )
    async def test_a_violated_invariant_fails_and_says_where(
        self, tmp_path: Path, broken: str, said: str
    ) -> None:
        several = {"ramp": {"scenario": RAMP["scenario"], "invariants": [broken]}}
        result = await result_of(scenarios(several=several), tmp_path)
        assert (result.outcome, readings(result)["broken_invariants"]) == (Outcome.FAIL, 1)
        assert f"ramp, {broken} does not hold: " in result.reason
        assert said in result.reason

    async def test_an_invariant_that_is_only_vacuously_true_is_an_error(self, tmp_path: Path) -> None:
        several = {"one": {"scenario": {"ticks": 1, "capacity": 5}, "expect": ["ramp_step"]}}
        check = scenarios(several=several, invariants=["pairs.all(p, p.after.toCapacity > 5)"])
        result = await result_of(check, tmp_path)
        assert result.outcome is Outcome.ERROR
        assert "is true although nothing was measured: pairs is empty" in result.reason

    async def test_an_invariant_that_is_no_condition_is_an_error(self, tmp_path: Path) -> None:
        result = await result_of(scenarios(invariants=["last.toCapacity"]), tmp_path)
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert "expected true or false" in result.reason

    async def test_an_endless_invariant_is_an_error_and_blocks_nobody(self, tmp_path: Path) -> None:
        code = (
            "import json\nfor at in range(20000): print(json.dumps({'numbers': list(range(20)), 'at': at}))"
        )
        check = scenarios(
            code,
            {"long": {"invariants": ["decisions.all(d, decisions[d.at].numbers == d.numbers)"]}},
            timeout="4s",
        )
        pauses = await paused(result_of(check, tmp_path))
        assert pauses[0].outcome in {Outcome.ERROR, Outcome.PASS}
        assert pauses[1] < 0.5


async def paused(work: Any) -> tuple[Result, float]:
    """Returns the result, and the longest time for which the event loop was blocked: processor time, which load does
    not stretch.
    """
    task = asyncio.ensure_future(work)
    longest, last = 0.0, time.thread_time()
    while not task.done():
        await asyncio.sleep(0.01)
        longest, last = max(longest, time.thread_time() - last), time.thread_time()
    return task.result(), longest


class TestHostility:
    """Each has a defined outcome, and none of them passes."""

    async def test_a_hanging_program_is_killed(self, tmp_path: Path) -> None:
        code = "import sys, time; print('waiting', file=sys.stderr, flush=True); time.sleep(600)"
        result = await result_of(scenarios(code, limit="1s"), tmp_path)
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.TIMEOUT)
        assert "the scenario ramp: " in result.reason
        assert "did not end within 1s and was killed" in result.reason
        assert result.detail == ("waiting",)
        assert result.hint

    async def test_the_timeout_covers_all_scenarios_together(self, tmp_path: Path) -> None:
        code = f"import time; time.sleep(0.7)\n{textwrap.dedent(COUNT)}"
        several = {f"ramp-{number}": RAMP for number in range(10)}
        result = await result_of(scenarios(code, several, timeout="3s"), tmp_path)
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.TIMEOUT)

    async def test_garbage_is_shown_and_is_no_decision(self, tmp_path: Path) -> None:
        result = await result_of(scenarios("print('\\x1b[31mTypeError: no \\u202eattribute')"), tmp_path)
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert "line 1 of its output is no JSON object: 'TypeError: no attribute'" in result.reason

    @pytest.mark.parametrize(
        "line",
        [
            "b'[]'",
            "b'null'",
            "b'3'",
            "b'{'",
            "b'{\"a\": NaN}'",
            "b'{' * 100_000",
            "b'[' * 100_000",
            "b'\\xff\\x00'",
        ],
    )
    async def test_a_line_that_is_no_json_object_is_garbage(self, tmp_path: Path, line: str) -> None:
        code = f"import sys; sys.stdout.buffer.write({line})"
        result = await result_of(scenarios(code), tmp_path)
        assert result.outcome is Outcome.ERROR, result.reason
        assert "line 1 of its output is no JSON object" in result.reason

    async def test_an_exit_code_is_an_error_with_the_last_lines(self, tmp_path: Path) -> None:
        result = await result_of(scenarios(COUNT + "\n    raise SystemExit('no such policy')"), tmp_path)
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert "failed: exit code 1" in result.reason
        assert result.detail == ("no such policy",)

    async def test_endless_output_is_stopped(self, tmp_path: Path) -> None:
        result = await result_of(scenarios('while True: print(\'{"reasonCode": "flood"}\')'), tmp_path)
        assert result.outcome is Outcome.ERROR
        assert "printed more than 8MiB and was killed" in result.reason

    async def test_endless_error_output_takes_no_memory_and_ends_at_the_timeout(self, tmp_path: Path) -> None:
        code = "import sys\nwhile True: sys.stderr.write('x' * 65536)"
        result = await result_of(scenarios(code, limit="1s"), tmp_path)
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.TIMEOUT)

    async def test_different_output_the_second_time_is_unknown(self, tmp_path: Path) -> None:
        code = COUNT + "\n    import os; print(json.dumps({'id': os.urandom(8).hex()}))"
        result = await result_of(scenarios(code), tmp_path)
        assert result.outcome is Outcome.UNKNOWN
        assert 'ramp is not deterministic: decision 4 is \'{"id":' in result.reason
        assert readings(result)["as_expected"] is None
        assert result.detail[-1].startswith("Let the program depend on its input alone")

    async def test_a_program_that_remembers_its_first_run_is_not_deterministic(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o777)
        code = (
            COUNT
            + "\n    import pathlib; seen = pathlib.Path('seen')\n    if seen.exists(): sys.exit(3)\n    seen.touch()"
        )
        result = await result_of(scenarios(code), tmp_path)
        assert result.outcome is Outcome.UNKNOWN
        assert "ramp is not deterministic: the second time, the scenario ramp: " in result.reason

    @pytest.mark.parametrize("code", ["", "print()"])
    async def test_no_output_is_unknown(self, tmp_path: Path, code: str) -> None:
        result = await result_of(scenarios(code), tmp_path)
        assert result.outcome is Outcome.UNKNOWN
        assert "ramp printed no decision" in result.reason

    async def test_a_difference_counts_even_if_another_scenario_could_not_run(self, tmp_path: Path) -> None:
        code = COUNT.replace("for at", "assert told['name'] != 'broken'\n    for at")
        several = {"broken": RAMP, "other": {**RAMP, "expect": ["hold"]}}
        result = await result_of(scenarios(code, several), tmp_path)
        assert result.outcome is Outcome.FAIL
        assert any("the scenario broken: " in line for line in result.detail)

    async def test_a_missing_program_is_an_error(self, tmp_path: Path) -> None:
        result = await result_of(scenarios(run=["./missing"]), tmp_path)
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert "did not start" in result.reason

    async def test_secrets_in_decisions_are_redacted(self, tmp_path: Path) -> None:
        secrets = Secrets({"TOKEN": "s3cret-of-the-loop"})
        code = "import os; print('{\"reasonCode\": \"' + os.environ['TOKEN'] + '\"}')"
        environment = {"TOKEN": "s3cret-of-the-loop"}
        check = scenarios(code, {"one": {"expect": ["other"]}})
        result = await result_of(check, tmp_path, secrets, environment=environment)
        assert result.outcome is Outcome.FAIL
        assert "s3cret" not in result.model_dump_json()

    async def test_a_program_is_confined(self, tmp_path: Path) -> None:
        """It sees neither the bot's environment nor anything outside its workspace."""
        outside = tmp_path / "outside"
        outside.write_text("secret")
        workspace = tmp_path / "workspace"
        workspace.mkdir()
        code = f"""
            import json, os, pathlib
            seen = pathlib.Path({str(outside)!r}).exists()
            print(json.dumps({{"seen": seen, "variable": "PYTEST_CURRENT_TEST" in os.environ}}))
        """
        assert "PYTEST_CURRENT_TEST" in os.environ
        check = scenarios(code, {"one": {"expect": [{"seen": False, "variable": False}]}})
        result = await result_of(check, workspace)
        assert result.outcome is Outcome.PASS, result.reason

    @pytest.mark.parametrize("unconfined", [False, True])
    async def test_a_scenario_may_be_larger_than_a_pipe_buffer(
        self, tmp_path: Path, unconfined: bool
    ) -> None:
        code = "import json, sys; print(json.dumps({'size': len(json.load(sys.stdin)['scenario'])}))"
        check = scenarios(code, {"large": {"scenario": "ü" * 300_000, "expect": [{"size": 300_000}]}})
        result = await result_of(check, tmp_path, unconfined=unconfined)
        assert result.outcome is Outcome.PASS, result.reason

    async def test_without_confinement_the_result_is_the_same(self, tmp_path: Path) -> None:
        result = await result_of(scenarios(), tmp_path, unconfined=True)
        assert result.outcome is Outcome.PASS, result.reason


class TestFiles:
    def write(self, folder: Path, name: str, content: Any) -> None:
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text)

    async def test_each_matching_file_is_a_scenario(self, tmp_path: Path) -> None:
        self.write(tmp_path, "scenarios/a.json", RAMP)
        self.write(tmp_path, "scenarios/b.json", {**RAMP, "expect": ["hold", "ramp_step", "ramp_step"]})
        result = await result_of(scenarios(files="scenarios/*.json"), tmp_path)
        assert result.outcome is Outcome.FAIL
        assert "scenarios/b.json, decision 1: " in result.reason
        assert readings(result)["scenarios"] == 2

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("{", "is not JSON"),
            ("[]", "holds no object"),
            ({"scenario": {}, "expected": []}, "expected: Extra inputs are not permitted"),
            ({"scenario": {}}, "has neither expect nor invariants"),
            ({"expect": [3]}, "expect.0"),
            ({"invariants": ["decisions.all("]}, "invariants.0"),
            ('{"seed": 1' + " " * 200_000 + "}", "is larger than"),
        ],
    )
    async def test_a_file_that_is_no_scenario_is_an_error(
        self, tmp_path: Path, content: Any, said: str
    ) -> None:
        self.write(tmp_path, "a.json", content)
        result = await result_of(scenarios(files="a.json"), tmp_path)
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert "a.json" in result.reason
        assert said in result.reason

    async def test_too_many_bytes_in_scenario_files_are_an_error(self, tmp_path: Path) -> None:
        for number in range(5):
            self.write(tmp_path, f"{number}.json", {**RAMP, "scenario": "x" * 60_000})
        result = await result_of(scenarios(files="*.json"), tmp_path)
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert "more than 250,000 bytes together, at 4.json" in result.reason

    async def test_no_matching_file_is_an_error(self, tmp_path: Path) -> None:
        result = await result_of(scenarios(files="scenarios/*.json"), tmp_path)
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert "scenarios/*.json" in result.reason

    async def test_a_symlink_is_not_followed(self, tmp_path: Path) -> None:
        self.write(tmp_path, "outside.json", RAMP)
        workspace = tmp_path / "workspace"
        workspace.mkdir()
        (workspace / "a.json").symlink_to(tmp_path / "outside.json")
        result = await result_of(scenarios(files="*.json"), workspace)
        assert result.outcome is Outcome.ERROR


class TestConfiguration:
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"scenarios": {}}, "nothing to run"),
            ({"scenarios": {"a": {"scenario": 1}}}, "nothing is compared in the scenario a"),
            ({"scenarios": {"a\n": RAMP}}, "without control characters"),
            ({"invariants": ["decision.all(d, true)"]}, "decisions"),
            ({"invariants": ["decisions.all(d,"]}, "CEL"),
            ({"files": "../a.json"}, "within the workspace"),
            ({"limit": "0s"}, "longer than 0s"),
            ({"run": ["sh", "-c", "echo {{version}}"]}, "no placeholder in the code"),
            ({"pass": {"as_expcted": "> 0"}}, "as_expcted"),
        ],
    )
    def test_configuration_mistakes_are_named(self, fields: dict[str, Any], said: str) -> None:
        written = {"kind": "scenario", "owner": "platform", "run": ["./a"], "scenarios": {"ramp": RAMP}}
        with pytest.raises(ValidationError, match=said):
            Scenarios.model_validate({**written, **fields})
