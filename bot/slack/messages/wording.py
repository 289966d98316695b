"""What messages about a decided run have in common: what they are about, how it ended, and measurements in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from bot.rules.decision import Outcome
from bot.rules.dossier import Dossier
from bot.rules.instructions import Instructions
from bot.rules.labels import OUTCOMES
from bot.rules.previous import VERSION
from bot.rules.rollback import Prompt
from bot.slack.messages.lines import title
from bot.slack.text import code, copyable, cut, escape, mention, one_line
from checks.outcome import Outcome as CheckOutcome
from checks.result import Judged, Result
from checks.units import say_count, say_value

MOST_NAMED = 5  # people or checks in one sentence
LONGEST_VERSION = 60
LONGEST_REASON = 300

SYMBOLS = {
    Outcome.GO: "✅",
    Outcome.CONDITIONAL_GO: "✅",
    Outcome.NO_GO: "🛑",
    Outcome.EXPIRED: "⌛",
    Outcome.CANCELLED: "🚫",
}
SIGNS = {
    CheckOutcome.PASS: "✅",
    CheckOutcome.WARN: "⚠️",
    CheckOutcome.UNKNOWN: "❔",
    CheckOutcome.ERROR: "❔",
    CheckOutcome.FAIL: "❌",
}
_MUST = {
    "==": "must be",
    "!=": "must not be",
    "<=": "must be at most",
    ">=": "must be at least",
    "<": "must be under",
    ">": "must be over",
}


def subject(dossier: Dossier) -> str:
    """ "staging 1.42.0", as plain text."""
    return f"{dossier.run.environment} {_version(dossier)}".rstrip()


def named(dossier: Dossier) -> str:
    """The same as markup, with the typed version as code."""
    version = _version(dossier)
    return (
        f"{escape(dossier.run.environment)} {code(version)}" if version else escape(dossier.run.environment)
    )


def ended(dossier: Dossier) -> str:
    """ "✅ Conditional go · staging 1.42.0", of a decided run."""
    assert dossier.decision
    decided = dossier.decision.outcome
    return f"{SYMBOLS[decided]} {OUTCOMES[decided]} · {subject(dossier)}"


def _version(dossier: Dossier) -> str:
    return cut(" ".join(dossier.run.arguments.get(VERSION, "").split()), LONGEST_VERSION)


def way_back(dossier: Dossier) -> str:
    """ " from `1.42.0` to `1.41.3`", as far as the versions are known."""
    assert dossier.decision
    own, previous = _version(dossier), dossier.decision.previous_version
    left = f" from {code(own)}" if own else ""
    return f"{left} to {code(cut(previous, LONGEST_VERSION))}" if previous else left


def steps(dossier: Dossier, way: Instructions, investigate: Iterable[str]) -> list[str]:
    """What on-call does, in order: a line for each step."""
    return [
        f"*1 Mitigate*: {readable(dossier, way.mitigation)}",
        *investigate,
        f"*3 Roll back*{way_back(dossier)}:",
        *(f"• {readable(dossier, step)}" for step in way.steps),
    ]


def readable(dossier: Dossier, text: str) -> str:
    """A configured text as markup, each command and variable in it copyable on its own."""
    return copyable(text, dossier.run.environment)


# ---------------------------------------------------------------- measurements


def measured(found: Sequence[Judged], reason: str) -> str:
    """Each reading that is out of its limits, in words, as markup; else why there is none."""
    told = [_reading(judged) for judged in found]
    return one_line(cut("; ".join(told) or reason, LONGEST_REASON))


def said_of(result: Result) -> str:
    """What a check that did not pass found."""
    return measured(broken(result), result.reason)


def broken(result: Result) -> tuple[Judged, ...]:
    """The readings that decided that a check warned or failed."""
    if result.outcome not in {CheckOutcome.FAIL, CheckOutcome.WARN}:
        return ()
    return tuple(judged for judged in result.judged if judged.outcome is result.outcome)


def _reading(judged: Judged) -> str:
    reading = judged.reading
    value = f"{reading.name.replace('_', ' ')} {say_value(reading.value, reading.unit)}"
    limits = ", ".join(_limit(limit) for limit in judged.limit.split(", ") if limit)
    return f"{value}, {limits}" if limits else value


def _limit(text: str) -> str:
    sign = next((sign for sign in _MUST if text.startswith(sign)), "")
    return f"{_MUST[sign]} {text.removeprefix(sign).strip()}" if sign else text


def failing(dossier: Dossier, prompt: Prompt) -> str:
    """The title of the check that a prompt is about, as plain text."""
    watch = dossier.plan.environment.watch
    assert watch
    return title(dossier, watch.triggers[prompt.trigger].check)


# ---------------------------------------------------------------- people and times


def everybody(people: Iterable[str], said_of_each: Callable[[str], str] = lambda _: "") -> str:
    """ "@ana, @ben and 3 more", each with what is said of them, as markup."""
    each = list(people)
    shown = [f"{mention(person)}{said_of_each(person)}" for person in each[:MOST_NAMED]]
    more = len(each) - MOST_NAMED
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def after(since: datetime, at: datetime) -> str:
    """ "4 min": whole minutes, as people say them."""
    passed = max(at - since, timedelta(0))
    minutes = round(passed.total_seconds() / 60)
    if minutes < 1:
        return "less than a minute"
    hours, rest = divmod(minutes, 60)
    return " ".join(filter(None, (f"{hours} h" if hours else "", f"{rest} min" if rest else "")))


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times in a row"


def of_all(part: int, count: int, noun: str) -> str:
    """ "13 of 15 checks" """
    return f"{part} of {say_count(count, noun)}"
