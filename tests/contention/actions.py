"""Actions of people, timers and the environment, as data. A step of a history is several concurrent ones."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from hypothesis import strategies as st

from bot.rules.approval import Choice
from checks.outcome import Outcome
from tests.contention.team import CHECKS, ENVIRONMENTS, EVERYBODY, GROUPS, PLATFORM, VARIANTS


@dataclass(frozen=True)
class Vote:
    by: str
    choice: Choice
    run: int  # which of the history's runs
    evidence: int  # which of its frozen evidences the clicked card showed; 0 for one that never existed


@dataclass(frozen=True)
class Waive:
    by: str
    check: str
    run: int
    evidence: int


@dataclass(frozen=True)
class Withdraw:
    """Someone withdraws their vote."""

    by: str
    run: int


@dataclass(frozen=True)
class Cancel:
    by: str
    run: int


@dataclass(frozen=True)
class Remind:
    """Someone requests a reminder of the others."""

    by: str
    run: int


@dataclass(frozen=True)
class RolledBack:
    """Someone records that the run's version was rolled back."""

    by: str
    run: int


@dataclass(frozen=True)
class Start:
    by: str
    environment: str


@dataclass(frozen=True)
class Finish:
    """A check's result."""

    check: str
    outcome: Outcome
    run: int


@dataclass(frozen=True)
class Refreeze:
    """New evidence, while votes come in."""

    run: int


@dataclass(frozen=True)
class TimeIsUp:
    run: int


@dataclass(frozen=True)
class Expire:
    """The deadline's timer, which may fire early or late."""

    run: int


@dataclass(frozen=True)
class Members:
    """A user group's members change to these."""

    group: str
    members: frozenset[str]


@dataclass(frozen=True)
class Account:
    """An account is deactivated, or reactivated."""

    of: str
    barred: bool


@dataclass(frozen=True)
class Configure:
    """One of the two bots restarts with another configuration."""

    replica: int
    variant: int


Personal: TypeAlias = Vote | Waive | Withdraw | Cancel | Remind | RolledBack | Start
Clicked: TypeAlias = Vote | Waive | Withdraw  # on a message of the run
Change: TypeAlias = Members | Account | Configure
Action: TypeAlias = Personal | Finish | Refreeze | TimeIsUp | Expire | Change


@dataclass(frozen=True)
class Act:
    """One of two replicas handles an action. An interaction has a key, and a position in the order of interactions."""

    action: Action
    replica: int
    key: str = ""
    said: int = 0
    behind: tuple[
        str, ...
    ] = ()  # keys of that person's earlier clicks on the run, which a withdrawal waits for


class Handling(enum.Enum):
    ONCE = enum.auto()
    TWICE = enum.auto()  # both replicas handle it concurrently
    LATER = enum.auto()  # stored now, and handled in a later step, if ever


@dataclass(frozen=True)
class Plan:
    """An action as drawn: run and evidence count back from the newest, because they do not exist yet."""

    action: Action
    replica: int
    handling: Handling = Handling.ONCE


@dataclass(frozen=True)
class Again:
    """An earlier interaction is handled again because its worker died, before or after the effect."""

    which: int  # counting back from the newest
    replica: int


@dataclass(frozen=True)
class NewRun:
    by: str
    environment: str
    results: Mapping[str, Outcome]  # results that are in before anyone votes


Step: TypeAlias = Sequence[Plan | Again]

T = TypeVar("T")


def mostly(*weighted: tuple[int, st.SearchStrategy[T]]) -> st.SearchStrategy[T]:
    """One of them, by weight, because `one_of` ignores repetitions."""
    return st.sampled_from([each for weight, each in weighted for _ in range(weight)]).flatmap(
        lambda each: each
    )


replicas = st.integers(0, 1)
back = st.sampled_from((*[0] * 9, 1))
somebody = st.sampled_from(EVERYBODY)
choices = st.sampled_from((*[Choice.GO] * 7, *[Choice.CONDITIONAL_GO] * 2, Choice.NO_GO))
outcomes = st.sampled_from((*[Outcome.PASS] * 6, Outcome.WARN, Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN))
handlings = st.sampled_from((*[Handling.ONCE] * 6, *[Handling.TWICE] * 2, Handling.LATER))

votes = st.builds(Vote, somebody, choices, back, back)
waivers = st.builds(Waive, somebody, st.sampled_from(tuple(CHECKS)), back, back)
withdrawals = st.builds(Withdraw, somebody, back)
cancels = st.builds(Cancel, somebody, back)
reminds = st.builds(Remind, somebody, back)
rollbacks = st.builds(RolledBack, somebody, st.sampled_from((0, 1, 1, 1)))
environments = st.sampled_from((*ENVIRONMENTS, *[name for name in ENVIRONMENTS if name != "lone"] * 2))
starts = st.builds(Start, somebody, environments)
personal: st.SearchStrategy[Action] = mostly(
    (16, votes), (4, waivers), (4, withdrawals), (1, cancels), (1, starts), (1, reminds), (2, rollbacks)
)

finishes = st.builds(Finish, st.sampled_from(tuple(CHECKS)), outcomes, back)
timers: st.SearchStrategy[Action] = mostly(
    (4, finishes),
    (3, st.builds(Expire, back)),
    (1, st.builds(Refreeze, back)),
    (1, st.builds(TimeIsUp, back)),
)
changes: st.SearchStrategy[Action] = mostly(
    (
        2,
        st.builds(
            Members, st.sampled_from((PLATFORM, PLATFORM, *GROUPS)), st.frozensets(somebody, max_size=3)
        ),
    ),
    (1, st.builds(Account, somebody, st.booleans())),
    (1, st.builds(Configure, replicas, st.integers(0, len(VARIANTS) - 1))),
)

every_result = st.fixed_dictionaries(dict.fromkeys(CHECKS, outcomes))
some_results = st.sampled_from((*[True] * 6, False)).flatmap(
    lambda done: every_result if done else st.just({})
)
new_runs = st.builds(NewRun, somebody, environments, some_results)

planned = st.builds(Plan, personal, replicas, handlings)
timed = st.builds(Plan, timers, replicas)
again = st.builds(Again, st.integers(0, 5), replicas)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    """At most one change of the world per step: looking up several people is not one atomic look."""
    drawn: list[Any] = draw(st.lists(mostly((7, planned), (2, timed), (2, again)), min_size=2, max_size=5))
    if draw(st.booleans()):
        drawn.append(Plan(draw(changes), 0))
    return tuple(draw(st.permutations(drawn)))
