"""Budgets turn away floods by one person, in one channel or in total; clicks have budgets of their own."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.interaction import InteractionKind
from commands.slack.budget import CLICKS, COMMANDS, VISITS, Caller, Ledger
from commands.slack.turnstile import Turnstile, caller, caller_over_http

COMMAND, ACTION, VIEW = InteractionKind.COMMAND, InteractionKind.ACTION, InteractionKind.VIEW
PERSON, CHANNEL, ALL = (budget.rate for budget in COMMANDS)
(CLICK,) = (budget.rate for budget in CLICKS)
(VISIT,) = (budget.rate for budget in VISITS)


def command(user: str = "U1", channel: str = "C1") -> Caller:
    return Caller(COMMAND, user, channel)


def let_in(ledger: Ledger, callers: list[Caller], now: float) -> int:
    return sum(ledger.spend(caller, now) is None for caller in callers)


def test_a_persons_budget_is_restored() -> None:
    ledger = Ledger()
    assert let_in(ledger, [command()] * 50, now=0) == PERSON.most
    assert let_in(ledger, [command()], now=PERSON.seconds - 0.1) == 0
    assert let_in(ledger, [command()] * 50, now=PERSON.seconds) == PERSON.most


def test_refused_requests_cost_others_nothing() -> None:
    ledger = Ledger()
    let_in(ledger, [command()] * 10_000, now=0)
    assert let_in(ledger, [command("U2")] * 50, now=0) == PERSON.most


def test_many_people_share_the_budgets_of_a_channel_and_of_everyone() -> None:
    ledger = Ledger()
    in_one = [command(f"U{number}") for number in range(200)]
    assert let_in(ledger, in_one, now=0) == CHANNEL.most
    everywhere = [command(f"V{number}", f"D{number}") for number in range(500)]
    assert let_in(ledger, everywhere, now=0) == ALL.most - CHANNEL.most


@pytest.mark.parametrize("kind", [ACTION, VIEW])
def test_clicks_are_budgeted_apart_from_commands_and_from_other_peoples_clicks(kind: InteractionKind) -> None:
    ledger = Ledger()
    let_in(ledger, [command(f"U{number}", f"C{number}") for number in range(1000)], now=0)
    assert let_in(ledger, [Caller(kind, "U1")] * 1000, now=0) == CLICK.most
    assert let_in(ledger, [Caller(kind, "U2")] * 1000, now=0) == CLICK.most


def test_a_typed_vote_is_accepted_whatever_others_type() -> None:
    turnstile = Turnstile(lambda *_: None, clock=lambda: 0.0)
    for number in range(1000):
        turnstile.refusal(caller(typed("help", f"U{number}")))
    for text in ("no-go #1 broken", "go 1", "no go #1 broken"):
        assert turnstile.refusal(caller(typed(text, "U1"))) is None
    votes = [turnstile.refusal(caller(typed("go #1", "U1"))) for _ in range(100)]
    assert votes[-1]
    assert votes[-1].answer
    assert turnstile.refusal(caller(typed("help", "U2"))) is not None


def test_packets_have_a_small_budget_and_leave_other_commands_theirs() -> None:
    turnstile = Turnstile(lambda *_: None, clock=lambda: 0.0)
    asked = [turnstile.refusal(caller(typed(f"packet #{number}", "U1"))) for number in range(1, 5)]
    assert [refusal is None for refusal in asked] == [True, True, True, False]
    assert asked[-1]
    assert "more than 3 packets in 60 s, so this one was ignored" in str(asked[-1].answer)
    others = [turnstile.refusal(caller(typed("packet #1", f"V{number}"))) for number in range(20)]
    assert others.count(None) == 9
    assert turnstile.refusal(caller(typed("status", "U1"))) is None


def typed(text: str, user: str) -> dict[str, str]:
    return {"command": "/canary", "user_id": user, "channel_id": "C1", "text": text}


def test_a_persons_clicks_and_forms_share_a_budget() -> None:
    ledger = Ledger()
    mixed = [Caller(ACTION, "U1"), Caller(VIEW, "U1")] * CLICK.most
    assert let_in(ledger, mixed, now=0) == CLICK.most


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.floats(0, 3)), max_size=300))
def test_no_interval_of_ten_seconds_exceeds_a_budget(said: list[tuple[str, str, float]]) -> None:
    ledger, now, times = Ledger(), 0.0, dict[tuple[str, str], list[float]]()
    for user, channel, gap in said:
        now += gap / 10
        if ledger.spend(command(user, channel), now) is None:
            times.setdefault(("user", user), []).append(now)
            times.setdefault(("channel", channel), []).append(now)
    for (of, _), taken in times.items():
        rate = PERSON if of == "user" else CHANNEL
        for earlier, later in zip(taken, taken[rate.most :], strict=False):
            assert later - earlier >= rate.seconds - 1e-9


def body(**form: str) -> bytes:
    return urlencode(form).encode()


def test_callers_are_recognized_in_raw_requests() -> None:
    assert caller_over_http(body(command="/canary", user_id="U1", channel_id="C1")) == command()._replace(
        verb="help"
    )
    click = json.dumps({"type": "block_actions", "user": {"id": "U1"}, "actions": []})
    assert caller_over_http(body(payload=click)) == Caller(ACTION, "U1")
    form = json.dumps({"type": "view_submission", "user": {"id": "U1"}})
    assert caller_over_http(body(payload=form)) == Caller(VIEW, "U1")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"payload={",
        b"payload=[]",
        b"payload=" + b"%5B" * 20_000,
        body(payload='{"type": "block_actions", "user": "U1"}'),
        body(payload="{}"),
        b"command=%2Fcanary",
        b'{"type": "event_callback"}',
    ],
)
def test_a_malformed_request_is_left_for_later_validation(raw: bytes) -> None:
    assert caller_over_http(raw) is None


def test_a_command_is_answered_with_the_reason_and_a_click_is_not_acknowledged() -> None:
    counted: list[tuple[str, str]] = []
    turnstile = Turnstile(lambda kind, budget: counted.append((kind, budget)), clock=lambda: 0.0)
    refusals = [turnstile.refusal(command()) for _ in range(PERSON.most + 1)]
    assert refusals[:-1] == [None] * PERSON.most
    assert refusals[-1]
    assert refusals[-1].answer
    assert (
        refusals[-1]
        .answer["text"]
        .startswith(f"That was more than {PERSON.most} commands in {PERSON.seconds} s,")
    )
    clicks = [turnstile.refusal(Caller(ACTION, "U1")) for _ in range(CLICK.most + 1)]
    assert clicks[-1]
    assert clicks[-1].answer is None
    opened = [turnstile.refusal(Caller(InteractionKind.EVENT, "U2")) for _ in range(VISIT.most + 1)]
    assert opened[-1]
    assert opened[-1].answer == {}
    assert counted == [("command", "person"), ("action", "person"), ("event", "person")]
    assert turnstile.refusal(None) is None
