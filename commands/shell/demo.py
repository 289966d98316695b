"""`canary demo`: the sandbox, as a program of its own."""

from __future__ import annotations

import importlib.util
import os
import sys

import click

from commands.shell.console import stop


@click.command(
    short_help="Try it here: a local Slack and a system to judge.",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
@click.pass_context
def demo(context: click.Context) -> None:
    """Try it on this machine, with nothing installed: a local Slack in the browser and a system to judge."""
    if importlib.util.find_spec("sandbox") is None:
        stop(
            "the demo is no part of this installation, as of the container image.",
            "Run it from the project's folder: make demo.",
        )
    os.execv(sys.executable, [sys.executable, "-m", "sandbox", *context.args])  # noqa: S606 — our own interpreter and module
