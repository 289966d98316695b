"""Checks that CI already ran, as reported by a server with GitHub's API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from checks.context import opened
from checks.evaluate import evaluate
from checks.github.checks import GithubChecks
from checks.outcome import Cause, Outcome
from checks.reading import Moment
from checks.result import Result
from checks.secrets import Secrets
from checks.sources.github import GithubSource
from tests.githubs import TOKEN, LocalGithub, local_github

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER = "f" * 40


@pytest.fixture
async def github() -> AsyncIterator[LocalGithub]:
    async with local_github() as github:
        yield github


def checks(*names: str, **fields: Any) -> GithubChecks:
    given = {"kind": "github.checks", "source": "ci", "owner": "platform", "commit": "{{commit}}"}
    return GithubChecks.model_validate({**given, "names": names, **fields})


async def result_of(
    check: GithubChecks, github: LocalGithub, commit: str = COMMIT, token: str = TOKEN, **source: Any
) -> Result:
    given = {"kind": "github", "base_url": github.url, "repository": "acme/shop", "bearer": "${GITHUB_TOKEN}"}
    secrets = Secrets({"GITHUB_TOKEN": token})
    async with opened(GithubSource.model_validate({**given, **source}), secrets) as live:
        return await evaluate(check, live, Moment(now=NOON, values={"commit": commit}), secrets)


def readings(result: Result) -> Mapping[str, Any]:
    return {judged.reading.name: judged.reading.value for judged in result.judged}


async def test_results_of_ci_for_the_commit_are_reused(github: LocalGithub) -> None:
    for name in ("lint", "build", "tests"):
        github.ran(name, "success", commit=COMMIT)
        github.ran(name, "failure", commit=OTHER)
    result = await result_of(checks("lint", "build"), github)

    assert (result.outcome, result.reason) == (
        Outcome.PASS,
        "passed is 2, limit == required (2); failed is 0, limit == 0",
    )
    assert readings(result)["age"] == 20 * 60
    assert result.measurements[0].context["commit"] == COMMIT


@pytest.mark.parametrize("conclusion", ["failure", "timed_out", "startup_failure"])
async def test_a_failed_check_run_fails_and_is_named(github: LocalGithub, conclusion: str) -> None:
    github.ran("lint", "success", commit=COMMIT)
    github.ran("build", conclusion, commit=COMMIT)
    result = await result_of(checks("lint", "build"), github)

    assert result.outcome is Outcome.FAIL
    assert "failed is 1, limit == 0: build" in result.reason
    assert result.detail == (f"build is {conclusion.replace('_', ' ')}",)


@pytest.mark.parametrize(
    "conclusion", ["neutral", "skipped", "cancelled", "stale", "action_required", "something new", None]
)
async def test_a_conclusion_other_than_success_does_not_pass(
    github: LocalGithub, conclusion: str | None
) -> None:
    github.ran("build", conclusion, commit=COMMIT)
    result = await result_of(checks("build"), github)

    assert result.outcome is Outcome.UNKNOWN
    said = (conclusion or "without a conclusion").replace("_", " ")
    assert result.reason == f"passed found nothing to measure: build is {said}"


@pytest.mark.parametrize("status", ["queued", "in_progress", "waiting", "pending"])
async def test_a_check_run_in_progress_is_unknown(github: LocalGithub, status: str) -> None:
    github.ran("build", "success", commit=COMMIT)
    github.ran("build", None, commit=COMMIT, status=status)
    result = await result_of(checks("build"), github)

    assert result.outcome is Outcome.UNKNOWN
    assert f"build is {status.replace('_', ' ')}" in result.reason


async def test_a_missing_check_run_is_unknown(github: LocalGithub) -> None:
    github.ran("lint", "success", commit=COMMIT)
    result = await result_of(checks("lint", "build"), github)

    assert result.outcome is Outcome.UNKNOWN
    assert "build is missing: CI has not run it on this commit" in result.reason


@pytest.mark.parametrize(
    ("conclusions", "outcome"),
    [(("failure", "success"), Outcome.PASS), (("success", "failure"), Outcome.FAIL)],
)
@pytest.mark.parametrize("page", [1, 2, 100])
async def test_of_several_attempts_the_newest_counts_on_any_page(
    github: LocalGithub, conclusions: tuple[str, str], outcome: Outcome, page: int
) -> None:
    github.largest = page
    for conclusion in conclusions:
        github.ran("build", conclusion, commit=COMMIT)
    result = await result_of(checks("build"), github)

    assert result.outcome is outcome
    assert len(github.asked) == (2 if page == 1 else 1)


async def test_a_check_run_of_another_app_can_be_excluded(github: LocalGithub) -> None:
    github.ran("build", "failure", commit=COMMIT)
    github.ran("build", "success", commit=COMMIT, app="somebody-else")
    anyone = await result_of(checks("build"), github)
    ours = await result_of(checks("build", app="github-actions"), github)

    assert [anyone.outcome, ours.outcome] == [Outcome.PASS, Outcome.FAIL]
    assert "name one" in dict(checks("build").doubtful())["app"]


async def test_the_age_can_have_a_limit(github: LocalGithub) -> None:
    github.ran("build", "success", commit=COMMIT, completed_at="2026-11-20T12:00:00Z")
    result = await result_of(checks("build", **{"pass": {"age": "< 2d"}}), github)

    assert (result.outcome, readings(result)["age"]) == (Outcome.FAIL, 3 * 86_400)


async def test_an_answer_about_another_commit_is_an_error(github: LocalGithub) -> None:
    github.ran("build", "success", commit=COMMIT)
    github.answer = (200, {"total_count": 1, "check_runs": [{**github.runs[0], "head_sha": OTHER}]})
    result = await result_of(checks("build"), github)

    assert result.outcome is Outcome.ERROR
    assert "was asked about 0123456789" in result.reason


@pytest.mark.parametrize(
    ("answer", "cause", "said"),
    [
        ((200, []), Cause.CONFIGURATION, "this is not what GitHub answers"),
        ((200, {"total_count": "1", "check_runs": []}), Cause.CONFIGURATION, "not what GitHub answers"),
        ((200, {"total_count": 1, "check_runs": [{"id": "x"}]}), Cause.CONFIGURATION, "not what GitHub"),
        ((200, {"total_count": 3, "check_runs": []}), Cause.ENVIRONMENT, "counts 3 check runs named 'build'"),
        ((301, {}), Cause.CONFIGURATION, "a redirect"),
        ((403, {"message": "Resource not accessible"}), Cause.CONFIGURATION, "forbids it"),
        ((403, {"message": "API rate limit exceeded for 1.2.3.4"}), Cause.ENVIRONMENT, "asked too often"),
        ((404, {"message": "Not Found"}), Cause.CONFIGURATION, "no such repository"),
        ((502, {}), Cause.ENVIRONMENT, "cannot answer"),
    ],
)
async def test_an_unexpected_answer_is_an_error(
    github: LocalGithub, answer: tuple[int, Any], cause: Cause, said: str
) -> None:
    github.answer = answer
    result = await result_of(checks("build"), github)

    assert (result.outcome, result.cause) == (Outcome.ERROR, cause)
    assert said in result.reason


async def test_a_commit_that_was_not_pushed_is_an_error(github: LocalGithub) -> None:
    result = await result_of(checks("build"), github)

    assert (result.outcome, result.hint) == (Outcome.ERROR, "Has it been pushed?")


async def test_a_refused_token_is_never_shown(github: LocalGithub) -> None:
    result = await result_of(checks("build"), github, token="ghs_another")

    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "does not accept the token" in result.reason
    assert "ghs_another" not in result.model_dump_json()


@pytest.mark.parametrize("commit", ["main", "0123", "v1.2.3", "../../user"])
async def test_only_a_commit_id_is_accepted(github: LocalGithub, commit: str) -> None:
    result = await result_of(checks("build"), github, commit)

    assert (result.outcome, result.cause, github.asked) == (Outcome.ERROR, Cause.CONFIGURATION, [])


@pytest.mark.parametrize("repository", ["shop", "acme/shop/x", "acme/..", "acme/shop?x", ""])
def test_a_repository_has_an_owner_and_a_name(repository: str) -> None:
    with pytest.raises(ValidationError):
        GithubSource.model_validate({"kind": "github", "repository": repository})


def test_each_name_may_occur_once() -> None:
    with pytest.raises(ValidationError):
        checks("a", "a")
