"""The container image, built and run for real, with embedded servers and the local Slack."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil
import pytest

from sandbox.slack import LocalSlack
from tests.image.buildah import Storage, install_tools

ROOT = Path(__file__).parents[2]
USER = 10001

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600), pytest.mark.xdist_group("image")]


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    install_tools()
    with tempfile.TemporaryDirectory(prefix="canary-image-") as folder:
        yield Storage(Path(folder))


@pytest.fixture(scope="module")
def image(storage: Storage) -> str:
    return storage.build(
        ROOT, base=storage.import_debian("localhost/debian:test"), name="localhost/canary:test"
    )


@pytest.fixture(scope="module")
def container(storage: Storage, image: str) -> Iterator[str]:
    name = storage.buildah("from", image)
    yield name
    storage.buildah("rm", name)


def run(storage: Storage, container: str, *command: str) -> str:
    return storage.buildah("run", "--isolation", "chroot", container, "--", *command)


async def test_it_serves_as_its_own_user_and_stops_when_asked(storage: Storage, container: str):
    config = ROOT / "examples" / "minimal" / "canary.yaml"
    storage.buildah("copy", "--chmod", "0644", container, config, "/etc/canary/canary.yaml")
    async with LocalSlack(manifest=ROOT / "manifest.yml") as slack:
        environment = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "STAGING_URL": "http://127.0.0.1:9",
            "PORT": "0",
        }
        async with served(storage, container, environment) as port, aiohttp.ClientSession() as session:
            for path in ("/healthz", "/readyz"):
                async with session.get(f"http://127.0.0.1:{port}{path}") as response:
                    assert response.status == 200, (path, await response.text())
            assert {process.name() for process in of_the_image()} >= {"canary", "postgres", "valkey-server"}
    assert list(of_the_image()) == []


def test_no_build_tools_are_left_in_it(storage: Storage, container: str):
    assert run(storage, container, "sh", "-c", "command -v pip gcc cc make uv hatchling; true") == ""
    packages = run(storage, container, "ls", "/opt/canary/lib").split()
    installed = run(storage, container, "ls", f"/opt/canary/lib/{packages[0]}/site-packages").split()
    assert not {"pip", "hatchling", "pytest", "uv"} & set(installed)
    assert {"bot", "checks", "commands"} <= set(installed)
    assert "sandbox" not in installed
    assert run(storage, container, "git", "--version").startswith("git version")


def test_it_is_not_root_and_can_write_only_its_data(storage: Storage, container: str):
    assert run(storage, container, "id", "-u") == str(USER)
    assert (
        run(storage, container, "sh", "-c", "touch /data/x && ! touch /opt/canary/x 2>/dev/null && echo so")
        == "so"
    )


def test_it_does_not_contain_where_packages_came_from(storage: Storage, image: str, container: str):
    assert run(storage, container, "sh", "-c", "ls /etc/pip.conf /run/secrets 2>/dev/null; true") == ""
    settings = storage.folder.joinpath("pip.conf").read_text()
    history = json.loads(storage.buildah("inspect", "--type", "image", image))["Docker"]["history"]
    secrets = [line.partition("=")[2].strip() for line in settings.splitlines() if "url" in line]
    assert not any(secret in json.dumps(history) for secret in secrets)


def test_it_reports_its_health_to_an_orchestrator(storage: Storage, image: str):
    config = json.loads(storage.buildah("inspect", "--type", "image", image))["Docker"]["config"]
    assert "/healthz" in " ".join(config["Healthcheck"]["Test"])
    assert config["User"] == f"{USER}:{USER}"
    assert config["Entrypoint"] == ["canary"]
    assert config["Cmd"] == ["serve"]


@asynccontextmanager
async def served(storage: Storage, container: str, environment: dict[str, str]) -> AsyncIterator[int]:
    """Yields the port of a `canary serve` in the container, which is asked to stop and waited for at the end."""
    options = [part for name, value in environment.items() for part in ("--env", f"{name}={value}")]
    command = storage.command("run", "--isolation", "chroot", *options, container, "--", "canary", "serve")
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(60):
            yield await port_of(process)
    finally:
        for each in of_the_image():
            if each.name() == "canary":
                each.terminate()
        async with asyncio.timeout(30):
            said = (await process.communicate())[1].decode()
    assert process.returncode == 0, said


async def port_of(process: asyncio.subprocess.Process) -> int:
    assert process.stderr is not None
    said = []
    while line := await process.stderr.readline():
        said.append(line.decode())
        if '"ready"' in said[-1]:
            return int(json.loads(said[-1])["port"])
    raise AssertionError("".join(said))


def of_the_image() -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            if process.uids().effective == USER and process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except psutil.NoSuchProcess:
            continue
