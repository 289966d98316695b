"""`canary demo --script`: the journey without a person and without a browser, as text."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from sandbox.demo.folder import Folder
from sandbox.demo.stage import staged
from sandbox.demo.story import Story


async def play(replicas: int) -> bool:
    """Prints the threads and what was checked; -> whether all of it held."""
    with tempfile.TemporaryDirectory(prefix="canary-demo-") as path:
        async with staged(Folder(Path(path)), say=_complain, replicas=replicas) as stage:
            story = Story(stage)
            try:
                await story.play()
            except AssertionError as error:
                print(*story.threads(), f"\nThis did not hold: {error}", sep="\n\n")
                return False
            held = f"{len(story.held)} things were checked, and hold: {'; '.join(story.held)}."
            print(*story.threads(), held, sep=f"\n\n{'═' * 100}\n\n")
            return True


def _complain(what: str) -> None:
    print(what, file=sys.stderr)
