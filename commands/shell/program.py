"""The `canary` program: its commands, and how their errors are reported."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from bot.base.errors import CanaryError, first_of
from bot.base.next_step import Next, Step
from checks.confinement.privacy import be_unreadable
from commands.shell.console import INTERRUPTED, note, prepare, say, stop
from commands.shell.failed_server import failed_server
from commands.shell.help import HelpfulGroup

# command -> the module of commands.shell that defines it under that name, imported on demand
COMMANDS = {
    "init": "init",
    "doctor": "doctor",
    "serve": "serve",
    "check": "check",
    "capture": "capture",
    "baselines": "capture",
    "lint": "lint",
    "schema": "lint",
    "runs": "runs",
    "packet": "packet",
    "outbox": "outbox",
    "migrate": "database",
    "verify": "verify",
    "checkpoint": "database",
    "keys": "keys",
    "export": "export",
    "reconcile": "reconcile",
    "demo": "demo",
}


_STEPS = {
    Step.LIST_RUNS: "`canary runs` lists the latest runs.",
    Step.LIST_MESSAGES: "`canary outbox list` lists those that need help.",
}


class _Commands(HelpfulGroup):
    """Imports only the module of the command that is run; all of them to list or suggest."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for name in [cmd_name] if cmd_name in COMMANDS else COMMANDS:
            self._import(name)
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        for name in COMMANDS:
            self._import(name)
        return super().list_commands(ctx)

    def _import(self, name: str) -> None:
        if name not in self.commands:
            self.add_command(getattr(import_module(f"commands.shell.{COMMANDS[name]}"), name))


def main() -> None:
    be_unreadable()
    prepare()
    gc.disable()  # starting creates no garbage; `console.run` and `serve` enable it again
    # pydantic searches every installed package for plugins, which would see the configuration
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        sys.exit(_exit_code(sys.argv[1:]))
    finally:
        gc.freeze()  # nor does ending need a search for garbage: the system takes back all memory


def _exit_code(words: Sequence[str]) -> int:
    """Run the command. Returns its exit code."""
    try:
        return program().main(words, prog_name="canary", standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        stop("interrupted.", code=INTERRUPTED)
    except Exception as error:  # noqa: BLE001 — a person at a terminal gets a sentence, not a traceback
        explain(error)


def explain(raised: Exception) -> NoReturn:
    """End the command with a sentence about what went wrong first."""
    error = first_of(raised)
    if isinstance(error, CanaryError):
        stop(str(error), error.hint or _typed(error.then))
    if server := failed_server(error):
        stop(f"{server} does not respond as it should: {type(error).__name__}.", "Try again in a moment.")
    if isinstance(error, OSError):
        stop(_described(error), "Check the path, its permissions and the disk.")
    _report_bug(raised, error)


def program() -> click.Group:
    group = _Commands(
        "canary",
        help="Decide in Slack, on evidence, whether a change goes ahead.",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
        params=[
            click.Option(
                ["-V", "--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_say_version,
                help="Show the version.",
            )
        ],
    )
    for command in (show_help, completion):
        group.add_command(command)
    return group


def _say_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"canary {version('canary-bot')}")
        context.exit()


@click.command("help")
@click.argument("command", nargs=-1)
@click.pass_context
def show_help(context: click.Context, command: tuple[str, ...]) -> None:
    """Show this list, or the help of one command."""
    assert context.parent
    context.parent.command.main([*command, "--help"], prog_name="canary", standalone_mode=False)


@click.command(epilog='For bash: eval "$(canary completion bash)"')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a completion script for SHELL: bash, zsh or fish."""
    from click.shell_completion import get_completion_class

    assert context.parent
    made = get_completion_class(shell)
    assert made
    say(made(context.parent.command, {}, "canary", "_CANARY_COMPLETE").source())


def _typed(steps: Sequence[Next]) -> str:
    """Next steps as shell commands; "" for those without one."""
    found = [_STEPS[step.step] for step in steps if step.step in _STEPS]
    return " ".join(found)


def _described(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}."


def _report_bug(raised: Exception, error: BaseException) -> NoReturn:
    """Without the exception's message, which may contain anything, including secrets: its location is enough."""
    if os.environ.get("CANARY_TRACEBACK"):
        note("".join(traceback.format_exception(raised)))
    frame = traceback.extract_tb(error.__traceback__)[-1]
    stop(
        f"this is a bug: {type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}.",
        "Please report it, with the traceback that CANARY_TRACEBACK=1 prints.",
    )
