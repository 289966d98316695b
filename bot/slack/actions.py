"""What buttons are called and carry: an opaque id, and what its reader had before their eyes; never authority."""

from __future__ import annotations

import enum

from bot.rules.run import Run


class Action(enum.StrEnum):
    GO = "vote_go"
    CONDITIONAL_GO = "vote_conditional_go"
    NO_GO = "vote_no_go"
    WAIVE = "waive"
    ON_IT = "prompt_on_it"
    ROLLED_BACK = "prompt_rolled_back"
    FALSE_ALARM = "prompt_false_alarm"


def vote_value(run: Run) -> str:
    """The run's key and the digest of the evidence on the card."""
    return f"{run.key} {run.evidence}"


def read_vote_value(value: str) -> tuple[str, str]:
    """-> (run key, evidence digest); anything odd finds no run and no evidence."""
    key, _, evidence = value.partition(" ")
    return key, evidence
