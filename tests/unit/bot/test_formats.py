"""Reports of `canary check`: uncut in a pipe, wrapped at a terminal, and free of control sequences and markup."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from bot.rules.verdict import assess
from checks.outcome import Cause, Outcome
from checks.reading import Reading
from checks.result import Judged, Result
from commands.report import Report
from commands.shell.formats.document import as_json
from commands.shell.formats.junit import as_junit
from commands.shell.formats.markdown import as_markdown
from commands.shell.formats.text import as_text

REASON = (
    "p95 is 252 s, limit < 180s, because the workers that take the longest jobs are all waiting for one lock"
)
HOSTILE = (
    "\x1b]0;owned\x07 \x9b31m\u202egnp.exe a|b `c` <script>alert(1)</script> & [x](http://evil)\n# heading"
)


def result(outcome: Outcome, reason: str, **more: object) -> Result:
    return Result.model_validate(
        {
            "outcome": outcome,
            "reason": reason,
            "cause": None if outcome is Outcome.PASS else Cause.REGRESSION,
            "started_at": datetime(2026, 1, 1, tzinfo=UTC),
            "seconds": 0.25,
            **more,
        }
    )


def judged(outcome: Outcome, value: float | str, limit: str = "< 180s", n: int | None = 1204) -> Judged:
    return Judged(reading=Reading(name="p95", value=value, unit="s", n=n), outcome=outcome, limit=limit)


def report(**results: Result) -> Report:
    titles = {name: "Queue age" for name in results if name.startswith("q")}
    return Report(environment="staging", titles=titles, results=results, verdict=assess(results, {}))


@pytest.fixture
def mixed() -> Report:
    return report(
        fine=result(Outcome.PASS, "ok", judged=(judged(Outcome.PASS, 3.0),)),
        q1=result(
            Outcome.FAIL,
            REASON,
            hint="Look at lastError",
            detail=("test_login failed", "test_logout failed"),
            judged=(judged(Outcome.FAIL, 252.0),),
        ),
        q2=result(Outcome.UNKNOWN, "too few jobs"),
        broken=result(Outcome.ERROR, "the database could not be reached"),
    )


def test_in_a_pipe_nothing_is_cut_or_wrapped(mixed: Report) -> None:
    lines = as_text(mixed).splitlines()
    assert lines[0] == "staging: FAIL, recommends NO-GO"
    assert any(line.strip() == REASON for line in lines)
    assert "p95  252 s  < 180s  n 1,204  FAIL" in [line.strip() for line in lines]


def test_the_worst_check_comes_first_with_its_reason_next_step_and_details(mixed: Report) -> None:
    lines = [line.strip() for line in as_text(mixed).splitlines() if line]
    assert lines[1] == "FAIL     q1 (Queue age)"
    assert lines[3:7] == [REASON, "Look at lastError", "- test_login failed", "- test_logout failed"]
    assert lines[-2].split()[0] == "PASS"


def test_checks_with_the_same_title_show_their_keys(mixed: Report) -> None:
    for form in (as_text, as_markdown, as_junit):
        said = form(mixed)
        assert "q1 (Queue age)" in said
        assert "q2 (Queue age)" in said


def test_at_a_terminal_text_is_wrapped_between_words(mixed: Report) -> None:
    lines = as_text(mixed, width=60).splitlines()
    assert max(map(len, lines)) <= 60
    assert REASON in " ".join(" ".join(lines).split())


def test_colours_are_used_only_if_asked_for(mixed: Report) -> None:
    assert "\x1b" not in as_text(mixed)
    assert "\x1b[1;31mFAIL" in as_text(mixed, color=True)


def test_markdown_has_a_row_per_reading_and_the_reasons(mixed: Report) -> None:
    said = as_markdown(mixed).splitlines()
    assert "| FAIL | q1 (Queue age) | p95 | 252 s | &lt; 180s | 1,204 |" in said
    assert f"- q1: {REASON}. Look at lastError".replace("<", "&lt;") in said
    assert "- q1: test_login failed" in said


def test_junit_distinguishes_failures_from_errors(mixed: Report) -> None:
    root = ET.fromstring(as_junit(mixed))
    suite = root[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "2")
    case = next(case for case in suite if (case.get("name") or "").startswith("q1"))
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == f"{REASON}. Look at lastError"
    assert failure.text == "test_login failed\ntest_logout failed"
    assert "p95: 252 s, limit < 180s, n 1,204" in (case.findtext("system-out") or "")


@pytest.fixture
def hostile() -> Report:
    words = Judged(reading=Reading(name="p95", value=HOSTILE), outcome=Outcome.FAIL, limit='== "x"')
    return report(bad=result(Outcome.FAIL, HOSTILE, hint=HOSTILE, detail=(HOSTILE,), judged=(words,)))


@pytest.mark.parametrize(
    "form", [as_text, as_markdown, as_junit, lambda it: as_json(it.model_dump(mode="json"))]
)
def test_measured_text_cannot_control_a_terminal(hostile: Report, form: object) -> None:
    said = form(hostile)  # type: ignore[operator]
    assert not set(said) & {"\x1b", "\x07", "\x7f", "\x9b", "\u202e"}


def test_json_keeps_characters_that_a_terminal_would_not_show(hostile: Report) -> None:
    written = as_json(hostile.model_dump(mode="json"))
    assert json.loads(written)["results"]["bad"]["reason"] == HOSTILE


def test_measured_text_is_not_taken_for_markup(hostile: Report) -> None:
    lines = as_markdown(hostile).splitlines()
    assert "<script>" not in "".join(lines)
    assert [line for line in lines if line.startswith("#")] == ["# staging: FAIL, recommends NO-GO", "## Why"]
    (row,) = (line for line in lines if line.startswith("| FAIL"))
    assert row.replace("\\|", "").count("|") == 7


def test_a_measured_line_cannot_imitate_the_reports_own_lines(hostile: Report) -> None:
    assert [line for line in as_text(hostile).splitlines() if line.startswith("#")] == []
    assert ET.fromstring(as_junit(hostile))[0].get("failures") == "1"
