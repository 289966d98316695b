"""A placeholder is filled in, or refused where it is written: none is ever sent or shown as it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.plan.plans import SOUND, with_

TESTS = "environments.staging.checks.tests"
HEALTH = "environments.staging.checks.health"

ASKED = (
    SOUND.replace("{version: {}}", "{version: {required: true}, commit: {}}")
    .replace(
        "    decide:\n",
        """\
      health:
        kind: http.probe
        source: staging-app
        owner: platform
        request: {path: /healthz, method: POST, query: {q: QUERY}, headers: {X-V: HEADER}, json: {a: [JSON]}}
        expect: ['last.body.version == "EXPECTED"']
      rows:
        kind: sql
        source: staging-db
        owner: platform
        window: 30m
        query: SELECT QUESTION AS jobs
        pass: {jobs: '!= "WORDS"'}
    decide:
""",
    )
    .replace("steps: [", 'steps: ["STEP", ')
)


def said(place: str, text: str, problems: Callable[[str], list[str]]) -> list[str]:
    """The problems with this text at this place, without the line."""
    assert ASKED.count(place) == 1, place
    quoted = f'"{text}"' if place in {"QUERY", "HEADER", "JSON"} else text
    return [line.split(": ", 1)[1] for line in problems(ASKED.replace(place, quoted))]


PLACES = {
    "QUERY": "health.request.query.q",
    "HEADER": "health.request.headers.X-V",
    "JSON": "health.request.json.a[0]",
    "EXPECTED": "health.expect[0]",
    "QUESTION": "rows.query",
    "WORDS": "rows.pass.jobs",
}
EVERYWHERE = pytest.mark.parametrize("place", PLACES)


@EVERYWHERE
@pytest.mark.parametrize(
    "text", ["{{version}}", "{{ version }}", "{{run}}", "{{environment}}", "{{previous_version}}"]
)
def test_a_value_of_the_run_is_filled_in(place: str, text: str, problems: Callable[[str], list[str]]) -> None:
    assert said(place, text, problems) == []


@EVERYWHERE
def test_an_unknown_name_is_refused_with_the_nearest_one(
    place: str, problems: Callable[[str], list[str]]
) -> None:
    (line,) = said(place, "{{verison}}", problems)
    assert line.endswith(
        f"checks.{PLACES[place]}: {{{{verison}}}} is not a value of this run; did you mean 'version'?"
    )


@EVERYWHERE
def test_an_optional_argument_without_a_default_is_refused(
    place: str, problems: Callable[[str], list[str]]
) -> None:
    (line,) = said(place, "{{commit}}", problems)
    assert line.endswith(
        "{{commit}} needs a value in every run: make the argument required, or give it a default"
    )


@EVERYWHERE
def test_the_old_form_is_refused_with_the_new_one(place: str, problems: Callable[[str], list[str]]) -> None:
    (line,) = said(place, "{version}", problems)
    assert line.endswith(f"checks.{PLACES[place]}: expected {{{{version}}}}, not {{version}}")


@EVERYWHERE
def test_a_misspelt_name_is_refused(place: str, problems: Callable[[str], list[str]]) -> None:
    (line,) = said(place, "{{Version}}", problems)
    assert "expected a name of lower-case letters, digits and _" in line


@EVERYWHERE
def test_braces_without_a_name_are_kept(place: str, problems: Callable[[str], list[str]]) -> None:
    text = "'{1,2}'" if place == "QUESTION" else "{series} {}"
    assert said(place, text, problems) == []


@pytest.mark.parametrize("old", ["%(start)s", "%(now)s", "%(arguments.version)s"])
def test_the_drivers_own_form_is_refused_with_the_new_one(
    old: str, problems: Callable[[str], list[str]]
) -> None:
    name = old[2:-2].removeprefix("arguments.")
    (line,) = said("QUESTION", old, problems)
    assert line.endswith(f"rows.query: expected {{{{{name}}}}}, not {old}")


def test_the_old_form_in_a_rollback_step_is_refused(problems: Callable[[str], list[str]]) -> None:
    (line,) = said("STEP", "Promote {previous_version}", problems)
    assert line.endswith("rollback.steps[0]: expected {{previous_version}}, not {previous_version}")


NOT_THERE = {
    "a title": with_("kind: gate", 'kind: gate\n        title: "Tests of {{version}}"'),
    "a title, as it was written once": with_("kind: gate", 'kind: gate\n        title: "Tests of {version}"'),
    "a description": with_("{version: {}}", '{version: {description: "what {{version}} is"}}'),
    "a source": with_("https://staging.example.com", "https://{{version}}.example.com"),
    "a report's path": with_("run: [npm, test]", 'run: [npm, test]\n        junit: "{{version}}.xml"'),
    "a pattern": with_("run: [npm, test]", "run: [npm, test]\n        success: 'v{{version}}'"),
    "a key": with_("run: [npm, test]", "run: [npm, test]\n        read: {'{{version}}': a}"),
    "a choice": with_("{version: {}}", '{version: {choices: ["{{run}}"]}}'),
}


@pytest.mark.parametrize("place", NOT_THERE)
def test_a_placeholder_is_refused_everywhere_else(place: str, problems: Callable[[str], list[str]]) -> None:
    found = problems(NOT_THERE[place])
    assert any("is not filled in here, and would be used as is" in line for line in found), found


def test_an_item_of_the_checklist_is_filled_in(problems: Callable[[str], list[str]]) -> None:
    assert problems(with_('"Compare throughput"', '"Compare {{version}} with {{previous_version}}"')) == []


@pytest.mark.parametrize(
    "element",
    ["--to={{version}}", "{{version}}", "{{.State.Status}}", "{print $1}", "{{range .x}}{{.y}}{{end -}}"],
)
def test_a_commands_own_braces_are_kept(element: str, problems: Callable[[str], list[str]]) -> None:
    assert problems(ASKED.replace("run: [npm, test]", f"run: [npm, '{element}']")) == []


@pytest.mark.parametrize("flag", ["-c", "-lc", "-e", "--eval", "--command"])
def test_no_placeholder_is_accepted_in_code(flag: str, problems: Callable[[str], list[str]]) -> None:
    (line,) = problems(ASKED.replace("run: [npm, test]", f'run: [tool, {flag}, "deploy {{{{version}}}}"]'))
    assert f"{TESTS}.run: expected no placeholder in the code after {flag}" in line


@pytest.mark.parametrize("name", ["run", "environment", "start", "end", "now"])
def test_an_argument_cannot_have_a_built_in_name(name: str, problems: Callable[[str], list[str]]) -> None:
    (line,) = problems(with_("{version: {}}", f"{{version: {{}}, {name}: {{}}}}"))
    assert line.endswith(f"arguments.{name}: expected another name: {{{{{name}}}}} is built in")


# ------------------------------------------------------------------ ${NAME}
@pytest.mark.parametrize(
    "source",
    [
        with_("https://staging.example.com", "${CRON_SECRT}"),
        with_("path: /srv/app", 'path: "${CRON_SECRT}"'),
        with_("path: /srv/app", 'path: /srv/app, environment: {A: "x${CRON_SECRT}"}'),
        with_("bearer:", 'ca_file: "${CRON_SECRT}", bearer:'),
        with_("[BackgroundJob]", '["${CRON_SECRT}"]'),
    ],
)
def test_every_text_of_a_source_may_name_a_variable(
    source: str, problems: Callable[[str], list[str]]
) -> None:
    (line,) = problems(source)
    assert line.endswith("the environment variable CRON_SECRT is not set")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (with_("run: [npm, test]", 'run: [npm, "${CRON_SECRET}"]'), f"25: {TESTS}.run[1]"),
        (with_("kind: gate", 'kind: gate\n        title: "${CRON_SECRET}"'), f"24: {TESTS}.title"),
        (with_("channel: C0RELEASES", 'channel: "${CRON_SECRET}"'), "12: environments.staging.channel"),
        (ASKED.replace("QUERY", '"${CRON_SECRET}"'), f"31: {HEALTH}.request.query.q"),
    ],
)
def test_a_variable_is_refused_everywhere_else(
    text: str, place: str, problems: Callable[[str], list[str]]
) -> None:
    found = problems(text)
    assert any(line.startswith(f"canary.yaml:{place}: ") for line in found), found


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("$STAGING_DSN", "expected ${STAGING_DSN}, with braces, not $STAGING_DSN"),
        (
            "${STAGING_DSN:-x}",
            "expected only a name of letters, digits and _ between ${ and }, not ${STAGING_DSN:-x}",
        ),
        (
            "${ STAGING_DSN }",
            "expected only a name of letters, digits and _ between ${ and }, not ${ STAGING_DSN }",
        ),
        (
            "${STAGING_DSN",
            "expected only a name of letters, digits and _ between ${ and }, not ${STAGING_DSN",
        ),
    ],
)
def test_other_shell_forms_of_a_variable_are_refused(
    written: str, expected: str, problems: Callable[[str], list[str]]
) -> None:
    (line,) = problems(with_("${STAGING_DSN}", written))
    assert line.endswith(expected)
