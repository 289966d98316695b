"""The packet for people, and what a packet may hold."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from bot.record.audit import AuditEvent
from bot.record.packet import as_json, as_markdown
from bot.record.verification import problems
from bot.rules.run import RunState
from tests.unit.bot.dossiers import LIVELY, NOW, dossier, plan


def test_the_markdown_packet_keeps_everybody_in_their_cell(tmp_path: Path) -> None:
    whole = dossier(plan(tmp_path, 3, "Pin it"), LIVELY, RunState.CLOSED)
    hostile = AuditEvent(
        run=1, seq=1, at=NOW, actor="U01ANA", kind="voted", detail={"reason": LIVELY}, hash=""
    )
    text = as_markdown(whole, [hostile])
    assert "<" not in text
    assert not set("\u202e\u202c\u200b\u2028") & set(text)
    tables = [list(lines) for is_row, lines in groupby(text.splitlines(), _is_row) if is_row]
    assert tables
    for lines in tables:
        assert len({line.replace("\\\\", "").replace("\\|", "").count("|") for line in lines}) == 1


def _is_row(line: str) -> bool:
    return line.startswith("|")


def test_numbers_beyond_what_doubles_hold_are_frozen_and_verified(tmp_path: Path) -> None:
    whole = dossier(plan(tmp_path, 2, "Pin it"), "x", RunState.CLOSED)
    assert whole.evidence and "1152921504606846976" in whole.evidence.document
    assert not [problem for problem in problems(as_json(whole, ())) if "digest" in problem]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        '{"a": NaN}',
        '{"digest": 1, "digest": 2}',
        "\x00",
        '{"format": 1e999}',
    ],
)
def test_what_is_no_packet_is_said_in_words(text: str) -> None:
    assert problems(text)[0].startswith("this is not a decision packet: ")
