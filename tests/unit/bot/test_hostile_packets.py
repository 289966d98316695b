"""Packets, envelopes and keys made to crash, stall or mislead whoever verifies them."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.base.canonical import parsed
from bot.base.errors import CanaryError
from bot.record.proof.checkpoint import KIND as CHECKPOINT
from bot.record.proof.checkpoint import Checkpoint
from bot.record.proof.examination import Examined, examined
from bot.record.proof.exported import Examination
from bot.record.proof.keys import Entry, Keyring, KeyUnusableError, SigningKey
from bot.record.proof.signature import sealed
from bot.record.proof.statement import KIND, signed
from bot.record.verification import problems
from checks.numbers import ExactCount
from checks.units import parse_duration

PACKET = min((Path(__file__).parents[2] / "audit" / "records" / "0006").glob("packet-*.json")).read_text()
KEY = SigningKey.create()
RING = Keyring(keys=(Entry(key=KEY.public.name),))
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEYOND = "9999-12-31T23:59:59-23:59"  # in UTC, it is in the year 10000
LONG = "99999999999999h"


def changed(path: tuple[str, ...], value: Any) -> str:
    document = json.loads(PACKET)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("decision", "decided_at"), BEYOND),
        (("evidence", "requested_at"), BEYOND),
        (("configuration", "environment", "decide", "expires"), LONG),
        (("configuration", "environment", "checks", "queue-age", "window"), LONG),
        (("configuration", "sources", "world", "connect_timeout"), LONG),
    ],
)
def test_a_time_out_of_the_calendar_is_a_problem_and_no_crash(path: tuple[str, ...], value: str) -> None:
    assert problems(changed(path, value))


def test_a_duration_beyond_everything_is_too_long() -> None:
    for text in (LONG, "9" * 20 + "d"):
        with pytest.raises(ValueError, match="is longer than 366 days"):
            parse_duration(text)


def test_a_count_of_many_digits_is_no_count() -> None:
    """It would take seconds to become an int, in each of many readings."""
    adapter = TypeAdapter(ExactCount)
    assert adapter.validate_python({"number": "9" * 30}) == int("9" * 30)
    for number in ("9" * 200_000, "1e199999", "0.5"):
        with pytest.raises(ValidationError):
            adapter.validate_python({"number": number})


def test_an_envelope_of_many_signatures_is_refused_before_it_is_verified() -> None:
    envelope = json.loads(signed(PACKET, "a.json", KEY, NOW))
    envelope["signatures"] = [{**envelope["signatures"][0], "sig": base64.b64encode(bytes(64)).decode()}] * 21
    assert examined(json.dumps(envelope), RING).found


@pytest.mark.parametrize("place", ["statement", "checkpoint"])
def test_a_signed_time_out_of_the_calendar(place: str) -> None:
    if place == "statement":
        statement = json.loads(base64.b64decode(json.loads(signed(PACKET, "a.json", KEY, NOW))["payload"]))
        statement["predicate"]["canary_signedAt"] = BEYOND
        assert examined(sealed(json.dumps(statement), KIND, KEY), RING).found
        return
    document = json.loads(Checkpoint(at=NOW, last_run=0, heads=()).as_text()) | {"at": BEYOND}
    with pytest.raises(CanaryError, match="not a checkpoint"):
        examined(sealed(json.dumps(document), CHECKPOINT, KEY), RING)


def test_an_export_that_states_a_time_out_of_the_calendar() -> None:
    last = {"format": "canary-export/1", "at": BEYOND, "since": None, "until": None, "period": None}
    last |= {"sample": None, "runs": 0, "last_run": 1, "digest": "sha256:" + "0" * 64}
    [problem] = Examination(None).problems([json.dumps(last).encode()])
    assert "its last line is not the one" in problem


@pytest.mark.parametrize("given", ["pem", "one line"])
def test_a_private_key_in_place_of_a_public_one_is_not_quoted(given: str) -> None:
    text = KEY.pem if given == "pem" else KEY.pem.replace("\n", " ")
    with pytest.raises(KeyUnusableError, match="That is not a public key, but a private one") as error:
        Keyring.parse(text, "--key")
    secret = KEY.pem.splitlines()[1]
    assert not any(secret[at : at + 8] in " ".join(error.value.sentences) for at in range(len(secret) - 8))


def test_a_file_that_is_no_key_is_not_quoted() -> None:
    with pytest.raises(KeyUnusableError) as error:
        Keyring.parse("password=hunter2", "--key")
    assert "hunter2" not in str(error.value)


def test_names_written_twice_are_found_in_one_pass() -> None:
    names = ",".join(f'"a{number // 2}":0' for number in range(400_000))
    with pytest.raises(ValueError, match=r"^written twice: a0, a1, a10, [^ ]+( [^ ]+){6}$"):
        parsed(f"{{{names}}}")


def test_a_checkpoint_within_the_calendar_is_read() -> None:
    envelope = sealed(Checkpoint(at=NOW, last_run=0, heads=()).as_text(), CHECKPOINT, KEY)
    found = examined(envelope, RING)
    assert found == Examined(found.proved)
    assert "a checkpoint of 0 runs at 2026-03-01 12:00:00 UTC" in found.proved
