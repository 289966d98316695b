"""README and docs/operating.md are complete: settings, commands, metrics, tables and states."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from bot.base.metrics import Metrics
from bot.rules.outbox import MessageState
from commands.settings import Settings
from commands.shell.options import DEFAULT_CONFIG
from commands.shell.program import program
from commands.slack.parse import USAGES

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text()
OPERATING = (ROOT / "docs" / "operating.md").read_text()
MIGRATIONS = ROOT / "bot" / "store" / "migrations" / "versions"


def rows(page: str, start: str) -> dict[str, list[str]]:
    """Returns {first code word of the first cell: the other cells} of the table that starts with `start`."""
    table = page[page.index(start) :].partition("\n\n")[0]
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:])
    return {re.findall(r"`([^` {]+)", first)[0]: rest for first, *rest in cells}


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    told = rows(README, "| variable |")
    fields = Settings.model_fields.items()
    defaults = {name.upper(): None if field.is_required() else field.default for name, field in fields}
    defaults["CANARY_CONFIG"] = DEFAULT_CONFIG  # read by the command line, for `check` and `lint` too
    assert {name: cells[0] for name, cells in told.items()} == {
        name: "" if default is None else f"`{default}`" for name, default in defaults.items()
    }


def test_every_command_is_in_the_readme() -> None:
    told = re.findall(r"\| `/canary ([^`]+)` \| ([^|]+) \|", README)
    assert told == [(usage.form, usage.does) for usage in USAGES.values()]


def test_every_command_of_the_shell_is_in_the_readme() -> None:
    told = re.findall(r"\| `canary (\w+)", README)
    shell = program()
    assert sorted(told) == sorted(shell.list_commands(click.Context(shell)))


def test_help_lists_commands_with_uncut_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["outbox"]):
        program().main([*words, "--help"], standalone_mode=False, terminal_width=60)
        listed = capsys.readouterr().out.partition("Commands:")[2]
        assert listed and "..." not in listed


def test_every_metric_is_in_the_operating_page() -> None:
    metrics = {family.name for family in Metrics().registry.collect()}
    told = {name.removesuffix("_total") for name in rows(OPERATING, "| metric |")}
    assert told == metrics


def test_every_table_is_in_the_operating_page() -> None:
    ours = (script.read_text() for script in MIGRATIONS.glob("*.sql") if "procrastinate" not in script.name)
    made = [name for text in ours for name in re.findall(r"^CREATE TABLE (\w+)", text, re.MULTILINE)]
    table = OPERATING[OPERATING.index("| table |") :].partition("\n\n")[0]
    assert set(made) <= set(re.findall(r"`(\w+)`", table))


def test_every_state_of_a_message_is_in_the_operating_page() -> None:
    assert list(rows(OPERATING, "| state |")) == list(MessageState)
