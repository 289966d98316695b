"""Canonical JSON (RFC 8785) and its digests: equal documents give the same bytes everywhere."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import rfc8785

from checks.numbers import LARGEST_EXACT, is_double, tagged

DEEPEST = (
    200  # lists and objects within each other; deeper ones end Python's recursion where they are written
)
_TOO_DEEP = f"nested deeper than {DEEPEST} levels"
_MOST_NAMED = 10  # names written twice, in an error
_NEARLY = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(document: Any) -> str:
    """RFC 8785 numbers are doubles; an integer that is not exact as one is written as `checks.numbers` writes it."""
    if _is_plain(document):
        return _NEARLY.encode(document)
    return rfc8785.dumps(_exact(document)).decode()


def _is_plain(value: Any) -> bool:
    """Whether Python's own JSON, which is several times faster, gives the same bytes.

    Its floats look different, it sorts keys by code point instead of UTF-16, and it does not refuse lone surrogates.
    """
    kind = type(value)
    if kind is str:
        return bool(value.isascii())
    if kind is dict:
        return all(type(name) is str and name.isascii() and _is_plain(item) for name, item in value.items())
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    return value is None or kind is bool or (kind is int and abs(value) <= LARGEST_EXACT)


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _exact(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    if isinstance(value, int) and abs(value) > LARGEST_EXACT:
        return float(value) if is_double(value) else tagged(value)
    return value


def parsed(text: str) -> Any:
    """Raises ValueError for text that is not JSON, could be read in two ways, or is nested too deeply for
    what follows.
    """
    try:
        found = json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_number)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    if not _is_shallow(found):
        raise ValueError(_TOO_DEEP)
    return found


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [item for one in level for item in _children(one)]
        if not level:
            return True
    return False


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Rejects duplicate names: people might read one value and programs the other."""
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = sorted(name for name, count in counts.items() if count > 1)
        raise ValueError(f"written twice: {', '.join(twice[:_MOST_NAMED])}")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def digest(document: Any) -> str:
    """Returns "sha256:" and 64 hexadecimal digits: the digest of the canonical form."""
    return digest_of_text(canonical(document))


def has_digest(document: Any, expected: str | None) -> bool:
    """Whether that is its digest. Tries the form that is nearly always canonical first, which is several
    times faster to write.
    """
    try:
        return digest_of_text(_NEARLY.encode(document)) == expected or digest(document) == expected
    except UnicodeEncodeError:  # a lone surrogate, which canonical JSON never contains
        return False


def own_digest(document: Mapping[str, Any]) -> str:
    """Returns the digest that belongs under the document's key "digest", computed from everything else in it."""
    return digest({key: value for key, value in document.items() if key != "digest"})


def digest_of_text(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
