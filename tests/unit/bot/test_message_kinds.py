"""Each kind of message is declared once, and what its rows store never changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.rules.outbox import Content, Kinds
from bot.slack.messages.files import Chart
from bot.slack.messages.kind import MessageKind
from bot.slack.messages.watch import BlindWatch
from bot.slack.rendering import KINDS
from tests.store.contents import SUBJECTS


def test_every_kind_is_found() -> None:
    assert sorted(KINDS.names()) == sorted({content.kind for content in SUBJECTS})


@pytest.mark.parametrize(("content", "subject"), SUBJECTS.items(), ids=str)
def test_the_stored_subject_never_changes_and_is_read_back(content: MessageKind, subject: str) -> None:
    assert content.subject == subject
    assert KINDS.content(content.kind, subject) == content


@given(st.from_regex(r"[a-z][a-z0-9-]*", fullmatch=True), st.integers(min_value=1))
def test_a_subject_of_several_parts_is_read_back(trigger: str, tick: int) -> None:
    blind = BlindWatch(trigger=trigger, tick=tick)
    assert BlindWatch.of(blind.subject) == blind


@given(st.text())
def test_the_last_part_may_be_any_text(check: str) -> None:
    assert not check or Chart.of(Chart(check=check).subject) == Chart(check=check)


@pytest.mark.parametrize("subject", ["", "errors", "errors three"])
def test_an_invalid_subject_is_an_error(subject: str) -> None:
    with pytest.raises(ValidationError):
        BlindWatch.of(subject)


def test_a_kind_of_another_version_has_no_content() -> None:
    assert KINDS.content("condition met", "3") is None


def test_two_kinds_cannot_have_the_same_name() -> None:
    class Other(Content):
        kind = Chart.kind

    with pytest.raises(AssertionError, match="chart"):
        Kinds([Chart, Other])
