"""Gates for common tools: presets, warnings, names of failed tests, reruns, and the commit that they ran on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from checks.gate import Gate
from checks.outcome import Cause, Outcome
from checks.presets import PRESETS
from checks.result import Result
from checks.secrets import Secrets
from tests.checks.test_gate import readings, result_of

HERE = f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}"
WRITTEN = Path(__file__).parent / "reports"


def gate(**fields: Any) -> Gate:
    return Gate.model_validate({"kind": "gate", "source": "repo", "owner": "platform", **fields})


def script(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def git(path: Path, *arguments: str) -> str:
    who = ("-c", "user.name=n", "-c", "user.email=e@example.com")
    done = subprocess.run(["git", *who, *arguments], cwd=path, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def repository(path: Path, *files: str) -> str:
    """Create a repository with these files committed. Returns the commit."""
    git(path, "init", "-q", "-b", "main")
    for file in files:
        (path / file).write_text("1")
    return commit(path)


def commit(path: Path) -> str:
    git(path, "add", "-A")
    git(path, "commit", "-q", "--allow-empty", "-m", "one")
    return git(path, "rev-parse", "HEAD")


async def printed(folder: Path, program: str, file: str, code: int, **fields: Any) -> Result:
    """The result of a gate whose program prints what the tool once printed."""
    shutil.copy(WRITTEN / file, folder / file)
    script(folder, f"bin/{program}", f'[ "$#" = 2 ] && echo 1.2.3 && exit\ncat {file}\nexit {code}')
    path = f"{folder / 'bin'}{os.pathsep}{os.defpath}"
    return await result_of(gate(**fields), folder, environment={"PATH": path})


class TestPresets:
    async def test_pytest(self, tmp_path: Path) -> None:
        (tmp_path / "test_it.py").write_text(
            "def test_a(): pass\ndef test_b(): assert 1 == 2\ndef test_c(): raise KeyError('HOME_DIR')\n"
        )
        result = await result_of(gate(preset="pytest"), tmp_path, environment={"PATH": HERE})

        assert result.outcome is Outcome.FAIL
        assert readings(result) | {"seconds": 0} == {
            "exit_code": 1,
            "seconds": 0,
            "tests": 3,
            "passed": 1,
            "failures": 2,
            "errors": 0,
            "skipped": 0,
            "flaky": 0,
        }
        assert result.detail[0] == "failed: test_it.test_b: assert 1 == 2"
        assert str(result.measurements[0].context["pytest version"]).startswith("pytest ")

    async def test_ruff(self, tmp_path: Path) -> None:
        (tmp_path / "a.py").write_text("import os\n")
        bad = await result_of(gate(preset="ruff"), tmp_path, environment={"PATH": HERE})
        (tmp_path / "a.py").write_text("A = 1\n")
        good = await result_of(gate(preset="ruff"), tmp_path, environment={"PATH": HERE})

        assert [bad.outcome, good.outcome] == [Outcome.FAIL, Outcome.PASS]
        assert readings(bad)["errors"] == 1
        assert bad.detail[0].startswith("error: a.py:1:8 F401")

    @pytest.mark.skipif(not shutil.which("npm", path=os.defpath), reason="there is no npm")
    async def test_npm(self, tmp_path: Path) -> None:
        (tmp_path / "package.json").write_text('{"scripts": {"test": "node --test it.test.js"}}')
        (tmp_path / "it.test.js").write_text(
            "const {test} = require('node:test')\ntest('adds', () => {})\ntest('no', () => { throw 'x' })\n"
        )
        result = await result_of(gate(preset="npm", report={"format": "tap"}), tmp_path)

        assert (readings(result)["passed"], readings(result)["failures"]) == (1, 1)
        assert result.detail[0].startswith("failed: no")
        assert str(result.measurements[0].context["node version"]).startswith("v")

    @pytest.mark.parametrize(
        ("preset", "program", "file", "code", "outcome", "counts"),
        [
            ("cargo", "cargo", "cargo.txt", 101, Outcome.FAIL, {"tests": 4, "passed": 2, "failures": 1}),
            ("eslint", "npx", "eslint.json", 1, Outcome.FAIL, {"errors": 2, "warnings": 1}),
            ("tsc", "npx", "tsc.txt", 2, Outcome.FAIL, {"errors": 2, "warnings": 0}),
        ],
    )
    async def test_output_of_common_tools_is_counted(
        self,
        tmp_path: Path,
        preset: str,
        program: str,
        file: str,
        code: int,
        outcome: Outcome,
        counts: dict[str, int],
    ) -> None:
        result = await printed(tmp_path, program, file, code, preset=preset)

        assert result.outcome is outcome
        assert readings(result).items() >= counts.items()

    @pytest.mark.parametrize("preset", PRESETS)
    async def test_a_tool_that_reports_nothing_does_not_pass(self, tmp_path: Path, preset: str) -> None:
        if preset in {"npm", "tsc"}:  # these report only an exit code
            return
        for program in ("npx", "pytest", "go", "cargo", "ruff"):
            script(tmp_path, f"bin/{program}", "exit 0")
        path = f"{tmp_path / 'bin'}{os.pathsep}{os.defpath}"
        result = await result_of(gate(preset=preset), tmp_path, environment={"PATH": path})

        assert result.outcome is Outcome.UNKNOWN, result.reason

    async def test_every_part_of_a_preset_can_be_replaced(self, tmp_path: Path) -> None:
        script(tmp_path, "lint", "echo '✖ 3 problems (0 errors, 3 warnings)'")
        result = await result_of(gate(preset="eslint", run=["./lint"], versions=[]), tmp_path)

        assert result.outcome is Outcome.PASS
        assert (readings(result)["errors"], readings(result)["warnings"]) == (0, 3)
        assert not [key for key in result.measurements[0].context if "version" in key]

    async def test_warnings_can_have_their_own_limit(self, tmp_path: Path) -> None:
        script(tmp_path, "lint", "echo '✖ 3 problems (0 errors, 3 warnings)'")
        check = gate(
            run=["./lint"],
            report={"format": "eslint"},
            **{"pass": {"warnings": "<= 2"}, "warn": {"warnings": "<= 5"}},
        )

        assert (await result_of(check, tmp_path)).outcome is Outcome.WARN

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"preset": "make"},
            {"preset": "jest", "junit": "a.xml", "report": {"format": "tap"}},
            {"run": ["x"], "report": {"format": "junit"}},
            {"run": ["x"], "report": {"format": "tap", "file": "../a.tap"}},
            {"run": ["x"], "report": {"format": "yaml"}},
            {"run": ["x"], "versions": [[]]},
            {"run": ["x"], "tree": "dirty"},
        ],
    )
    def test_an_unusable_configuration_is_refused(self, fields: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            gate(**fields)

    def test_a_probable_mistake_causes_a_warning(self) -> None:
        told = dict(gate(preset="pytest", run=["tox"], rerun=True, retries=1).doubtful())

        assert "names .canary-pytest.xml" in told["run"]
        assert "rerun" in told["retries"]

    async def test_secrets_in_names_and_versions_are_redacted(self, tmp_path: Path) -> None:
        script(tmp_path, "t", 'echo "not ok 1 - of $TOKEN"; echo 1..1')
        check = gate(run=["./t"], report={"format": "tap"}, versions=[["sh", "-c", 'echo "v $TOKEN"']])
        secrets = Secrets({"TOKEN": "tops3cret-token"})
        result = await result_of(check, tmp_path, secrets, environment={"TOKEN": "${TOKEN}"})

        assert "tops3" not in result.model_dump_json()
        assert result.detail[0] == "failed: of [redacted]"

    async def test_colors_are_removed_from_names(self, tmp_path: Path) -> None:
        script(
            tmp_path,
            "t",
            """echo '<testsuite><testcase name="a"><failure message="&#27;[31mred&#27;[0m &#x1b;[1mbold"/></testcase></testsuite>' >r.xml""",
        )
        result = await result_of(gate(run=["./t"], junit="r.xml"), tmp_path)

        assert result.detail[0] == "failed: a: red bold"


class TestRerun:
    """The program `t` fails the first `fails` times, and counts its runs in the file `runs`."""

    @staticmethod
    def prepare(folder: Path, *, fails: int) -> None:
        script(
            folder,
            "t",
            f"""echo x >>runs
            if [ "$(wc -l <runs)" -le {fails} ]; then echo "ok 1 - a"; echo "not ok 2 - b"; echo "not ok 3 - c"; echo 1..3; exit 1; fi
            echo "ok 1 - a"; echo "ok 2 - b"; echo "ok 3 - c"; echo 1..3""",
        )

    @staticmethod
    def runs(folder: Path) -> int:
        return len((folder / "runs").read_text().splitlines())

    async def test_passing_only_on_a_rerun_is_a_warning_that_says_so(self, tmp_path: Path) -> None:
        self.prepare(tmp_path, fails=1)
        result = await result_of(gate(run=["./t"], report={"format": "tap"}, rerun=True), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.WARN, Cause.FLAKY)
        assert result.reason == "flaky is 2, limit == 0: it passed only when it was run again"
        assert readings(result)["failures"] == 0
        assert result.detail[:2] == ("the first time: failed: b", "the first time: failed: c")
        assert self.runs(tmp_path) == 2

    async def test_failing_twice_is_a_regression(self, tmp_path: Path) -> None:
        self.prepare(tmp_path, fails=9)
        result = await result_of(gate(run=["./t"], report={"format": "tap"}, rerun=True), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.REGRESSION)
        assert readings(result)["flaky"] == 0
        assert result.detail[-1] == "it failed in both of two runs"
        assert self.runs(tmp_path) == 2

    async def test_a_passing_gate_runs_once(self, tmp_path: Path) -> None:
        self.prepare(tmp_path, fails=0)
        result = await result_of(gate(run=["./t"], rerun=True), tmp_path)

        assert (result.outcome, readings(result)["flaky"], self.runs(tmp_path)) == (Outcome.PASS, 0, 1)

    async def test_without_a_report_the_flaky_count_is_one(self, tmp_path: Path) -> None:
        self.prepare(tmp_path, fails=1)
        result = await result_of(gate(run=["./t"], rerun=True), tmp_path)

        assert (result.outcome, readings(result)["flaky"]) == (Outcome.WARN, 1)

    async def test_an_explicit_limit_on_flaky_decides(self, tmp_path: Path) -> None:
        self.prepare(tmp_path, fails=1)
        check = gate(run=["./t"], rerun=True, **{"pass": {"flaky": "== 0"}})

        assert (await result_of(check, tmp_path)).outcome is Outcome.FAIL

    async def test_a_rerun_that_does_not_end_keeps_the_first_result(self, tmp_path: Path) -> None:
        script(tmp_path, "t", "[ -e ran ] && sleep 60; touch ran; echo bad; exit 3")
        result = await result_of(gate(run=["./t"], rerun=True, timeout="4s"), tmp_path)

        assert (result.outcome, readings(result)["exit_code"]) == (Outcome.FAIL, 3)
        assert result.detail[-1].startswith("run again: ./t did not end within its limit of 4s")

    async def test_a_report_of_the_first_run_does_not_count_for_the_second(self, tmp_path: Path) -> None:
        xml = '<testsuite><testcase name="a"><failure/></testcase></testsuite>'
        script(tmp_path, "t", f"[ -e ran ] && exit 0; touch ran; echo '{xml}' >r.xml; exit 1")
        result = await result_of(gate(run=["./t"], junit="r.xml", rerun=True), tmp_path)

        assert result.outcome is Outcome.UNKNOWN
        assert "is from before this run" in result.reason


class TestTree:
    async def test_the_commit_branch_and_changed_files_are_recorded(self, tmp_path: Path) -> None:
        at = repository(tmp_path, "a", "b")
        for name in ("a", "b", "new name", "c", "d", "e"):
            (tmp_path / name).write_text("2")
        context = (await result_of(gate(run=["true"]), tmp_path)).measurements[0].context

        assert (context["commit"], context["branch"], context["dirty_files"]) == (at, "main", 6)
        assert str(context["changed"]).startswith("a, b, c, d, e, and 1 more")

    async def test_report_files_of_presets_do_not_make_a_tree_dirty(self, tmp_path: Path) -> None:
        repository(tmp_path, "a")
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / ".canary-pytest.xml").write_text("x")
        (tmp_path / ".canary-ruff.json").write_text("x")
        context = (await result_of(gate(run=["true"]), tmp_path)).measurements[0].context

        assert (context["dirty"], context["dirty_files"]) == (False, 0)

    async def test_a_dirty_tree_can_be_forbidden(self, tmp_path: Path) -> None:
        repository(tmp_path, "a")
        (tmp_path / "a").write_text("2")
        result = await result_of(gate(run=["touch", "ran"], tree="clean"), tmp_path)

        assert result.outcome is Outcome.FAIL
        assert result.reason == "dirty files is 1, limit == 0: a"
        assert not (tmp_path / "ran").exists()

    async def test_with_tree_clean_a_clean_tree_passes_and_one_without_git_does_not(
        self, tmp_path: Path
    ) -> None:
        without = await result_of(gate(run=["true"], tree="clean"), tmp_path)
        repository(tmp_path, "a")
        clean = await result_of(gate(run=["true"], tree="clean"), tmp_path)

        assert [without.outcome, clean.outcome] == [Outcome.UNKNOWN, Outcome.PASS]
        assert without.reason == "dirty files found nothing to measure: git cannot tell"

    MOVES = "git -c user.name=n -c user.email=e@example.com commit -q --allow-empty -m two"

    async def test_a_commit_made_during_the_run_makes_it_unknown(self, tmp_path: Path) -> None:
        first = repository(tmp_path, "a")
        result = await result_of(gate(run=["sh", "-c", self.MOVES]), tmp_path, **OWNED)
        second = git(tmp_path, "rev-parse", "HEAD")

        assert result.outcome is Outcome.UNKNOWN
        assert f"the tree moved from {first[:7]} to {second[:7]} while it ran: run it again" in result.reason

    async def test_a_failure_stays_a_failure_if_the_commit_changed(self, tmp_path: Path) -> None:
        repository(tmp_path, "a")
        result = await result_of(gate(run=["sh", "-c", f"{self.MOVES}; exit 2"]), tmp_path, **OWNED)

        assert result.outcome is Outcome.FAIL
        assert "while it ran" in result.detail[-1]

    async def test_a_gate_may_be_allowed_to_change_the_commit(self, tmp_path: Path) -> None:
        repository(tmp_path, "a")
        check = gate(run=["sh", "-c", self.MOVES], tree="any")

        assert (await result_of(check, tmp_path, **OWNED)).outcome is Outcome.PASS

    async def test_a_gate_for_another_commit_is_unknown_and_nothing_runs(self, tmp_path: Path) -> None:
        at = repository(tmp_path, "a")
        check = gate(run=["touch", "ran"], commit="{{commit}}")
        same = await result_of(
            gate(run=["true"], commit="{{commit}}"), tmp_path, arguments={"commit": at[:9]}
        )
        other = await result_of(check, tmp_path, arguments={"commit": "0123456789"})
        none = await result_of(check, tmp_path, arguments={"commit": "v1.2.3"})

        assert [one.outcome for one in (same, other, none)] == [Outcome.PASS, Outcome.UNKNOWN, Outcome.ERROR]
        assert f"the tree is at {at[:7]}, and the run is about 0123456: it was not run" in other.reason
        assert not (tmp_path / "ran").exists()


# git in a gate refuses a folder that belongs to another user
OWNED: dict[str, Any] = {
    "environment": {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
}
