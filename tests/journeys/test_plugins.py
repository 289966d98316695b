"""Packages add kinds of their own, used like built-in ones. A misbehaving package stops only what uses it."""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from sandbox.slack.server import LocalSlack
from tests.checks.probing import PEM, always
from tests.checks.probing import serving as answering
from tests.journeys.conftest import CONFIGURATION, World, both_go, decided
from tests.journeys.test_command_line import Shell, settings, shell
from tests.journeys.test_streams import serving
from tests.packages import EXAMPLE, KIND, ROOT, beside, build, package
from tests.program import Ended

__all__ = ["settings", "shell"]

CANARY = ("-m", "commands")
WORLD = "sources:\n"
CHECKS = "    checks:\n"
# the test certificate is valid for ten years from 2024
CERTIFICATE = """    checks:
      certificate:
        kind: tls.certificate
        source: front-door
        owner: platform
        pass: {expires_in: "> 1d"}
"""
ODD = """
  production:
    channel: C0RELEASES
    checks:
      odd: {kind: odd.one, owner: platform, pass: {done: "== 1"}}
    decide: {approve: {release-managers: 1}}
    rollback: {mitigation: stop, steps: [go back], on_call: on-call}
"""
# how a package misbehaves -> its code, its kinds, and what is reported
MISBEHAVING: Mapping[str, tuple[str, Mapping[str, str], str]] = {
    "raises": ("raise RuntimeError('no licence')", {"odd.one": "Kind"}, "cannot be imported: RuntimeError: no licence"),
    "hangs": ("import time\ntime.sleep(1e6)", {"odd.one": "Kind"}, "was not imported within 10 s"),
    "exits": ("import os\nprint('bye', flush=True)\nos._exit(3)", {"odd.one": "Kind"}, "with exit code 3: bye"),
    "leaves": ("raise SystemExit(4)", {"odd.one": "Kind"}, "cannot be imported: SystemExit: 4"),
    "prints": (KIND.format(kind="odd.one") + "\n    print('hello')", {"odd.one": "Kind"}, "prints when it is imported: hello"),
    "is another": (KIND.format(kind="odd.two"), {"odd.one": "Kind"}, "must declare `kind: Literal['odd.one']`"),
    "is none": ("Kind = 3", {"odd.one": "Kind"}, "is not a subclass of checks.api.Check"),
    "lacks it": ("", {"odd.one": "Kind"}, "cannot be imported: AttributeError"),
    "is misnamed": (KIND.format(kind="Odd One"), {"Odd-One": "Kind"}, "has an invalid name"),
}  # fmt: skip


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example plugin, built and installed."""
    return build(tmp_path_factory.mktemp("plugin"))


async def run(shell: Shell, *words: str, folders: tuple[Path, ...] = ()) -> Ended:
    """Run a command in a Python that also finds those packages."""
    return await shell.canary(*words, program=CANARY, **beside(*folders))


def said_of_kinds(ended: Ended) -> list[str]:
    return [line for line in ended.err.splitlines() if line.startswith("warning: the kind ")]


def configured(shell: Shell, *, port: int = 443, more: str = "") -> None:
    """Write a configuration with a check of the example's kind."""
    source = f"sources:\n  front-door: {{kind: tls, host: localhost, port: {port}}}\n"
    text = CONFIGURATION.replace(WORLD, source).replace(CHECKS, CERTIFICATE)
    (shell.folder / "canary.yaml").write_text(text + more)


@asynccontextmanager
async def front_door() -> AsyncIterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    async with answering(always({}), context) as port:
        yield port


async def test_a_package_works_in_lint_check_doctor_and_the_schema(shell: Shell, installed: Path) -> None:
    async with front_door() as port:
        configured(shell, port=port)
        linted = await run(shell, "lint", folders=(installed,))
        assert (linted.code, said_of_kinds(linted)) == (0, []), linted
        checked = await run(shell, "check", "staging", "--json", folders=(installed,))
        found = json.loads(checked.out)["results"]["certificate"]
        assert (checked.code, found["outcome"]) == (0, "PASS"), found["reason"]
        doctor = await run(shell, "doctor", folders=(installed,))
        assert "shows a certificate that is valid until" in doctor.out
    schema = json.loads((await run(shell, "schema", folders=(installed,))).out)
    described = schema["$defs"]["Certificate"]["properties"]["kind"]
    assert described["const"] == "tls.certificate"
    written = YAML(typ="safe", pure=True).load(shell.folder / "canary.yaml")
    jsonschema.validate(written, schema)
    written["sources"]["front-door"]["hots"] = "localhost"
    with pytest.raises(jsonschema.ValidationError, match="hots"):
        jsonschema.validate(written, schema)


async def test_its_keys_are_validated_like_built_in_ones(shell: Shell, installed: Path) -> None:
    configured(shell)
    text = (shell.folder / "canary.yaml").read_text()
    for right, wrong, said in (
        ("host: localhost", "hots: localhost", "unknown key; did you mean 'host'?"),
        ("host: localhost", "host: 3", "expected text, not 3"),
        ('expires_in: "> 1d"', 'expires: "> 1d"', "no reading is called 'expires'"),
        ('expires_in: "> 1d"', 'expires_in: "> 1"', "limit '> 1' needs a unit, such as '> 1s': expires_in is measured in s"),
        ("source: front-door", "source: world", "expected a source of kind tls, but 'world' is of kind 'postgres'"),
        ("tls.certificate", "tls.certificat", "did you mean 'tls.certificate'?"),
    ):  # fmt: skip
        (shell.folder / "canary.yaml").write_text(text.replace(right, wrong))
        linted = await run(shell, "lint", folders=(installed,))
        assert (linted.code, said in linted.err) == (2, True), linted


def test_it_passes_the_contract_of_a_kind(installed: Path, tmp_path: Path) -> None:
    """Runs the example's own tests against the installed package, not its sources."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\nfilterwarnings = error\n")
    tests = tmp_path / "test_certificate.py"
    tests.write_text((EXAMPLE / "tests" / "test_certificate.py").read_text())
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", **beside(installed)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    assert "6 passed" in ended.stdout


@pytest.mark.parametrize("how", MISBEHAVING)
async def test_a_misbehaving_package_is_reported_and_stops_only_what_uses_it(
    shell: Shell, tmp_path: Path, how: str
) -> None:
    code, kinds, said = MISBEHAVING[how]
    odd = package(tmp_path / "odd", "odd-package", kinds, code)
    unused = await run(shell, "lint", folders=(odd,))
    assert unused.code == 0, unused
    [warning] = said_of_kinds(unused)
    assert warning.startswith(f"warning: the kind {next(iter(kinds))} of the package odd-package 1.0 ")
    assert said in warning
    (shell.folder / "canary.yaml").write_text(CONFIGURATION + ODD.replace("odd.one", next(iter(kinds))))
    used = await run(shell, "lint", folders=(odd,))
    assert used.code == 2
    if how == "raises":
        doctor = await run(shell, "doctor", folders=(odd,))
        assert doctor.out.count(said) == 1
    assert "environments.production.checks.odd.kind: expected a kind that can be used: the kind" in used.err
    assert used.err.count(said) == 1
    went_on = await run(shell, "check", "staging", folders=(odd,))
    assert (went_on.code, "recommends GO" in went_on.out) == (0, True), went_on
    stopped = await run(shell, "check", "production", folders=(odd,))
    assert (stopped.code, said in stopped.err) == (2, True), stopped


async def test_a_built_in_kind_is_never_shadowed_and_of_two_conflicting_packages_neither_is_used(
    shell: Shell, tmp_path: Path
) -> None:
    sql = package(tmp_path / "a", "a-sql", {"sql": "Kind"}, KIND.format(kind="sql"))
    linted = await run(shell, "lint", folders=(sql,))
    assert (
        "the kind sql of the package a-sql 1.0 is the name of one of canary's own kinds, which takes precedence"
        in linted.err
    )
    assert (await run(shell, "check", "staging", folders=(sql,))).code == 0
    two = [
        package(tmp_path / name, name, {"odd.one": "Kind"}, KIND.format(kind="odd.one"))
        for name in ("one-odd", "other-odd")
    ]
    (shell.folder / "canary.yaml").write_text(CONFIGURATION + ODD)
    linted = await run(shell, "lint", folders=tuple(two))
    assert linted.err.count("one-odd 1.0 is the name of a kind of other-odd 1.0 as well") == 1, linted.err
    assert (await run(shell, "check", "production", folders=(two[0],))).code == 0


FAILING = KIND.format(kind="odd.one").replace(
    "def readings", "def model_post_init(self, _):\n            [][0]\n\n        def readings"
)


async def test_a_kind_whose_code_fails_on_the_configuration_is_named(shell: Shell, tmp_path: Path) -> None:
    odd = package(tmp_path / "odd", "odd-package", {"odd.one": "Kind"}, FAILING)
    (shell.folder / "canary.yaml").write_text(CONFIGURATION + ODD)
    linted = await run(shell, "lint", folders=(odd,))
    assert (linted.code, linted.err.count("Traceback")) == (2, 0)
    assert "the code of the kind odd.one failed with IndexError" in linted.err


async def test_the_bot_starts_without_a_broken_package_and_says_so(
    shell: Shell, settings: dict[str, str], slack: LocalSlack, tmp_path: Path
) -> None:
    odd = package(tmp_path / "odd", "odd-package", {"odd.one": "Kind"}, "raise RuntimeError('no licence')")
    (shell.folder / "canary.yaml").write_text(CONFIGURATION + ODD)
    async with serving(shell, {**settings, **beside(odd), "CANARY_LOG": "text"}) as bot:
        await slack.connected(timeout=60)
        reply = await slack.user("raj").command("#releases", "/canary", "run production")
        said = await reply.told("production is stopped")
        assert "odd-package 1.0 cannot be imported: RuntimeError: no licence" in said
        card = await decided(slack)
        await both_go(slack, card)
        await slack.sees("#releases", "Decision on run #1")
        bot.terminate()
        assert bot.stderr
        lines = (await asyncio.wait_for(bot.stderr.read(), 60)).decode().splitlines()
    assert len([line for line in lines if "a kind is left out" in line and "no licence" in line]) == 1
    assert len([line for line in lines if "an environment is stopped" in line]) == 1


async def test_the_bot_starts_even_if_all_of_its_environments_are_stopped(
    shell: Shell, settings: dict[str, str], slack: LocalSlack, tmp_path: Path
) -> None:
    """It still has runs to finish, and people to tell why."""
    (shell.folder / "canary.yaml").write_text(CONFIGURATION)
    async with serving(shell, settings):
        await slack.connected(timeout=60)
        card = await decided(slack)
    odd = package(tmp_path / "odd", "odd-package", {"odd.one": "Kind"}, "raise RuntimeError('no licence')")
    head, _, _ = CONFIGURATION.partition("environments:\n")
    (shell.folder / "canary.yaml").write_text(f"{head}environments:{ODD}")
    async with serving(shell, {**settings, **beside(odd)}):
        await slack.connected(timeout=60)
        reply = await slack.user("raj").command("#releases", "/canary", "run production")
        await reply.told("production is stopped")
        await (await slack.user("raj").command("#releases", "/canary", "help")).told("/canary")
        await both_go(slack, card)
        await slack.sees("#releases", "Decision on run #1")


async def test_a_run_whose_package_was_removed_stays_readable_and_verifiable(
    shell: Shell,
    settings: dict[str, str],
    slack: LocalSlack,
    installed: Path,
    bot_database: str,
    world: World,
) -> None:
    async with front_door() as port:
        configured(shell, port=port)
        async with serving(shell, {**settings, **beside(installed)}):
            await slack.connected(timeout=60)
            card = await decided(slack)
            await both_go(slack, card)
            await slack.sees("#releases", "Decision on run #1")
    database = {"DATABASE_URL": bot_database}
    (shell.folder / "canary.yaml").write_text(CONFIGURATION)
    verified = await shell.canary("verify", "--database", **database)
    assert verified.code == 0, verified
    listed = await shell.canary("runs", **database)
    assert "GO" in listed.out
    packed = await shell.canary("packet", "1", **database)
    assert packed.code == 0, packed
    assert "tls.certificate" in packed.out
    (shell.folder / "packet.json").write_text(packed.out)
    proved = await shell.canary("verify", "packet.json", **database)
    assert proved.code == 0, proved
    async with serving(shell, settings):  # the watch continues, and the run can be shown
        await slack.connected(timeout=60)
        reply = await slack.user("raj").command("#releases", "/canary", "show #1")
        await reply.told("certificate")
    assert (await shell.canary("verify", "--database", **database)).code == 0


def test_the_example_imports_only_the_public_api() -> None:
    for file in sorted((EXAMPLE / "canary_tls").glob("*.py")):
        imported = [line for line in file.read_text().splitlines() if line.startswith("from checks")]
        assert all(line.startswith("from checks.api import") for line in imported), file.relative_to(ROOT)
