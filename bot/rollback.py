"""The rollback prompt: one question to on-call for a run, trigger and episode.

open ──I'm on it──▶ acknowledged ──┬── Rolled back ──▶ rolled back
  └────────────────────────────────┴── False alarm ──▶ dismissed
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from pydantic import AwareDatetime

from bot.errors import Refused
from checks.reading import Record


class PromptState(enum.StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ROLLED_BACK = "rolled back"
    DISMISSED = "dismissed"

    @property
    def answered(self) -> bool:
        return self in {PromptState.ROLLED_BACK, PromptState.DISMISSED}


class Answer(enum.StrEnum):
    ON_IT = "I'm on it"
    ROLLED_BACK = "Rolled back"
    FALSE_ALARM = "False alarm"


class Prompt(Record):
    key: str  # opaque; what buttons carry
    run: int
    trigger: str
    episode: int
    state: PromptState
    reason: str  # the reading and its limit, as of the newest breach
    breached_since: AwareDatetime
    opened_at: AwareDatetime
    recovered_at: AwareDatetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: AwareDatetime | None = None
    answered_by: str | None = None
    answered_at: AwareDatetime | None = None
    note: str = ""  # why it is a false alarm


_TRANSITIONS: Mapping[tuple[PromptState, Answer], PromptState] = {
    (PromptState.OPEN, Answer.ON_IT): PromptState.ACKNOWLEDGED,
    (PromptState.OPEN, Answer.ROLLED_BACK): PromptState.ROLLED_BACK,
    (PromptState.OPEN, Answer.FALSE_ALARM): PromptState.DISMISSED,
    (PromptState.ACKNOWLEDGED, Answer.ROLLED_BACK): PromptState.ROLLED_BACK,
    (PromptState.ACKNOWLEDGED, Answer.FALSE_ALARM): PromptState.DISMISSED,
}


def after(prompt: Prompt, answer: Answer) -> PromptState:
    """The state an answer leads to. Raises Refused when the prompt has had that answer, or its last one."""
    state = _TRANSITIONS.get((prompt.state, answer))
    if state is None:
        raise Refused(f"That rollback prompt is already {prompt.state}.", hint=f"/canary show #{prompt.run}")
    return state
