"""The thread's first message: what did not pass and who fixes it, and, collapsed, what passed; mentions
owners once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.slack.blocks import Block, container, context, data_table, sections
from bot.slack.messages.asking import asked_for_votes, some, votes_wanted, votes_wanted_text
from bot.slack.messages.curve import curve
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import (
    SIGNS,
    changed_facts,
    changed_line,
    check_line,
    found,
    instead,
    not_passed,
    passed,
    plain_line,
    recommended,
    rests_on,
    title,
    titled,
    verdict,
)
from bot.slack.messages.posting import Posting
from bot.slack.text import code, cut, escape, listing, mention, one_line
from checks.outcome import Outcome
from checks.result import Result
from checks.units import say_count
from checks.wording import Words, worst_first

LONGEST_REASON = 500  # characters of a sentence; the packet has all of it
LONGEST_DETAIL = 200  # of one line of output
LONGEST_LISTING = 1500  # of the whole output
LONGEST_PASSES = 4000
MOST_CHARTS = 2  # in one message
MOST_TOLD = 40  # checks in `text`, which has room for fewer
HEADING = ("Check", "Measured", "Limit")


class ResultsTable(MessageKind):
    kind = "table"
    called = "results"

    def render(self, facts: Facts) -> Posting:
        return results_table(facts.dossier, asked_for_votes(facts))


def results_table(dossier: Dossier, asked: Asked) -> Posting:
    off = not_passed(dossier)
    said = f"{recommended(dossier)}, {verdict(dossier)}"
    rows = [row for name, result in off for row in rows_of(dossier, name, result)]
    caption = f"What did not pass in run #{dossier.run.number}"
    tables = [data_table(caption, [HEADING, *rows])] if rows else []
    changes = sections(_changes(dossier))
    evidence = [*tables, *changes, *_charts(dossier, off), *_passes(dossier)]
    footer = context(f"{_left_out(rows, tables)}Run #{dossier.run.number}, {rests_on(dossier)}")
    lines = " ".join(one_line(plain_line(dossier, name, result)) for name, result in off[:MOST_TOLD])
    return Posting.of(
        f"{votes_wanted_text(dossier, asked)}{one_line(said)}. {lines}".strip(),
        [
            *votes_wanted(dossier, asked),
            *sections([f"*Results*: {one_line(said)}"]),
            *_explained(dossier, off, asked),
            *evidence,
            footer,
        ],
        tail=len(evidence) + 1,
    )


def _explained(dossier: Dossier, off: list[tuple[str, Result]], asked: Asked) -> list[Block]:
    """Each check that did not pass; an owner is mentioned at their first check, unless already mentioned as a
    voter above.
    """
    said = str(votes_wanted(dossier, asked))
    explained = []
    for name, result in off:
        owner = dossier.plan.environment.checks[name].owner
        members = asked.addressed(owner, among=asked.people(owner))
        who = some(member for member in members if mention(member) not in said)
        said += who
        explained.append(_explain(dossier, name, result, f"{escape(owner)} {who}".strip()))
    return sections(explained)


def _explain(dossier: Dossier, name: str, result: Result, fixer: str) -> str:
    cause = f" · {result.cause}" if result.cause else ""
    cause += " · blocked" if result.blocked else ""
    said = one_line(cut(found(dossier, name, result), LONGEST_REASON))
    waived = " · waived" if any(waiver.check == name for waiver in dossier.waivers) else ""
    lines = [f"{SIGNS[result.outcome]} {titled(dossier, name)}: {said}{escape(cause)}{waived}"]
    if fallback := dossier.verdict.mitigated.get(name):
        lines.append(f"Mitigated by {titled(dossier, fallback)}: {one_line(instead(dossier, fallback))}")
    if result.hint:
        lines.append(f"Next: {one_line(cut(result.hint, LONGEST_REASON))}")
    lines.append(f"Fix: {fixer}")
    lines.append(output(dossier, name, result))
    return "\n".join(filter(None, lines))


def output(dossier: Dossier, name: str, result: Result) -> str:
    """The lines of the result's detail that matter, in one block."""
    telling = dossier.plan.environment.checks[name].telling(result.detail)
    return listing((cut(line, LONGEST_DETAIL) for line in telling), LONGEST_LISTING)


def rows_of(dossier: Dossier, name: str, result: Result) -> Iterator[tuple[str, ...]]:
    """A row for each reading out of its limits; checks that could not be measured say why."""
    check, shown = dossier.plan.environment.checks[name], f"{SIGNS[result.outcome]} {title(dossier, name)}"
    if result.outcome in {Outcome.ERROR, Outcome.UNKNOWN}:
        yield shown, found(dossier, name, result), ""
        return
    words = Words(check, check.title or name, result.judged)
    off = [judged for judged in worst_first(result.judged) if judged.outcome is not Outcome.PASS]
    for judged in off:
        said = words.of(judged)
        measured = f"{said.measured} ({said.samples})" if said.samples else said.measured
        yield shown, "; ".join(filter(None, (measured, said.change))), said.limit
    if not off:
        yield shown, found(dossier, name, result), ""


def _changes(dossier: Dossier) -> Iterator[str]:
    """How the configuration differs from the baseline's, if its check passed: otherwise it is explained
    above.
    """
    for name, result in changed_facts(dossier):
        if result.outcome is Outcome.PASS:
            yield f"{changed_line(dossier, name, result)}\n{output(dossier, name, result)}"


def _charts(dossier: Dossier, off: list[tuple[str, Result]]) -> list[Block]:
    checks = dossier.plan.environment.checks
    drawn = (curve(checks[name], title(dossier, name), result) for name, result in off)
    return list(islice(filter(None, drawn), MOST_CHARTS))


def _passes(dossier: Dossier) -> list[Block]:
    """Collapsed, as many as fit."""
    lines = [check_line(dossier, name, result) for name, result in passed(dossier)]
    kept = [line for at, line in enumerate(lines) if sum(map(len, lines[: at + 1])) <= LONGEST_PASSES]
    if left_out := len(lines) - len(kept):
        more = code(f"/canary show #{dossier.run.number}")
        kept.append(f"… and {left_out} more: {more}")
    return [container(f"{say_count(len(lines), 'check')} passed", sections(kept))] if lines else []


def _left_out(rows: Sequence[tuple[str, ...]], tables: Sequence[Block]) -> str:
    """How many rows the table has no room for."""
    left_out = sum(len(rows) + 1 - len(table["rows"]) for table in tables)
    return f"{say_count(left_out, 'more reading')} in the decision packet. " if left_out > 0 else ""
