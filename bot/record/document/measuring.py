"""How each check was measured, in a packet for people: where, with which statement, URL or command, and when; and
what is known of the version that was measured.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.base.canonical import digest
from bot.record.document.model import Cell, Long, Section, Several, Table, section
from bot.record.document.said import listing, moment, span
from bot.rules.dossier import Dossier
from bot.rules.previous import VERSION
from checks.base import Check
from checks.numbers import Scalar
from checks.result import Result
from checks.units import say_count, say_value

COMMIT = "commit"  # an argument, or what a tree is at
DEPLOYED = ("deployed_at", "deployed")  # arguments, or facts that a check read
_TREE = (COMMIT, "branch", "dirty", "dirty_files", "changed")
_ADDRESSES = ("base_url", "repository", "path", "dsn")
_VARIABLE = re.compile(r"\$\{\w+\}", re.ASCII)
_UNREMARKABLE = {"dropped_bytes": 0}  # in a context
NOT_RECORDED = "not recorded"


def measuring(dossier: Dossier) -> Section:
    rows = [_row(dossier, name, result) for name, result in dossier.results.items()]
    heading = ("Check", "Where and when", "What was asked")
    caption = "Where and when each check measured, and what it asked. The digest is of all that it asked, with defaults"
    return section("measuring", "How it was measured", Table(caption, heading, rows))


def _row(dossier: Dossier, name: str, result: Result) -> tuple[Cell, ...]:
    check = dossier.plan.environment.checks[name]
    return (
        dossier.titles[name],
        Several([*_where(dossier, check), *_when(result), f"digest {digest(check.asks())}"]),
        Long("\n".join(_asked(check, result))),
    )


def _where(dossier: Dossier, check: Check) -> Iterator[str]:
    source = dossier.plan.sources.get(check.source)
    if source is None:
        yield check.kind
        return
    address = next((str(found) for key in _ADDRESSES if (found := getattr(source, key, None))), "")
    if address and hasattr(source, "dsn") and not _VARIABLE.fullmatch(address):
        address = ""  # parts of it may be nobody's business
    yield f"{check.kind} on {check.source} ({source.kind}{f', {address}' if address else ''})"


def _asked(check: Check, result: Result) -> Iterator[str]:
    for key, value in check.asks(defaults=False).items():
        if key not in {"kind", "source"}:
            yield f"{key}: {_said(value)}"
    context = _context(result)
    if statement := context.get("statement"):
        yield f"statement: {statement}"


def _said(value: Any) -> str:
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _when(result: Result) -> Iterator[str]:
    windows = [one.window for one in result.measurements if one.window]
    if windows:
        yield f"window {span(min(each.start for each in windows), max(each.end for each in windows))}"
    looks = say_count(len(result.measurements), "measurement") if result.measurements else "nothing measured"
    took = say_value(round(result.seconds, 1), "s")
    yield f"asked at {moment(result.started_at)}: {looks} in {took}"


def tree(result: Result) -> Several:
    """What a program ran on: "commit 1a2b3c, branch main, no uncommitted changes"."""
    context = _context(result)
    said = [f"commit {context[COMMIT]}"] if context.get(COMMIT) else []
    said += [f"branch {context['branch']}"] if context.get("branch") else []
    match context.get("dirty"):
        case True:
            count, changed = context.get("dirty_files"), context.get("changed")
            said.append(
                f"{say_count(int(count), 'uncommitted change') if isinstance(count, int) else 'uncommitted changes'}{f': {changed}' if changed else ''}"
            )
        case False:
            said.append("no uncommitted changes")
    others = (
        f"{key} {value if isinstance(value, str) else say_value(value)}"
        for key, value in context.items()
        if key not in _TREE and value is not None and _UNREMARKABLE.get(key) != value
    )
    return Several([*said, *others] or [NOT_RECORDED])


def deployed(dossier: Dossier) -> Iterator[tuple[str, Cell]]:
    """The version that was measured: as what commit, and when it was deployed, as far as anything says so."""
    arguments = dossier.run.arguments
    yield "Version", arguments.get(VERSION) or NOT_RECORDED
    yield "Commit", Several(list(_commits(dossier)) or [NOT_RECORDED])
    yield "Deployed", Several(list(_times(dossier)) or [NOT_RECORDED])


def _commits(dossier: Dossier) -> Iterator[str]:
    """What the run was started with, and what its programs ran on: an auditor sees whether both agree."""
    if stated := dossier.run.arguments.get(COMMIT):
        yield f"{stated}, as the requester stated"
    read: dict[str, list[str]] = {}
    for name, result in dossier.results.items():
        if not dossier.plan.environment.checks[name].tells_facts and (found := _context(result).get(COMMIT)):
            read.setdefault(str(found), []).append(dossier.titles[name])
    for commit, titles in read.items():
        yield f"{commit}, on which {listing(titles)} ran"
    yield from _facts(dossier, (COMMIT,))


def _times(dossier: Dossier) -> Iterator[str]:
    for name in DEPLOYED:
        if stated := dossier.run.arguments.get(name):
            yield f"{stated}, as the requester stated"
    yield from _facts(dossier, DEPLOYED)


def _facts(dossier: Dossier, names: tuple[str, ...]) -> Iterator[str]:
    """What a check read of the system itself."""
    for check, result in dossier.results.items():
        if dossier.plan.environment.checks[check].tells_facts:
            for fact, value in _context(result).items():
                if fact.rpartition(".")[2].casefold() in names and value:
                    yield f"{value}, as {dossier.titles[check]} read in {fact}"


def _context(result: Result) -> Mapping[str, Scalar]:
    return result.measurements[-1].context if result.measurements else {}
