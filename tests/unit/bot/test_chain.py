"""The hash chain: what breaks it, and which event is named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.base.canonical import canonical
from bot.record.audit import AuditEvent
from bot.record.chain import Link, first_break, hash_after
from bot.record.proof.checkpoint import Against, Checkpoint, Head

AT = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
RUN = 12


def chained(count: int, run: int = RUN) -> list[Link]:
    links: list[Link] = []
    for seq in range(1, count + 1):
        said: dict[str, Any] = {"run": run, "seq": seq, "at": AT, "actor": "U1", "kind": "told"}
        link = Link(**said, detail=canonical({"n": seq}), hash="")
        previous = links[-1].hash if links else ""
        links.append(link.model_copy(update={"hash": hash_after(previous, link)}))
    return links


def test_a_known_chain_still_has_the_same_hash() -> None:
    """Stored chains have to verify for years: this is the SHA-256 of the text, as any tool computes it."""
    text = r'["", 12, 1, "2026-03-01T12:00:00.000005Z", "U1", "told", "{\"n\":1}"]'
    digest = "263bd70672e24a9ab507de402dce380a8c57621525fc05ebd6ac6754a85a3d5c"
    assert hashlib.sha256(text.encode()).hexdigest() == digest
    assert chained(1)[0].hash == f"sha256:{digest}"


def test_an_unchanged_chain_holds_in_any_time_zone() -> None:
    links = chained(5)
    assert first_break(RUN, links) is None
    there = timezone(timedelta(hours=5, minutes=30))
    assert (
        first_break(RUN, [link.model_copy(update={"at": link.at.astimezone(there)}) for link in links])
        is None
    )


Harm = Callable[[list[Link]], Sequence[Link]]


def changed(place: int, **to: Any) -> Harm:
    return lambda links: [*links[:place], links[place].model_copy(update=to), *links[place + 1 :]]


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (
            changed(2, actor="U2"),
            "event 3 of run #12: its hash does not follow from event 2 and what it says",
        ),
        (
            changed(2, kind="said"),
            "event 3 of run #12: its hash does not follow from event 2 and what it says",
        ),
        (
            changed(2, at=AT + timedelta(microseconds=1)),
            "event 3 of run #12: its hash does not follow from event 2",
        ),
        (changed(2, detail='{"n":4}'), "event 3 of run #12: its hash does not follow from event 2"),
        (changed(2, detail='{"n": 3}'), "event 3 of run #12: its hash does not follow from event 2"),
        (changed(0, actor="U2"), "event 1 of run #12: its hash does not follow from nothing before it"),
        (changed(4, hash="sha256:0"), "event 5 of run #12: its hash does not follow from event 4"),
        (lambda links: links[:2] + links[3:], "event 3 of run #12 is missing; event 4 is in its place"),
        (lambda links: links[1:], "event 1 of run #12 is missing; event 2 is in its place"),
        (lambda links: [*links[:3], links[2], *links[3:]], "event 4 of run #12 is missing; event 3 is in"),
        (lambda links: [links[1], links[0], *links[2:]], "event 1 of run #12 is missing; event 2 is in"),
        (lambda _: chained(5, run=13), "event 1 of run #12: it is one of run #13"),
        (lambda _: [], "event 1 of run #12 is missing; the run has none"),
    ],
)
def test_a_break_is_named_by_its_event(harm: Harm, says: str) -> None:
    broken = first_break(RUN, harm(chained(5)))
    assert broken
    assert broken.startswith(says)


def test_forging_one_event_requires_forging_all_later_ones() -> None:
    links = chained(5)
    forged = links[2].model_copy(update={"actor": "U2"})
    forged = forged.model_copy(update={"hash": hash_after(links[1].hash, forged)})
    broken = first_break(RUN, [*links[:2], forged, *links[3:]])
    assert broken == "event 4 of run #12: its hash does not follow from event 3 and what it says"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values, max_size=4))
def test_an_event_that_was_read_back_has_the_same_hash(detail: dict[str, Any]) -> None:
    link = Link(run=RUN, seq=1, at=AT, actor="U1", kind="told", detail=canonical(detail), hash="")
    read = AuditEvent.model_validate_json(link.event().model_dump_json())
    assert Link.of(read) == link


@pytest.mark.parametrize(
    "detail", ['{"n": 1}', '{"b":1,"a":2}', '{"n":1.0}', '{"n":1,"n":1}', "[", '{"n":NaN}']
)
def test_a_detail_that_the_bot_would_not_write_is_an_error_even_with_a_matching_hash(detail: str) -> None:
    link = Link(run=RUN, seq=1, at=AT, actor="U1", kind="told", detail=detail, hash="")
    link = link.model_copy(update={"hash": hash_after("", link)})
    assert first_break(RUN, [link]) is None
    with pytest.raises(ValueError):
        link.event()


def test_a_checkpoint_knows_the_head_of_each_run_and_nothing_later() -> None:
    links = chained(5)
    against = Against(Checkpoint(at=AT, last_run=12, heads=(Head(RUN, 3, links[2].hash),)))
    assert against.contradiction(RUN, links) is None
    assert against.contradiction(RUN, links[:3]) is None
    assert against.contradiction(13, []) is None
    short, other = against.contradiction(RUN, links[:2]), against.contradiction(RUN, chained(3, run=13))
    assert (
        short == "event 3 of run #12 is missing: the checkpoint of 2026-03-01 12:00:00 UTC has events up to 3"
    )
    assert other == "event 3 of run #12: its hash is not the one in the checkpoint of 2026-03-01 12:00:00 UTC"
