"""The packet for people, and which documents are packets."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from bot.record.audit import AuditEvent
from bot.record.packet import as_json, as_markdown
from bot.record.verification import problems
from bot.rules.run import RunState
from tests.unit.bot.dossiers import LIVELY, NOW, dossier, plan


def test_supplied_text_stays_in_its_cell_of_the_markdown_packet(tmp_path: Path) -> None:
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


def test_numbers_beyond_double_precision_are_frozen_and_verified_exactly(tmp_path: Path) -> None:
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
def test_an_invalid_packet_is_explained(text: str) -> None:
    assert problems(text)[0].startswith("this is not a decision packet: ")
