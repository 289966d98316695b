"""A Redis that does not answer is left alone for a while, and asked again by one."""

from __future__ import annotations

from bot.slack.hints import Circuit


def test_all_is_well_until_something_fails() -> None:
    circuit = Circuit(5)
    assert circuit.may_ask(0)
    assert circuit.may_ask(0)
    assert not circuit.broken


def test_after_a_failure_nobody_asks_and_then_one_does() -> None:
    circuit = Circuit(5)
    circuit.failed(10)
    assert circuit.broken
    assert not circuit.may_ask(10)
    assert not circuit.may_ask(14.9)
    assert circuit.may_ask(15)
    assert not circuit.may_ask(15)  # that one has not come back yet
    circuit.failed(15.5)
    assert not circuit.may_ask(20)
    assert circuit.may_ask(20.5)


def test_an_answer_makes_all_well() -> None:
    circuit = Circuit(5)
    circuit.failed(10)
    assert circuit.may_ask(15)
    circuit.worked()
    assert circuit.may_ask(15)
    assert not circuit.broken
