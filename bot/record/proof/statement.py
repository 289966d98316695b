"""The signed form of a decision packet: an in-toto Statement about the packet and about the artifacts that it
approves.

Its predicate is SLSA's Verification Summary: that an artifact was evaluated against a policy, by whom, when,
and with what result. The packet itself is the content of the first subject, so that the file alone proves
everything. The predicate is derived from the packet, and compared with it when it is verified.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bot.base.canonical import digest_of_text, parsed
from bot.record.proof.keys import SigningKey, decoded, encoded
from bot.record.proof.signature import sealed

KIND = "application/vnd.in-toto+json"  # the envelope's payload type
STATEMENT = "https://in-toto.io/Statement/v1"
SUMMARY = "https://slsa.dev/verification_summary/v1"
PACKET = "application/vnd.canary.packet+json"  # media type of the first subject
ENDING = ".intoto.json"  # of the envelope's file

_SHA256 = re.compile(r"sha256:([0-9a-f]{64})(?![0-9a-f])")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PASSED = {"GO": "CANARY_GO", "CONDITIONAL GO": "CANARY_CONDITIONAL_GO"}


class Stated(NamedTuple):
    """A parsed statement."""

    name: str  # of the packet's file
    packet: str  # the packet's text
    signed_at: datetime
    statement: Mapping[str, Any]


class NotAStatementError(ValueError):
    """The document is signed, but is not a statement made by `signed`."""


def signed(packet: str, name: str, key: SigningKey, at: datetime) -> str:
    """Returns the envelope of a packet, as JSON. `name`: of the packet's file; `at`: now."""
    return sealed(json.dumps(_statement(packet, name, at), separators=(",", ":")), KIND, key)


def read(document: str) -> Stated:
    """Parses the document of an envelope. Raises NotAStatementError."""
    try:
        statement = parsed(document)
        kinds = statement["_type"], statement["predicateType"]
        if kinds != (STATEMENT, SUMMARY):
            raise NotAStatementError(f"it is a {kinds[1]} in a {kinds[0]}, expected a {SUMMARY}")  # noqa: TRY301
        about = statement["subject"][0]
        signed_at = datetime.fromisoformat(statement["predicate"]["canary_signedAt"])
        if signed_at.tzinfo is None:
            raise NotAStatementError("it does not say in which time zone it was signed")  # noqa: TRY301
        return Stated(about["name"], decoded(about["content"]).decode(), signed_at.astimezone(UTC), statement)
    except NotAStatementError:
        raise
    except (ValueError, LookupError, TypeError, ArithmeticError) as error:
        raise NotAStatementError(f"{type(error).__name__}: {error}") from None


def disagreements(stated: Stated) -> Iterator[str]:
    """Where the statement differs from its packet, one sentence each. The packet itself is verified
    elsewhere.
    """
    try:
        expected = _statement(stated.packet, stated.name, stated.signed_at)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        yield f"statement: its packet cannot be read: {type(error).__name__}: {error}"
        return
    told, due = dict(stated.statement), dict(expected)
    yield from _different("", told, due)
    yield from _different("predicate.", told.get("predicate", {}), due["predicate"])


def _different(place: str, told: Mapping[str, Any], due: Mapping[str, Any]) -> Iterator[str]:
    """Ignores fields that only another version knows; the signature covers them anyway."""
    for name in due:
        if name != "predicate" and name in told and told[name] != due[name]:
            yield f"statement: its {place}{name} is not what follows from the packet"


def _statement(packet: str, name: str, at: datetime) -> dict[str, Any]:
    document = parsed(packet)
    evidence, decision = document["evidence"], document["decision"]
    outcome = decision["outcome"]
    about = f"urn:canary:{evidence['environment']}"
    return {
        "_type": STATEMENT,
        "subject": [
            {
                "name": name,
                "digest": _digest(digest_of_text(packet)),
                "mediaType": PACKET,
                "content": encoded(packet.encode()),
            },
            *_artifacts(evidence["arguments"]),
        ],
        "predicateType": SUMMARY,
        "predicate": {
            "verifier": {"id": "urn:canary"},
            "timeVerified": decision["decided_at"],
            "resourceUri": about,
            "policy": {"uri": about, "digest": _digest(evidence["configuration"])},
            "inputAttestations": [
                {"uri": f"{about}:{evidence['run']}:evidence", "digest": _digest(document["evidence_digest"])}
            ],
            "verificationResult": "PASSED" if outcome in _PASSED else "FAILED",
            "verifiedLevels": [_PASSED.get(outcome, "FAILED")],
            "canary_run": evidence["run"],
            "canary_outcome": outcome,
            "canary_signedAt": at.astimezone(UTC).isoformat(timespec="seconds"),
        },
    }


def _artifacts(arguments: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The artifacts that the run's arguments name by a digest: a commit, an image."""
    for name, value in sorted(arguments.items()):
        if found := _SHA256.search(value):
            yield {"name": f"{name}={value}", "digest": {"sha256": found[1]}}
        elif name == "commit" and _COMMIT.fullmatch(value):
            yield {"name": f"{name}={value}", "digest": {"gitCommit": value}}


def _digest(digest: str) -> dict[str, str]:
    algorithm, _, value = digest.partition(":")
    return {algorithm: value}
