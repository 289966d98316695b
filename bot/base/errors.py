"""The bot's errors, each with a message for the person who can do something about it.

    CanaryError
    ├── Misused        the request cannot be understood, is incomplete, or names something that does not exist
    ├── Refused        understood, but not allowed for this person or at this time; `people` can do it
    ├── Busy           the environment already has an active run: `run`
    ├── Counted        a worker that then died had already applied it; nobody is told again
    ├── Unavailable    a server we need does not respond; a retry may work
    ├── Misconfigured  a server we need refuses us until someone changes the setup; a retry does not help
    └── Unreadable     a stored document is damaged, or of a format that this version does not know

Messages are plain text, without Slack markup or the name of a command: each front end formats them at one boundary
(`commands.slack.replies`, `commands.shell.program`), and words the next steps there.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.base.next_step import Next
from bot.base.sentences import sentence

_LONGEST_CAUSE = 500  # characters


class CanaryError(Exception):
    """`str(error)` is what is wrong; `hint` is how to continue, or ""; `then` is what can be done next."""

    def __init__(self, message: str, *, hint: str = "", then: Sequence[Next] = ()) -> None:
        super().__init__(message)
        self.hint = hint
        self.then = tuple(then)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is wrong and the next step, as separate sentences."""
        return tuple(sentence(part) for part in (str(self), self.hint) if part.strip())


class Misused(CanaryError):
    pass


class Refused(CanaryError):
    def __init__(
        self, message: str, *, hint: str = "", then: Sequence[Next] = (), people: Sequence[str] = ()
    ) -> None:
        super().__init__(message, hint=hint, then=then)
        self.people = tuple(dict.fromkeys(people))  # Slack ids, each once


class Busy(CanaryError):
    def __init__(self, message: str, *, run: int, then: Sequence[Next] = ()) -> None:
        super().__init__(message, then=then)
        self.run = run


class Counted(CanaryError):
    pass


class Unavailable(CanaryError):
    """`again_in`: seconds to wait before a retry; 0 if unknown."""

    def __init__(self, message: str, *, hint: str = "", again_in: float = 0.0) -> None:
        super().__init__(message, hint=hint)
        self.again_in = again_in


class Misconfigured(CanaryError):
    pass


class Unreadable(CanaryError):
    pass


def first_of(error: BaseException) -> BaseException:
    """Of a group of errors, as a TaskGroup raises them, the one that came first; any other error itself."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def cause_of(error: BaseException) -> str:
    """The innermost cause, or the error itself, on one line for the log."""
    error = first_of(error)
    while error.__cause__ is not None:
        error = first_of(error.__cause__)
    first_line = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first_line}"[:_LONGEST_CAUSE]
