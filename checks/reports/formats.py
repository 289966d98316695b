"""The formats of reports, by name. Runs in a child process (`checks.calculation`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, Protocol

from checks.reports.files import ReportError
from checks.reports.findings import Eslint, Ruff, Sarif, Tsc
from checks.reports.report import Report, bounded, documents
from checks.reports.runners import Cargo, Go, Jest
from checks.reports.tap import Tap


class Reader(Protocol):
    """Reads documents of one format, one after the other."""

    def read(self, name: str, chunks: Iterator[bytes]) -> None: ...
    def report(self) -> Report: ...


_READERS: Mapping[str, Callable[[int], Reader]] = {  # format -> its reader, given the program's exit code
    "tap": lambda _: Tap(),
    "jest": lambda _: Jest(),
    "go": lambda _: Go(),
    "cargo": lambda _: Cargo(),
    "eslint": Eslint,
    "ruff": Ruff,
    "tsc": Tsc,
    "sarif": Sarif,
}


def read(given: Mapping[str, Any], blobs: Iterable[bytes]) -> Mapping[str, Any]:
    """All documents of the `format`, sent as by `files.contents`, as one `Report`. `exit_code`: of the
    program.
    """
    reader = _READERS[given["format"]](given["exit_code"])
    try:
        for name, chunks in documents(iter(blobs)):
            reader.read(name, chunks)
        report = reader.report()
    except ReportError as error:
        report = Report(problem=bounded(str(error)))
    return asdict(report)
