"""Who made the change, as the requester stated or a check read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.base.errors import Refused
from bot.plan.argument import Argument
from bot.plan.model import Author, Environment, Policy
from bot.rules.approval import involved, must_know_author
from bot.rules.authors import Authors, authors
from checks.outcome import Outcome
from checks.reading import Measurement, Reading
from checks.result import Result
from tests.unit.bot.test_approval import run

READS = Author(check="change", members={"ana@example.com": "U01ANA"})


def environment(*, separate: bool = True, author: Author | None = READS) -> Environment:
    return Environment.model_construct(
        arguments={"author": Argument(author=True)},
        decide=Policy(approve={"managers": 1}, separate_duties=separate, author=author),
    )


def result(*measurements: Measurement) -> dict[str, Result]:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    return {
        "change": Result(
            outcome=Outcome.PASS, reason="", measurements=measurements, started_at=now, seconds=1.0
        )
    }


def read(value: str) -> Measurement:
    return Measurement(readings=(Reading(name="author", value=value),))


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (result(read("U02BEN")), ("U02BEN",)),
        (result(read(" ana@example.com\n")), ("U01ANA",)),
        (result(read("U02BEN"), read("ana@example.com")), ("U01ANA",)),
        (result(Measurement(readings=(), context={"author": "ana@example.com"})), ("U01ANA",)),
        (result(read("bob@example.com")), ()),
        (result(read("")), ()),
        (result(), ()),
    ],
)
def test_a_check_overrides_what_the_requester_states(
    results: dict[str, Result], expected: tuple[str, ...]
) -> None:
    found = authors(environment(), {"author": "U09EVE"}, results)
    assert found.people == expected
    assert not found.stated
    assert bool(found.unknown) is (expected == ())


def test_without_a_check_the_requesters_statement_counts() -> None:
    assert authors(environment(author=None), {"author": "U09EVE"}, {}) == Authors(people=("U09EVE",))


def test_before_the_check_is_done_there_is_no_author_and_no_error() -> None:
    assert authors(environment(), {}, {}) == Authors(stated=False)


def test_nobody_can_approve_a_change_whose_author_is_unknown() -> None:
    unknown = authors(environment(), {}, result(read("bob@example.com")))
    with pytest.raises(Refused, match="which is nobody"):
        must_know_author(run(), environment(), unknown)
    must_know_author(run(), environment(separate=False), unknown)
    made_by = authors(environment(), {}, result(read("U03")))
    must_know_author(run(), environment(), made_by)
    assert involved(run(), environment(), made_by) == {
        "U1": "started run #7",
        "U03": "made the change in run #7",
    }


def test_if_duties_are_separate_an_author_is_required_unless_a_check_reads_it() -> None:
    assert environment(author=None).required == {"author"}
    assert environment().required == frozenset()
    assert environment(author=None, separate=False).required == frozenset()
