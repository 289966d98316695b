"""A capture and what it measured, as text and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.rules.baseline import CaptureDossier
from bot.slack.messages.baseline import HEADING, readings
from checks.units import say_count
from commands.shell.console import columns, one_line


def as_text(dossier: CaptureDossier) -> str:
    return "\n".join(_lines(dossier))


def _lines(dossier: CaptureDossier) -> Iterator[str]:
    capture = dossier.capture
    times = say_count(capture.samples, "measurement")
    yield f"{capture.called} of {capture.environment}: {capture.state}, {times}"
    if found := [*readings(dossier)]:
        yield from columns([HEADING, *found])
    for name, measured in dossier.measured.items():
        if measured.why:
            title = dossier.plan.environment.title_of(name)
            times = f"{measured.failed} of {measured.failed + measured.measurements} times"
            yield one_line(f"{title} could not be measured {times}: {measured.why}")


def document(dossier: CaptureDossier) -> dict[str, Any]:
    capture = dossier.capture.model_dump(mode="json", exclude={"tick", "attempt", "channel"})
    digest = dossier.baseline.digest if dossier.baseline else None
    checks = {name: measured.model_dump(mode="json") for name, measured in dossier.measured.items()}
    return {**capture, "digest": digest, "checks": checks}
