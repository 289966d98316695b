"""PromQL with values of the run in it: inside the quotes of a label, and the window's length anywhere. Pure.

A value can neither end its string nor, in a regular expression, match anything but itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from checks.api import Cause, CheckError, fill, names_in

WINDOW = "window"  # its length in PromQL's notation
_PIECE = re.compile(
    r"""(?P<text>(?P<matches>[=!]~\s*)?(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))|(?P<raw>`[^`]*`|\#[^\n]*)""",
    re.DOTALL,
)
_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$])")


def refuse_misplaced(query: str) -> str:
    """Returns the query. Raises ValueError for a placeholder where no value can be inserted."""
    for found in _PIECE.finditer(query):
        for name in names_in(found["raw"] or ""):
            raise ValueError(f"expected {{{{{name}}}}} in no comment and between no backquotes")
    for name in names_in(_PIECE.sub(" ", query)):
        if name != WINDOW:
            raise ValueError(f"expected quotes around {{{{{name}}}}}: a value of the run is a label's")
    return query


def filled(query: str, values: Mapping[str, str]) -> str:
    """With the run's values. Raises CheckError if one is missing, or cannot be inserted there."""

    def written(found: re.Match[str]) -> str:
        if found["raw"] is not None:
            return found[0]
        is_pattern, quote = bool(found["matches"]), found["quoted"][0]

        def escape(name: str, value: str) -> str:
            return _quoted(name, _SPECIAL.sub(r"\\\1", value) if is_pattern else value, quote)

        return (found["matches"] or "") + fill(found["quoted"], values, escape)

    pieces, end = [], 0
    for found in _PIECE.finditer(query):
        pieces += [fill(query[end : found.start()], values), written(found)]
        end = found.end()
    return "".join([*pieces, fill(query[end:], values)])


def _quoted(name: str, value: str, quote: str) -> str:
    if not value.isprintable():
        raise CheckError(f"{{{{{name}}}}} cannot be {value!r} in a query", cause=Cause.CONFIGURATION)
    return value.replace("\\", "\\\\").replace(quote, f"\\{quote}")
