"""The form of an export: one run per line, configurations before their first use, and a last line about all
others.

The last line states the period, the runs in it, and which of them are included, with the digest of all lines
before it. It is signed if there is a key.
"""

from __future__ import annotations

import csv
import hashlib
import heapq
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from checks.reading import Record

KIND = "application/vnd.canary.export+json"  # the envelope's payload type
RUN, CONFIGURATION = "canary-run/1", "canary-configuration/1"
ENDING = ".jsonl"

# characters that terminals and editors obey; in JSON, they can be written otherwise
_OBEYED = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Sample(Record):
    size: int = Field(ge=1)
    seed: str


class Period(Record):
    """`first` to `last`: the runs of the period, `runs` in number; before and after: when their neighbors
    were requested.
    """

    first: int
    last: int
    runs: int
    before: AwareDatetime | None
    after: AwareDatetime | None


class Summary(Record):
    """The last line. All times by the database's clock."""

    format: Literal["canary-export/1"] = "canary-export/1"
    at: AwareDatetime
    since: AwareDatetime | None
    until: AwareDatetime | None
    period: Period | None  # None if no run was requested in it
    sample: Sample | None
    runs: int  # number of lines of runs
    last_run: int  # the last number assigned
    digest: str  # of all previous lines

    def as_text(self) -> str:
        return json.dumps(self.model_dump(mode="json"), separators=(",", ":"))


class Lines:
    """Hashes the lines that pass through, as bytes."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()

    def add(self, line: bytes) -> None:
        self._sum.update(line)

    @property
    def digest(self) -> str:
        return f"sha256:{self._sum.hexdigest()}"


def sampled(numbers: Iterable[int], sample: Sample) -> list[int]:
    """Returns a random sample, in order. The same numbers and seed give the same sample everywhere."""
    return sorted(heapq.nsmallest(sample.size, numbers, key=lambda number: _rank(number, sample.seed)))


def _rank(number: int, seed: str) -> bytes:
    return hashlib.sha256(f"{seed}:{number}".encode()).digest()


def on_one_line(document: str) -> bytes:
    """JSON on one line that no terminal obeys and no reader splits."""
    safe = document if document.isascii() else _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
    return f"{safe}\n".encode()


def configuration_line(digest: str, document: str) -> bytes:
    return on_one_line(json.dumps({"format": CONFIGURATION, "digest": digest, "document": document}))


# ---------------------------------------------------------------- as a table

COLUMNS = (
    *("run", "environment", "state", "outcome", "version", "commit"),
    *("requested_by", "requested_at", "decided_by", "decided_at", "reason", "votes", "waivers", "checks"),
    *("rolled_back_by", "rolled_back_at", "removed_at", "evidence", "configuration", "events", "last_hash"),
)


def csv_line(cells: Sequence[object]) -> bytes:
    """Every cell quoted; one that a spreadsheet would execute starts with an apostrophe, which shows it as text."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(map(_harmless, cells))
    return written.getvalue().encode()


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(_FORMULA) else text


def row_of(document: str) -> Iterator[object]:
    """The cells of a run's line."""
    run: Mapping[str, Any] = json.loads(document)
    decision = run["decision"] or {}
    back = run["rolled_back"] or {}
    evidence = run["evidence"] or {}
    events = run["events"] or []
    arguments = run["arguments"]
    return iter(
        (
            run["run"],
            run["environment"],
            run["state"],
            run["outcome"],
            arguments.get("version"),
            arguments.get("commit"),
            run["requested_by"],
            run["requested_at"],
            ", ".join(decision.get("decided_by", ())),
            decision.get("decided_at"),
            decision.get("reason"),
            "; ".join(f"{vote['person']}: {vote['choice']}" for vote in decision.get("votes", ())),
            "; ".join(f"{each['person']}: {each['check']}" for each in decision.get("waivers", ())),
            "; ".join(f"{name}: {each['outcome']}" for name, each in evidence.get("checks", {}).items()),
            back.get("by"),
            back.get("at"),
            (run["removed"] or {}).get("at"),
            run["evidence_digest"],
            run["configuration"],
            len(events),
            events[-1]["hash"] if events else None,
        )
    )
