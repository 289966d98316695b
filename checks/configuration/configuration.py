"""Reads the configuration of an environment, and compares it with the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from checks.arguments import leaving_code_alone
from checks.aside import aside
from checks.base import Check
from checks.configuration.facts import Kept, assigned, changes, flat, listed
from checks.limits import Limits
from checks.numbers import Scalar
from checks.outcome import Cause, CheckError
from checks.output import lines_of
from checks.reading import Measurement, Moment, Reading, Window
from checks.sources.postgres.database import Database
from checks.sources.target import Call, HttpTarget
from checks.sources.workspace import Workspace
from checks.units import say_duration
from checks.wording import Wording

_LARGEST = 256 * 1024  # bytes that a program may print
_GRACE = timedelta(seconds=0.5)  # before the check's own time limit
_Pattern = Annotated[str, Field(min_length=1, max_length=200)]


class Configuration(Check):
    """`facts` counts what the source says of the configuration, `changed` how many of them differ from the baseline.

    The facts are kept as evidence, except the values of secrets. What cannot be read is a WARN, unless it is `required`.
    """

    source_kind: ClassVar[str | tuple[str, ...] | None] = ("postgres", "http", "workspace")
    counts_samples: ClassVar[bool] = False

    kind: Literal["configuration"]
    query: str = Field(
        default="",
        max_length=20_000,
        description="Of postgres: a SELECT of columns name and value, a fact a row",
    )
    path: str = Field(
        default="",
        max_length=2000,
        pattern=r"^(/\S*)?$",
        description="Of http: where it answers with a JSON object; dots lead into objects",
    )
    at: str = Field(
        default="", max_length=200, description="Where in that JSON the facts are; dots lead into objects"
    )
    file: str = Field(
        default="", max_length=1000, description="Of a workspace: a file of NAME=value, or JSON"
    )
    run: tuple[str, ...] = Field(
        default=(), max_length=100, description="Of a workspace: a program that prints NAME=value, or JSON"
    )
    names: tuple[_Pattern, ...] = Field(
        default=(),
        max_length=50,
        description="Which facts count, by name; * stands for anything",
        examples=[["BACKGROUND_JOB_*"]],
    )
    secret: tuple[_Pattern, ...] = Field(
        default=(),
        max_length=50,
        description="Which are secret, besides those whose name or value looks like it: only that they changed is shown",
    )
    required: bool = Field(
        default=False, description="true: a configuration that cannot be read is an ERROR, not a WARN"
    )

    @property
    def captured(self) -> bool:
        return True

    @property
    def tells_facts(self) -> bool:
        return True

    def readings(self) -> Mapping[str, str]:
        return {"read": "", "facts": "", "changed": ""}

    def wording(self) -> Mapping[str, Wording]:
        return {
            "read": Wording(noun="configuration", yes="read", no="not read"),
            "facts": Wording("{value} fact{s} read", "the facts"),
            "changed": Wording("{value} changed since the baseline", "what changed since the baseline"),
        }

    def implied(self) -> Limits:
        return Limits.model_validate({"read": "== true"})

    def warning(self) -> Limits:
        unread = Limits() if self.required else Limits.model_validate({"read": "== false"})
        return self.warn.over(unread)

    def telling(self, detail: Sequence[str]) -> tuple[str, ...]:
        return tuple(detail)

    @field_validator("run")
    @classmethod
    def _leaves_code_alone(cls, run: tuple[str, ...]) -> tuple[str, ...]:
        return leaving_code_alone(run)

    @model_validator(mode="after")
    def _reads_one_thing(self) -> Self:
        given = [name for name in ("query", "path", "file", "run") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(
                f"expected one of query, path, file and run, not {' and '.join(given) or 'none'}"
            )
        if self.at and not self.path:
            raise ValueError("expected path as well: at says where in its JSON the facts are")
        return self

    async def measure(self, source: Any, moment: Moment, window: Window | None) -> Measurement:
        try:
            facts = await self._read(source, moment.key)
        except CheckError as error:
            if self.required:
                raise
            unread = Reading(name="read", value=False, note=str(error))
            nothing = (Reading(name=name, value=None) for name in ("facts", "changed"))
            return Measurement(
                readings=(unread, *nothing),
                window=window,
                detail=error.detail,
                cause=error.cause,
                hint=error.hint,
            )
        return self._compared(facts, moment, window)

    def _compared(self, facts: dict[str, Scalar], moment: Moment, window: Window | None) -> Measurement:
        before = moment.before.facts
        differing = changes(before, facts) if before is not None else []
        readings = (
            Reading(name="read", value=True),
            Reading(name="facts", value=len(facts)),
            Reading(
                name="changed",
                value=len(differing) if before is not None else None,
                note="" if before is not None else moment.before.why,
            ),
        )
        return Measurement(
            readings=readings, window=window, context=dict(facts), detail=tuple(map(str, differing))
        )

    async def _read(self, source: Any, key: bytes) -> dict[str, Scalar]:
        """Raises CheckError, which quotes no value."""
        found: Callable[[], Mapping[str, Any]] | None = None
        try:
            if self.query and isinstance(source, Database):
                answer = await source.query(self.query.replace("%", "%%"), {})
                found = partial(listed, answer.columns, answer.rows)
            elif self.path and isinstance(source, HttpTarget):
                found = partial(flat, await self._fetched(source), self.at)
            elif isinstance(source, Workspace) and (self.run or self.file):
                found = partial(assigned, await self._printed(source))
            if found:
                return await aside(partial(self._kept, found, key))
        except ValueError as error:  # these errors quote no value, which may be secret
            raise CheckError(
                f"the configuration cannot be read: it has {error}", cause=Cause.CONFIGURATION
            ) from None
        except RecursionError:
            raise CheckError(
                "the configuration cannot be read: it is nested too deeply", cause=Cause.CONFIGURATION
            ) from None
        given = next(name for name in ("query", "path", "file", "run") if getattr(self, name))
        wanted = {"query": "postgres", "path": "http"}.get(given, "workspace")
        raise CheckError(f"{given} needs a source of kind {wanted}", cause=Cause.CONFIGURATION)

    def _kept(self, found: Callable[[], Mapping[str, Any]], key: bytes) -> dict[str, Scalar]:
        return Kept(self.names, self.secret, key).of(found())

    async def _fetched(self, source: HttpTarget) -> Any:
        status, document = await source.json(Call("GET", self.path))
        if status != HTTPStatus.OK:
            raise CheckError(
                f"the configuration cannot be read: {self.path} answered with {status}",
                cause=Cause.ENVIRONMENT,
            )
        return document

    async def _printed(self, source: Workspace) -> str:
        """A file is printed by a confined program, too, because it may be a link to anywhere."""
        argv = list(self.run) or ["cat", "--", self.file]
        heard = bytearray()
        finished = await source.answer(
            argv, self.timeout - _GRACE, b"", lambda piece: heard.extend(piece[: _LARGEST + 1 - len(heard)])
        )
        if finished.exit_code is None:
            raise CheckError(
                f"{argv[0]} did not end within {say_duration(self.timeout)} and was killed",
                cause=Cause.TIMEOUT,
            )
        if finished.exit_code:
            last = tuple(line[:200] for line in lines_of(source.redact(finished.text))[-3:])
            raise CheckError(
                f"{argv[0]} ended with exit code {finished.exit_code}", cause=Cause.ENVIRONMENT, detail=last
            )
        if len(heard) > _LARGEST:
            raise ValueError(f"more than {_LARGEST:,} bytes")
        return heard.decode("utf-8", "replace")
