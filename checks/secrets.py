"""`${NAME}` in canary.yaml stands for a value of the environment, and never for anything printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SHORTEST_REDACTED = 4  # shorter values would blot out ordinary words


class Secrets:
    """The values behind `${NAME}`; filled in when a source opens, taken out of all that is said."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        shapes = {shape for value in values.values() for shape in _shapes(value)}
        found = {shape for shape in shapes if len(shape) >= _SHORTEST_REDACTED}
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

    def redact_within(self, value: Any) -> Any:
        """The same dicts, lists and tuples with every text in them redacted."""
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, dict):
            return {key: self.redact_within(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self.redact_within(item) for item in value)
        return value


def _shapes(value: str) -> Iterator[str]:
    """A secret as it is, as URLs and JSON would show it, and the password inside a URL."""
    yield from (value, value.strip(), quote(value, safe=""), json.dumps(value)[1:-1])
    password = _password(value)
    if password:
        yield from (password, unquote(password))


def _password(value: str) -> str | None:
    try:
        return urlsplit(value).password
    except ValueError:  # not a URL
        return None


def names_in(text: str) -> list[str]:
    return _NAME.findall(text)


def spelt_out(text: str) -> bool:
    """Whether a text that is secret stands there itself: it would be shown wherever the configuration is."""
    return bool(text) and not _NAME.search(text)
