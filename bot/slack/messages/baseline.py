"""A baseline: one message in the environment's channel, from the start of its capture to the result."""

from __future__ import annotations

from collections.abc import Iterator

from bot.rules.baseline import Capture, CaptureDossier, CaptureState, Measured, captured
from bot.rules.outbox import Standing
from bot.slack.blocks import Block, context, data_table, header, section
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.posting import Posting
from bot.slack.text import code, cut, escape, mention, moment, one_line, short
from checks.base import Check
from checks.reading import Typical
from checks.result import Judged
from checks.units import say_count
from checks.wording import Words, amount

HEADING = ("Check", "Measured", "Lowest to highest")
LONGEST_REASON = 300  # characters
MOST_TOLD = 20  # readings in `text`
_HEADERS = {
    CaptureState.CAPTURING: "⏳ Capturing {what}",
    CaptureState.DONE: "📏 Captured {what}",
    CaptureState.FAILED: "❔ Not captured: {what}",
    CaptureState.CANCELLED: "✖️ Stopped: {what}",
}


class BaselineMessage(MessageKind):
    """It belongs to a capture (the topic "baseline 3")."""

    kind = "baseline"
    called = "baseline"
    standing = Standing.ALONE

    number: int

    @property
    def capture(self) -> int:
        return self.number

    def render(self, facts: Facts) -> Posting:
        assert facts.capture
        return baseline_message(facts.capture)


def baseline_message(dossier: CaptureDossier) -> Posting:
    capture = dossier.capture
    top = header(f"{_HEADERS[capture.state].format(what=capture.called)} · {capture.environment}")
    said = _said(dossier)
    text = " ".join([f"{_titled(capture)}: {escape(said)}", *_plain(dossier)])
    return Posting.of(text, [top, section(escape(said)), *_found(dossier), context(_footer(dossier))])


def _titled(capture: Capture) -> str:
    what, _, _ = _HEADERS[capture.state].partition(" {")
    return escape(f"{what.split(' ', 1)[1]} {capture.called} of {capture.environment}")


def _said(dossier: CaptureDossier) -> str:
    """A sentence, as plain text."""
    capture = dossier.capture
    match capture.state:
        case CaptureState.CAPTURING:
            return f"{capture.tick} of {say_count(capture.samples, 'measurement')} taken."
        case CaptureState.CANCELLED:
            return f"Stopped after {capture.tick} of {say_count(capture.samples, 'measurement')}. Nothing is kept of it."
        case CaptureState.FAILED:
            return "None of its checks could be measured, so there is nothing to compare with."
        case CaptureState.DONE:
            lacking = sum(not measured.readings for measured in dossier.measured.values())
            more = f"; {say_count(lacking, 'check')} could not be measured" if lacking else ""
            found = len(dossier.measured) - lacking
            return f"What {say_count(found, 'check')} measured before the change, for runs to be compared with{more}."


def _found(dossier: CaptureDossier) -> Iterator[Block]:
    """The measurements, once complete; what could not be measured, with the reason."""
    if dossier.capture.state not in {CaptureState.DONE, CaptureState.FAILED}:
        return
    rows = [row for name in dossier.measured for row in _rows(dossier, name)]
    if rows:
        yield data_table(f"What {dossier.capture.called} found", [HEADING, *rows])
    for name, measured in dossier.measured.items():
        if measured.why:
            yield section(_not_measured(dossier, name, measured))


def _not_measured(dossier: CaptureDossier, name: str, measured: Measured) -> str:
    how_often = f"{measured.failed} of {measured.failed + measured.measurements} times "
    times = how_often if measured.readings else ""
    why = one_line(cut(measured.why, LONGEST_REASON))
    return f"❔ *{one_line(_title(dossier, name))}* could not be measured {times}: {why}".replace(" : ", ": ")


def readings(dossier: CaptureDossier) -> Iterator[tuple[str, str, str]]:
    """Yields (check, reading in words, its range), as plain text."""
    for name in dossier.measured:
        yield from _rows(dossier, name)


def _rows(dossier: CaptureDossier, name: str) -> Iterator[tuple[str, str, str]]:
    check, measured = dossier.plan.environment.checks.get(name), dossier.measured[name]
    title = _title(dossier, name)
    for typical in measured.readings:
        said = in_words(check, title, measured, typical) if check else str(typical.value)
        yield title, f"{said} ({say_count(typical.samples, 'measurement')})", _range(typical)


def in_words(check: Check, title: str, measured: Measured, typical: Typical) -> str:
    judged = [Judged(reading=one.reading, outcome=None) for one in measured.readings]
    return Words(check, title, judged).of(Judged(reading=typical.reading, outcome=None)).measured


def _range(typical: Typical) -> str:
    if typical.low is None or typical.low == typical.high:
        return "the same each time"
    return f"{amount(typical.low, typical.unit)} to {amount(typical.high, typical.unit)}"


def _title(dossier: CaptureDossier, name: str) -> str:
    return dossier.plan.environment.title_of(name)


def _plain(dossier: CaptureDossier) -> Iterator[str]:
    if dossier.capture.state is CaptureState.DONE:
        for title, said, _ in list(readings(dossier))[:MOST_TOLD]:
            yield one_line(f"{title}: {said}.")


def _footer(dossier: CaptureDossier) -> str:
    capture, baseline = dossier.capture, dossier.baseline
    parts = [f"Requested by {mention(capture.requested_by)}"]
    match capture.state:
        case CaptureState.CAPTURING:
            end = code(f"/canary capture {capture.environment} stop")
            parts += [f"until {moment(capture.ends_at)}", f"{end} ends it"]
        case CaptureState.CANCELLED:
            parts.append(f"stopped by {mention(capture.ended_by or '')}")
        case CaptureState.FAILED:
            again = code(f"/canary capture {capture.environment} 30m")
            parts.append(f"once they can be measured: {again}")
        case CaptureState.DONE:
            assert baseline
            parts.append(f"measured from {moment(capture.started_at)} to {moment(baseline.captured_at)}")
            parts.append(f"digest {short(baseline.digest)}")
            shown = code(f"/canary baselines {capture.environment} {capture.name or capture.number}")
            parts.append(f"{shown} shows it again")
    left_out = len(dossier.plan.environment.checks) - len(captured(dossier.plan))
    if left_out:
        parts.append(
            f"left out: {say_count(left_out, 'check')} that runs a program or sends a request".replace(
                "checks that runs a program or sends", "checks that run a program or send"
            )
        )
    return " · ".join(parts)
