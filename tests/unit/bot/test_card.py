"""The card and the results, built from Slack's newest blocks and from those that every server knows."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.dossier import Dossier
from bot.rules.run import CheckState, RunState
from bot.rules.verdict import Recommendation
from bot.slack.blocks import MOST_CHARACTERS, MOST_POINTS, Block
from bot.slack.fallback import NEWEST
from bot.slack.messages.card import card
from bot.slack.messages.curve import curve
from bot.slack.messages.kind import Facts
from bot.slack.messages.lines import how_long, subject, verdict
from bot.slack.messages.posting import Posting
from bot.slack.messages.table import results_table
from checks.outcome import Cause, Outcome
from checks.reading import Measurement, Reading, Series
from checks.result import Judged, Result
from sandbox.slack.blocks import problems_in
from tests.unit.bot.dossiers import HUGE, NOW, dossier, plan
from tests.unit.checks.test_wording import check

LONG = "x" * 80
LIMIT = "< 90s"


def queue_age(value: float, outcome: Outcome, points: int = 0, **more: Any) -> Result:
    reading = Reading(name="p95", value=value, unit="s", n=31)
    line = tuple((NOW + timedelta(minutes=at), float(at)) for at in range(points))
    series = (Series(name="p95", unit="s", points=line),) if points else ()
    given: dict[str, Any] = {
        "outcome": outcome,
        "reason": f"p95 is {value} s, limit {LIMIT}",
        "judged": (Judged(reading=reading, outcome=outcome, limit=LIMIT),),
        "measurements": (Measurement(readings=(reading,), series=series),),
        "started_at": NOW,
        "seconds": 1.0,
    }
    return Result(**given | more)


def deciding(folder: Path, *results: Result, checks: int = 0) -> Dossier:
    """A deciding run with these results; the remaining checks repeat the last one."""
    made = dossier(plan(folder, checks or max(2, len(results)), "Pin it"), "x", RunState.DECIDING)
    given = [*results, *[results[-1]] * len(made.checks)]
    found = tuple(
        one.model_copy(update={"result": result}) for one, result in zip(made.checks, given, strict=False)
    )
    run = made.run.model_copy(update={"arguments": {"version": "1.42.0", "region": "eu"}})
    return made.model_copy(update={"checks": found, "votes": (), "waivers": (), "run": run})


def shown(made: Dossier) -> Posting:
    return card(made, Facts(made).asked(None))


def results(made: Dossier) -> Posting:
    return results_table(made, Facts(made).asked(None))


def of_type(posting: Posting, kind: str) -> list[Block]:
    return [block for block in posting.blocks if block["type"] == kind]


FAILED, PASSED = queue_age(182, Outcome.FAIL, 60), queue_age(12, Outcome.PASS)
WARNED = queue_age(91, Outcome.WARN, 60)


# ---------------------------------------------------------------- the card


def test_the_line_saying_who_must_act_is_directly_above_the_buttons(tmp_path: Path) -> None:
    *_, needs, buttons, footer = shown(deciding(tmp_path, FAILED)).blocks
    assert needs["text"]["text"].startswith(
        "*NO-GO recommended.* To go ahead, it needs a vote from release-managers ("
    )
    assert [one["text"]["text"] for one in buttons["elements"]] == [
        "Go",
        "Conditional go…",
        "No-go…",
        "Waive…",
    ]
    assert footer["type"] == "context"
    assert "run #1" in str(footer) and "version=" not in str(footer)


@pytest.mark.parametrize(("found", "primary"), [(PASSED, True), (WARNED, False), (FAILED, False)])
def test_go_is_the_primary_button_if_recommended_and_otherwise_asks_for_confirmation(
    tmp_path: Path, found: Result, primary: bool
) -> None:
    made = deciding(tmp_path, found)
    go = of_type(shown(made), "actions")[0]["elements"][0]
    assert ("style" in go, "confirm" in go) == (primary, not primary)
    assert (made.verdict.recommendation is Recommendation.GO) is primary
    if not primary:
        assert "p95" in go["confirm"]["text"]["text"]
        assert go["confirm"]["confirm"]["text"] == "Vote Go"


def test_the_card_fits_and_keeps_its_buttons_whatever_failed(tmp_path: Path) -> None:
    failed = queue_age(182, Outcome.FAIL, hint=HUGE, detail=(HUGE,) * 50, reason=HUGE)
    posting = shown(deciding(tmp_path, failed, checks=150))
    assert problems_in(list(posting.blocks), "message") == []
    text = json.dumps(posting.blocks, ensure_ascii=False)
    assert text.count("❌") == 15
    assert "… and 135 more, in the thread" in text
    assert "and 148 more" in text
    assert len(text) < MOST_CHARACTERS
    assert posting.blocks[-2]["type"] == "actions"
    assert len(posting.text) <= 4000


def test_with_five_failed_checks_the_verdict_and_buttons_fit_on_one_phone_screen(tmp_path: Path) -> None:
    """A 400-pixel screen holds 45 characters a line, and about 28 lines."""
    posting = shown(deciding(tmp_path, *[FAILED] * 5, PASSED, checks=15))
    lines = [
        line
        for block in posting.blocks
        if block["type"] in {"header", "section"}
        for line in block["text"]["text"].splitlines()
    ]
    assert sum(-(-len(line) // 45) for line in lines) + 4 <= 28


def test_while_being_posted_the_card_names_groups_and_mentions_no_voter(tmp_path: Path) -> None:
    posting = card(deciding(tmp_path, FAILED), None)
    needs = posting.blocks[-3]["text"]["text"]
    assert "needs a vote from release-managers, a vote from platform and waivers for" in needs
    assert "fix: platform" in str(posting.blocks)
    assert "<@U01ANA>" not in f"{posting.blocks}{posting.text}"


def test_the_plain_text_has_everything_that_matters(tmp_path: Path) -> None:
    made = deciding(tmp_path, FAILED, WARNED, PASSED, checks=4)
    text = shown(made).text
    assert text.startswith("Waiting for approval: staging 1.42.0. NO-GO recommended: 1 of 4 checks failed,")
    for said in (
        "c0 (fail): p95 182 s, must be under 90 s (31 jobs).",
        "UTC",
        "needs a vote from",
        "Run #1.",
    ):
        assert said in text


def test_without_a_version_the_card_is_titled_by_the_commit_or_the_run(tmp_path: Path) -> None:
    made = deciding(tmp_path, PASSED)

    def about(**arguments: str) -> str:
        run = made.run.model_copy(update={"arguments": arguments})
        return subject(made.model_copy(update={"run": run}))

    assert about(version="1.42.0", commit="0123456789abcdef") == "staging 1.42.0"
    assert about(commit="0123456789abcdef") == "staging 0123456789ab"
    assert about(region="eu") == "staging run #1"
    assert len(about(version=LONG * 3)) < 80


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([PASSED] * 4, "all 4 checks passed"),
        ([FAILED, PASSED], "1 of 4 checks failed"),
        ([FAILED, FAILED, WARNED, PASSED], "2 of 4 checks failed, 1 gave a warning"),
        ([WARNED, WARNED, PASSED], "2 of 4 checks gave warnings"),
        ([queue_age(3, Outcome.WARN, cause=Cause.FLAKY), PASSED], "1 of 4 checks is flaky"),
        (
            [queue_age(3, Outcome.ERROR), queue_age(3, Outcome.UNKNOWN), PASSED],
            "1 of 4 checks could not be measured, 1 had too little data",
        ),
    ],
)
def test_the_verdict_is_one_sentence(tmp_path: Path, found: list[Result], said: str) -> None:
    assert verdict(deciding(tmp_path, *found, checks=4)) == said


def test_while_checking_the_card_names_a_few_running_checks(tmp_path: Path) -> None:
    made = deciding(tmp_path, PASSED, checks=20)
    running = tuple(
        one.model_copy(
            update={"state": CheckState.RUNNING, "result": None, "started_at": NOW + timedelta(seconds=72)}
        )
        for one in made.checks
    )
    run = made.run.model_copy(update={"state": RunState.CHECKING})
    text = str(shown(made.model_copy(update={"checks": running, "run": run})).blocks)
    assert "0 of 20 checks done · 1 min 12 s · running: c0, c1, c2, c3, c4 and 15 more" in text
    assert "actions" not in text


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (72, "1 min 12 s"), (3600, "1 h"), (90_061, "1 d 1 h"), (-5, "0 s")]
)
def test_durations_are_rounded(seconds: int, said: str) -> None:
    assert how_long(timedelta(seconds=seconds)) == said


# ---------------------------------------------------------------- the results


def test_failures_come_first_in_three_columns_and_passes_are_collapsed(tmp_path: Path) -> None:
    posting = results(deciding(tmp_path, PASSED, FAILED, WARNED, PASSED, checks=5))
    kinds = [block["type"] for block in posting.blocks]
    assert kinds.index("data_table") < kinds.index("data_visualization") < kinds.index("container")
    rows = [[cell["text"] for cell in row] for row in of_type(posting, "data_table")[0]["rows"]]
    assert rows == [
        ["Check", "Measured", "Limit"],
        ["❌ c1", "p95 182 s (31 jobs)", "must be under 90 s"],
        ["⚠️ c2", "p95 91 s (31 jobs)", "must be under 90 s"],
    ]
    (passes,) = of_type(posting, "container")
    assert passes["title"]["text"] == "3 checks passed"
    assert passes["default_collapsed"]


def test_if_all_passed_there_is_no_table_of_failures(tmp_path: Path) -> None:
    posting = results(deciding(tmp_path, PASSED))
    assert not of_type(posting, "data_table") and not of_type(posting, "data_visualization")
    assert of_type(posting, "container")


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("checks", [2, 150])
def test_the_results_are_valid_with_newer_and_with_older_blocks(
    tmp_path: Path, checks: int, outcome: Outcome
) -> None:
    found = queue_age(182, outcome, 500, hint=HUGE, detail=(HUGE,) * 50, reason=HUGE)
    posting = results(deciding(tmp_path, found, checks=checks))
    assert len(posting.blocks) <= 50
    assert len(of_type(posting, "data_visualization")) <= 2
    for inside in (one for block in of_type(posting, "container") for one in block["child_blocks"]):
        assert inside["type"] == "section"
    assert len([block for block in of_type(posting, "container") if len(block["child_blocks"]) > 10]) == 0
    assert problems_in(list(posting.without(NEWEST).blocks), "message") == []
    assert "sha256:" not in str(posting)


def test_a_programs_output_is_one_block_with_the_relevant_lines(tmp_path: Path) -> None:
    lines = ("failed: test_cart.adds: 1 != 2", *(f"line {at}" for at in range(30)), "`<!channel>`")
    made = deciding(tmp_path, queue_age(1, Outcome.FAIL, detail=lines))
    made = made.model_copy(update={"checks": (made.checks[1].model_copy(update={"name": "tests"}),)})
    text = next(block["text"]["text"] for block in results(made).blocks if "test_cart" in str(block))
    assert text.count("```") == 2
    assert "line 1" not in text


# ---------------------------------------------------------------- the chart


def drawn(points: list[tuple[float, float]], limit: str, title: str = LONG) -> dict[str, Any]:
    line = tuple((NOW + timedelta(seconds=at), value) for at, value in points)
    reading = Reading(name="p95", value=1, unit="s")
    result = queue_age(
        1,
        Outcome.FAIL,
        judged=(Judged(reading=reading, outcome=Outcome.FAIL, limit=limit),),
        measurements=(Measurement(readings=(reading,), series=(Series(name="p95", unit="s", points=line),)),),
    )
    block = curve(check("jobs.queue_age"), title, result)
    assert block
    return block


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.floats(-1e9, 1e9)),
        min_size=2,
        max_size=300,
        unique_by=lambda at: at[0],
    ),
    st.sampled_from(["< 90s", ">= 5s", "== 3s"]),
)
def test_bins_keep_the_worst_value_and_invent_none(points: list[tuple[int, float]], limit: str) -> None:
    block = drawn(sorted(points), limit)
    measured, bound = block["chart"]["series"]
    values = [point["value"] for point in measured["data"]]
    labels = [point["label"] for point in measured["data"]]
    given_values = [value for _, value in points]
    assert 1 <= len(values) <= MOST_POINTS
    assert set(values) <= set(given_values)
    worst = min if limit.startswith(">") else max
    assert worst(values) == worst(given_values)
    assert (
        labels == block["chart"]["axis_config"]["categories"] == [point["label"] for point in bound["data"]]
    )
    assert len(set(labels)) == len(labels)
    assert {point["value"] for point in bound["data"]} == {float(limit.strip("<>= s"))}


def test_a_limit_too_large_for_any_chart_is_omitted() -> None:
    assert [series["name"] for series in drawn([(0, 1.0), (60, 2.0)], "< 1e400s")["chart"]["series"]] == [
        "Measured"
    ]


def test_the_axes_say_in_words_utc_and_how_points_were_aggregated() -> None:
    few = drawn([(0, 1.0), (60, 2.0)], LIMIT)["chart"]["axis_config"]
    many = drawn([(at * 60, float(at)) for at in range(120)], LIMIT)["chart"]["axis_config"]
    assert few == {
        "categories": ["12:00", "12:01"],
        "x_label": "Time in UTC",
        "y_label": "p95 wait, by start time, in s",
    }
    assert many["x_label"] == "Time in UTC, highest of each 5 min 58 s"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Queue age", "Queue age: p95 wait, by start time"),
        ("Queue age, last ten minutes", "Queue age, last ten minutes"),
    ],
)
def test_a_charts_title_says_what_it_shows_unless_slack_would_cut_it(title: str, shown: str) -> None:
    assert drawn([(0, 1.0), (60, 2.0)], LIMIT, title=title)["title"] == shown


def test_a_check_that_passed_or_has_no_series_gets_no_chart(tmp_path: Path) -> None:
    made = deciding(tmp_path, PASSED)
    checks = made.plan.environment.checks
    assert curve(checks["c0"], "c0", queue_age(182, Outcome.FAIL)) is None
    assert curve(checks["c0"], "c0", queue_age(12, Outcome.PASS, 60)) is None
