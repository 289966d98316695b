"""How `canary check` shows a check that was blocked: never green, with what makes up for it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from xml.etree.ElementTree import fromstring

import pytest

from bot.rules.verdict import assess
from checks.outcome import Cause, CheckError, Outcome
from checks.result import Result
from checks.sources.refusal import refused
from commands.report import Report
from commands.shell.check import exit_code
from commands.shell.formats.document import as_json
from commands.shell.formats.junit import as_junit
from commands.shell.formats.markdown import as_markdown
from commands.shell.formats.text import as_text

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def report(fallback: Outcome) -> Report:
    results = {
        "logs": Result(
            outcome=Outcome.ERROR,
            reason="the name loki does not resolve",
            cause=Cause.ENVIRONMENT,
            blocked=True,
            started_at=NOW,
            seconds=1.0,
        ),
        "telemetry": Result(outcome=fallback, reason="signals is 0", started_at=NOW, seconds=1.0),
    }
    return Report(
        environment="staging",
        titles={"telemetry": "Telemetry"},
        results=results,
        verdict=assess(results, {"logs": "telemetry"}),
    )


MITIGATED = "Mitigated by telemetry (Telemetry): signals is 0."


def test_a_mitigated_check_says_by_what_in_each_form_and_is_a_warning() -> None:
    shown = report(Outcome.PASS)
    assert MITIGATED in as_text(shown)
    assert "ERROR    logs" in as_text(shown)
    assert MITIGATED in as_markdown(shown)
    document = json.loads(as_json(shown.model_dump(mode="json")))
    assert document["verdict"]["mitigated"] == {"logs": "telemetry"}
    assert document["results"]["logs"]["blocked"] is True
    suite = fromstring(as_junit(shown)).find("testsuite")
    assert suite is not None
    assert (suite.get("errors"), suite.get("skipped")) == ("0", "1")
    skipped = suite.find("testcase/skipped")
    assert skipped is not None
    assert MITIGATED in (skipped.get("message") or "")
    assert exit_code(shown.verdict.outcome) == 0


def test_a_blocked_check_without_a_passing_fallback_is_an_error() -> None:
    shown = report(Outcome.WARN)
    assert "Blocked: it can run once that is out of the way." in as_text(shown)
    suite = fromstring(as_junit(shown)).find("testsuite")
    assert suite is not None
    assert (suite.get("errors"), suite.get("skipped")) == ("1", "0")
    assert exit_code(shown.verdict.outcome) == 2


@pytest.mark.parametrize(
    ("cause", "blocked"),
    [
        (Cause.ENVIRONMENT, True),
        (Cause.TIMEOUT, True),
        (Cause.CONFIGURATION, False),
        (Cause.DATA_MISSING, False),
    ],
)
def test_what_blocks_a_check_follows_from_the_cause(cause: Cause, blocked: bool) -> None:
    assert CheckError("", cause=cause).blocked is blocked


@pytest.mark.parametrize(
    ("status", "blocked"), [(401, True), (403, True), (404, False), (500, True), (302, False)]
)
def test_a_server_that_lets_nobody_in_blocks_and_a_wrong_path_does_not(status: int, blocked: bool) -> None:
    refusals = dict.fromkeys((401, 403, 404), ("says no", Cause.CONFIGURATION, ""))
    assert refused("/x", status, "", refusals).blocked is blocked
