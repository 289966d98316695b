"""`make audit`: what is shipped, its known vulnerabilities, and that a failed lookup is never taken for safety."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOCK = (
    "requests==2.19.0 ; sys_platform == 'linux' \\\n    --hash=sha256:"
    + "0" * 64
    + "\nIdna==3.10 \\\n    --hash=sha256:"
    + "1" * 64
)


def audit(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "requirements.lock").write_text(LOCK)
    command = [sys.executable, str(ROOT / ".ci" / "audit.py"), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def advisory(version: str) -> str:
    affected = [{"package": {"ecosystem": "PyPI", "name": "Requests"}, "versions": [version]}]
    return json.dumps({"id": "GHSA-x84v-xcm2-53pg", "affected": affected})


@pytest.mark.parametrize(("version", "code"), [("2.19.0", 1), ("2.18.0", 0)])
def test_a_copy_of_the_advisories_needs_no_network(tmp_path: Path, version: str, code: int) -> None:
    (tmp_path / "osv").mkdir()
    (tmp_path / "osv" / "one.json").write_text(advisory(version))
    done = audit(tmp_path, "--advisories", "osv")
    assert done.returncode == code, done
    assert ("requests 2.19.0: GHSA-x84v-xcm2-53pg" in done.stdout) == bool(code)
    document = json.loads((tmp_path / "dist" / "sbom.cdx.json").read_text())
    assert document["bomFormat"] == "CycloneDX"
    names = {(one["name"], one["purl"]) for one in document["components"]}
    assert {("requests", "pkg:pypi/requests@2.19.0"), ("idna", "pkg:pypi/idna@3.10")} < names
    assert {"postgresql", "valkey"} <= {name for name, _ in names}


@pytest.mark.parametrize(
    "words", [("--service", "http://127.0.0.1:1/"), ("--advisories", "nowhere"), ("--advisories", ".")]
)
def test_a_failed_lookup_is_reported_and_does_not_pass(tmp_path: Path, words: tuple[str, str]) -> None:
    done = audit(tmp_path, *words)
    assert done.returncode == 2, done
    assert "The lookup failed" in done.stderr
    assert "--advisories" in done.stderr
