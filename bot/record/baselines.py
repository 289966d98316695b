"""Compares a baseline with its digest, with the previous one, and with the capture that produced it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.base.canonical import canonical, digest_of_text, parsed
from bot.rules.baseline import Baseline, BaselineDocument, Capture, CaptureState


def baseline_problems(
    baseline: Baseline, said: BaselineDocument, capture: Capture | None, previous: str | None
) -> Iterator[str]:
    """One sentence per problem. `said`: its document; `previous`: the digest of the environment's previous
    baseline.
    """
    if (found := digest_of_text(baseline.document)) != baseline.digest:
        yield f"its digest is {found}, its row says {baseline.digest}"
    elif canonical(parsed(baseline.document)) != baseline.document:
        yield "is not in canonical form"
    if said.previous != previous:
        yield f"follows {said.previous or 'none'}, and the environment's one before is {previous or 'none'}"
    row = (baseline.number, baseline.environment, baseline.name, baseline.captured_at)
    if row != (said.number, said.environment, said.name, said.ended_at):
        yield "its row does not say what its document says"
    if capture is None or capture.state is not CaptureState.DONE:
        yield "no capture produced it"
    elif _told(capture) != (
        said.environment,
        said.name,
        said.requested_by,
        said.configuration,
        said.started_at,
    ):
        yield "its document does not say what its capture says"


def _told(capture: Capture) -> tuple[object, ...]:
    return (
        capture.environment,
        capture.name,
        capture.requested_by,
        capture.configuration,
        capture.started_at,
    )
