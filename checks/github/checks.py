"""Gates that CI has already run: the check runs of a commit on GitHub."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from checks.api import (
    Cause,
    Check,
    CheckError,
    Limits,
    Measurement,
    Moment,
    Reading,
    Template,
    Window,
    Wording,
    fill,
)
from checks.sources.github import CheckRun, Github

_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_SHORT = 7
_FAILED = frozenset({"failure", "timed_out", "startup_failure"})
_MOST_SAID = 3


def _unique(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError("expected each name once")
    return names


Name = Annotated[str, Field(min_length=1, max_length=200)]


class GithubChecks(Check):
    """Each of `names` must have succeeded on the commit. Of several attempts, the newest counts.

    One that is in progress, missing, skipped, neutral or cancelled has not passed: UNKNOWN.
    """

    source_kind: ClassVar[str | None] = "github"
    counts_samples: ClassVar = False
    filled: ClassVar = (*Check.filled, ("commit",))
    kind: Literal["github.checks"]
    commit: Template = Field(
        min_length=1, description='The commit that CI has run on, like "{{commit}}"; 7 digits of it or more'
    )
    names: Annotated[tuple[Name, ...], AfterValidator(_unique)] = Field(
        min_length=1, max_length=50, description="The checks that must have succeeded, by name"
    )
    app: str = Field(
        default="",
        max_length=100,
        description="Only check runs of this GitHub App count, like github-actions: others may use the same names",
    )

    def readings(self) -> Mapping[str, str]:
        return {"passed": "", "required": "", "failed": "", "age": "s"}

    def implied(self) -> Limits:
        return Limits.model_validate({"passed": "== required", "failed": "== 0"})

    def wording(self) -> Mapping[str, Wording]:
        return {
            "passed": Wording(
                "{value} of {required} passed in CI",
                "what CI has run",
                whole="required",
                all_of="all required checks {must} have passed in CI",
            ),
            "required": Wording("{value} required", "required checks"),
            "failed": Wording("{value} failed in CI", "failed checks"),
            "age": Wording("{value} old", "how long ago CI ran"),
        }

    def doubtful(self) -> Iterator[tuple[str, str]]:
        if not self.app:
            yield (
                "app",
                "any app that may write checks could report these names; name one, like github-actions",
            )

    async def measure(self, source: Github, moment: Moment, window: Window | None) -> Measurement:
        commit = fill(self.commit, moment.values).lower()
        if not _COMMIT.fullmatch(commit):
            raise CheckError(
                f"commit is {commit[:100]!r}, expected at least {_SHORT} hexadecimal digits of one",
                cause=Cause.CONFIGURATION,
            )
        found = [_Found(name, self._newest(await source.check_runs(commit, name))) for name in self.names]
        for one in found:
            if one.run and not one.run.commit.startswith(commit):
                raise CheckError(
                    f"GitHub answers about {one.run.commit[:12]!r}, and was asked about {commit}",
                    cause=Cause.ENVIRONMENT,
                )
        return self._measured(found, commit, moment, window)

    def _newest(self, runs: Sequence[CheckRun]) -> CheckRun | None:
        mine = [run for run in runs if not self.app or run.app == self.app]
        return max(mine, key=lambda run: run.number, default=None)

    def _measured(
        self, found: Sequence[_Found], commit: str, moment: Moment, window: Window | None
    ) -> Measurement:
        failed = [one for one in found if one.is_failed]
        undecided = [one for one in found if not one.is_failed and not one.has_passed]
        notes = "; ".join(str(one) for one in undecided[:_MOST_SAID])
        if len(undecided) > _MOST_SAID:
            notes += f"; and {len(undecided) - _MOST_SAID} more"
        passed = len(found) - len(failed) - len(undecided)
        ends = [one.run.completed_at for one in found if one.run and one.run.completed_at]
        return Measurement(
            readings=(
                Reading(name="passed", value=None if undecided else passed, note=notes),
                Reading(name="required", value=len(found)),
                Reading(
                    name="failed", value=len(failed), note=", ".join(one.name for one in failed[:_MOST_SAID])
                ),
                Reading(name="age", value=_age(ends, moment.now), unit="s"),
            ),
            window=window,
            detail=tuple(str(one) for one in (*failed, *undecided)),
            context={"commit": next((one.run.commit for one in found if one.run), commit)},
            hint=f"See the checks of {commit[:_SHORT]} on GitHub." if failed else "",
        )


@dataclass(frozen=True)
class _Found:
    """The newest attempt of a check."""

    name: str
    run: CheckRun | None

    @property
    def has_passed(self) -> bool:
        return self.run is not None and (self.run.status, self.run.conclusion) == ("completed", "success")

    @property
    def is_failed(self) -> bool:
        return self.run is not None and self.run.status == "completed" and self.run.conclusion in _FAILED

    def __str__(self) -> str:
        if self.run is None:
            return f"{self.name} is missing: CI has not run it on this commit"
        state = self.run.conclusion if self.run.status == "completed" else self.run.status
        return f"{self.name} is {(state or 'without a conclusion').replace('_', ' ')[:50]}"


def _age(ends: Sequence[datetime], now: datetime) -> float | None:
    """The time since the first of them ended."""
    return (now - min(ends)).total_seconds() if ends else None
