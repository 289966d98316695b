"""The whole page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from commands.shell.program import program
from tests.messages_page import conversation
from tests.messages_page.sentences import ANSWERS, ERRORS, LOGGED, PROBLEMS, ROOT, Sentence, collected, table

FILE = ROOT / "docs" / "messages.md"
WIDTH = 110  # as the program shows its help on a wide terminal


def document() -> str:
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Messages"
    yield ""
    yield "Every sentence that a person can read, side by side. `make messages` writes this page; do not edit it."
    yield "The messages in Slack are drawn as text by the local Slack, with their buttons, for one example run."
    yield "*Read alone* is what a notification and a screen reader say. `{…}` is filled in."
    yield from _shown("Messages in Slack", conversation.messages())
    yield from _shown("Forms", conversation.shown_forms())
    yield from _shown("Private answers", conversation.private_answers())
    yield from _part("Refusals in Slack", table(collected(ANSWERS)))
    yield from _part("Errors of checks, the machine and the command line", table(collected(ERRORS)))
    yield from _part("Problems in canary.yaml", table(_configuring(collected(PROBLEMS)), hints=False))
    yield from _part("The command line", _help())
    yield from _part("The log", table(collected(LOGGED, of="log"), hints=False))
    yield ""


def _part(heading: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ("", f"## {heading}", "")
    yield from lines


def _shown(heading: str, parts: Iterable[conversation.Shown]) -> Iterator[str]:
    yield from ("", f"## {heading}", "")
    lines = [line for part in parts for line in part.markdown()]
    yield from lines[:-1]


def _configuring(found: Iterable[Sentence]) -> Iterator[Sentence]:
    return (each for each in found if each.module.startswith(("bot.plan.", "checks.")))


def _help() -> Iterator[str]:
    shell = program()
    whole = click.Context(shell, info_name="canary", terminal_width=WIDTH, **shell.context_settings)
    names = shell.list_commands(whole)
    for command in (shell, *filter(None, (shell.get_command(whole, name) for name in names))):
        parent = None if command is shell else whole
        about = click.Context(command, parent=parent, info_name=command.name, terminal_width=WIDTH)
        yield from ("```text", *command.get_help(about).splitlines(), "```")
