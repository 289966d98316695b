"""Queries and alerts of a real Prometheus and Alertmanager, and of servers that only resemble one."""

from __future__ import annotations

import gzip
import json
import ssl
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import encode_basic_auth, web
from pydantic import ValidationError

from bot.plan.load import load
from checks.context import opened
from checks.evaluate import evaluate
from checks.kinds import KINDS, SOURCES
from checks.outcome import Cause, CheckError, Outcome
from checks.reading import Moment
from checks.result import Result
from checks.secrets import Secrets
from tests import prometheus
from tests.checks.conftest import NOON
from tests.checks.probing import PEM, serving
from tests.prometheus import Server

NOBODY = Secrets({})
EXAMPLE = Path(__file__).parents[2] / "examples" / "prometheus" / "canary.yaml"
ERRORS = 'sum(rate(requests_total{status="500"}[5m])) / sum(rate(requests_total[5m]))'
BY_POD = 'sum by (pod) (rate(requests_total{status="500"}[5m])) / sum by (pod) (rate(requests_total[5m]))'


def query(promql: str, limit: str = "< 1000", **fields: Any) -> Any:
    written = {
        "kind": "prometheus.query",
        "source": "metrics",
        "owner": "platform",
        "queries": {"it": promql},
    }
    return KINDS["prometheus.query"].model_validate({**written, "pass": {"it": limit}, **fields})


def alerts(**fields: Any) -> Any:
    written = {"kind": "prometheus.alerts", "source": "metrics", "owner": "platform"}
    return KINDS["prometheus.alerts"].model_validate({**written, **fields})


async def ask(
    check: Any,
    server: Server | str,
    secrets: Secrets = NOBODY,
    *,
    now: datetime = NOON,
    values: Mapping[str, str] | None = None,
    **source: Any,
) -> Result:
    url = server if isinstance(server, str) else server.url
    asked = SOURCES["prometheus"].model_validate({"kind": "prometheus", "base_url": url, **source})
    async with opened(asked, secrets) as live:
        return await evaluate(check, live, Moment(now=now, values=dict(values or {})), secrets)


def reading(result: Result, name: str = "it") -> Any:
    return next(one.reading for one in result.judged if one.reading.name == name)


def known(result: Result) -> dict[str, Any]:
    return {one.reading.name: one.reading.value for one in result.judged}


# ------------------------------------------------------------ queries


async def test_a_ratio_of_counts_is_shown_as_a_percentage(metrics: Server) -> None:
    result = await ask(query(ERRORS, "< 3%", units={"it": "ratio"}), metrics)
    assert result.outcome is Outcome.PASS
    assert float(reading(result).value) == pytest.approx(2.5)  # 4 and 1 of 200 every 15 s
    worse = await ask(query(ERRORS, "< 2%", units={"it": "ratio"}), metrics)
    assert (worse.outcome, "is 2.5 %, limit < 2%" in worse.reason) == (Outcome.FAIL, True), worse.reason


async def test_several_readings_have_their_own_limits_and_can_be_compared(metrics: Server) -> None:
    check = query(
        "max(latency_seconds)",
        queries={"slowest": "max(latency_seconds)", "fastest": "min(latency_seconds)"},
        units={"slowest": "s", "fastest": "s"},
        **{"pass": {"slowest": ["< 300ms", "> fastest"], "fastest": "< 100ms"}},
    )
    result = await ask(check, metrics)
    assert {one.reading.name: one.outcome for one in result.judged} == {"slowest": "PASS", "fastest": "FAIL"}
    assert known(result) == {"slowest": 0.25, "fastest": 0.12}


@pytest.mark.parametrize(
    ("limit", "warn", "worst", "outcome"),
    [
        ("< 200ms", None, 0.25, "FAIL"),
        ("< 300ms", None, 0.25, "PASS"),
        ("> 150ms", None, 0.12, "FAIL"),
        ("> 100ms", None, 0.12, "PASS"),
        (["> 150ms", "< 300ms"], None, 0.12, "FAIL"),
        (["> 100ms", "< 230ms"], None, 0.25, "FAIL"),
        ("< 200ms", "< 300ms", 0.25, "WARN"),
        ("< 150ms", "< 220ms", 0.25, "FAIL"),
        ("== 120ms", None, 0.25, "FAIL"),
    ],
)
async def test_of_several_series_the_worst_counts_whatever_the_limit(
    metrics: Server, limit: Any, warn: str | None, worst: float, outcome: str
) -> None:
    warns = {"warn": {"it": warn}} if warn else {}
    result = await ask(query("latency_seconds", limit, units={"it": "s"}, **warns), metrics)
    assert (result.outcome, reading(result).value) == (outcome, worst), result.reason
    named = 'pod="b"' if worst == 0.25 else 'pod="a"'
    assert named in reading(result).note
    assert reading(result).note.endswith("the worst of 3 series")
    assert named in result.detail[0]
    assert len([line for line in result.detail if line.startswith("it ")]) == 3


async def test_each_series_has_its_own_value(metrics: Server) -> None:
    result = await ask(query(BY_POD, "< 1.5%", units={"it": "ratio"}), metrics)
    assert result.outcome is Outcome.FAIL
    assert [line.rpartition(": ")[2] for line in result.detail] == ["4 %", "1 %"]


@pytest.mark.parametrize("limits", [{"each": "<= most"}, {"most": "<= each"}])
async def test_several_series_cannot_be_compared_with_another_reading(
    metrics: Server, limits: dict[str, str]
) -> None:
    queries = {"each": "latency_seconds", "most": "max(latency_seconds)"}
    result = await ask(query("", queries=queries, **{"pass": limits}), metrics)
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "each has 3 series, and the limit" in result.reason


@pytest.mark.parametrize(
    ("promql", "said"),
    [
        ("absent_metric", "the query found no series"),
        ("nothing", "its value is NaN"),
        ("endless", "its value is +Inf"),
        ("vector(0) / 0", "its value is NaN"),
        ("latency_seconds / 0", "its value is +Inf"),
        ("ended", "the query found no series"),  # the last sample is 15 minutes old
    ],
)
@pytest.mark.parametrize("limit", ["> 0", "< 1000", "!= 3"])
async def test_what_was_not_measured_never_passes(
    metrics: Server, promql: str, said: str, limit: str
) -> None:
    result = await ask(query(promql, limit), metrics)
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, Cause.DATA_MISSING), result.reason
    assert said in result.reason


async def test_an_unknown_series_outweighs_passing_ones_but_not_a_failing_one(
    metrics: Server,
) -> None:
    both = 'label_replace(nothing, "pod", "none", "", "") or latency_seconds'
    assert (await ask(query(both, "< 1000"), metrics)).outcome is Outcome.UNKNOWN
    assert (await ask(query(both, "< 0.2"), metrics)).outcome is Outcome.FAIL
    warned = await ask(query(both, "< 0.2", warn={"it": "< 10"}), metrics)
    assert warned.outcome is Outcome.UNKNOWN


async def test_a_whole_window_is_evaluated_and_charted(metrics: Server) -> None:
    check = query("rising", "<= 240", window="30m", step="1m")
    result = await ask(check, metrics)
    assert (result.outcome, reading(result).value) == (Outcome.PASS, 240)
    [chart] = result.measurements[0].series
    assert (chart.name, len(chart.points)) == ("it", 31)
    assert chart.points[0] == (NOON - timedelta(minutes=30), 120.0)
    assert chart.points[-1] == (NOON, 240.0)
    low = await ask(query("rising", "> 120", window="30m", step="1m"), metrics)
    assert (low.outcome, reading(low).value) == (Outcome.FAIL, 120)


async def test_a_series_that_ended_within_the_window_is_unknown_unless_it_fails(metrics: Server) -> None:
    result = await ask(query("ended", "< 2", window="30m", step="1m"), metrics)
    assert result.outcome is Outcome.UNKNOWN, result.reason
    assert "before the window did" in result.reason
    assert (await ask(query("ended", "< 1", window="30m", step="1m"), metrics)).outcome is Outcome.FAIL


async def test_a_gap_within_the_window_is_unknown(metrics: Server) -> None:
    result = await ask(query("rising / (rising != bool 200) > 0", "> 0", window="30m", step="15s"), metrics)
    assert (result.outcome, "1 of 121 values are not numbers" in result.reason) == ("UNKNOWN", True), (
        result.reason
    )


async def test_each_window_is_evaluated_separately(metrics: Server) -> None:
    check = query("rising", "<= 240", window="10m", step="1m", consecutive=3)
    result = await ask(check, metrics)
    last = [one.series[0].points[-1] for one in result.measurements]
    assert last == [
        (NOON - timedelta(minutes=20), 160.0),
        (NOON - timedelta(minutes=10), 200.0),
        (NOON, 240.0),
    ]


async def test_the_windows_length_and_arguments_of_the_run_are_filled_in(metrics: Server) -> None:
    grown = query("increase(rising[{{window}}])", "> 100", window="30m")
    assert reading(await ask(grown, metrics)).value == pytest.approx(120, rel=0.02)
    one = query('version_info{version="{{version}}"}', "== 1")
    assert (await ask(one, metrics, values={"version": "1.2.3"})).outcome is Outcome.PASS
    pattern = query('version_info{version=~"{{version}}"}', "== 1")  # dots in a value match only themselves
    assert (await ask(pattern, metrics, values={"version": "1.2.3"})).outcome is Outcome.PASS
    missing = await ask(one, metrics)
    assert (missing.outcome, missing.cause) == (Outcome.ERROR, Cause.CONFIGURATION)


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("operator", ["=", "=~"])
async def test_a_value_cannot_escape_from_its_quotes(metrics: Server, quote: str, operator: str) -> None:
    check = query(f"latency_seconds{{quote{operator}{quote}{{{{version}}}}{quote}}}", "== 0.2")
    right = await ask(check, metrics, values={"version": 'it\'s "x"'})
    assert right.outcome is Outcome.PASS, right.reason
    for hostile in (
        '"} or vector(0.2) or x{a="',
        "'} or vector(0.2) or x{a='",
        ".*",
        "\\",
        '\\"',
        "a|.*",
        "([",
    ):
        result = await ask(check, metrics, values={"version": hostile})
        assert (result.outcome, reading(result).note) == ("UNKNOWN", "the query found no series"), hostile


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"queries": {"it": "x[{{version}}]"}}, "expected quotes around {{version}}"),
        ({"queries": {"it": "x{a=`{{version}}`}"}}, "between no backquotes"),
        ({"queries": {"it": "x # {{version}}"}}, "in no comment"),
        ({"queries": {"it": "x[{{window}}]"}}, "expected a window as well"),
        ({"queries": {"a b": "x"}, "pass": {"a b": "< 1"}}, "String should match pattern"),
        ({"units": {"that": "s"}}, "none of the queries"),
        ({"step": "1m"}, "expected a window as well"),
        ({"step": "1s", "window": "1h"}, "has 3,600 steps of 1s, at most 1,000"),
        ({"at_least": 5}, "expected `samples` as well"),
        ({"pass": {"other": "< 1"}}, "no reading is called 'other'"),
        ({"pass": {"it": "< 5%"}}, "is in %, but it is measured in no unit"),
    ],
)
def test_an_unusable_query_is_refused_at_its_key(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        query("x", **fields)
    assert said in str(caught.value)


async def test_too_few_samples_are_unknown(metrics: Server) -> None:
    counted = "sum(increase(requests_total[5m]))"  # 200 every 15 s
    enough = query(ERRORS, "< 1", samples=counted, at_least=3000)
    few = query(ERRORS, "< 1", samples=counted, at_least=5000)
    none = query(ERRORS, "< 1", samples="sum(absent_metric)", at_least=1)
    results = [await ask(check, metrics) for check in (enough, few, none)]
    assert [result.outcome for result in results] == ["PASS", "UNKNOWN", "UNKNOWN"]
    assert 3900 < reading(results[0]).n < 4300
    assert "rests on 0 samples, 1 are needed" in results[2].reason


@pytest.mark.parametrize(
    ("promql", "said"),
    [
        ("sum(", "the query cannot be evaluated: invalid parameter"),
        ("latency_seconds * on() latency_seconds", "the query cannot be evaluated"),
        ('"words"', "the query returns a string, expected numbers"),
    ],
)
async def test_a_refusal_by_prometheus_is_quoted(metrics: Server, promql: str, said: str) -> None:
    result = await ask(query(promql), metrics)
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert said in result.reason


async def test_too_many_series_are_an_error_that_says_how_many(metrics: Server) -> None:
    result = await ask(query("latency_seconds"), metrics, max_series=2)
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "found 3 series, at most 2" in result.reason


async def test_a_scalar_is_a_number(metrics: Server) -> None:
    assert reading(await ask(query("scalar(rising)", "== 240"), metrics)).value == 240
    assert reading(await ask(query("time()", "> 0"), metrics)).value == NOON.timestamp()


# ------------------------------------------------------------ alerts


async def test_a_firing_alert_fails_and_is_named(metrics: Server) -> None:
    result = await ask(alerts(labels={"service": ["shop", "cart"]}), metrics, now=datetime.now(UTC))
    assert result.outcome is Outcome.FAIL
    assert known(result) == {"firing": 1, "pending": 0, "suppressed": None, "rules": 3}
    assert 'HighErrorRate{service="shop", severity="page"} firing since' in result.reason
    assert "12 % of checkouts fail" in result.detail[0]


async def test_a_pending_alert_is_counted_separately(metrics: Server) -> None:
    check = alerts(labels={"service": "disks"})
    result = await ask(check, metrics)
    assert (result.outcome, known(result)["pending"]) == (Outcome.PASS, 1)
    strict = alerts(labels={"service": "disks"}, **{"pass": {"pending": "== 0"}})
    assert (await ask(strict, metrics)).outcome is Outcome.FAIL


async def test_no_firing_alert_passes_if_a_rule_could_raise_one(metrics: Server) -> None:
    result = await ask(alerts(labels={"service": "cart", "severity": "page"}), metrics)
    assert (result.outcome, known(result)["firing"], known(result)["rules"]) == (Outcome.PASS, 0, 1)


async def test_without_a_matching_rule_the_outcome_is_unknown(metrics: Server) -> None:
    result = await ask(alerts(labels={"alertname": "Renamed"}), metrics)
    assert (result.outcome, result.cause) == (Outcome.UNKNOWN, Cause.DATA_MISSING)
    assert "no rule that is loaded could raise such an alert" in result.reason


async def test_labels_that_come_only_from_the_series_count(metrics: Server) -> None:
    ours = await ask(alerts(labels={"severity": "info", "tenant": "acme"}, ignore=["Broken"]), metrics)
    others = await ask(alerts(labels={"severity": "info", "tenant": "other"}, ignore=["Broken"]), metrics)
    assert [ours.outcome, others.outcome] == ["FAIL", "PASS"]


async def test_an_ignored_alert_does_not_count(metrics: Server) -> None:
    ignoring = alerts(labels={"service": ["shop", "cart"]}, ignore=["HighErrorRate"])
    result = await ask(ignoring, metrics)
    assert (result.outcome, known(result)["firing"]) == (Outcome.PASS, 0)


async def test_a_label_computed_by_a_rule_matches_any_value(metrics: Server) -> None:
    labels = {"service": "hosts", "team": "disks"}
    result = await ask(alerts(labels=labels, ignore=["OfATenant"]), metrics)
    assert (result.outcome, known(result)["rules"]) == (Outcome.PASS, 1), result.reason
    without = await ask(alerts(labels=labels, ignore=["OfATenant", "Templated"]), metrics)
    assert without.outcome is Outcome.UNKNOWN


async def test_a_heartbeat_that_does_not_fire_makes_the_outcome_unknown(metrics: Server) -> None:
    beating = await ask(alerts(labels={"service": "cart"}, heartbeat="HighErrorRate"), metrics)
    pending = await ask(alerts(labels={"service": "cart"}, heartbeat="DiskFillsUp"), metrics)
    missing = await ask(alerts(labels={"service": "cart"}, heartbeat="Watchdog"), metrics)
    assert [each.outcome for each in (beating, pending, missing)] == ["PASS", "UNKNOWN", "UNKNOWN"]


async def test_a_rule_that_cannot_be_evaluated_is_an_error(metrics: Server) -> None:
    result = await ask(alerts(labels={"service": "broken"}), metrics)
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "the rule Broken cannot be evaluated: found duplicate series" in result.reason


async def test_rules_no_longer_evaluated_are_an_error(metrics: Server) -> None:
    later = datetime.now(UTC) + timedelta(minutes=10)
    result = await ask(alerts(labels={"service": "cart"}), metrics, now=later)
    assert result.outcome is Outcome.ERROR
    assert "was last evaluated 10m" in result.reason


async def test_a_server_without_rules_is_unknown(metrics_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "prometheus.yml").write_text("{}\n")
    with prometheus.prometheus(tmp_path) as bare:
        result = await ask(alerts(), bare)
    assert result.outcome is Outcome.UNKNOWN


@pytest.fixture
def manager(metrics_folder: Path, tmp_path: Path) -> Iterator[Server]:
    with prometheus.alertmanager(tmp_path) as server:
        yield server


def post(server: Server, path: str, body: Any) -> None:
    request = urllib.request.Request(
        f"{server.url}/api/v2/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request):
        pass


async def test_an_alertmanager_reports_what_fires_as_long_as_its_heartbeat_arrives(manager: Server) -> None:
    check = alerts(labels={"severity": "page"}, heartbeat="Watchdog")
    silent = await ask(check, manager, api="alertmanager")
    assert silent.outcome is Outcome.UNKNOWN
    assert "the alert Watchdog, which always fires, is not there" in silent.reason
    post(manager, "alerts", [{"labels": {"alertname": "Watchdog", "severity": "page"}}])
    well = await ask(check, manager, api="alertmanager")
    assert (well.outcome, known(well)["firing"]) == (Outcome.PASS, 0), well.reason
    post(
        manager,
        "alerts",
        [{"labels": {"alertname": "Down", "severity": "page"}, "annotations": {"summary": "ow"}}],
    )
    firing = await ask(check, manager, api="alertmanager")
    assert (firing.outcome, "Down{severity=" in firing.reason) == (Outcome.FAIL, True)
    silence = {
        "matchers": [{"name": "alertname", "value": "Down", "isRegex": False, "isEqual": True}],
        "startsAt": "2020-01-01T00:00:00Z",
        "endsAt": "2999-01-01T00:00:00Z",
        "createdBy": "ana",
        "comment": "known",
    }
    post(manager, "silences", silence)
    post(manager, "alerts", [{"labels": {"alertname": "Down", "severity": "page"}}])
    silenced = await ask(check, manager, api="alertmanager")
    assert (silenced.outcome, known(silenced)["suppressed"], known(silenced)["firing"]) == ("PASS", 1, 0)


async def test_an_alertmanager_needs_a_heartbeat_and_accepts_no_queries(manager: Server) -> None:
    for check, said in (
        (alerts(), "an alert that always fires"),
        (query("up"), "the check needs Prometheus"),
    ):
        result = await ask(check, manager, api="alertmanager")
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert said in result.reason


# ------------------------------------------------------------ how it is reached


async def test_the_base_url_may_contain_a_path(metrics_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "prometheus.yml").write_text("{}\n")
    options = ("--web.external-url=http://localhost/deep/prometheus",)
    url = "http://127.0.0.1:{port}/deep/prometheus"
    with prometheus.prometheus(tmp_path, *options, url=url) as server:
        assert (await ask(query("vector(1)", "== 1"), server)).outcome is Outcome.PASS
        elsewhere = await ask(query("vector(1)"), f"http://127.0.0.1:{server.port}")
    assert (elsewhere.outcome, elsewhere.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "base_url may need a path" in elsewhere.hint


WEB = """
tls_server_config:
  cert_file: {pem}
  key_file: {pem}
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: {pem}
basic_auth_users:
  canary: $2b$04$abcdefghijklmnopqrstuuYwhiqGFla0ef27FxGxBO4vNlIhRxy5O
"""
PASSWORD = "wide-open-sesame"


async def test_a_server_that_requires_authentication_gets_it(metrics_folder: Path, tmp_path: Path) -> None:
    """Prometheus itself requires a client certificate, a username and a password."""
    (tmp_path / "prometheus.yml").write_text("{}\n")
    (tmp_path / "web.yml").write_text(WEB.format(pem=PEM))
    trusting = ssl.create_default_context(cafile=PEM)
    trusting.load_cert_chain(PEM)
    certificate = {"client_certificate": {"cert_file": str(PEM), "key_file": str(PEM)}}
    basic = {"basic": {"username": "canary", "password": "${PASSWORD}"}}
    check, secrets = query("vector(1)", "== 1"), Secrets({"PASSWORD": PASSWORD})
    with prometheus.prometheus(
        tmp_path,
        f"--web.config.file={tmp_path / 'web.yml'}",
        url="https://localhost:{port}",
        tls=trusting,
        authorization=encode_basic_auth("canary", PASSWORD),
    ) as server:
        known = await ask(check, server, secrets, ca_file=str(PEM), **certificate, **basic)
        nobody = await ask(check, server, secrets, ca_file=str(PEM), **basic)
        wrong = await ask(
            check, server, Secrets({"PASSWORD": "let-me-in"}), ca_file=str(PEM), **certificate, **basic
        )
        untrusted = await ask(check, server, secrets, **certificate, **basic)
    assert known.outcome is Outcome.PASS, known.reason
    for result, said in (
        (nobody, "wants a client certificate"),
        (wrong, "does not know who asks"),
        (untrusted, "is not trusted"),
    ):
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION), result.reason
        assert said in result.reason


async def test_headers_and_a_token_reach_a_proxy_in_front(metrics: Server) -> None:
    seen: list[Mapping[str, str]] = []

    async def guarded(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers)
        if request.headers.get("Authorization") != "Bearer t0ken-of-ours":
            return web.json_response({"message": "no"}, status=401)
        return web.json_response(vector([{"metric": {}, "value": [NOON.timestamp(), "1"]}]))

    secrets = Secrets({"TOKEN": "t0ken-of-ours"})
    given = {"bearer": "${TOKEN}", "headers": {"X-Scope-OrgID": "shop"}}
    async with serving(guarded) as port:
        right = await ask(query("up"), f"http://127.0.0.1:{port}", secrets, **given)
        wrong = await ask(query("up"), f"http://127.0.0.1:{port}")
    assert right.outcome is Outcome.PASS
    assert seen[0]["X-Scope-OrgID"] == "shop"
    assert (wrong.outcome, wrong.cause, "does not know who asks" in wrong.reason) == (
        "ERROR",
        "configuration",
        True,
    )


async def test_the_example_judges_a_service(metrics: Server) -> None:
    plan = load(EXAMPLE, {"PROMETHEUS_URL": metrics.url, "PROMETHEUS_TOKEN": "t0ken-of-ours"})
    checks = plan.plan.environments["production"].checks
    moment = Moment(now=NOON, values={"version": "2.3.0"})
    async with opened(plan.plan.sources["prometheus"], plan.secrets) as live:
        results = {name: await evaluate(check, live, moment, plan.secrets) for name, check in checks.items()}
    outcomes = {name: result.outcome for name, result in results.items()}
    assert outcomes == {"errors": "PASS", "latency": "PASS", "memory": "PASS", "alerts": "FAIL"}, results
    assert float(known(results["errors"])["failed"]) == pytest.approx(0.5)
    # interpolated within its bucket
    assert float(known(results["latency"])["p95"]) == pytest.approx(0.1 + 0.15 * 45 / 47)
    assert known(results["memory"])["used"] == 1.25 * (1 << 30)
    assert 'pod="b"' in reading(results["memory"], "used").note


# ------------------------------------------------------------ servers that resemble one


def vector(rows: list[Any], **more: Any) -> dict[str, Any]:
    return {"status": "success", "data": {"resultType": "vector", "result": rows}, **more}


ONE = {"metric": {"a": "b"}, "value": [NOON.timestamp(), "1"]}
STALE = {"metric": {}, "value": [NOON.timestamp() - 120, "1"]}
HISTOGRAM = {"metric": {}, "histogram": [NOON.timestamp(), {"count": "1"}]}
RESEMBLING: Mapping[str, tuple[int, Any, str, str]] = {
    "a partial answer": (200, vector([ONE], warnings=["store s3 is unreachable"]), "ERROR", "the server warns: store s3"),
    "one that says it is": (200, vector([ONE], isPartial=True), "ERROR", "the answer is partial"),
    "a value of before": (200, vector([STALE]), "UNKNOWN", "its value is older than a minute"),
    "a histogram": (200, vector([HISTOGRAM]), "ERROR", "native histograms"),
    "no JSON": (200, None, "ERROR", "this is not what Prometheus"),
    "other JSON": (200, {"hello": 1}, "ERROR", "this is not what Prometheus"),
    "a list": (200, [1], "ERROR", "this is not what Prometheus"),
    "no result": (200, {"status": "success", "data": {"resultType": "vector"}}, "ERROR", "this is not what"),
    "no time": (200, vector([{"metric": {}, "value": ["x", "1"]}]), "ERROR", "this is not what"),
    "half a point": (200, vector([{"metric": {}, "value": [1]}]), "ERROR", "this is not what"),
    "no words": (200, vector([{"metric": {}, "value": [NOON.timestamp(), {}]}]), "UNKNOWN", "its value is {}"),
    "a time-out": (503, {"status": "error", "errorType": "timeout", "error": "took too long"}, "ERROR", "gave up"),
    "too often": (429, {}, "ERROR", "is asked too often"),
    "a fault": (500, {}, "ERROR", "cannot answer"),
    "another place": (302, {}, "ERROR", "a redirect, which is not followed"),
    "an error in good order": (200, {"status": "error", "error": "x"}, "ERROR", "this is not what"),
}  # fmt: skip


@pytest.mark.parametrize("which", RESEMBLING)
async def test_an_answer_that_only_resembles_a_valid_one_does_not_pass(which: str) -> None:
    status, body, outcome, said = RESEMBLING[which]

    async def answering(request: web.Request) -> web.StreamResponse:
        if body is None:
            return web.Response(text="<html>sign in</html>", content_type="text/html")
        return web.json_response(body, status=status)

    async with serving(answering) as port:
        result = await ask(query("x", ">= 0"), f"http://127.0.0.1:{port}")
    assert (result.outcome, said in result.reason) == (outcome, True), result.reason


RULE = {
    "name": "Down",
    "type": "alerting",
    "health": "ok",
    "lastEvaluation": f"{NOON:%Y-%m-%dT%H:%M:%SZ}",
    "alerts": [],
}


@pytest.mark.parametrize(
    ("change", "more", "outcome", "said"),
    [
        ({}, {}, "PASS", "firing is 0"),
        ({}, {"warnings": ["a ruler is unreachable"]}, "ERROR", "the server warns: a ruler is unreachable"),
        ({"lastEvaluation": f"{NOON:%Y-%m-%dT%H:%M:%S}.123456789+00:00"}, {}, "PASS", "firing is 0"),
        ({"lastEvaluation": "2026-11-23T14:00:00+02:00"}, {}, "PASS", "firing is 0"),
        ({"lastEvaluation": "2026-11-23T11:00:00Z"}, {}, "ERROR", "was last evaluated 1h ago"),
        ({"lastEvaluation": "0001-01-01T00:00:00Z"}, {}, "UNKNOWN", "Down has not been evaluated yet"),
        ({"health": "unknown"}, {}, "UNKNOWN", "Down has not been evaluated yet"),
        ({"type": "recording"}, {}, "UNKNOWN", "no rule that is loaded"),
        ({"alerts": [{"labels": {"alertname": "Down"}, "state": "odd"}]}, {}, "FAIL", "Down firing"),
    ],
)
async def test_rules_of_other_servers_are_read_just_as_strictly(
    change: dict[str, Any], more: dict[str, Any], outcome: str, said: str
) -> None:
    async def answering(request: web.Request) -> web.StreamResponse:
        groups = [{"name": "g", "interval": 60, "rules": [{**RULE, **change}]}]
        return web.json_response({"status": "success", "data": {"groups": groups}, **more})

    async with serving(answering) as port:
        result = await ask(alerts(), f"http://127.0.0.1:{port}")
    assert (result.outcome, said in result.reason) == (outcome, True), result.reason


async def test_a_failure_stays_a_failure_if_the_answer_is_partial() -> None:
    async def partial(request: web.Request) -> web.StreamResponse:
        return web.json_response(vector([ONE], warnings=["a store is unreachable"], infos=["just so"]))

    async with serving(partial) as port:
        result = await ask(query("x", "< 1"), f"http://127.0.0.1:{port}")
    assert result.outcome is Outcome.FAIL
    assert {"the server warns: a store is unreachable", "just so"} <= set(result.detail)


async def test_reaching_a_source_uses_the_smallest_possible_query(metrics: Server) -> None:
    source = SOURCES["prometheus"].model_validate({"kind": "prometheus", "base_url": metrics.url})
    async with opened(source, NOBODY) as live:
        assert await source.reach(live) == "answers: vector(1) is 1"
    gone = SOURCES["prometheus"].model_validate({"kind": "prometheus", "base_url": "http://127.0.0.1:1"})
    async with opened(gone, NOBODY) as live:
        with pytest.raises(CheckError, match="refused the connection"):
            await gone.reach(live)


def test_its_kinds_use_only_the_public_api() -> None:
    """They import each other, and nothing that a package by someone else could not: so the public API is sufficient."""
    root = Path(__file__).parents[2] / "checks"
    files = [*(root / "prometheus").glob("*.py"), root / "sources" / "prometheus.py"]
    theirs = (
        "from checks.api import",
        "from checks.prometheus.",
        "from checks.sources.prometheus import",
        "from checks.sources import prometheus",
    )
    for file in files:
        imported = [
            line
            for line in file.read_text().splitlines()
            if line.startswith(("from checks", "import checks"))
        ]
        assert all(line.startswith(theirs) for line in imported), file.name


# ---------------------------------------------------------------- hostile answers


@asynccontextmanager
async def answering(body: Any) -> AsyncIterator[str]:
    """Yields the URL of a server that answers everything with this."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(body)

    async with serving(answer) as port:
        yield f"http://127.0.0.1:{port}"


def rules(**changes: Any) -> dict[str, Any]:
    group = {"name": "g", "interval": 60, "rules": [{**RULE, **changes}]}
    return {"status": "success", "data": {"groups": [group]}}


NOT_READ = {
    "alerts of another type": {"alerts": {"state": "firing"}},
    "alerts that are no objects": {"alerts": [["firing"]]},
    "labels that are a list": {"labels": ["severity"]},
    "rules that fire without alerts": {"state": "firing", "alerts": []},
    "health that nobody knows": {"health": "bad"},
}


@pytest.mark.parametrize("rule", NOT_READ.values(), ids=NOT_READ)
async def test_unreadable_rules_are_an_error(rule: dict[str, Any]) -> None:
    async with answering(rules(**rule)) as url:
        assert (await ask(alerts(), url)).outcome is Outcome.ERROR


async def test_an_alert_without_a_name_fires_like_any_other() -> None:
    nameless = {"state": "firing", "labels": {"severity": "page"}, "annotations": {}}
    async with answering(rules(alerts=[nameless])) as url:
        assert (await ask(alerts(), url)).outcome is Outcome.FAIL


@pytest.mark.parametrize("count", ["1e5000", "99999999999999999999999"])
async def test_an_invalid_sample_size_is_an_error(count: str) -> None:
    check = query("x", samples="count(x)", at_least=10)
    async with answering(vector([{"metric": {}, "value": [NOON.timestamp(), count]}])) as url:
        result = await ask(check, url)
    assert (result.outcome, "expected a count" in result.reason) == (Outcome.ERROR, True)


async def test_too_many_alerts_are_refused_quickly() -> None:
    async with answering(rules(alerts=[{}] * 100_000)) as url:
        result = await ask(alerts(), url)
    assert (result.outcome, result.reason) == (
        Outcome.ERROR,
        "the alerts are 100,000, at most 10,000 are read",
    )


async def test_a_token_from_a_file_is_not_shown_however_the_server_echoes_it(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("a-t0ken/of-a-file")

    async def echoing(request: web.Request) -> web.StreamResponse:
        told = json.dumps({"status": "error", "error": f"you sent {request.headers['Authorization']}"})
        packed = gzip.compress(told.replace("/", "\\/").encode())
        return web.Response(status=400, body=packed, headers={"Content-Encoding": "gzip"})

    async with serving(echoing) as port:
        result = await ask(query("x"), f"http://127.0.0.1:{port}", bearer_file=str(token))
    assert "you sent" in result.reason
    assert "t0ken" not in result.model_dump_json()
