"""The arguments of a run: `/canary run staging version=1.42.0`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from bot.base.errors import Misused
from bot.base.plain import pasted, refused
from bot.plan.member import is_user
from bot.plan.shape import Line
from checks import spelling

LONGEST = 200


def _compiled(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False  # to standard error, by the C++ library
    return re2.compile(pattern, options)


def _compiles(pattern: str) -> str:
    import re2

    try:
        _compiled(pattern)
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace")
        raise ValueError(f"expected a regular expression (RE2), not {pattern!r}: {reason}") from None
    return pattern


class Argument(BaseModel):
    """One entry under `arguments:` of an environment."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)

    description: str = Field(
        default="", max_length=300, description="What it is for; shown by `/canary help run`"
    )
    required: bool = Field(default=False, description="Whether every run must give it")
    pattern: Annotated[str, AfterValidator(_compiles)] | None = Field(
        default=None,
        description="A regular expression (RE2) that must match the whole value",
        examples=["[0-9]+(\\.[0-9]+)*"],
    )
    choices: tuple[Line, ...] = Field(default=(), description="The only values allowed")
    author: bool = Field(
        default=False,
        description="Whether its value is the member id of the change's author, who cannot approve it if `separate_duties`",
    )
    default: Line | None = Field(default=None, description="The value if a run gives none")
    example: Line | None = Field(
        default=None, description="A valid value, for the examples that `/canary` offers"
    )

    def problem_with(self, value: str) -> str | None:
        """Returns why the value is not accepted, or None."""
        if not value or len(value) > LONGEST or set(value) & {"\n", "\t"}:
            return f"expected 1 to {LONGEST} characters on one line"
        if what := refused(value):
            return f"it contains {what}; type it, or paste it as plain text"
        if self.choices and value not in self.choices:
            return f"expected one of {', '.join(self.choices)}, not {value!r}"
        if self.author and not is_user(value):
            return f"expected a member id like U02BEN, not {value!r}; it is in their Slack profile"
        if self.pattern is not None and _compiled(self.pattern).fullmatch(value) is None:
            return f"expected a value that matches {self.pattern}, not {value!r}"
        return None

    @field_validator("example")
    @classmethod
    def _accepts_example(cls, example: str | None, info: ValidationInfo) -> str | None:
        """See `_accepts_default`."""
        if example is None or {"pattern", "choices", "author"} - info.data.keys():
            return example
        if problem := cls.model_construct(**info.data).problem_with(example):
            raise ValueError(problem)
        return example

    @field_validator("default")
    @classmethod
    def _accepts_default(cls, default: str | None, info: ValidationInfo) -> str | None:
        """Declared last, so that the fields it depends on are known; a missing one was itself invalid."""
        if default is None or {"required", "pattern", "choices", "author"} - info.data.keys():
            return default
        if info.data["required"]:
            raise ValueError("expected no default: a required argument is always given")
        if problem := cls.model_construct(**info.data).problem_with(default):
            raise ValueError(problem)
        return default


def settle(
    declared: Mapping[str, Argument], given: Mapping[str, str], *, required: Collection[str] = ()
) -> dict[str, str]:
    """Returns the arguments of a run, with defaults.

    Raises Misused for an undeclared, malformed or missing argument; `required`: names that must be given,
    besides those declared so.
    """
    given = {name: pasted(value) for name, value in given.items()}
    for name, value in given.items():
        if name not in declared:
            raise Misused(f"There is no argument `{name}` here.", hint=_known(name, declared))
        if problem := declared[name].problem_with(value):
            raise Misused(f"`{name}`: {problem}.", hint=declared[name].description)
    needed = {name for name, argument in declared.items() if argument.required} | set(required)
    if missing := [name for name in declared if name in needed and name not in given]:
        raise Misused(f"`{missing[0]}` is missing.", hint=declared[missing[0]].description)
    defaults = {name: argument.default for name, argument in declared.items() if argument.default is not None}
    return {**defaults, **given}


def _known(name: str, declared: Mapping[str, Argument]) -> str:
    if near := spelling.closest(name, declared):
        return f"Did you mean `{near}=`?"
    return (
        f"Available: {', '.join(f'`{known}=`' for known in declared)}."
        if declared
        else "It takes no arguments."
    )
