"""Text as it looks: without what is there and not seen."""

from __future__ import annotations

import unicodedata

_KEPT_CONTROLS = "\n\t"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain(text: str) -> str:
    """Without control characters, bidirectional marks and other invisible format characters."""
    if text.replace("\n", "").isprintable():
        return text  # nearly always, and a long text would take its time
    return "".join(
        char for char in text if char in _KEPT_CONTROLS or unicodedata.category(char) not in _HIDDEN
    )
