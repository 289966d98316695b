"""A reading without a limit is shown as information, never as a pass."""

from __future__ import annotations

from pathlib import Path

from bot.record.packet import as_json, as_markdown
from bot.record.verification import problems
from bot.rules.dossier import Dossier
from bot.rules.run import RunState
from bot.rules.verdict import assess
from bot.slack.chart import charted
from bot.slack.messages.card import card
from bot.slack.messages.kind import Facts
from bot.slack.messages.lines import check_line
from bot.slack.messages.table import results_table
from checks.outcome import Outcome
from checks.reading import Measurement, Reading, Series
from checks.result import Judged, Result
from commands.report import Report
from commands.shell.formats.markdown import as_markdown as report_as_markdown
from commands.shell.formats.text import as_text
from commands.slack.answers import show_check
from tests.unit.bot.dossiers import NOW, dossier, plan

DUE = Reading(name="due", value=20260115093000124)
SERIES = (
    Series(name="p95", unit="s", points=((NOW, 9.0),)),
    Series(name="due", unit="", points=((NOW, 3.0),)),
)
FAILED = Result(
    outcome=Outcome.FAIL,
    reason="p95 is 9 s, limit < 5s",
    judged=(
        Judged(reading=DUE, outcome=None),
        Judged(reading=Reading(name="p95", value=9, unit="s"), outcome=Outcome.FAIL, limit="< 5s"),
    ),
    measurements=(Measurement(readings=(DUE,), series=SERIES[::-1]),),
    started_at=NOW,
    seconds=1.0,
)


def whole(tmp_path: Path) -> Dossier:
    made = dossier(plan(tmp_path, 2, "Pin it"), "x", RunState.CLOSED)
    checks = tuple(check.model_copy(update={"result": FAILED}) for check in made.checks)
    return made.model_copy(update={"checks": checks})


def test_slack_and_packets_show_it_as_information(tmp_path: Path) -> None:
    made = whole(tmp_path)
    for text in (str(show_check(made, "c0")), as_markdown(made, ())):
        assert "20,260,115,093,000,124" in text
        assert "info" in text
        assert "PASS" not in text
    assert "p95 9 s" in check_line(made, "c0", FAILED)


def test_outside_the_details_it_is_omitted(tmp_path: Path) -> None:
    made = whole(tmp_path)
    asked = Facts(made).asked(None)
    for text in (str(results_table(made, asked)), str(card(made, asked)), check_line(made, "c0", FAILED)):
        assert "20,260,115,093,000,124" not in text
        assert "PASS" not in text


def test_in_the_packets_json_the_number_is_exact_and_has_no_outcome(tmp_path: Path) -> None:
    text = as_json(whole(tmp_path), ())
    assert "PASS" not in text
    assert not [problem for problem in problems(text) if "digest" in problem]


def test_reports_show_it_as_information() -> None:
    results = {"c0": FAILED}
    report = Report(environment="staging", titles={}, results=results, verdict=assess(results, {}))
    for text in (as_text(report), report_as_markdown(report)):
        assert "20,260,115,093,000,124" in text
        assert "info" in text
        assert "PASS" not in text


def test_the_chart_shows_the_judged_reading() -> None:
    found = charted(FAILED)
    assert found
    assert (found[0].name, found[1]) == ("p95", "< 5s")
