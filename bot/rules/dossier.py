"""A run's dossier: a consistent snapshot of everything about one run.

Messages, packets and answers are rendered from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from bot.plan.model import Pinned
from bot.rules.action import Action
from bot.rules.approval import Tally, Vote, Waiver, tally
from bot.rules.authors import Authors, authors
from bot.rules.baseline import Baseline
from bot.rules.condition import Issued, TrackedCondition
from bot.rules.decision import Decision
from bot.rules.evidence import Evidence
from bot.rules.outbox import Message
from bot.rules.people import Electorate
from bot.rules.previous import Previous
from bot.rules.rollback import Prompt, Rollback
from bot.rules.run import CheckRun, Run
from bot.rules.verdict import Verdict, assess
from bot.rules.watch import Trigger, Watch
from checks.reading import Record
from checks.result import Result


class Dossier(Record):
    run: Run
    plan: Pinned
    configuration: str  # the plan as stored, which its digest covers
    checks: tuple[CheckRun, ...]
    evidence: Evidence | None
    votes: tuple[Vote, ...]
    waivers: tuple[Waiver, ...]
    decision: Decision | None
    watch: Watch | None
    triggers: tuple[Trigger, ...]
    prompts: tuple[Prompt, ...]
    root: Message | None  # the card, for links
    rollback: Rollback | None = None
    actions: tuple[Action, ...] = ()  # every attempt, ordered by name
    baseline: Baseline | None = None  # what the run is compared with
    conditions: tuple[
        TrackedCondition, ...
    ] = ()  # of a conditional go; empty if an earlier version decided it
    addendum: Issued | None = None  # once all conditions are closed
    previous: Previous | None = None  # while undecided: the version that a rollback would return to

    @cached_property
    def results(self) -> Mapping[str, Result]:
        return {check.name: check.result for check in self.checks if check.result}

    @cached_property
    def made_by(self) -> Authors:
        return authors(self.plan.environment, self.run.arguments, self.results)

    @cached_property
    def verdict(self) -> Verdict:
        return assess(self.results, self.plan.environment.fallbacks)

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Check -> its title, with its key if another check has the same title."""
        shown = {name: each.title or name for name, each in self.plan.environment.checks.items()}
        alike = Counter(_alike(title) for title in shown.values())
        return {
            name: f"{title} ({name})" if alike[_alike(title)] > 1 and title != name else title
            for name, title in shown.items()
        }

    def tally(self, electorate: Electorate | None = None) -> Tally:
        """The state of the approval for display, with voters' groups at the time of their votes."""
        return tally(
            self.votes,
            self.waivers,
            required=self.plan.environment.decide.approve,
            verdict=self.verdict,
            electorate=electorate or self._as_cast(),
        )

    def _as_cast(self) -> Electorate:
        required = self.plan.environment.decide.approve
        return Electorate(
            roles={
                role: frozenset(vote.person for vote in self.votes if role in vote.roles) for role in required
            }
        )

    def prompt(self, key: str) -> Prompt:
        return next(prompt for prompt in self.prompts if prompt.key == key)

    def condition(self, number: int) -> TrackedCondition | None:
        return next((each for each in self.conditions if each.number == number), None)


def _alike(text: str) -> str:
    return " ".join(text.casefold().split())
