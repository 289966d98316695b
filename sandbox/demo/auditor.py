"""Verifies a run's packet as an auditor would: from the files in its thread and the public key, with the command line alone."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.record.proof.key_folder import PUBLIC
from sandbox.demo.bot_process import environment
from sandbox.demo.scene import SOON, Scene
from sandbox.slack.files import File
from sandbox.slack.message import Message

_SIGNED, _ADDENDUM = ".intoto.json", "-addendum.json"


async def the_packet_verifies(scene: Scene, card: Message) -> None:
    files = await scene.stage.slack.wait_for(lambda: _complete(scene, card), SOON)
    key = str(scene.stage.keys / PUBLIC)
    with tempfile.TemporaryDirectory(prefix="canary-auditor-") as path:
        await asyncio.to_thread(_write, Path(path), files)
        signed = next(file.name for file in files if file.name.endswith(_SIGNED))
        addendum = next(file.name for file in files if file.name.endswith(_ADDENDUM))
        packet = signed.removesuffix(_SIGNED) + ".json"
        said = await _canary(path, "verify", signed, "--key", key)
        scene.held.append(f"`canary verify` accepts the signed packet ({said})")
        said = await _canary(path, "verify", addendum, "--packet", packet)
        scene.held.append(f"and the addendum that closes its conditions ({said})")


def _complete(scene: Scene, card: Message) -> list[File]:
    """Returns the thread's files, once the signed packet and the addendum are among them."""
    files = [file for message in scene.stage.slack.thread(card) for file in message.files]
    names = [file.name for file in files]
    arrived = all(any(name.endswith(ending) for name in names) for ending in (_SIGNED, _ADDENDUM))
    return files if arrived else []


def _write(folder: Path, files: Sequence[File]) -> None:
    for file in files:
        (folder / file.name).write_bytes(file.content or b"")


async def _canary(folder: str, *words: str) -> str:
    """Returns what the command prints. Raises AssertionError, with its errors, unless it exits with 0."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "commands", *words),
        cwd=folder,
        env=environment({}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, errors = await process.communicate()
    if process.returncode:
        raise AssertionError(f"canary {' '.join(words)} exited with {process.returncode}: {errors.decode()}")
    return said.decode().strip()
