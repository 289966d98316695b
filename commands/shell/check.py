"""`canary check`: an environment's checks, once, without Slack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.shell.console import (
    FAIL,
    PASS,
    UNCERTAIN,
    has_color,
    run,
    say,
    say_colored,
    stop,
    terminal_width,
)
from commands.shell.options import FILE, config_option, data_folder, json_option, loaded

if TYPE_CHECKING:
    from checks.outcome import Outcome
    from commands.report import Report


@click.command()
@click.argument("environment")
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--only", multiple=True, metavar="CHECK", help="Run only this check; repeat for more")
@json_option
@click.option("--markdown", is_flag=True, help="Markdown, for the summary of a CI job")
@click.option(
    "--junit", type=FILE, metavar="FILE", help="Also write a JUnit report to FILE; - is standard output"
)
@config_option
def check(
    environment: str,
    arguments: tuple[str, ...],
    *,
    only: tuple[str, ...],
    as_json: bool,
    markdown: bool,
    junit: Path | None,
    config: Path,
) -> None:
    """Run an environment's checks once, without Slack.

    Exits with 0 for PASS or WARN, 1 for FAIL, 2 for UNKNOWN or ERROR.
    """
    from bot.plan.load import Selection
    from commands.report import run_checks

    to_output = junit == Path("-")
    if as_json + markdown + to_output > 1:
        stop("--json, --markdown and --junit - all write to standard output.", "Use only one of them.")
    configuration = loaded(config, selection=Selection(environment, only), lenient=True)
    given = dict(_pair(word) for word in arguments)
    report = run(run_checks(configuration, environment, given, only, data=data_folder()))
    if junit and not to_output:
        _write_junit(report, junit)
    _say(report, as_json=as_json, markdown=markdown, junit=to_output)
    raise SystemExit(exit_code(report.verdict.outcome))


def exit_code(outcome: Outcome) -> int:
    if outcome.recommends_go:
        return PASS
    return FAIL if outcome == "FAIL" else UNCERTAIN


def _say(report: Report, *, as_json: bool, markdown: bool, junit: bool) -> None:
    if as_json:
        from commands.shell.formats.document import as_json as as_document

        say(as_document(report.model_dump(mode="json")))
    elif markdown:
        from commands.shell.formats.markdown import as_markdown

        say(as_markdown(report))
    elif junit:
        from commands.shell.formats.junit import as_junit

        say(as_junit(report))
    else:
        from commands.shell.formats.text import as_text

        say_colored(as_text(report, width=terminal_width(), color=has_color()))


def _write_junit(report: Report, file: Path) -> None:
    from commands.shell.formats.junit import as_junit

    try:
        file.write_text(as_junit(report) + "\n", encoding="utf-8")
    except OSError as error:
        stop(f"{file} cannot be written: {error.strerror}.", "Choose another file for --junit.")


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        stop(f"{word!r} is not an argument.", "Write arguments as name=value.")
    return name, value
