"""Who made the change: as a check read it where `decide: author` names one, else as the requester stated it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.plan.member import is_user
from bot.plan.model import Author, Environment
from checks.reading import Record
from checks.result import Result


class Authors(Record):
    people: tuple[str, ...] = ()  # user ids
    stated: bool = True  # by the requester
    unknown: str = ""  # why a check that should have told names nobody

    @property
    def source(self) -> str:
        return "as the requester stated" if self.stated else "as a check read"


def authors(environment: Environment, arguments: Mapping[str, str], results: Mapping[str, Result]) -> Authors:
    """`results`: of the run's checks, as far as there are any."""
    told = environment.decide.author
    if told is None:
        return Authors(people=tuple(sorted(environment.stated_authors(arguments))))
    result = results.get(told.check)
    if result is None:
        return Authors(stated=False)
    value = _read(told, result)
    person = told.members.get(value, value)
    if is_user(person):
        return Authors(people=(person,), stated=False)
    said = (
        f"{told.check} read {value!r}, which is nobody's member id"
        if value
        else f"{told.check} did not read it"
    )
    return Authors(stated=False, unknown=said)


def _read(told: Author, result: Result) -> str:
    """What the newest look at the check read; empty where it read nothing."""
    for measurement in reversed(result.measurements):
        reading = measurement.reading(told.reading)
        value = reading.value if reading else measurement.context.get(told.reading)
        if value is not None:
            return str(value).strip()
    return ""
