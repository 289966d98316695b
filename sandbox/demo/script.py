"""`canary demo --script`: the scenario as text, without a person and without a browser."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from sandbox.demo.folder import Folder
from sandbox.demo.stage import staged
from sandbox.demo.story import Story


async def play(replicas: int) -> bool:
    """Print the threads and what was checked. Returns whether everything was as expected."""
    with tempfile.TemporaryDirectory(prefix="canary-demo-") as path:
        async with staged(Folder(Path(path)), say=_warn, replicas=replicas) as stage:
            story = Story(stage)
            try:
                await story.play()
            except AssertionError as error:
                print(*story.threads(), f"\nNot as expected: {error}", sep="\n\n")
                return False
            held = f"{len(story.held)} checks of the threads passed: {'; '.join(story.held)}."
            print(*story.threads(), held, sep=f"\n\n{'═' * 100}\n\n")
            return True


def _warn(what: str) -> None:
    print(what, file=sys.stderr)
