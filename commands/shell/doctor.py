"""`canary doctor`: what the bot needs, and what is missing."""

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


@click.command(short_help="Check everything that the bot needs; say what is missing.")
@config_option
def doctor(config: Path) -> None:
    """Check tokens, scopes, channels, user groups, servers and sources, and say what to do: one line each.

    Exits with 0 if all is well, 1 if something is wrong, 2 if something could not be found out.
    """
    from bot.base.finding import State

    states = run(_said(config))
    if State.FAIL in states:
        raise SystemExit(FAIL)
    raise SystemExit(UNCERTAIN if State.UNKNOWN in states else PASS)


async def _said(config: Path) -> set[str]:
    """Each line as soon as it is known."""
    from commands.doctor import examine

    states: set[str] = set()
    async for finding in examine(config, os.environ):
        say(_line(finding))
        states.add(finding.state)
    return states


def _line(finding: Finding) -> str:
    return f"{finding.state:5} {one_line(f'{finding.about}: {sentences(finding.said, finding.todo)}')}"
