"""Counts decisions in logs by their reason codes. Runs in a child process (`checks.calculation`).

A decision is a JSON object in a line, after any prefix: `[Background Autoscale] {"reasonCode": …}`. Its time
is its own, otherwise the one at the line's beginning, otherwise the time at which the line was stored,
otherwise that of the previous line.
"""

from __future__ import annotations

import json
import re
import zlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from checks.outcome import Cause, CheckError
from checks.reports.lines import raw_lines
from checks.reports.report import documents, plain

CUT = "+"  # prefix of the name of a file whose first line is incomplete
_LONGEST_LINE = 1 << 16
_LONGEST_CODE = 100
_MOST_CODES = 1000
_MOST_UNPACKED = 256 << 20
_SHOWN = 3
_LEADING = re.compile(
    r"\W{0,3}(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)\s?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_SECOND = 1_000_000
_AHEAD = 60 * _SECOND  # by which clocks may differ
_LATEST = 4_000_000_000  # seconds since the epoch; later times are meaningless
_NANOSECONDS = re.compile(r"(\d{1,20})\t")


@dataclass(frozen=True)
class _Decision:
    at: int
    stream: str
    code: str
    record: Mapping[str, Any]


@dataclass
class Log:
    """The totals over all lines. Times in microseconds since the epoch."""

    decisions: list[_Decision] = field(default_factory=list)
    unreadable: int = 0
    undated: int = 0
    ahead: int = 0
    furthest: int = 0
    examples: list[str] = field(default_factory=list)
    times: list[int] = field(default_factory=list)  # of lines in the window, whatever their content
    first: int | None = None


def count(given: Mapping[str, Any], blobs: Iterable[bytes]) -> Mapping[str, Any]:
    """Counts all files, sent as by `checks.logs.files`.

    `given`: `start`, `end` and `now`, in microseconds since the epoch; `begins`, `code`, `time`; `codes`,
    `present`, `absent`, `in_a_row`, `sequences` and `after`; `kept`: whether each line begins with the time
    at which it was stored.
    """
    log = _Reader(given).read(iter(blobs))
    log.decisions.sort(key=lambda one: one.at)
    since, flip = _since(given, log.decisions)
    decisions = [one for one in log.decisions if one.at >= since]
    codes = Counter(one.code for one in decisions)
    known = {*given["codes"], *given["present"], *given["absent"]}
    known |= {one["code"] for one in given["in_a_row"].values()}.union(*given["sequences"].values())
    other = [(code, number) for code, number in codes.most_common() if code not in known]
    return {
        "lines": len(decisions),
        "counts": {code: codes[code] for code in given["codes"]},
        "missing": [code for code in given["present"] if not codes[code]],
        "forbidden": {code: codes[code] for code in given["absent"] if codes[code]},
        "other": sum(number for _, number in other),
        "others": [[code, number] for code, number in other[:_SHOWN]],
        "in_a_row": {
            name: _in_a_row(given, one, decisions, since) for name, one in given["in_a_row"].items()
        },
        "sequences": {name: _occurrences(codes_, decisions) for name, codes_ in given["sequences"].items()},
        "unreadable": log.unreadable,
        "undated": log.undated,
        "ahead": log.ahead,
        "furthest": log.furthest,
        "examples": log.examples,
        "first": log.first,
        "silence": _silence(log.times, given["start"], given["end"]),
        "since": since,
        "flip": flip,
        "newest": [[one.at, one.code] for one in decisions[-_SHOWN:]],
    }


class _Reader:
    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given
        self._log = Log()
        self._begins: Sequence[str] = given["begins"]
        self._names: dict[str, str] = {}

    def read(self, blobs: Iterator[bytes]) -> Log:
        for name, pieces in documents(blobs):
            chunks = _unpacked(name, pieces) if name.endswith(".gz") else pieces
            self._file(_whole_lines(chunks, is_cut=name.startswith(CUT)))
        return self._log

    def _file(self, written: Iterator[tuple[str, bool]]) -> None:
        before: int | None = None
        for line, is_whole in written:
            kept, text = self._kept(line)
            at = self._line(text, kept, before, is_whole=is_whole)
            before = before if at is None else at

    def _kept(self, line: str) -> tuple[int | None, str]:
        if not self._given["kept"] or not (found := _NANOSECONDS.match(line)):
            return None, line
        return int(found[1]) // 1000, line[found.end() :]

    def _line(self, line: str, kept: int | None, before: int | None, *, is_whole: bool) -> int | None:
        """Returns the line's own time, if it has one."""
        if not line.strip():
            return None
        stream = next((begin for begin in self._begins if begin in line), None if self._begins else "")
        record = _record(line, stream) if stream is not None else None
        own = _time(_at(record, self._given["time"])) if record is not None else None
        own = own if own is not None else _leading(line)
        own = own if own is not None else kept
        at = own if own is not None else before
        if stream is not None and (at is None or self._given["start"] <= at):
            self._selected(line, stream, record, at, is_whole=is_whole)
        if own is not None:
            self._seen(own)
        return own

    def _seen(self, at: int) -> None:
        self._log.first = at if self._log.first is None else min(self._log.first, at)
        if self._given["start"] <= at < self._given["end"]:
            self._log.times.append(at)

    def _selected(
        self, line: str, stream: str, record: Mapping[str, Any] | None, at: int | None, *, is_whole: bool
    ) -> None:
        code = _at(record, self._given["code"]) if record is not None else None
        if record is not None and not self._begins and code is None:
            return  # of something else in the same log
        if record is None and not is_whole:
            return  # it is still being written
        if at is not None and at >= self._given["end"]:
            self._beyond(at)
        elif not isinstance(code, str) or not code or len(code) > _LONGEST_CODE:
            self._unreadable(line)
        elif at is None:
            self._log.undated += 1
        else:
            self._log.decisions.append(_Decision(at, stream, self._name(code), self._kept_of(record)))

    def _beyond(self, at: int) -> None:
        """After the window; if it is ahead of the clock, its time is wrong."""
        if at > self._given["now"] + _AHEAD:
            self._log.ahead += 1
            self._log.furthest = max(self._log.furthest, at - self._given["now"])

    def _unreadable(self, line: str) -> None:
        self._log.unreadable += 1
        if len(self._log.examples) < _SHOWN:
            self._log.examples.append(plain(line)[:1000])

    def _name(self, code: str) -> str:
        """Interns names, and bounds their number."""
        if code not in self._names and len(self._names) >= _MOST_CODES:
            raise CheckError(
                f"there are more than {_MOST_CODES:,} different reason codes",
                cause=Cause.CONFIGURATION,
                hint="Does `code` name the key of a reason code, or of something unique?",
            )
        return self._names.setdefault(code, code)

    def _kept_of(self, record: Mapping[str, Any] | None) -> Mapping[str, Any]:
        """The part of it that is needed later."""
        after = self._given["after"]
        if not after or "field" not in after or record is None:
            return {}
        found = _at(record, after["field"])
        return {} if found is None else {"flag": found}


def _whole_lines(chunks: Iterator[bytes], *, is_cut: bool) -> Iterator[tuple[str, bool]]:
    """(line, whether it is known to be complete): the last one may still be being written."""
    held: str | None = None
    for number, line in enumerate(raw_lines(_ending(chunks), _LONGEST_LINE)):
        if held is not None:
            yield held, True
        held = None if is_cut and not number else line
    if held is not None and held != _END:
        yield held.removesuffix(_END), False


_END = "\0"  # marks text without a line end


def _ending(chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield from chunks
    yield _END.encode()


def _unpacked(name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpacks gzip with any number of members."""
    stream, total = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
    try:
        for piece in pieces:
            rest = piece
            while rest:
                if stream.eof:
                    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
                unpacked = stream.decompress(rest, 1 << 20)
                total += len(unpacked)
                if total > _MOST_UNPACKED:
                    raise CheckError(
                        f"{name} unpacks to more than {_MOST_UNPACKED:,} bytes", cause=Cause.CONFIGURATION
                    )
                yield unpacked
                rest = stream.unused_data if stream.eof else stream.unconsumed_tail
    except zlib.error:
        raise CheckError(f"{name} is not a complete gzip file", cause=Cause.ENVIRONMENT) from None


def _record(line: str, stream: str) -> Mapping[str, Any] | None:
    """The JSON object in the line, after its prefix; None if there is none, or more than that."""
    start = line.find("{", line.find(stream) + len(stream) if stream else 0)
    if start < 0:
        return None
    try:
        found = json.loads(line[start:])
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _at(record: Any, path: str) -> Any:
    """The value at a path of keys joined by dots, or None."""
    if isinstance(record, dict) and path in record:
        return record[path]
    for key in path.split("."):
        record = record.get(key) if isinstance(record, dict) else None
    return record


def _time(found: Any) -> int | None:
    """Microseconds since the epoch, from ISO 8601 (UTC if it has no zone) or a number of seconds, ms, µs or
    ns.
    """
    if isinstance(found, str):
        return _iso(found)
    if not isinstance(found, (int, float)) or isinstance(found, bool):
        return None
    for factor in (_SECOND, 1000, 1):
        if 0 < found * factor < _LATEST * _SECOND:
            return round(found * factor)
    return int(found) // 1000 if 0 < found < _LATEST * _SECOND * 1000 else None


def _iso(text: str) -> int | None:
    try:
        at = datetime.fromisoformat(text.strip().replace(",", "."))
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return (at - _EPOCH) // timedelta(microseconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _leading(line: str) -> int | None:
    found = _LEADING.match(line)
    return _iso(f"{found[1]}{found[2] or ''}") if found else None


def _since(given: Mapping[str, Any], decisions: Sequence[_Decision]) -> tuple[int, str]:
    """The time from which decisions count, and how a flag's change was seen: "", "seen", "before" the window,
    or "never".
    """
    after = given["after"]
    if not after:
        return given["start"], ""
    if "at" in after:
        return max(given["start"], after["at"]), "seen"
    telling = [one for one in decisions if "flag" in one.record]
    since: int | None = None
    for one in telling:
        if not _equal(one.record["flag"], after["equals"]):
            since = None
        elif since is None:
            since = one.at
    if since is None:
        return given["end"], "never"
    return since, "before" if since == telling[0].at else "seen"


def _equal(found: Any, wanted: Any) -> bool:
    return bool(type(found) is type(wanted) and found == wanted)


def _in_a_row(
    given: Mapping[str, Any], wanted: Mapping[str, Any], decisions: Sequence[_Decision], since: int
) -> Mapping[str, Any]:
    """How many consecutive windows have the code: at least, and at most, if silent ones had it, too.

    A window between two decisions less than two windows apart missed none: one came late. It is left out, since nothing else
    would tell whether the row goes on.
    """
    length = wanted["length"]
    number = (given["end"] - since) // length
    heard, having = set(), set()
    for one in decisions:
        index = (given["end"] - one.at - 1) // length
        heard.add(index)
        if one.code == wanted["code"]:
            having.add(index)
    marks = sorted({since, given["end"], *(one.at for one in decisions if one.at >= since)})
    silent, windows = set(), []
    for index in range(number):
        begin = given["end"] - (index + 1) * length
        place = bisect_left(marks, begin)
        is_silent = index not in heard
        if is_silent and place and marks[place] - marks[place - 1] < 2 * length:
            continue
        windows.append(index)
        if is_silent:
            silent.add(index)
    return {
        "windows": number,
        "least": _longest([index in having for index in windows]),
        "most": _longest([index in having or index in silent for index in windows]),
        "silent": len(silent),
    }


def _longest(flags: Sequence[bool]) -> int:
    longest = current = 0
    for flag in flags:
        current = current + 1 if flag else 0
        longest = max(longest, current)
    return longest


def _occurrences(wanted: Sequence[str], decisions: Sequence[_Decision]) -> int:
    """How often the codes occur directly after each other, among those of one kind of line."""
    found = 0
    places: dict[str, list[str]] = {}
    for one in decisions:
        last = places.setdefault(one.stream, [])
        last.append(one.code)
        del last[: -len(wanted)]
        found += last == list(wanted)
    return found


def _silence(times: list[int], start: int, end: int) -> tuple[int, int, int]:
    """The longest time without a line: its length, start and end."""
    marks = [start, *sorted(times), end]
    return max((later - earlier, earlier, later) for earlier, later in pairwise(marks))
