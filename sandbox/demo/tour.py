"""The steps of the tour: from a run to its rollback, and a reading out of limits."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.slack.message import Message
from sandbox.slack.tour import Press, Shows, Step

ANA, BEN, RAJ, MIA = "U01ANA", "U02BEN", "U03RAJ", "U04MIA"
_SLOW_FOR = 240  # seconds of history with a slow queue: with less, a burst of new jobs hides it


def steps(system: str) -> Sequence[Step]:
    """`system`: the base URL of the sample system."""
    return *_to_a_go(), *_after_the_go(system), *_to_a_rollback(system), _over_a_limit(system)


def _to_a_go() -> Sequence[Step]:
    return (
        Step(
            "Start a run",
            "Raj is on call, and asks whether 1.42.0 can go ahead. The card fills in as the checks finish.",
            _says(" recommended"),
            who=RAJ,
            command="/canary run staging version=1.42.0",
        ),
        Step(
            "Vote without permission",
            "Mia is not an approver. As Mia, click Go on the card: only she sees the refusal.",
            _refused(MIA),
            who=MIA,
        ),
        Step(
            "Vote as Ana, and take it back",
            "She is a release manager. Click Go, then Withdraw vote in the answer that only she sees.",
            _withdrew(ANA),
            who=ANA,
        ),
        Step(
            "Vote with a condition",
            "As Ana, click Conditional go, say what must become true, and make Raj its owner. A vote from platform is still needed.",
            _promised(ANA),
            who=ANA,
        ),
        Step(
            "Vote Go as Ben",
            "He is from platform, so his Go decides. Open the thread: decision, rollback steps, checklist, packet.",
            _voted(BEN),
            who=BEN,
        ),
        Step(
            "Check something off",
            "In the thread, open the monitoring checklist, and check off an item of platform's. Then look at Canary Home on the left.",
            _checked_off,
            who=BEN,
        ),
    )


def _after_the_go(system: str) -> Sequence[Step]:
    uncovered = Press(
        "Take the high quota away", f"{system}/dials", "PUT", {"name": "quota_coverage", "value": 0}
    )
    return (
        Step(
            "Do what the go allows",
            "As Ana, in the thread, click Backfill. It shows what it would change, and does it once you confirm.",
            _says("✅ Done · Turn high quota on"),
            who=ANA,
            press=uncovered,
        ),
        Step(
            "Close the condition",
            "As Raj, click Met in the thread or in Canary Home, and say how it became true. One with a check closes by itself.",
            _met,
            who=RAJ,
        ),
    )


def _to_a_rollback(system: str) -> Sequence[Step]:
    duplicates = Press(
        "Send messages twice", f"{system}/dials", "PUT", {"name": "duplicate_sends", "value": 1}
    )
    return (
        Step(
            "Break the release",
            "The bot keeps measuring after a go. Within seconds it asks on-call whether to roll back.",
            _says("Roll back staging"),
            press=duplicates,
        ),
        Step(
            "Answer the rollback prompt",
            "As Raj, click I'm on it, then I have rolled back. The thread records both.",
            _says("after the alarm"),
            who=RAJ,
        ),
    )


def _over_a_limit(system: str) -> Step:
    slow = Press(
        "Slow the queue down", f"{system}/relive", "POST", {"dials": {"slow_queue": 1}, "seconds": _SLOW_FOR}
    )
    return Step(
        "Run against a slow queue",
        "Everything is fixed except the queue, slow for the last four minutes (rewriting the history takes a moment). "
        "Start another run: its thread gets a chart of the queue age.",
        _shows_chart,
        who=RAJ,
        command="/canary run staging version=1.43.0",
        press=slow,
    )


def _says(words: str) -> Shows:
    return lambda message, text: bool(message.bot_id) and words in text


def _refused(person: str) -> Shows:
    return lambda message, text: message.seen_by == person and "can vote on run" in text


def _voted(person: str) -> Shows:
    return lambda message, _: message.is_reply and f"by <@{person}>" in message.text


def _withdrew(person: str) -> Shows:
    return lambda message, _: message.is_reply and f"<@{person}> withdrew their" in message.text


def _promised(person: str) -> Shows:
    return lambda message, text: _voted(person)(message, text) and "Conditional go" in message.text


def _checked_off(message: Message, text: str) -> bool:
    return (
        message.is_reply
        and "How to roll back" in text
        and " of 3 items done" in text
        and "0 of 3 items" not in text
    )


def _met(message: Message, text: str) -> bool:
    return message.is_reply and " is met*" in text


def _shows_chart(message: Message, text: str) -> bool:
    return message.is_reply and "[chart: " in text
