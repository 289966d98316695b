"""After a conditional go: its conditions, what they hold, each state of an action, and the forms for them; captures
of baselines, and copies of packets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.plan.model import ConditionTemplate
from bot.record.events import (
    ConditionLifted,
    ConditionMet,
    ConditionOverdue,
    ConditionReminded,
    Detail,
    NotReached,
    PacketKept,
    PacketNotKept,
    Voted,
)
from bot.rules.action import ActionState, Confirmation
from bot.rules.approval import Choice, Condition
from bot.rules.baseline import Baseline, Capture, CaptureDossier, CaptureState, Measured
from bot.rules.condition import ConditionState, Held, TrackedCondition
from bot.rules.decision import Outcome
from bot.rules.dossier import Dossier
from bot.rules.rollback import Found
from bot.rules.watch import WatchEnd
from bot.slack import action_form, forms
from bot.slack.forms import About
from bot.slack.messages.action import ActionList, ActionResult
from bot.slack.messages.archive import ArchiveLine
from bot.slack.messages.baseline import BaselineMessage
from bot.slack.messages.card import Card
from bot.slack.messages.conditions import (
    ConditionMention,
    ConditionMessage,
    ConditionNews,
    ConditionReminder,
)
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.votes import VoteLine
from checks.reading import Typical
from tests.messages_page import story
from tests.messages_page.story import ANA, BEN, NUMBER, RAJ

ABOUT = About(value="k", channel="C0RELEASES")
ANSWERED = "62 of 62 since the backfill at 01:44 UTC"
QUESTION = "Which quota policy applies?"


def condition(
    number: int, text: str, state: ConditionState = ConditionState.OPEN, **more: Any
) -> TrackedCondition:
    given: dict[str, Any] = {"owner": RAJ, "due_at": story.CONDITION.due, **more}
    if state.closed:
        given = {"closed_at": story.minutes(40), "closed_by": RAJ, "statement": ANSWERED} | given
    return TrackedCondition(
        run=NUMBER, number=number, text=text, state=state, set_by=ANA, opened_at=story.minutes(7), **given
    )


def first(state: ConditionState = ConditionState.OPEN, **more: Any) -> TrackedCondition:
    """Its owner says when it is met; it holds an action."""
    return condition(1, story.CONDITION.text, state, holds=("backfill",), **more)


def second(state: ConditionState = ConditionState.OPEN) -> TrackedCondition:
    """A check shows it."""
    result = story.UNREACHABLE if state is ConditionState.OPEN else story.SUPPRESSED
    return condition(
        2,
        "A second tick is suppressed",
        state,
        check="suppression",
        looked_at=story.minutes(12),
        outcome=result.outcome,
        found=Found.of(result),
    )


def third(state: ConditionState = ConditionState.OPEN) -> TrackedCondition:
    """Its owner answers a question."""
    return condition(3, "The quota policy is known", state, question=QUESTION)


def after(*conditions: TrackedCondition) -> Dossier:
    return story.decided(
        Outcome.CONDITIONAL_GO, votes=story.VOTES, waivers=story.WAIVERS, conditions=conditions
    )


def kinds() -> Iterator[tuple[str, MessageKind, Facts]]:
    yield from _conditions()
    yield from _news()
    yield from _actions()
    yield from _captures()
    for said in (PacketNotKept(place="s3://packets", why="Access denied."), PacketKept(place="s3://packets")):
        name = "late" if isinstance(said, PacketNotKept) else "there now"
        whole = story.decided(Outcome.GO, story.GOOD)
        yield (
            f"Copy of a packet: {name}",
            ArchiveLine(event=1),
            Facts(whole, [story.event(1, said, "canary")]),
        )


# ---------------------------------------------------------------- conditions


def _conditions() -> Iterator[tuple[str, MessageKind, Facts]]:
    voted = Voted(
        choice=Choice.CONDITIONAL_GO,
        reason="",
        condition=Condition(
            text="A second tick is suppressed",
            owner=RAJ,
            due=story.CONDITION.due,
            check="suppression",
            holds=("backfill",),
        ),
        evidence="",
        roles=("release-managers",),
    )
    waiting = story.deciding(story.BAD)
    yield (
        "Vote: Conditional go that a check shows",
        VoteLine(event=1),
        Facts(waiting, [story.event(1, voted)]),
    )
    cards = {
        "open conditions": after(first(), second(), third()),
        "an overdue and a closed condition": after(
            first(ConditionState.OVERDUE, overdue_at=story.CONDITION.due), second(ConditionState.MET)
        ),
    }
    yield from ((f"Card: Conditional go, {state}", Card(), Facts(whole)) for state, whole in cards.items())
    shown: Mapping[str, TrackedCondition] = {
        "open": first(),
        "a check shows it": second(),
        "its owner answers a question": third(),
        "overdue": first(ConditionState.OVERDUE, overdue_at=story.CONDITION.due),
        "met": first(ConditionState.MET),
        "met, a check showed it": second(ConditionState.MET),
        "lifted": first(ConditionState.LIFTED, closed_by=ANA, statement="Promotion was removed"),
    }
    for state, one in shown.items():
        yield f"Condition: {state}", ConditionMessage(number=one.number), Facts(after(one))


def _news() -> Iterator[tuple[str, MessageKind, Facts]]:
    """Whatever becomes of a condition, and what its owner is told."""
    lifted = first(ConditionState.LIFTED, closed_by=ANA, statement="Promotion was removed")
    happened: Mapping[str, tuple[Detail, Dossier, str]] = {
        "overdue": (
            ConditionOverdue(number=1),
            after(first(ConditionState.OVERDUE, overdue_at=story.CONDITION.due)),
            "canary",
        ),
        "met": (ConditionMet(number=1, statement=ANSWERED), after(first(ConditionState.MET), second()), RAJ),
        "met, a check showed it": (
            ConditionMet(number=2, found=Found.of(story.SUPPRESSED)),
            after(first(), second(ConditionState.MET)),
            "canary",
        ),
        "lifted": (ConditionLifted(number=1, reason="Promotion was removed"), after(lifted, second()), ANA),
    }
    for what, (said, whole, by) in happened.items():
        yield (
            f"Change of a condition: {what}",
            ConditionNews(event=1),
            Facts(whole, [story.event(1, said, by)]),
        )
    closed = after(first(ConditionState.MET, closed_at=story.minutes(5)))
    met = story.event(1, ConditionMet(number=1, statement=ANSWERED), RAJ)
    yield "Change of a condition: the last one", ConditionNews(event=1), Facts(closed, [met])
    reminded = story.event(1, ConditionReminded(number=1, person=RAJ), "canary")
    missed = story.event(2, NotReached(reminded=1, people={RAJ: "closed"}), "canary")
    told = Facts(after(first()), [reminded, missed])
    yield "Reminder of a condition", ConditionReminder(run=NUMBER, event=1, person=RAJ), told
    yield "Condition: mention in place of a direct message", ConditionMention(event=2), told


# ---------------------------------------------------------------- actions


def _actions() -> Iterator[tuple[str, MessageKind, Facts]]:
    held = [Held(condition=first(), environment="staging")]
    earlier = [Held(condition=first().model_copy(update={"run": 409}), environment="staging")]
    untouched = story.acting(None)
    yield "Actions: held by a condition", ActionList(), Facts(untouched, held=held)
    yield "Actions: held by a condition of an earlier run", ActionList(), Facts(untouched, held=earlier)
    ready = story.acting(ActionState.REQUESTED)
    [attempt] = ready.actions
    waiting = ready.model_copy(update={"actions": (attempt.model_copy(update={"ready_at": None}),)})
    over = story.watching(WatchEnd.SUPERSEDED)
    lists = {
        "one of two people has confirmed": waiting,
        "about to be done": ready,
        "being done": story.acting(ActionState.CLAIMED),
        "a newer run got a go": untouched.model_copy(update={"watch": over}),
        "rolled back": untouched.model_copy(update={"rollback": story.rolled_back().rollback}),
    }
    yield from ((f"Actions: {state}", ActionList(), Facts(whole)) for state, whole in lists.items())
    settled = story.acting(ActionState.FAILED, "no answer", by_hand="I counted the rows in the database")
    yield "Action: settled, not done", ActionResult(action="backfill", attempt=1), Facts(settled)
    yield "Action: done and measured", ActionResult(action="backfill", attempt=1), Facts(_covering())
    being = _covering(to_measure=True)
    yield "Action: done, being measured", ActionResult(action="backfill", attempt=1), Facts(being)


def _covering(*, to_measure: bool = False) -> Dossier:
    """An action whose check is measured before and after."""
    done = story.acting(ActionState.DONE, "62 rows updated")
    environment, [attempt] = done.plan.environment, done.actions
    covering = environment.actions["backfill"].model_copy(update={"covers": "duplicate-sends"})
    environment = environment.model_copy(update={"actions": {"backfill": covering}})
    measured = {"before": story.duplicates(2), "after": story.duplicates(0), "to_measure": to_measure}
    return done.model_copy(
        update={
            "plan": done.plan.model_copy(update={"environment": environment}),
            "actions": (attempt.model_copy(update=measured),),
        }
    )


# ---------------------------------------------------------------- baselines


def captures() -> Iterator[CaptureDossier]:
    """One in each state."""
    readings = (
        Typical(name="signals", value=0, unit="", samples=10, low=0, high=0),
        Typical(name="repeated", value=0, unit="", samples=10, low=0, high=0),
    )
    ages = (Typical(name="p95", value=41, unit="s", samples=9, low=38, high=47),)
    measured = {
        "duplicate-sends": Measured(readings=readings, measurements=10, failed=0, why=""),
        "queue-age": Measured(
            readings=ages, measurements=9, failed=1, why="the database could not be reached"
        ),
    }
    for state in CaptureState:
        ended = None if state is CaptureState.CAPTURING else story.minutes(30)
        digest = f"sha256:{'3f' * 32}"
        yield CaptureDossier(
            capture=Capture(
                number=3,
                environment="staging",
                name="before-1-42",
                state=state,
                channel="C0RELEASES",
                requested_by=RAJ,
                configuration=story.PINNED.digest,
                samples=10,
                tick=4 if state is CaptureState.CAPTURING else 10,
                attempt=1,
                started_at=story.NOW,
                ends_at=story.minutes(30),
                ended_at=ended,
                ended_by=BEN if state is CaptureState.CANCELLED else None,
            ),
            plan=story.PINNED,
            baseline=Baseline(
                number=3,
                environment="staging",
                name="before-1-42",
                digest=digest,
                document="{}",
                captured_at=story.minutes(30),
            )
            if state is CaptureState.DONE
            else None,
            measured={} if state is CaptureState.FAILED else measured,
        )


def _captures() -> Iterator[tuple[str, MessageKind, Facts]]:
    for capture in captures():
        yield f"Baseline: {capture.capture.state}", BaselineMessage(number=3), Facts(None, capture=capture)


# ---------------------------------------------------------------- forms


def shown_forms() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each with the case that it is opened in."""
    waiting = story.deciding(story.BAD)
    declared = ConditionTemplate(text="The quota policy is known", answer=QUESTION, holds=("backfill",))
    environment = story.acting(None).plan.environment
    decide = environment.decide.model_copy(update={"conditions": {"policy": declared}})
    plan = story.PINNED.model_copy(update={"environment": environment.model_copy(update={"decide": decide})})
    offering = waiting.model_copy(update={"plan": plan})
    yield (
        "a condition to choose",
        forms.conditional_go(offering, ABOUT, story.CONDITION.due, [], chosen="policy"),
    )
    whole = after(first(), second(), third())
    yield "", forms.condition_met(whole, whole.conditions[0], ABOUT)
    yield "it has a question", forms.condition_met(whole, whole.conditions[2], ABOUT)
    yield "", forms.condition_lift(whole, whole.conditions[0], ABOUT)
    acting, name = story.acting(None), "backfill"
    yield "its preview is being made", action_form.looking(acting, name, ABOUT)
    yield "", action_form.confirm(acting, name, ABOUT, story.SEEN, None)
    by = (Confirmation(person=ANA, roles=("release-managers",), at=story.NOW),)
    waits = story.acting(ActionState.REQUESTED).actions[0].model_copy(update={"confirmed": by})
    yield "the second person", action_form.confirm(acting, name, ABOUT, story.SEEN, waits)
    many = story.SEEN.model_copy(update={"rows": 620, "problem": "620 rows are more than the 100 allowed"})
    yield "it can't be done", action_form.confirm(acting, name, ABOUT, many, None)
    unclear = story.acting(ActionState.UNCLEAR, "the database did not answer the commit in time")
    for done in (True, False):
        yield "", action_form.settle(unclear, unclear.actions[0], ABOUT, done=done)


__all__ = ["captures", "kinds", "shown_forms"]
