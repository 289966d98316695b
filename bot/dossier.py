"""A run's dossier: everything about one run, read at one moment. Messages, packets and answers are made of it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.approval import Tally, Vote, Waiver, tally
from bot.decision import Decision
from bot.evidence import Evidence
from bot.outbox import Message
from bot.people import Electorate
from bot.plan.model import Pinned
from bot.rollback import Prompt
from bot.run import CheckRun, Run
from bot.verdict import Verdict, assess
from bot.watch import Trigger, Watch
from checks.reading import Record
from checks.result import Result


class Dossier(Record):
    run: Run
    plan: Pinned
    checks: tuple[CheckRun, ...]
    evidence: Evidence | None
    votes: tuple[Vote, ...]
    waivers: tuple[Waiver, ...]
    decision: Decision | None
    watch: Watch | None
    triggers: tuple[Trigger, ...]
    prompts: tuple[Prompt, ...]
    root: Message | None  # the card, for links

    @property
    def results(self) -> Mapping[str, Result]:
        return {check.name: check.result for check in self.checks if check.result}

    @property
    def verdict(self) -> Verdict:
        return assess(self.results, self.plan.environment.fallbacks)

    def tally(self, electorate: Electorate | None = None) -> Tally:
        """Where the approval stands; for display, with the roles that voters held when they voted."""
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
