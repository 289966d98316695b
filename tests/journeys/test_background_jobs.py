"""The background-jobs example, run by `canary check` against such a system: probes, gates and control loops."""

from __future__ import annotations

import json
import os
import shutil
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sandbox.jobsystem import JobSystem
from sandbox.jobsystem.dispatch import Dispatch, Fate
from sandbox.jobsystem.endpoint import application
from tests.checks.jobs.conftest import EXAMPLE, NOON, SEED
from tests.journeys.test_examples import canary
from tests.serving import served

SECRET = "s3cret-of-the-cron"
GATES = ("lint", "build", "tests", "schema")
PROBES = ("suppression", "cron-secret")
PROGRAMS = ("autoscale-program", "promotion-program")


LINTED = json.dumps([{"filePath": "/srv/app/a.ts", "messages": [{"severity": 1, "message": "unused"}] * 3}])
# What the reference system's scripts print: a line from npm, then (exit code, output).
SOUND: Mapping[str, tuple[int, str]] = {
    "lint": (0, LINTED),
    "build": (0, "Compiled successfully\nGenerating static pages"),
    "test": (0, "# tests 417\n# suites 61\n# pass 417\n# fail 0"),
    "db:push": (0, "The database is already in sync with the Prisma schema."),
}
NPM = """#!/bin/sh
[ "$1" = run ] && shift
name=$(echo "$1" | tr : -)
cat "scripts/$name.out"
exit "$(cat "scripts/$name.code")"
"""


@dataclass
class Service:
    """A job system with its HTTP endpoint, and a checkout of its code with a fake npm."""

    system: JobSystem
    folder: Path
    url: str

    @property
    def programs(self) -> Path:
        """The folder with the simulations."""
        return self.folder / "simulations"

    def prints(self, **scripts: tuple[int, str]) -> None:
        for name, (code, output) in {
            **SOUND,
            **{key.replace("_", ":"): v for key, v in scripts.items()},
        }.items():
            script = self.folder / "scripts" / name.replace(":", "-")
            script.with_suffix(".out").write_text(f"> {name}\n\n{output}\n" if output else "")
            script.with_suffix(".code").write_text(str(code))

    @property
    def config(self) -> Path:
        return self.folder / "canary.yaml"

    def environment(self, secret: str = SECRET) -> dict[str, str]:
        """The variables that the example needs."""
        return {
            "STAGING_DATABASE_URL": self.system.reader_dsn,
            "STAGING_URL": self.url,
            "CRON_SECRET": secret,
            "DECISIONS_DATABASE_URL": self.system.decisions_dsn,
            "DECISION_LOGS": str(self.folder),
            "BACKFILL_DATABASE_URL": self.system.backfill_dsn,
            "SIMULATIONS": str(self.programs),
            "PATH": os.pathsep.join([str(self.folder / "bin"), str(Path(sys.executable).parent), os.defpath]),
        }

    async def checked(self, *checks: str, secret: str = SECRET) -> tuple[int, dict[str, Any]]:
        """Returns the exit code of `canary check`, and the result of each check."""
        only = [word for check in checks for word in ("--only", check)]
        words = ("check", "staging", "version=2.3.0", "--json", *only)
        code, out, err = await canary(*words, config=self.config, environment=self.environment(secret))
        assert out, err
        return code, json.loads(out)["results"]

    async def judged(self, *checks: str, secret: str = SECRET) -> tuple[int, dict[str, str], str]:
        """Returns the exit code, the outcome of each check, and all reasons as one string."""
        code, results = await self.checked(*checks, secret=secret)
        said = " ".join(f"{result['reason']} {' '.join(result['detail'])}" for result in results.values())
        return code, {name: result["outcome"] for name, result in results.items()}, said


class Faulty:
    """The system's endpoint with a different answer to dispatch requests."""

    def __init__(self, system: JobSystem, dispatch: Callable[[str], Awaitable[Dispatch]]) -> None:
        self.dials, self.turn, self.reset, self.relive = (
            system.dials,
            system.turn,
            system.reset,
            system.relive,
        )
        self.dispatch = dispatch


@asynccontextmanager
async def service_on(server: str, folder: Path, start: datetime, seed: int = SEED) -> AsyncIterator[Service]:
    """A job system whose clock stands still, and the example with a checkout and programs in the folder."""
    for name in ("bin", "scripts"):
        (folder / name).mkdir()
    (folder / "bin" / "npm").write_text(NPM)
    (folder / "bin" / "npm").chmod(0o755)
    written = EXAMPLE.read_text()
    assert "path: /srv/app" in written
    (folder / "canary.yaml").write_text(written.replace("/srv/app", str(folder)))
    shutil.copytree(EXAMPLE.parent / "control", folder / "simulations" / "control")
    database, log = f"jobs_{uuid.uuid4().hex}", folder / "decisions.log"
    async with (
        JobSystem.create(server, seed=seed, start=start, database=database, log=log) as system,
        system.serve(secret=SECRET) as url,
    ):
        service = Service(system, folder, url)
        service.prints()
        yield service


@pytest.fixture
async def service(postgres_server: str, tmp_path: Path) -> AsyncIterator[Service]:
    """The clock stands still at the start of a minute that has not been dispatched yet."""
    async with service_on(postgres_server, tmp_path, NOON) as service:
        yield service


async def test_a_healthy_service_passes_its_probes_and_gates(service: Service) -> None:
    code, outcomes, said = await service.judged(*PROBES, *GATES)
    assert outcomes == dict.fromkeys([*PROBES, *GATES], "PASS"), said
    assert code == 0


async def test_a_dispatch_before_the_probe_is_no_failure(service: Service) -> None:
    await service.system.dispatch("cron")  # so both of the probe's requests are suppressed
    code, outcomes, said = await service.judged("suppression")
    assert (code, outcomes) == (0, {"suppression": "PASS"}), said


async def test_a_second_dispatch_in_one_window_fails(service: Service) -> None:
    async def forgetful(source: str) -> Dispatch:
        """Treats every request as the first of a new window."""
        await service.system.advance(minutes=1)
        return await service.system.dispatch(source)

    async with served(application(Faulty(service.system, forgetful), SECRET)) as service.url:
        code, outcomes, said = await service.judged("suppression")
    assert (code, outcomes) == (1, {"suppression": "FAIL"}), said
    assert "dispatchKey" in said


async def test_a_rejecting_queue_fails(service: Service) -> None:
    async def rejected(source: str) -> Dispatch:
        return replace(await service.system.dispatch(source), fate=Fate.FAILED)

    async with served(application(Faulty(service.system, rejected), SECRET)) as service.url:
        code, outcomes, said = await service.judged("suppression")
    assert (code, outcomes) == (1, {"suppression": "FAIL"}), said
    assert "503" in said


async def test_the_wrong_secret_is_refused(service: Service) -> None:
    code, outcomes, said = await service.judged(*PROBES, secret="another-one")
    assert (code, outcomes) == (1, {"suppression": "FAIL", "cron-secret": "PASS"}), said


async def test_an_endpoint_that_requires_no_secret_fails(service: Service) -> None:
    async def open_to_all(_: web.Request) -> web.Response:
        return web.json_response({"mode": "dispatch-only"}, status=202)

    app = web.Application()
    app.add_routes([web.get("/api/cron/background-jobs", open_to_all)])
    async with served(app) as service.url:
        _, outcomes, said = await service.judged(*PROBES)
    assert outcomes == {"suppression": "FAIL", "cron-secret": "FAIL"}, said


async def test_a_build_that_compiles_but_exits_with_1_fails(service: Service) -> None:
    service.prints(
        build=(1, "Compiled successfully\nError: Missing required env SMTP_URL"), lint=(1, "1 error")
    )
    _, outcomes, said = await service.judged("build", "lint")
    assert outcomes == {"build": "FAIL", "lint": "FAIL"}, said


@pytest.mark.parametrize(
    "printed", ["# tests 417\n# pass 416\n# fail 1", "# tests 0\n# pass 0", "# tests 417", ""]
)
async def test_failed_or_uncounted_tests_do_not_pass(service: Service, printed: str) -> None:
    service.prints(test=(0, printed))
    code, outcomes, said = await service.judged("tests")
    assert code in {1, 2}
    assert outcomes["tests"] in {"FAIL", "ERROR", "UNKNOWN"}, said


async def test_a_script_that_reports_no_result_does_not_pass(service: Service) -> None:
    service.prints(build=(0, ""), db_push=(0, "Your database is now in sync"))
    code, outcomes, said = await service.judged("build", "schema")
    assert code in {1, 2}
    assert "PASS" not in outcomes.values(), said


async def test_the_control_loop_programs_decide_as_expected(service: Service) -> None:
    code, outcomes, said = await service.judged(*PROGRAMS)
    assert (code, outcomes) == (0, dict.fromkeys(PROGRAMS, "PASS")), said


async def test_a_program_that_decides_differently_fails_and_names_the_first_wrong_decision(
    service: Service,
) -> None:
    for name, right, wrong in (
        ("autoscale.py", "capacity + policy[", "capacity + 2 * policy["),
        ("promotion", '"demotionRequiredWindows", 2', '"demotionRequiredWindows", 3'),
    ):
        program = service.programs / "control" / name
        assert right in program.read_text()
        program.write_text(program.read_text().replace(right, wrong))
    code, outcomes, said = await service.judged(*PROGRAMS)
    assert (code, outcomes) == (1, dict.fromkeys(PROGRAMS, "FAIL"))
    assert "hot-tenant-burst, decision 1: toCapacity is 1152, expected 1088" in said
    assert "promotion-opens-and-closes.json, decision 10: reasonCode is" in said
