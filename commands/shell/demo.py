"""`canary demo`: runs the sandbox as a separate program."""

from __future__ import annotations

import importlib.util
import os
import sys

import click

from commands.shell.console import stop


@click.command(
    short_help="Try it here: a local Slack and a sample system.",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
@click.pass_context
def demo(context: click.Context) -> None:
    """Try it on this machine, with nothing to install: a local Slack in the browser and a sample system."""
    if importlib.util.find_spec("sandbox") is None:
        stop(
            "the demo is not part of this installation; the container image does not contain it either.",
            "Run it from the project's folder: make demo.",
        )
    os.execv(sys.executable, [sys.executable, "-m", "sandbox", *context.args])  # noqa: S606 — our own interpreter and module
