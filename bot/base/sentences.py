"""Joins what is wrong and the next step as sentences."""

from __future__ import annotations

import re

_ENDS = (".", "!", "?", ":", "…", "`", ".”", "?”")
_COMMAND = re.compile(r"/?canary [a-z-]+(?: #?\w+)?")  # a bare command


def sentence(text: str) -> str:
    """With a period, unless it already ends like a sentence or in something to copy."""
    text = text.strip()
    if _COMMAND.fullmatch(text):
        return f"Try {text}"
    return text if text.endswith(_ENDS) else f"{text}."


def sentences(*parts: str) -> str:
    """A message and its hint as sentences. The last part stays unchanged: it may be a command to copy."""
    said = [part.strip() for part in parts if part.strip()]
    return " ".join([*map(sentence, said[:-1]), *said[-1:]])
