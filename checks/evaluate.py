"""Runs a check: measures and judges every window of every sample, then summarizes.

A check takes samples (`sample`), a sample has back-to-back windows (`consecutive`), and each window is
measured and judged separately. Every error becomes an outcome; only cancellation escapes.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from checks.base import Check, Source
from checks.context import Context
from checks.judge import Judgement, judge
from checks.numbers import Scalar
from checks.outcome import Cause, CheckError, Outcome
from checks.portable import portable
from checks.reading import Measurement, Moment, Window
from checks.result import Result
from checks.secrets import Secrets
from checks.units import say_count, say_duration
from checks.wording import LAST_SEEN

log = logging.getLogger(__name__)  # not structlog: unless configured, that writes to standard output

_GRACE = timedelta(seconds=0.5)  # for a kind that enforces the limit itself to report what it has seen


async def ask(check: Check, source: Source, context: Context, moment: Moment) -> Result:
    """Like `evaluate`, with a source opened only for this check. A bug in the source is an ERROR as well."""
    try:
        async with source.open(context) as opened:
            return await evaluate(check, opened, moment, context.secrets)
    except Exception as error:  # noqa: BLE001  a kind's defect must not end the run
        return _never_opened(source, context, moment, error)


def _never_opened(source: Source, context: Context, moment: Moment, error: Exception) -> Result:
    trace = context.secrets.redact("".join(traceback.format_exception(error)))
    log.error("a source of kind %s crashed\n%s", source.kind, trace)
    return Result(
        outcome=Outcome.ERROR,
        reason=f"could not be measured: {type(error).__name__} inside the source kind {source.kind}",
        cause=Cause.ENVIRONMENT,
        hint=f"This is a bug in the source's kind, at {_place(error)}.",
        started_at=moment.now,
        seconds=0.0,
    )


async def evaluate(check: Check, source: Any, moment: Moment, secrets: Secrets) -> Result:
    """The check's result. `source` is the value of its source's `open`, or None if it needs none.

    The first sample's windows end at `moment.now`; later ones are shifted by the time passed.
    """
    clock = asyncio.get_running_loop().time
    began = clock()
    tries: list[_Try] = []
    timed_out = False
    limit = (check.timeout + _GRACE).total_seconds()
    try:
        async with asyncio.timeout(limit):
            await _look_until_decided(_Asked(check, source, moment, secrets, began), tries)
    except TimeoutError:
        timed_out = True
    timed_out = timed_out or clock() - began > limit  # if the event loop was blocked, no timer fired
    summary = _time_out(check, tries) if timed_out else _conclude(check, tries)
    result = Result(
        outcome=summary.judgement.outcome,
        reason=summary.judgement.reason,
        cause=summary.judgement.cause,
        hint=summary.hint,
        blocked=summary.judgement.blocked,
        judged=summary.judgement.judged,
        measurements=tuple(seen.measurement for one in tries for seen in one.windows if seen.measurement),
        detail=summary.detail,
        started_at=moment.now,
        seconds=clock() - began,
    )
    return Result.model_validate(portable(secrets.redact_within(result.model_dump())))


@dataclass(frozen=True)
class _Asked:
    """The check, its source, and the start time on the loop's clock."""

    check: Check
    source: Any
    moment: Moment
    secrets: Secrets
    began: float

    def at(self, now: float) -> Moment:
        return self.moment.later(timedelta(seconds=now - self.began))


@dataclass(frozen=True)
class _Seen:
    """A measured and judged window, or the error."""

    judgement: Judgement
    window: Window | None = None
    measurement: Measurement | None = None
    detail: tuple[str, ...] = ()
    hint: str = ""


@dataclass
class _Try:
    """One attempt at one sample: its windows, oldest first. Filled during the attempt, so that they survive a
    timeout.
    """

    look: int
    windows: list[_Seen] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        return Outcome.worst([seen.judgement.outcome for seen in self.windows])

    @property
    def decisive(self) -> _Seen:
        """The newest of the worst windows."""
        return next(seen for seen in reversed(self.windows) if seen.judgement.outcome is self.outcome)


async def _look_until_decided(asked: _Asked, tries: list[_Try]) -> None:
    loop = asyncio.get_running_loop()
    sample = asked.check.sample
    for look in range(sample.count):
        due = asked.began + look * sample.every.total_seconds()
        await asyncio.sleep(max(0.0, due - loop.time()))
        moment = asked.at(loop.time()) if look else asked.moment
        for _ in range(asked.check.retries + 1):
            tries.append(_Try(look))
            await _look(asked, moment, tries[-1])
            if tries[-1].outcome is not Outcome.FAIL:
                break
        if sample.broken_by([_outcome(look) for look in _looks(tries)]):
            return


async def _look(asked: _Asked, moment: Moment, into: _Try) -> None:
    check = asked.check
    for back in reversed(range(check.consecutive)):
        window = Window.ending(moment.now - back * check.window, check.window) if check.window else None
        into.windows.append(await _measure(asked, moment, window))


async def _measure(asked: _Asked, moment: Moment, window: Window | None) -> _Seen:
    check = asked.check
    try:
        passing, warning = check.passing().filled(moment.values), check.warning().filled(moment.values)
        measurement = _without_secrets(await check.measure(asked.source, moment, window), asked.secrets)
        if measurement.window is None:
            measurement = measurement.model_copy(update={"window": window})
        judgement = judge(measurement, passing, warning, at_least=check.at_least, before=moment.before)
    except CheckError as error:
        judgement = Judgement(Outcome.ERROR, str(error), error.cause, (), blocked=error.blocked)
        return _Seen(judgement, window, detail=error.detail, hint=error.hint)
    except asyncio.CancelledError as error:
        if _is_cancelled():
            raise
        return _crashed(asked, window, error)
    except (Exception, SystemExit) as error:  # noqa: BLE001  a bug in a kind must not end the run, or the bot
        return _crashed(asked, window, error)
    hint = measurement.hint if judgement.outcome is Outcome.FAIL else ""
    if measurement.doubts and judgement.outcome is not Outcome.FAIL:
        reason = "; ".join(measurement.doubts)
        judgement = replace(judgement, outcome=Outcome.ERROR, reason=reason, cause=Cause.CONFIGURATION)
    return _Seen(judgement, window, measurement, measurement.detail, hint)


def _without_secrets(measurement: Measurement, secrets: Secrets) -> Measurement:
    """Redacts before judging: a reason quotes the beginning of a value, in which half a secret would not be
    recognized.

    Numbers are redacted, too: some tokens are digits, and many are hexadecimal.
    """
    readings = tuple(
        reading.model_copy(update={"value": _number_or_redacted(reading.value, secrets)})
        for reading in measurement.readings
    )
    told = measurement.model_copy(update={"readings": readings})
    return Measurement.model_validate(secrets.redact_within(told.model_dump()))


def _number_or_redacted(value: Scalar, secrets: Secrets) -> Scalar:
    if value is None or isinstance(value, (str, bool)):
        return value
    text = str(value)
    return value if (shown := secrets.redact(text)) == text else shown


def _is_cancelled() -> bool:
    """Whether somebody cancelled this task, such as the check's timeout; a kind may raise CancelledError
    itself.
    """
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def _crashed(asked: _Asked, window: Window | None, error: BaseException) -> _Seen:
    trace = asked.secrets.redact("".join(traceback.format_exception(error)))
    log.error("a check of kind %s crashed\n%s", asked.check.kind, trace)
    reason = f"could not be measured: {type(error).__name__} inside the check kind {asked.check.kind}"
    judgement = Judgement(Outcome.ERROR, reason, Cause.ENVIRONMENT, ())
    return _Seen(judgement, window, hint=f"This is a bug in the check's kind, at {_place(error)}.")


def _place(error: BaseException) -> str:
    """The last line of code that ran, for people without a log."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}, line {frame.lineno}"


def _looks(tries: list[_Try]) -> Iterator[list[_Try]]:
    """The attempts at each sample, oldest first."""
    for look in range(tries[-1].look + 1):
        yield [one for one in tries if one.look == look]


def _outcome(look: list[_Try]) -> Outcome:
    """A sample that passed only on a retry is a WARN."""
    retried_well = len(look) > 1 and look[-1].outcome is Outcome.PASS
    return Outcome.WARN if retried_well else look[-1].outcome


def _conclude(check: Check, tries: list[_Try]) -> _Seen:
    """The deciding window, with the outcome and cause of the whole check."""
    outcomes = [_outcome(look) for look in _looks(tries)]
    outcome = check.sample.conclude(outcomes)
    shown = _deciding(tries, outcome)
    flaky = outcome is not Outcome.PASS and {Outcome.PASS, Outcome.FAIL} <= {one.outcome for one in tries}
    judgement = Judgement(
        outcome=outcome,
        reason=_said(check, tries, outcomes, shown),
        cause=Cause.FLAKY if flaky and shown.outcome is Outcome.FAIL else shown.decisive.judgement.cause,
        judged=shown.decisive.judgement.judged,
        blocked=outcome is Outcome.ERROR and shown.decisive.judgement.blocked,
    )
    return replace(shown.decisive, judgement=judgement)


def _deciding(tries: list[_Try], outcome: Outcome) -> _Try:
    """The newest attempt with that outcome; for a WARN that tolerates worse ones, the newest of the worst."""
    exact = [one for one in tries if one.outcome is outcome]
    worst = Outcome.worst([one.outcome for one in tries])
    tolerated = [one for one in tries if one.outcome is worst]
    return tolerated[-1] if outcome is Outcome.WARN or not exact else exact[-1]


def _said(check: Check, tries: list[_Try], outcomes: list[Outcome], shown: _Try) -> str:
    """The deciding window's sentence, preceded by its sample, attempt and window."""
    parts = []
    if check.sample.count > 1:
        parts.append(_count_of_looks(check, outcomes))
    tried = [one for one in tries if one.look == shown.look]
    if len(tried) > 1:
        again = "passed when tried again; " if tried[-1].outcome.recommends_go else ""
        parts.append(f"{again}try {tried.index(shown) + 1} of {len(tried)}")
    decisive = shown.decisive
    if check.consecutive > 1 and decisive.judgement.outcome is not Outcome.PASS:
        parts.append(_which_window(shown, decisive))
    return ": ".join([*parts, decisive.judgement.reason])


def _count_of_looks(check: Check, outcomes: list[Outcome]) -> str:
    counts = [(outcome, outcomes.count(outcome)) for outcome in Outcome if outcome in outcomes]
    return f"{', '.join(f'{count} {outcome}' for outcome, count in counts)} of {say_count(check.sample.count, 'look')}"


def _which_window(shown: _Try, decisive: _Seen) -> str:
    place = f"window {shown.windows.index(decisive) + 1} of {len(shown.windows)}"
    window = decisive.window
    return f"{place}, {window.start:%H:%M}–{window.end:%H:%M} UTC" if window else place


def _time_out(check: Check, tries: list[_Try]) -> _Seen:
    seen = [one for tried in tries for one in tried.windows]
    reason = f"not finished within its limit of {say_duration(check.timeout)}"
    if seen:
        reason += f"{LAST_SEEN}{seen[-1].judgement.reason}"
    judgement = Judgement(Outcome.ERROR, reason, Cause.TIMEOUT, (), blocked=True)
    hint = "Raise its timeout, or make what it measures cheaper."
    return _Seen(judgement, detail=seen[-1].detail if seen else (), hint=hint)
