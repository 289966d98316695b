"""Output of the command line: data on standard output, everything else on standard error, and an exit code.

Text from a database, a program or a server passes through `plain` here, because a terminal obeys escape sequences.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, NoReturn, TextIO, TypeVar

from bot.base.environment import own_secrets
from bot.base.plain import plain
from bot.base.sentences import sentences

T = TypeVar("T")

PASS, FAIL, UNCERTAIN = 0, 1, 2
INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM


def prepare() -> None:
    """Make the standard streams writable: a closed one becomes /dev/null, an unencodable character is escaped."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            _redirect_to_devnull(number)
            setattr(sys, name, os.fdopen(number, "w" if number else "r"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Write data, for people or programs, followed by a newline."""
    _write(sys.stdout, f"{plain(text)}\n")


def emit(line: bytes) -> None:
    """Write a line of data unchanged: its producer must exclude what a terminal obeys. Does nothing once
    nobody reads.
    """
    try:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _redirect_to_devnull(sys.stdout.fileno())
        raise SystemExit(PASS) from None
    except OSError as error:
        _stop_writing(error)


def say_colored(text: str) -> None:
    """Write data in the bot's own colors; its contents have been through `one_line`."""
    _write(sys.stdout, f"{text}\n")


def note(text: str) -> None:
    """Write to standard error, without the bot's secrets: a driver's error may quote a URL with its password."""
    _write(sys.stderr, f"{plain(_without_own_secrets(text))}\n")


def _without_own_secrets(text: str) -> str:
    if not (hidden := [*own_secrets(os.environ)]):
        return text
    from checks.secrets import Secrets

    return Secrets({}, hidden).redact(text)


def stop(message: str, hint: str = "", *, code: int = UNCERTAIN) -> NoReturn:
    """End the command with one line: what is wrong, and the next step."""
    note(f"canary: {one_line(sentences(message, hint))}")
    raise SystemExit(code)


def terminal_width() -> int | None:
    """The column to wrap at; None if the output is not a terminal and must not be wrapped."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def has_color() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def one_line(text: str) -> str:
    return " ".join(plain(text).split())


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as aligned lines; the last column is not padded."""
    cleaned = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cleaned, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cleaned
    ]


def run(work: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` with cleanup on Ctrl-C and SIGTERM: it stops the programs that it started."""
    import asyncio
    import logging

    gc.freeze()  # what starting made stays until the end: searching it for garbage takes longer than many a command
    gc.enable()
    if not logging.root.handlers:  # keeps libraries' warnings during shutdown off standard error
        logging.root.addHandler(logging.NullHandler())
    terminated = False

    async def watched() -> T:
        nonlocal terminated
        task = asyncio.ensure_future(work)

        def terminate() -> None:
            nonlocal terminated
            terminated = True
            task.cancel()

        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminate)
        return await task

    try:
        return asyncio.run(watched())
    except KeyboardInterrupt:
        stop("interrupted.", code=INTERRUPTED)
    except asyncio.CancelledError:
        if terminated:
            stop("terminated.", code=TERMINATED)
        raise


def _write(stream: TextIO, text: str) -> None:
    """A reader that has exited, like `head`, does not change the exit code; a full disk does."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _redirect_to_devnull(stream.fileno())
    except OSError as error:
        _redirect_to_devnull(stream.fileno())
        if stream is sys.stderr:
            raise SystemExit(UNCERTAIN) from None
        _stop_writing(error)


def _stop_writing(error: OSError) -> NoReturn:
    _redirect_to_devnull(sys.stdout.fileno())
    stop(f"standard output cannot be written: {error.strerror}.", "Free some space, or write elsewhere.")


def _redirect_to_devnull(descriptor: int) -> None:
    devnull = os.open(os.devnull, os.O_RDWR)
    if devnull != descriptor:
        os.dup2(devnull, descriptor)
        with suppress(OSError):
            os.close(devnull)
