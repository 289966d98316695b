"""`python -m sandbox`, which is `canary demo`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import CanaryError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def demo(
    *,
    script: Annotated[bool, typer.Option("--script", help="Play it without a browser, as text")] = False,
    data: Annotated[Path, typer.Option(help="Where everything is kept")] = Path(".canary/demo"),
    port: Annotated[int, typer.Option(help="Of the page; 0 takes one that is free")] = 8765,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what was said and decided before")] = False,
    browser: Annotated[bool, typer.Option(help="Open the page")] = True,
    replicas: Annotated[int, typer.Option(min=1, max=10, help="So many bots share the work")] = 1,
) -> None:
    """A local Slack in the browser, a system to be judged, and the bot: all on this machine, nothing to install.

    --script plays the whole journey by itself in a folder of its own, prints both threads, and ends with 0
    when they show what they must, else with 1.
    """
    try:
        if script:
            _play(replicas)
        else:
            _show(data, port=port, fresh=fresh, browser=browser, replicas=replicas)
    except CanaryError as error:
        typer.echo(f"canary demo: {error} {error.hint}", err=True)
        raise typer.Exit(2) from None


def _play(replicas: int) -> None:
    from sandbox.demo.script import play

    raise typer.Exit(0 if asyncio.run(play(replicas)) else 1)


def _show(data: Path, *, port: int, fresh: bool, browser: bool, replicas: int) -> None:
    from sandbox.demo.folder import Folder
    from sandbox.demo.live import run

    asyncio.run(run(Folder(data), port=port, fresh=fresh, browser=browser, replicas=replicas))


if __name__ == "__main__":
    app(prog_name="canary demo")
