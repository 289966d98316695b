"""Reads the decisions that a program printed, in the form that it prints them. Runs in a child process
(`checks.calculation`).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from checks.numbers import number_in_json
from checks.outcome import Cause, CheckError
from checks.output import plain
from checks.search import compiled
from checks.sources.body import refuse_constant

_MOST_DECISIONS = 100_000
_SHOWN = 1500  # characters of a line or a value
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,6})?")  # as in JSON: 007 is a text
_BLANK = re.compile(r"\s*")


def decisions(output: bytes, form: Mapping[str, Any], reason: str) -> list[dict[str, Any]]:
    """`form`: the fields of `checks.simulation.output.Output`; `reason`: the field of the reason code.

    Raises CheckError if the output has another form, or too many decisions.
    """
    found = []
    for decision in _READERS[form["format"]](output, form, reason):
        found.append(decision)
        if len(found) > _MOST_DECISIONS:
            raise CheckError(
                f"it printed more than {_MOST_DECISIONS:,} decisions",
                cause=Cause.CONFIGURATION,
                hint="Make the scenario shorter.",
            )
    return found


def compared(output: bytes, form: Mapping[str, Any]) -> list[bytes]:
    """The lines that must be the same the second time: without what is not read."""
    if not form["pattern"]:
        return [line for _, line in _lines(output, form)]
    return [match[0].encode() for match in _matches(output, form)]


def shown(line: bytes) -> str:
    return repr(clipped(_text(line)))


def clipped(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _lines(output: bytes, form: Mapping[str, Any]) -> Iterator[tuple[int, bytes]]:
    """The lines that are read, each with its number, and without what is before `begins` or is that."""
    begins = form["begins"].encode()
    for number, line in enumerate(output.splitlines(), 1):
        if number <= form["skip"] or not line.strip():
            continue
        if not begins:
            yield number, line
        elif begins in line:
            yield number, line.partition(begins)[2]


def _matches(output: bytes, form: Mapping[str, Any]) -> Iterator[Any]:
    search = compiled(form["pattern"]).search
    return filter(None, (search(_text(line)) for _, line in _lines(output, form)))


# ------------------------------------------------------------ the forms


def _objects(output: bytes, form: Mapping[str, Any], _reason: str) -> Iterator[dict[str, Any]]:
    for number, line in _lines(output, form):
        try:
            found = json.loads(line, **_STRICT)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise CheckError(
                f"line {number} of its output is no JSON object: {shown(line)}",
                cause=Cause.CONFIGURATION,
                hint="Let it print one decision a line, and anything else to standard error; or say under "
                "`output` how it prints them.",
            )
        yield found


def _documents(output: bytes, form: Mapping[str, Any], reason: str) -> Iterator[dict[str, Any]]:
    """Of any number of JSON documents, on as many lines as they take."""
    path = form["decisions"]
    for document, text in _parsed(_rest(output, form)):
        found = _at(path, document)
        if path and not isinstance(found, list):
            raise _unlike(f"has no list at {path}", text)
        for decision in found if isinstance(found, list) else [found]:
            if isinstance(decision, str):
                yield {reason: decision}
            elif isinstance(decision, dict):
                yield decision
            else:
                raise _unlike("has a decision that is neither an object nor a reason code", text)


def _parsed(text: str) -> Iterator[tuple[Any, str]]:
    decoder = json.JSONDecoder(**_STRICT)
    at = _after_blanks(text, 0)
    while at < len(text):
        try:
            document, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            raise _unlike("is no JSON", text[at:].partition("\n")[0]) from None
        yield document, text[at:end]
        at = _after_blanks(text, end)


def _after_blanks(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _at(path: str, document: Any) -> Any:
    for key in path.split(".") if path else ():
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _rows(output: bytes, form: Mapping[str, Any], _reason: str) -> Iterator[dict[str, Any]]:
    rows = csv.reader(io.StringIO(_rest(output, form), newline=""), delimiter=form["separator"], strict=True)
    try:
        header = next((row for row in rows if row), [])
        if len(set(header)) < len(header):
            raise _unlike("has two columns of one name", ", ".join(header))
        for row in rows:
            if row and len(row) != len(header):
                raise _unlike(f"has {len(row)} values in a row, and {len(header)} columns", ", ".join(row))
            if row:
                yield {name: _value(text) for name, text in zip(header, row, strict=True)}
    except csv.Error as error:
        raise _unlike(f"is no CSV: line {rows.line_num + form['skip']}", str(error)) from None


def _texts(output: bytes, form: Mapping[str, Any], reason: str) -> Iterator[dict[str, Any]]:
    if not form["pattern"]:
        for _, line in _lines(output, form):
            yield {reason: _text(line).strip()}
        return
    for match in _matches(output, form):
        yield {name: _value(value) for name, value in match.groupdict().items() if value is not None}


# ------------------------------------------------------------ parts of them


_STRICT: Mapping[str, Any] = {
    "parse_constant": refuse_constant,
    "parse_int": number_in_json,
    "parse_float": number_in_json,
}


def _value(text: str) -> Any:
    try:
        return number_in_json(text) if _NUMBER.fullmatch(text) else text
    except ValueError:  # of too many digits
        return text


def _rest(output: bytes, form: Mapping[str, Any]) -> str:
    lines = output.splitlines(keepends=True)[form["skip"] :]
    return b"".join(lines).decode("utf-8-sig", "replace")


def _text(line: bytes) -> str:
    return plain(line.decode("utf-8", "replace"))


def _unlike(what: str, part: str) -> CheckError:
    return CheckError(
        f"its output {what}: {shown(part.encode())}",
        cause=Cause.CONFIGURATION,
        hint="See `output` of the check, and run the program by hand with the same input.",
    )


_READERS = {"lines": _objects, "json": _documents, "csv": _rows, "text": _texts}
