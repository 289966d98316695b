"""What is wrong and the next step, as sentences one after the other."""

from __future__ import annotations

import re

_ENDS = (".", "!", "?", ":", "…", "`", ".”", "?”")
_COMMAND = re.compile(r"/?canary [a-z-]+(?: #?\w+)?")  # and no words about it


def sentence(text: str) -> str:
    """With a full stop, unless it ends like a sentence already or shows something to copy."""
    text = text.strip()
    if _COMMAND.fullmatch(text):
        return f"Try {text}"
    return text if text.endswith(_ENDS) else f"{text}."


def sentences(*parts: str) -> str:
    """A message and its hint, never run together. The last part ends as it is: it may be a command to copy."""
    said = [part.strip() for part in parts if part.strip()]
    return " ".join([*map(sentence, said[:-1]), *said[-1:]])
