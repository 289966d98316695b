"""Labels for the choices that people have, and for their results.

The values of `Choice`, `Answer` and `Outcome` are identifiers: stored in rows, CHECKs, the hashed log and
packets. They look like the first version's labels and never change. Labels are shown on buttons and in
messages, and can change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.rules.approval import Choice
from bot.rules.decision import Outcome
from bot.rules.rollback import Answer

CHOICES: Mapping[Choice, str] = {
    Choice.GO: "Go",
    Choice.CONDITIONAL_GO: "Conditional go",
    Choice.NO_GO: "No-go",
}
ANSWERS: Mapping[Answer, str] = {
    Answer.ON_IT: "I'm on it",
    Answer.ROLLED_BACK: "I have rolled back",
    Answer.FALSE_ALARM: "False alarm",
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.GO: CHOICES[Choice.GO],
    Outcome.CONDITIONAL_GO: CHOICES[Choice.CONDITIONAL_GO],
    Outcome.NO_GO: CHOICES[Choice.NO_GO],
    Outcome.EXPIRED: "Expired",
    Outcome.CANCELLED: "Cancelled",
}
