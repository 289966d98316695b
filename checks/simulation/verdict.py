"""Compares a program's decisions in a scenario with the expected ones. Runs in a child process
(`checks.calculation`).
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from checks.numbers import exactly, is_number
from checks.outcome import Cause, CheckError
from checks.output import plain
from checks.responses import Seen, why_not
from checks.simulation import printed
from checks.sources.body import refuse_constant

_MOST_SHOWN = 8  # differences, and as many invariants
_LONGEST = 1 << 11  # characters of a returned line, to be redacted and truncated
_EACH = re.compile(r"\b(decisions|pairs)\s*\.\s*all\s*\(")
_LARGEST_FILE = 1 << 17
_ROOM = 250_000  # bytes of all files, as JSON
_LARGEST = 1 << 63  # of whole numbers in CEL
_MISSING = object()


def compare(given: Mapping[str, Any], output: Iterable[bytes]) -> Mapping[str, Any]:
    """`decisions`: how many; `different`: how many differ from `expect`; `broken`: how many `invariants` are
    violated.

    `lines` lists what is wrong, the first difference first; `vacuous` are invariants that are true although
    there was nothing to check, each with what to write instead. `given` also has `output`, how the program
    prints its decisions, `reason`, the field with the reason code, and `scenario`, `seed` and `clock`, as
    invariants name them. Raises CheckError if the output is not a list of decisions.
    """
    decisions = printed.decisions(b"".join(output), given["output"], given["reason"])
    if not decisions:
        return {"decisions": 0, "different": 0, "broken": 0, "lines": [], "vacuous": []}
    expect = given["expect"]
    different = list(_different(expect, decisions, given["reason"])) if expect is not None else []
    seen = _seen(decisions, given)
    broken, vacuous = [], []
    for text in given["invariants"]:
        if why := why_not(text, seen):
            broken.append(f"{text} does not hold: {_first_broken(text, decisions, given) or why}")
        elif found := seen.vacuity(text):
            vacuous.append((_short(str(found)), _short(found.hint)))
    return {
        "decisions": len(decisions),
        "different": len(different),
        "broken": len(broken),
        "lines": [_short(line) for line in (*different[:_MOST_SHOWN], *broken[:_MOST_SHOWN])],
        "vacuous": vacuous[:_MOST_SHOWN],
    }


def first_difference(given: Mapping[str, Any], outputs: Iterable[bytes]) -> str:
    """The first difference of two outputs, the first one `length` bytes long, in words; "" if they differ only
    in what is not read (`output`).
    """
    both, form = b"".join(outputs), given["output"]
    once = printed.compared(both[: given["length"]], form)
    again = printed.compared(both[given["length"] :], form)
    place = next(
        (at for at, (one, other) in enumerate(zip(once, again, strict=False), 1) if one != other), None
    )
    if place is None:
        few = f"{len(once):,} lines, and {len(again):,} the second time"
        return few if len(once) != len(again) else ""
    what = "line" if form["format"] in {"json", "csv"} else "decision"
    first, second = printed.shown(once[place - 1]), printed.shown(again[place - 1])
    return _short(f"{what} {place} is {first}, and {second} the second time")


def read(_given: Mapping[str, Any], files: Iterable[bytes]) -> Sequence[Mapping[str, Any]]:
    """The scenarios in files: for each its name, its bytes, and an empty piece. Raises CheckError if one is
    not a scenario.
    """
    found: list[Mapping[str, Any]] = []
    room = _ROOM
    for name, content in _files(files):
        found.append(_scenario(name, content))
        room -= len(json.dumps(found[-1])) + 2
        if room < 0:
            raise CheckError(
                f"the scenario files hold more than {_ROOM:,} bytes together, at {_short(name)}",
                cause=Cause.CONFIGURATION,
                hint="Make fewer files match, and another check of the rest.",
            )
    return found


def _files(pieces: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    name, content = "", b""
    for piece in pieces:
        if not name:
            name = plain(piece.decode("utf-8", "replace"))
        elif piece:
            content += piece
            if len(content) > _LARGEST_FILE:
                raise _unusable(name, f"is larger than {_LARGEST_FILE:,} bytes")
        else:
            yield name, content
            name, content = "", b""


def _scenario(name: str, content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _unusable(name, f"is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise _unusable(name, "holds no object with scenario and expect")
    return {"name": name, "declared": found}


def _unusable(name: str, what: str) -> CheckError:
    return CheckError(f"the scenario file {_short(name)} {_short(what)}", cause=Cause.CONFIGURATION)


def _seen(decisions: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> Seen:
    """The decisions in CEL's terms, whose numbers have 64 bits."""
    each = [_for_cel(decision) for decision in decisions]
    facts = {name: given[name] for name in ("scenario", "seed", "clock")}
    facts |= {
        "decisions": each,
        "first": each[0],
        "last": each[-1],
        "pairs": [{"before": one, "after": other} for one, other in itertools.pairwise(each)],
    }
    return Seen(facts)


def _for_cel(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _for_cel(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_for_cel(each) for each in value]
    if is_number(value) and not (isinstance(value, int) and -_LARGEST <= value < _LARGEST):
        return float(value)
    return value


def _first_broken(text: str, decisions: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> str:
    """The first decision at which an invariant over all of them is violated; "" if that cannot be determined."""
    if not _EACH.search(text):
        return ""
    holds, fails = 0, len(decisions)
    while fails - holds > 1:
        middle = (holds + fails) // 2
        if why_not(text, _seen(decisions[:middle], given)):
            fails = middle
        else:
            holds = middle
    return f"first at decision {fails}, {_show(decisions[fails - 1])}"


def _different(expect: Sequence[Any], decisions: Sequence[Mapping[str, Any]], reason: str) -> Iterator[str]:
    pairs: Iterable[tuple[Any, Any]] = itertools.zip_longest(expect, decisions, fillvalue=_MISSING)
    for place, (wanted, got) in enumerate(pairs, 1):
        if wanted is _MISSING:
            yield f"decision {place}: {_show(got)}, expected none after {len(expect):,}"
        elif got is _MISSING:
            yield f"decision {place}: none, expected {_show(wanted)}"
        else:
            fields = {reason: wanted} if isinstance(wanted, str) else wanted
            problems = [
                each for name in fields for each in _unlike(name, fields[name], got.get(name, _MISSING))
            ]
            if problems:
                yield f"decision {place}: {'; '.join(problems[:3])}"


def _unlike(path: str, wanted: Any, got: Any) -> Iterator[str]:
    """How a decision differs from the expected one. It may have more fields, also in nested objects."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        for name, value in wanted.items():
            yield from _unlike(f"{path}.{name}", value, got.get(name, _MISSING))
    elif not _same(wanted, got):
        yield f"{path} is {'missing' if got is _MISSING else _show(got)}, expected {_show(wanted)}"


def _same(wanted: Any, got: Any) -> bool:
    if is_number(wanted) and is_number(got):
        return exactly(wanted) == exactly(got)
    if isinstance(wanted, list) and isinstance(got, list):
        return len(wanted) == len(got) and all(map(_same, wanted, got))
    if isinstance(wanted, dict) and isinstance(got, dict):
        return wanted.keys() == got.keys() and all(_same(value, got[name]) for name, value in wanted.items())
    return type(wanted) is type(got) and bool(wanted == got)


def _show(value: Any) -> str:
    return printed.clipped(plain(json.dumps(value, ensure_ascii=False, default=str)))


def _short(text: str) -> str:
    return text[:_LONGEST]
