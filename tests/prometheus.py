"""Prometheus and Alertmanager for tests: found, or unpacked from Debian's packages without installing them.

python -m tests.prometheus install    # finds or unpacks them; says in one line what it does
python -m tests.prometheus left-out   # says that there are none; nothing otherwise
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGES = ("prometheus", "prometheus-alertmanager")
NAMES = {  # program -> its names, upstream and in Debian
    "prometheus": ("prometheus",),
    "promtool": ("promtool",),
    "alertmanager": ("alertmanager", "prometheus-alertmanager"),
}
OURS = Path(__file__).parents[1] / ".servers"
TEMPLATES = Path("/usr/share/prometheus/alertmanager")  # Debian's Alertmanager does not start without these
TRIED = OURS / "no-prometheus"
MISSING = (
    "no Prometheus was found: install prometheus and prometheus-alertmanager (Debian's names), or set PROMETHEUS to the "
    "folder of prometheus, promtool and alertmanager"
)
INSTALLS_WITHIN = 300  # seconds
STARTS_WITHIN = 60  # seconds
PORTS_TRIED = 5


def find() -> Mapping[str, str] | None:
    """Returns program -> path: from the folder PROMETHEUS, on PATH, or unpacked by us; None if one is missing."""
    chosen = os.environ.get("PROMETHEUS")
    path = os.pathsep.join(filter(None, (chosen or os.environ.get("PATH"), str(OURS / "usr" / "bin"))))
    found = {name: _which(names, path) for name, names in NAMES.items()}
    if str(found["alertmanager"]).startswith(str(OURS)) and not TEMPLATES.is_dir():
        return None
    return {name: path for name, path in found.items() if path} if all(found.values()) else None


def _which(names: Sequence[str], path: str) -> str | None:
    return next(filter(None, (shutil.which(name, path=path) for name in names)), None)


def is_required() -> bool:
    """In CI, no test is skipped."""
    return bool(os.environ.get("CI"))


def required() -> None:
    """Skip the test without a Prometheus, and fail it in CI."""
    if find() is None:
        (pytest.fail if is_required() else pytest.skip)(MISSING)


# ------------------------------------------------------------ running


@dataclass(frozen=True)
class Server:
    """A server that is ready."""

    port: int
    url: str


@contextmanager
def prometheus(
    folder: Path,
    *options: str,
    url: str = "http://127.0.0.1:{port}",
    tls: ssl.SSLContext | None = None,
    authorization: str = "",
) -> Iterator[Server]:
    """A Prometheus with the folder's `prometheus.yml` and `data`, reached at `url`."""
    with tempfile.TemporaryDirectory(prefix="canary-prom-") as other:
        data = folder / "data" if (folder / "data").exists() else Path(other)
        words = (
            program("prometheus"),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={data}",
            "--storage.tsdb.retention.time=10y",
            "--log.level=error",
            *options,
        )
        with _serving(words, url, tls, authorization) as server:
            yield server


@contextmanager
def alertmanager(folder: Path) -> Iterator[Server]:
    """An Alertmanager that keeps the alerts sent to it."""
    (folder / "alertmanager.yml").write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    words = (
        program("alertmanager"),
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'alertmanager'}",
        "--cluster.listen-address=",
        "--log.level=error",
    )
    with _serving(words, "http://127.0.0.1:{port}") as server:
        yield server


def backfill(folder: Path, openmetrics: str) -> None:
    """Write samples with explicit times into the folder's `data`."""
    (folder / "samples.txt").write_text(openmetrics)
    words = ("tsdb", "create-blocks-from", "openmetrics", str(folder / "samples.txt"), str(folder / "data"))
    subprocess.run([program("promtool"), *words], check=True, capture_output=True, timeout=60)


def program(name: str) -> str:
    found = find()
    assert found, MISSING
    return found[name]


@contextmanager
def _serving(
    words: Sequence[str], url: str, tls: ssl.SSLContext | None = None, authorization: str = ""
) -> Iterator[Server]:
    process, server = _started(words, url, tls, authorization)
    try:
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=STARTS_WITHIN)


def _started(
    words: Sequence[str], url: str, tls: ssl.SSLContext | None, authorization: str
) -> tuple[subprocess.Popen[bytes], Server]:
    """Yield once it is ready. A port that was free a moment ago may be taken by now; then use another."""
    said = ""
    for _ in range(PORTS_TRIED):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [*words, f"--web.listen-address=127.0.0.1:{port}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        server = Server(port, url.format(port=port))
        asked = urllib.request.Request(f"{server.url}/-/ready", headers={"Authorization": authorization})
        if _becomes_ready(process, asked, tls):
            return process, server
        process.kill()
        said = process.communicate()[0].decode()
        if "address already in use" not in said:
            break
    raise AssertionError(f"{words[0]} does not start: {said}")


def _becomes_ready(
    process: subprocess.Popen[bytes], asked: urllib.request.Request, tls: ssl.SSLContext | None
) -> bool:
    """False if it exits or takes too long. Another server on the same port is not mistaken for it."""
    until = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < until:
        if _is_ready(asked, tls):
            return process.poll() is None
        time.sleep(0.05)
    return False


def _is_ready(asked: urllib.request.Request, tls: ssl.SSLContext | None) -> bool:
    try:
        with urllib.request.urlopen(asked, timeout=STARTS_WITHIN, context=tls) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except OSError:
        return False


# ------------------------------------------------------------ installing


def _unpacked() -> bool:
    """Whether Debian's packages could be fetched and unpacked.

    As root, also fetch missing package lists, and put templates where Alertmanager expects them.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return False
    print("Prometheus for the tests: not found; unpacking Debian's packages.", flush=True)
    OURS.mkdir(exist_ok=True)
    fetch = ("apt-get", "download", "--quiet=2", *PACKAGES)
    if not _run(fetch) and not (_run(("apt-get", "update", "--quiet=2")) and _run(fetch)):
        return False
    if not all(_run(("dpkg", "-x", str(package), ".")) for package in sorted(OURS.glob("*.deb"))):
        return False
    if os.geteuid() == 0 and not TEMPLATES.is_dir():
        TEMPLATES.mkdir(parents=True)
        for template in (OURS / TEMPLATES.relative_to("/")).glob("*.tmpl"):
            shutil.copy(template, TEMPLATES)
    return True


def _run(command: Sequence[str]) -> bool:
    try:
        ended = subprocess.run(
            command,
            cwd=OURS,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=INSTALLS_WITHIN,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


def _install() -> int:
    """Unpack them; after a failure, do not try again on every `make test`."""
    if not find() and (is_required() or not TRIED.exists()):
        _unpacked()
    if found := find():
        TRIED.unlink(missing_ok=True)
        print(f"Prometheus for the tests: using {found['prometheus']}")
        return 0
    OURS.mkdir(exist_ok=True)
    TRIED.touch()
    print(f"Tests with Prometheus are skipped: {MISSING}.")
    return 1 if is_required() else 0


def _say_left_out() -> int:
    if TRIED.exists():
        print(f"SKIPPED: the tests with Prometheus, because {MISSING}, and run `make test` again.")
    return 0


if __name__ == "__main__":
    sys.exit({"install": _install, "left-out": _say_left_out}[sys.argv[1]]())
