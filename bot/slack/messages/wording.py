"""Wording shared by messages about a decided run: how to roll back, and what fails."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.rules.dossier import Dossier
from bot.rules.instructions import Instructions
from bot.rules.previous import VERSION
from bot.rules.rollback import Prompt
from bot.slack.messages.lines import LONGEST_VERSION, subject, title
from bot.slack.text import code, copyable, cut, escape, one_line
from checks.outcome import Outcome
from checks.wording import MOST_READINGS, Words

LONGEST_REASON = 300


def named(dossier: Dossier) -> str:
    """ "staging `1.42.0`", as markup."""
    version = _version(dossier)
    return (
        f"{escape(dossier.run.environment)} {code(version)}" if version else escape(dossier.run.environment)
    )


def numbered(dossier: Dossier) -> str:
    """ "staging 1.42.0 (run #412)", as plain text."""
    said, run = subject(dossier), f"run #{dossier.run.number}"
    return said if said.endswith(run) else f"{said} ({run})"


def _version(dossier: Dossier) -> str:
    return cut(" ".join(dossier.run.arguments.get(VERSION, "").split()), LONGEST_VERSION)


def way_back(dossier: Dossier) -> str:
    """ " from `1.42.0` to `1.41.3`", if the versions are known."""
    assert dossier.decision
    own, previous = _version(dossier), dossier.decision.previous_version
    left = f" from {code(own)}" if own else ""
    return f"{left} to {code(cut(previous, LONGEST_VERSION))}" if previous else left


def steps(dossier: Dossier, way: Instructions, investigate: Iterable[str]) -> list[str]:
    """What on-call does, in order: one line per step."""
    return [
        f"*1 Mitigate*: {readable(dossier, way.mitigation)}",
        *investigate,
        f"*3 To roll back*{way_back(dossier)}:",
        *(f"• {readable(dossier, step)}" for step in way.steps),
    ]


def readable(dossier: Dossier, text: str) -> str:
    """A configured text as markup; each command and variable in it can be copied separately."""
    return copyable(text, dossier.run.environment)


def watched(dossier: Dossier, trigger: str) -> str:
    """The name of the check that a trigger measures."""
    watch = dossier.plan.environment.watch
    assert watch
    return watch.triggers[trigger].check


def failing(dossier: Dossier, prompt: Prompt) -> str:
    """The title of the check that a prompt is about, as plain text."""
    return title(dossier, watched(dossier, prompt.trigger))


def measured(dossier: Dossier, prompt: Prompt) -> str:
    """What failed, as markup: "1 found, must be 0"."""
    return one_line(what_failed(dossier, prompt))


def what_failed(dossier: Dossier, prompt: Prompt) -> str:
    """The same as plain text; as recorded, if an earlier version recorded the wording."""
    name = watched(dossier, prompt.trigger)
    check = dossier.plan.environment.checks[name]
    words = Words(check, check.title or name, prompt.judged)
    failed = [words.of(judged) for judged in prompt.judged if judged.outcome is Outcome.FAIL]
    return cut("; ".join(map(str, failed[:MOST_READINGS])) or prompt.reason, LONGEST_REASON)


def after(since: datetime, at: datetime) -> str:
    """ "4 min": whole minutes."""
    minutes = round(max(at - since, timedelta(0)).total_seconds() / 60)
    if minutes < 1:
        return "less than a minute"
    hours, rest = divmod(minutes, 60)
    return " ".join(filter(None, (f"{hours} h" if hours else "", f"{rest} min" if rest else "")))


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times in a row"
