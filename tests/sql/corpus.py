"""Statements that a check may run or may not run, from the files next to this one."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
TABLES = ("hits", "events", "hits_view", "hits_opaque", "totals", "Odd.Name", "public.hits_id_seq")


def refused() -> list[tuple[str, str]]:
    """Returns (statement, words of its refusal): each line is a statement, and a heading gives the words for the lines
    below it.
    """
    words, found = "", []
    for line in (HERE / "refused.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            words = line[2:]
        else:
            found.append((line.replace("⏎", "\n").replace("␍", "\r"), words))
    return found


def accepted() -> list[str]:
    return [*compared(), *changing()]


def compared() -> list[str]:
    """Accepted statements that give the same answer every time."""
    return _statements(0)


def changing() -> list[str]:
    return _statements(1)


def _statements(part: int) -> list[str]:
    lines = (HERE / "accepted.txt").read_text("utf-8").split("# not compared")[part].splitlines()
    return [line.replace("⏎", "\n") for line in lines if line and not line.startswith(("# ", ":"))]
