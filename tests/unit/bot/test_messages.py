"""Slack accepts every message, and text from people, checks and configurations stays inert in it."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from bot.plan.model import Pinned
from bot.record.audit import AuditEvent
from bot.record.events import PacketKept, PacketNotKept
from bot.rules.action import Action, ActionState, Confirmation
from bot.rules.baseline import Baseline, Capture, CaptureDossier, CaptureState, Measured
from bot.rules.condition import ConditionState, Held, TrackedCondition
from bot.rules.decision import Outcome
from bot.rules.dossier import Dossier
from bot.rules.home import Ask, Home, Past, Promise, Task
from bot.rules.outbox import Message as Row
from bot.rules.outbox import MessageState
from bot.rules.outstanding import Outstanding
from bot.rules.previous import Previous
from bot.rules.rollback import Found, Prompt, PromptState, Rollback
from bot.rules.run import RunState
from bot.slack.fallback import NEWEST
from bot.slack.messages.action import action_list, action_result
from bot.slack.messages.alert import NOT_LOOKED_FOR, Alert
from bot.slack.messages.archive import ArchiveLine
from bot.slack.messages.baseline import baseline_message
from bot.slack.messages.card import card, said_previous
from bot.slack.messages.conditions import (
    condition_mention,
    condition_message,
    condition_news,
    condition_reminder,
)
from bot.slack.messages.decision import DecisionRecord, decision_record
from bot.slack.messages.home import page
from bot.slack.messages.instructions import rollback_instructions
from bot.slack.messages.kind import Facts, Hidden
from bot.slack.messages.posting import Posting
from bot.slack.messages.reminding import direct_reminder, mention_instead, reminder
from bot.slack.messages.requester import DecisionMention, direct_decision
from bot.slack.messages.table import results_table
from bot.slack.messages.votes import WaivedLine, vote_line, waiver_line
from bot.slack.messages.watch import (
    BlindWatch,
    RollbackPrompt,
    blind_watch,
    escalation,
    rollback_prompt,
    rolled_back,
    watch_end,
)
from bot.slack.messages.withdrawn import withdrawal_line
from bot.slack.rendering import KINDS
from bot.slack.text import code, value
from checks.actions.base import Preview
from checks.actions.sql import SqlAction
from checks.outcome import Outcome as CheckOutcome
from checks.reading import Typical
from commands.slack import answers
from commands.slack.answers import go_anyway, show, show_check
from sandbox.slack.blocks import problems_in
from sandbox.slack.message import Message
from sandbox.slack.mrkdwn import live_sequences
from tests.unit.bot.dossiers import HUGE, LIVELY, NOW, dossier, plan, result


def messages(pinned: Pinned, said: str) -> Iterator[Posting]:
    for state in (RunState.DECIDING, RunState.CLOSED):
        whole = dossier(pinned, said, state)
        yield card(whole, Facts(whole).asked(None))
        yield results_table(whole, Facts(whole).asked(None))
        yield reminder(whole, Facts(whole).asked(None))
        yield direct_reminder(Facts(whole), Outstanding.of(whole, Facts(whole).asked(None)), "U02BEN")
        yield mention_instead(whole, [f"U{at:020}" for at in range(200)])
        yield Posting.of(*show(whole))
        yield Posting.of(*show_check(whole, "c0"))
        yield Posting.of(*go_anyway(whole))
    condition = {"text": said, "owner": said, "due": NOW.isoformat()}
    detail = {
        "choice": "Conditional go",
        "reason": said,
        "condition": condition,
        "evidence": said,
        "roles": [said],
    }
    voted = AuditEvent(run=1, seq=1, at=NOW, actor="U01ANA", kind="voted", detail=detail, hash="")
    yield vote_line(whole, voted)
    yield waiver_line(whole, "c0", "U02BEN", said)
    withdrawn = {"choice": "Go", "evidence": said}
    yield withdrawal_line(
        AuditEvent(run=1, seq=2, at=NOW, actor="U01ANA", kind="vote withdrawn", detail=withdrawn, hash="")
    )
    for outcome in Outcome:
        assert whole.decision
        ended = whole.decision.model_copy(update={"outcome": outcome})
        yield decision_record(decided := whole.model_copy(update={"decision": ended}))
        yield direct_decision(Facts(decided))
        yield DecisionMention(event=1).render(Facts(decided))
    yield from conditions(whole, said)
    yield rollback_instructions(whole)
    yield rollback_instructions(whole, [checked_off(0)])
    for acting in attempts(pinned, whole, said):
        yield action_list(acting, [Held(condition=each, environment=said) for each in acting.conditions])
        yield action_result(acting, acting.actions[0], Facts(acting).asked(None))
    for prompt in prompts(whole.prompts[0]):
        yield rollback_prompt(whole, prompt, Facts(whole).asked(None))
        yield escalation(whole, prompt, Facts(whole).asked(None))
    yield from alerts(whole, said)
    for kept in (PacketNotKept(place=said, why=said), PacketKept(place=said)):
        event = AuditEvent(
            run=1, seq=1, at=NOW, actor="canary", kind=kept.kind, detail=kept.stored(), hash=""
        )
        yield ArchiveLine(event=1).render(Facts(whole, [event]))
    yield blind_watch(whole, "t0", Facts(whole).asked(None))
    yield watch_end(whole)
    for capture in captures(pinned, said):
        yield baseline_message(capture)
        yield Posting.of(*answers.capturing(capture.capture))
        yield Posting.of(
            *answers.baselines(said, capture.capture, [capture.baseline] if capture.baseline else [])
        )


def captures(pinned: Pinned, said: str) -> Iterator[CaptureDossier]:
    """One in each state, of which everything has such a name and could not be measured once."""
    readings = (
        Typical(name=said, value=said, unit="", samples=1),
        Typical(name="found", value=7, unit=said, samples=2, low=1, high=9),
    )
    measured = {
        name: Measured(readings=readings[: at % 3], measurements=1, failed=1, why=said)
        for at, name in enumerate(pinned.environment.checks)
    }
    for state in CaptureState:
        capture = Capture(
            number=3,
            environment=pinned.name,
            name=said,
            state=state,
            channel="C0RELEASES",
            requested_by="U02BEN",
            configuration=pinned.digest,
            samples=10,
            tick=3,
            attempt=3,
            started_at=NOW,
            ends_at=NOW,
            ended_by=said,
        )
        kept = {"number": 3, "environment": pinned.name, "name": said, "digest": said, "document": said}
        baseline = Baseline(**kept, captured_at=NOW) if state is CaptureState.DONE else None
        yield CaptureDossier(capture=capture, plan=pinned, baseline=baseline, measured=measured)


def conditions(whole: Dossier, said: str) -> Iterator[Posting]:
    """One in each state, with a check that shows it and without; and whatever becomes of it."""
    found = Found(reason=said, judged=result(said).judged)
    open_ = TrackedCondition(
        run=1,
        number=1,
        state=ConditionState.OPEN,
        text=said,
        owner=said,
        set_by="U01ANA",
        due_at=NOW,
        question=said,
        holds=(said,) * 20,
        opened_at=NOW,
    )
    for state in ConditionState:
        closed = {"closed_at": NOW, "closed_by": said, "statement": said} if state.closed else {}
        late = {"overdue_at": NOW} if state is ConditionState.OVERDUE else {}
        for shown in ({}, {"check": "c0", "looked_at": NOW, "outcome": CheckOutcome.FAIL, "found": found}):
            each = open_.model_copy(update={"state": state, **closed, **late, **shown})
            run = whole.model_copy(update={"conditions": (each,)})
            yield condition_message(run, each)
            yield card(run, None)
            yield condition_reminder(Facts(run), each)
            yield condition_mention(each, [said, "U02BEN"])
            for kind, detail in {
                "condition overdue": {},
                "condition met": {"statement": said},
                "condition lifted": {"reason": said},
            }.items():
                event = {"number": 1, **detail}
                yield condition_news(
                    run,
                    AuditEvent(run=1, seq=9, at=NOW, actor=said, kind=kind, detail=event, hash=""),
                )


def attempts(pinned: Pinned, whole: Dossier, said: str) -> Iterator[Dossier]:
    """Yields an action in each possible state: as it is, settled by a person, and with a measurement to come."""
    statement = "UPDATE t SET a = 1"
    configured = SqlAction.model_validate(
        {
            "kind": "sql",
            "title": said[:100] or "t",
            "source": "admin",
            "statement": statement,
            "rows": {"max": 9},
            "covers": "c0",
            "allow": {"platform": 1},
        }
    )
    environment = pinned.environment.model_copy(update={"actions": {"backfill": configured}})
    plan = pinned.model_copy(update={"environment": environment})
    action = Action(
        run=1,
        name="backfill",
        attempt=1,
        state=ActionState.REQUESTED,
        preview=Preview(does=(said,), rows=3, sample=(said,), verb="update"),
        confirmed=(Confirmation(person="U01ANA", roles=("platform",), at=NOW),),
        requested_at=NOW,
        idempotency_key="k",
        said=said,
        note=said,
        before=result(said),
        after=result(said),
    )
    for state in ActionState:
        for update in ({}, {"ready_at": NOW, "settled_by": "U02BEN"}, {"ready_at": NOW, "to_measure": True}):
            times = {"claimed_at": NOW, "ended_at": NOW, "state": state}
            attempt = action.model_copy(update=times | update)
            yield whole.model_copy(update={"plan": plan, "actions": (attempt,)})


def checked_off(item: int) -> AuditEvent:
    detail = {"item": item, "text": "as configured"}
    return AuditEvent(run=1, seq=item + 2, at=NOW, actor="U03RAJ", kind="checked off", detail=detail, hash="")


def prompts(answered: Prompt) -> Iterator[Prompt]:
    """Prompts in each state, with their readings in words and as earlier versions stored them."""
    for state in PromptState:
        by, at = ("U03RAJ", NOW) if state.answered else (None, None)
        prompt = answered.model_copy(update={"state": state, "answered_by": by, "answered_at": at})
        yield prompt
        yield prompt.model_copy(update={"found": None, "recovered_at": None})


def alerts(whole: Dossier, said: str) -> Iterator[Posting]:
    """Alerts about each kind of message, in every state that it can be in."""
    about = [
        RollbackPrompt(key="p"),
        DecisionRecord(),
        BlindWatch(trigger="t0", tick=1),
        WaivedLine(event=1),
        None,
    ]
    for content in about:
        for state in (MessageState.FAILED, MessageState.AMBIGUOUS, MessageState.PENDING):
            for alerted_at in (NOW, None):
                row = Row(
                    id=1,
                    run=1,
                    kind=content.kind if content else said,
                    subject=content.subject if content else said,
                    channel="C0RELEASES",
                    state=state,
                    wanted=1,
                    shown=0,
                    ts=None,
                    thread=None,
                    earlier=(),
                    file=None,
                    urgent=False,
                    claim=0,
                    not_before=NOW,
                    error=said,
                    excused=False,
                    tried_at=NOW,
                    begun_at=NOW,
                    free_at=None,
                    doubted_at=NOW if state is MessageState.AMBIGUOUS else None,
                    alerted_at=alerted_at,
                    created_at=NOW,
                    posted_at=None,
                    sent_at=None,
                )
                for why in (said, f"{NOT_LOOKED_FOR}: {said}"):
                    detail = {
                        "message": row.kind,
                        "subject": row.subject,
                        "channel": "C0RELEASES",
                        "why": why,
                    }
                    event = AuditEvent(
                        run=1, seq=1, at=NOW, actor="canary", kind="alert", detail=detail, hash=""
                    )
                    facts = Facts(whole, [event], hidden=Hidden(row, content))
                    yield Alert(event=1, channel="C0OPS").render(facts)


# rendered by `messages`, or by the test named
TRIED = {
    *(
        "card",
        "table",
        "reminder",
        "direct reminder",
        "mention",
        "vote",
        "withdrawal",
        "waived",
        "decision",
        "direct decision",
        "decision mention",
        "instructions",
    ),
    *("actions", "action"),
    *("prompt", "escalation", "blind", "watch end", "alert"),
    *("condition", "condition news", "condition reminder", "condition mention"),
    *("prompt", "escalation", "blind", "watch end", "alert", "baseline"),
    "archive",
    "archive alert",  # same text as "archive"
    "waiver",  # same text as "waived"
    "rolled back",  # tested with its versions, below
    "home",  # tested with App Home, below
}


def test_every_kind_of_message_is_tried_with_hostile_text() -> None:
    """Add a new kind to `messages`, so that supplied text is shown to stay inert in it."""
    assert set(KINDS.names()) - set(KINDS.files) == TRIED


def shown(posting: Posting) -> Message:
    return Message("C1", "1.0", "U0BOT", posting.text, list(posting.without(NEWEST).blocks))


@pytest.mark.parametrize("checks", [2, 200])
@pytest.mark.parametrize("said", [LIVELY, HUGE, ""])
def test_slack_accepts_every_message(tmp_path: Path, checks: int, said: str) -> None:
    for posting in messages(plan(tmp_path, checks, "x" * 2000), said):
        assert problems_in(list(posting.without(NEWEST).blocks), "message") == []
        assert 0 < len(posting.text) <= 4000


def test_buttons_and_required_facts_are_kept_however_long_the_message_is(tmp_path: Path) -> None:
    pinned = plan(tmp_path, 200, "x" * 2000)
    deciding, prompted = dossier(pinned, HUGE, RunState.DECIDING), dossier(pinned, HUGE, RunState.CLOSED)
    *_, needed, buttons, _ = card(deciding, Facts(deciding).asked(None)).blocks
    assert "needs a vote from" in str(needed)
    assert buttons["elements"][0]["action_id"] == "vote_go"
    assert (
        rollback_prompt(prompted, prompted.prompts[0], Facts(prompted).asked(None)).blocks[-1]["type"]
        == "actions"
    )
    assert "<@U03RAJ>" in rollback_prompt(prompted, prompted.prompts[0], Facts(prompted).asked(None)).text
    assert any(
        block["type"] == "data_table" for block in results_table(deciding, Facts(deciding).asked(None)).blocks
    )
    assert "Decision on run #1" in str(decision_record(prompted).blocks[-1])
    *_, checklist = rollback_instructions(prompted).blocks
    assert [each["accessory"]["action_id"] for each in checklist["child_blocks"]] == ["checklist_done"]


def test_supplied_text_stays_inert(tmp_path: Path) -> None:
    ours = "<!date^", "<@U", "<!subteam^S0PLATFORM>", "<#C0RELEASES>"
    for posting in messages(plan(tmp_path, 3, "Pin it"), LIVELY):
        for live in live_sequences(shown(posting)):
            assert live.startswith(ours)
            assert "EVIL" not in live
        assert not set("\u202e\u202c\u200b\u2028\r") & set(str(posting))


def test_supplied_text_cannot_imitate_a_line_of_the_record(tmp_path: Path) -> None:
    whole = dossier(plan(tmp_path, 3, "Pin it"), LIVELY, RunState.CLOSED)
    whole = whole.model_copy(update={"rollback": Rollback(run=1, by="U03RAJ", reason=LIVELY, at=NOW)})
    for posting in (
        decision_record(whole),
        card(whole, Facts(whole).asked(None)),
        rollback_prompt(whole, whole.prompts[0], Facts(whole).asked(None)),
        blind_watch(whole, "t0", Facts(whole).asked(None)),
        watch_end(whole),
        rolled_back(whole),
        Posting.of(*show_check(whole, "c0")),
    ):
        texts = [
            block["text"]["text"]
            for block in posting.blocks
            if block["type"] == "section" and "text" in block
        ]
        assert not [line for text in texts for line in text.splitlines() if line.startswith("• *Waived")]


# ---------------------------------------------------------------- App Home


def homes(pinned: Pinned, said: str) -> Iterator[Home]:
    deciding, closed = (dossier(pinned, said, state) for state in (RunState.DECIDING, RunState.CLOSED))
    open_prompt = closed.prompts[0].model_copy(update={"state": PromptState.OPEN, "answered_by": None})
    placed = {"run": 1, "environment": said, "version": said, "channel": "C0RELEASES", "ts": "1.2"}
    duty = placed | {"key": "k", "due": NOW, "number": 1}
    asks = (
        Ask(dossier=deciding, roles=("platform",), waivers=tuple(pinned.environment.checks)),
        Ask(dossier=deciding, waivers=tuple(pinned.environment.checks)),
        Ask(dossier=closed, prompts=(open_prompt,)),
    )
    everything = Home(
        person="U01ANA",
        asks=asks * 20,
        promises=tuple(Promise(**duty, text=said, check=check) for check in ("", "c0") * 25),
        tasks=tuple(Task(**duty, item=said) for _ in range(50)),
        under_way=tuple(
            each.model_copy(update={"run": each.run.model_copy(update={"number": number})})
            for each in (deciding, closed)
            for number in range(2, 30)
        ),
        latest=tuple(Past(**placed, outcome=outcome, decided_at=NOW) for outcome in Outcome) * 10,
        can_start=(said,),
        operates=True,
        missing=(said,) * 50,
        unknown_groups=True,
        url="https://acme.slack.com/",
    )
    yield everything
    yield everything.model_copy(update={"operates": False, "asks": ()})
    yield Home(person="U01ANA", refused=said)


@pytest.mark.parametrize("unknown", [(), NEWEST])
@pytest.mark.parametrize("said", [LIVELY, HUGE])
def test_slack_accepts_every_home_and_supplied_text_stays_inert_in_it(
    tmp_path: Path, said: str, unknown: Collection[str]
) -> None:
    ours = "<!date^", "<@U", "<#C0RELEASES>", "<https://acme.slack.com/archives/C0RELEASES/p12|run #1>"
    for home in homes(plan(tmp_path, 200, "x" * 2000), said):
        posting = Posting("", tuple(page(home)), view=True).without(unknown)
        if unknown:  # the local Slack does not draw cards yet
            assert problems_in(list(posting.blocks), "home") == []
        assert len(posting.blocks) <= 100
        for live in live_sequences(Message("D1", "1.0", "U0BOT", "", list(posting.without(NEWEST).blocks))):
            assert live.startswith(ours)
            assert "EVIL" not in live


# ---------------------------------------------------------------- arguments are text


@pytest.mark.parametrize("given", ["*bold*", ":white_check_mark:", "~1.0~", "<!channel>"])
def test_a_version_is_shown_as_code_wherever_one_is_named(tmp_path: Path, given: str) -> None:
    whole = dossier(plan(tmp_path, 3, "Go back to {{previous_version}}"), "", RunState.CLOSED)
    run = whole.run.model_copy(update={"arguments": {"version": given}})
    rollback = Rollback(run=1, by="U03RAJ", reason="", at=NOW)
    text = str(rolled_back(whole.model_copy(update={"run": run, "rollback": rollback})).blocks)
    for shown in (text, said_previous(Previous(version=given))):
        assert code(given) in shown


@pytest.mark.parametrize(
    "given", ["*bold*", "_x_", "~x~", "`x`", ":tada:", "```x", "1.0`; rm -rf /`", "<!channel>", "> x"]
)
def test_an_argument_in_a_rollback_step_is_neither_markup_nor_a_command(given: str) -> None:
    outside, inside = value("Promote ", given), value("Run `deploy ", given)
    assert outside.startswith("`") and outside.endswith("`")
    assert "`" not in outside[1:-1] and "`" not in inside
    assert shlex.split(inside) == [given.replace("`", "\u02cb")]


@pytest.mark.parametrize("given", ["1.42.0", "release/2026-11", "a_b", "U02BEN", "x@y", "a=b"])
def test_an_ordinary_argument_is_unchanged(given: str) -> None:
    assert value("Promote ", given) == given == value("Run `deploy ", given)
