"""The decision, in the thread and broadcast to the channel: the outcome, and what each person has to do now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.rules.decision import Decision, Outcome, told_directly
from bot.rules.dossier import Dossier
from bot.rules.labels import OUTCOMES
from bot.rules.watch import WatchState
from bot.slack.blocks import Block, context, header, sections
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import (
    check_line,
    not_passed,
    passed,
    subject,
    title,
    verdict,
    voted_condition,
    votes_from,
)
from bot.slack.messages.outlook import SYMBOLS
from bot.slack.messages.posting import Posting
from bot.slack.messages.wording import named, numbered
from bot.slack.text import code, cut, escape, mention, moment, one_line, short, utc

LONGEST_TEXT = 3000  # characters before the mention, which must not be truncated
LONGEST_REASON = 500
MOST_NAMED = 5  # people, checks or conditions
MOST_WAIVERS = 5  # in full; the thread has a line for each


class DecisionRecord(MessageKind):
    kind = "decision"
    called = "decision"
    awaited = True
    critical = True
    in_alerts = True

    def render(self, facts: Facts) -> Posting:
        return decision_record(facts.dossier, files=facts.files)


def decision_record(dossier: Dossier, *, files: bool = True) -> Posting:
    """`files`: whether the packet is attached below."""
    decision = dossier.decision
    assert decision
    lines = [
        *_state(dossier),
        _who(dossier, decision),
        *_details(dossier, decision),
        *_now(dossier, decision),
    ]
    blocks: list[Block] = [
        header(f"{SYMBOLS[decision.outcome]} {OUTCOMES[decision.outcome]} · {subject(dossier)}"),
        *sections(lines),
    ]
    blocks.append(context(_footer(dossier, decision, files)))
    return Posting.of(_text(dossier, decision), blocks, broadcast=True)


def _text(dossier: Dossier, decision: Decision) -> str:
    said = [f"{OUTCOMES[decision.outcome]}: {numbered(dossier)}"]
    if decision.outcome in {Outcome.NO_GO, Outcome.CANCELLED}:
        said.append(decision.reason)
    said += [f"Condition: {each.text}, due {utc(each.due)}" for each in decision.conditions]
    said.append(_counted(dossier))
    if dossier.watch and decision.outcome.goes_on:
        said.append(f"Watching until {utc(dossier.watch.ends_at)}")
    whole = cut(escape(". ".join(part.rstrip(".") for part in said if part) + "."), LONGEST_TEXT)
    return f"{whole} {_requester(dossier, decision)}: {task(dossier, decision.outcome)}"


# ---------------------------------------------------------------- the present state


def _counted(dossier: Dossier) -> str:
    if not dossier.results:
        return ""
    nothing_wrong = len(passed(dossier)) == len(dossier.checks)
    said = verdict(dossier)
    return f"{said[0].upper()}{said[1:]}" + (", nothing is wrong now" if nothing_wrong else "")


def _state(dossier: Dossier) -> Iterator[str]:
    """The present state first: what passed, and what did not."""
    if counted := _counted(dossier):
        yield counted
    bad = not_passed(dossier)
    for name, result in bad[:MOST_NAMED]:
        yield check_line(dossier, name, result)
    if len(bad) > MOST_NAMED:
        yield f"… and {len(bad) - MOST_NAMED} more in the thread"


def _who(dossier: Dossier, decision: Decision) -> str:
    by, at = _everybody(decision.decided_by, {}), moment(decision.decided_at)
    reason = one_line(cut(decision.reason, LONGEST_REASON))
    match decision.outcome:
        case Outcome.EXPIRED:
            missing = [votes_from(count, role) for role, count in dossier.tally().missing.items()]
            lacking = f" Missing: {escape(', '.join(missing))}." if missing else ""
            return f"Nobody decided by {at}, so this is not a go.{lacking}"
        case Outcome.CANCELLED:
            return f"Cancelled by {by}, {at}: {reason}"
        case Outcome.NO_GO:
            return f"No-go from {by}, {at}: {reason}"
        case _:
            roles = {person: role for role, people in decision.filled.items() for person in people}
            return f"Approved by {_everybody(decision.decided_by, roles)}, {at}"


def _everybody(people: Sequence[str], roles: Mapping[str, str]) -> str:
    """ "@ana (release-managers), @ben (platform) and 3 more" """
    each = [
        f"{mention(one)} ({escape(roles[one])})" if one in roles else mention(one)
        for one in people[:MOST_NAMED]
    ]
    more = len(people) - MOST_NAMED
    if more > 0:
        return f"{', '.join(each)} and {more} more"
    return " and ".join(filter(None, (", ".join(each[:-1]), *each[-1:])))


def _details(dossier: Dossier, decision: Decision) -> Iterator[str]:
    for condition in decision.conditions[:MOST_NAMED]:
        yield f"*Condition*: {voted_condition(dossier, condition, longest=LONGEST_REASON)}"
    if len(decision.conditions) > MOST_NAMED:
        yield f"… and {len(decision.conditions) - MOST_NAMED} more conditions in the thread"
    for waiver in decision.waivers[:MOST_WAIVERS]:
        why = one_line(cut(waiver.reason, LONGEST_REASON))
        yield f"*Waived*: {escape(title(dossier, waiver.check))} · {mention(waiver.person)}: {why}"
    if len(decision.waivers) > MOST_WAIVERS:
        yield f"… and {len(decision.waivers) - MOST_WAIVERS} more waivers in the thread"


# ---------------------------------------------------------------- what to do now


def _now(dossier: Dossier, decision: Decision) -> Iterator[str]:
    """What each person has to do, ordered by time."""
    yield f"{_requester(dossier, decision)}: {task(dossier, decision.outcome)}"
    if not decision.outcome.goes_on:
        return
    environment, watch = dossier.plan.environment, dossier.watch
    if environment.watch and environment.watch.checklist:
        owners = dict.fromkeys(item.owner for item in environment.watch.checklist)
        yield f"{escape(', '.join(owners))}: check off the monitoring checklist in the thread"
    if watch and watch.state is WatchState.WATCHING:
        yield f"👀 Watching until {moment(watch.ends_at)}. How to roll back is in the thread."
    elif watch is None:
        yield "Nothing is watched from here on. How to roll back is in the thread."


def _requester(dossier: Dossier, decision: Decision) -> str:
    """A mention, unless it would notify them twice."""
    told = told_directly(dossier.run, decision)
    return "The requester, who gets a direct message" if told else mention(dossier.run.requested_by)


def task(dossier: Dossier, outcome: Outcome) -> str:
    """The requester's, as markup."""
    again = code(f"/canary run {dossier.run.environment}")
    match outcome:
        case Outcome.GO:
            return f"go ahead with {named(dossier)}."
        case Outcome.CONDITIONAL_GO:
            return f"go ahead with {named(dossier)}, under the condition above."
        case Outcome.NO_GO:
            return f"do not go ahead. After a fix, start a new run: {again}"
        case Outcome.EXPIRED:
            return f"do not go ahead. To ask for votes again, start a new run: {again}"
        case Outcome.CANCELLED:
            return f"do not go ahead on this run. To check again, start a new one: {again}"


def _footer(dossier: Dossier, decision: Decision, files: bool) -> str:
    number = dossier.run.number
    about = f"Decision on run #{number}"
    if not decision.evidence:
        return f"{about} · no evidence, because it ended before its checks were done"
    packet = "the packet is below" if files else f"create the packet with {code(f'canary packet {number}')}"
    return f"{about} · evidence {short(decision.evidence)} · {packet}; {code('canary verify')} checks it"
