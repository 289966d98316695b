"""docs/troubleshooting.md quotes messages exactly, so that searching for one finds it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text()
SHORTEST = 6  # characters: a piece this long tells one message from another


def source() -> str:
    """All of our code, with string literals joined across lines."""
    files = [
        path
        for package in ("bot", "commands", "checks", "sandbox")
        for path in (ROOT / package).rglob("*.py")
    ]
    text = "\n".join(path.read_text() for path in [*files, ROOT / "Makefile"])
    return re.sub(r'"\s*\n\s*f?"', "", text).replace("`", "")


def quoted() -> list[str]:
    """The messages in the first column of the tables."""
    cells = re.findall(r"^\| (.*?) \| ", PAGE, re.MULTILINE)
    return [message for cell in cells for message in re.findall(r"`([^`]+)`", cell)]


SOURCE = source()


@pytest.mark.parametrize("message", quoted())
def test_every_quoted_message_occurs_in_our_code(message: str) -> None:
    pieces = re.split(r"…|python3|8765|60 s|canary\.yaml:19: ", message)
    said = [piece.strip(" .:()") for piece in pieces if len(piece.strip(" .:()")) >= SHORTEST]
    assert [piece for piece in said if piece not in SOURCE] == []
