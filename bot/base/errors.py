"""What can go wrong on the bot's side, said to the person who can do something about it.

    CanaryError
    ├── Misused        what was asked for cannot be understood, is incomplete, or names something that is not there
    ├── Refused        understood, but not by this person or not now; `people` names who can
    ├── Busy           one active run an environment: `run` is the one under way
    ├── Counted        it had its effect already, before a worker died; nobody is told again
    ├── Unavailable    a server we need does not answer; the same again may work
    └── Misconfigured  a server we need refuses us until somebody changes the setup; the same again does not help

Messages are plain text, without Slack's markup or the name of a command: each front end escapes and dresses them at one
boundary (`commands.slack.replies`, `commands.shell.program`), and says there how the next step is taken.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.base.next_step import Next
from bot.base.sentences import sentence

_MOST_OF_A_CAUSE = 500  # characters


class CanaryError(Exception):
    """`str(error)` says what is wrong; `hint` how to go on, or empty; `then` what can be done next."""

    def __init__(self, message: str, *, hint: str = "", then: Sequence[Next] = ()) -> None:
        super().__init__(message)
        self.hint = hint
        self.then = tuple(then)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is wrong and how to go on, each a sentence of its own."""
        return tuple(sentence(part) for part in (str(self), self.hint) if part.strip())


class Misused(CanaryError):
    pass


class Refused(CanaryError):
    def __init__(
        self, message: str, *, hint: str = "", then: Sequence[Next] = (), people: Sequence[str] = ()
    ) -> None:
        super().__init__(message, hint=hint, then=then)
        self.people = tuple(dict.fromkeys(people))  # Slack ids of those who can, each once


class Busy(CanaryError):
    def __init__(self, message: str, *, run: int, then: Sequence[Next] = ()) -> None:
        super().__init__(message, then=then)
        self.run = run


class Counted(CanaryError):
    pass


class Unavailable(CanaryError):
    """`again_in`: seconds before which trying again is no use; 0 when nobody knows."""

    def __init__(self, message: str, *, hint: str = "", again_in: float = 0.0) -> None:
        super().__init__(message, hint=hint)
        self.again_in = again_in


class Misconfigured(CanaryError):
    pass


def cause_of(error: BaseException) -> str:
    """The innermost cause, for the log, in one line; the error itself where it has none."""
    while error.__cause__ is not None:
        error = error.__cause__
    first_line = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first_line}"[:_MOST_OF_A_CAUSE]
