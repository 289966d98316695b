"""Puts one configured check to the world, through its source; runs, watches and `canary check` all ask here."""

from __future__ import annotations

from collections.abc import Mapping

from checks.base import Check, Source
from checks.evaluate import evaluate
from checks.reading import Moment
from checks.result import Result
from checks.secrets import Secrets


async def answer_check(
    check: Check, sources: Mapping[str, Source], moment: Moment, secrets: Secrets
) -> Result:
    """The source is opened for this check alone, and closed with it."""
    if not check.source:
        return await evaluate(check, None, moment, secrets)
    async with sources[check.source].open(secrets) as source:
        return await evaluate(check, source, moment, secrets)
