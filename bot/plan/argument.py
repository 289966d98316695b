"""What may be given to a run: `/canary run staging version=1.42.0`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Annotated, Any

import re2
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from bot.errors import Misused
from bot.plan.shape import Line

LONGEST = 200
USER_ID = re.compile("[UW][A-Z0-9]{2,20}")


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False  # to standard error, by the C++ library
    return re2.compile(pattern, options)


def _compiles(pattern: str) -> str:
    try:
        _compiled(pattern)
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace")
        raise ValueError(f"expected a regular expression (RE2), not {pattern!r}: {reason}") from None
    return pattern


class Argument(BaseModel):
    """One entry under `arguments:` of an environment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str = Field(
        default="", max_length=300, description="What it is for, as `/canary help` says it"
    )
    required: bool = Field(default=False, description="Refuse a run without it")
    pattern: Annotated[str, AfterValidator(_compiles)] | None = Field(
        default=None,
        description="A regular expression (RE2) that the whole value has to match",
        examples=["[0-9]+(\\.[0-9]+)*"],
    )
    choices: tuple[Line, ...] = Field(default=(), description="The only values there are")
    author: bool = Field(
        default=False,
        description="Its value is the member id of who made the change: where duties are separate, they cannot approve it",
    )
    default: Line | None = Field(default=None, description="The value of a run that gives none")

    def problem_with(self, value: str) -> str | None:
        """Why the value cannot be taken, in words; None when it can."""
        if not value or len(value) > LONGEST or not value.isprintable():
            return f"expected 1 to {LONGEST} printable characters"
        if self.choices and value not in self.choices:
            return f"expected one of {', '.join(self.choices)}, not {value!r}"
        if self.author and not USER_ID.fullmatch(value):
            return f"expected a member id as U02BEN, not {value!r}; it stands in their Slack profile"
        if self.pattern is not None and _compiled(self.pattern).fullmatch(value) is None:
            return f"expected something that matches {self.pattern}, not {value!r}"
        return None

    @field_validator("default")
    @classmethod
    def _can_be_taken(cls, default: str | None, info: ValidationInfo) -> str | None:
        """Declared last, so that all it has to agree with is known; what is not was wrong itself."""
        if default is None or {"required", "pattern", "choices", "author"} - info.data.keys():
            return default
        if info.data["required"]:
            raise ValueError("expected no default: a required argument is always given")
        if problem := cls.model_construct(**info.data).problem_with(default):
            raise ValueError(problem)
        return default


def settle(declared: Mapping[str, Argument], given: Mapping[str, str]) -> dict[str, str]:
    """The arguments of a run, defaults filled in. Raises Misused for what was not declared, is missing or malformed."""
    for name, value in given.items():
        if name not in declared:
            raise Misused(f"There is no argument {name!r} here.", hint=_known(name, declared))
        if problem := declared[name].problem_with(value):
            raise Misused(f"{name}: {problem}.", hint=declared[name].description)
    if missing := [name for name, argument in declared.items() if argument.required and name not in given]:
        raise Misused(f"{missing[0]}= is required here.", hint=declared[missing[0]].description)
    defaults = {name: argument.default for name, argument in declared.items() if argument.default is not None}
    return {**defaults, **given}


def _known(name: str, declared: Mapping[str, Argument]) -> str:
    if near := difflib.get_close_matches(name, declared, n=1):
        return f"Did you mean {near[0]}=?"
    return f"It takes {', '.join(f'{known}=' for known in declared)}." if declared else "It takes none."
