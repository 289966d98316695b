"""A run ends with its slowest check, so that one starts first."""

from __future__ import annotations

from typing import Any

from bot.workflow.checking import slowest_first
from checks.base import Check
from checks.probe import Probe


def probe(within: str | None = None, **fields: Any) -> Check:
    request = {"path": "/", "repeat": 2, **({"within": within} if within else {})}
    written = {"kind": "http.probe", "source": "app", "owner": "platform", "request": request, **fields}
    return Probe.model_validate({"expect": ["last.status == 200"], **written})


def test_what_took_longest_last_time_starts_first() -> None:
    checks = {name: probe() for name in ("a", "b", "c")}
    assert slowest_first(checks, {"b": 1.5, "c": 9.0, "gone": 30.0}) == ["c", "b", "a"]


def test_without_a_last_run_the_order_is_that_of_the_configuration() -> None:
    checks = {name: probe() for name in ("b", "c", "a")}
    assert slowest_first(checks, {}) == ["b", "c", "a"]


def test_what_may_wait_for_the_clock_starts_before_what_is_quicker() -> None:
    sampled = probe(sample={"count": 3, "every": "20s"}, timeout="2m")
    checks = {"a": probe(), "minute": probe("60s"), "sampled": sampled}
    assert slowest_first(checks, {"a": 3.0, "minute": 0.1}) == ["sampled", "minute", "a"]
    assert slowest_first(checks, {"a": 18.0, "minute": 0.1}) == ["sampled", "a", "minute"]
