"""What buttons are called. They carry ids and never authority: those of a card as `bot.rules.request.Click` reads them."""

from __future__ import annotations

import enum


class Action(enum.StrEnum):
    GO = "vote_go"
    CONDITIONAL_GO = "vote_conditional_go"
    NO_GO = "vote_no_go"
    WAIVE = "waive"
    ON_IT = "prompt_on_it"
    ROLLED_BACK = "prompt_rolled_back"
    FALSE_ALARM = "prompt_false_alarm"
