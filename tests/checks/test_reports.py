"""Test reports as runners write them: what ran, what did not, and what failed outside any test."""

from __future__ import annotations

import os
import resource
import time
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from checks.outcome import Cause, Outcome
from checks.reports import files, junit
from checks.reports.files import ReportError, Version, versions
from checks.secrets import Secrets
from tests.checks.test_gate import gate, python, readings, result_of

GOOD = "<testsuites><testsuite><testcase/><testcase><skipped/></testcase></testsuite></testsuites>"
BAD = "<testsuite><testcase/><testcase><failure/></testcase><testcase><error/></testcase></testsuite>"
ONE = '<testsuite name="s" tests="1"><testcase classname="c" name="n"/></testsuite>'


def counted(folder: Path, *documents: str | bytes, pattern: str = "*.xml") -> junit.Report:
    for number, document in enumerate(documents):
        raw = document if isinstance(document, bytes) else document.encode()
        (folder / f"{number}.xml").write_bytes(raw)
    return count(folder, pattern)


def count(
    folder: Path, pattern: str, not_before: float | None = None, before: Mapping[str, Version] | None = None
) -> junit.Report:
    """Count without the child process that normally parses."""
    since = time.time() if not_before is None else not_before
    contents = files.contents(folder, pattern, not_before=since, before=before or {})
    report = junit.Report.of(junit.count({}, contents), str)
    if report.problem:
        raise ReportError(report.problem)
    return report


def numbers(report: junit.Report) -> dict[str, int]:
    return {name: number for name, number in report.counts.items() if number}


def case(inside: str = "", **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<testsuite name="s"><testcase classname="c" name="n"{written}>{inside}</testcase></testsuite>'


class TestNotRun:
    @pytest.mark.parametrize(
        "document",
        [
            case(status="notrun", result="suppressed"),
            case("<skipped/>", status="run", result="skipped"),
            case(status="notrun"),
            case(status="disabled"),
            case(status="Not Run"),
            case(status="skipped"),
            case(status="untested"),
            case(status="pending"),
            case(status="something new"),
            case(result="suppressed"),
            case(skipped="true"),
            case(disabled="1"),
            case(executed="False"),
            case("<skipped/>"),
            case('<skipped type="pytest.xfail" message="x"/>'),
            case("<disabled/>"),
            case("<ignored/>"),
            case("<warning>No tests found in class</warning>"),
            '<testsuite xmlns="urn:x" name="s"><testcase name="n"><skipped/></testcase></testsuite>',
        ],
    )
    def test_a_test_that_did_not_run_has_not_passed(self, tmp_path: Path, document: str) -> None:
        assert numbers(counted(tmp_path, document)) == {"tests": 1, "skipped": 1}

    @pytest.mark.parametrize(
        "document",
        [
            case(status="run", result="completed"),
            case(status="passed"),
            case(status="Success"),
            case(status="run"),
        ],
    )
    def test_a_test_that_ran_has_passed(self, tmp_path: Path, document: str) -> None:
        assert numbers(counted(tmp_path, document)) == {"tests": 1, "passed": 1}

    async def test_a_report_with_only_skipped_tests_does_not_pass(self, tmp_path: Path) -> None:
        report = "<testsuite><testcase><skipped/></testcase></testsuite>"
        result = await result_of(gate(*writing(report), junit="report.xml"), tmp_path)

        assert (result.outcome, result.reason) == (Outcome.FAIL, "passed is 0, limit > 0")


class TestFailed:
    @pytest.mark.parametrize(
        ("document", "expected"),
        [
            (case("<failure/>"), {"failures": 1}),
            (case("<error/>"), {"errors": 1}),
            (case("<failure/><error/>"), {"errors": 1}),
            (case("<failure/><failure/><failure/>"), {"failures": 1}),
            (case("<skipped/><failure/>"), {"failures": 1}),
            (case("<failure/><rerunFailure/><rerunFailure/>"), {"failures": 1}),
            (case("<rerunFailure/>"), {"failures": 1}),
            (case("<rerunError/>"), {"errors": 1}),
            (case(status="fail"), {"failures": 1}),
            (case(status="FAILED"), {"failures": 1}),
            (case(result="error"), {"errors": 1}),
            (case(status="run", result="failed"), {"failures": 1}),
            (case("<flakyFailure/><flakyError/>"), {"passed": 1, "flaky": 1}),
        ],
    )
    def test_the_worst_mark_of_a_test_counts(
        self, tmp_path: Path, document: str, expected: dict[str, int]
    ) -> None:
        assert numbers(counted(tmp_path, document)) == {"tests": 1, **expected}

    def test_the_first_failed_tests_are_named_with_their_reason(self, tmp_path: Path) -> None:
        cases = "".join(
            f'<testcase classname="cart" name="t{n}"><failure>\n  expected {n}\n at x.js:1\n</failure></testcase>'
            for n in range(12)
        )
        report = counted(tmp_path, f'<testsuite name="s">{cases}</testsuite>')

        assert report.failed[0] == "cart.t0: expected 0"
        assert report.failed[9:] == ("cart.t9: expected 9", "and 2 more")

    async def test_failed_tests_are_in_the_details_of_the_check(self, tmp_path: Path) -> None:
        report = case('<failure message="expected 3&#10;got 4"/>')
        result = await result_of(gate(*writing(report), junit="report.xml"), tmp_path)

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.REGRESSION)
        assert result.detail == ("failed: c.n: expected 3",)

    async def test_a_secret_in_a_reason_is_redacted_before_it_is_shortened(self, tmp_path: Path) -> None:
        report = case(f'<failure message="{"x" * 180} tops3cret-token"/>')
        check = gate(*writing(report), junit="report.xml")
        result = await result_of(
            check, tmp_path, Secrets({"T": "tops3cret-token"}), environment={"T": "${T}"}
        )

        assert "tops3" not in result.model_dump_json()

    async def test_failures_and_errors_fail_even_with_exit_code_0(self, tmp_path: Path) -> None:
        result = await result_of(gate(*writing(BAD), junit="report.xml"), tmp_path)

        assert result.outcome is Outcome.FAIL
        assert result.reason == "failures is 1, limit == 0; errors is 1, limit == 0"


class TestOutsideTests:
    @pytest.mark.parametrize(
        ("document", "expected"),
        [
            ('<testsuite name="s" tests="0" errors="1"/>', {"tests": 1, "errors": 1}),
            (
                '<testsuites><testsuite name="s" tests="0" failures="2" errors="0"/></testsuites>',
                {"tests": 2, "failures": 2},
            ),
            (
                '<testsuite name="s" tests="1" errors="1"><testcase name="n"/></testsuite>',
                {"tests": 2, "passed": 1, "errors": 1},
            ),
            (
                '<testsuite name="s"><testcase name="n"/><error message="afterAll"/></testsuite>',
                {"tests": 2, "passed": 1, "errors": 1},
            ),
            (
                '<testsuite name="s" errors="1"><testcase name="n"/><error/></testsuite>',
                {"tests": 2, "passed": 1, "errors": 1},
            ),
            (
                '<testsuites errors="1"><testsuite name="s"><testcase name="n"/></testsuite></testsuites>',
                {"tests": 2, "passed": 1, "errors": 1},
            ),
            (
                '<testsuites errors="1"><testsuite name="a" errors="1"><testsuite name="b" errors="1"/></testsuite></testsuites>',
                {"tests": 1, "errors": 1},
            ),
            # pytest: a module that cannot be imported
            (
                (
                    '<testsuites><testsuite name="pytest" errors="1" failures="0" skipped="0" tests="1"><testcase classname="" '
                    'name="tests.test_x"><error message="collection failure">E</error></testcase></testsuite></testsuites>'
                ),
                {"tests": 1, "errors": 1},
            ),
            # mocha's xunit counts each failure as an error as well
            (
                (
                    '<testsuite name="Mocha" tests="2" failures="1" errors="1"><testcase name="a"/><testcase name="b"><failure/>'
                    "</testcase></testsuite>"
                ),
                {"tests": 2, "passed": 1, "failures": 1},
            ),
            # surefire counts a flaky test's first failure
            (
                '<testsuite name="s" tests="1" failures="1"><testcase name="n"><flakyFailure/></testcase></testsuite>',
                {"tests": 1, "passed": 1, "flaky": 1},
            ),
        ],
    )
    def test_counters_reveal_what_no_test_case_shows(
        self, tmp_path: Path, document: str, expected: dict[str, int]
    ) -> None:
        assert numbers(counted(tmp_path, document)) == expected

    def test_the_suite_is_named(self, tmp_path: Path) -> None:
        report = counted(tmp_path, '<testsuite name="CartTest" tests="0" errors="1"/>')

        assert report.failed == ("CartTest: 1 errors outside its tests",)

    def test_a_suite_that_lists_none_of_its_tests_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ReportError, match="s counts 5 tests and lists none of them"):
            counted(tmp_path, ONE, '<testsuite name="s" tests="5" failures="0"/>')

    def test_a_suite_whose_tests_are_all_skipped_may_list_none(self, tmp_path: Path) -> None:
        report = counted(tmp_path, ONE, '<testsuite name="s" tests="5" skipped="3" disabled="2"/>')

        assert numbers(report) == {"tests": 1, "passed": 1}

    def test_a_counter_of_assertions_is_noted_and_no_error(self, tmp_path: Path) -> None:
        catch2 = '<testsuite name="s" errors="0" failures="0" tests="2219"><testcase name="n" status="run"/></testsuite>'
        report = counted(tmp_path, catch2)

        assert (numbers(report), report.note) == ({"tests": 1, "passed": 1}, "the report counts 2,219")

    def test_nested_suites_are_counted_once(self, tmp_path: Path) -> None:
        phpunit = (
            '<testsuites><testsuite name="all" tests="2" failures="1"><testsuite name="A" tests="2" failures="1">'
            '<testcase name="a"/><testcase name="b"><failure/></testcase></testsuite></testsuite></testsuites>'
        )

        assert numbers(counted(tmp_path, phpunit)) == {"tests": 2, "passed": 1, "failures": 1}


class TestMarkup:
    @pytest.mark.parametrize(
        "document",
        [
            f"\n  \n{ONE}",
            f'\n<?xml version="1.0" encoding="UTF-8"?>\n{ONE}',
            f'<?xml version="1.1"?>{ONE}',
            f'<?xml version="1.0" encoding="no-such"?>{ONE}',
            f'<?xml version="1.0" encoding="zip"?>{ONE}',
            f'<?xml version="1.0" encoding="punycode"?>{ONE}',
            f'<?xml version="1.0" encoding="unicode_escape"?>{ONE}',
            f'<?xml version="1.0" encoding="mac-nowhere"?>{ONE}',
            f'<?xml version="1.0" encoding="cp037"?>{ONE}',
            f'<?xml version="1.0" encoding="utf-16"?>{ONE}',
            f"\ufeff{ONE}",
            f'\ufeff<?xml version="1.0"?>{ONE}',
            f'<?xml version="1.0"?><?xml-stylesheet href="x"?><!-- a -->{ONE}',
            f"<!DOCTYPE testsuite>{ONE}",
            ONE.replace("<testsuite", '<testsuite xmlns="https://maven.apache.org/x"'),
            ONE.replace("<testsuite", '<j:testsuite xmlns:j="urn:j"').replace("</testsuite", "</j:testsuite"),
            ONE.replace(
                "/>",
                "><system-out>\x1b[31mred\x1b[0m \x00\x08\x0b\x0c\x1f\x7f\ufffe\uffff</system-out></testcase>",
            ),
            ONE.replace("/>", "><system-out><![CDATA[\x1b[31m &#27; <b>]]></system-out></testcase>"),
            ONE.replace(
                "/>",
                "><system-out>&#27;[31m &#x1B; &#0; &#xFFFE; &#xD800; &#99999999; &#65;</system-out></testcase>",
            ),
            ONE.replace("/>", f"><system-out>{'&#27;x' * 50_000}</system-out></testcase>"),
            ONE.replace("/>", f"><system-out>{'é😀' * 50_000}</system-out></testcase>"),
            ONE.encode("utf-16"),
            ONE.encode("utf-16-le"),
            f'<?xml version="1.0" encoding="utf-16"?>{ONE}'.encode("utf-16"),
            ONE.replace('name="n"', 'name="Prüfung"').encode("latin-1"),
            f'<?xml version="1.0" encoding="ISO-8859-1"?>{ONE}'.replace('name="n"', 'name="Prüfung"').encode(
                "latin-1"
            ),
            f"<?xml version='1.0' encoding='windows-1252'?>{ONE}".replace('name="n"', 'name="–"').encode(
                "cp1252"
            ),
        ],
        ids=range(27),
    )
    def test_output_printed_into_a_report_does_not_invalidate_it(
        self, tmp_path: Path, document: str | bytes
    ) -> None:
        raw = document if isinstance(document, bytes) else document.encode("utf-8", "surrogatepass")

        assert numbers(counted(tmp_path, raw)) == {"tests": 1, "passed": 1}

    @pytest.mark.parametrize(
        ("document", "said"),
        [
            ("", "not valid JUnit XML: it is empty"),
            ("<testsuite><testcase>", "not valid JUnit XML: line 1"),
            ("not xml", "not valid JUnit XML"),
            (f"{ONE}{ONE}", "not valid JUnit XML"),
            ("<testsuite>" * 200 + "</testsuite>" * 200, "not valid JUnit XML"),
            (
                '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><testsuite><testcase>&c;</testcase></testsuite>',
                "not valid JUnit XML",
            ),
            (
                '<!DOCTYPE x SYSTEM "file:///etc/passwd" [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite>&a;</testsuite>',
                "not valid JUnit XML",
            ),
            ("<assemblies><assembly/></assemblies>", "0.xml is <assemblies>, not JUnit XML"),
            ('<coverage line-rate="1"/>', "0.xml is <coverage>, not JUnit XML"),
            ('{"results": {}}', "not valid JUnit XML"),
        ],
        ids=range(10),
    )
    def test_a_broken_report_or_another_format_is_explained(
        self, tmp_path: Path, document: str, said: str
    ) -> None:
        with pytest.raises(ReportError, match=said):
            counted(tmp_path, document)

    def test_a_huge_report_is_counted_in_little_memory(self, tmp_path: Path) -> None:
        output = "a line that a test printed\n" * 2000
        with (tmp_path / "0.xml").open("w") as file:
            file.write("<testsuite>")
            for number in range(400):
                file.write(f'<testcase name="{number}"><system-out>{output}</system-out></testcase>')
            file.write("</testsuite>")
        tracemalloc.start()
        report = count(tmp_path, "0.xml")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert numbers(report) == {"tests": 400, "passed": 400}
        assert peak < 8 << 20


class TestFiles:
    def test_several_reports_are_counted_as_one(self, tmp_path: Path) -> None:
        for place in (
            "a/target/surefire-reports",
            "b/target/surefire-reports",
            "b/c/target/surefire-reports",
        ):
            (tmp_path / place).mkdir(parents=True)
            (tmp_path / place / "TEST-x.xml").write_text(ONE)
            (tmp_path / place / "notes.txt").write_text("no report")
        for pattern, tests in {
            "a/target/surefire-reports/*.xml": 1,
            "*/target/surefire-reports/TEST-*.xml": 2,
            "**/surefire-reports/*.xml": 3,
            "./**/TEST-?.xml": 3,
            "**/**/[T]EST-x.xml": 3,
            "b/**/*.xml": 2,
        }.items():
            assert numbers(counted(tmp_path, pattern=pattern)) == {"tests": tests, "passed": tests}, pattern

    def test_another_format_next_to_a_report_is_skipped_and_named(self, tmp_path: Path) -> None:
        report = counted(tmp_path, ONE, "<testng-results/>")

        assert (numbers(report), report.note) == (
            {"tests": 1, "passed": 1},
            "1.xml is <testng-results>, not JUnit XML",
        )

    @pytest.mark.parametrize("broken", ["<testsuite>", ""])
    def test_one_broken_report_invalidates_all(self, tmp_path: Path, broken: str) -> None:
        with pytest.raises(ReportError, match=r"1\.xml"):
            counted(tmp_path, ONE, broken)

    def test_one_outdated_report_invalidates_all(self, tmp_path: Path) -> None:
        (tmp_path / "old.xml").write_text(ONE)
        os.utime(tmp_path / "old.xml", (1_000_000_000, 1_000_000_000))
        with pytest.raises(ReportError, match=r"the report old\.xml is from before this run"):
            counted(tmp_path, ONE)

    def test_an_untouched_report_is_outdated_however_recent(self, tmp_path: Path) -> None:
        (tmp_path / "0.xml").write_text(ONE)
        before = versions(tmp_path, "*.xml")
        with pytest.raises(ReportError, match="from before this run"):
            count(tmp_path, "*.xml", before=before)

    async def test_a_gate_that_writes_no_report_does_not_pass_with_the_previous_one(
        self, tmp_path: Path
    ) -> None:
        first = await result_of(gate(*writing(ONE), junit="report.xml"), tmp_path)
        second = await result_of(gate("true", junit="report.xml"), tmp_path)
        third = await result_of(gate(*writing(ONE), junit="report.xml"), tmp_path)

        assert [one.outcome for one in (first, second, third)] == [
            Outcome.PASS,
            Outcome.UNKNOWN,
            Outcome.PASS,
        ]
        assert "the report report.xml is from before this run" in second.reason

    @pytest.mark.parametrize("link", ["file", "folder", "pattern"])
    def test_symlinks_are_not_followed(self, tmp_path: Path, link: str) -> None:
        outside, inside = tmp_path / "outside", tmp_path / "inside"
        outside.mkdir()
        inside.mkdir()
        (outside / "report.xml").write_text(ONE)
        if link == "folder":
            (inside / "out").symlink_to(outside)
        else:
            (inside / "report.xml").symlink_to(outside / "report.xml")
        pattern = {"file": "report.xml", "folder": "out/report.xml", "pattern": "**/*.xml"}[link]
        with pytest.raises(ReportError, match="is a link, and links are not followed"):
            count(inside, pattern, not_before=0)

    def test_a_pipe_is_no_report_and_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "0.xml")
        (tmp_path / "1.xml").mkdir()
        with pytest.raises(ReportError, match=r"there is no report at \*\.xml"):
            count(tmp_path, "*.xml", not_before=0)

    @pytest.mark.parametrize("pattern", ["/etc/passwd", "../report.xml", "a/../../b.xml", "a\0b"])
    def test_a_path_outside_of_the_workspace_is_refused_at_load(self, pattern: str) -> None:
        with pytest.raises(ValidationError, match="expected a path within the workspace"):
            gate("true", junit=pattern)

    async def test_a_missing_report_is_unknown_and_says_where_it_was_expected(self, tmp_path: Path) -> None:
        result = await result_of(gate("true", junit="target/*.xml"), tmp_path)

        assert result.outcome is Outcome.UNKNOWN
        assert "there is no report at target/*.xml" in result.reason


def writing(report: str, name: str = "report.xml") -> tuple[str, ...]:
    return python(f"open({name!r}, 'w').write({report!r})")


async def test_the_report_of_a_gate_is_counted(tmp_path: Path) -> None:
    result = await result_of(gate(*writing(GOOD), junit="report.xml"), tmp_path)
    found: dict[str, Any] = readings(result)

    assert result.outcome is Outcome.PASS
    assert {name: found[name] for name in ("tests", "passed", "skipped")} == {
        "tests": 2,
        "passed": 1,
        "skipped": 1,
    }


class TestDepth:
    def folders(self, within: Path, number: int) -> None:
        here = os.open(within, os.O_RDONLY)
        for _ in range(number):
            os.mkdir("d", dir_fd=here)
            inner = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
        os.close(os.open("report.xml", os.O_CREAT | os.O_WRONLY, dir_fd=here))
        os.close(here)

    def test_very_deep_folders_are_refused(self, tmp_path: Path) -> None:
        self.folders(tmp_path, 500)

        assert versions(tmp_path, "**/*.xml") == {}
        with pytest.raises(ReportError, match="needs a search deeper than 50 folders; name the folder"):
            list(files.find(tmp_path, "**/*.xml"))

    def test_fifty_nested_folders_are_searched(self, tmp_path: Path) -> None:
        self.folders(tmp_path, 50)

        assert list(versions(tmp_path, "**/*.xml")) == ["d/" * 50 + "report.xml"]

    def test_a_folder_that_cannot_be_opened_for_lack_of_descriptors_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "inner").mkdir()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        lowest = os.dup(0)
        os.close(lowest)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + 1, hard))  # enough for the workspace only
            with pytest.raises(ReportError, match="cannot be read: Too many open files"):
                list(files.find(tmp_path, "inner/report.xml"))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
