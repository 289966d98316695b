"""Images without a container engine: Debian's buildah, and a base made from Debian's own packages."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SUITE = "bookworm"
IN_BASE = "python3,python3-venv,ca-certificates,git"
TOOLS = ("buildah", "debootstrap")
PIP_SETTINGS = ("index-url", "extra-index-url", "trusted-host", "timeout")
CERTIFICATES = "/run/secrets/certificates"


def install_tools() -> None:
    """Install the build tools, or say which are missing if that is not possible."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise RuntimeError(f"install {' and '.join(missing)} first, and run this as root")
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "--quiet=2", *command], env=environment, check=True, timeout=600)


@dataclass(frozen=True)
class Storage:
    """Images and containers in a folder of their own."""

    folder: Path

    def command(self, *arguments: str | Path) -> list[str]:
        where = ["--root", self.folder / "root", "--runroot", self.folder / "run", "--storage-driver", "vfs"]
        return [str(each) for each in ("buildah", *where, *arguments)]

    def buildah(self, *arguments: str | Path, seconds: float = 120) -> str:
        """Returns the command's output. Raises AssertionError with everything it printed if it fails."""
        done = subprocess.run(
            self.command(*arguments), capture_output=True, text=True, timeout=seconds, check=False
        )
        assert done.returncode == 0, f"{done.args}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout.strip()

    def import_debian(self, name: str) -> str:
        """Make an image of a small Debian with Python."""
        tree = self.folder / "debian"
        log = self.folder / "debootstrap.log"
        with log.open("w") as output:
            command = ["debootstrap", "--variant=minbase", f"--include={IN_BASE}", SUITE, tree]
            done = subprocess.run(command, stdout=output, stderr=output, timeout=900, check=False)
        assert done.returncode == 0, log.read_text()[-4000:]
        container = self.buildah("from", "scratch")
        self.buildah("add", "--quiet", container, tree, "/")
        self.buildah("commit", "--quiet", "--rm", container, name)
        shutil.rmtree(tree)
        return name

    def build(self, context: Path, *, base: str, name: str) -> str:
        """Build the Dockerfile's image."""
        options = [
            "--isolation",
            "chroot",
            "--format",
            "docker",
            "--pull-never",
            "--build-arg",
            f"BASE={base}",
        ]
        secrets = self._secrets()
        self.buildah("build", *options, *secrets, "--tag", name, context, seconds=1500)
        return name

    def _secrets(self) -> Sequence[str]:
        """Build secrets: where this machine gets its packages from."""
        settings = _pip_settings()
        options = []
        if certificates := _certificates():
            settings["cert"] = CERTIFICATES
            options += ["--secret", f"id=certificates,src={certificates}"]
        parser = configparser.RawConfigParser()
        parser["global"] = settings
        with (self.folder / "pip.conf").open("w") as file:
            parser.write(file)
        return [*options, "--secret", f"id=pip,src={self.folder / 'pip.conf'}"]


def _pip_settings() -> dict[str, str]:
    """Pip's effective settings from all its files and variables, except this machine's folders."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = {}
    for line in done.stdout.splitlines():
        key, _, value = line.partition("=")
        name, value = key.rpartition(".")[2], value.strip("'")
        if name in PIP_SETTINGS and "file:" not in value:
            found[name] = value
    return found


def _certificates() -> str | None:
    names = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
    return next((os.environ[name] for name in names if os.environ.get(name)), None)
