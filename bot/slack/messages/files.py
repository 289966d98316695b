"""Files in the thread: a chart for each check that has a series and warned or failed, and the decision packet in all forms."""

from __future__ import annotations

from typing import Literal

from bot.record import addendum
from bot.record.packet import Form, as_json, file_name, up_to, written
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
        return _packet(facts, self.form, self.asked_in)


class DecisionPage(MessageKind):
    """As a page, with charts. A separate kind, because earlier versions know a packet in two forms only."""

    kind = "packet page"
    called = "decision packet"
    is_file = True
    slow = True

    asked_in: int | None = None  # as for the packet

    def render(self, facts: Facts) -> Upload:
        return _packet(facts, "html", self.asked_in)


def packet_files(asked_in: int | None = None) -> tuple[MessageKind, ...]:
    """The packet as in the thread, whether or not there is a key to sign it."""
    return (
        DecisionPacket(form="md", asked_in=asked_in),
        DecisionPacket(form="json", asked_in=asked_in),
        DecisionPage(asked_in=asked_in),
    )


class SignedPacket(MessageKind):
    """The packet in an envelope that anyone with the public key can verify."""

    kind = "signed packet"
    called = "signed decision packet"
    is_file = True
    slow = True

    asked_in: int | None = None  # as for the packet

    def moot(self, facts: Facts) -> str:
        return "" if facts.signing.exists else "there is no signing key"

    def render(self, facts: Facts) -> Upload:
        from bot.record.proof.statement import ENDING, signed

        key = facts.signing.key
        assert key, "it is moot without a key"
        packet = as_json(facts.dossier, up_to(facts.events, self.asked_in))
        name = file_name(facts.dossier, "json")
        return Upload(
            name=f"{name.removesuffix('.json')}{ENDING}",
            title=f"Decision packet of run #{facts.dossier.run.number} (signed)",
            content=signed(packet, name, key, facts.signing.clock()).encode(),
        )


class AddendumFile(MessageKind):
    """How the conditions of a conditional go were closed: as Markdown, and as JSON for `canary verify`."""

    kind = "addendum"
    called = "addendum to the decision packet"
    is_file = True

    form: Literal["md", "json"]

    @classmethod
    def both(cls) -> tuple[AddendumFile, AddendumFile]:
        return cls(form="md"), cls(form="json")

    def render(self, facts: Facts) -> Upload:
        issued = facts.dossier.addendum
        assert issued, "it is wanted when it is issued"
        write = addendum.as_file if self.form == "json" else addendum.as_text
        stem = file_name(facts.dossier, "json").removesuffix(".json")
        return Upload(
            name=f"{stem}-addendum.{self.form}",
            title=f"Addendum to the decision packet of run #{facts.dossier.run.number} ({self.form})",
            content=write(issued.document).encode(),
        )


def _packet(facts: Facts, form: Form, asked_in: int | None) -> Upload:
    return Upload(
        name=file_name(facts.dossier, form),
        title=f"Decision packet of run #{facts.dossier.run.number} ({form})",
        content=written(facts.dossier, up_to(facts.events, asked_in), form).encode(),
    )
