"""Files in the thread: a chart for each check with a series that warned or failed, and the decision packet in its forms."""

from __future__ import annotations

from typing import Literal

from bot.record.packet import Form, file_name, written
from bot.slack.chart import can_draw, charted, draw
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import title
from bot.slack.messages.posting import Upload


class Chart(MessageKind):
    kind = "chart"
    called = "chart"
    is_file = True
    slow = True

    check: str

    def moot(self, facts: Facts) -> str:  # noqa: ARG002
        return "" if can_draw() else "the extra `charts` is not installed"

    def render(self, facts: Facts) -> Upload:
        dossier = facts.dossier
        result = dossier.results[self.check]
        found = charted(result)
        assert found, "a chart is wanted only where there is a series"
        picture = draw(f"{title(dossier, self.check)}: {result.outcome}", *found)
        return Upload(
            name=f"{self.check}.png", title=picture.title, content=picture.png, alt_text=picture.alt_text
        )


class DecisionPacket(MessageKind):
    """As Markdown, and as JSON for `canary verify`."""

    kind = "packet"
    called = "decision packet"
    is_file = True
    slow = True

    form: Literal["md", "json"]
    asked_in: int | None = None  # number of the audit event, if it was requested again

    def render(self, facts: Facts) -> Upload:
        return _packet(facts, self.form)


class DecisionPage(MessageKind):
    """As a page, with charts. A kind of its own, because earlier versions know a packet in two forms only."""

    kind = "packet page"
    called = "decision packet"
    is_file = True
    slow = True

    asked_in: int | None = None

    def render(self, facts: Facts) -> Upload:
        return _packet(facts, "html")


def packet_files(asked_in: int | None = None) -> tuple[MessageKind, ...]:
    """The packet in every form, as the thread has it."""
    return (
        DecisionPacket(form="md", asked_in=asked_in),
        DecisionPacket(form="json", asked_in=asked_in),
        DecisionPage(asked_in=asked_in),
    )


def _packet(facts: Facts, form: Form) -> Upload:
    return Upload(
        name=file_name(facts.dossier, form),
        title=f"Decision packet of run #{facts.dossier.run.number} ({form})",
        content=written(facts.dossier, facts.events, form).encode(),
    )
