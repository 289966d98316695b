"""What a signed packet proves to anyone with the file and the public key, with our code and without it."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf.json_format import ParseDict
from in_toto_attestation.predicates.vsa.v1.vsa_pb2 import VerificationSummary
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1.statement_pb2 import Statement as StatementMessage
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from bot.base.canonical import digest, own_digest
from bot.record.proof.examination import examined, same_packet
from bot.record.proof.keys import Entry, Keyring, SigningKey
from bot.record.proof.signature import sealed
from bot.record.proof.statement import KIND, PACKET, SUMMARY, signed

PACKETS = sorted((Path(__file__).parents[2] / "audit" / "records" / "0006").glob("packet-*.json"))
NAME = "canary-staging-1.json"
KEY = SigningKey.create()
RING = Keyring(keys=(Entry(key=KEY.public.name),))
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHANGES = 1000


@pytest.fixture(scope="module")
def packet() -> str:
    return PACKETS[0].read_text()


@pytest.fixture(scope="module")
def envelope(packet: str) -> str:
    return signed(packet, NAME, KEY, NOW)


def statement_in(envelope: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.b64decode(json.loads(envelope)["payload"]))
    return found


@pytest.mark.parametrize("path", PACKETS, ids=lambda path: path.name)
def test_a_signed_packet_proves_itself(path: Path) -> None:
    result = examined(signed(path.read_text(), path.name, KEY, NOW), RING)
    assert (list(result.found), result.open) == ([], "")
    assert f"signed at 2026-03-01 12:00:00 UTC with {KEY.public.name}" in result.proved


def test_other_tools_verify_it_without_our_code(envelope: str, packet: str) -> None:
    """securesystemslib verifies the signature; in-toto's own library reads the statement and SLSA's predicate."""
    pem_key = SSlibKey.from_crypto(load_pem_public_key(KEY.public.pem.encode()), keyid=KEY.public.name)
    read = Envelope.from_dict(json.loads(envelope))
    assert read.verify([pem_key], 1)
    assert read.payload_type == KIND
    document = json.loads(read.payload)
    Statement.copy_from_pb(ParseDict(document, StatementMessage())).validate()
    predicate = {**document["predicate"], "verifiedLevels": "a list in SLSA's text, not in this library"}
    ParseDict(predicate, VerificationSummary(), ignore_unknown_fields=True)
    assert document["subject"][0]["digest"]["sha256"] == hashlib.sha256(packet.encode()).hexdigest()
    read.payload = read.payload.replace(b'"FAILED"', b'"PASSED"').replace(b"GO", b"NO")
    with pytest.raises(VerificationError):
        read.verify([pem_key], 1)


def test_the_statement_agrees_with_the_packet(envelope: str, packet: str) -> None:
    inside, statement = json.loads(packet), statement_in(envelope)
    [about] = statement["subject"]
    assert (about["name"], about["mediaType"], base64.b64decode(about["content"]).decode()) == (
        NAME,
        PACKET,
        packet,
    )
    said = statement["predicate"]
    assert statement["predicateType"] == SUMMARY
    assert said["verificationResult"] == "PASSED"
    assert said["verifiedLevels"] == ["CANARY_CONDITIONAL_GO"]
    assert said["timeVerified"] == inside["decision"]["decided_at"]
    assert f"sha256:{said['policy']['digest']['sha256']}" == inside["configuration"]["digest"]


@pytest.mark.parametrize(
    ("outcome", "result", "level"),
    [
        ("GO", "PASSED", "CANARY_GO"),
        ("CONDITIONAL GO", "PASSED", "CANARY_CONDITIONAL_GO"),
        ("NO-GO", "FAILED", "FAILED"),
        ("EXPIRED", "FAILED", "FAILED"),
        ("CANCELLED", "FAILED", "FAILED"),
        ("OVERRIDDEN", "FAILED", "FAILED"),
    ],
)
def test_only_a_go_passes(packet: str, outcome: str, result: str, level: str) -> None:
    document = json.loads(packet)
    document["decision"]["outcome"] = outcome
    said = statement_in(signed(json.dumps(document), NAME, KEY, NOW))["predicate"]
    assert (said["verificationResult"], said["verifiedLevels"]) == (result, [level])


def test_artifacts_named_by_the_arguments_are_subjects_too(packet: str) -> None:
    document = json.loads(packet)
    commit, image = "ab" * 20, "cd" * 32
    document["evidence"]["arguments"] = {
        "commit": commit,
        "image": f"registry.example/app@sha256:{image}",
        "version": "1.0",
        "ticket": "ef" * 20,
    }
    subjects = statement_in(signed(json.dumps(document), NAME, KEY, NOW))["subject"]
    assert [each["digest"] for each in subjects[1:]] == [{"gitCommit": commit}, {"sha256": image}]


def test_a_changed_byte_is_detected_anywhere(envelope: str, packet: str) -> None:
    """1,000 of 1,000 changes in the envelope and in the packet; whitespace between the parts of a packet does not
    count.
    """
    chance, looks_alike = random.Random(7), 'aZ07{}[],:" \\=+/\n'
    for text in (envelope, packet):
        missed, tried = [], 0
        while tried < CHANGES:
            at = chance.randrange(len(text))
            changed = text[:at] + chance.choice(looks_alike) + text[at + 1 :]
            if changed == text or (text is packet and _same(changed, text)):
                continue
            tried += 1
            if not examined(changed, RING).found:
                missed.append((at, text[at - 20 : at + 20]))
        assert missed == []


def _same(changed: str, text: str) -> bool:
    try:
        return bool(json.loads(changed) == json.loads(text))
    except ValueError:
        return False


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.99])
def test_a_truncated_file_is_detected(envelope: str, packet: str, part: float) -> None:
    for text in (envelope, packet):
        assert examined(text[: int(len(text) * part)], RING).found


def test_a_signature_by_another_key_names_that_key(envelope: str) -> None:
    other = Keyring(keys=(Entry(key=SigningKey.create().public.name),))
    [found] = examined(envelope, other).found
    assert found.startswith(f"It is not signed with {other.keys[0].key}.")
    assert KEY.public.name in found


def test_a_key_is_valid_only_in_its_own_time(packet: str) -> None:
    ring = RING.with_new(SigningKey.create().public, NOW)
    in_time = examined(signed(packet, NAME, KEY, NOW - timedelta(days=1)), ring)
    assert not in_time.found
    [late] = examined(signed(packet, NAME, KEY, NOW + timedelta(days=1)), ring).found
    assert "was replaced: it signed until 2026-03-01 13:00:00 UTC" in late


def test_without_a_key_nothing_is_claimed_about_the_signature(envelope: str) -> None:
    result = examined(envelope, None)
    assert (list(result.found), result.open) == (
        [],
        "its signature was not verified: give the public key with --key",
    )


def test_a_packet_without_a_signature_is_only_consistent(packet: str) -> None:
    assert (examined(packet, None).found, examined(packet, None).open) == ([], "")
    assert "bears no signature" in examined(packet, RING).open


def test_not_even_the_keys_owner_can_sign_what_the_record_contradicts(packet: str, envelope: str) -> None:
    """For example, a go that the votes do not give, or a statement that says more than its packet."""
    document = json.loads(packet)
    document["decision"]["outcome"] = "GO"
    document["digest"] = own_digest(document)
    found = examined(signed(json.dumps(document), NAME, KEY, NOW), RING).found
    assert "decision: GO does not follow from the votes" in found
    statement = statement_in(envelope)
    statement["predicate"]["verifiedLevels"] = ["CANARY_GO"]
    [found_one] = examined(sealed(json.dumps(statement), KIND, KEY), RING).found
    assert found_one == "statement: its predicate.verifiedLevels is not what follows from the packet"


def test_fields_of_a_later_version_are_ignored(envelope: str) -> None:
    statement = statement_in(envelope)
    statement["predicate"]["canary_later"] = {"any": "thing"}
    assert not examined(sealed(json.dumps(statement), KIND, KEY), RING).found


@pytest.mark.parametrize(
    "document",
    [
        "[]",
        "{}",
        '{"_type": "x", "predicateType": "y"}',
        '{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/verification_summary/v1"}',
    ],
)
def test_another_kind_of_statement_is_reported(document: str) -> None:
    [found] = examined(sealed(document, KIND, KEY), RING).found
    assert found.startswith("this is not the statement of a decision packet: ")


def test_a_signed_document_of_another_kind_is_left_open() -> None:
    assert (
        "a signed text/plain, of which this version knows nothing"
        in examined(sealed("x", "text/plain", KEY), RING).open
    )


def test_a_packet_equals_the_one_in_the_envelope_whatever_its_indentation(packet: str, envelope: str) -> None:
    document = json.loads(packet)
    assert same_packet(json.dumps(document), envelope)
    document["digest"] = digest({})
    assert not same_packet(json.dumps(document), envelope)
