"""Facts about a configuration: a name and a value each, as reported by a source. Pure.

A value that may be a secret is never stored: a keyed digest of it takes its place, which reveals changes;
without a key, only that it is set.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any

from checks.numbers import Scalar, number_in_json
from checks.output import lines_of, plain
from checks.redaction.plaintext import is_secret_name, looks_like_a_token, secrets_in

MOST = 500  # facts of one source
LONGEST_NAME = 200  # characters
LONGEST_VALUE = 200  # shown; a longer value is shortened and followed by a digest of all of it
HIDDEN = "secret "  # prefix of the replacement for a secret
IS_SET = "set"
_EXAMINED = 1000  # characters of a value, to find out whether it is a secret
_DEEPEST = 5  # objects within objects
_DIGITS = 16  # of a digest
_ASSIGNED = re.compile(r"(?:export\s+)?([A-Za-z_][\w.-]*)=(.*)", re.ASCII)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", re.ASCII)
_SECRET_WORDS = frozenset(
    (
        *(
            "secret",
            "secrets",
            "token",
            "tokens",
            "password",
            "passwd",
            "passphrase",
            "pwd",
            "pass",
            "key",
            "keys",
        ),
        *(
            "credential",
            "credentials",
            "cookie",
            "salt",
            "signature",
            "dsn",
            "private",
            "certificate",
            "apikey",
        ),
    )
)
_SECRET_LAST = frozenset({"auth", "otp", "seed", "mnemonic", "webhook"})  # as the last word of a name
# Shorter than what is refused in canary.yaml: here false positives are preferred.
_SECRET_VALUE = re.compile(
    r"-----BEGIN |(?<![A-Za-z0-9])(?:xox[a-z]-|gh[pousr]_|glpat-|npm_|SG\.|sk-|[sr]k_|AKIA|AIza|eyJ[\w-]{1,100}\.)"
    r"|\b(?:Bearer|Basic)\s+\S",
    re.ASCII,
)
# in JSON, YAML or a list of NAME=value
_NAMED = re.compile(r"([\w.-]{1,60})[\"']?\s{0,9}[:=]\s{0,9}(?=[^\s:=])", re.ASCII)
_HEXADECIMAL = re.compile(r"\b[0-9a-fA-F]+\b")  # a commit or a digest


@dataclass(frozen=True)
class Kept:
    """How facts are kept. `names`: patterns of those that count, none for all; `secret`: of additional secret
    ones.
    """

    names: Sequence[str] = ()
    secret: Sequence[str] = ()
    key: bytes = b""

    def of(self, found: Mapping[str, Any]) -> dict[str, Scalar]:
        """Returns the facts in their stored form, by name."""
        chosen = (
            (name, value) for name, value in found.items() if not self.names or _matches(name, self.names)
        )
        return {name: self._kept(name, value) for name, value in sorted(chosen)}

    def _kept(self, name: str, value: Any) -> str:
        text = _written(value)
        if text and (is_secret(name, text) or _matches(name, self.secret)):
            return f"{HIDDEN}{self._digest(name, text)}"
        if len(text) <= LONGEST_VALUE:
            return plain(text)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
        return f"{plain(text[:LONGEST_VALUE])}… (sha256 {digest})"

    def _digest(self, name: str, value: str) -> str:
        """Includes the name: two secrets with the same value do not reveal that."""
        if not self.key:
            return IS_SET
        said = f"{name}={value}".encode("utf-8", "surrogatepass")
        return hmac.new(self.key, said, hashlib.sha256).hexdigest()[:_DIGITS]


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def is_secret(name: str, value: str) -> bool:
    """Whether the name or value looks like a secret; false positives are preferred.

    Only the beginning of a value is examined, because no more is ever shown.
    """
    begins = value[:_EXAMINED]
    return (
        _is_secret_name(name)
        or value.startswith(HIDDEN)  # it would look like a secret that is hidden
        or _SECRET_VALUE.search(begins) is not None
        or any(_is_secret_name(found[1]) for found in _NAMED.finditer(begins))
        or next(secrets_in(begins), "") != ""
        or looks_like_a_token(_HEXADECIMAL.sub(" ", begins))
    )


def _is_secret_name(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    return (
        not _SECRET_WORDS.isdisjoint(words)
        or is_secret_name(name)
        or bool(_SECRET_LAST.intersection(words[-1:]))
    )


def assigned(text: str) -> dict[str, Any]:
    """Parses a .env file or the output of `printenv`: NAME=value in each line; or one JSON object. Raises
    ValueError for neither.
    """
    if text.lstrip().startswith("{"):
        try:
            return flat(json.loads(text, parse_float=number_in_json, parse_int=number_in_json))
        except json.JSONDecodeError as error:
            raise ValueError(f"no JSON: {error.msg}, in line {error.lineno}") from None
    found: dict[str, Any] = {}
    for line in lines_of(text):
        if line.lstrip().startswith("#"):
            continue
        match = _ASSIGNED.fullmatch(line.strip())
        if match is None:
            raise ValueError("a line that is no NAME=value")  # not quoted: it may be part of a secret
        found[match[1]] = _unquoted(match[2].strip())
    return _few(found)


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value


def flat(document: Any, at: str = "") -> dict[str, Any]:
    """A flattened JSON object, with dotted names; a list is one value. Raises ValueError for anything else.

    `at`: the path of the object in it, also dotted.
    """
    for step in filter(None, at.split(".")):
        document = document.get(step) if isinstance(document, dict) else None
    if not isinstance(document, dict):
        raise ValueError(f"no JSON object at {at}" if at else "no JSON object")  # noqa: TRY004  it is data
    return _few(dict(islice(_flattened(document), MOST + 1)))


def _flattened(document: Mapping[str, Any], before: str = "", depth: int = 1) -> Iterator[tuple[str, Any]]:
    for name, value in document.items():
        path = f"{before}{name}"
        if isinstance(value, dict) and value and depth < _DEEPEST:
            yield from _flattened(value, f"{path}.", depth + 1)
        else:
            yield path, value


def listed(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """From rows of name and value. Raises ValueError for other rows, and for a repeated name."""
    if set(columns) != {"name", "value"}:
        raise ValueError(f"the columns {', '.join(columns)}, not name and value")
    found: dict[str, Any] = {}
    for row in rows:
        fact = dict(zip(columns, row, strict=True))
        name = str(fact["name"])
        if name in found:
            raise ValueError(f"{name[:LONGEST_NAME]!a} twice")
        found[name] = fact["value"]
    return _few(found)


def _few(found: dict[str, Any]) -> dict[str, Any]:
    if len(found) > MOST:
        raise ValueError(f"more than {MOST} facts")
    if any(not name.isprintable() for name in found):
        raise ValueError("a name with characters that are not printable")
    if any(len(name) > LONGEST_NAME for name in found):
        raise ValueError(f"a name of more than {LONGEST_NAME} characters")
    return found


@dataclass(frozen=True)
class Change:
    """A fact that differs. None: missing before, or missing now."""

    name: str
    before: Scalar
    after: Scalar

    def __str__(self) -> str:
        """ "FLOOR: 1024 → 2048", as plain text; for a secret, only that it has changed."""
        if self.before is None:
            return f"{self.name}: new, {_shown(self.after)}"
        if self.after is None:
            return f"{self.name}: gone, was {_shown(self.before)}"
        if _hidden(self.before) and _hidden(self.after):
            return f"{self.name}: changed (secret)"
        return f"{self.name}: {_shown(self.before)} → {_shown(self.after)}"


def _hidden(value: Scalar) -> bool:
    return isinstance(value, str) and value.startswith(HIDDEN)


def _shown(value: Scalar) -> str:
    if _hidden(value):
        return "(secret)"
    return str(value) if value != "" else "(empty)"


def changes(before: Mapping[str, Scalar], after: Mapping[str, Scalar]) -> list[Change]:
    """Ordered by name."""
    return [
        Change(name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
