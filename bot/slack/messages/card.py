"""The run card: the one message in the channel, edited in place from the first check to the end of the watch.

An edit notifies nobody, so the people it mentions are notified once, by the results in the thread (`table`).
The initial post mentions none of them: all checks may be done by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from bot.rules.approval import Choice, Vote
from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.rules.instructions import names_previous
from bot.rules.labels import CHOICES
from bot.rules.outbox import Standing
from bot.rules.previous import Previous
from bot.rules.request import Click
from bot.rules.run import CheckState, RunState
from bot.slack.actions import Button
from bot.slack.blocks import MOST_TEXT, Element, actions, confirmation, context, header, section, sections
from bot.slack.messages.asking import asked_for_votes, needed
from bot.slack.messages.conditions import condition_lines
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import (
    changed_facts,
    changed_line,
    check_line,
    counts,
    how_long,
    needs_care,
    not_passed,
    other_arguments,
    overridden,
    plain_line,
    recommended,
    subject,
    title,
    titled,
    verdict,
    voted_condition,
)
from bot.slack.messages.outlook import outlook, stands
from bot.slack.messages.posting import Posting
from bot.slack.text import code, cut, escape, mention, mentions, one_line, utc

MOST_LINES = 15  # checks named while it is open; the thread lists all
MOST_LINES_CLOSED = 5
MOST_RUNNING = 5
MOST_CHANGES = 3  # of one configuration
MOST_VOTES = 5  # of one kind
LONGEST_CONFIRMATION = 300

GO = Button("vote_go", CHOICES[Choice.GO])
CONDITIONAL_GO = Button("vote_conditional_go", CHOICES[Choice.CONDITIONAL_GO], opens_form=True)
NO_GO = Button("vote_no_go", CHOICES[Choice.NO_GO], "danger", opens_form=True)
WAIVE = Button("waive", "Waive", opens_form=True)


class Card(MessageKind):
    kind = "card"
    called = "run card"
    standing = Standing.CARD
    in_alerts = True
    says_more_in_edits = True

    def render(self, facts: Facts) -> Posting:
        return card(facts.dossier, asked_for_votes(facts) if facts.posted else None)


def card(dossier: Dossier, asked: Asked | None) -> Posting:
    """`asked`: the people to mention because they have to act; without it, their groups are named."""
    top = header(f"{stands(dossier)} · {subject(dossier)}")
    match dossier.run.state:
        case RunState.CHECKING:
            body = [section(_progress(dossier))]
        case RunState.DECIDING:
            body = [
                *sections(
                    [
                        _verdict(dossier),
                        *_findings(dossier, asked, MOST_LINES),
                        *_changes(dossier),
                        *_votes(dossier),
                    ]
                ),
                section(f"*{recommended(dossier)}.* {needed(dossier, asked)}"),
                actions(vote_buttons(dossier)),
            ]
        case RunState.CLOSED:
            body = sections([*outlook(dossier), *_overruled(dossier, asked)])
    return Posting.of(_summary(dossier, asked), [top, *body, context(_footer(dossier))], tail=3)


def _progress(dossier: Dossier) -> str:
    done = sum(check.state is CheckState.DONE for check in dossier.checks)
    running = [title(dossier, check.name) for check in dossier.checks if check.state is CheckState.RUNNING]
    more = f" and {len(running) - MOST_RUNNING} more" if len(running) > MOST_RUNNING else ""
    parts = [f"{done} of {len(dossier.checks)} checks done", _elapsed(dossier)]
    if running:
        parts.append(one_line(f"running: {', '.join(running[:MOST_RUNNING])}{more}"))
    return " · ".join(parts)


def _elapsed(dossier: Dossier) -> str:
    """The time until the newest event on the card."""
    times = [at for check in dossier.checks for at in (check.started_at, check.finished_at) if at]
    passed = max(times, default=dossier.run.requested_at) - dossier.run.requested_at
    return how_long(timedelta(seconds=round(passed.total_seconds())))


def _verdict(dossier: Dossier) -> str:
    return f"*{recommended(dossier)}*: {verdict(dossier)}"


def _findings(dossier: Dossier, asked: Asked | None, most: int) -> list[str]:
    off = not_passed(dossier)
    lines = [check_line(dossier, name, result, asked) for name, result in off[:most]]
    left_out = len(off) - most
    return [*lines, f"… and {left_out} more, in the thread"] if left_out > 0 else lines


def _changes(dossier: Dossier) -> list[str]:
    """How the configuration differs from the baseline's."""
    return [changed_line(dossier, name, result, MOST_CHANGES) for name, result in changed_facts(dossier)]


def _votes(dossier: Dossier) -> Iterator[str]:
    """The votes, with their conditions."""
    for choice, label in CHOICES.items():
        cast = [vote for vote in dossier.votes if vote.choice is choice]
        if cast:
            yield f"🗳️ *{label}* from {_voters(cast)}"
    yield from _conditions(dossier, dossier.votes)


def _voters(cast: Iterable[Vote]) -> str:
    each = [f"{mention(vote.person)} ({escape(', '.join(vote.roles))})" for vote in cast]
    more = len(each) - MOST_VOTES
    return ", ".join(each[:MOST_VOTES]) + (f" and {more} more" if more > 0 else "")


def _conditions(dossier: Dossier, votes: Iterable[Vote]) -> list[str]:
    return _capped(
        [f"Condition: {voted_condition(dossier, vote.condition)}" for vote in votes if vote.condition]
    )


def _capped(lines: list[str]) -> list[str]:
    more = len(lines) - MOST_VOTES
    return [*lines[:MOST_VOTES], *([f"… and {more} more conditions"] if more > 0 else [])]


def _overruled(dossier: Dossier, asked: Asked | None) -> Iterator[str]:
    """After a decision: its conditions, the waivers, and the objections that it overrode."""
    decision = dossier.decision
    assert decision
    if not decision.outcome.goes_on:
        if decision.evidence:
            yield from _findings(dossier, asked, MOST_LINES_CLOSED)
        return
    yield from (
        _capped(condition_lines(dossier)) if dossier.conditions else _conditions(dossier, decision.votes)
    )
    waived = [f"{titled(dossier, one.check)} by {mention(one.person)}" for one in decision.waivers]
    more = len(waived) - MOST_VOTES
    if waived:
        yield f"Waived: {', '.join(waived[:MOST_VOTES])}" + (f" and {more} more" if more > 0 else "")


def _footer(dossier: Dossier) -> str:
    """One gray line: information that requires no action."""
    run, made_by = dossier.run, dossier.made_by
    parts = []
    if dossier.results and run.state is not RunState.CHECKING:
        parts.append(f"{counts(dossier)}, details in the thread")
    parts += [f"requested by {mention(run.requested_by)}", f"run #{run.number}"]
    if made_by.people:
        parts.append(f"change by {mentions(made_by.people)}, {made_by.source}")
    elif made_by.unknown:
        parts.append(f"change by: *not known* ({one_line(made_by.unknown)})")
    if dossier.baseline:
        parts.append(f"compared with {escape(dossier.baseline.called)}")
    if run.state is RunState.DECIDING:
        parts += [f"a rollback returns to {previous}" for previous in _way_back(dossier)]
    parts += filter(None, [other_arguments(dossier)])
    said = " · ".join(parts)
    return f"{said[0].upper()}{said[1:]}"


def _way_back(dossier: Dossier) -> list[str]:
    """The version that a rollback would return to, if the instructions name one: shown before anyone votes."""
    previous = dossier.previous
    if previous is None or not names_previous(dossier.plan.environment):
        return []
    return [said_previous(previous)]


def said_previous(previous: Previous) -> str:
    version = code(previous.version) if previous.version else "*not known*"
    return f"{version} ({escape(previous.doubt)})" if previous.doubt else version


def vote_buttons(dossier: Dossier) -> list[Element]:
    """Each named by its action; a Go against the recommendation is confirmed."""
    value = Click.value_of(dossier.run)
    what = f"run {dossier.run.number} on {dossier.run.environment}"
    others = [CONDITIONAL_GO, NO_GO, *([WAIVE] if dossier.tally().waivers_missing else [])]
    if not needs_care(dossier):
        go = GO.about(what, value, style="primary")
    else:
        go = GO.about(what, value, confirm=go_confirmation(dossier))
    return [go, *(each.about(what, value) for each in others)]


def go_confirmation(dossier: Dossier) -> Element:
    """Asked before a Go against the recommendation counts: what it overrides."""
    text = f"{recommended(dossier)}, because {verdict(dossier)}. You vote Go over: {overridden(dossier)}"
    return confirmation(
        f"Go over {dossier.verdict.recommendation}?",
        cut(one_line(text), LONGEST_CONFIRMATION),
        confirm="Vote Go",
    )


def _summary(dossier: Dossier, asked: Asked | None) -> str:
    """Plain text of the whole card, with the most important part in the first hundred characters."""
    state = stands(dossier, sign=False)
    about = f"{state}{'' if state.endswith('?') else ':'} {subject(dossier)}"
    tail = f" Run #{dossier.run.number}."
    said = " ".join([escape(f"{about}."), *_told(dossier, asked)])
    return cut(said, MOST_TEXT - len(tail)) + tail


def _told(dossier: Dossier, asked: Asked | None) -> Iterator[str]:
    """Sentences."""
    match dossier.run.state:
        case RunState.CHECKING:
            yield f"{_progress(dossier)}."
        case RunState.DECIDING:
            yield escape(f"{recommended(dossier)}: {verdict(dossier)}.")
            yield f"{needed(dossier, asked, utc)}.".replace("*", "")
            off = not_passed(dossier)
            yield from (one_line(plain_line(dossier, name, result)) for name, result in off[:MOST_LINES])
            if len(off) > MOST_LINES:
                yield f"And {len(off) - MOST_LINES} more."
            yield from (f"{line.replace('*', '')}." for line in _changes(dossier))
            yield from (f"Rolls back to {previous}." for previous in _way_back(dossier))
        case RunState.CLOSED:
            yield from (f"{line.rstrip('.')}.".replace("*", "") for line in outlook(dossier, when=utc))
