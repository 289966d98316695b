"""canary.yaml as types: what is measured, who decides, how to go back, what is watched afterwards.

    Plan
    ├── people: name -> People            who may vote, waive, be called
    ├── sources: name -> Source           where numbers come from; the kinds: checks.kinds.SOURCES
    └── environments: name -> Environment
        ├── arguments: name -> Argument
        ├── checks: name -> Check         the kinds: checks.kinds.KINDS
        ├── decide: Policy
        ├── rollback: Rollback
        └── watch: WatchPlan

A model says what each value looks like. That names lead somewhere, `bot.plan.references` sees to;
`bot.plan.load` does both, and is where a Plan comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from bot.base.canonical import digest
from bot.plan.argument import Argument
from bot.plan.by_kind import AnyCheck, AnySource
from bot.plan.member import named_users
from bot.plan.shape import ArgumentName, Channel, Line, MemberId, Name, Text
from checks.placeholders import well_formed
from checks.units import Duration, say_duration

MOST_ROLES = 8
SHORTEST_DECISION = timedelta(minutes=1)
LONGEST_DECISION = timedelta(days=30)
SHORTEST_TICK = timedelta(seconds=1)

Template = Annotated[Text, AfterValidator(well_formed)]
LineTemplate = Annotated[Line, AfterValidator(well_formed)]


def within(shortest: timedelta, longest: timedelta, length: timedelta) -> timedelta:
    """The length itself. ValueError where it is shorter or longer."""
    if not shortest <= length <= longest:
        bounds = f"{say_duration(shortest)} to {say_duration(longest)}"
        raise ValueError(f"expected {bounds}, not {say_duration(length)}")
    return length


class Part(BaseModel):
    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, serialize_by_alias=True)


class People(Part):
    """A group under one name: a role to vote in, the owners of a check, those on call."""

    members: tuple[MemberId, ...] = Field(
        min_length=1, max_length=200, description="Slack user ids (U…, W…) and user groups (S…)"
    )

    @property
    def users(self) -> frozenset[str] | None:
        """The user ids; None where a user group is among them, whose members only Slack knows."""
        return named_users(self.members)


class Author(Part):
    """`decide: author:`: the check that reads who made the change."""

    check: Name = Field(description="A check of this environment")
    reading: Line = Field(
        default="author",
        description="Which of its readings names the author, by member id or as in `members`",
    )
    members: dict[Line, MemberId] = Field(
        default_factory=dict,
        max_length=500,
        description="What the check reads -> member id, such as a commit's e-mail address",
        examples=[{"ana@example.com": "U01ANA"}],
    )


class Policy(Part):
    """`decide:`: who has to say Go, and until when."""

    approve: dict[Name, Annotated[int, Field(ge=1, le=20)]] = Field(
        min_length=1,
        max_length=MOST_ROLES,
        description="How many members of each group under `people:` must vote Go; one person fills one place",
        examples=[{"release-managers": 1, "platform": 1}],
    )
    separate_duties: bool = Field(
        default=True, description="The requester and the author of the change cannot approve it"
    )
    author: Author | None = Field(
        default=None,
        description="The check that reads who made the change; left out: the requester states it in an argument with `author: true`",
    )
    expires: Annotated[Duration, AfterValidator(partial(within, SHORTEST_DECISION, LONGEST_DECISION))] = (
        Field(
            default=timedelta(hours=24),
            description="How long people have to decide, counted from the summary; then the run expires",
        )
    )
    remind: tuple[Duration, ...] = Field(
        default=(),
        max_length=5,
        description="How long after the summary to remind people whose votes are still missing",
        examples=[["15m", "1h", "4h"]],
    )

    @field_validator("remind")
    @classmethod
    def _comes_in_time(cls, remind: tuple[timedelta, ...], info: ValidationInfo) -> tuple[timedelta, ...]:
        for wait in remind:
            within(SHORTEST_DECISION, info.data.get("expires", LONGEST_DECISION), wait)
        if list(remind) != sorted(set(remind)):
            raise ValueError("expected each time once, the shortest first")
        return remind


class Rollback(Part):
    """How to go back. The texts may name `{{version}}`, `{{previous_version}}`, `{{run}}`,
    `{{environment}}` and every argument of the environment.
    """

    mitigation: Template = Field(
        description="What stops the harm immediately, before anything is rolled back"
    )
    steps: tuple[Template, ...] = Field(min_length=1, max_length=20, description="How to roll back, in order")
    on_call: Name = Field(description="Who is asked to roll back: a group under `people:`")


class WatchTrigger(Part):
    """A check that, going bad after a go, asks on-call to roll back."""

    check: Name = Field(description="A check of this environment")
    breach: int = Field(
        default=1,
        ge=1,
        le=100,
        description="After how many failed looks in a row on-call is asked to roll back",
    )
    prompt: Template = Field(description="The first step, shown in the rollback prompt")


class ChecklistItem(Part):
    """Something that a person looks at after a go."""

    item: LineTemplate = Field(description="What to look at; may contain placeholders, like rollback steps")
    owner: Name = Field(description="Who does it: a group under `people:`")
    due: Duration = Field(description="How long after the decision")


class WatchPlan(Part):
    """`watch:`: what goes on being looked at after a go, how often and for how long."""

    for_: Duration = Field(alias="for", description="How long to watch after a go")
    every: Duration = Field(description="How often to look")
    triggers: dict[Name, WatchTrigger] = Field(
        min_length=1, max_length=50, description="Checks that keep running after a go; name -> trigger"
    )
    checklist: tuple[ChecklistItem, ...] = Field(
        default=(), max_length=50, description="What people look at after a go"
    )

    @field_validator("every")
    @classmethod
    def _looks_at_least_once(cls, every: timedelta, info: ValidationInfo) -> timedelta:
        return within(SHORTEST_TICK, info.data.get("for_", every), every)


class Environment(Part):
    """What a run is about: `staging`, `production`."""

    channel: Channel = Field(description="Where run cards are posted; invite the bot to it")
    arguments: dict[ArgumentName, Argument] = Field(
        default_factory=dict, max_length=20, description="What `/canary run` takes as name=value"
    )
    start: tuple[Name, ...] = Field(
        default=(),
        max_length=20,
        description="Who may start a run: groups under `people:`; left out: every member who sees the channel",
    )
    checks: dict[Name, AnyCheck] = Field(
        min_length=1, max_length=200, description="What is measured; name -> check"
    )
    decide: Policy = Field(description="Who must vote Go, and by when")
    rollback: Rollback = Field(description="How to roll back, and who is asked to")
    watch: WatchPlan | None = Field(default=None, description="If left out, nothing is watched after a go")

    @property
    def fallbacks(self) -> dict[str, str]:
        """Check -> the check whose PASS mitigates its ERROR, for those that have one."""
        return {name: check.fallback for name, check in self.checks.items() if check.fallback}

    @property
    def required(self) -> frozenset[str]:
        """The arguments that a run cannot do without. Where duties are separate, who made the change is one, unless a check tells."""
        states_author = self.decide.separate_duties and self.decide.author is None
        return frozenset(
            name
            for name, argument in self.arguments.items()
            if argument.required or (argument.author and states_author and argument.default is None)
        )

    def stated_authors(self, arguments: Mapping[str, str]) -> frozenset[str]:
        """Who made the change, as a run's arguments say."""
        return frozenset(
            arguments[name]
            for name, argument in self.arguments.items()
            if argument.author and name in arguments
        )

    @property
    def groups(self) -> frozenset[str]:
        """Every group under `people:` that this environment calls upon."""
        owners = {check.owner for check in self.checks.values()}
        tasks = {item.owner for item in self.watch.checklist} if self.watch else set()
        return frozenset({*self.decide.approve, self.rollback.on_call, *self.start, *owners, *tasks})


class Pinned(Part):
    """One environment with all that it rests on, as it was when a run started. Survives JSON unchanged."""

    name: str
    environment: Environment
    sources: dict[Name, AnySource]
    people: dict[Name, People]
    digest: str  # of all the rest, as canonical JSON


class Alerts(Part):
    """`alerts:`: where it is said that a message cannot be shown where it belongs."""

    channel: Channel = Field(description="Not the channel of an environment; invite the bot to it as well")


class Plan(Part):
    """The whole configuration. Holds `${NAME}`, never the value behind it."""

    version: Literal[1] = Field(description="The version of this file's format")
    people: dict[Name, People] = Field(
        min_length=1,
        max_length=200,
        description="Groups that vote, own checks or are on call; name -> members",
    )
    sources: dict[Name, AnySource] = Field(
        default_factory=dict, max_length=200, description="Where numbers come from; name -> source"
    )
    environments: dict[Name, Environment] = Field(
        min_length=1, max_length=100, description="What runs are about; name -> environment"
    )
    alerts: Alerts | None = Field(
        default=None,
        description="If left out, alerts go to the log, and those about decisions and prompts to on-call",
    )

    @property
    def digest(self) -> str:
        """Of the effective configuration: defaults filled in, order and comments left out."""
        return digest(self.model_dump(mode="json"))

    def pinned(self, name: str) -> Pinned:
        """What a run of this environment is started with. KeyError where there is no such environment."""
        environment = self.environments[name]
        used = {check.source for check in environment.checks.values()}
        held: dict[str, Any] = {
            "name": name,
            "environment": environment,
            "sources": {source: self.sources[source] for source in self.sources if source in used},
            "people": {group: self.people[group] for group in self.people if group in environment.groups},
        }
        unsealed = Pinned.model_construct(**held, digest="")
        return Pinned(**held, digest=digest(unsealed.model_dump(mode="json", exclude={"digest"})))
