"""The configuration of a run in a packet for people, and what in it had changed: since the previous run on the
environment, and since the baseline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.record.audit import AuditEvent
from bot.record.context_events import PreviousCompared
from bot.record.document import criteria
from bot.record.document.model import (
    Block,
    Cell,
    Code,
    Facts,
    Paragraph,
    Part,
    Section,
    Table,
    listed,
    section,
)
from bot.record.document.names import Names
from bot.record.document.said import listing
from bot.record.events import of_kind
from bot.rules.dossier import Dossier
from bot.rules.previous_run import ARGUMENTS
from checks.units import say_count

_NOT_RECORDED = "not recorded: an earlier version of canary compared no runs"


def configuration(dossier: Dossier, events: Sequence[AuditEvent], names: Names) -> Section:
    arguments = [(Code(name), value) for name, value in dossier.run.arguments.items()]
    compared = _compared(events)
    return section(
        "configuration",
        "Configuration, and what changed",
        Facts(
            [
                ("Digest", Code(dossier.run.configuration)),
                ("Whole", "in the packet's JSON, under configuration: as it was when the run started"),
            ]
        ),
        Part("Changed since the previous run", list(_since_previous(compared, names))),
        _since_baseline(dossier),
        listed(
            "Arguments",
            Table("The arguments of the run", ("Name", "Value"), arguments),
            "None: the run was started without arguments.",
        ),
        gist=f"{say_count(len(compared.changes), 'change')} since run #{compared.run}"
        if compared and compared.run
        else "",
    )


def previous(events: Sequence[AuditEvent]) -> str:
    """The run that the configuration is compared with, and whether it differs."""
    compared = _compared(events)
    if compared is None:
        return _NOT_RECORDED
    if compared.run is None:
        return "none: this is the first run on this environment whose checks all ended"
    version = f" of {compared.version}" if compared.version else ""
    unread = f"; {listing(compared.unread)} could not be compared" if compared.unread else ""
    count = len(compared.changes)
    changes = say_count(count, "change") if count else "no change"
    return f"#{compared.run}{version}: {changes} in the configuration since then{unread}"


def _compared(events: Sequence[AuditEvent]) -> PreviousCompared | None:
    return next((compared for _, compared in reversed(list(of_kind(events, PreviousCompared)))), None)


def _since_previous(compared: PreviousCompared | None, names: Names) -> Iterator[Block]:
    if compared is None:
        yield Paragraph(f"{_NOT_RECORDED.capitalize()}.")
        return
    if compared.run is None:
        yield Paragraph("There is no earlier run on this environment to compare it with.")
        return
    digests: list[tuple[str, Cell]] = [
        ("Run", f"#{compared.run}{f' of {compared.version}' if compared.version else ''}"),
        ("Its configuration", Code(compared.configuration)),
        ("Its evidence", Code(compared.evidence)),
    ]
    yield Facts(digests)
    changes = [(_where(each.where, names), each.change) for each in compared.changes]
    if changes:
        yield Table("What changed since the previous run", ("Where", "Change"), changes)
    else:
        yield Paragraph("Nothing changed: the same canary.yaml, the same arguments, and the same facts.")
    if compared.unread:
        checks = listing(map(names.check, compared.unread))
        yield Paragraph(f"Not compared, because it was not read in both runs: {checks}.")


def _where(where: str, names: Names) -> str:
    return "Arguments" if where == ARGUMENTS else names.check(where)


def _since_baseline(dossier: Dossier) -> Part:
    table = Table("What differs from the baseline", ("Check", "Change"), list(criteria.changes(dossier)))
    nothing = (
        "Nothing that the checks read." if dossier.baseline else "The run was not compared with a baseline."
    )
    return listed("Changed since the baseline", table, nothing)
