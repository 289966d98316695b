"""Splits the text after `/canary`, typed or pasted, into words. Pure.

People paste from chats, documents and terminals: curly quotes, Slack's links and mentions, dashes for
hyphens, full-width characters, the whole command again. All of it is read as it looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.base.plain import pasted

_LINK = re.compile(r"<((?:https?|mailto|tel):[^|<>\s]+)(?:\|([^<>]*))?>")
_MENTION = re.compile(r"<([@#])([A-Z0-9]+)(?:\|([^<>]*))?>|<!subteam\^([A-Z0-9]+)(?:\|[^<>]*)?>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_DOUBLE, _SINGLE = '"“”„‟«»＂', "'‘’‚‛＇"
_WORD = re.compile(
    rf"([^\s={_DOUBLE}]*[=＝])?(?:[{_DOUBLE}]([^{_DOUBLE}]*)[{_DOUBLE}]|[{_SINGLE}]([^{_SINGLE}]*)[{_SINGLE}]|`([^`]*)`)"
    r"[,;]?(?=\s|$)|\S+"
)
_VALUE_FOLLOWS = re.compile(rf"[=＝]\s*[{_DOUBLE}{_SINGLE}`]?\Z")  # quoted or not
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_PUNCTUATION = ".,;:!?"


@dataclass(frozen=True)
class Word:
    text: str
    end: int  # where it ends in the whole text


@dataclass(frozen=True)
class Typed:
    """The text, and its words."""

    whole: str
    words: tuple[Word, ...]

    def texts(self, first: int = 0) -> list[str]:
        return [word.text for word in self.words[first:]]

    def after(self, count: int) -> str:
        """The text after `count` words, verbatim."""
        return self.whole[self.words[count - 1].end :].strip()


def typed(text: str) -> Typed:
    whole = unescaped(_MENTION.sub(_mentioned, _LINK.sub(_linked, pasted(text))))
    words = tuple(_words(whole))
    if words and re.fullmatch(r"[/@]\w+", words[0].text):  # an example pasted together with its `/canary`
        words = words[1:]
    return Typed(whole, words)


def trimmed(word: str) -> str:
    """A name without the punctuation of the surrounding sentence."""
    return word.rstrip(_PUNCTUATION).lower()


def _words(text: str) -> Iterator[Word]:
    for found in _WORD.finditer(text):
        quoted = next((part for part in found.groups()[1:] if part is not None), None)
        if quoted is None:
            yield Word(_usual(found[0]), found.end())
        else:
            yield Word(_usual(found[1] or "") + quoted, found.end())


def _usual(word: str) -> str:
    """Replaces look-alikes with the characters on a keyboard."""
    return word.translate(_FULL_WIDTH).translate(_HYPHENS)


def _linked(found: re.Match[str]) -> str:
    """The typed text: Slack turns `example.com` into a link with that label."""
    url, label = found.groups()
    return label if label and url.endswith(label) else url


def _mentioned(found: re.Match[str]) -> str:
    """The id, if it is an argument's value; otherwise the name, which mentions nobody."""
    sign, member, name, group = found.groups()
    if group or _VALUE_FOLLOWS.search(found.string[: found.start()]) or not name:
        return str(group or member)
    return f"{sign}{name}"


def unescaped(text: str) -> str:
    """The typed text: Slack sends three characters as entities."""
    return re.sub("&(?:lt|gt|amp);", lambda found: _ENTITIES[found[0]], text)
