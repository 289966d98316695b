"""What a watch concludes from each measurement of a trigger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.rules.watch import Event, Trigger, Watch, WatchState, next_look, observe
from checks.outcome import Outcome

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def looks(*outcomes: Outcome, breach: int) -> list[Event]:
    trigger = Trigger(run=1, name="duplicates")
    events = []
    for outcome in outcomes:
        trigger, event = observe(trigger, outcome, "because", breach=breach, at=NOW)
        events.append(event)
    return events


P, W, U, E, F = Outcome.PASS, Outcome.WARN, Outcome.UNKNOWN, Outcome.ERROR, Outcome.FAIL


def test_a_prompt_is_posted_at_the_configured_breach_and_not_before() -> None:
    assert looks(F, F, F, breach=3) == [Event.NOTHING, Event.NOTHING, Event.PROMPT]


def test_a_mitigated_error_is_no_breach_no_recovery_and_not_blind() -> None:
    trigger, event = observe(Trigger(run=1, name="logs"), F, "because", breach=1, at=NOW)
    assert event is Event.PROMPT
    mitigated, event = observe(trigger, E, "no way in", breach=1, at=NOW, mitigated=True)
    assert event is Event.NOTHING
    assert (mitigated.armed, mitigated.breaches, mitigated.blind) == (False, 1, 0)
    _, event = observe(mitigated, P, "", breach=1, at=NOW)
    assert event is Event.RECOVERED


def test_recovery_restarts_the_count() -> None:
    assert looks(F, F, P, F, F, breach=3)[-1] is Event.NOTHING


def test_a_breach_prompts_once_and_then_updates_the_prompt() -> None:
    assert looks(F, F, F, breach=1) == [Event.PROMPT, Event.STILL_BREACHED, Event.STILL_BREACHED]


def test_after_recovery_the_next_breach_prompts_again() -> None:
    assert looks(F, P, F, breach=1) == [Event.PROMPT, Event.RECOVERED, Event.PROMPT]


def test_a_warning_is_no_breach() -> None:
    assert looks(W, W, breach=1) == [Event.NOTHING, Event.NOTHING]


def test_an_inconclusive_measurement_neither_breaches_nor_recovers() -> None:
    assert looks(F, U, F, breach=2) == [Event.NOTHING, Event.NOTHING, Event.PROMPT]
    assert looks(F, E, F, breach=1) == [Event.PROMPT, Event.BLIND, Event.STILL_BREACHED]


def test_a_blind_watch_is_reported_once_until_it_can_measure_again() -> None:
    assert looks(E, E, E, E, breach=3) == [Event.NOTHING, Event.NOTHING, Event.BLIND, Event.NOTHING]
    assert looks(E, P, E, breach=1) == [Event.BLIND, Event.NOTHING, Event.BLIND]


def test_missed_measurements_are_not_made_up_for() -> None:
    watch = Watch(run=1, state=WatchState.WATCHING, tick=3, started_at=NOW, ends_at=NOW + timedelta(hours=2))
    minute = timedelta(minutes=1)
    assert next_look(watch, every=minute, now=NOW + 3 * minute) == (4, NOW + 4 * minute)
    assert next_look(watch, every=minute, now=NOW + 30.5 * minute) == (31, NOW + 31 * minute)
