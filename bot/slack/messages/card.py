"""The run card: the one message in the channel, edited in place from the first check to the decision."""

from __future__ import annotations

from datetime import timedelta

from bot.rules.approval import Choice, Tally
from bot.rules.dossier import Dossier
from bot.rules.instructions import names_previous
from bot.rules.labels import CHOICES
from bot.rules.outbox import Standing
from bot.rules.previous import Previous
from bot.rules.request import Click
from bot.rules.run import CheckState, RunState
from bot.rules.watch import WatchState
from bot.slack.actions import Button
from bot.slack.blocks import Block, Element, actions, context, fields, header, section, sections
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import arguments, check_line, counts, worst_first
from bot.slack.messages.posting import Posting
from bot.slack.text import code, escape, mention, mentions, moment, one_line, utc
from checks.outcome import Outcome
from checks.units import say_count, say_duration

MOST_LINES = 15  # checks named on the card; the thread has them all
MOST_RUNNING = 5

GO = Button("vote_go", CHOICES[Choice.GO], "primary")
CONDITIONAL_GO = Button("vote_conditional_go", CHOICES[Choice.CONDITIONAL_GO], opens_form=True)
NO_GO = Button("vote_no_go", CHOICES[Choice.NO_GO], "danger", opens_form=True)
WAIVE = Button("waive", "Waive", opens_form=True)


class Card(MessageKind):
    kind = "card"
    called = "run card"
    standing = Standing.CARD
    in_alerts = True

    def render(self, facts: Facts) -> Posting:
        return card(facts.dossier)


def card(dossier: Dossier) -> Posting:
    blocks = [header(_title(dossier)), section(_sentence(dossier)), fields(_facts(dossier))]
    if dossier.run.state is not RunState.CHECKING:
        blocks += _findings(dossier)
    if dossier.run.state is RunState.DECIDING:
        blocks += [*_standing(dossier), actions(_buttons(dossier))]
    return Posting.of(_summary(dossier), blocks, tail=2)


def _title(dossier: Dossier) -> str:
    return f"Canary run #{dossier.run.number} · {dossier.run.environment}"


def _sentence(dossier: Dossier) -> str:
    run, decision = dossier.run, dossier.decision
    if decision:
        by = f" by {mentions(decision.decided_by)}" if decision.decided_by else ""
        return f"*{decision.outcome}*{by} {moment(decision.decided_at)}: {one_line(decision.reason)}{_watch(dossier)}"
    if run.state is RunState.CHECKING:
        return _progress(dossier)
    return f"*Recommends {dossier.verdict.recommendation}*: {counts(dossier)}"


def _progress(dossier: Dossier) -> str:
    done = sum(check.state is CheckState.DONE for check in dossier.checks)
    running = [check.name for check in dossier.checks if check.state is CheckState.RUNNING]
    more = f" and {len(running) - MOST_RUNNING} more" if len(running) > MOST_RUNNING else ""
    now = f"; running {', '.join(running[:MOST_RUNNING])}{more}" if running else ""
    return f"*Checking*: {done} of {len(dossier.checks)} done after {_elapsed(dossier)}{escape(now)}"


def _elapsed(dossier: Dossier) -> str:
    """The time until the newest event on the card."""
    times = [at for check in dossier.checks for at in (check.started_at, check.finished_at) if at]
    seconds = (max(times, default=dossier.run.requested_at) - dossier.run.requested_at).total_seconds()
    return say_duration(timedelta(seconds=round(seconds)))


def _watch(dossier: Dossier) -> str:
    watch, rollback = dossier.watch, dossier.rollback
    if rollback:
        return f"\n*Rolled back* by {mention(rollback.by)} {moment(rollback.at)}"
    if watch is None:
        return ""
    if watch.state is WatchState.WATCHING:
        return f"\nWatching until {moment(watch.ends_at)}"
    return f"\nThe watch is over: {watch.end}"


def _facts(dossier: Dossier) -> list[tuple[str, str]]:
    run = dossier.run
    facts = [("Arguments", arguments(dossier))] if run.arguments else []
    made_by = dossier.made_by
    if made_by.people:
        facts.append(("Change by", f"{mentions(made_by.people)}, {made_by.source}"))
    elif made_by.unknown:
        facts.append(("Change by", f"*not known*: {escape(made_by.unknown)}"))
    facts += [("Requested by", mention(run.requested_by)), ("Started", moment(run.requested_at))]
    if run.state is RunState.DECIDING and run.expires_at:
        approve = dossier.plan.environment.decide.approve
        facts += [
            ("Who decides", escape(", ".join(f"{count} of {role}" for role, count in approve.items()))),
            ("Deadline", moment(run.expires_at)),
            *_way_back(dossier),
        ]
    return facts


def _way_back(dossier: Dossier) -> list[tuple[str, str]]:
    """The version that a rollback would return to, if the instructions name one: shown before anyone votes."""
    previous = dossier.previous
    if previous is None or not names_previous(dossier.plan.environment):
        return []
    return [("Rollback goes to", said_previous(previous))]


def said_previous(previous: Previous) -> str:
    version = code(previous.version) if previous.version else "*not known*"
    return f"{version} ({escape(previous.doubt)})" if previous.doubt else version


def _findings(dossier: Dossier) -> list[Block]:
    found = worst_first(dossier)
    lines = [
        check_line(dossier, name, result) for name, result in found if result.outcome is not Outcome.PASS
    ]
    left_out = len(lines) - MOST_LINES
    if left_out > 0:
        lines = [*lines[:MOST_LINES], f"… and {left_out} more in the thread"]
    passed = sum(result.outcome is Outcome.PASS for _, result in found)
    return [
        *sections(lines),
        context(
            f"{passed} of {say_count(len(dossier.checks), 'check')} passed; all of them are in the thread"
        ),
    ]


def _standing(dossier: Dossier) -> list[Block]:
    tally = dossier.tally()
    votes = [
        f"*{CHOICES[vote.choice]}*  {mention(vote.person)} ({escape(', '.join(vote.roles))})"
        for vote in dossier.votes
    ]
    return [*sections(votes), context(needed(tally))]


def needed(tally: Tally) -> str:
    """What is still missing, as markup."""
    missing = [f"{count} of {role}" for role, count in tally.missing.items()]
    waivers = [f"a waiver for {check}" for check in tally.waivers_missing]
    return "Still needed: " + escape(", ".join([*missing, *waivers]))


def _buttons(dossier: Dossier) -> list[Element]:
    run = dossier.run
    value = Click.value_of(run)
    what = f"run {run.number} on {run.environment}"
    shown = [GO, CONDITIONAL_GO, NO_GO, *([WAIVE] if dossier.tally().waivers_missing else [])]
    return [each.about(what, value) for each in shown]


def _summary(dossier: Dossier) -> str:
    """Plain text of the whole card, with the most important part in the first hundred characters."""
    run, decision = dossier.run, dossier.decision
    about = f"Canary run #{run.number} on {run.environment}"
    if decision:
        return escape(f"{decision.outcome}: {about}, {utc(decision.decided_at)}. {decision.reason}")
    if run.state is RunState.CHECKING:
        done = sum(check.state is CheckState.DONE for check in dossier.checks)
        return escape(f"{about} is checking: {done} of {len(dossier.checks)} done.")
    reasons = " ".join(f"{reason}." for reason in dossier.verdict.reasons[:MOST_LINES])
    said = f"{about} recommends {dossier.verdict.recommendation}: {counts(dossier)}. {reasons}"
    return " ".join([escape(said), *(f"{label} {value}." for label, value in _way_back(dossier))])
