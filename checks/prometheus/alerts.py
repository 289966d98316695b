"""Which alerts are firing, of those with certain labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field

from checks.api import (
    Cause,
    Check,
    CheckError,
    Context,
    Limits,
    Measurement,
    Moment,
    Reading,
    Template,
    Window,
    Wording,
    aside,
    fill,
    say_duration,
)
from checks.sources.prometheus import Prometheus, PrometheusSource, mappings, spell

_MOST_SHOWN = 5  # alerts, and rules
_LONGEST = 200  # characters of one line
_MAX_MISSED = 3  # evaluations of a rule that may be missed
_SKEW = timedelta(minutes=1)  # and by which clocks may differ
_NAME = "alertname"
_STATES = {"firing": "firing", "pending": "pending", "active": "firing", "suppressed": "suppressed"}


class Alerts(Check):
    """`firing` counts the alerts with all of `labels`, and has to be 0 unless `pass` says otherwise.

    `pending` counts those whose time is not up yet, `suppressed` those that an Alertmanager silences, and `rules` the
    rules
    that could raise one. Without such a rule, or without the `heartbeat` in an Alertmanager, all is UNKNOWN.
    """

    source_kind: ClassVar[str | None] = "prometheus"
    filled: ClassVar = (*Check.filled, ("labels",))
    counts_samples: ClassVar = False

    kind: Literal["prometheus.alerts"]
    window: None = Field(default=None, description="Not used: alerts are read as they are now")
    labels: dict[str, Template | tuple[Template, ...]] = Field(
        default_factory=dict,
        max_length=20,
        description="Label -> its value, or a list of values; left out: every alert",
        examples=[{"service": "shop", "severity": ["page", "ticket"]}],
    )
    ignore: tuple[str, ...] = Field(
        default=(), max_length=100, description="Names of alerts that do not count, such as Watchdog"
    )
    heartbeat: str = Field(
        default="",
        description="The name of an alert that always fires, and does not count: where it is missing, alerts do not arrive",
    )

    @property
    def captured(self) -> bool:
        return True

    def readings(self) -> Mapping[str, str]:
        return dict.fromkeys(("firing", "pending", "suppressed", "rules"), "")

    def wording(self) -> Mapping[str, Wording]:
        return {
            "firing": Wording("{value} alert{s} firing", "firing alerts"),
            "pending": Wording("{value} alert{s} pending", "pending alerts"),
            "suppressed": Wording("{value} alert{s} silenced", "silenced alerts"),
            "rules": Wording("{value} rule{s}", "the number of rules"),
        }

    def implied(self) -> Limits:
        return Limits.model_validate({"firing": "== 0"})

    def missing_here(self, source: PrometheusSource, context: Context) -> Iterator[tuple[str, str]]:  # noqa: ARG002
        if source.api == "alertmanager" and not self.heartbeat:
            yield "heartbeat", _NO_HEARTBEAT

    async def measure(self, source: Prometheus, moment: Moment, window: Window | None) -> Measurement:
        wanted = self._wanted(moment.values)
        if source.api == "alertmanager":
            received = await source.received()
            found = await aside(lambda: self._received(received, wanted))
        else:
            groups, warnings = await source.rules()
            found = await aside(lambda: self._raised(list(_rules(groups)), warnings, wanted, moment.now))
        counts = {state: sum(one.state == state for one in found.alerts) for state in _STATES.values()}
        known = {"firing": counts["firing"], "pending": counts["pending"], "suppressed": counts["suppressed"]}
        values: dict[str, int | None] = {**known, "rules": found.rules}
        values |= dict.fromkeys(found.unsaid)
        if found.lacking and not counts["firing"]:  # firing alerts are certain in any case
            values["firing"] = None
        worst = sorted(found.alerts, key=lambda one: list(_STATES.values()).index(one.state))
        lines = [source.redact(str(one))[:_LONGEST] for one in worst[:_MOST_SHOWN]]
        more = [f"and {len(worst) - _MOST_SHOWN:,} more"] if len(worst) > _MOST_SHOWN else []
        notes = {"firing": found.lacking or (lines[0] if counts["firing"] else "")}
        return Measurement(
            readings=tuple(
                Reading(name=name, value=value, note=notes.get(name, "")) for name, value in values.items()
            ),
            window=window,
            detail=(*found.doubts, *lines, *more),
            doubts=tuple(source.redact(doubt) for doubt in found.doubts),
        )

    def _wanted(self, values: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
        """Returns label -> its values. Raises CheckError if a value of the run is missing."""
        several = {name: (given,) if isinstance(given, str) else given for name, given in self.labels.items()}
        return {name: frozenset(fill(each, values) for each in given) for name, given in several.items()}

    def _counts(self, labels: Mapping[str, str], wanted: Mapping[str, frozenset[str]]) -> bool:
        if labels.get(_NAME, "") in {*self.ignore, *filter(None, [self.heartbeat])}:
            return False
        return all(labels.get(name, "") in values for name, values in wanted.items())

    def _received(self, found: Sequence[Mapping[str, Any]], wanted: Mapping[str, frozenset[str]]) -> _Found:
        """From an Alertmanager, which does not know the rules: only the heartbeat shows that alerts arrive."""
        if not self.heartbeat:
            raise CheckError(_NO_HEARTBEAT, cause=Cause.CONFIGURATION, hint="Watchdog is the usual name.")
        alerts = [_Alert.received(one) for one in found]
        counting = [one for one in alerts if self._counts(one.labels, wanted)]
        return _Found(counting, None, self._silence(alerts), unsaid=("pending", "rules"))

    def _raised(
        self,
        loaded: Sequence[_Rule],
        warnings: Sequence[str],
        wanted: Mapping[str, frozenset[str]],
        now: datetime,
    ) -> _Found:
        """From a Prometheus: the rules that can raise such an alert."""
        rules = [rule for rule in loaded if self._could_raise(rule, wanted)]
        alerts = [one for rule in rules for one in rule.alerts if self._counts(one.labels, wanted)]
        doubts = [f"the server warns: {text}" for text in warnings]
        doubts += filter(None, (rule.doubt(now) for rule in rules))
        lacking = self._silence([one for rule in loaded for one in rule.alerts]) if self.heartbeat else ""
        if not rules:
            lacking = "no rule that is loaded could raise such an alert"
        elif unread := [rule.name for rule in rules if not rule.evaluated]:
            lacking = f"{unread[0]} has not been evaluated yet"
        return _Found(alerts, len(rules), lacking, tuple(doubts[:_MOST_SHOWN]), unsaid=("suppressed",))

    def _silence(self, alerts: Sequence[_Alert]) -> str:
        """Why nothing is known if the always-firing alert is missing; "" if it fires."""
        if any(one.labels.get(_NAME) == self.heartbeat and one.state == "firing" for one in alerts):
            return ""
        return f"the alert {self.heartbeat}, which always fires, is not there"

    def _could_raise(self, rule: _Rule, wanted: Mapping[str, frozenset[str]]) -> bool:
        """A label that the rule does not set may come from its series, and one with a template may have any
        value.
        """
        fixed = {name: value for name, value in rule.labels.items() if "{{" not in value}
        return self._counts(fixed, {name: values for name, values in wanted.items() if name in fixed})


_NO_HEARTBEAT = "expected the name of an alert that always fires: without one, an Alertmanager that nobody sends to looks well"


@dataclass(frozen=True)
class _Found:
    """`lacking`: why the absence of alerts proves nothing; `unsaid`: readings that this API does not provide."""

    alerts: Sequence[_Alert]
    rules: int | None
    lacking: str = ""
    doubts: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Alert:
    labels: Mapping[str, str]
    state: str  # one of the values of _STATES
    since: str
    summary: str

    @classmethod
    def raised(cls, found: Mapping[str, Any]) -> _Alert:
        return cls._of(found, found.get("state"), "activeAt")

    @classmethod
    def received(cls, found: Mapping[str, Any]) -> _Alert:
        return cls._of(found, _mapping(found.get("status")).get("state"), "startsAt")

    @classmethod
    def _of(cls, found: Mapping[str, Any], state: Any, began: str) -> _Alert:
        """An unknown state counts as firing."""
        notes, since = _texts(found.get("annotations")), _time(found.get(began))
        return cls(
            labels=_texts(found.get("labels")),
            state=_STATES.get(str(state), "firing"),
            since=f"{since.astimezone(UTC):%Y-%m-%d %H:%M}" if since else "",
            summary=notes.get("summary") or notes.get("description", ""),
        )

    def __str__(self) -> str:
        named = spell({"__name__" if name == _NAME else name: value for name, value in self.labels.items()})
        since = f" since {self.since} UTC" if self.since else ""
        return " ".join(f"{named} {self.state}{since}{': ' if self.summary else ''}{self.summary}".split())


@dataclass(frozen=True)
class _Rule:
    name: str
    labels: Mapping[str, str]
    alerts: Sequence[_Alert]
    error: str
    evaluated: datetime | None
    interval: timedelta
    is_firing: bool  # it says itself

    def doubt(self, now: datetime) -> str:
        """Returns why its alerts cannot be relied on; "" if they can."""
        if self.error:
            return f"the rule {self.name} cannot be evaluated: {self.error}"[:_LONGEST]
        if self.is_firing and not self.alerts:
            return f"the rule {self.name} is firing, but its alerts are not listed"
        if self.evaluated and now - self.evaluated > _MAX_MISSED * self.interval + _SKEW:
            ago = timedelta(seconds=round((now - self.evaluated).total_seconds()))
            return f"the rule {self.name} was last evaluated {say_duration(ago)} ago, and is to be every {say_duration(self.interval)}"
        return ""


def _rules(groups: Sequence[Mapping[str, Any]]) -> Iterator[_Rule]:
    for group in groups:
        for rule in mappings(group.get("rules") or [], "the rules"):
            if rule.get("type") == "alerting":
                yield _rule(rule, group)


def _rule(rule: Mapping[str, Any], group: Mapping[str, Any]) -> _Rule:
    name, is_ill = str(rule.get("name", "")), rule.get("health") not in {"ok", "unknown"}
    return _Rule(
        name=name,
        labels={**_texts(rule.get("labels")), _NAME: name},
        alerts=[_Alert.raised(one) for one in mappings(rule.get("alerts") or [], "the alerts")],
        error=str(rule.get("lastError") or "it does not say why") if is_ill else "",
        evaluated=None if rule.get("health") == "unknown" else _time(rule.get("lastEvaluation")),
        interval=timedelta(seconds=_seconds(group.get("interval"))),
        is_firing=rule.get("state") == "firing",
    )


def _time(text: Any) -> datetime | None:
    """Returns None for Go's zero time, which means never."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.year > 1 and found.tzinfo else None


def _seconds(found: Any) -> float:
    return float(found) if isinstance(found, int | float) and 0 <= found <= 86400 * 366 else 0.0


def _texts(found: Any) -> Mapping[str, str]:
    (labels,) = mappings([found or {}], "the labels")
    return {str(key): str(value) for key, value in labels.items()}


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}
