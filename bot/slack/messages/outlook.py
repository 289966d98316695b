"""A run's status: in the header of its card and, after the decision, in a few lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.rules.approval import Tally
from bot.rules.decision import Decision, Outcome
from bot.rules.dossier import Dossier
from bot.rules.labels import OUTCOMES
from bot.rules.rollback import Prompt, PromptState
from bot.rules.run import RunState
from bot.rules.watch import Trigger, Watch, WatchEnd, WatchState
from bot.slack.messages.lines import how_long, titled
from bot.slack.messages.wording import measured
from bot.slack.text import cut, escape, mention, mentions, moment, one_line
from checks.outcome import Outcome as CheckOutcome
from checks.units import say_count

LONGEST_REASON = 300

When = Callable[[datetime], str]

SYMBOLS = {
    Outcome.GO: "✅",
    Outcome.CONDITIONAL_GO: "✅",
    Outcome.NO_GO: "🛑",
    Outcome.EXPIRED: "⌛",
    Outcome.CANCELLED: "🚫",
}
DECIDED = {**OUTCOMES, Outcome.EXPIRED: "Expired without a decision"}
_WATCHED = {
    WatchEnd.COMPLETED: "watch over",
    WatchEnd.ROLLED_BACK: "rolled back",
    WatchEnd.SUPERSEDED: "replaced by a newer run",
}


def stands(dossier: Dossier, *, sign: bool = True) -> str:
    """ "🟡 Waiting for approval", as plain text. `sign`: with its symbol."""
    symbol, words = _state(dossier)
    return f"{symbol} {words}" if sign else words


def _state(dossier: Dossier) -> tuple[str, str]:
    if dossier.run.state is RunState.CHECKING:
        return "⏳", "Checking"
    if dossier.decision is None:
        return "🟡", _waiting(dossier.tally(), voted=bool(dossier.votes))
    if dossier.rollback:
        return "⏪", "Rolled back"
    if asked := open_prompts(dossier):
        on_it = all(prompt.state is PromptState.ACKNOWLEDGED for prompt in asked)
        return "🚨", "Alarm, someone is on it" if on_it else "Alarm, roll back?"
    decided = dossier.decision.outcome
    return SYMBOLS[decided], ", ".join(filter(None, (DECIDED[decided], _watched_so_far(dossier.watch))))


def _watched_so_far(watch: Watch | None) -> str:
    if watch is None:
        return ""
    return "watching" if watch.state is WatchState.WATCHING else _WATCHED[watch.end or WatchEnd.COMPLETED]


def _waiting(tally: Tally, *, voted: bool) -> str:
    if not voted:
        return "Waiting for approval"
    if missing := sum(tally.missing.values()):
        return f"Waiting for {say_count(missing, 'more vote')}"
    return f"Waiting for {'a waiver' if len(tally.waivers_missing) == 1 else 'waivers'}"


def open_prompts(dossier: Dossier) -> list[Prompt]:
    """The alarms without a final answer."""
    return [prompt for prompt in dossier.prompts if not prompt.state.answered]


def outlook(dossier: Dossier, when: When = moment) -> Iterator[str]:
    """After the decision: who made it, and what has happened since, as lines of markup."""
    decision = dossier.decision
    assert decision
    if dossier.rollback:
        yield _rolled_back(dossier, when)
    for prompt in open_prompts(dossier):
        yield _alarm(dossier, prompt, when)
    yield _decided(dossier, decision, when)
    if dossier.watch and not dossier.rollback:
        yield _watch(dossier, dossier.watch, when)


def _decided(dossier: Dossier, decision: Decision, when: When) -> str:
    at, why = when(decision.decided_at), one_line(cut(decision.reason, LONGEST_REASON))
    match decision.outcome:
        case Outcome.NO_GO:
            return f"Stopped by {mentions(decision.decided_by)}, {at}: {why}"
        case Outcome.CANCELLED:
            return f"Cancelled by {mentions(decision.decided_by)}, {at}: {why}"
        case Outcome.EXPIRED:
            return f"Nobody decided by {at}, so this is not a go. {why}".rstrip()
        case _:
            return f"Approved by {_approvers(dossier, decision)}, {at}"


def _approvers(dossier: Dossier, decision: Decision) -> str:
    """ "@ana (release-managers) and @ben (platform)" """
    found = [
        f"{mention(person)} ({escape(role)})"
        for role in dossier.plan.environment.decide.approve
        for person in decision.filled.get(role, ())
    ]
    each = found or [mention(person) for person in decision.decided_by]
    return " and ".join(filter(None, (", ".join(each[:-1]), *each[-1:])))


def _rolled_back(dossier: Dossier, when: When) -> str:
    rollback = dossier.rollback
    assert rollback
    answered = [prompt for prompt in dossier.prompts if prompt.state is PromptState.ROLLED_BACK]
    after = ""
    if answered:
        after = f", {how_long(rollback.at - min(prompt.opened_at for prompt in answered))} after the alarm"
    why = f": {one_line(cut(rollback.reason, LONGEST_REASON))}" if rollback.reason else ""
    return f"*Rolled back* by {mention(rollback.by)}, {when(rollback.at)}{after}{why}"


def _alarm(dossier: Dossier, prompt: Prompt, when: When) -> str:
    what = f"🚨 {_watched(dossier, prompt.trigger)}: {measured(dossier, prompt)} · since {when(prompt.breached_since)}"
    if prompt.recovered_at:
        what += f", back within its limits since {when(prompt.recovered_at)}"
    if prompt.acknowledged_by:
        return f"{what} · {mention(prompt.acknowledged_by)} is on it"
    return f"{what} · on-call is asked in the thread whether to roll back"


def _watch(dossier: Dossier, watch: Watch, when: When) -> str:
    measured = f"measured {_times(watch.tick)}" if watch.tick else "not measured yet"
    alarms = f", {say_count(len(dossier.prompts), 'alarm')}" if dossier.prompts else ""
    if watch.state is WatchState.ENDED:
        ended = when(watch.ended_at or watch.ends_at)
        return f"👀 Watched until {ended} · {measured}{alarms}"
    how = "; ".join(_seen(dossier, trigger) for trigger in dossier.triggers if _is_off(trigger))
    now = how or "all good" if watch.tick else ""
    return f"👀 Watching until {when(watch.ends_at)} · " + ", ".join(
        filter(None, (f"{measured}{alarms}", now))
    )


def _times(count: int) -> str:
    return "once" if count == 1 else say_count(count, "time")


def _is_off(trigger: Trigger) -> bool:
    return trigger.outcome not in {None, CheckOutcome.PASS, CheckOutcome.WARN}


def _seen(dossier: Dossier, trigger: Trigger) -> str:
    name = _watched(dossier, trigger.name)
    if trigger.outcome is CheckOutcome.FAIL:
        return f"{name} is out of its limits"
    return f"{name} could not be measured" + (f" {trigger.blind} times in a row" if trigger.blind > 1 else "")


def _watched(dossier: Dossier, trigger: str) -> str:
    """The title of the check that a trigger measures."""
    watch = dossier.plan.environment.watch
    configured = watch.triggers.get(trigger) if watch else None
    return titled(dossier, configured.check) if configured else f"*{escape(trigger)}*"
