"""docs/messages.md shows today's messages."""

from __future__ import annotations

from tests.messages_page.page import FILE, document


def test_the_messages_page_is_up_to_date() -> None:
    """`make messages` writes it. Read the difference before you commit it."""
    assert FILE.read_text() == document()
