"""The conclusions in a record are derived again and compared; wordings only if they were written in today's format."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.base.canonical import canonical, digest, digest_of_text, own_digest
from bot.base.errors import Unreadable
from bot.base.formats import TODAY, Formats
from bot.record.chain import Link, hash_after
from bot.record.consistency import Beside, disagreements
from bot.record.verification import problems
from bot.rules.dossier import Dossier
from bot.rules.run import RunState
from tests.unit.bot.dossiers import dossier, plan

RECORDS = Path(__file__).parents[2] / "audit" / "records"
OLDEST = RECORDS / "0005" / "packet-1.json"
NEXT = "Use the version of canary that wrote it, or a newer one."

Change = Callable[[dict[str, Any]], object]


def resealed(change: Change) -> str:
    """A changed packet, with every digest and hash recomputed."""
    packet: dict[str, Any] = json.loads(OLDEST.read_text())
    change(packet)
    packet["configuration"]["digest"] = own_digest(packet["configuration"])
    now = {
        json.loads(OLDEST.read_text())["configuration"]["digest"]: packet["configuration"]["digest"],
    }
    packet["evidence"]["configuration"] = packet["configuration"]["digest"]
    now[packet["evidence_digest"]] = digest(packet["evidence"])
    text = json.dumps(packet)
    for before, after in now.items():
        text = text.replace(before, after)
    packet, previous = json.loads(text), ""
    for event in packet["events"]:
        link = Link(**{**event, "detail": canonical(event["detail"])})
        event["hash"] = previous = hash_after(previous, link)
    return json.dumps(packet | {"digest": own_digest(packet)})


def changed_reasons(packet: dict[str, Any]) -> None:
    packet["evidence"]["verdict"]["reasons"] = ["duplicates: worded as nobody words it any more"]


def changed_recommendation(packet: dict[str, Any]) -> None:
    packet["evidence"]["verdict"]["recommendation"] = "GO"


def changed_instructions(packet: dict[str, Any]) -> None:
    packet["rollback"]["mitigation"] = "First of all, pin the capacity"


def nothing(packet: dict[str, Any]) -> None:
    """The change that changes nothing."""


def test_a_resealed_packet_verifies() -> None:
    assert problems(resealed(nothing)) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (changed_reasons, "verdict: does not follow from the results"),
        (changed_recommendation, "verdict: does not follow from the results"),
        (changed_instructions, "rollback: is not what the configuration says, filled in"),
    ],
)
def test_a_changed_conclusion_is_detected_even_if_every_digest_was_recomputed(
    change: Change, says: str
) -> None:
    assert says in problems(resealed(change))


@pytest.mark.parametrize(
    ("change", "later"),
    [(changed_reasons, Formats(evidence=2)), (changed_instructions, Formats(packet=2))],
)
def test_a_later_version_accepts_the_stored_wording_of_an_older_format(
    change: Change, later: Formats
) -> None:
    assert problems(resealed(change), later) == []


def test_a_later_version_still_derives_the_recommendation() -> None:
    later = Formats(configuration=2, evidence=2, packet=2)
    assert problems(resealed(changed_recommendation), later) == ["verdict: does not follow from the results"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda packet: packet.update(format="canary-packet/2"),
            f"This packet has the format 2, but this version of canary reads formats up to 1. {NEXT}",
        ),
        (
            lambda packet: packet["evidence"].update(format=2),
            f"The evidence of this packet has the format 2, but this version of canary reads formats up to 1. {NEXT}",
        ),
        (
            lambda packet: packet["configuration"].update(format=2),
            f"The configuration of this packet has the format 2, but this version of canary reads formats up to 1. {NEXT}",
        ),
    ],
)
def test_a_newer_format_is_left_to_the_version_that_wrote_it(change: Change, says: str) -> None:
    assert problems(resealed(change)) == [says]


def test_a_part_that_states_its_format_is_read_like_one_that_does_not() -> None:
    def stated(packet: dict[str, Any]) -> None:
        packet["evidence"]["format"] = packet["configuration"]["format"] = 1

    assert problems(resealed(stated)) == []


@pytest.mark.parametrize("form", ["packet-of-tea/1", "canary-packet/0", "canary-packet/1.5", 1, None])
def test_an_invalid_packet_is_reported_as_such(form: object) -> None:
    [problem] = problems(json.dumps(json.loads(OLDEST.read_text()) | {"format": form}))
    assert problem.startswith("this is not a decision packet: its format is ")


# ---------------------------------------------------------------- the rows of a run


def with_evidence(tmp_path: Path, change: Change) -> tuple[Dossier, Beside]:
    """A run whose evidence was changed, with a matching digest."""
    whole = dossier(plan(tmp_path, 2, "x"), "slow", RunState.DECIDING)
    assert whole.evidence
    document = json.loads(whole.evidence.document)
    change(document)
    text = canonical(document)
    evidence = whole.evidence.model_copy(update={"document": text, "digest": digest_of_text(text)})
    run = whole.run.model_copy(update={"evidence": evidence.digest})
    beside = Beside(
        evidences=(evidence.digest,),
        results={name: result.model_dump(mode="json") for name, result in whole.results.items()},
        votes=len(whole.votes),
        waivers=len(whole.waivers),
        decision=None,
    )
    return whole.model_copy(update={"evidence": evidence, "run": run}), beside


def about_evidence(dossier: Dossier, beside: Beside) -> list[str]:
    return [said for said in disagreements(dossier, beside, []) if said.startswith("evidence: its verdict")]


def test_evidence_frozen_with_another_verdict_is_reported(tmp_path: Path) -> None:
    assert about_evidence(*with_evidence(tmp_path, nothing)) == []
    for change in (
        lambda said: said["verdict"].update(recommendation="GO"),
        lambda said: said["verdict"].update(reasons=["all was well"]),
        lambda said: said["verdict"].update(needs_waiver=[]),
    ):
        assert about_evidence(*with_evidence(tmp_path, change)) == [
            "evidence: its verdict does not follow from the results of the run's checks"
        ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda said: said.update(format=2), f"The evidence has the format 2, .* {NEXT}"),
        (
            lambda said: said.pop("verdict"),
            "The evidence cannot be read: verdict: Field required. If a newer",
        ),
    ],
)
def test_unreadable_evidence_says_what_to_do(tmp_path: Path, change: Change, says: str) -> None:
    with pytest.raises(Unreadable) as error:
        about_evidence(*with_evidence(tmp_path, change))
    assert re.match(says, " ".join(error.value.sentences))


def test_frozen_documents_state_their_format(tmp_path: Path) -> None:
    whole = dossier(plan(tmp_path, 2, "x"), "slow", RunState.DECIDING)
    assert whole.evidence
    assert json.loads(whole.evidence.document)["format"] == TODAY.evidence
    assert json.loads(whole.configuration)["format"] == TODAY.configuration
