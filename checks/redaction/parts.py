"""The secret parts of a value: it is parsed as every possible format, because a program rarely prints all of it.

A URL has a password, a connection string has one, a service account's JSON has a key, a key has lines. Pure.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, unquote_plus, urlsplit

SHORTEST = 4  # shorter ones would redact ordinary words
_SHORTEST_UNNAMED = 8  # for parts not called a password, but next to one
_SHORTEST_LINE = 16  # for a key of several lines, any of which may be printed alone
_SHORTEST_OPAQUE = 16
_DEEPEST = 4  # JSON in base64 in JSON

SECRET_NAME = re.compile(
    r"pass(?:word|wd|phrase|code)?(?![a-z])|passwd|password|pwd|\bpw\b|secret|token|credential|authorization|api[-_. ]?key|"
    r"access[-_. ]?key|private[-_. ]?key|signing[-_. ]?key|encryption[-_. ]?key|account[-_. ]?key|master[-_. ]?key|"
    r"shared[-_. ]?key|client[-_. ]?key|app[-_. ]?key|bearer|cookie|jwt|\bsig\b|signature|dsn$|\bpin\b",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"(?:Bearer|Basic|Token|Digest|ApiKey|Key|Negotiate)\s+(?P<token>\S.*)", re.IGNORECASE)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.:-]*://")
# unescaped @ and / included
_USER_INFO = re.compile(r"://(?P<all>(?P<user>[^:/@\s]*)(?::(?P<password>.*))?)@")
_KEYWORD = re.compile(
    r"(?:^|[\s;,&?{])(?:export\s+)?[\"']?(?P<name>[A-Za-z_][\w. -]{0,60}?)[\"']?\s*[=:]\s*"
    r"(?P<value>'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|(?:[^\s;,&\\]|\\.)+)"
)
_TO_SEMICOLON = re.compile(r"(?:^|;)\s*(?P<name>[A-Za-z][\w -]{0,60}?)\s*=\s*(?P<value>[^;]*)")
_ESCAPED = re.compile(r"\\(.)")
_ARMOUR = re.compile(r"-----BEGIN [^-\n]+-----(?P<body>.*?)(?:-----END|\Z)", re.DOTALL)
_PLACE = re.compile(  # where and as whom a connection is made, which is not a secret however it is spelled
    r"host|hostaddr|server|data source|address|port|dbname|database|initial catalog|user|username|user id|uid|"
    r"application_name|service|options|sslmode",
    re.IGNORECASE,
)
_OPAQUE = re.compile(r"[A-Za-z0-9+/_=.~-]+", re.ASCII)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+\.?(?::\d+)?", re.IGNORECASE)


def parts(value: str) -> frozenset[str]:
    """The secret itself and all secret parts of it that are long enough to be distinguished from ordinary
    words.
    """
    found = {part.strip() for part in chain((value,), _parsed(value, _DEEPEST))}
    return frozenset(part for part in found if len(part) >= SHORTEST)


def distinctive(value: str) -> frozenset[str]:
    """Its distinctive parts: passwords, and machine-generated text."""
    named = chain(_scheme(value.strip()), _url(value.strip()), _keywords(value))
    return frozenset(
        part
        for part in chain((value.strip(),), named)
        if len(part) >= _SHORTEST_UNNAMED and (part != value.strip() or is_opaque(part))
    )


def is_opaque(text: str) -> bool:
    """Machine-generated: no word, address or path, so that even a piece of it reveals something."""
    return (
        len(text) >= _SHORTEST_OPAQUE
        and bool(_OPAQUE.fullmatch(text))
        and not text.startswith(("/", "./"))
        and not _HOST.fullmatch(text)
        and any(char.isdigit() for char in text)
        and any(char.isalpha() for char in text)
    )


def _parsed(value: str, deep: int) -> Iterator[str]:
    value = value.strip()
    if not deep or not value:
        return
    readers = (_scheme, _lines, _keys, _url, _keywords, _user_and_password, _pgpass, _json, _base64)
    for part in {part for read in readers for part in read(value)} - {value}:
        yield part
        yield from _parsed(part, deep - 1)


def _scheme(value: str) -> Iterator[str]:
    """For a header: the part after Bearer."""
    if found := _SCHEME.fullmatch(value):
        yield found["token"]


def _lines(value: str) -> Iterator[str]:
    lines = [line.strip() for line in value.splitlines()]
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= _SHORTEST_LINE and not line.startswith("-----"))


def _keys(value: str) -> Iterator[str]:
    """For a key in PEM: its body in one piece, and its bytes as another program may spell them."""
    for found in _ARMOUR.finditer(value.replace("\\n", "\n")):
        body = "".join(line for line in found["body"].split() if ":" not in line)
        yield from filter(None, (body.rstrip("="), *_spelt(body)))


def _spelt(body: str) -> Iterator[str]:
    try:
        yield base64.b64decode(body, validate=True).hex()
    except (binascii.Error, ValueError):
        return


def _url(value: str) -> Iterator[str]:
    if not _URL.match(value):
        return
    if found := _USER_INFO.search(value):
        user, password = found["user"], found["password"]
        yield from _secret(password or "")
        if password or is_opaque(user):
            yield from _either(found["all"])
        if is_opaque(user):
            yield user
    try:
        url = urlsplit(value)
        yield from _secret(url.password or "")
    except ValueError:
        return
    yield from _query(url)
    if url.scheme in {
        "http",
        "https",
        "ws",
        "wss",
    }:  # a webhook's address is its key; a socket's or database's is not
        yield from (segment for segment in unquote(url.path).split("/") if is_opaque(segment))


def _query(url: SplitResult) -> Iterator[str]:
    for name, text in chain(parse_qsl(url.query), parse_qsl(url.fragment)):
        if SECRET_NAME.search(name) or (is_opaque(text) and not _PLACE.fullmatch(name)):
            yield from _secret(text)
    for pair in url.query.split("&"):
        name, _, text = pair.partition("=")
        if SECRET_NAME.search(name):
            yield from _secret(text)


def _secret(text: str) -> Iterator[str]:
    if len(text) >= SHORTEST:
        yield from _either(text)


def _either(text: str) -> Iterator[str]:
    """As is, and with URL escapes decoded."""
    yield from {text, unquote(text), unquote_plus(text)}


def _keywords(value: str) -> Iterator[str]:
    """In `host=… password='…'`, `Server=…;Password=…`, `export TOKEN=…`: values named as secrets, or that
    look like one.
    """
    for found in chain(_KEYWORD.finditer(value), _TO_SEMICOLON.finditer(value)):
        text = found["value"].strip()
        bare = text[1:-1] if text[:1] in {"'", '"'} and text[:1] == text[-1:] and len(text) > 1 else text
        if SECRET_NAME.search(found["name"]):
            doubled = bare.replace("''", "'").replace('""', '"')
            for one in {bare, _ESCAPED.sub(r"\1", bare), doubled}:
                yield from _secret(one)
        elif is_opaque(bare) and not _PLACE.fullmatch(found["name"].strip()):
            yield bare


def _user_and_password(value: str) -> Iterator[str]:
    """`user:password`, as in Basic authentication."""
    user, colon, password = value.partition(":")
    if colon and user and not user.isdigit() and not set(value) & set("/ \n{\"'") and not password.isdigit():
        yield from (one for one in (password,) if len(one) >= _SHORTEST_UNNAMED)


def _pgpass(value: str) -> Iterator[str]:
    for line in value.splitlines():
        fields = re.split(r"(?<!\\):", line, maxsplit=4)
        if len(fields) == 5 and (fields[1].isdigit() or fields[1] == "*"):  # noqa: PLR2004  host:port:database:user:password
            yield from _secret(_ESCAPED.sub(r"\1", fields[4]))


def _json(value: str) -> Iterator[str]:
    if value[:1] not in {"{", "[", '"'}:
        return
    try:
        document = json.loads(value, strict=False)
    except (ValueError, RecursionError):
        return
    yield from _leaves(document, named=False)


def _leaves(value: Any, *, named: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, named=named or bool(SECRET_NAME.search(str(name))))
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, named=named)
    elif isinstance(value, (str, int)) and not isinstance(value, bool):
        text = str(value)
        if len(text) >= (SHORTEST if named else _SHORTEST_UNNAMED):
            yield text


def _base64(value: str) -> Iterator[str]:
    """Encoded text, such as a JSON key in one variable."""
    if len(value) < _SHORTEST_OPAQUE or not re.fullmatch(r"[A-Za-z0-9+/_\s-]+=*", value):
        return
    packed = "".join(value.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        text = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode()
    except ValueError:
        return
    if (
        text.isascii()
        and len(text) >= _SHORTEST_UNNAMED
        and all(char.isprintable() or char.isspace() for char in text)
    ):
        yield text
