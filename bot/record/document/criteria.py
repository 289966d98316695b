"""The measurements in a packet for people: each criterion with its evidence, what was blocked, gates,
readings, charts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.record.document.chart import Chart, charts, gauge
from bot.record.document.measuring import tree
from bot.record.document.model import (
    Cell,
    Measured,
    Paragraph,
    Part,
    Section,
    Several,
    Status,
    Table,
    Tone,
    listed,
    section,
)
from bot.record.document.names import Names
from bot.record.document.said import sentence, stopped
from bot.rules.approval import Waiver
from bot.rules.dossier import Dossier
from checks.base import Check
from checks.outcome import Outcome
from checks.reading import Reading
from checks.result import Judged, Result
from checks.units import say_count, say_value
from checks.wording import Words, change_of, value_in_limits_unit
from checks.wording import sentence as found
from checks.wording import worst_first as worst_readings_first

_GATES = ("gate", "scenario", "github.checks")
_LEGEND = (
    "“must”: outside this limit, a criterion is not met, which means NO-GO. “should”: outside it, but within what it "
    "must be, a criterion gives a warning, which means CONDITIONAL GO. Those not met come first."
)

_MET: Mapping[Outcome, Status] = {
    Outcome.PASS: Status("Met", Tone.GOOD),
    Outcome.WARN: Status("Warning", Tone.CAUTION),
    Outcome.UNKNOWN: Status("Too little data", Tone.BAD),
    Outcome.ERROR: Status("Not measured", Tone.BAD),
    Outcome.FAIL: Status("Not met", Tone.BAD),
}
_OUTCOMES: Mapping[Outcome, Tone] = {
    Outcome.PASS: Tone.GOOD,
    Outcome.WARN: Tone.CAUTION,
    Outcome.UNKNOWN: Tone.BAD,
    Outcome.ERROR: Tone.BAD,
    Outcome.FAIL: Tone.BAD,
}


def worst_first(dossier: Dossier) -> list[tuple[str, Result]]:
    """Stable: in configured order within one outcome."""
    return sorted(dossier.results.items(), key=lambda item: -item[1].outcome.severity)


def reasons(dossier: Dossier) -> Iterator[str]:
    """The reasons of the recommendation, worst first."""
    for name, result in worst_first(dossier):
        if result.outcome is not Outcome.PASS:
            made_up_for = dossier.verdict.mitigated.get(name)
            instead = f"; mitigated by “{dossier.titles[made_up_for]}”, which passed" if made_up_for else ""
            yield stopped(f"{dossier.titles[name]}: {in_words(dossier, name, result)}{instead}")


def counted(dossier: Dossier) -> str:
    """ "13 of 15 criteria met, 1 gave a warning, 1 not met" """
    outcomes = [result.outcome for result in dossier.results.values()]
    if not outcomes:
        return "nothing was measured"
    met = sum(outcome is Outcome.PASS for outcome in outcomes)
    others = {
        "gave a warning": sum(outcome is Outcome.WARN for outcome in outcomes),
        "not met": sum(outcome is Outcome.FAIL for outcome in outcomes),
        "not measured": sum(outcome in {Outcome.ERROR, Outcome.UNKNOWN} for outcome in outcomes),
    }
    said = [f"{count} {what}" for what, count in others.items() if count]
    return ", ".join([f"{met} of {say_count(len(outcomes), 'criterion', 'criteria')} met", *said])


def criteria(dossier: Dossier) -> Section:
    """One row per check: whether it is met, what is required, what was found, who is responsible."""
    rows = [
        (
            dossier.titles[name],
            _met(dossier, name, result),
            Several(list(_required(dossier, name, result))),
            Several(list(_evidence(dossier, name, result))),
            dossier.plan.environment.checks[name].owner,
        )
        for name, result in worst_first(dossier)
    ]
    caption = "Each criterion with its evidence, those that are not met first"
    return section(
        "criteria",
        "Criteria",
        Paragraph(_LEGEND),
        Table(caption, ("Criterion", "Met?", "Required", "Evidence", "Owner"), rows),
        gist=counted(dossier).replace(" criteria", "").replace(" criterion", ""),
    )


def blocked(dossier: Dossier, names: Names) -> Section:
    """What could not be measured or prevented a go, why, and what compensated for it."""
    rows = [
        (
            dossier.titles[name],
            Status(result.outcome, _OUTCOMES[result.outcome]),
            stopped(in_words(dossier, name, result)),
            result.cause or "",
            _made_up_for(dossier, name, names),
            sentence(result.hint),
        )
        for name, result in worst_first(dossier)
        if not result.outcome.recommends_go
    ]
    heading = ("Check", "Outcome", "Why", "Cause", "Resolved by", "Next step")
    return section(
        "blocked",
        "What failed or was blocked, and how that was resolved",
        listed(
            "",
            Table("What failed or could not be measured", heading, rows),
            "Nothing failed, and everything could be measured.",
        ),
        gist=f"{len(rows):,}" if rows else "nothing",
    )


def gates(dossier: Dossier) -> Section:
    """The programs that were run, and their results."""
    checks = dossier.plan.environment.checks
    rows = [
        (
            dossier.titles[name],
            Status(result.outcome, _OUTCOMES[result.outcome]),
            Several(list(_evidence(dossier, name, result))),
            say_value(round(result.seconds, 1), "s"),
            tree(result),
        )
        for name, result in dossier.results.items()
        if checks[name].kind in _GATES
    ]
    heading = ("Gate", "Outcome", "What it found", "Took", "Ran on")
    passed = sum(
        result.outcome is Outcome.PASS
        for name, result in dossier.results.items()
        if checks[name].kind in _GATES
    )
    return section(
        "gates",
        "Gates",
        listed(
            "",
            Table("Programs and scenarios that had to pass", heading, rows),
            "None: the configuration has no check that runs a program or a scenario, or that reads one's result.",
        ),
        gist=f"{passed} of {len(rows)} passed" if rows else "none",
    )


def readings(dossier: Dossier) -> Section:
    compared = ("Baseline", "Change") if dossier.baseline else ()
    heading = ("Reading", "Outcome", "Value", "Limit", "Computed from", *compared)
    parts = [
        Part(
            dossier.titles[name],
            [
                Table(
                    f"The readings of {dossier.titles[name]}", heading, list(_readings(dossier, name, result))
                ),
            ],
        )
        for name, result in worst_first(dossier)
    ]
    note = (
        Paragraph("Every value of the measurement that decided. “info”: it has no limit.")
        if parts
        else Paragraph("")
    )
    return section("readings", "Readings and their limits", note, *parts)


def drawn(dossier: Dossier) -> Iterator[Chart]:
    checks = dossier.plan.environment.checks
    for name, result in worst_first(dossier):
        yield from charts(checks[name], dossier.titles[name], result)


def changes(dossier: Dossier) -> Iterator[tuple[Cell, ...]]:
    """(check, change) for each fact of a configuration that differs from the baseline."""
    for name, result in dossier.results.items():
        if dossier.plan.environment.checks[name].tells_facts and any(
            one.reading.name == "changed" and one.reading.value for one in result.judged
        ):
            yield from ((dossier.titles[name], change) for change in result.detail)


def in_words(dossier: Dossier, name: str, result: Result) -> str:
    """ "2 found, must be 0 (5,379 checked)" """
    check = dossier.plan.environment.checks[name]
    return found(check, check.title or name, result, whole=True)


def _met(dossier: Dossier, name: str, result: Result) -> Status:
    met = _MET[result.outcome]
    if name in dossier.verdict.mitigated:
        return Status(f"{met.text}, mitigated", Tone.CAUTION)
    if any(waiver.check == name for waiver in _waivers(dossier)):
        return Status(f"{met.text}, waived", Tone.CAUTION)
    return Status(f"{met.text}, blocked", met.tone) if result.blocked else met


def _required(dossier: Dossier, name: str, result: Result) -> Iterator[str]:
    """ "p95 age should be under 90 s": all limits, also those of a check that could not be measured."""
    check = dossier.plan.environment.checks[name]
    limited = [one for one in result.judged if one.limit] or list(_configured(check))
    words = Words(check, check.title or name, result.judged)
    yield from map(words.required, limited)


def _evidence(dossier: Dossier, name: str, result: Result) -> Iterator[str]:
    """What was found, reading by reading, the worst first: what it is compared with is under Required."""
    check = dossier.plan.environment.checks[name]
    limited = worst_readings_first(result.judged)
    if result.outcome in {Outcome.ERROR, Outcome.UNKNOWN} or not limited:
        yield stopped(in_words(dossier, name, result))
        return
    words = Words(check, check.title or name, result.judged)
    for judged in limited:
        said = words.of(judged)
        samples = f" ({said.samples})" if said.samples else ""
        yield "; ".join(filter(None, (f"{said.measured}{samples}", said.change, said.note)))
    if len(result.measurements) > 1:
        yield f"the deciding one of {say_count(len(result.measurements), 'measurement')}"


def _configured(check: Check) -> Iterator[Judged]:
    """For a check without readings: the limits that it would have been judged by."""
    for reading, limits in check.passing().root.items():
        limit = ", ".join(limit.text for limit in limits)
        yield Judged(reading=Reading(name=reading, value=None), outcome=None, limit=limit)


def _made_up_for(dossier: Dossier, name: str, names: Names) -> str:
    said = []
    if fallback := dossier.verdict.mitigated.get(name):
        said.append(f"mitigated by {_instead(dossier, fallback)}")
    said += [
        f"waived by {names.person(waiver.person)}: {waiver.reason}"
        for waiver in _waivers(dossier)
        if waiver.check == name
    ]
    return sentence("; ".join(said)) or "Nothing."


def _instead(dossier: Dossier, fallback: str) -> str:
    """The check whose PASS mitigates another, with what it found."""
    return f"“{dossier.titles[fallback]}”: {in_words(dossier, fallback, dossier.results[fallback])}"


def _waivers(dossier: Dossier) -> tuple[Waiver, ...]:
    return dossier.decision.waivers if dossier.decision else dossier.waivers


def _readings(dossier: Dossier, name: str, result: Result) -> Iterator[tuple[Cell, ...]]:
    if not result.judged:
        nothing = ("", "") if dossier.baseline else ()
        yield (
            "none",
            Status(result.outcome, _OUTCOMES[result.outcome]),
            stopped(result.reason),
            "",
            "",
            *nothing,
        )
    check = dossier.plan.environment.checks[name]
    words = Words(check, check.title or name, result.judged)
    values = {one.reading.name: one.reading.value for one in result.judged}
    for judged in result.judged:
        yield *_reading(words, judged, values), *(_before(judged) if dossier.baseline else ())


def _before(judged: Judged) -> tuple[str, str]:
    """Its value in the baseline, and how much that has changed; empty if unknown."""
    typical = judged.baseline
    if typical is None:
        return "", ""
    return say_value(typical.value, typical.unit), change_of(typical.value, judged.reading.value)


def _reading(words: Words, judged: Judged, values: Mapping[str, object]) -> tuple[Cell, ...]:
    reading = judged.reading
    noun = words.noun(reading.name).removeprefix("the ")
    called = noun if noun == reading.name.replace("_", " ") else f"{noun} ({reading.name})"
    status = Status(judged.word, _OUTCOMES[judged.outcome] if judged.outcome else Tone.NEUTRAL)
    shown = Measured(value_in_limits_unit(judged), gauge(judged, values))
    return called, status, shown, judged.limit, words.samples(reading)
