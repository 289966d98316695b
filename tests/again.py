"""Rerun, alone, the few tests that failed beside all others: python -m tests.again EXIT_CODE

`EXIT_CODE` is pytest's, from the previous run. A test that passes now depends on the machine's load: it is reported,
to be fixed, and does not fail the run. If more than a few failed, nothing is rerun, since that is no coincidence.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FAILED = "canary/failed"  # in pytest's cache, written by tests/conftest.py
FEW = 5
_GROUP = re.compile(r"@\w+$")  # suffix that xdist adds to a test's name


def failed() -> Sequence[str]:
    """The tests that failed in the previous run."""
    found = ROOT / ".pytest_cache" / "v" / FAILED
    return [_GROUP.sub("", name) for name in json.loads(found.read_text())] if found.exists() else []


def main(code: int) -> int:
    """Returns the exit code of both runs together."""
    names = failed()
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        return 0
    if code != pytest.ExitCode.TESTS_FAILED or not 0 < len(names) <= FEW:
        return code
    print(f"Running again, alone, what failed: {', '.join(names)}", flush=True)
    ended = subprocess.run([sys.executable, "-m", "pytest", "-n", "0", *names], cwd=ROOT, check=False)
    if ended.returncode == 0:
        print(f"FLAKY: failed beside the other tests, and passed alone: {', '.join(names)}. Please fix it.")
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
