"""The change's author: read by a check if `decide: author` names one, otherwise stated by the requester.
Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.plan.member import is_user
from bot.plan.model import Author, Environment
from checks.reading import Record
from checks.result import Result


class Authors(Record):
    people: tuple[str, ...] = ()  # user ids
    stated: bool = True  # by the requester
    unknown: str = ""  # why the check named nobody

    @property
    def source(self) -> str:
        return "as the requester stated" if self.stated else "as a check read"


def authors(environment: Environment, arguments: Mapping[str, str], results: Mapping[str, Result]) -> Authors:
    """`results`: of the run's finished checks."""
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
    """Returns the value from the check's latest measurement; "" if there is none."""
    for measurement in reversed(result.measurements):
        reading = measurement.reading(told.reading)
        value = reading.value if reading else measurement.context.get(told.reading)
        if value is not None:
            return str(value).strip()
    return ""
