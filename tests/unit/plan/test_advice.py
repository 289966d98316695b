"""Warnings about probable mistakes, and about what this machine lacks. Neither prevents a start."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.plan.load import Loaded, Selection, load
from bot.plan.problems import PlanError
from tests.unit.plan.plans import ENVIRON, SOUND, with_


def warned(loaded: Loaded) -> list[str]:
    return [warning.as_warning().split("canary.yaml:")[1] for warning in loaded.warnings()]


def lacking(loaded: Loaded) -> list[str]:
    return [warning.as_warning().split("canary.yaml:")[1] for warning in loaded.missing_here(Path("nowhere"))]


def test_names_in_use_cause_no_warning(loaded: Callable[[str], Loaded]) -> None:
    text = with_("        owner: release-managers\n", "        owner: release-managers\n" + HEALTH)
    assert warned(loaded(text)) == []


def test_a_placeholder_left_by_init_is_reported(loaded: Callable[[str], Loaded]) -> None:
    [warning] = [
        said for said in warned(loaded(with_("Pin the capacity", "Replace this: pin"))) if "init" in said
    ]
    assert "this is still the placeholder of `canary init`" in warning


HEALTH = """\
      health:
        kind: http.probe
        source: staging-app
        request: {path: /}
        expect: ["last.status == 200"]
        owner: platform
"""


def test_unused_people_and_sources_are_named(loaded: Callable[[str], Loaded]) -> None:
    text = with_("  on-call:", "  security: {members: [U05SEC]}\n  on-call:")
    assert warned(loaded(text)) == [
        "5: warning: people.security: no environment uses this group",
        "9: warning: sources.staging-app: no check uses this source",
    ]


@pytest.mark.parametrize(
    ("within", "beyond", "never"),
    [
        ("< 180s", "< 90s", True),
        ("< 180s", "< 3m", True),
        ("<= 180s", "< 180s", True),
        ("< 180s", "<= 180s", False),
        ("> 20s", "> 40s", True),
        ("> 20s", "> 10s", False),
        ("< 180s", "< 240s", False),
        ("< 180s", "> 10s", False),
    ],
)
def test_limits_under_warn_that_are_no_looser_than_pass_are_named(
    loaded: Callable[[str], Loaded], within: str, beyond: str, never: bool
) -> None:
    text = with_('pass: {p95: "< 180s"}', f'pass: {{p95: "{within}"}}\n        warn: {{p95: "{beyond}"}}')
    found = [warning for warning in warned(loaded(text)) if "nothing is ever a WARN" in warning]
    assert bool(found) is never
    if never:
        assert f"queue-age.warn.p95: {beyond} is not looser than {within} under pass" in found[0]


def test_quiet_hours_without_reminders_are_named(loaded: Callable[[str], Loaded]) -> None:
    text = with_("version: 1\n", 'version: 1\nnotify: {quiet: "22:00-07:00"}\n')
    assert (
        "2: warning: notify.quiet: no environment has `remind` or `remind_before`" in warned(loaded(text))[0]
    )
    reminds = text.replace("expires: 24h", "expires: 24h\n      remind_before: [1h]")
    assert not [warning for warning in warned(loaded(reminds)) if "notify" in warning]


# ------------------------------------------------------------------ this machine
def gate_in(folder: Path, program: str = "./gate", rest: str = "") -> str:
    return with_("path: /srv/app", f"path: {folder}{rest}").replace("[npm, test]", f"[{program}]")


def write(file: Path, content: bytes, mode: int = 0o755) -> None:
    file.write_bytes(content)
    file.chmod(mode)


def test_a_missing_folder_is_named(loaded: Callable[[str], Loaded], tmp_path: Path) -> None:
    assert lacking(loaded(gate_in(tmp_path / "gone"))) == [
        f"9: warning: sources.repository.path: {tmp_path}/gone is not on this machine, expected a folder"
    ]


@pytest.mark.parametrize(
    ("people", "approve", "says"),
    [
        ({"release-managers": "[U01ANA]"}, "{release-managers: 1}", "no member of release-managers could start"),
        ({"release-managers": "[U01ANA]"}, "{release-managers: 1, platform: 1}", "no member of release-managers could"),
        (
            {"release-managers": "[U01ANA, U02BEN]", "platform": "[U02BEN, U01ANA]"},
            "{release-managers: 1, platform: 1}",
            "U01ANA and U02BEN could not start a run: too few others could approve it for release-managers and platform",
        ),
        (
            {"release-managers": "[U01ANA, U02BEN]", "platform": "[U02BEN]"},
            "{release-managers: 1, platform: 1}",
            "no member of platform could start a run",
        ),
        ({"release-managers": "[U01ANA, U02BEN]", "platform": "[U03RAJ, U04MIA]"}, "{release-managers: 1, platform: 1}", ""),
        ({"release-managers": "[U01ANA, S0MANAGERS]"}, "{release-managers: 1}", ""),
    ],
)  # fmt: skip
def test_people_who_could_not_start_a_run_are_named(
    file: Path, people: dict[str, str], approve: str, says: str
) -> None:
    text = SOUND.replace("{release-managers: 1, platform: 1}", approve)
    for role, members in people.items():
        text = re.sub(rf"  {role}: {{members: \[.*\]}}", f"  {role}: {{members: {members}}}", text)
    file.write_text(text)
    found = [problem.as_warning() for problem in load(file, ENVIRON).warnings()]
    told = [line for line in found if "start a run" in line]
    assert bool(told) is bool(says)
    assert says in "".join(told)
    file.write_text(text.replace("separate_duties: true", "separate_duties: false"))
    found = [problem.as_warning() for problem in load(file, ENVIRON).warnings()]
    assert not [line for line in found if "start a run" in line or "nobody could waive" in line]


def test_checks_that_nobody_could_waive_in_a_run_by_their_only_owner_are_named(file: Path) -> None:
    file.write_text(SOUND.replace("{members: [U01ANA, U02BEN]}", "{members: [U01ANA]}"))
    told = "".join(problem.as_warning() for problem in load(file, ENVIRON).warnings())
    assert "people.release-managers: in a run of staging that U01ANA starts, nobody could waive tests" in told
    file.write_text(SOUND)
    assert "nobody could waive" not in "".join(
        problem.as_warning() for problem in load(file, ENVIRON).warnings()
    )


def test_a_missing_program_is_named(loaded: Callable[[str], Loaded], tmp_path: Path) -> None:
    (line,) = lacking(loaded(gate_in(tmp_path)))
    assert line.endswith(f"checks.tests.run: {tmp_path}/gate is not on this machine, expected a program")
    (line,) = lacking(loaded(gate_in(tmp_path, "no-such-program-anywhere")))
    assert line.endswith("checks.tests.run: no program 'no-such-program-anywhere' on this machine's PATH")


@pytest.mark.parametrize(
    ("content", "mode", "problem"),
    [
        (b"#!/bin/sh\necho", 0o755, None),
        (b"#!/usr/bin/env sh\necho", 0o755, None),
        (b"\x7fELF\xff\xfe", 0o755, None),
        (b"", 0o755, None),
        (b"#!/bin/sh\r\necho\r\n", 0o755, "has Windows line endings"),
        (b"#!/usr/bin/env sh\r\necho", 0o755, "has Windows line endings"),
        (b"#!/no/such/python3\n", 0o755, "the interpreter of"),
        (b"#!/usr/bin/env no-such-python3\n", 0o755, "is not on this machine's PATH"),
        (b"#!/bin/sh\n", 0o644, "cannot be executed: chmod +x it"),
    ],
)
def test_a_script_that_cannot_be_started_is_named(
    loaded: Callable[[str], Loaded], tmp_path: Path, content: bytes, mode: int, problem: str | None
) -> None:
    write(tmp_path / "gate", content, mode)
    found = lacking(loaded(gate_in(tmp_path)))
    assert len(found) == (problem is not None)
    assert problem is None or problem in found[0]


@pytest.mark.parametrize("name", [".", "gone.pem"])
def test_a_ca_file_that_is_not_a_file_is_named(
    loaded: Callable[[str], Loaded], tmp_path: Path, name: str
) -> None:
    text = gate_in(tmp_path, "sh").replace("bearer:", f"ca_file: {tmp_path}/{name}, bearer:")
    (line,) = lacking(loaded(text))
    assert f"sources.staging-app.ca_file: {tmp_path}/{name} is not a file on this machine" in line


def test_a_path_from_the_environment_is_checked_too(file: Path, tmp_path: Path) -> None:
    file.write_text(gate_in(Path("'${WS}'"), "sh"))
    assert lacking(load(file, {**ENVIRON, "WS": str(tmp_path)})) == []
    (line,) = lacking(load(file, {**ENVIRON, "WS": str(tmp_path / "gone")}))
    assert "is not on this machine" in line


def test_a_value_from_the_environment_is_not_shown(file: Path, tmp_path: Path) -> None:
    file.write_text(gate_in(Path("'${WS}'")))
    (line,) = lacking(load(file, {**ENVIRON, "WS": str(tmp_path)}))
    assert line.endswith("checks.tests.run: [redacted]/gate is not on this machine, expected a program")


# ------------------------------------------------------------------ which variables have to be set
def test_without_the_environment_everything_else_is_checked(file: Path) -> None:
    file.write_text(SOUND)
    assert load(file, None).plan.environments
    file.write_text(with_("consecutive: 4", "consecutiv: 4"))
    with pytest.raises(PlanError, match="unknown key"):
        load(file, None)


def test_checks_need_only_the_variables_of_their_own_sources(file: Path) -> None:
    file.write_text(SOUND.replace("    decide:\n", HEALTH + "    decide:\n"))
    only = {"CRON_SECRET": "hush-hush-hush"}
    assert load(file, only, Selection("staging", ["health"])).plan.environments
    assert load(file, {}, Selection("staging", ["tests"])).plan.environments
    for selection in (Selection("staging", ["health", "queue-age"]), Selection("staging"), None):
        with pytest.raises(PlanError, match="STAGING_DSN"):
            load(file, only, selection)


def test_a_variable_in_a_header_belongs_to_its_check(file: Path) -> None:
    keyed = HEALTH.replace("path: /", 'path: /, headers: {X-Key: "${KEY}"}')
    file.write_text(SOUND.replace("    decide:\n", keyed + "    decide:\n"))
    assert load(file, {}, Selection("staging", ["tests"])).plan.environments
    with pytest.raises(PlanError, match="variable KEY"):
        load(file, {"CRON_SECRET": "x"}, Selection("staging", ["health"]))


# ------------------------------------------------------------------ values of variables
@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        (
            "postgresql://reader:hunter2@db/app?schema=public",
            "the dsn has the parameter 'schema', which is Prisma's; leave schema=… out",
        ),
        (
            "postgresql+psycopg://reader@db/app",
            "the dsn begins with postgresql+psycopg://, which only SQLAlchemy knows; leave out +psycopg",
        ),
        (
            "jdbc:postgresql://db/app",
            "the dsn begins with jdbc:postgresql://; expected a URL like postgresql://",
        ),
        ("mysql://reader@db/app", "the dsn begins with mysql://; expected a URL like postgresql://"),
        ("'postgresql://reader@db/app'", "the dsn is in quotes; leave the quotes out"),
        ("db.example.com", "the dsn cannot be read: expected a URL like postgresql://"),
    ],
)
def test_an_unusable_dsn_is_explained(file: Path, dsn: str, said: str) -> None:
    file.write_text(SOUND)
    (line, *_) = lacking(load(file, {**ENVIRON, "STAGING_DSN": dsn}))
    assert f"sources.staging-db.dsn: {said}" in line
    assert "hunter2" not in line


@pytest.mark.parametrize(
    "dsn", ["postgresql://r:p@db/app?sslmode=require", "host=db dbname=app", "postgres:///app"]
)
def test_a_usable_dsn_causes_no_warning(file: Path, dsn: str) -> None:
    file.write_text(SOUND)
    assert not [line for line in lacking(load(file, {**ENVIRON, "STAGING_DSN": dsn})) if "dsn" in line]


@pytest.mark.parametrize("url", ["staging.example.com", "http://staging..example.com", "localhost:8080"])
def test_an_invalid_address_is_explained(file: Path, url: str) -> None:
    file.write_text(with_("https://staging.example.com", "${URL}"))
    (line, *_) = lacking(load(file, {**ENVIRON, "URL": url}))
    assert "sources.staging-app.base_url: " in line
    file.write_text(with_("https://staging.example.com", url))
    with pytest.raises(PlanError, match="base_url"):
        load(file, ENVIRON)


def test_a_dsn_in_the_file_is_held_to_the_same_rules(file: Path) -> None:
    file.write_text(with_("${STAGING_DSN}", "postgresql://reader:${STAGING_DSN}@db/app?schema=public"))
    with pytest.raises(PlanError, match="the dsn has the parameter 'schema', which is Prisma's"):
        load(file, ENVIRON)


@pytest.mark.parametrize("operator", ["&&", "|", "2>&1"])
def test_shell_operators_in_arguments_are_reported(
    loaded: Callable[[str], Loaded], tmp_path: Path, operator: str
) -> None:
    text = gate_in(tmp_path).replace("[./gate]", f'[ls, "{operator}", cat]')
    assert [
        line
        for line in warned(loaded(text))
        if f"'{operator}' is an argument here: a gate has no shell" in line
    ]
