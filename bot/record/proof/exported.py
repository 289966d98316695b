"""Verifies an export line by line, in flat memory: each run as `bot.record.verification` does, and that none
is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any, BinaryIO

from pydantic import AwareDatetime, Field, ValidationError

from bot.base.canonical import digest, has_digest, own_digest, parsed
from bot.base.errors import CanaryError, Unreadable
from bot.base.formats import TODAY, must_be_known
from bot.plan.by_kind import STORED
from bot.plan.model import Pinned
from bot.plan.stored import read_pinned
from bot.record.audit import AuditEvent
from bot.record.chain import Link, first_break
from bot.record.events import AddendumIssued, Decided, EvidenceFrozen, RemovedByRetention, RunStarted, of_kind
from bot.record.logged import rollbacks_logged
from bot.record.proof.export import CONFIGURATION, KIND, RUN, Lines, Summary, sampled
from bot.record.proof.keys import Entry, Keyring, said
from bot.record.proof.signature import ForgedError, NotAnEnvelopeError, opened
from bot.record.removal import Remains, Tombstone, removal_problems
from bot.record.verification import DecidedRun, Frozen, conclusions
from bot.rules.decision import Decision
from bot.rules.retention import DEFAULT
from bot.rules.run import RunState
from checks.reading import Record

LARGEST = 32 * 2**20  # bytes of a line


MOST_SAMPLED = 10_000_000  # runs of which a sample is drawn again, in some seconds


class Rollback(Record):
    by: str
    at: AwareDatetime
    reason: str = ""


class Removed(Record):
    at: AwareDatetime
    evidence: tuple[str, ...]  # digests


class ExportedAddendum(Record):
    digest: str
    document: dict[str, Any]


class ExportedRun(Record):
    """A parsed line. Ignores fields that later versions add."""

    run: int
    environment: str
    state: RunState
    requested_by: str
    requested_at: AwareDatetime
    closed_at: AwareDatetime | None
    arguments: dict[str, str]
    configuration: str
    evidence_digest: str | None
    evidence: dict[str, Any] | None
    decision: Decision | None
    rolled_back: Rollback | None
    baseline: dict[str, Any] | None = None  # that it was compared with
    addendum: ExportedAddendum | None = None
    outcome: str | None = None
    removed: Removed | None = None
    events: tuple[AuditEvent, ...] = Field(min_length=1)


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """Raises CanaryError for a line that is longer than any of an export."""
    while line := file.readline(LARGEST + 1):
        if len(line) > LARGEST:
            raise CanaryError(f"A line is longer than {LARGEST // 2**20} MiB, so this cannot be an export.")
        yield line


class Examination:
    """One pass over the lines of an export. The counts and `summary` are complete once `problems` has ended."""

    def __init__(self, keyring: Keyring | None, retention: timedelta = DEFAULT) -> None:
        """`retention`: a run that was removed before its end is a problem."""
        self._keyring = keyring
        self._retention = retention
        self._plans: dict[str, Pinned] = {}
        self._numbers: list[int] = []
        self.runs = 0
        self.events = 0
        self.removed = 0
        self.summary: Summary | None = None
        self.signer: Entry | None = None
        self.is_signed = False

    def problems(self, lines: Iterable[bytes]) -> Iterator[str]:
        """Yields problems in the order of lines, one sentence each; none if everything verifies."""
        before, hashed = None, Lines()
        for number, line in enumerate(lines, 1):
            if before is not None:
                hashed.add(before)
                yield from self._line(number - 1, before)
            before = line
        if before is None:
            yield "it is empty"
        else:
            yield from self._last(before, hashed.digest)

    def _line(self, number: int, line: bytes) -> Iterator[str]:
        try:
            document = parsed(line.decode())
            kind = document["format"]
            if kind == CONFIGURATION:
                yield from self._configuration(document)
            elif kind == RUN:
                yield from self._run(document)
            else:
                yield f"line {number}: its format is {kind!r}, which this version of canary cannot read"
        except Unreadable as error:
            yield f"line {number}: {' '.join(error.sentences)}"
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            yield f"line {number}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        except (
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            RecursionError,
            ArithmeticError,  # a time whose offset leads out of the calendar
        ) as error:
            yield f"line {number}: it cannot be read: {type(error).__name__}: {error}"

    def _configuration(self, document: dict[str, Any]) -> Iterator[str]:
        text, claimed = document["document"], document["digest"]
        found = own_digest(parsed(text))
        if found != claimed:
            yield f"configuration {claimed}: its digest is {found}"
        self._plans[claimed] = read_pinned(text, f"The configuration {claimed}")

    def _run(self, document: dict[str, Any]) -> Iterator[str]:
        run = ExportedRun.model_validate(document, extra="ignore")
        self._numbers.append(run.run)
        self.runs += 1
        self.events += len(run.events)
        for problem in self._problems(run):
            yield f"run #{run.run}: {problem}"

    def _problems(self, run: ExportedRun) -> Iterator[str]:
        links = [Link.of(event) for event in run.events]
        if run.removed or any(link.kind == RemovedByRetention.kind for link in links):
            self.removed += 1
            yield from removal_problems(
                run.run, links, tombstone=_tombstone(run), remains=_remains(run), retention=self._retention
            )
            return
        if broken := first_break(run.run, links):
            yield broken
            return
        yield from _agrees_with_log(run)
        plan = self._plans.get(run.configuration)
        if plan is None:
            yield f"its configuration {run.configuration} is not in the file"
        elif run.evidence is not None and run.decision is not None:
            yield from _decided(run, run.evidence, run.decision, plan)

    def _last(self, line: bytes, found: str) -> Iterator[str]:
        try:
            text = line.decode().strip()
            with suppress(NotAnEnvelopeError):  # exported without a key
                text = self._opened(text)
            summary = Summary.model_validate(parsed(text), extra="ignore")
            said(summary.at)
        except ForgedError as error:
            yield " ".join(error.sentences)
            return
        except (ValueError, ValidationError, ArithmeticError):
            yield "its last line is not the one that an export ends with: it was cut off, or is of another version"
            return
        self.summary = summary
        if self.signer and (refused := self.signer.refused(summary.at)):
            yield refused
        if summary.digest != found:
            yield f"the digest of its lines is {found}, its last line says {summary.digest}"
        yield from self._complete(summary)

    def _opened(self, text: str) -> str:
        envelope = opened(text, self._keyring, KIND)
        self.is_signed, self.signer = True, envelope.signer
        return envelope.document

    def _complete(self, summary: Summary) -> Iterator[str]:
        """Run numbers have no gaps; a sample is the one determined by its seed."""
        period = summary.period
        if period is None:
            if self._numbers:
                yield "it has runs, and its last line says that there are none in its period"
            return
        there, count = range(period.first, period.last + 1), period.last + 1 - period.first
        if period.runs != count:
            yield f"runs #{period.first} to #{period.last} are {count} numbers, and there are {period.runs} runs"
        if summary.sample and count > MOST_SAMPLED:
            yield f"it is a sample of {count:,} runs, and of at most {MOST_SAMPLED:,} it can be verified"
            return
        expected = sampled(there, summary.sample) if summary.sample else there
        for number in missing(expected, self._numbers):
            yield f"run #{number} is missing: numbers have no gaps"
        if len(self._numbers) != summary.runs or self._numbers != sorted(set(self._numbers)):
            yield f"its last line says {summary.runs} runs, each once and in order, and there are {len(self._numbers)}"
        if period.last > summary.last_run:
            yield f"the last number given is {summary.last_run}, and there is run #{period.last}"
        since, until = summary.since, summary.until
        if (since and period.before and period.before >= since) or (
            until and period.after and period.after < until
        ):
            yield "there are more runs in its period than it has"
        if until is None and summary.last_run > period.last:
            yield f"run #{period.last + 1} is missing: the last number given is {summary.last_run}"


def missing(expected: Iterable[int], there: Iterable[int]) -> Iterator[int]:
    """What is missing from the second of two ascending sequences; surplus items are ignored."""
    found = set(there)
    return (number for number in expected if number not in found)


def _tombstone(run: ExportedRun) -> Tombstone | None:
    return Tombstone(run=run.run, removed_at=run.removed.at) if run.removed else None


def _remains(run: ExportedRun) -> Remains:
    left = {
        "evidence": run.evidence is not None,
        "a decision": run.decision is not None,
        "a requester": bool(run.requested_by),
        "arguments": bool(run.arguments.keys() - {"version"}),
        "an addendum": run.addendum is not None,
        "a rollback": bool(run.rolled_back and (run.rolled_back.by or run.rolled_back.reason)),
    }
    return Remains(
        environment=run.environment,
        version=run.arguments.get("version", ""),
        outcome=run.outcome or "",
        evidence=run.removed.evidence if run.removed else (),
        content=tuple(what for what, is_there in left.items() if is_there),
    )


def _agrees_with_log(run: ExportedRun) -> Iterator[str]:
    started = RunStarted(
        environment=run.environment, arguments=run.arguments, configuration=run.configuration
    )
    logged = [(event.actor, event.at, told) for event, told in of_kind(run.events, RunStarted)]
    if logged != [(run.requested_by, run.requested_at, started)]:
        yield "it was not started as its log says"
    yield from _evidence(run)
    yield from _decision(run)
    back = [(run.rolled_back.by, run.rolled_back.at, run.rolled_back.reason)] if run.rolled_back else []
    if back != rollbacks_logged(run.events):
        yield "its rollback is not the one in its log"
    yield from _addendum(run)


def _evidence(run: ExportedRun) -> Iterator[str]:
    frozen = [told.evidence for _, told in of_kind(run.events, EvidenceFrozen)]
    if (frozen[-1] if frozen else None) != run.evidence_digest:
        yield "its evidence is not what its log says was frozen"
    if (run.evidence is None) != (run.evidence_digest is None):
        yield "its evidence is missing"
    if run.evidence is None:
        return
    if not has_digest(run.evidence, run.evidence_digest):
        yield f"evidence: its digest is {digest(run.evidence)}, the run says {run.evidence_digest}"
    compared = run.evidence.get("baseline")
    if compared and not has_digest(run.baseline, compared["digest"]):
        yield "its baseline is not the one that its evidence was compared with"


def _decision(run: ExportedRun) -> Iterator[str]:
    decision = run.decision
    decided = [(event.at, told) for event, told in of_kind(run.events, Decided)]
    if decided != ([(decision.decided_at, Decided.of(decision))] if decision else []):
        yield "its decision is not the one in its log"
    if run.outcome != (decision.outcome if decision else None):
        yield "its outcome is not that of its decision"
    if (run.state is RunState.CLOSED, run.closed_at) != (bool(decided), decided[0][0] if decided else None):
        yield f"it is {run.state}, and its log says otherwise"


def _addendum(run: ExportedRun) -> Iterator[str]:
    issued = [told.digest for _, told in of_kind(run.events, AddendumIssued)]
    if issued != ([run.addendum.digest] if run.addendum else []):
        yield "its addendum is not the one in its log"
    if run.addendum and not has_digest(run.addendum.document, run.addendum.digest):
        yield "addendum: its digest is not that of its content"


def _decided(run: ExportedRun, evidence: dict[str, Any], decision: Decision, plan: Pinned) -> Iterator[str]:
    must_be_known("The evidence", evidence.get("format", 1), TODAY.evidence)
    frozen = Frozen.model_validate(evidence, extra="ignore", context=STORED)
    if frozen.run != run.run:
        yield f"its evidence is about run #{frozen.run}"
    yield from conclusions(
        DecidedRun(
            evidence=frozen,
            evidence_digest=run.evidence_digest or "",
            decision=decision,
            configuration=plan,
            events=run.events,
        )
    )


def told(examination: Examination) -> str:
    """What an export that verifies proves, in a sentence."""
    summary = examination.summary
    assert summary
    period = summary.period
    which = "no runs"
    if period and summary.sample:
        which = f"a sample of {summary.runs:,} of runs #{period.first} to #{period.last}, by the seed {summary.sample.seed}"
    elif period:
        which = f"all runs from #{period.first} to #{period.last}, without gaps"
    signer = examination.signer
    signed = (
        f"signed at {said(summary.at)} with {signer.key}"
        if signer
        else f"made at {said(summary.at)}, not signed"
    )
    gone = f"; removed by retention: {examination.removed:,}" if examination.removed else ""
    return f"{which}: {examination.runs:,}, with {examination.events:,} events{gone}; {signed}; every hash and every conclusion verified"
