"""`canary lint` and `canary schema`: what canary.yaml may contain."""

from __future__ import annotations

import os
from pathlib import Path

import click

from commands.shell.console import UNCERTAIN, note, say
from commands.shell.options import config_option, data_folder, loaded


@click.command(short_help="Check canary.yaml; list every problem with its line and key.")
@config_option
@click.option(
    "--no-env", is_flag=True, help="Check without the variables that the file uses, as in a pull request"
)
def lint(config: Path, *, no_env: bool) -> None:
    """Check canary.yaml; list every problem with its file, line and key. Warnings do not change the exit code."""
    from checks.kinds import refused_kinds
    from checks.units import say_count

    data = data_folder()
    for refused in refused_kinds():
        note(f"warning: {refused}")
    found = loaded(config, environ=None if no_env else os.environ)
    for problem in (*found.warnings(), *found.missing_here(data)):
        note(problem.as_warning())
    if impossible := found.impossible_here(data) if not no_env else ():
        for problem in impossible:
            note(str(problem))
        raise SystemExit(UNCERTAIN)
    for name, environment in found.plan.environments.items():
        say(f"{name}: {say_count(len(environment.checks), 'check')}")
    say(f"no problems in {config}; {found.digest}")


@click.command()
def schema() -> None:
    """Print the JSON Schema of canary.yaml, for editors."""
    from bot.plan.schema import as_text

    say(as_text().removesuffix("\n"))
