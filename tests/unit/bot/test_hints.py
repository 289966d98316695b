"""A Redis that does not answer is left alone for a while; then one request tries it again."""

from __future__ import annotations

from bot.slack.hints import Circuit


def test_requests_are_allowed_until_one_fails() -> None:
    circuit = Circuit(5)
    assert circuit.may_ask(0)
    assert circuit.may_ask(0)
    assert not circuit.broken


def test_after_a_failure_no_request_is_allowed_until_one_may_try() -> None:
    circuit = Circuit(5)
    circuit.failed(10)
    assert circuit.broken
    assert not circuit.may_ask(10)
    assert not circuit.may_ask(14.9)
    assert circuit.may_ask(15)
    assert not circuit.may_ask(15)  # the first has not come back yet
    circuit.failed(15.5)
    assert not circuit.may_ask(20)
    assert circuit.may_ask(20.5)


def test_a_successful_request_closes_the_circuit() -> None:
    circuit = Circuit(5)
    circuit.failed(10)
    assert circuit.may_ask(15)
    circuit.worked()
    assert circuit.may_ask(15)
    assert not circuit.broken
