"""`python -m sandbox`, which is `canary demo`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot.base.errors import CanaryError
from bot.base.sentences import sentences


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--script", is_flag=True, help="Play a scenario as text, without a browser")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path(".canary/demo"),
    show_default=True,
    help="The folder for all of the demo's data",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="The port of the page; 0 picks a free one",
)
@click.option("--fresh", is_flag=True, help="Start over: delete earlier messages and runs")
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the page in a browser")
@click.option(
    "--replicas",
    type=click.IntRange(1, 10),
    default=1,
    show_default=True,
    help="How many bots share the work",
)
def demo(*, script: bool, data: Path, port: int, fresh: bool, browser: bool, replicas: int) -> None:
    """Try the bot on this machine: a local Slack in the browser and a sample system, with nothing to install.

    --script plays a whole scenario without you, in a temporary folder, and prints the threads. It exits with 0 if
    they show what they should, with 1 if not.
    """
    try:
        if script:
            _play(replicas)
        else:
            _show(data, port=port, fresh=fresh, browser=browser, replicas=replicas)
    except CanaryError as error:
        click.echo(f"canary demo: {sentences(str(error), error.hint)}", err=True)
        raise SystemExit(2) from None


def _play(replicas: int) -> None:
    from sandbox.demo.script import play

    raise SystemExit(0 if asyncio.run(play(replicas)) else 1)


def _show(data: Path, *, port: int, fresh: bool, browser: bool, replicas: int) -> None:
    from sandbox.demo.folder import Folder
    from sandbox.demo.live import run

    asyncio.run(run(Folder(data), port=port, fresh=fresh, browser=browser, replicas=replicas))


if __name__ == "__main__":
    demo(prog_name="canary demo")
