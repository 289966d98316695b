"""Regular expressions of a configuration, used to search programs' output."""

from __future__ import annotations

import re
from typing import Annotated, Any

import re2
from pydantic import BeforeValidator

from checks.search import compiled

_LONGEST = 500
_ANCHORS = re.compile(r"(?<!\\)(?:\\\\)*\\[Az]")


def _check_pattern(pattern: Any) -> str:
    if not isinstance(pattern, str) or not 1 <= len(pattern) <= _LONGEST:
        raise ValueError(f"expected a regular expression of 1 to {_LONGEST} characters")
    try:
        groups = compiled(pattern).groups
    except re2.error as error:
        raise ValueError(f"expected a regular expression (RE2): {error.args[0].decode()}") from None
    if _ANCHORS.search(pattern):
        raise ValueError(
            r"expected ^ and $, the ends of a line, instead of \A and \z: output is searched in parts"
        )
    if groups > 1:
        raise ValueError(f"expected at most one group in round brackets, not {groups}")
    return pattern


Pattern = Annotated[str, BeforeValidator(_check_pattern)]
