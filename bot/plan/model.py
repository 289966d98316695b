"""canary.yaml as types: what is measured, who decides, how to roll back, what is watched afterward.

    Plan
    ├── people: name -> People            who may vote, waive, be on call
    ├── sources: name -> Source           where to measure; the kinds: checks.kinds.SOURCES
    └── environments: name -> Environment
        ├── arguments: name -> Argument
        ├── checks: name -> Check         the kinds: checks.kinds.KINDS
        ├── decide: Policy
        ├── rollback: Rollback
        ├── watch: WatchPlan
        └── actions: name -> Action       the kinds: checks.kinds.ACTIONS

A model validates each value. `bot.plan.references` checks that names exist. `bot.plan.load`
does both, and returns the Plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from bot.base.canonical import digest
from bot.base.formats import FIRST, TODAY
from bot.plan.argument import Argument
from bot.plan.by_kind import AnyAction, AnyCheck, AnySource
from bot.plan.member import named_users
from bot.plan.shape import ArgumentName, Channel, Line, MemberId, Name, QuietHours, Text
from checks.placeholders import well_formed
from checks.time_zone import known_zone
from checks.units import Duration, say_duration

# for reading a file whose environments may all be stopped
STOPPED: Mapping[str, bool] = {"stopped": True}

MOST_ROLES = 8
SHORTEST_DECISION = timedelta(minutes=1)
LONGEST_DECISION = timedelta(days=30)
SHORTEST_TICK = timedelta(seconds=1)

Template = Annotated[Text, AfterValidator(well_formed)]
LineTemplate = Annotated[Line, AfterValidator(well_formed)]


def within(shortest: timedelta, longest: timedelta, length: timedelta) -> timedelta:
    """Returns the length itself. Raises ValueError if it is out of these bounds."""
    if not shortest <= length <= longest:
        bounds = f"{say_duration(shortest)} to {say_duration(longest)}"
        raise ValueError(f"expected {bounds}, not {say_duration(length)}")
    return length


class Part(BaseModel):
    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, serialize_by_alias=True)


class People(Part):
    """A group: approvers, owners of checks, or people on call."""

    members: tuple[MemberId, ...] = Field(
        min_length=1, max_length=200, description="Slack user ids (U…, W…) and user groups (S…)"
    )

    @property
    def users(self) -> frozenset[str] | None:
        """The user ids, or None if a user group is among the members: only Slack knows its members."""
        return named_users(self.members)


class Author(Part):
    """`decide: author:`: the check that reads the change's author."""

    check: Name = Field(description="A check of this environment")
    reading: Line = Field(
        default="author",
        description="Which of its readings is the author: a member id, or a key of `members`",
    )
    members: dict[Line, MemberId] = Field(
        default_factory=dict,
        max_length=500,
        description="What the check reads, such as a commit's e-mail address -> member id",
        examples=[{"ana@example.com": "U01ANA"}],
    )


class FollowUp(Part):
    """`decide: follow_up:`: how the conditions of a conditional go are followed up until they are met."""

    check_every: Annotated[Duration, AfterValidator(partial(within, SHORTEST_TICK, LONGEST_DECISION))] = (
        Field(
            default=timedelta(minutes=5),
            description="How often the check that shows a condition is measured again",
        )
    )
    remind_before: tuple[Duration, ...] = Field(
        default=(timedelta(hours=1),),
        max_length=5,
        description="How long before a condition is due to remind its owner, in a direct message",
        examples=[["24h", "1h"]],
    )


class ConditionTemplate(Part):
    """`decide: conditions:`: a condition that voters can choose instead of typing it."""

    text: Text = Field(description="What must become true")
    check: Name | None = Field(
        default=None,
        description="The check of this environment that shows it: the condition is met when it passes",
    )
    answer: Line | None = Field(
        default=None,
        description="The question that its owner must answer to close it; only without `check`",
        examples=["Which quota policy applies?"],
    )
    owner: Name | None = Field(
        default=None, description="Whose it is: a group under `people:`; the voter names one of them"
    )
    due: Duration | None = Field(
        default=None, description="How long after the vote it is due, unless the voter chooses another time"
    )
    holds: tuple[Name, ...] = Field(
        default=(),
        max_length=20,
        description="Actions of this environment that nobody can run until it is met",
    )

    @field_validator("answer")
    @classmethod
    def _is_no_check(cls, answer: str | None, info: ValidationInfo) -> str | None:
        if answer and info.data.get("check"):
            raise ValueError("expected no question: a condition with a check is met when that passes")
        return answer


class Policy(Part):
    """`decide:`: who must vote Go, and by when."""

    approve: dict[Name, Annotated[int, Field(ge=1, le=20)]] = Field(
        min_length=1,
        max_length=MOST_ROLES,
        description="How many members of each group under `people:` must vote Go; each person counts toward one group only",
        examples=[{"release-managers": 1, "platform": 1}],
    )
    separate_duties: bool = Field(
        default=True,
        description="Whether the requester and the author of the change are barred from approving it",
    )
    author: Author | None = Field(
        default=None,
        description="The check that reads the change's author; if left out, the requester states it in an argument with `author: true`",
    )
    expires: Annotated[Duration, AfterValidator(partial(within, SHORTEST_DECISION, LONGEST_DECISION))] = (
        Field(
            default=timedelta(hours=24),
            description="How long people have to decide once the results are in; then the run expires",
        )
    )
    remind: tuple[Duration, ...] = Field(
        default=(),
        max_length=5,
        description="How long after the results to remind the people whose votes are still missing",
        examples=[["15m", "1h", "4h"]],
    )

    remind_before: tuple[Duration, ...] = Field(
        default=(),
        max_length=5,
        description="How long before the deadline to remind them, besides",
        examples=[["1h", "15m"]],
    )

    conditions: dict[Name, ConditionTemplate] = Field(
        default_factory=dict,
        max_length=50,
        description="Conditions that voters can choose in a Conditional go, instead of typing one; name -> condition",
    )
    follow_up: FollowUp = Field(
        default=FollowUp(),
        description="How the conditions of a conditional go are followed up until they are met",
    )

    @property
    def reminders(self) -> tuple[timedelta, ...]:
        """The delays after the results, in order."""
        return tuple(sorted({*self.remind, *(self.expires - before for before in self.remind_before)}))

    @field_validator("remind_before")
    @classmethod
    def _comes_after_the_results(
        cls, before: tuple[timedelta, ...], info: ValidationInfo
    ) -> tuple[timedelta, ...]:
        expires = info.data.get("expires", LONGEST_DECISION)
        for wait in before:
            within(SHORTEST_DECISION, expires, wait)
        if len(before) != len(set(before)):
            raise ValueError("expected different times")
        return before

    @field_validator("remind")
    @classmethod
    def _comes_in_time(cls, remind: tuple[timedelta, ...], info: ValidationInfo) -> tuple[timedelta, ...]:
        for wait in remind:
            within(SHORTEST_DECISION, info.data.get("expires", LONGEST_DECISION), wait)
        if list(remind) != sorted(set(remind)):
            raise ValueError("expected different times, the shortest first")
        return remind


class Escalation(Part):
    """`rollback: escalate:`: whom a rollback prompt asks next."""

    after: Annotated[Duration, AfterValidator(partial(within, SHORTEST_DECISION, LONGEST_DECISION))] = Field(
        description="How long on-call has to answer a rollback prompt"
    )
    to: Name = Field(description="Who is asked then: a group under `people:`")


class Rollback(Part):
    """How to roll back. The texts may contain `{{version}}`, `{{previous_version}}`, `{{run}}`,
    `{{environment}}` and every argument of the environment.
    """

    mitigation: Template = Field(
        description="What stops the harm immediately, before anything is rolled back"
    )
    steps: tuple[Template, ...] = Field(min_length=1, max_length=20, description="How to roll back, in order")
    on_call: Name = Field(description="Who is asked to roll back: a group under `people:`")
    escalate: Escalation | None = Field(
        default=None, description="If left out, a prompt that nobody answers stays open and asks nobody else"
    )


class WatchTrigger(Part):
    """A check that raises a rollback prompt to on-call when it fails after a go."""

    check: Name = Field(description="A check of this environment")
    breach: int = Field(
        default=1,
        ge=1,
        le=100,
        description="After how many FAILs in a row on-call is asked to roll back",
    )
    prompt: Template = Field(description="The first step, shown in the rollback prompt")


class ChecklistItem(Part):
    """Something for a person to look at after a go."""

    item: LineTemplate = Field(description="What to look at; may contain placeholders, like rollback steps")
    owner: Name = Field(description="Who does it: a group under `people:`")
    due: Duration = Field(description="How long after the decision")


class WatchPlan(Part):
    """`watch:`: what to keep measuring after a go, how often, and for how long."""

    for_: Duration = Field(alias="for", description="How long to watch after a go")
    every: Duration = Field(description="How often to measure")
    triggers: dict[Name, WatchTrigger] = Field(
        min_length=1, max_length=50, description="Checks that keep running after a go; name -> trigger"
    )
    checklist: tuple[ChecklistItem, ...] = Field(
        default=(), max_length=50, description="What people should look at after a go"
    )

    @field_validator("every")
    @classmethod
    def _measures_at_least_once(cls, every: timedelta, info: ValidationInfo) -> timedelta:
        return within(SHORTEST_TICK, info.data.get("for_", every), every)


class Environment(Part):
    """What a run is about: `staging`, `production`."""

    channel: Channel = Field(description="Where run cards are posted; invite the bot to it")
    arguments: dict[ArgumentName, Argument] = Field(
        default_factory=dict, max_length=20, description="What `/canary run` accepts as name=value"
    )
    start: tuple[Name, ...] = Field(
        default=(),
        max_length=20,
        description="Who may start a run: groups under `people:`; if left out, every member who can see the channel",
    )
    tree: Literal["any", "clean"] = Field(
        default="any",
        description="clean: no run starts while a file differs from the commit in a workspace whose tree is tested",
    )
    checks: dict[Name, AnyCheck] = Field(
        min_length=1, max_length=200, description="What is measured; name -> check"
    )
    decide: Policy = Field(description="Who must vote Go, and by when")
    rollback: Rollback = Field(description="How to roll back, and who is asked to")
    watch: WatchPlan | None = Field(default=None, description="If left out, nothing is watched after a go")
    actions: dict[Name, AnyAction] = Field(
        default_factory=dict,
        max_length=20,
        description="What people may have done after a go, each at most once, behind a button of its own; name -> action",
    )

    @property
    def fallbacks(self) -> dict[str, str]:
        """Check -> the check whose PASS mitigates its ERROR, for checks that have one."""
        return {name: check.fallback for name, check in self.checks.items() if check.fallback}

    @property
    def holdable(self) -> tuple[str, ...]:
        """The actions that a condition can hold."""
        held = (action for template in self.decide.conditions.values() for action in template.holds)
        return tuple(dict.fromkeys((*self.actions, *held)))

    def title_of(self, check: str) -> str:
        """A check's title, or the given name if there is no such check."""
        return (self.checks[check].title if check in self.checks else "") or check

    @property
    def required(self) -> frozenset[str]:
        """The arguments that every run must give. With `separate_duties` that includes the author, unless a check reads it."""
        states_author = self.decide.separate_duties and self.decide.author is None
        return frozenset(
            name
            for name, argument in self.arguments.items()
            if argument.required or (argument.author and states_author and argument.default is None)
        )

    def stated_authors(self, arguments: Mapping[str, str]) -> frozenset[str]:
        """The change's authors, as stated in a run's arguments."""
        return frozenset(
            arguments[name]
            for name, argument in self.arguments.items()
            if argument.author and name in arguments
        )

    @property
    def groups(self) -> frozenset[str]:
        """Every group under `people:` that this environment refers to."""
        owners = {check.owner for check in self.checks.values()}
        tasks = {item.owner for item in self.watch.checklist} if self.watch else set()
        tasks |= {each.owner for each in self.decide.conditions.values() if each.owner}
        escalate = self.rollback.escalate
        next_ = {escalate.to} if escalate else set()
        allowed = {group for action in self.actions.values() for group in action.allow}
        return frozenset(
            {*self.decide.approve, self.rollback.on_call, *next_, *self.start, *owners, *tasks, *allowed}
        )

    @property
    def sources(self) -> frozenset[str]:
        """Every source at which its checks measure or its actions act; "" for a check that needs none."""
        used: set[str] = {check.source for check in self.checks.values()}
        return frozenset(used | {action.source for action in self.actions.values()})


class Pinned(Part):
    """One environment with everything it refers to, as it was when a run started. Survives a JSON round trip."""

    format: int = FIRST
    name: str
    environment: Environment
    sources: dict[Name, AnySource]
    people: dict[Name, People]
    digest: str  # digest of all other fields as canonical JSON


class Alerts(Part):
    """`alerts:`: where to report messages that cannot be shown."""

    channel: Channel = Field(
        description="The alerts channel, which must not be an environment's; invite the bot to it as well"
    )


class Notify(Part):
    """`notify:`: when people get reminders."""

    quiet: QuietHours | None = Field(
        default=None,
        description="Hours in which nobody gets a reminder as a direct message, by each person's own clock; it waits until they end, if that is at least 30 minutes before the deadline",
    )
    time_zone: Annotated[str, AfterValidator(known_zone)] = Field(
        default="UTC", description="The time zone of people for whom Slack has none: an IANA name"
    )

    @field_validator("quiet")
    @classmethod
    def _ends(cls, quiet: str | None) -> str | None:
        if quiet and len(set(quiet.split("-"))) == 1:
            raise ValueError("expected two different times of day, like 22:00-07:00")
        return quiet


class Plan(Part):
    """The whole configuration. Holds `${NAME}`, never the value behind it."""

    version: Literal[1] = Field(description="The version of this file's format")
    people: dict[Name, People] = Field(
        min_length=1,
        max_length=200,
        description="Groups that vote, own checks or are on call; name -> members",
    )
    sources: dict[Name, AnySource] = Field(
        default_factory=dict, max_length=200, description="Where to measure; name -> source"
    )
    environments: dict[Name, Environment] = Field(
        max_length=100,
        description="What runs are about; name -> environment",
        json_schema_extra={"minProperties": 1},
    )
    notify: Notify = Field(default=Notify(), description="When people get reminders; by default, at any hour")
    alerts: Alerts | None = Field(
        default=None,
        description="If left out, alerts only go to the log, and those about decisions and prompts to on-call",
    )

    @field_validator("environments")
    @classmethod
    def _are_some(cls, environments: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """A bot whose environments are all stopped still has to finish its runs."""
        if not environments and info.context is not STOPPED:
            found = {"field_type": "Dictionary", "min_length": 1, "actual_length": 0}
            raise PydanticKnownError("too_short", found)
        return environments

    @property
    def digest(self) -> str:
        """The digest of the effective configuration: with defaults, without order and comments."""
        return digest(self.model_dump(mode="json"))

    def pinned(self, name: str) -> Pinned:
        """What a run of this environment is pinned to. Raises KeyError if the environment is unknown."""
        environment = self.environments[name]
        used = environment.sources
        held: dict[str, Any] = {
            "format": TODAY.configuration,
            "name": name,
            "environment": environment,
            "sources": {source: self.sources[source] for source in self.sources if source in used},
            "people": {group: self.people[group] for group in self.people if group in environment.groups},
        }
        unsealed = Pinned.model_construct(**held, digest="")
        return Pinned(**held, digest=digest(unsealed.model_dump(mode="json", exclude={"digest"})))
