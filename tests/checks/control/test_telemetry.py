"""What a database records about a control loop: regular, strange and hostile."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from checks.control.autoscale import Autoscale
from checks.control.promotion import Promotion
from checks.control.recorded import records
from checks.evaluate import evaluate
from checks.outcome import Cause, CheckError, Outcome
from checks.reading import Moment
from checks.result import Result
from checks.secrets import Secrets
from checks.sources.postgres import Rows

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUERY = 'SELECT decision FROM "Decision" WHERE at >= {{start}} AND at < {{end}}'


class Answering:
    """A database that contains these rows."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = rows
        self.asked: dict[str, Any] = {}

    async def query(self, _text: str, params: dict[str, Any]) -> Rows:
        self.asked = params
        columns = tuple(self.rows[0]) if self.rows else ("decision",)
        return Rows(columns, tuple(tuple(row.values()) for row in self.rows))

    def compare_clocks(self, _moment: Moment) -> None: ...


def autoscale(**fields: Any) -> Autoscale:
    written = {"kind": "control.autoscale", "owner": "platform", "window": "1h", "decisions": QUERY}
    return Autoscale.model_validate({**written, **fields})


def promotion(**fields: Any) -> Promotion:
    written = {"kind": "control.promotion", "owner": "platform", "window": "4h", "decisions": QUERY}
    return Promotion.model_validate({**written, **fields})


def capacity(minutes: float, before: Any = 1024, after: Any = 1024, **fields: Any) -> dict[str, Any]:
    """A decision this many minutes before noon, as the reference system logs it."""
    guardrails = {"contentionBreached": False, "failureRateBreached": False}
    decision = {
        "timestamp": (NOON - timedelta(minutes=minutes)).isoformat(timespec="milliseconds"),
        "fromCapacity": before,
        "toCapacity": after,
        "reasonCode": "hold_target_reached",
        "guardrailState": guardrails | fields.pop("guardrails", {}),
        "operatorOverrideActive": False,
        "correlationId": "c-1",
        "globalTarget": 1024,
    }
    return {"decision": decision | fields}


async def result_of(check: Autoscale | Promotion, *rows: dict[str, Any]) -> Result:
    return await evaluate(check, Answering(*rows), Moment(now=NOON), Secrets({}))


def value(result: Result, reading: str) -> Any:
    return next(judged.reading.value for judged in result.judged if judged.reading.name == reading)


async def test_a_real_day_of_the_reference_system() -> None:
    held = capacity(20)
    forced = capacity(
        10, 2048, reasonCode="guardrail_step_down", globalTarget=1280, guardrails={"contentionBreached": True}
    )
    result = await result_of(autoscale(), held, forced)
    assert result.outcome is Outcome.PASS, result.reason
    assert (value(result, "ticks_to_step_down"), value(result, "step_downs"), value(result, "jumps")) == (
        1,
        1,
        1,
    )


async def test_it_reads_one_ramp_window_before_the_one_it_judges() -> None:
    source = Answering(capacity(62), capacity(30))
    result = await evaluate(autoscale(), source, Moment(now=NOON), Secrets({}))
    assert source.asked["start"] == datetime(2026, 11, 23, 10, 55)  # noqa: DTZ001  as it is bound
    assert value(result, "decisions") == 1


async def test_the_first_difference_is_named_with_its_time_and_correlation_id() -> None:
    wrong = capacity(5, 2048, 2048, guardrails={"failureRateBreached": True}, correlationId="c-\x1b[31m7")
    result = await result_of(autoscale(), capacity(10, 2048, 2048), wrong, capacity(4, 2048, 2048))
    assert result.outcome is Outcome.FAIL
    assert (
        "decisions as expected is 2, limit == decisions (3): 2026-11-23 11:55:00 UTC (c-[31m7): "
        "hold_target_reached 2048 → 2048, expected guardrail_step_down 2048 → 1024"
    ) in result.reason
    assert value(result, "ticks_to_step_down") == 2


@pytest.mark.parametrize("reason", [None, "", "because", 7])
async def test_a_decision_without_a_known_reason_code_is_unexplained(reason: Any) -> None:
    result = await result_of(autoscale(), capacity(5, reasonCode=reason))
    assert result.outcome is Outcome.FAIL
    assert value(result, "unexplained") == 1


async def test_measured_signals_take_precedence_over_what_the_loop_recorded() -> None:
    row = {**capacity(5, 2048, 2048), "contentionBreached": True}
    result = await result_of(autoscale(), row)
    assert result.outcome is Outcome.FAIL
    assert "expected guardrail_step_down 2048 → 1024" in result.reason


async def test_a_target_that_does_not_follow_from_the_load_is_a_difference() -> None:
    result = await result_of(autoscale(), capacity(5, activeWorkspaces=17))
    assert "target 1024, expected 1088" in result.reason


async def test_an_override_is_counted_and_explained() -> None:
    pinned = capacity(5, 2048, 1500, reasonCode="operator_override", operatorOverrideActive=True)
    result = await result_of(autoscale(), pinned)
    assert result.outcome is Outcome.PASS, result.reason
    assert value(result, "overridden") == 1
    result = await result_of(autoscale(policy={"override": 1500}), capacity(5, 1500, 1500))
    assert "no override, expected one of 1500" in result.reason


async def test_a_policy_that_differs_from_the_configured_one_is_a_difference() -> None:
    decision = {
        "timestamp": NOON.replace(hour=11).isoformat(),
        "promotionGranted": False,
        "reasonCode": "healthy_window_recorded",
        "healthyWindows": 1,
        "demotionBreachWindows": 0,
        "requiredWindows": 2,
        "signals": {
            "queueAgeP95Seconds": 12.5,
            "failureRatePercent": 0,
            "contentionBreached": False,
            "duplicateSendCount": 0,
        },
    }
    result = await result_of(promotion(policy={"enabled": True}), {"decision": decision})
    assert "2 windows required, expected 4" in result.reason
    result = await result_of(promotion(), {"decision": {**decision, "requiredWindows": 4}})
    assert "expected feature_disabled, not granted" in result.reason


async def test_a_promotion_record_is_read_as_logged() -> None:
    signals = {"failureRatePercent": 0, "contentionBreached": False}
    healthy = {
        "timestamp": "2026-11-23T10:00:00.000Z",
        "promotionGranted": False,
        "reasonCode": "healthy_window_recorded",
        "healthyWindows": 1,
        "demotionBreachWindows": 0,
        "requiredWindows": 4,
        "signals": {"queueAgeP95Seconds": 0, "duplicateSendCount": 0, **signals},
    }
    duplicate = {
        **healthy,
        "timestamp": "2026-11-23T10:05:00.000Z",
        "reasonCode": "duplicate_send_immediate_demotion",
        "healthyWindows": 0,
        "signals": {"queueAgeP95Seconds": 12, "duplicateSendCount": 1, **signals},
    }
    check = promotion(policy={"enabled": True})
    result = await result_of(check, {"decision": healthy}, {"decision": duplicate})
    assert result.outcome is Outcome.PASS, result.reason
    assert value(result, "queue_age_p95") == 12


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"fromCapacity": None}, "has no fromCapacity"),
        ({"toCapacity": "1024"}, "has “1024” as toCapacity, expected a whole number"),
        ({"toCapacity": 1024.5}, "expected a whole number"),
        ({"toCapacity": -1}, "expected a whole number"),
        ({"toCapacity": True}, "expected a whole number"),
        ({"toCapacity": 10**40}, "expected a whole number"),
        ({"toCapacity": Decimal("1e100000")}, "expected a whole number"),
        ({"toCapacity": [1]}, "has a list or mapping as toCapacity"),
        ({"globalTarget": None}, "has no activeWorkspaces or globalTarget"),
        ({"guardrailState": "ok"}, "has no contentionBreached"),
        ({"guardrailState": {"contentionBreached": "no"}}, "expected true or false"),
        ({"timestamp": "yesterday\x07"}, "has “yesterday” as timestamp, expected a time"),
        ({"timestamp": 17}, "expected a time"),
        ({"timestamp": None}, "expected a time"),
        ({"timestamp": "0001-01-01T00:00:00+23:59"}, "expected a time"),
    ],
)
async def test_a_row_that_is_no_decision_is_an_error_that_names_the_row_and_field(
    fields: dict[str, Any], said: str
) -> None:
    result = await result_of(autoscale(), capacity(9), capacity(5, **fields))
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "row 2 of the query " in result.reason
    assert said in result.reason
    assert result.hint


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"decision": "{}"}, "expected a JSON object"),
        ({"fromcapacity": 1}, "did you mean 'fromCapacity'?"),
    ],
)
def test_another_row_shape_is_an_error(row: dict[str, Any], said: str) -> None:
    with pytest.raises(CheckError) as caught:
        records(Rows(tuple(row), (tuple(row.values()),)), Autoscale.fields)
    assert said in str(caught.value)


async def test_text_from_the_system_is_cleaned_and_shortened() -> None:
    reason = "\x1b]0;owned\x07<!channel>\u202e" + "x" * 10_000
    result = await result_of(autoscale(), capacity(5, reasonCode=reason))
    text = result.model_dump_json()
    assert "\\u001b" not in text
    assert "\u202e" not in text
    assert len(text) < 10_000


async def test_unordered_rows_are_sorted_and_those_after_the_window_dropped() -> None:
    later = capacity(-5, 7, 7)
    result = await result_of(autoscale(), capacity(3), later, capacity(5))
    assert result.outcome is Outcome.PASS, result.reason
    assert value(result, "decisions") == 2


async def test_ten_thousand_decisions_do_not_block_the_event_loop() -> None:
    from tests.checks.test_scenario import paused

    rows = [capacity(place / 200) for place in range(1, 10_001)]
    result, longest = await paused(result_of(autoscale(), *rows))
    assert value(result, "decisions") == 10_000
    assert all(len(each.points) <= 250 for one in result.measurements for each in one.series)
    assert longest < 0.5


async def test_without_decisions_the_model_is_replayed_over_the_signals() -> None:
    rows = [
        {
            "timestamp": (NOON - timedelta(minutes=60 - minute)).isoformat(),
            "activeWorkspaces": 20,
            "contentionBreached": minute % 12 == 11,
            "failureRateBreached": False,
        }
        for minute in range(60)
    ]
    check = autoscale(decisions="", signals=QUERY, **{"pass": {"oscillations": "<= 1"}})
    result = await result_of(check, *rows)
    assert result.outcome is Outcome.FAIL
    assert value(result, "replayed") == 60
    assert value(result, "oscillations") == 4
    nothing = await result_of(check)
    assert nothing.outcome is Outcome.UNKNOWN


STEP = {"active_workspaces": 20, "expect": {"reason_code": "ramp_step"}}


class TestConfiguration:
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"decisions": ""}, "nothing to replay"),
            ({"signals": QUERY}, "not both"),
            ({"window": None}, "expected a window"),
            ({"decisions": "SELECT '{{start}}'"}, "outside quotes"),
            ({"scenarios": {"a": {"steps": [{"ticks": 2}]}}}, "scenario a to say what to expect"),
            ({"scenarios": {"a": {"steps": [STEP], "policy": {"florr": 1}}}}, "policy with florr"),
            ({"scenarios": {"a": {"steps": [STEP], "policy": {"floor": "many"}}}}, "policy with floor"),
            ({"scenarios": {"a": {"steps": [{**STEP, "ticks": 10_000}] * 3}}}, "at most 20,000 ticks"),
            ({"scenarios": {"a": {"steps": [STEP], "every": "0s"}}}, "longer than 0s"),
            ({"policy": {"step_down_factor": 1.5}}, "less than or equal to 1"),
            ({"pass": {"oscilations": "== 0"}}, "oscilations"),
        ],
    )
    def test_configuration_mistakes_are_named(self, fields: dict[str, Any], said: str) -> None:
        with pytest.raises(ValidationError, match=said):
            autoscale(**fields)

    def test_a_scenario_overrides_the_policy_for_itself_even_after_json(self) -> None:
        steps = [{"expect": {"reason_code": "operator_override", "capacity": 7}}]
        written = {"a": {"steps": steps, "policy": {"override": 7}}}
        check = autoscale(decisions="", window=None, scenarios=written)
        again = Autoscale.model_validate_json(json.dumps(check.model_dump(mode="json", by_alias=True)))
        assert again == check
        (trajectory,) = again.simulated()
        assert not trajectory.differences

    def test_a_query_without_the_window_causes_a_warning(self) -> None:
        assert [*autoscale(decisions="SELECT 1").doubtful()]
        assert not [*autoscale().doubtful()]


async def test_scenarios_need_no_source_and_name_the_first_difference() -> None:
    scenario = {
        "capacity": 2048,
        "steps": [
            {"active_workspaces": 20, "contention": True, "expect": {"reason_code": "guardrail_step_down"}},
            {"active_workspaces": 20, "ticks": 5, "expect": {"reason_code": "hold_ramp_window"}},
        ],
    }
    check = autoscale(decisions="", scenarios={"breach": scenario})
    result = await evaluate(check, None, Moment(now=NOON), Secrets({}))
    assert result.outcome is Outcome.FAIL
    assert (
        result.reason == "scenarios as expected is 0, limit == scenarios (1): breach, tick 6 of 6: "
        "ramp_step 1024 → 1088, expected hold_ramp_window"
    )
