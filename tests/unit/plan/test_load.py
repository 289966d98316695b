"""Loading one file or several into a plan, and what never gets into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.plan.load import Loaded, load
from bot.plan.problems import PlanError
from tests.unit.plan.plans import ENVIRON, SOUND, with_

PEOPLE, REST = SOUND.split("sources:\n")


def folder(where: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (where / f"{name}.yaml").write_text(text)
    return where


def said(where: Path) -> list[str]:
    with pytest.raises(PlanError) as error:
        load(where, ENVIRON)
    return str(error.value).replace(f"{where}/", "").splitlines()


def test_a_folder_is_read_as_one_file(tmp_path: Path, loaded: Callable[[str], Loaded]) -> None:
    files = folder(tmp_path, people=PEOPLE, staging="sources:\n" + REST)
    assert load(files, ENVIRON).plan == loaded(SOUND).plan


def test_sections_may_be_spread_over_files(tmp_path: Path) -> None:
    more = "version: 1\npeople:\n  security: {members: [U05SEC]}\n"
    files = folder(tmp_path, main=SOUND, more=more)
    assert "security" in load(files, ENVIRON).plan.people


def test_a_name_defined_in_two_files_is_reported_with_both_places(tmp_path: Path) -> None:
    files = folder(tmp_path, a=SOUND, b="people:\n  platform: {members: [U09EVE]}\n")
    assert said(files) == ["b.yaml:2: people.platform: written twice, first in a.yaml:4"]


def test_a_problem_is_reported_with_its_file(tmp_path: Path) -> None:
    files = folder(tmp_path, a=PEOPLE, b=("sources:\n" + REST).replace("consecutive: 4", "consecutiv: 4"))
    (problem,) = said(files)
    assert problem.startswith("b.yaml:14: environments.staging.checks.queue-age.consecutiv: unknown key")


def test_different_versions_in_different_files_are_refused(tmp_path: Path) -> None:
    files = folder(tmp_path, a=SOUND, b="version: 2\n")
    assert said(files) == ["b.yaml:1: version: written twice, first in a.yaml:1"]


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    files = folder(tmp_path, a=SOUND, b="- a\n")
    assert said(files) == ["b.yaml:1: expected a mapping of version, people, sources and environments"]


def test_a_folder_without_files_is_reported(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"expected a \*\.yaml file in this folder"):
        load(tmp_path, ENVIRON)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"canary\.yaml: cannot be read: No such file or directory"):
        load(tmp_path / "canary.yaml", ENVIRON)


def test_a_device_is_not_opened() -> None:
    with pytest.raises(PlanError, match="expected a file"):
        load(Path("/dev/zero"), ENVIRON)


def test_a_byte_order_mark_is_accepted(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + SOUND.encode())
    assert load(file, ENVIRON).plan.version == 1


def test_secrets_stay_placeholders_in_the_plan(loaded: Callable[[str], Loaded]) -> None:
    found = loaded(SOUND)
    everything = (
        found.plan.model_dump_json() + found.plan.pinned("staging").model_dump_json() + repr(found.plan)
    )
    assert "${STAGING_DSN}" in everything
    assert not [value for value in ENVIRON.values() if value in everything]


def test_secrets_are_filled_in_and_redacted(loaded: Callable[[str], Loaded]) -> None:
    secrets = loaded(SOUND).secrets
    assert secrets.fill("${CRON_SECRET}") == ENVIRON["CRON_SECRET"]
    assert secrets.redact(f"called with {ENVIRON['CRON_SECRET']}") == "called with [redacted]"


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-1-own", "xoxb-1-own"),
        ("SLACK_APP_TOKEN", " xapp-1-own\n", "xapp-1-own"),
        ("SLACK_SIGNING_SECRET", "s1gning-own", "s1gning-own"),
        ("DATABASE_URL", "postgresql://bot:d4tabase-own@db/canary", "d4tabase-own"),
        ("REDIS_URL", "redis://:r3dis-own@cache/0", "r3dis-own"),
    ],
)
def test_the_bots_own_settings_are_redacted_too(file: Path, name: str, value: str, part: str) -> None:
    file.write_text(SOUND)
    assert part not in load(file, ENVIRON | {name: value}).secrets.redact(f"a gate printed {part} here")


def test_an_empty_secret_counts_as_unset(file: Path) -> None:
    file.write_text(SOUND)
    with pytest.raises(PlanError, match="the environment variable CRON_SECRET is not set"):
        load(file, ENVIRON | {"CRON_SECRET": ""})


def test_a_shells_variables_in_a_rollback_step_are_no_secrets(loaded: Callable[[str], Loaded]) -> None:
    plan = loaded(with_('"Pin the capacity"', '"kubectl -n ${NAMESPACE} scale --replicas=4"')).plan
    assert "${NAMESPACE}" in plan.environments["staging"].rollback.mitigation


def test_order_comments_and_defaults_do_not_change_the_digest(loaded: Callable[[str], Loaded]) -> None:
    rewritten = SOUND.replace("separate_duties: true", "# as always").replace(
        "{release-managers: 1, platform: 1}", "{platform: 1, release-managers: 1}"
    )
    assert loaded(rewritten).digest == loaded(SOUND).digest


@pytest.mark.parametrize(
    ("old", "new"), [('"< 180s"', '"< 181s"'), ("U03RAJ", "U03RAY"), ("breach: 3", "breach: 4")]
)
def test_every_meaningful_change_changes_the_digest(
    old: str, new: str, loaded: Callable[[str], Loaded]
) -> None:
    assert loaded(with_(old, new)).digest != loaded(SOUND).digest


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, len(SOUND)),
    length=st.integers(0, 40),
    put=st.one_of(
        st.sampled_from(
            ["", ": ", "- ", "{", "[", "&a ", "*a", "? ", "!x ", "\t", '"', "\n", "null", "1e9", "${X}", "{{"]
        ),
        st.text(max_size=8),
    ),
)
def test_any_text_becomes_a_plan_or_a_list_of_problems(file: Path, at: int, length: int, put: str) -> None:
    file.write_text(SOUND[:at] + put + SOUND[at + length :], errors="surrogatepass")
    found = _problems(file)
    assert found is None or (found and all(found))


def _problems(file: Path) -> list[str] | None:
    try:
        load(file, ENVIRON)
    except PlanError as error:
        return [problem.message for problem in error.problems]
    return None


def test_a_yml_beside_a_yaml_is_reported(tmp_path: Path) -> None:
    files = folder(tmp_path, a=SOUND)
    (files / "more.yml").write_text(PEOPLE)
    assert said(files) == ["more.yml: not read: rename it to more.yaml, or move it away"]


def test_hidden_files_and_subfolders_are_not_read_and_lint_says_so(tmp_path: Path) -> None:
    files = folder(tmp_path, canary=SOUND)
    (files / "._canary.yaml").write_bytes(b"\x00\x05\x16\x07\xff")
    (files / ".canary.yaml").write_text("nonsense: [")
    (files / "more").mkdir()
    (files / "more" / "prod.yaml").write_text("nonsense: [")
    warnings = [str(problem).replace(f"{files}/", "") for problem in load(files, ENVIRON).warnings()]
    assert warnings[:3] == [
        "._canary.yaml: not read: it is macOS metadata for another file; delete it",
        ".canary.yaml: not read: its name begins with a dot",
        "more/prod.yaml: not read: subfolders are not searched",
    ]
