"""`canary doctor`: checks what the bot needs, and says what is missing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.base.sentences import sentences
from commands.shell.console import FAIL, PASS, UNCERTAIN, one_line, run, say
from commands.shell.options import config_option

if TYPE_CHECKING:
    from bot.base.finding import Finding


@click.command(short_help="Check everything the bot needs; say what is missing.")
@config_option
def doctor(config: Path) -> None:
    """Check tokens, scopes, channels, user groups, servers and sources; print one line for each, with what to fix.

    Exits with 0 if everything is fine, 1 if something is wrong, 2 if something could not be checked. Items that
    are skipped (-) do not count.
    """
    from bot.base.finding import State

    states = run(_print_findings(config))
    if State.FAIL in states:
        raise SystemExit(FAIL)
    raise SystemExit(UNCERTAIN if State.UNKNOWN in states else PASS)


async def _print_findings(config: Path) -> set[str]:
    """Print each line as soon as it is known. Returns the states found."""
    from commands.doctor import examine

    states: set[str] = set()
    async for finding in examine(config, os.environ):
        say(_line(finding))
        states.add(finding.state)
    return states


def _line(finding: Finding) -> str:
    return f"{finding.state:5} {one_line(f'{finding.about}: {sentences(finding.said, finding.todo)}')}"
