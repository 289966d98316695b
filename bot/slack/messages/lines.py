"""Lines about a run, the same in every message: its subject, and a measurement as a sentence.

`checks.wording` words a measurement; here it becomes markup, with the check's title and who fixes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from bot.rules.approval import Condition
from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.rules.instructions import Instructions, instructions, names_previous
from bot.rules.previous import VERSION
from bot.rules.verdict import Recommendation
from bot.slack.text import code, cut, escape, mention, moment, one_line, short, value
from checks.outcome import Cause, Outcome
from checks.placeholders import PREVIOUS
from checks.result import Result
from checks.units import say_count
from checks.wording import sentence

LONGEST_LINE = 160  # characters of a check's result, if ten lines have to fit on a phone
LONGEST_CHANGE = 80  # of a configuration's fact
LONGEST_VERSION = 60
LONGEST_ARGUMENT = 40
LONGEST_CONDITION = 1000
MOST_ARGUMENTS = 5
MOST_HELD = 10  # actions that a condition holds
MOST_FIXERS = 2  # members of a group; a larger one is named as a group
COMMIT = "commit"  # an argument that also identifies what is released

SIGNS = {
    Outcome.PASS: "✅",
    Outcome.WARN: "⚠️",
    Outcome.UNKNOWN: "❔",
    Outcome.ERROR: "❔",
    Outcome.FAIL: "❌",
}
_COUNTED = {  # how a number of checks ended
    Outcome.FAIL: "failed",
    Outcome.ERROR: "could not be measured",
    Outcome.UNKNOWN: "had too little data",
}


# ---------------------------------------------------------------- the subject


def title(dossier: Dossier, check: str) -> str:
    """The check's title, with its key if another check has the same title."""
    return dossier.titles[check]


def subject(dossier: Dossier) -> str:
    """ "staging 1.42.0", as plain text: what is released where. Without a version, the commit; without either,
    the run's number.
    """
    given = dossier.run.arguments
    version = given.get(VERSION) or given.get(COMMIT, "")[:12] or f"run #{dossier.run.number}"
    return f"{dossier.run.environment} {cut(' '.join(version.split()), LONGEST_VERSION)}"


def told(dossier: Dossier) -> Instructions:
    """Rollback instructions as Slack markup."""
    assert dossier.decision
    return instructions(dossier.run, dossier.plan, dossier.decision, value)


def arguments(dossier: Dossier) -> str:
    """As markup, with the typed values escaped."""
    return " ".join(code(f"{name}={given}") for name, given in dossier.run.arguments.items())


def other_arguments(dossier: Dossier) -> str:
    """Arguments that `subject` does not mention, except the version to roll back to, which the instructions
    contain.
    """
    told = {VERSION, PREVIOUS} if names_previous(dossier.plan.environment) else {VERSION}
    given = {name: text for name, text in dossier.run.arguments.items() if name not in told}
    if VERSION not in dossier.run.arguments:
        given = {name: text for name, text in given.items() if name != COMMIT or text != text[:12]}
    shown = [code(cut(f"{name}={text}", LONGEST_ARGUMENT)) for name, text in given.items()]
    more = len(shown) - MOST_ARGUMENTS
    return " ".join([*shown[:MOST_ARGUMENTS], *([f"and {more} more"] if more > 0 else [])])


def rests_on(dossier: Dossier) -> str:
    return f"evidence {short(dossier.run.evidence or '')}, configuration {short(dossier.run.configuration)}"


def how_long(length: timedelta) -> str:
    """ "1 min 12 s", the two largest units."""
    seconds = max(0, round(length.total_seconds()))
    parts = []
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


# ---------------------------------------------------------------- what the checks found


def worst_first(dossier: Dossier) -> list[tuple[str, Result]]:
    """Stable: in configured order within one outcome."""
    return sorted(dossier.results.items(), key=lambda item: -item[1].outcome.severity)


def not_passed(dossier: Dossier) -> list[tuple[str, Result]]:
    return [(name, result) for name, result in worst_first(dossier) if result.outcome is not Outcome.PASS]


def passed(dossier: Dossier) -> list[tuple[str, Result]]:
    return [(name, result) for name, result in worst_first(dossier) if result.outcome is Outcome.PASS]


def found(dossier: Dossier, name: str, result: Result) -> str:
    """ "2 found, must be 0 (5,379 checked)", as plain text."""
    check = dossier.plan.environment.checks[name]
    return sentence(check, check.title or name, result)


def check_line(dossier: Dossier, name: str, result: Result, asked: Asked | None = None) -> str:
    """ "❌ *Duplicate sends*: 2 found, must be 0 (5,379 checked) · fix: @platform-team", as markup.

    `asked`: whom to mention to fix it, if it did not pass; without it, the group is named.
    """
    said = one_line(cut(found(dossier, name, result), LONGEST_LINE))
    line = f"{SIGNS[result.outcome]} {titled(dossier, name)}: {said}"
    remarks = [one_line(remark) for remark in _remarks(dossier, name)]
    if result.outcome is not Outcome.PASS:
        remarks.append(f"fix: {fixer(dossier, name, asked)}")
    return " · ".join([line, *remarks])


def instead(dossier: Dossier, fallback: str) -> str:
    """The result of a check whose PASS mitigates another, as plain text."""
    return cut(found(dossier, fallback, dossier.results[fallback]), LONGEST_LINE)


def changed_facts(dossier: Dossier) -> list[tuple[str, Result]]:
    """The checks of configurations that differ from the baseline's: each change is a line of their detail."""
    checks = dossier.plan.environment.checks
    return [
        (name, result)
        for name, result in dossier.results.items()
        if checks[name].tells_facts and result.measurements and result.detail
        if any(one.reading.name == "changed" and one.reading.value for one in result.judged)
    ]


def changed_line(dossier: Dossier, name: str, result: Result, most: int = 0) -> str:
    """ "🔧 *Configuration*: 3 changed since baseline 2", as markup; with the first `most` of them."""
    since = f" since {dossier.baseline.called}" if dossier.baseline else ""
    shown = [code(cut(change, LONGEST_CHANGE)) for change in result.detail[:most]]
    more = len(result.detail) - most
    shown += [f"and {more} more, in the thread"] if shown and more > 0 else []
    line = f"🔧 {titled(dossier, name)}: {len(result.detail):,} changed{escape(since)}"
    return f"{line}: {', '.join(shown)}" if shown else line


def plain_line(dossier: Dossier, name: str, result: Result) -> str:
    """The same for `text`: a word instead of the symbol."""
    word = "near miss" if result.outcome is Outcome.WARN else result.outcome.lower()
    if fallback := dossier.verdict.mitigated.get(name):
        word = f"{word}, mitigated by {title(dossier, fallback)}"
    elif result.blocked:
        word = f"{word}, blocked"
    return f"{title(dossier, name)} ({word}): {cut(found(dossier, name, result), LONGEST_LINE)}."


def titled(dossier: Dossier, name: str) -> str:
    """In bold."""
    return f"*{one_line(title(dossier, name))}*"


def fixer(dossier: Dossier, name: str, asked: Asked | None) -> str:
    """Who fixes a check, as markup: a user group, or up to two people; otherwise the group's name."""
    owner = dossier.plan.environment.checks[name].owner
    members = asked.addressed(owner, among=asked.people(owner)) if asked else ()
    return " or ".join(map(mention, members)) if 0 < len(members) <= MOST_FIXERS else escape(owner)


def _remarks(dossier: Dossier, name: str) -> Iterable[str]:
    if fallback := dossier.verdict.mitigated.get(name):
        yield f"mitigated by {title(dossier, fallback)}: {instead(dossier, fallback)}"
    elif name in dossier.results and dossier.results[name].blocked:
        yield "blocked"
    if any(waiver.check == name for waiver in dossier.waivers):
        yield "waived"


# ---------------------------------------------------------------- what that means


def recommended(dossier: Dossier) -> str:
    return f"{dossier.verdict.recommendation} recommended"


def verdict(dossier: Dossier) -> str:
    """ "1 of 15 checks failed, 1 gave a warning", as plain text."""
    results = dossier.results
    if not results:
        return "nothing was measured"
    outcomes = {name: result.outcome for name, result in results.items()}
    all_of_them = say_count(len(results), "check")
    if set(outcomes.values()) == {Outcome.PASS}:
        return "the only check passed" if len(results) == 1 else f"all {all_of_them} passed"
    counted = [(said, sum(one is outcome for one in outcomes.values())) for outcome, said in _COUNTED.items()]
    flaky = sum(result.cause is Cause.FLAKY for result in results.values() if result.outcome is Outcome.WARN)
    near = sum(one is Outcome.WARN for one in outcomes.values()) - flaky
    counted += [("gave a warning" if near == 1 else "gave warnings", near)]
    counted += [("is flaky" if flaky == 1 else "are flaky", flaky)]
    said = [f"{count} {what}" for what, count in counted if count]
    first, *others = said
    number, _, what = first.partition(" ")
    return ", ".join([f"{number} of {all_of_them} {what}", *others])


def votes_from(count: int, role: str) -> str:
    """ "a vote from platform", as plain text."""
    return f"a vote from {role}" if count == 1 else f"{count} votes from {role}"


def counts(dossier: Dossier) -> str:
    """ "13 of 15 passed" """
    return f"{len(passed(dossier))} of {len(dossier.checks)} passed"


def overridden(dossier: Dossier) -> str:
    """What a Go would override, as plain text."""
    lines = [
        f"{title(dossier, name)}: {found(dossier, name, result)}" for name, result in not_passed(dossier)
    ]
    return "; ".join(lines)


def needs_care(dossier: Dossier) -> bool:
    """Whether a Go goes against the recommendation."""
    return dossier.verdict.recommendation is not Recommendation.GO


def voted_condition(
    dossier: Dossier,
    condition: Condition,
    when: Callable[[datetime], str] = moment,
    longest: int = LONGEST_CONDITION,
) -> str:
    """As markup, with who is responsible, by when, what shows it, and what it holds until then."""
    parts = [
        one_line(cut(condition.text, longest)),
        mention(condition.owner),
        f"due {when(condition.due)}",
    ]
    if condition.check in dossier.titles:
        parts.append(f"met when {titled(dossier, condition.check)} passes")
    return " · ".join([*parts, *held_back(condition.holds)])


def held_back(actions: Sequence[str]) -> list[str]:
    """ "holds `promote`": the actions that are refused while a condition is open; none for none."""
    if not actions:
        return []
    more = len(actions) - MOST_HELD
    named = ", ".join(map(code, actions[:MOST_HELD]))
    return [f"holds {named}" + (f" and {more} more" if more > 0 else "")]
