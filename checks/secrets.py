"""`${NAME}` in canary.yaml stands for a value of the environment, and never for anything printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SHORTEST_REDACTED = 4  # shorter values would blot out ordinary words


class Secrets:
    """The values behind `${NAME}`; filled in when a source opens, taken out of all that is said."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        found = {value for value in values.values() if len(value) >= _SHORTEST_REDACTED}
        self._longest_first = sorted(found, key=len, reverse=True)

    @classmethod
    def named_in(cls, texts: Iterable[str], environment: Mapping[str, str]) -> Secrets:
        """Only what the texts name; KeyError with the first name that the environment lacks."""
        return cls({name: environment[name] for text in texts for name in names_in(text)})

    def fill(self, text: str) -> str:
        return _NAME.sub(lambda match: self._values[match[1]], text)

    def redact(self, text: str) -> str:
        for value in self._longest_first:
            text = text.replace(value, "[redacted]")
        return text


def names_in(text: str) -> list[str]:
    return _NAME.findall(text)
