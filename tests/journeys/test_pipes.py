"""Named pipes in place of reports: nothing waits for a pipe that nobody writes to."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION
from tests.journeys.test_command_line import Shell, settings, shell
from tests.journeys.test_streams import serving

__all__ = ["settings", "shell"]  # fixtures

PIPES = 6


def with_pipes(folder: Path) -> str:
    """A configuration of gates whose report files are named pipes from the start."""
    folder.mkdir()
    for number in range(PIPES):
        os.mkfifo(folder / f"{number}.xml")
    gates = "".join(
        f"\n      gate-{number}: {{kind: gate, source: app, owner: platform, timeout: 20m, "
        f"junit: {number}.xml, run: [touch, ran-{number}]}}"
        for number in range(PIPES)
    )
    source = f"sources:\n  app: {{kind: workspace, path: {folder.name}}}\n"
    return CONFIGURATION.replace("    checks:", f"    checks:{gates}").replace("sources:\n", source)


async def test_reports_that_are_pipes_block_neither_checks_nor_shutdown(
    shell: Shell, settings: dict[str, str], slack: LocalSlack
) -> None:
    app = shell.folder / "app"
    (shell.folder / "canary.yaml").write_text(with_pipes(app))
    async with serving(shell, settings) as bot:
        await slack.connected(timeout=60)
        await slack.user("raj").command("#releases", "/canary", "run staging")
        async with asyncio.timeout(60):
            while len(list(app.glob("ran-*"))) < PIPES:
                await asyncio.sleep(0.02)
        bot.terminate()
        assert await asyncio.wait_for(bot.wait(), 60) in {0, 143}
