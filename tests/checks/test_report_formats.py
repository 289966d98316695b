"""Report formats other than JUnit, as tools write them and as nobody should."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from checks.reports import formats
from checks.reports.report import Report

WRITTEN = Path(__file__).parent / "reports"


def read(format_: str, *documents: str | bytes, exit_code: int = 1, piece: int = 700) -> Report:
    blobs: list[bytes] = []
    for number, document in enumerate(documents):
        raw = document if isinstance(document, bytes) else document.encode()
        pieces = [raw[at : at + piece] for at in range(0, len(raw), piece)]
        blobs += [f"report-{number}".encode(), *pieces, b""]
    return Report.of(formats.read({"format": format_, "exit_code": exit_code}, blobs), str)


def numbers(report: Report) -> dict[str, int]:
    return {name: number for name, number in report.counts.items() if number}


@pytest.mark.parametrize(
    ("format_", "file", "counts", "first"),
    [
        ("tap", "node.tap", {"tests": 5, "passed": 2, "failures": 1, "skipped": 2}, "suite > fails: 1 == 2"),
        ("cargo", "cargo.txt", {"tests": 4, "passed": 2, "failures": 1, "skipped": 1}, "fails"),
        (
            "jest",
            "jest.json",
            {"tests": 5, "passed": 1, "failures": 1, "errors": 1, "skipped": 2},
            "sum fails here: Error: expect(received).toBe(expected) // Object.is equality",
        ),
        ("eslint", "eslint.json", {"errors": 2, "warnings": 1}, "bad.js:2:1 no-undef: 'foo' is not defined."),
        ("eslint", "eslint.txt", {"errors": 2, "warnings": 1}, ""),
        ("ruff", "ruff.json", {"errors": 3}, "a.py:1:1 I001: Import block is un-sorted or un-formatted"),
        (
            "tsc",
            "tsc.txt",
            {"errors": 2},
            "src/a.ts:1:7 TS2322: Type 'string' is not assignable to type 'number'.",
        ),
        (
            "tsc",
            "tsc-for-people.txt",
            {"errors": 2},
            "src/a.ts:1:7 TS2322: Type 'string' is not assignable to type 'number'.",
        ),
    ],
)
@pytest.mark.parametrize("piece", [1, 13, 100_000])
def test_reports_written_by_real_tools(
    format_: str, file: str, counts: dict[str, int], first: str, piece: int
) -> None:
    report = read(format_, (WRITTEN / file).read_bytes(), piece=piece)

    assert report.problem == ""
    assert numbers(report) == counts
    assert (report.failed or ("",))[0] == first


class TestTap:
    @pytest.mark.parametrize(
        ("document", "counts", "named"),
        [
            ("1..2\nok 1 - a\nok 2 - b\n", {"tests": 2, "passed": 2}, ()),
            ("ok 1\nnot ok 2\n1..2\n", {"tests": 2, "passed": 1, "failures": 1}, ("test 2",)),
            (
                "1..2\nok 1 - a # SKIP no disk\nnot ok 2 - b # TODO later\n",
                {"tests": 2, "skipped": 2},
                (),
            ),
            (
                "1..1\nok 1 - a \\# SKIP is in its name\n",
                {"tests": 1, "passed": 1},
                (),
            ),
            (
                "1..3\nok 1 - a\nok 2 - b\n",
                {"tests": 3, "passed": 2, "errors": 1},
                ("report-0: 3 tests planned, 2 run",),
            ),
            (
                "1..3\nok 1 - a\nBail out! no database\nok 2\n",
                {"tests": 2, "passed": 1, "errors": 1},
                ("Bail out! no database",),
            ),
            (
                "1..1\nnot ok 1 - a\n  ---\n  message: 'it is 3'\n  stack: |-\n    not ok 9 - no test\n  ...\n",
                {"tests": 1, "failures": 1},
                ("a: it is 3",),
            ),
            (
                "1..1\n    ok 1 - in\n    1..1\nnot ok 1 - out\n",
                {"tests": 2, "passed": 1, "failures": 1},
                ("out",),
            ),
            ("> npm test\n\x1b[32mok 1 - a\x1b[0m\r\n1..1\n", {"tests": 1, "passed": 1}, ()),
        ],
    )
    def test_tap_counts(self, document: str, counts: dict[str, int], named: tuple[str, ...]) -> None:
        report = read("tap", document)

        assert (numbers(report), report.failed, report.problem) == (counts, named, "")

    @pytest.mark.parametrize("document", ["", "hello\n", "ok 1 - a\nok 2 - b\n"])
    def test_without_a_plan_nothing_is_counted(self, document: str) -> None:
        report = read("tap", document)

        assert not report.counts
        assert report.problem.startswith("report-0 is not complete TAP")

    def test_several_files_are_one_report(self) -> None:
        report = read("tap", "1..1\nok 1\n", "1..2\nok 1\nnot ok 2 - z\n")

        assert numbers(report) == {"tests": 3, "passed": 2, "failures": 1}

    def test_a_skipped_file_has_passed_nothing(self) -> None:
        report = read("tap", "1..0 # SKIP not on this system\n")

        assert (numbers(report), report.note) == ({}, "report-0 was skipped: not on this system")


def go(*events: dict[str, Any]) -> str:
    return "\n".join(["# not JSON", *(json.dumps({"Package": "p", **event}) for event in events), ""])


class TestGo:
    def test_a_test_with_subtests_is_counted_by_its_subtests(self) -> None:
        ran = [{"Action": "run", "Test": test} for test in ("A", "A/x", "A/y", "B")]
        ended = [
            {"Action": "pass", "Test": "A/x"},
            {"Action": "fail", "Test": "A/y"},
            {"Action": "fail", "Test": "A"},
            {"Action": "skip", "Test": "B"},
        ]
        report = read("go", go(*ran, *ended, {"Action": "fail"}))

        assert numbers(report) == {"tests": 3, "passed": 1, "failures": 1, "skipped": 1}
        assert report.failed == ("p A/y",)

    def test_unfinished_and_uncompiled_tests_are_errors(self) -> None:
        document = go({"Action": "run", "Test": "A"}, {"Action": "fail"}, {"Package": "q", "Action": "fail"})
        report = read("go", document)

        assert numbers(report) == {"tests": 2, "errors": 2}
        assert report.failed == ("p A: it did not end", "q failed outside its tests")

    def test_a_run_that_was_cut_off_has_not_passed(self) -> None:
        report = read("go", go({"Action": "run", "Test": "A"}, {"Action": "pass", "Test": "A"}))

        assert numbers(report) == {"tests": 2, "passed": 1, "errors": 1}

    def test_output_without_events_is_reported(self) -> None:
        assert read("go", "ok  \tp\t0.1s\n").problem == "report-0 has no events of go test -json"


class TestCargo:
    def test_the_tests_of_all_programs_count(self) -> None:
        block = "running 2 tests\ntest a ... ok\ntest b ... ok\n\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n"

        assert numbers(read("cargo", block * 3)) == {"tests": 6, "passed": 6}

    def test_a_crashed_program_is_an_error(self) -> None:
        report = read("cargo", "running 2 tests\ntest a ... ok\nerror: test failed (signal: 11, SIGSEGV)\n")

        assert numbers(report) == {"tests": 1, "errors": 1}

    def test_uncompiled_code_has_no_results(self) -> None:
        assert read("cargo", "error[E0425]: cannot find value\n").problem


class TestFindings:
    def test_a_silent_compiler_is_believed_only_with_exit_code_0(self) -> None:
        assert numbers(read("tsc", "", exit_code=0)) == {}
        assert read("tsc", "", exit_code=0).counts == {"errors": 0, "warnings": 0}
        assert read("tsc", "panic: out of memory\n", exit_code=2).problem

    def test_a_silent_linter_is_not_believed(self) -> None:
        assert read("eslint", "\n> lint\n", exit_code=0).problem
        assert read("eslint", "✔ No ESLint warnings or errors\n", exit_code=0).counts["errors"] == 0

    def test_warnings_are_named_if_there_are_no_errors(self) -> None:
        found = [
            {"messages": [{"severity": 1, "ruleId": "r", "message": "m", "line": 3}], "filePath": "/a/b.js"}
        ]
        report = read("eslint", json.dumps(found))

        assert report.failed == ("warning: b.js:3 r: m",)

    def test_sarif_of_any_tool(self) -> None:
        def result(**fields: Any) -> dict[str, Any]:
            place = {"physicalLocation": {"artifactLocation": {"uri": "a.c"}, "region": {"startLine": 7}}}
            return {"ruleId": "R1", "message": {"text": "t"}, "locations": [place], **fields}

        results = [
            result(level="error"),
            result(),
            result(level="note"),
            result(kind="pass"),
            result(suppressions=[{}]),
        ]
        report = read("sarif", json.dumps({"runs": [{"results": results}]}))

        assert numbers(report) == {"errors": 1, "warnings": 1}
        assert report.failed == ("a.c:7 R1: t",)

    def test_a_sarif_run_without_results_is_reported(self) -> None:
        assert read("sarif", '{"runs": [{"tool": {}}]}').problem


@pytest.mark.parametrize("format_", ["tap", "jest", "go", "cargo", "eslint", "ruff", "tsc", "sarif"])
class TestHostile:
    @pytest.mark.parametrize(
        "document",
        [
            b"\xff\xfe\x00",
            b"[" * 100_000,
            b'{"a":' * 100_000,
            b"[" + b"9" * 100_000 + b"]",
            b"null",
            b"[1, [], {}]",
            b'{"testResults": [1, {"assertionResults": 7}, {"status": "failed", "message": {}}]}',
            b'{"runs": [1, {"results": [1, {"locations": [1], "message": 3}]}]}',
            b'[{"messages": [1, {"line": "x"}]}]',
            b'{"Action": "run", "Package": 1}\n{"Action": [], "Package": "p"}',
            b"    " * 500 + b"ok 1\n1..1\n",
        ],
    )
    def test_garbage_does_not_crash_the_parser(self, format_: str, document: bytes) -> None:
        report = read(format_, document, piece=1 << 16)

        assert report.problem or report.counts.get("passed", 0) <= 1

    def test_random_bytes_never_pass(self, format_: str) -> None:
        chance = random.Random(format_)
        for _ in range(50):
            report = read(format_, chance.randbytes(2_000))
            assert not report.counts.get("passed")

    def test_texts_are_bounded_and_plain(self, format_: str) -> None:
        text = "\x1b[31m" + "x " * 100_000 + "\u202e"
        documents = {
            "tap": f"1..1\nnot ok 1 - {text}\n",
            "jest": json.dumps(
                {"testResults": [{"assertionResults": [{"status": "failed", "fullName": text}]}]}
            ),
            "go": go({"Action": "run", "Test": text}, {"Action": "fail", "Test": text}, {"Action": "fail"}),
            "cargo": f"running 1 test\ntest {text} ... FAILED\n",
            "eslint": json.dumps([{"messages": [{"severity": 2, "message": text}], "filePath": "f"}]),
            "ruff": json.dumps([{"message": text}]),
            "tsc": f"a.ts(1,1): error TS1: {text}\n",
            "sarif": json.dumps({"runs": [{"results": [{"level": "error", "message": {"text": text}}]}]}),
        }
        report = read(format_, documents[format_])

        assert all(len(line) <= 200 and line.isprintable() for line in report.failed)
