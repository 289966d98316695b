"""What Slack shows: every kind of message in every state, forms and private answers, as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bot.rules.action import ActionState
from bot.rules.approval import Choice
from bot.rules.decision import Outcome
from bot.rules.home import Ask, Home, Past, Promise, Task
from bot.rules.outbox import MessageState
from bot.rules.possible import Possible
from bot.rules.rollback import PromptState
from bot.rules.watch import WatchEnd
from bot.slack import act_form, forms
from bot.slack.blocks import Block
from bot.slack.messages.action import ActionList, ActionResult
from bot.slack.messages.alert import Alert, not_shown
from bot.slack.messages.card import Card, go_confirmation
from bot.slack.messages.decision import DecisionRecord
from bot.slack.messages.home import page
from bot.slack.messages.instructions import RollbackInstructions
from bot.slack.messages.kind import Facts, Hidden, MessageKind
from bot.slack.messages.posting import Posting
from bot.slack.messages.reminding import DirectReminder, MentionInstead, Reminder
from bot.slack.messages.requester import DecisionMention, DirectDecision
from bot.slack.messages.table import ResultsTable
from bot.slack.messages.votes import VoteLine, WaivedLine
from bot.slack.messages.watch import BlindWatch, EscalationLine, RollbackLine, RollbackPrompt, WatchEndLine
from bot.slack.messages.withdrawn import WithdrawalLine
from bot.slack.start_form import start_form
from commands.slack import answers
from commands.slack.parse import USAGES, Mistyped, parse
from commands.slack.replies import Example, said
from sandbox.slack.app import App
from sandbox.slack.cast import acme
from sandbox.slack.clock import Clock
from sandbox.slack.manifest import read_manifest
from sandbox.slack.mrkdwn import plain, text_of
from sandbox.slack.rendering import render_blocks
from tests.messages_page import follow_up, story
from tests.messages_page.sentences import ROOT
from tests.messages_page.story import ANA, BEN, NUMBER, RAJ

WIDTH = 110
ALONE = 160  # characters: the beginning says the most
SLACK = acme(App(read_manifest(ROOT / "manifest.yml")), Clock())


class Shown(NamedTuple):
    title: str
    lines: Sequence[str]
    alone: str = ""  # shown in notifications and read by screen readers

    def markdown(self) -> Iterator[str]:
        yield f"### {self.title}"
        yield "~~~text"
        yield from (piece for line in self.lines for piece in _wrapped(line))
        yield "~~~"
        if self.alone:
            yield f"Read alone: {textwrap.shorten(self.alone, ALONE, placeholder=' …')}"
        yield ""


def _wrapped(line: str) -> list[str]:
    if "   " in line.strip():  # a row of a table
        return [line]
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False) or [""]


def _blocks(blocks: Sequence[Block]) -> list[str]:
    return [line for part in render_blocks(SLACK, blocks) for line in part.splitlines()]


def _posted(title: str, posting: Posting) -> Shown:
    return Shown(title, _blocks(posting.blocks), " ".join(plain(posting.text, SLACK).split()))


def _answer(title: str, answer: tuple[str, list[Block]]) -> Shown:
    return Shown(title, _blocks(answer[1]))


def _form(view: Mapping[str, Any], case: str = "") -> Shown:
    """The form with its hints and its submit button."""
    lines = _blocks([block for block in view["blocks"] if block["type"] != "input"])
    for block in view["blocks"]:
        if block["type"] == "input":
            optional, hint = " (optional)" * bool(block.get("optional")), text_of(block.get("hint"), SLACK)
            example = text_of(block["element"].get("placeholder"), SLACK)
            lines.append(
                " · ".join(filter(None, [f"{text_of(block['label'], SLACK)}{optional} [ {example} ]", hint]))
            )
    buttons = [text_of(view[name], SLACK) for name in ("close", "submit") if name in view]
    title = ", ".join(filter(None, [text_of(view["title"], SLACK), case]))
    return Shown(f"Form: {title}", [*lines, "  ".join(f"[ {each} ]" for each in buttons)])


# ---------------------------------------------------------------- the parts of the page


def messages() -> Iterator[Shown]:
    waiting = story.deciding(story.BAD)
    for title, content, facts in _kinds():
        rendered = content.render(facts)
        assert isinstance(rendered, Posting)
        yield _posted(title, rendered)
    yield Shown("Before a Go over NO-GO", _confirmation(go_confirmation(waiting)))
    yield Shown("To the requester: no card", [plain(not_shown(waiting.run, "not_in_channel"), SLACK)])
    yield Shown("App Home", _blocks(page(_home())))
    yield Shown("App Home of a newcomer", _blocks(page(Home(person=story.MIA))))


def _kinds() -> Iterator[tuple[str, MessageKind, Facts]]:
    events = story.EVENTS
    waiting, prompt = story.deciding(story.BAD), RollbackPrompt(key="p")
    cards = {
        "checking": story.checking(),
        "GO recommended": story.deciding(story.GOOD),
        "CONDITIONAL GO recommended": story.deciding(story.NEAR),
        "NO-GO recommended": waiting,
        "one vote, a waiver missing": story.deciding(story.BAD, votes=story.VOTES[:1]),
        "Go": story.decided(Outcome.GO, story.GOOD),
        "Conditional go": story.decided(Outcome.CONDITIONAL_GO, votes=story.VOTES, waivers=story.WAIVERS),
        "No-go": story.decided(Outcome.NO_GO),
        "expired": story.decided(Outcome.EXPIRED),
        "cancelled": story.decided(Outcome.CANCELLED),
        "alarm": story.failing(),
        "alarm, on it": story.failing(PromptState.ACKNOWLEDGED),
        "rolled back": story.failing(PromptState.ROLLED_BACK),
        "watch over": story.decided(Outcome.GO, story.GOOD, watch=story.watching(WatchEnd.COMPLETED)),
    }
    yield from ((f"Card: {state}", Card(), Facts(whole)) for state, whole in cards.items())
    yield "Results: something failed", ResultsTable(), Facts(waiting)
    yield "Results: all passed", ResultsTable(), Facts(story.deciding(story.GOOD))
    lines: list[tuple[str, MessageKind]] = [
        ("Vote: Go", VoteLine(event=1)),
        ("Vote: Conditional go", VoteLine(event=2)),
        ("Vote: No-go", VoteLine(event=3)),
        ("Vote withdrawn", WithdrawalLine(event=4)),
        ("Waiver", WaivedLine(event=5)),
        ("Reminder in the thread", Reminder(event=6)),
        ("Reminder by direct message: vote", DirectReminder(run=NUMBER, event=6, person=ANA)),
        ("Reminder by direct message: vote and waiver", DirectReminder(run=NUMBER, event=6, person=BEN)),
        ("Mention in place of a direct message", MentionInstead(event=7)),
    ]
    yield from ((title, content, Facts(waiting, events)) for title, content in lines)
    for outcome in Outcome:
        results = story.GOOD if outcome is Outcome.GO else story.BAD
        yield f"Decision: {outcome}", DecisionRecord(), Facts(story.decided(outcome, results))
    for outcome in (Outcome.GO, Outcome.NO_GO):
        results = story.GOOD if outcome is Outcome.GO else story.BAD
        told = DirectDecision(run=NUMBER, event=1, person=RAJ)
        yield f"Decision by direct message: {outcome}", told, Facts(story.decided(outcome, results))
    after = story.decided(Outcome.GO, story.GOOD)
    yield "Decision: mention in place of a direct message", DecisionMention(event=1), Facts(after)
    yield "Rollback instructions", RollbackInstructions(), Facts(after, events)
    prompts = {
        "open": story.failing(),
        "escalated": story.failing(escalated_at=story.minutes(36)),
        "passing again": story.failing(recovered_at=story.minutes(30)),
        **{str(state): story.failing(state) for state in PromptState if state is not PromptState.OPEN},
    }
    yield from ((f"Rollback prompt: {state}", prompt, Facts(whole)) for state, whole in prompts.items())
    yield "Escalation", EscalationLine(key="p"), Facts(prompts["escalated"])
    answered = story.failing(PromptState.ACKNOWLEDGED, escalated_at=story.minutes(36))
    yield "Escalation: answered", EscalationLine(key="p"), Facts(answered)
    yield "Watch that cannot measure", BlindWatch(trigger="duplicates", tick=3), Facts(story.blind())
    yield "Rollback without a prompt", RollbackLine(), Facts(story.rolled_back())
    for end in WatchEnd:
        over = story.decided(Outcome.GO, story.GOOD, watch=story.watching(end))
        yield f"Watch ended: {end}", WatchEndLine(), Facts(over)
    yield from _actions()
    yield from follow_up.kinds()
    yield from _alerts()


def _actions() -> Iterator[tuple[str, MessageKind, Facts]]:
    result, lost = (
        ActionResult(action="backfill", attempt=1),
        "the database did not answer the commit in time",
    )
    yield "Actions: nothing is done yet", ActionList(), Facts(story.acting(None))
    ends = {
        "done": story.acting(ActionState.DONE, "62 rows updated"),
        "not done": story.acting(ActionState.FAILED, "the database says: permission denied for table Job"),
        "unclear": story.acting(ActionState.UNCLEAR, lost),
        "settled": story.acting(ActionState.DONE, lost, by_hand="I counted the rows in the database"),
    }
    for end, whole in ends.items():
        yield f"Actions: {end}", ActionList(), Facts(whole)
        yield f"Action: {end}", result, Facts(whole)


def _alerts() -> Iterator[tuple[str, MessageKind, Facts]]:
    waiting, alert = story.deciding(story.BAD), Alert(event=8, channel="C0RELEASES")
    states = {
        "waiting": (MessageState.PENDING, "not_in_channel"),
        "given up": (MessageState.FAILED, "invalid_blocks"),
        "may be there": (MessageState.AMBIGUOUS, "no clear answer: TimeoutError"),
    }
    for name, (state, why) in states.items():
        about = Hidden(story.hidden(ResultsTable(), state, why), ResultsTable())
        yield f"Alert: {name}", alert, Facts(waiting, [story.alert(why)], about)
    shown = story.hidden(ResultsTable(), MessageState.PENDING, "", alerted=False)
    yield "Alert: over", alert, Facts(waiting, story.EVENTS, Hidden(shown, ResultsTable()))


def _confirmation(element: Mapping[str, Any]) -> list[str]:
    told = [text_of(element[part], SLACK) for part in ("title", "text")]
    return [*told, "  ".join(f"[ {text_of(element[part], SLACK)} ]" for part in ("deny", "confirm"))]


def _home() -> Home:
    placed = {"environment": "staging", "channel": "C0RELEASES", "ts": None}
    waiting, alarm = story.deciding(story.BAD), story.failing()
    duty: dict[str, Any] = {**placed, "run": 409, "version": "1.41.3", "key": "k", "due": story.minutes(60)}
    return Home(
        person=BEN,
        asks=(
            Ask(dossier=waiting, roles=("platform",), waivers=("duplicate-sends",)),
            Ask(dossier=alarm, prompts=alarm.prompts),
        ),
        promises=(
            Promise(**duty, number=1, text=story.CONDITION.text, holds=("backfill",)),
            Promise(**duty, number=2, text="Second tick is suppressed", check="suppression"),
        ),
        tasks=(Task(**duty, number=0, item="Read the newest errors"),),
        latest=(
            Past(run=410, version="1.41.4", outcome=Outcome.NO_GO, decided_at=story.NOW, **placed),
            Past(
                run=409,
                version="1.41.3",
                outcome=Outcome.GO,
                decided_at=story.NOW,
                rolled_back_at=story.NOW,
                **placed,
            ),
        ),
        can_start=("staging",),
        operates=True,
        missing=("canary is not in #releases. Invite it: /invite @canary",),
    )


def shown_forms() -> Iterator[Shown]:
    waiting, alarm, about = (
        story.deciding(story.BAD),
        story.failing(),
        forms.About(value="k", channel="C0RELEASES"),
    )
    environments = story.PLAN.plan.environments
    everything = Possible(approve=True, vote=True, waive=True, remind=True, cancel=True)
    yield _form(start_form(environments))
    yield _form(act_form.act_form(waiting, everything, "C0RELEASES", link="https://acme.slack.com/x"))
    yield _form(forms.conditional_go(waiting, about, story.CONDITION.due, [forms.results_changed()]))
    yield _form(forms.no_go(waiting, about, []))
    yield _form(
        forms.waive(
            waiting, about, ["duplicate-sends"], {"suppression": "Only its owner, platform, can."}, []
        )
    )
    yield _form(forms.false_alarm(alarm, alarm.prompts[0], about))
    yield _form(act_form.cancel(NUMBER, "staging", about))
    yield from (_form(view, case) for case, view in follow_up.shown_forms())


EXAMPLE = Example(environment="staging", run=NUMBER, start="staging version=1.42.0")
MISTYPED = (
    *("runn staging", "run", "run staging 1.42.0", "run staging version=1 version=2", "show", "show staging"),
    *("go #412?", "no-go #412", "cancel #412", "status staging now"),
)


def private_answers() -> Iterator[Shown]:
    seen, waiting = story.PLAN.plan.environments, story.deciding(story.BAD)
    yield _answer("`/canary help`", answers.help_text("", {"staging": ["platform"]}, EXAMPLE, seen))
    yield _answer("`/canary help run`", answers.help_text("run", {}, EXAMPLE, seen))
    yield _answer("`/canary run staging`", answers.started(waiting.run, {"platform": ["Duplicate sends"]}))
    runs = [story.checking(), waiting, story.decided(Outcome.GO, story.GOOD)]
    yield _answer("`/canary status`", answers.status(runs, "", start=None))
    yield _answer("`/canary status staging`", answers.status([], "staging", start="staging version=1.42.0"))
    yield _answer("`/canary show #412`", answers.show(waiting))
    yield _answer("`/canary show #412 suppression`", answers.show_check(waiting, "suppression"))
    yield _answer("`/canary go #412` over NO-GO", answers.go_anyway(waiting))
    yield _answer("`/canary no-go #412 …`", answers.counted(waiting.run, Choice.NO_GO))
    yield Shown("`/canary remind #412`", [plain(answers.reminded(NUMBER, story.REMINDED), SLACK)])
    yield _answer("A vote that counts already", answers.counts_already(Choice.GO))
    capturing, captured, *_ = follow_up.captures()
    yield _answer("`/canary capture staging 30m before-1-42`", answers.capturing(capturing.capture))
    kept = [captured.baseline] if captured.baseline else []
    yield _answer("`/canary baselines staging`", answers.baselines("staging", capturing.capture, kept))
    yield _answer("`/canary config staging`", answers.environment(story.PINNED))
    yield _answer("`/canary config`", answers.configuration(seen, story.PINNED.digest))
    yield Shown("Mistyped", [line for text in MISTYPED for line in _mistyped(text)])


def _mistyped(text: str) -> Iterator[str]:
    try:
        parse(text)
    except Mistyped as error:
        _, blocks = said(error, example=EXAMPLE.of(error.example) or "")
        yield f"> /canary {text}"
        yield from (f"  {line}" for line in _blocks(blocks))


def commands() -> Iterator[str]:
    yield "| command | what it does |"
    yield "|---|---|"
    yield from (f"| `/canary {usage.form}` | {usage.does} |" for usage in USAGES.values())


__all__ = ["RAJ", "commands", "messages", "private_answers", "shown_forms"]
