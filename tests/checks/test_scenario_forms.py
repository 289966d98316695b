"""Programs with forms of their own for input and output, adapted by configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from checks.outcome import Cause, Outcome
from tests.checks.test_scenario import python, readings, result_of, scenarios

CSV = 'tick,Reason code,capacity\n1,ramp_step,1088\n\n2,"hold, for now",1088\n'
TWO = [{"tick": 1, "reasonCode": "ramp_step"}, {"tick": 2, "reasonCode": "hold"}]


def printing(text: str, output: Any, expect: Any = None, **fields: Any) -> Any:
    expect = TWO if expect is None else expect
    several = {"one": {"scenario": text, "expect": expect}}
    return scenarios(several=several, run=["cat"], input="scenario", output=output, **fields)


class TestOutput:
    @pytest.mark.parametrize(
        ("text", "output"),
        [
            (json.dumps(TWO), {"format": "json"}),
            (json.dumps(TWO, indent=2), {"format": "json"}),
            ("\n\n".join(json.dumps(each, indent=1) for each in TWO), {"format": "json"}),
            (json.dumps({"result": {"steps": TWO}}), {"format": "json", "decisions": "result.steps"}),
            (
                "\n".join(json.dumps({"steps": [each]}) for each in TWO),
                {"format": "json", "decisions": "steps"},
            ),
            ("simulating …\nwith seed 7\n" + json.dumps(TWO), {"format": "json", "skip": 2}),
            ("\ufeff" + json.dumps(TWO), {"format": "json"}),
            ("# v1\n" + "\n".join(map(json.dumps, TWO)), {"skip": 1}),
            (
                "started\n"
                + "\n".join(f"12:00 [Autoscale] {json.dumps(each)}" for each in TWO)
                + "\n[Other] {}\n",
                {"begins": "[Autoscale]"},
            ),
            ("tick,reasonCode\n1,ramp_step\n2,hold\n", {"format": "csv"}),
            ("tick\treasonCode\r\n1\tramp_step\r\n2\thold\r\n", {"format": "csv", "separator": "\t"}),
            (
                "simulated\ntick;reasonCode\n1;ramp_step\n2;hold",
                {"format": "csv", "separator": ";", "skip": 1},
            ),
            (
                "simulating\ntick 1: ramp_step (in 3 ms)\ntick 2: hold (in 4 ms)\n",
                {"format": "text", "pattern": r"^tick (?P<tick>\d+): (?P<reasonCode>\w+)"},
            ),
        ],
    )
    async def test_decisions_are_read_in_the_form_in_which_they_are_printed(
        self, tmp_path: Path, text: str, output: Any
    ) -> None:
        result = await result_of(printing(text, output), tmp_path)
        assert result.outcome is Outcome.PASS, result.reason
        assert readings(result)["decisions"] == 2

    @pytest.mark.parametrize(
        ("text", "output"),
        [
            ('["ramp_step", "hold"]', {"format": "json"}),
            ("ramp_step\nhold\n", {"format": "text"}),
            ("1: ramp_step\n2: hold\n", {"format": "text", "begins": ": "}),
        ],
    )
    async def test_a_bare_text_is_a_reason_code(self, tmp_path: Path, text: str, output: Any) -> None:
        result = await result_of(printing(text, output, ["ramp_step", "hold"]), tmp_path)
        assert result.outcome is Outcome.PASS, result.reason

    async def test_values_of_a_table_are_numbers_where_they_are_written_as_in_json(
        self, tmp_path: Path
    ) -> None:
        text = "a,b,c,d,e\n-1.50,007,1e400,,1e999999\n"
        expect = [{"a": -1.5, "b": "007", "d": "", "e": "1e999999"}]
        result = await result_of(printing(text, {"format": "csv"}, expect), tmp_path)
        assert result.outcome is Outcome.PASS, result.reason

    async def test_names_of_columns_are_names_of_fields(self, tmp_path: Path) -> None:
        check = printing(
            CSV,
            {"format": "csv"},
            ["ramp_step", "hold, for now"],
            reason="Reason code",
            invariants=['decisions.all(d, d["capacity"] == 1088 && d["Reason code"] != "")'],
        )
        result = await result_of(check, tmp_path)
        assert result.outcome is Outcome.PASS, result.reason

    @pytest.mark.parametrize(
        ("text", "output", "said"),
        [
            ("loading\n[]", {"format": "json"}, "its output is no JSON: 'loading'"),
            ('{"steps": 3}', {"format": "json", "decisions": "steps"}, "its output has no list at steps: "),
            (
                '[{"steps": []}]',
                {"format": "json", "decisions": "steps"},
                "its output has no list at steps: ",
            ),
            ("[3]", {"format": "json"}, "a decision that is neither an object nor a reason code: '[3]'"),
            ("[[{}]]", {"format": "json"}, "a decision that is neither an object nor a reason code: "),
            ('[{"a": NaN}]', {"format": "json"}, "its output is no JSON: "),
            pytest.param("[" * 100_000, {"format": "json"}, "its output is no JSON: ", id="deep"),
            pytest.param('{"a":' * 100_000, {"format": "json"}, "its output is no JSON: ", id="deep objects"),
            ("a,b\n1\n", {"format": "csv"}, "has 1 values in a row, and 2 columns: '1'"),
            ("a,a\n1,2\n", {"format": "csv"}, "has two columns of one name: 'a, a'"),
            ('a,b\n"1"2,3\n', {"format": "csv"}, "its output is no CSV: line 2: "),
            pytest.param(
                "a\n" + "x" * 200_000, {"format": "csv"}, "its output is no CSV: line 2: ", id="long"
            ),
            ("[A] {}\n[A] oops", {"begins": "[A]"}, "line 2 of its output is no JSON object: ' oops'"),
        ],
    )
    async def test_output_of_another_form_is_an_error_that_shows_it(
        self, tmp_path: Path, text: str, output: Any, said: str
    ) -> None:
        result = await result_of(printing(text, output), tmp_path)
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert said in result.reason
        assert result.hint

    @pytest.mark.parametrize(
        ("text", "output"),
        [
            ("tick: 1\n", {"begins": "[A]"}),
            ("tick: 1\n", {"format": "text", "pattern": "^(?P<reasonCode>[a-z]+)$"}),
            ("tick,code\n", {"format": "csv"}),
            ("{}\n", {"skip": 1}),
            ("[]", {"format": "json"}),
        ],
    )
    async def test_output_without_a_decision_is_unknown(self, tmp_path: Path, text: str, output: Any) -> None:
        result = await result_of(printing(text, output), tmp_path)
        assert result.outcome is Outcome.UNKNOWN
        assert "printed no decision" in result.reason

    @pytest.mark.parametrize(
        ("first", "output"),
        [
            ('f"took {os.urandom(4).hex()}\\n"', {"skip": 1}),
            ('f"took {os.urandom(4).hex()}\\n"', {"begins": "[A]"}),
            ('f"took {os.urandom(4).hex()}\\n"', {"format": "json", "skip": 1}),
            ('""', {"format": "text", "pattern": '"reasonCode": "(?P<reasonCode>[a-z_]+)"'}),
        ],
    )
    async def test_what_is_not_read_may_differ_the_second_time(
        self, tmp_path: Path, first: str, output: Any
    ) -> None:
        begins = output.get("begins", "")
        late = "os.urandom(4).hex()" if output.get("pattern") else '""'
        code = (
            f"import os; print({first}, end='')\n"
            f'for code in ("ramp_step", "hold"): print(\'{begins}{{"reasonCode": "%s"}}\' % code, {late})'
        )
        several = {"one": {"expect": ["ramp_step", "hold"]}}
        result = await result_of(scenarios(code, several, output=output), tmp_path)
        assert result.outcome is Outcome.PASS, result.reason

    @pytest.mark.parametrize(
        ("code", "output", "said"),
        [
            ('print(\'took 1\\n[{"a": "%s"}]\' % noise)', {"format": "json", "skip": 1}, "line 1 is "),
            ("print('a\\n%s' % noise)", {"format": "csv"}, "line 2 is "),
            ("print('x\\n[A] ' + noise)", {"format": "text", "begins": "[A]"}, "decision 1 is "),
            ("print('code', noise)", {"format": "text", "pattern": "^code (?P<a>.+)"}, "decision 1 is "),
        ],
    )
    async def test_what_is_read_must_be_the_same_the_second_time(
        self, tmp_path: Path, code: str, output: Any, said: str
    ) -> None:
        code = f"import os; noise = 'n' + os.urandom(4).hex()\n{code}"
        result = await result_of(scenarios(code, {"one": {"expect": [{}]}}, output=output), tmp_path)
        assert result.outcome is Outcome.UNKNOWN
        assert f"one is not deterministic: {said}" in result.reason


class TestInput:
    ECHO = "import json, sys; print(json.dumps({'heard': sys.stdin.read(), 'words': sys.argv[1:]}))"

    @pytest.mark.parametrize(
        ("mode", "scenario", "heard"),
        [
            ("scenario", "a,b\n1,2\n", "a,b\n1,2\n"),
            ("scenario", {"ticks": 3}, '{"ticks": 3}\n'),
            ("scenario", None, "null\n"),
            ("none", None, ""),
        ],
    )
    async def test_the_program_gets_what_it_expects(
        self, tmp_path: Path, mode: str, scenario: Any, heard: str
    ) -> None:
        several = {"one": {"scenario": scenario, "expect": [{"heard": heard}]}}
        result = await result_of(scenarios(self.ECHO, several, input=mode), tmp_path)
        assert result.outcome is Outcome.PASS, result.reason

    async def test_a_scenario_has_arguments_of_its_own_after_those_of_all(self, tmp_path: Path) -> None:
        several = {
            "one": {"arguments": ["--seed", "7"], "expect": [{"words": ["2.3.0", "--seed", "7"]}]},
            "two": {"expect": [{"words": ["2.3.0"]}]},
        }
        check = scenarios(several=several, run=(*python(self.ECHO), "{{version}}"))
        result = await result_of(check, tmp_path, arguments={"version": "2.3.0"})
        assert result.outcome is Outcome.PASS, result.reason

    async def test_a_scenario_in_a_file_has_arguments_too(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text('{"arguments": ["x y"], "expect": [{"words": ["x y"]}]}')
        result = await result_of(scenarios(self.ECHO, files="a.json"), tmp_path)
        assert result.outcome is Outcome.PASS, result.reason


class TestExitCodes:
    async def test_a_program_may_end_with_another_code_when_it_has_decided(self, tmp_path: Path) -> None:
        code = 'print(\'{"reasonCode": "no_go"}\'); raise SystemExit(3)'
        several = {"one": {"expect": ["no_go"]}}
        result = await result_of(scenarios(code, several, exit_codes=[0, 3]), tmp_path)
        assert result.outcome is Outcome.PASS, result.reason
        result = await result_of(scenarios(code, several, exit_codes=[0, 1]), tmp_path)
        assert result.outcome is Outcome.ERROR
        assert "failed: exit code 3" in result.reason

    async def test_a_program_that_is_killed_has_not_decided(self, tmp_path: Path) -> None:
        code = 'import os; print(\'{"reasonCode": "no_go"}\', flush=True); os.kill(os.getpid(), 9)'
        result = await result_of(scenarios(code, exit_codes=[0, 9, 137]), tmp_path)
        assert result.outcome is Outcome.ERROR

    async def test_another_exit_code_the_second_time_is_not_deterministic(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o777)
        code = (
            "import pathlib, sys; print('{\"reasonCode\": \"hold\"}'); seen = pathlib.Path('seen')\n"
            "if seen.exists(): sys.exit(1)\nseen.touch()"
        )
        result = await result_of(scenarios(code, {"one": {"expect": ["hold"]}}, exit_codes=[0, 1]), tmp_path)
        assert result.outcome is Outcome.UNKNOWN
        assert "one is not deterministic: exit code 0, and 1 the second time" in result.reason


class TestConfiguration:
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"output": {"format": "xml"}}, "'lines', 'json', 'csv' or 'text'"),
            ({"output": {"decisions": "steps"}}, "expected decisions only with format: json, not lines"),
            (
                {"output": {"format": "json", "begins": "x"}},
                "begins only with format: lines or text, not json",
            ),
            ({"output": {"format": "text", "pattern": ""}}, "a regular expression of 1 to 500 characters"),
            ({"output": {"separator": "\t"}}, "expected separator only with format: csv"),
            ({"output": {"format": "csv", "separator": '"'}}, "neither a quotation mark"),
            ({"output": {"pattern": "(?P<a>.)"}}, "expected pattern only with format: text"),
            (
                {"output": {"format": "text", "pattern": "(a)"}},
                "every group in round brackets to have the name",
            ),
            (
                {"output": {"format": "text", "pattern": "a"}},
                "every group in round brackets to have the name",
            ),
            ({"output": {"format": "text", "pattern": "(?P<a>"}}, "expected a regular expression"),
            ({"exit_codes": []}, "at least 1 item"),
            ({"exit_codes": [256]}, "less than or equal to 255"),
            ({"input": "yaml"}, "'json', 'scenario' or 'none'"),
            ({"scenarios": {"a": {"arguments": ["{{version}}"], "expect": []}}}, "filled in under run"),
        ],
    )
    def test_mistakes_are_named(self, fields: dict[str, Any], said: str) -> None:
        with pytest.raises(ValidationError) as caught:
            scenarios(**fields) if "scenarios" not in fields else scenarios(several=fields["scenarios"])
        assert said in str(caught.value)

    @pytest.mark.parametrize(
        "output",
        [
            {},
            {"begins": "[A]"},
            {"format": "json", "decisions": "a.b"},
            {"format": "csv", "separator": ";"},
            {"format": "text", "pattern": "(?P<a>.)", "skip": 1},
        ],
    )
    def test_a_stored_configuration_is_read_again(self, output: Any) -> None:
        check = scenarios(output=output, input="scenario", exit_codes=[0, 1])
        assert type(check).model_validate_json(check.model_dump_json(by_alias=True)) == check

    def test_what_the_program_is_not_told_is_doubtful(self) -> None:
        several = {"one": {"scenario": "x", "seed": 7, "expect": []}}
        assert list(scenarios(several=several).doubtful()) == []
        for mode, unheard in (("scenario", "seed"), ("none", "scenario and seed")):
            found = list(scenarios(several=several, input=mode).doubtful())
            assert found == [("input", f"{mode}: the program is not told {unheard} of the scenario one")]
