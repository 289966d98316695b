"""The browser for the browser tests: found, or installed in a way that works on this machine.

python -m tests.browser.chrome install    # finds or installs one; prints one line
python -m tests.browser.chrome left-out   # reports that there is none; otherwise prints nothing
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

# The headless shell first: it opens a page with a quarter of the processor time of the whole browser.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
PACKAGES = ("chromium-headless-shell", "chromium")  # Debian's; the first is missing before Debian 12
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ANSWERS_WITHIN = 60  # seconds
INSTALLS_WITHIN = 600  # seconds
MISSING = "no browser was found: install Chromium or Chrome, or set CHROME to the path of one"
TRIED = Path(".venv/no-browser")


class NoBrowserError(Exception):
    pass


def find(own: str = "") -> str | None:
    """Returns a browser that starts: CHROME if it is set, else one on PATH, else Playwright's `own`.

    Raises NoBrowserError if CHROME is not one.
    """
    if chosen := os.environ.get("CHROME"):
        if not _starts(chosen):
            raise NoBrowserError(
                f"CHROME is {chosen}, which does not start; name a Chromium or Chrome, or unset it"
            )
        return chosen
    return next(filter(_starts, _candidates(own)), None)


def is_required() -> bool:
    """In CI, no test is skipped."""
    return bool(os.environ.get("CI"))


def _candidates(own: str) -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    yield from (path for path in (*APPLICATIONS, own) if path and Path(path).exists())


def _starts(program: str) -> bool:
    """Whether it starts: it does not if libraries are missing, or if it is a stub that would install a browser."""
    try:
        asked = subprocess.run(
            [program, "--version"], capture_output=True, timeout=ANSWERS_WITHIN, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


# ------------------------------------------------------------ installing


def _installed() -> str | None:
    for what, commands in _ways():
        print(f"Browser tests: no browser found; {what}.", flush=True)
        if all(map(_run, commands)) and (found := find(_own())):
            return found
    return None


def _ways() -> Iterator[tuple[str, Sequence[Sequence[str]]]]:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        update = ("apt-get", "update", "--quiet=2")
        install = ("apt-get", "install", "--quiet=2", "--yes", "--no-install-recommends")
        for package in PACKAGES:
            yield (
                f"installing Debian's package {package}, which takes a minute or two",
                (update, (*install, package)),
            )
    install = (sys.executable, "-m", "playwright", "install", "chromium")
    yield "downloading one with Playwright, 170 MB", (install,)


def _run(command: Sequence[str]) -> bool:
    """Returns whether it succeeded; prints its output only if it did not."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        ran = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=INSTALLS_WITHIN,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"  {error}")
        return False
    if ran.returncode:
        said = [line.strip() for line in (ran.stdout + ran.stderr).splitlines()]
        why = next((line for line in said if "error" in line.lower()), f"exit code {ran.returncode}")
        print(f"  {' '.join(command[:3])} failed: {why}")
    return ran.returncode == 0


def _own() -> str:
    """The path of Playwright's own browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _install() -> int:
    """Install a browser; after a failure, do not try again on every `make test`."""
    try:
        found = find(_own())
    except NoBrowserError as error:
        print(error)
        return 1
    if found is None and (is_required() or not TRIED.exists()):
        found = _installed()
    if found:
        TRIED.unlink(missing_ok=True)
        print(f"Browser tests: using {found}")
        return 0
    TRIED.touch()
    print(f"Browser tests are skipped: {MISSING}.")
    return 1 if is_required() else 0


def _say_left_out() -> int:
    if TRIED.exists():
        print(f"SKIPPED: the browser tests, because {MISSING}, and run `make test` again.")
    return 0


if __name__ == "__main__":
    sys.exit({"install": _install, "left-out": _say_left_out}[sys.argv[1]]())
