"""`canary verify`: a packet, its signed form, a checkpoint, or the whole audit log."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bot.base.environment import pasted
from commands.shell.console import FAIL, UNCERTAIN, note, one_line, run, say, stop
from commands.shell.options import FILE, Retention, data_folder, opened, start_log, text_of

if TYPE_CHECKING:
    from bot.record.proof.examination import Examined
    from bot.record.proof.keys import Keyring


_LONGEST = 1000  # characters of a problem
_STOPPED = "there may be more; stopped after {} problems"


@click.command(short_help="Verify a decision packet, or the whole audit log.")
@click.argument("what", metavar="[FILE | URL]", required=False)
@click.option(
    "--database",
    is_flag=True,
    help="Verify the whole audit log: in the database at URL, else at DATABASE_URL, else the embedded one",
)
@click.option(
    "--checkpoint", type=FILE, help="A file from `canary checkpoint`: everything in it must still exist"
)
@click.option(
    "--key",
    help="The public key that must have signed it: a PEM file, a keyring, or ed25519:…; by default the keyring in CANARY_DATA",
)
@click.option(
    "--packet", type=FILE, help="The decision packet (.json or .intoto.json) that an addendum must belong to"
)
@click.option(
    "--retention",
    envvar="RETENTION",
    type=Retention(),
    default="13 months",
    show_default=True,
    help="No run may have been removed earlier  [RETENTION]",
)
def verify(
    what: str | None,
    *,
    database: bool,
    checkpoint: Path | None,
    key: str | None,
    packet: Path | None,
    retention: timedelta,
) -> None:
    """Verify FILE with no network and no database, or the whole audit log with --database.

    FILE is a decision packet (.json), its signed form (.intoto.json), an addendum, an export (.jsonl) or a checkpoint. Exits with 0 if everything
    verifies, 1 if something does not, 2 if it cannot be read, or is not proved by what was given.
    """
    if not database and checkpoint:
        stop("--checkpoint needs --database.")
    if packet and what:
        _verify_addendum(Path(what), packet, key)
    elif database:
        _verify_database(pasted(what or os.environ.get("DATABASE_URL")), checkpoint, key, retention)
    elif what:
        _verify_file(Path(what), key, retention)
    else:
        stop("Give something to verify: a file, or --database.")


def _verify_file(path: Path, key: str | None, retention: timedelta) -> None:
    from bot.record.proof.examination import examined, same_packet
    from bot.record.proof.export import ENDING as EXPORT
    from bot.record.proof.statement import ENDING
    from bot.record.verification import LARGEST

    keyring = _keyring(key)
    if path.suffix == EXPORT:
        _verify_export(path, keyring, retention, must_be_signed=bool(key))
        return
    text = text_of(path, LARGEST)
    envelope = path.with_suffix(ENDING)
    if key and path.suffix == ".json" and path.name != envelope.name and envelope.exists():
        beside = text_of(envelope, LARGEST)
        if same_packet(text, beside):
            _report(envelope, examined(beside, keyring))
            return
    result = examined(text, keyring if key or _is_envelope(text) else None)
    _report(path, result)


def _verify_addendum(path: Path, packet: Path, key: str | None) -> None:
    """Verifies both, and that they belong together; a signed packet whose log has the addendum's digest
    proves it, too.
    """
    from bot.record import addendum, verification
    from bot.record.proof.examination import belongs

    text, whole = text_of(path, verification.LARGEST), text_of(packet, verification.LARGEST)
    if _is_envelope(whole):
        _report(path, belongs(text, whole, _keyring(key)))
        return
    if key:
        _uncertain(f"{packet}: it bears no signature: give a signed packet (.intoto.json)")
    if wrong := verification.problems(whole):
        _fail(f"{packet}: {problem}" for problem in wrong)
    if wrong := addendum.problems(text, whole):
        _fail(f"{path}: {problem}" for problem in wrong)
    say(f"{path}: every digest matches, and it belongs to {packet}")


def _verify_export(
    path: Path, keyring: Keyring | None, retention: timedelta, *, must_be_signed: bool
) -> None:
    from bot.record.proof.examination import NOT_COMPARED
    from bot.record.proof.exported import Examination, lines_of, told
    from commands.audit_log import MAX_PROBLEMS

    examination, found = Examination(keyring, retention), 0
    with opened(path) as file:
        for found, problem in enumerate(examination.problems(lines_of(file)), 1):
            _problem(f"{path}: {problem}")
            if found == MAX_PROBLEMS:
                note(_STOPPED.format(MAX_PROBLEMS))
                break
    if found:
        raise SystemExit(FAIL)
    if examination.is_signed and keyring is None:
        _uncertain(f"{path}: {NOT_COMPARED}")
    if must_be_signed and not examination.is_signed:
        _uncertain(f"{path}: it is consistent, but it bears no signature")
    say(f"{path}: {told(examination)}")


def _is_envelope(text: str) -> bool:
    """The keyring in CANARY_DATA counts only for an envelope: a bare packet has no signature to verify."""
    from bot.record.proof.signature import NotAnEnvelopeError, opened

    try:
        opened(text, None)
    except NotAnEnvelopeError:
        return False
    return True


def _keyring(key: str | None) -> Keyring | None:
    from bot.record.proof.key_folder import KeyFolder, keyring_of

    data = data_folder()
    return keyring_of(key, data) if key else KeyFolder(data).keyring


def _report(path: Path, result: Examined) -> None:
    if result.found:
        _fail(f"{path}: {problem}" for problem in result.found)
    if result.open:
        _uncertain(f"{path}: {result.open}")
    say(f"{path}: {result.proved}")


def _uncertain(what: str) -> NoReturn:
    _problem(what)
    raise SystemExit(UNCERTAIN)


def _fail(problems: Iterable[str]) -> NoReturn:
    from commands.audit_log import MAX_PROBLEMS

    for number, problem in enumerate(problems, 1):
        _problem(problem)
        if number == MAX_PROBLEMS:
            note(_STOPPED.format(MAX_PROBLEMS))
            break
    raise SystemExit(FAIL)


def _problem(text: str) -> None:
    """One line each, even if stored text has line breaks, and of a length that people read."""
    line = one_line(text)
    note(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…")


def _verify_database(url: str | None, checkpoint: Path | None, key: str | None, retention: timedelta) -> None:
    from bot.record.proof.checkpoint import LARGEST, Against
    from bot.record.proof.key_folder import keyring_of
    from bot.record.proof.signature import ForgedError
    from commands.audit_log import verify as verify_all

    start_log()
    data, against = data_folder(), None
    if checkpoint:
        text = text_of(checkpoint, LARGEST)
        try:
            against = Against.signed(text, keyring_of(key, data))
        except ForgedError as error:
            _fail([f"{checkpoint}: {error} {error.hint}"])
    verified = run(verify_all(url, data, against, retention=retention, say=_problem))
    if not verified.holds:
        raise SystemExit(FAIL)
    say(verified.summary)
