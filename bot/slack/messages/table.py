"""The thread's first message: every check, every reason, and who fixes what; mentions owners once."""

from __future__ import annotations

from bot.record.events import EvidenceFrozen, of_kind
from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.slack.blocks import context, sections, table
from bot.slack.messages.asking import votes_wanted, votes_wanted_text
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import counts, title, worst_first
from bot.slack.messages.posting import Posting
from bot.slack.text import code, cut, escape, mentions, one_line
from checks.outcome import Outcome
from checks.result import Result
from checks.units import say_value

LONGEST_REASON = 500  # characters of a reason; the packet has it whole
LONGEST_DETAIL = 200
HEADING = ("Outcome", "Check", "Reading", "Value", "Limit", "Sample")


class ResultsTable(MessageKind):
    kind = "table"
    called = "table of readings"

    def render(self, facts: Facts) -> Posting:
        frozen = [said.asked for _, said in of_kind(facts.events, EvidenceFrozen)]
        return results_table(facts.dossier, facts.asked(frozen[-1] if frozen else None))


def results_table(dossier: Dossier, asked: Asked) -> Posting:
    found = worst_first(dossier)
    rows = [row for name, result in found for row in _rows(dossier, name, result)]
    whole = table([HEADING, *rows])
    left_out = len(rows) + 1 - len(whole["rows"])
    explained = sections(
        _explain(dossier, name, result, asked) for name, result in found if result.outcome is not Outcome.PASS
    )
    more = f"{left_out} more readings are in the decision packet. " if left_out else ""
    rests_on = f"Evidence {code(dossier.run.evidence or '')}, configuration {code(dossier.run.configuration)}"
    text = escape(f"All checks of run #{dossier.run.number}: {counts(dossier)}")
    return Posting.of(
        votes_wanted_text(dossier, asked) + text,
        [*votes_wanted(dossier, asked), *explained, whole, context(f"{more}{rests_on}")],
        tail=2,
    )


def _rows(dossier: Dossier, name: str, result: Result) -> list[tuple[str, ...]]:
    if not result.judged:
        return [(result.outcome, title(dossier, name), "", result.reason, "", "")]
    return [
        (
            judged.word,
            title(dossier, name),
            judged.reading.name,
            say_value(judged.reading.value, judged.reading.unit),
            judged.limit,
            f"n={judged.reading.n:,}" if judged.reading.n is not None else "",
        )
        for judged in result.judged
    ]


def _explain(dossier: Dossier, name: str, result: Result, asked: Asked) -> str:
    owner = dossier.plan.environment.checks[name].owner
    cause = f" ({result.cause})" if result.cause else ""
    lines = [
        f"*{result.outcome}* *{escape(title(dossier, name))}*{escape(cause)}: {one_line(cut(result.reason, LONGEST_REASON))}"
    ]
    if result.hint:
        lines.append(f"Next: {escape(cut(result.hint, LONGEST_REASON))}")
    lines += [code(cut(line, LONGEST_DETAIL)) for line in result.detail[-5:]]
    lines.append(f"Owner: {escape(owner)} {mentions(asked.addressed(owner, among=asked.people(owner)))}")
    return "\n".join(lines)
