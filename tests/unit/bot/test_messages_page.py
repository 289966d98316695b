"""docs/messages.md shows what people read now."""

from __future__ import annotations

from tests.messages_page.page import FILE, document


def test_the_page_of_messages_is_up_to_date() -> None:
    """`make messages` writes it: read what it changes in it before you commit."""
    assert FILE.read_text() == document()
