"""Probes: what they ask, and what they expect of the answers."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from checks.outcome import Cause, Outcome
from checks.probe import Probe
from checks.secrets import Secrets
from checks.sources.http import HttpSource
from tests.checks.probing import always, probe, readings, result_of, serving


class TestExpectations:
    async def test_the_first_users_suppression_probe(self) -> None:
        dispatched: list[str] = []

        async def cron(request: web.Request) -> web.StreamResponse:
            if request.headers.get("authorization") != "Bearer tops3cret":
                return web.json_response({"error": "unauthorized"}, status=401)
            mode = "dispatch-duplicate-suppressed" if dispatched else "dispatched"
            body = {"mode": mode, "enqueued": not dispatched, "dispatchKey": "window-7"}
            dispatched.append(mode)
            return web.json_response(body)

        check = probe(
            "last.status == 200",
            'last.body.mode == "dispatch-duplicate-suppressed"',
            "last.body.enqueued == false",
            "last.body.dispatchKey == first.body.dispatchKey",
            repeat=2,
        )
        stranger = probe("last.status == 401", bearer=False)
        secrets = Secrets({"CRON_SECRET": "tops3cret"})
        async with serving(cron) as port:
            suppressed = await result_of(check, port, secrets, bearer="${CRON_SECRET}")
            refused = await result_of(stranger, port, secrets, bearer="${CRON_SECRET}")

        assert (suppressed.outcome, refused.outcome) == (Outcome.PASS, Outcome.PASS)
        assert suppressed.reason == "expectations met is 4, limit == expectations_total (4)"
        assert readings(suppressed)["status"] == 200

    async def test_what_is_not_met_is_shown_with_what_came_instead(self) -> None:
        async with serving(always({"mode": "dispatched", "enqueued": True})) as port:
            result = await result_of(probe("last.body.enqueued == false", "last.status == 200"), port)

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.REGRESSION)
        why = "last.body.enqueued == false: last.body.enqueued was true"
        assert result.reason == f"expectations met is 1, limit == expectations_total (2): {why}"
        assert result.detail[0] == why

    @pytest.mark.parametrize(
        ("expect", "why"),
        [
            ("last.body.nope == 1", "last.body has no field nope"),
            ("last.body.list[3] == 1", "last.body.list has no field 3"),
            ("last.body.deep.x < 'a'", "last.body.deep.x was 1"),
            ("last.headers['x-none'] == ''", "last.headers has no field x-none"),
        ],
    )
    async def test_a_missing_field_is_a_failure_that_names_it(self, expect: str, why: str) -> None:
        async with serving(always({"list": [1], "deep": {"x": 1}})) as port:
            result = await result_of(probe(expect), port)

        assert result.outcome is Outcome.FAIL
        assert result.detail[0] == f"{expect}: {why}"

    @pytest.mark.parametrize(
        "body", ["<html>", "", "[" * 5000, '{"enqueued": NaN}', '{"enqueued":' + "9" * 5000 + "}"]
    )
    async def test_a_body_that_is_no_json_is_a_failure(self, body: str) -> None:
        async def handler(request: web.Request) -> web.StreamResponse:
            return web.Response(text=body)

        async with serving(handler) as port:
            result = await result_of(probe("last.body.enqueued == false"), port)

        assert result.outcome is Outcome.FAIL
        assert result.detail[0] == "last.body.enqueued == false: last.body was not JSON"

    async def test_a_server_error_fails_and_shows_the_answer(self) -> None:
        async with serving(always({"error": "out of capacity"}, status=500)) as port:
            result = await result_of(probe(), port)

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.REGRESSION)
        assert result.detail == (
            "last.status == 200: last.status was 500",
            'answered 500: {"error": "out of capacity"}',
        )

    @pytest.mark.parametrize(
        ("expect", "said"),
        [
            ("lst.status == 200", "did you mean 'last'"),
            ("sise(last.body) == 1", "did you mean 'size'"),
            ("last.status =", "expected a CEL expression"),
            ("first.body.all(a, last.body.all(b, a == b))", "at most one of all"),
            ("(" * 30 + "true" + ")" * 30, "brackets"),
            ("last.status == 200 " * 100, "at most 500 characters"),
        ],
    )
    def test_an_expectation_that_cannot_work_is_refused_at_load(self, expect: str, said: str) -> None:
        with pytest.raises(ValidationError, match=said):
            probe(expect)

    def test_a_probe_without_expectations_or_limits_is_refused_at_load(self) -> None:
        with pytest.raises(ValidationError, match="at least one limit"):
            Probe.model_validate({"kind": "http.probe", "owner": "o", "request": {"path": "/"}})

    def test_expectations_serialize_as_written(self) -> None:
        check = probe("last.status == 200", within="60s", json={"a": 1})
        dumped = check.model_dump(mode="json", by_alias=True)

        assert dumped["expect"] == ["last.status == 200"]
        assert dumped["request"]["json"] == {"a": 1}
        assert Probe.model_validate(dumped).model_dump(mode="json", by_alias=True) == dumped


class TestRequests:
    @staticmethod
    async def asked(check: Probe, **fields: Any) -> web.Request:
        seen: list[web.Request] = []

        async def handler(request: web.Request) -> web.StreamResponse:
            await request.read()
            seen.append(request)
            return web.json_response({})

        async with serving(handler) as port:
            assert (await result_of(check, port, **fields)).outcome is Outcome.PASS
        return seen[0]

    async def test_arguments_in_the_path_are_escaped(self) -> None:
        request = await self.asked(
            probe(path="/releases/{version}/state?full=1"), arguments={"version": "1/../2?x=#é {y}"}
        )

        assert request.raw_path == "/releases/1%2F..%2F2%3Fx%3D%23%C3%A9%20%7By%7D/state?full=1"

    async def test_a_path_stays_on_the_host_and_below_the_base(self) -> None:
        request = await self.asked(probe(path="//evil.example/x"))

        assert request.raw_path == "//evil.example/x"
        assert request.host.startswith("127.0.0.1:")

    async def test_method_query_headers_and_body_are_sent(self) -> None:
        check = probe(path="/a", method="POST", query={"q": "a b&c"}, headers={"X-One": "1"}, json={"k": [1]})
        request = await self.asked(check)

        assert (request.method, request.raw_path) == ("POST", "/a?q=a+b%26c")
        assert (request.headers["x-one"], await request.json()) == ("1", {"k": [1]})
        assert request.headers["accept-encoding"] == "identity"

    @pytest.mark.parametrize("arguments", [{}, {"version": ".."}, {"version": ""}])
    async def test_an_argument_that_is_missing_or_climbs_asks_nothing(
        self, arguments: dict[str, str]
    ) -> None:
        result = await result_of(probe(path="/{version}"), 1, arguments=arguments)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)

    async def test_no_cookies_are_carried_from_one_answer_to_the_next_request(self) -> None:
        cookies: list[str] = []

        async def handler(request: web.Request) -> web.StreamResponse:
            cookies.append(request.headers.get("cookie", ""))
            return web.json_response({}, headers={"Set-Cookie": "session=1"})

        async with serving(handler) as port:
            await result_of(probe(repeat=2), port)

        assert cookies == ["", ""]

    @pytest.mark.parametrize(
        "base_url",
        ["ftp://host", "staging.example.com", "https://user:pw@host", "https://host/?q=1", "https://"],
    )
    def test_a_base_url_that_cannot_work_is_refused_at_load(self, base_url: str) -> None:
        with pytest.raises(ValidationError, match="expected"):
            HttpSource(kind="http", base_url=base_url)

    def test_headers_of_the_transport_are_not_the_configurations(self) -> None:
        with pytest.raises(ValidationError, match="set by the client"):
            probe(headers={"Host": "evil.example"})


NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class TestRepeats:
    @pytest.mark.parametrize(("seconds", "waits"), [(-0.2, 0.25), (0.0, 0.05), (0.01, 0.04)])
    async def test_repeats_wait_for_a_stretch_that_has_begun_by_every_clock_and_has_room(
        self, seconds: float, waits: float
    ) -> None:
        now = NOON + timedelta(seconds=seconds)
        async with serving(always({})) as port:
            began = time.monotonic()
            result = await result_of(probe(repeat=2, within="1s"), port, now=now)

        assert result.outcome is Outcome.PASS
        assert time.monotonic() - began >= waits

    async def test_repeats_that_end_where_another_clock_may_count_the_next_stretch_say_so(self) -> None:
        async def slow(request: web.Request) -> web.StreamResponse:
            await asyncio.sleep(0.25)
            return web.json_response({})

        async with serving(slow) as port:
            result = await result_of(
                probe(repeat=2, within="2s"), port, now=NOON + timedelta(milliseconds=1410)
            )

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)

    async def test_repeats_that_straddle_two_stretches_say_so(self) -> None:
        async def slow(request: web.Request) -> web.StreamResponse:
            await asyncio.sleep(0.3)
            return web.json_response({})

        midnight = datetime(2026, 11, 23, tzinfo=UTC)
        async with serving(slow) as port:
            result = await result_of(probe(repeat=2, within="400ms"), port, now=midnight)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)
        assert result.reason == "the 2 requests did not fit into one window of 400ms"

    async def test_latencies_carry_their_sample_size(self) -> None:
        async with serving(always({})) as port:
            result = await result_of(probe(repeat=20), port)

        measured = {judged.reading.name: judged.reading for judged in result.judged}
        assert (measured["latency_p95"].unit, measured["latency_p95"].n) == ("s", 20)
        assert 0 < measured["latency_p95"].value <= measured["latency_max"].value
