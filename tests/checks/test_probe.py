"""Probes: the requests that they send, and what they expect of the responses."""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from aiohttp import web
from pydantic import ValidationError

from checks.context import opened
from checks.outcome import Cause, Outcome
from checks.probe import Probe
from checks.secrets import Secrets
from checks.sources.http import HttpSource
from checks.sources.target import Call
from tests.checks.probing import PEM, Handler, always, probe, readings, result_of, serving, tls


class TestExpectations:
    async def test_the_duplicate_suppression_probe_of_the_reference_system(self) -> None:
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
        met = "expectations met is 4, limit == expectations_total (4)"
        assert suppressed.reason == f"{met}; status is 200, limit >= 200, < 300"
        assert readings(suppressed)["status"] == 200

    async def test_an_unmet_expectation_is_shown_with_the_actual_value(self) -> None:
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
    async def test_a_body_that_is_not_json_is_a_failure(self, body: str) -> None:
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
            ("last.status =", "like last.status == 200; write == to compare"),
            ("last.status == 200 and last.ms < 5", "write && for and"),
            ("last.body.mode == 'x", "a quote is not closed"),
            ("last.status in [200, 201", r"a \[ is not closed"),
            ("last.status == 200)", r"a \) closes nothing"),
            ("last.ms < 500ms", "a number without a unit"),
            ("last.status ==", "a value is missing at the end"),
            ("last.status 200", "it cannot be read from '200' on"),
            ("last.body.ok == True", "expected true, not True"),
            ("first.body.all(a, last.body.all(b, a == b))", "at most one of all"),
            ("(" * 30 + "true" + ")" * 30, "brackets"),
            ("last.status == 200 " * 100, "at most 500 characters"),
        ],
    )
    def test_an_unusable_expectation_is_refused_at_load(self, expect: str, said: str) -> None:
        with pytest.raises(ValidationError, match=said):
            probe(expect)

    async def test_an_expectation_that_is_true_because_nothing_was_measured_is_an_error(self) -> None:
        async with serving(always({"items": []})) as port:
            result = await result_of(probe("last.status == 200", "last.body.items.all(i, i.ok)"), port)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.DATA_MISSING)
        assert result.reason == (
            "last.body.items.all(i, i.ok) is true although nothing was measured: last.body.items is empty"
        )
        assert result.hint == "Where that is fine, write size(last.body.items) == 0 || …"

    @pytest.mark.parametrize("other", ["last.status == 200", "last.ms > 0.0"])
    async def test_a_vacuous_expectation_does_not_hide_a_measured_failure(self, other: str) -> None:
        async with serving(always({"items": []}, status=503)) as port:
            result = await result_of(probe(other, "last.body.items.all(i, i.ok)"), port)

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.REGRESSION)
        assert any("last.body.items is empty" in line for line in result.detail)

    def test_expectations_serialize_as_written(self) -> None:
        check = probe("last.status == 200", within="60s", json={"a": 1})
        dumped = check.model_dump(mode="json", by_alias=True)

        assert dumped["expect"] == ["last.status == 200"]
        assert dumped["request"]["json"] == {"a": 1}
        assert Probe.model_validate(dumped).model_dump(mode="json", by_alias=True) == dumped


def bare(expect: tuple[str, ...] = (), limits: dict[str, Any] | None = None, repeat: int = 1) -> Probe:
    fields = {"kind": "http.probe", "source": "app", "owner": "platform"}
    request = {"path": "/cron", "repeat": repeat}
    return Probe.model_validate({**fields, "request": request, "expect": expect, "pass": limits or {}})


def answering(*statuses: int) -> Handler:
    left = list(statuses)

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response({"status": "ok"}, status=left.pop(0) if len(left) > 1 else left[0])

    return handler


class TestStatus:
    """A good status is expected of every response whose status no expectation or limit mentions."""

    LATENCY: ClassVar = {"latency_p95": "< 5s"}

    @pytest.mark.parametrize(
        ("expect", "limits", "statuses"),
        [
            ((), LATENCY, (503,)),
            ((), LATENCY, (404,)),
            ((), LATENCY, (302,)),
            ((), LATENCY, (500, 200)),
            ((), LATENCY, (200, 500, 200)),
            ((), {}, (503,)),
            (('last.body.status == "ok"',), {}, (503,)),
            (("last.body.status == 'ok'", "size(responses) == 1"), {}, (503,)),
            (("last.headers['content-type'] != 'last.status'",), {}, (503,)),
            (("last.status == 200",), {}, (500, 200)),
            (("first.status == 500",), {}, (500, 503)),
            (("responses[1].status == 500",), {}, (200, 500, 503)),
            (("first.body == last.body",), {}, (500, 500)),
            ((), {"status": "== 200"}, (500, 200)),
            ((), {"status": ["< 500"]}, (503,)),
        ],
    )
    async def test_a_bad_status_fails(
        self, expect: tuple[str, ...], limits: dict[str, Any], statuses: tuple[int, ...]
    ) -> None:
        async with serving(answering(*statuses)) as port:
            result = await result_of(bare(expect, limits, repeat=len(statuses)), port)

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.REGRESSION)
        assert "status is " in result.reason
        assert any(line.startswith("answered ") for line in result.detail)

    @pytest.mark.parametrize(
        ("expect", "limits", "statuses"),
        [
            ((), LATENCY, (200,)),
            ((), LATENCY, (202, 204)),
            ((), {}, (204,)),
            (("last.status == 503",), LATENCY, (503,)),
            (("first.status == 503",), LATENCY, (503,)),
            (("last['status'] == 401",), {}, (401,)),
            (('last["status"] in [401, 403]',), {}, (403,)),
            (("first.status == 500", "last.status == 200"), {}, (500, 200)),
            (("responses.all(r, r.status in [200, 503])",), {}, (503, 200, 503)),
            (("responses.all(r, r['status'] < 600)",), {}, (503, 404)),
            (("responses[0].status == 500", "responses[1].status == 404"), {}, (500, 404)),
            ((), {"status": "== 503"}, (503,)),
            ((), {"status": ["<= 404", ">= 400"]}, (404, 401)),
            (("first.status == 202", "last.status == 200"), {"status": "== 200"}, (202, 200)),
        ],
    )
    async def test_a_good_or_expected_status_passes(
        self, expect: tuple[str, ...], limits: dict[str, Any], statuses: tuple[int, ...]
    ) -> None:
        async with serving(answering(*statuses)) as port:
            result = await result_of(bare(expect, limits, repeat=len(statuses)), port)

        assert result.outcome is Outcome.PASS, result.reason

    async def test_the_response_with_the_bad_status_is_named_and_shown(self) -> None:
        async with serving(answering(200, 503, 200)) as port:
            result = await result_of(bare(limits=self.LATENCY, repeat=3), port)

        assert "status is 503, limit < 300: of response 2 of 3" in result.reason
        assert 'answered 503: {"status": "ok"}' in result.detail
        assert result.measurements[0].context == {"status": 503}


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
            probe(path="/releases/{{version}}/state?full=1"), arguments={"version": "1/../2?x=#é {y}"}
        )

        assert request.raw_path == "/releases/1%2F..%2F2%3Fx%3D%23%C3%A9%20%7By%7D/state?full=1"

    async def test_a_path_stays_on_the_host_and_below_the_base_url(self) -> None:
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
    async def test_with_a_missing_or_climbing_argument_nothing_is_sent(
        self, arguments: dict[str, str]
    ) -> None:
        result = await result_of(probe(path="/{{version}}"), 1, arguments=arguments)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)

    async def test_cookies_are_not_carried_over_to_the_next_request(self) -> None:
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
    def test_an_unusable_base_url_is_refused_at_load(self, base_url: str) -> None:
        with pytest.raises(ValidationError, match="expected"):
            HttpSource(kind="http", base_url=base_url)

    def test_transport_headers_cannot_be_configured(self) -> None:
        with pytest.raises(ValidationError, match="set by the client"):
            probe(headers={"Host": "evil.example"})


NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class TestRepeats:
    @pytest.mark.parametrize(("seconds", "waits"), [(-0.2, 0.25), (0.0, 0.05), (0.01, 0.04)])
    async def test_repeats_wait_for_a_window_that_has_surely_begun_and_has_room(
        self, seconds: float, waits: float
    ) -> None:
        now = NOON + timedelta(seconds=seconds)
        async with serving(always({})) as port:
            began = time.monotonic()
            result = await result_of(probe(repeat=2, within="1s"), port, now=now)

        assert result.outcome is Outcome.PASS
        assert time.monotonic() - began >= waits

    async def test_repeats_that_may_end_in_the_next_window_by_another_clock_are_an_error(self) -> None:
        async def slow(request: web.Request) -> web.StreamResponse:
            await asyncio.sleep(0.25)
            return web.json_response({})

        async with serving(slow) as port:
            result = await result_of(
                probe(repeat=2, within="2s"), port, now=NOON + timedelta(milliseconds=1410)
            )

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)

    async def test_repeats_that_straddle_two_windows_are_an_error(self) -> None:
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


class TestPlaceholders:
    HOSTILE = '1/../2?x=#é" \\ {{run}}'

    async def test_every_placeholder_is_filled_in_and_escaped_for_its_place(self) -> None:
        check = probe(
            'last.body.version == "{{version}}"',
            path="/{{version}}",
            method="POST",
            query={"v": "is {{version}}"},
            headers={"X-Version": "v{{ version }}"},
            json={"a": ["{{version}} in {{environment}}", 1]},
        )
        seen: list[Any] = []

        async def handler(request: web.Request) -> web.StreamResponse:
            seen.append((request.raw_path, request.headers["X-Version"], await request.json()))
            return web.json_response({"version": "1.4&2"})

        async with serving(handler) as port:
            arguments = {"version": "1.4&2", "environment": "staging"}
            result = await result_of(check, port, arguments=arguments)
        assert result.outcome is Outcome.PASS, result.reason
        assert seen == [("/1.4%262?v=is+1.4%262", "v1.4&2", {"a": ["1.4&2 in staging", 1]})]

    async def test_a_value_is_never_parsed_as_json_placeholder_or_path(self) -> None:
        check = probe(path="/{{version}}", method="POST", json={"v": "{{version}}"})
        seen: list[Any] = []

        async def handler(request: web.Request) -> web.StreamResponse:
            seen.append((request.raw_path, await request.json()))
            return web.json_response({})

        async with serving(handler) as port:
            await result_of(check, port, arguments={"version": self.HOSTILE, "run": "7"})
        ((path, body),) = seen
        assert body == {"v": self.HOSTILE}
        assert path.count("/") == 1
        assert "?" not in path

    @pytest.mark.parametrize(
        "request_",
        [{"query": {"v": "{{version}}"}}, {"headers": {"X": "{{version}}"}}, {"json": ["{{version}}"]}],
    )
    @pytest.mark.parametrize("arguments", [{}, {"version": ""}])
    async def test_nothing_is_sent_without_all_values(
        self, request_: dict[str, Any], arguments: dict[str, str]
    ) -> None:
        result = await result_of(probe(**request_), 1, arguments=arguments)
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert "the check needs {{version}}, which this run was not given" in result.reason

    async def test_a_value_cannot_reveal_a_secret_in_a_header(self) -> None:
        check = probe(headers={"X-Version": "{{version}}"})
        secrets = Secrets({"CRON_SECRET": "tops3cret"})
        result = await result_of(check, 1, secrets, arguments={"version": "${CRON_SECRET}"})
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)

    @pytest.mark.parametrize("version", ['" || true || "', "' || true || '", "\\", 'a"'])
    async def test_a_value_cannot_end_a_string_in_an_expectation(self, version: str) -> None:
        check = probe('last.body == "{{version}}"')
        result = await result_of(check, 1, arguments={"version": version})
        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)

    async def test_environment_variables_can_be_used_in_every_text_of_the_source(self) -> None:
        secrets = Secrets({"CA": "/nowhere/ca.pem"})
        result = await result_of(probe(), "https://localhost:1", secrets, ca_file="${CA}")
        assert result.reason == "the ca_file [redacted] does not exist"


class TestWholeNumbers:
    @pytest.mark.parametrize(
        ("body", "expectation", "outcome"),
        [
            ('{"id": 20260115093000124}', "last.body.id == 20260115093000123", Outcome.FAIL),
            ('{"id": 20260115093000123}', "last.body.id == 20260115093000123", Outcome.PASS),
            ('{"id": 9223372036854775807}', "last.body.id == 9223372036854775807", Outcome.PASS),
            ('{"id": -9223372036854775808}', "last.body.id < 0", Outcome.PASS),
            ('{"id": 18446744073709551617}', 'last.body.id == "18446744073709551617"', Outcome.PASS),
            ('{"id": 18446744073709551617}', 'last.body.id == "18446744073709551616"', Outcome.FAIL),
        ],
    )
    async def test_integers_in_a_body_are_exact(self, body: str, expectation: str, outcome: Outcome) -> None:
        async def handler(request: web.Request) -> web.StreamResponse:
            return web.Response(text=body, content_type="application/json")

        async with serving(handler) as port:
            result = await result_of(probe(expectation), port)
        assert result.outcome is outcome, result.reason


class Blocking(threading.Thread):
    """A server that answers while the asking event loop is blocked, and unblocks it some time later."""

    def __init__(self, loop: asyncio.AbstractEventLoop, context: ssl.SSLContext | None) -> None:
        super().__init__(daemon=True)
        self._loop, self._context = loop, context
        self._stuck, self._let_go = threading.Event(), threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.stuck_for: list[float] = []

    def run(self) -> None:
        with self._listening:
            for _ in range(3):
                connection, _ = self._listening.accept()
                if self._context:
                    connection = self._context.wrap_socket(connection, server_side=True)
                with connection:
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        connection.recv(65536)
        began = time.monotonic()
        self._loop.call_soon_threadsafe(self._stick)
        self._stuck.wait(10)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        time.sleep(0.3)
        self.stuck_for.append(time.monotonic() - began)
        self._stuck.clear()
        self._let_go.set()
        connection.recv(1)  # until the other end closes it

    def _stick(self) -> None:
        self._let_go.clear()
        self._stuck.set()
        self._let_go.wait(10)


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not say when bytes arrived")
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_time_during_which_the_bot_is_busy_does_not_count_as_latency(scheme: str) -> None:
    server = Blocking(asyncio.get_running_loop(), tls() if scheme == "https" else None)
    server.start()
    trust = {"ca_file": str(PEM)} if scheme == "https" else {}
    source = HttpSource(kind="http", base_url=f"{scheme}://localhost:{server.port}", **trust)
    async with opened(source, Secrets({})) as target:
        answers = [await target.request(Call("GET", "/")) for _ in range(3)]

    assert 0 < answers[-1].seconds < server.stuck_for[-1]
