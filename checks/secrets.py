"""`${NAME}` in canary.yaml stands for an environment variable, whose value is never printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from itertools import chain
from typing import Annotated, Any

from pydantic import AfterValidator

from checks.redaction.parts import SHORTEST, distinctive
from checks.redaction.plaintext import beside_variables
from checks.redaction.redactor import Redactor

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Secrets:
    """The values of `${NAME}`; filled in when a source is opened, and redacted in all output.

    `besides`: values that are never filled in but must be redacted, such as the bot's own tokens.
    """

    def __init__(self, values: Mapping[str, str], besides: Iterable[str] = ()) -> None:
        # mounted files and `echo` add a line break, which no password, token or address has
        self._values = {name: value.rstrip("\r\n") for name, value in values.items()}
        self._besides = frozenset(besides)
        self._redactor = Redactor(self._besides.union(self._values.values()))

    @classmethod
    def named_in(
        cls, texts: Iterable[str], environment: Mapping[str, str], besides: Iterable[str] = ()
    ) -> Secrets:
        """Only those that the texts name. Raises KeyError with the first name that the environment lacks.

        A value composed of several (a URL and the password in it) is secret as a whole and in its parts.
        """
        named = list(texts)
        values = cls({name: environment[name] for text in named for name in names_in(text)})
        composed = (values.fill(text) for text in named if names_in(text))
        return cls(values._values, (*besides, *composed))

    def besides(self, others: Iterable[str]) -> Secrets:
        """The same, with others that are not filled in."""
        return Secrets(self._values, self._besides.union(others))

    def fill(self, text: str) -> str:
        return _NAME.sub(lambda match: self._values[match[1]], text)

    @cached_property
    def too_short(self) -> frozenset[str]:
        """Names of those that are not redacted, because that would remove ordinary words."""
        return frozenset(name for name, value in self._values.items() if 0 < len(value.strip()) < SHORTEST)

    def stands_in(self, text: str) -> bool:
        """Whether the text contains one of them verbatim, unless it looks like an ordinary word."""
        return any(value in text for value in self._distinctive)

    @cached_property
    def _distinctive(self) -> frozenset[str]:
        return frozenset(chain.from_iterable(map(distinctive, self._besides.union(self._values.values()))))

    def redact(self, text: str) -> str:
        return self._redactor.redact(text)

    def redact_within(self, value: Any) -> Any:
        """The same dicts, lists and tuples with every text in them redacted. Keys and members of enums are
        ours.
        """
        return self._within(value) if self._redactor.finds(_texts(value)) else value

    def _within(self, value: Any) -> Any:
        if isinstance(value, str):
            return value if isinstance(value, Enum) else self.redact(value)
        if isinstance(value, dict):
            return {key: self._within(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self._within(item) for item in value)
        return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def names_in(text: str) -> list[str]:
    return _NAME.findall(text)


def no_secret_in_plain(text: str) -> str:
    """The text itself. Raises ValueError if the secret, or a part of it, is written there instead of in a
    variable.
    """
    if spelt_out(text):
        raise ValueError("expected the value as ${NAME}: packets show this file as it is")
    return text


SecretText = Annotated[str, AfterValidator(no_secret_in_plain)]  # a key of a source that is secret as a whole


def spelt_out(text: str) -> bool:
    """Whether a secret text, or a part of it, is written out: it would be shown wherever the configuration
    is.
    """
    return bool(text) and beside_variables(text)
