"""Gates: real programs that succeed, fail, hang, fork, flood and lie."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from pydantic import ValidationError

from checks.context import opened
from checks.evaluate import evaluate
from checks.gate import Gate
from checks.outcome import Cause, Outcome
from checks.output import Tail
from checks.reading import Moment
from checks.result import Result
from checks.secrets import Secrets
from checks.sources.workspace import WorkspaceSource

NOBODY = Secrets({})


def gate(*run: str, **fields: Any) -> Gate:
    return Gate.model_validate({"kind": "gate", "source": "repo", "owner": "platform", "run": run, **fields})


async def result_of(
    check: Gate,
    path: Path,
    secrets: Secrets = NOBODY,
    arguments: dict[str, str] | None = None,
    data: Path | None = None,
    **source: Any,
) -> Result:
    workspace = WorkspaceSource.model_validate({"kind": "workspace", "path": path, **source})
    async with opened(workspace, secrets, data) as live:
        moment = Moment(now=datetime.now(UTC), values=arguments or {})
        return await evaluate(check, live, moment, secrets)


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", textwrap.dedent(code))


def readings(result: Result) -> dict[str, Any]:
    return {judged.reading.name: judged.reading.value for judged in result.judged}


def processes_with(mark: str) -> list[psutil.Process]:
    """Processes with the mark among their arguments."""
    found = []
    for process in psutil.process_iter():
        try:
            if mark in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


class TestReading:
    async def test_a_command_that_succeeds_passes(self, tmp_path: Path) -> None:
        result = await result_of(gate("true"), tmp_path)

        assert (result.outcome, result.reason) == (Outcome.PASS, "exit code is 0, limit == 0")

    async def test_counts_are_read_from_the_last_match_and_compared_with_each_other(
        self, tmp_path: Path
    ) -> None:
        check = gate(
            *python("print('12/12 so far'); print('\\x1b[32m416\\x1b[0m/417 passed')"),
            read={"passed": r"(\d+)/\d+", "total": r"\d+/(\d+)"},
            **{"pass": {"passed": "== total"}},
        )
        result = await result_of(check, tmp_path)

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.REGRESSION)
        assert result.reason == "passed is 416, limit == total (417)"

    async def test_good_counts_never_hide_a_failing_exit_code(self, tmp_path: Path) -> None:
        check = gate(
            *python("print('7/7'); raise SystemExit(3)"),
            read={"passed": r"(\d+)/", "total": r"/(\d+)"},
            **{"pass": {"passed": "== total"}},
        )
        result = await result_of(check, tmp_path)

        assert result.outcome is Outcome.FAIL
        assert result.reason == "exit code is 3, limit == 0"
        assert result.detail == ("7/7",)

    async def test_another_exit_code_can_be_allowed_by_its_limit(self, tmp_path: Path) -> None:
        check = gate(*python("raise SystemExit(1)"), **{"pass": {"exit_code": "<= 1"}})

        assert (await result_of(check, tmp_path)).outcome is Outcome.PASS

    @pytest.mark.parametrize(
        ("said", "outcome"), [("already in sync", Outcome.PASS), ("3 changes", Outcome.FAIL)]
    )
    async def test_the_success_text_is_required_besides_the_exit_code(
        self, tmp_path: Path, said: str, outcome: Outcome
    ) -> None:
        check = gate("echo", said, success="already in sync")

        assert (await result_of(check, tmp_path)).outcome is outcome

    async def test_a_missing_count_is_unknown(self, tmp_path: Path) -> None:
        check = gate("echo", "done", read={"passed": r"(\d+) passed"}, **{"pass": {"passed": "> 0"}})

        assert (await result_of(check, tmp_path)).outcome is Outcome.UNKNOWN

    async def test_a_hostile_pattern_takes_linear_time(self, tmp_path: Path) -> None:
        check = gate("echo", "a" * 60_000 + "!", read={"all": "(?:a+)+$"})

        assert readings(await result_of(check, tmp_path))["all"] is None

    async def test_an_argument_of_the_run_is_one_element(self, tmp_path: Path) -> None:
        check = gate("echo", "{{version}}", read={"said": r".+"})
        result = await result_of(check, tmp_path, arguments={"version": "1.42; rm -rf $(HOME) *"})

        assert readings(result)["said"] == "1.42; rm -rf $(HOME) *"

    @pytest.mark.parametrize("arguments", [{}, {"version": "--upload=x"}])
    async def test_a_missing_argument_or_one_that_becomes_an_option_starts_nothing(
        self, tmp_path: Path, arguments: dict[str, str]
    ) -> None:
        result = await result_of(gate("touch", "{{version}}"), tmp_path, arguments=arguments)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        "fields",
        [
            {"run": ["{{program}}"]},
            {"run": ["sh", "-c", "deploy {{version}}"]},
            {"run": ["deploy", "--to={{Version}}"]},
            {"run": []},
            {"run": ["x"], "read": {"n": "(a"}},
            {"run": ["x"], "read": {"n": "(a)(b)"}},
            {"run": ["x"], "read": {"exit_code": "a"}},
            {"run": ["x"], "pass": {"passd": "> 0"}},
        ],
    )
    def test_an_unusable_gate_is_refused_at_load(self, fields: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            Gate.model_validate({"kind": "gate", "owner": "platform", **fields})


class TestWorkspace:
    @staticmethod
    def git(path: Path, *arguments: str) -> str:
        who = ("-c", "user.name=n", "-c", "user.email=e@example.com")
        done = subprocess.run(["git", *who, *arguments], cwd=path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    async def test_the_commit_and_whether_the_tree_was_dirty_are_recorded(self, tmp_path: Path) -> None:
        self.git(tmp_path, "init", "-q")
        (tmp_path / "file").write_text("1")
        self.git(tmp_path, "add", "file")
        self.git(tmp_path, "commit", "-q", "-m", "one")
        clean = await result_of(gate("true"), tmp_path)
        (tmp_path / "file").write_text("2")
        dirty = await result_of(gate("true"), tmp_path)

        commit = self.git(tmp_path, "rev-parse", "HEAD")
        assert [one.measurements[0].context["commit"] for one in (clean, dirty)] == [commit, commit]
        assert [one.measurements[0].context["dirty"] for one in (clean, dirty)] == [False, True]

    async def test_a_program_runs_at_lower_priority_than_the_bot(self, tmp_path: Path) -> None:
        check = gate("sh", "-c", "sleep 0.2; nice", read={"niceness": r"\d+"})

        assert readings(await result_of(check, tmp_path))["niceness"] == os.nice(0) + 10

    async def test_a_folder_without_git_has_no_commit(self, tmp_path: Path) -> None:
        context = (await result_of(gate("true"), tmp_path)).measurements[0].context

        assert (context["commit"], context["dirty"]) == (None, None)

    async def test_a_program_sees_only_what_its_workspace_gives_it(self, tmp_path: Path) -> None:
        check = gate(
            *python("import os; print(','.join(sorted(os.environ)), os.environ['HOME'])"),
            read={"seen": r".+"},
        )
        result = await result_of(check, tmp_path, environment={"STAGE": "staging"})

        names, home = str(readings(result)["seen"]).split()
        assert set(names.split(",")) - {"LC_CTYPE"} == {"HOME", "LANG", "PATH", "STAGE", "TMPDIR"}
        assert home != os.environ["HOME"]

    async def test_secrets_are_filled_in_and_never_shown(self, tmp_path: Path) -> None:
        check = gate(*python("import os; print('x' * 290 + os.environ['TOKEN'])"), read={"said": r"x+(.*)"})
        secrets = Secrets({"TOKEN": "tops3cret-token"})
        result = await result_of(check, tmp_path, secrets, environment={"TOKEN": "${TOKEN}"})

        assert readings(result)["said"] == "[redacted]"
        assert "tops3" not in result.model_dump_json()

    async def test_a_missing_workspace_is_named(self, tmp_path: Path) -> None:
        result = await result_of(gate("true"), tmp_path / "gone")

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert "is not a folder" in result.reason


class TestRunaways:
    async def test_a_missing_program_is_named(self, tmp_path: Path) -> None:
        result = await result_of(gate("no-such-program"), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert result.reason == (
            "no-such-program did not start: no program 'no-such-program' on this machine's PATH"
        )

    async def test_a_program_that_may_not_be_executed_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "script").write_text("#!/bin/sh\n")
        result = await result_of(gate("./script"), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert result.reason == f"./script did not start: {tmp_path}/script cannot be executed: chmod +x it"

    async def test_a_hanging_program_is_killed_at_its_timeout_and_its_last_lines_are_shown(
        self, tmp_path: Path
    ) -> None:
        check = gate(*python("import time; print('waiting', flush=True); time.sleep(60)"), timeout="5s")
        result = await result_of(check, tmp_path)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.TIMEOUT)
        assert "within its limit of 5s and was killed" in result.reason
        assert result.detail == ("waiting",)

    async def test_a_program_that_ignores_sigterm_is_killed(self, tmp_path: Path) -> None:
        mark = uuid.uuid4().hex
        code = f"""
            import signal, time
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            time.sleep(60)  # {mark}
        """
        result = await result_of(gate(*python(code), mark, timeout="1s"), tmp_path)

        assert result.cause is Cause.TIMEOUT
        assert processes_with(mark) == []

    @pytest.mark.parametrize(
        "spawn",
        [
            "subprocess.Popen(child)",
            "subprocess.Popen(child, start_new_session=True)",
            "os.fork() or (os.setsid(), os.fork() and os._exit(0), subprocess.Popen(child), time.sleep(60))",
        ],
        ids=["child", "setsid", "double fork"],
    )
    @pytest.mark.parametrize("then", ["hangs", "ends"])
    async def test_no_process_that_it_started_outlives_it(
        self, tmp_path: Path, spawn: str, then: str
    ) -> None:
        mark = uuid.uuid4().hex
        code = f"""
            import os, subprocess, sys, time
            child = [sys.executable, "-c", "import time; time.sleep(60)", {mark!r}]
            {spawn}
            time.sleep({60 if then == "hangs" else 0.3})
        """
        await result_of(gate(*python(code), timeout="1500ms"), tmp_path)

        assert processes_with(mark) == []

    async def test_a_child_without_environment_is_found_by_its_parent(self, tmp_path: Path) -> None:
        mark = uuid.uuid4().hex
        code = f"""
            import subprocess, sys, time
            child = [sys.executable, "-c", "import time; time.sleep(60)", {mark!r}]
            subprocess.Popen(child, env={{}}, start_new_session=True)
            subprocess.Popen(child[:3], start_new_session=True)
            time.sleep(60)
        """
        await result_of(gate(*python(code), timeout="1500ms"), tmp_path)

        assert processes_with(mark) == []

    async def test_a_daemon_that_keeps_the_output_open_does_not_hold_up_the_check(
        self, tmp_path: Path
    ) -> None:
        check = gate("sh", "-c", "sleep 60 & echo done", timeout="20s", read={"said": "done"})
        result = await result_of(check, tmp_path)

        assert (result.outcome, readings(result)["said"]) == (Outcome.PASS, "done")

    async def test_cancelling_the_check_kills_the_whole_process_tree(self, tmp_path: Path) -> None:
        mark = uuid.uuid4().hex
        check = gate(*python("import time; time.sleep(60)"), mark)
        task = asyncio.create_task(result_of(check, tmp_path))
        while not processes_with(mark):
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert processes_with(mark) == []

    async def test_a_gigabyte_of_output_is_read_and_discarded(self, tmp_path: Path) -> None:
        check = gate("sh", "-c", "yes 0123456789 | head -c 1000000000; echo; echo last line", timeout="60s")
        result = await result_of(check, tmp_path)

        assert result.outcome is Outcome.PASS
        assert result.detail[-1] == "last line"
        assert result.measurements[0].context["dropped_bytes"] > 999_000_000
        assert len(result.model_dump_json()) < 20_000

    async def test_output_that_is_not_text_is_shown_as_far_as_possible(self, tmp_path: Path) -> None:
        code = r"import sys; sys.stdout.buffer.write(b'\xff\xfe caf\xc3\xa9 \x00\x07\x1b]0;t\x07end')"
        result = await result_of(gate(*python(code)), tmp_path)

        assert result.detail == ("\ufffd\ufffd café end",)

    async def test_standard_input_is_empty(self, tmp_path: Path) -> None:
        assert (await result_of(gate("cat", timeout="10s"), tmp_path)).outcome is Outcome.PASS

    @pytest.mark.parametrize(
        ("number", "name", "cause"),
        [
            (9, "SIGKILL", Cause.ENVIRONMENT),
            (15, "SIGTERM", Cause.ENVIRONMENT),
            (11, "SIGSEGV", Cause.REGRESSION),
            (37, "SIGRTMIN+3", Cause.REGRESSION),
            (64, "SIGRTMAX", Cause.REGRESSION),
        ],
    )
    async def test_a_program_killed_by_a_signal_names_the_signal(
        self, tmp_path: Path, number: int, name: str, cause: Cause
    ) -> None:
        result = await result_of(gate("sh", "-c", f"kill -{number} $$"), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.FAIL, cause)
        assert result.detail == (f"ended by signal {name}",)


class TestSearch:
    """`success` and `read` search the whole output, not only its end."""

    @pytest.mark.parametrize("lines", [3_000, 300_000])
    async def test_text_before_thousands_of_lines_is_found(self, tmp_path: Path, lines: int) -> None:
        check = gate(
            "sh",
            "-c",
            f"echo 12 passed; echo Compiled successfully; seq -f 'page %.0f static html' {lines}",
            success="^Compiled successfully$",
            read={"passed": r"(\d+) passed"},
        )
        result = await result_of(check, tmp_path)

        assert (result.outcome, readings(result)["passed"]) == (Outcome.PASS, 12), result.reason

    async def test_the_success_text_does_not_excuse_an_exit_code(self, tmp_path: Path) -> None:
        code = "echo Compiled successfully; seq 3000; echo 'Error: STRIPE_KEY is not set'; exit 1"
        result = await result_of(gate("sh", "-c", code, success="Compiled successfully"), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.CONFIGURATION)
        assert result.reason == "exit code is 1, limit == 0"

    @pytest.mark.parametrize(
        "printed",
        [
            r"\033[32mDone\033[0m in 3s",
            r"\033]0;title\007Done in 3s",
            r"10%%\r50%%\rDone in 3s\r",
            r"one\r\nDone in 3s\r\n",
            r"\377\376 \351\nDone in 3s",
            r"D\000o\000n\000e\000 \000i\000n\000 \0003\000s\000",
        ],
        ids=["color", "title", "progress", "Windows", "latin-1", "UTF-16"],
    )
    async def test_colors_and_encodings_do_not_hide_a_match(self, tmp_path: Path, printed: str) -> None:
        result = await result_of(gate("printf", printed, success="^Done in 3s$"), tmp_path)

        assert result.outcome is Outcome.PASS, result.detail

    async def test_a_program_that_closes_its_output_and_continues_is_waited_for(self, tmp_path: Path) -> None:
        code = "echo done; exec >&- 2>&-; sleep 0.5; touch ended"
        result = await result_of(gate("sh", "-c", code, success="done"), tmp_path)

        assert result.outcome is Outcome.PASS
        assert (tmp_path / "ended").exists()

    async def test_one_huge_line_is_searched_and_shown_shortened(self, tmp_path: Path) -> None:
        code = "print('begin 7 ' + 'word ' * 1_000_000 + 'end 8', end='')"
        check = gate(*python(code), success="begin", read={"first": r"begin (\d)", "last": r"end (\d)"})
        result = await result_of(check, tmp_path)

        assert result.outcome is Outcome.PASS
        assert (readings(result)["first"], readings(result)["last"]) == (7, 8)
        assert 0 < len(result.detail[0]) <= 300

    @pytest.mark.parametrize("pattern", [r"\Adone", r"done\z", r"x\\\Ay"])
    def test_anchors_for_the_whole_output_are_refused(self, pattern: str) -> None:
        with pytest.raises(ValidationError, match="the ends of a line"):
            gate("x", success=pattern)

    def test_an_escaped_backslash_is_not_an_anchor(self) -> None:
        assert gate("x", success=r"C:\\App").success == r"C:\\App"


class TestStarting:
    """A program that cannot be started is a configuration error, and is named."""

    @staticmethod
    def script(folder: Path, text: bytes) -> None:
        (folder / "script").write_bytes(text)
        (folder / "script").chmod(0o755)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (b"#!/no/such/interpreter\n", "the interpreter of {path}/script, /no/such/interpreter, is not"),
            (b"#!/bin/sh\r\nexit 0\r\n", "{path}/script has Windows line endings"),
            (b"\x00\x01\x02", "it is no program of this machine, and has no #! line"),
            (b"echo hello\n", "it is no program of this machine, and has no #! line"),
        ],
    )
    async def test_a_script_with_a_missing_interpreter_is_explained(
        self, tmp_path: Path, text: bytes, said: str
    ) -> None:
        self.script(tmp_path, text)
        result = await result_of(gate("./script"), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert result.reason.startswith("./script did not start: " + said.format(path=tmp_path))

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (b"#!/usr/bin/env no-such-one\n", "no-such-one, is not on this machine's PATH"),
            (b"#!/usr/bin/env sh\r\nexit 0\r\n", "has Windows line endings"),
        ],
    )
    async def test_an_interpreter_that_env_does_not_find_is_a_configuration_error(
        self, tmp_path: Path, text: bytes, said: str
    ) -> None:
        self.script(tmp_path, text)
        result = await result_of(gate("./script"), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.CONFIGURATION)
        assert result.detail[0] == "exit code 127: a program was not found"
        assert said in result.detail[1]

    async def test_a_folder_is_not_a_program(self, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        result = await result_of(gate("./folder"), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert result.reason == f"./folder did not start: {tmp_path}/folder is a folder, expected a program"

    @pytest.mark.parametrize(
        ("run", "environment"), [(("echo", "a\0b"), {}), (("echo",), {"TOKEN": "${TOKEN}"})]
    )
    async def test_a_nul_character_starts_nothing(
        self, tmp_path: Path, run: tuple[str, ...], environment: dict[str, str]
    ) -> None:
        result = await result_of(
            gate(*run), tmp_path, Secrets({"TOKEN": "tops\0cret"}), environment=environment
        )

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert result.reason.endswith("contains a NUL character")

    async def test_too_long_arguments_are_explained(self, tmp_path: Path) -> None:
        result = await result_of(gate("echo", "x" * 3_000_000), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert result.reason == "echo did not start: its arguments and environment are too long together"


@pytest.mark.parametrize("chunk", [1, 7, 64, 1000])
def test_the_tail_keeps_the_end_in_bounded_memory(chunk: int) -> None:
    stream = b"".join(b"line %d\n" % number for number in range(1000))
    tail = Tail(keep=100)
    most = 0
    for start in range(0, len(stream), chunk):
        tail.feed(stream[start : start + chunk])
        most = max(most, tail.kept)

    assert most <= 100 + chunk
    assert tail.kept + tail.dropped == len(stream)
    lines = tail.text().splitlines()
    assert lines == [f"line {number}" for number in range(1000 - len(lines), 1000)]
    assert len(lines) >= 8


class TestPlaceholders:
    @pytest.mark.parametrize(
        ("element", "said"),
        [
            ("--to={{version}}", "--to=1.42+b"),
            ("{{ version }}", "1.42+b"),
            ("v{{version}}@{{environment}}", "v1.42+b@staging"),
            ("{{version}}{{version}}", "1.42+b1.42+b"),
            ("{{.State}}", "{{.State}}"),
            ("{series}", "{series}"),
        ],
    )
    async def test_an_element_is_filled_in_whole_or_in_part(
        self, tmp_path: Path, element: str, said: str
    ) -> None:
        check = gate("echo", element, read={"said": r".+"})
        values = {"version": "1.42+b", "environment": "staging"}
        assert readings(await result_of(check, tmp_path, arguments=values))["said"] == said

    @pytest.mark.parametrize("version", ["1; touch x", "$(touch x)", "`touch x`", "a b", "a'b", "a\nb"])
    async def test_part_of_an_element_accepts_only_what_a_shell_reads_as_a_word(
        self, tmp_path: Path, version: str
    ) -> None:
        result = await result_of(gate("echo", "v{{version}}"), tmp_path, arguments={"version": version})
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert '"{{version}}" an element of its own' in result.hint

    async def test_part_of_an_element_cannot_become_an_option(self, tmp_path: Path) -> None:
        values = {"version": "--upload"}
        result = await result_of(gate("echo", "{{version}}=x"), tmp_path, arguments=values)
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)

    async def test_the_words_of_a_limit_are_filled_in(self, tmp_path: Path) -> None:
        check = gate("echo", "v1.42", read={"said": r"v\S+"}, **{"pass": {"said": '== "v{{version}}"'}})
        assert (await result_of(check, tmp_path, arguments={"version": "1.42"})).outcome is Outcome.PASS
        failed = await result_of(check, tmp_path, arguments={"version": '1.43" or "'})
        assert failed.outcome is Outcome.FAIL
        missing = await result_of(check, tmp_path)
        assert (missing.outcome, missing.cause) == (Outcome.ERROR, Cause.CONFIGURATION)

    async def test_environment_variables_can_be_used_in_the_workspaces_path(self, tmp_path: Path) -> None:
        result = await result_of(
            gate("pwd", read={"said": ".+"}), Path("${WS}"), Secrets({"WS": str(tmp_path)})
        )
        assert readings(result)["said"] in {"[redacted]", str(tmp_path)}
        assert result.outcome is Outcome.PASS, result.reason


class TestNumbers:
    @pytest.mark.parametrize(
        ("printed", "limit", "outcome"),
        [
            ("0.3333333333333333", "< 0.34", Outcome.PASS),
            ("9.6e-06", "< 0.001", Outcome.PASS),
            ("+12", "== 12", Outcome.PASS),
            (".75", ">= 0.75", Outcome.PASS),
            ("1E5", "== 100000", Outcome.PASS),
            ("20260115093000124", "== 20260115093000123", Outcome.FAIL),
            ("1.10", '== "1.10"', Outcome.PASS),
            ("true", "== true", Outcome.PASS),
            ("nan", "!= 3", Outcome.ERROR),
            ("1,234", "< 2000", Outcome.ERROR),
            ("99.5%", "> 99", Outcome.ERROR),
        ],
    )
    async def test_a_number_is_read_in_any_form_that_programs_print(
        self, tmp_path: Path, printed: str, limit: str, outcome: Outcome
    ) -> None:
        check = gate(
            "echo", f"found: {printed}", read={"found": r"found: (\S+)"}, **{"pass": {"found": limit}}
        )
        result = await result_of(check, tmp_path)
        assert result.outcome is outcome, result.reason
        assert outcome is not Outcome.ERROR or f"needs a number, not the words '{printed}'" in result.reason
