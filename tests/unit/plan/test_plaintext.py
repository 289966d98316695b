"""Plaintext secrets in canary.yaml are refused wherever they stand; what only may be one is asked about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.plan.load import Loaded
from bot.plan.problems import PlanError
from tests.unit.plan.plans import with_

APP = 'base_url: "https://staging.example.com", bearer: "${CRON_SECRET}"'
PATH = "path: /srv/app"
HEALTH = "      health:\n        kind: http.probe\n        source: staging-app\n        owner: platform\n        request: {%s}\n"
CHECKS = "        owner: release-managers\n"


def app(text: str) -> str:
    return with_(APP, text)


def environment(text: str) -> str:
    return with_(PATH, f"{PATH}, environment: {{{text}}}")


def request(text: str) -> str:
    return with_(CHECKS, CHECKS + HEALTH % text)


def dsn(text: str) -> str:
    return with_('dsn: "${STAGING_DSN}"', f"dsn: {text}")


REFUSED = {
    "a literal header": request('path: /, headers: {Authorization: "Bearer xyz"}'),
    "a literal header of a source": app('base_url: "https://a.example", headers: {Authorization: "Bearer xyz"}'),
    "a composed header": request('path: /, headers: {Authorization: "Bearer half-${CRON_SECRET}"}'),
    "a cookie": request('path: /, headers: {Cookie: "session=abc"}'),
    "a key": request("path: /, headers: {X-Api-Key: abc}"),
    "a composed bearer": app('base_url: "https://a.example", bearer: "half-${CRON_SECRET}"'),
    "a password of a program": environment("DB_PASSWORD: abc"),
    "a composed password of a program": environment('DB_PASSWORD: "half-${CRON_SECRET}"'),
    "a token of a program": environment("GITHUB_TOKEN: abc"),
    "a key of a program": environment("STRIPE_API_KEY: abc"),
    "a URL of a program with a password": environment('DATABASE_URL: "postgresql://a:hunter2@db/app"'),
    "a token in the parameters of a request": request('path: "/hook?token=abc"'),
    "a token in the address of a source": app('base_url: "https://a.example/hook?access_token=abc"'),
    "a password in the address of a source": app('base_url: "https://a:hunter2@a.example"'),
    "a token in a path, by its form": request('path: "/hook/ghp_0123456789abcdefghij0123456789"'),
    "a token in a parameter, by its form": request('path: /, query: {t: "xoxb-0123456789-abcdef"}'),
    "a webhook": app('base_url: "https://hooks.slack.com/services/T0/B0/abc"'),
    "a literal password": dsn('"host=db password=hunter2"'),
    "a quoted password": dsn("\"host=db password='hun ter2'\""),
    "a password with spaces around": dsn('"host=db password = hunter2"'),
    "a composed password": dsn('"host=db password=half-${CRON_SECRET}"'),
    "a composed password of a URL": dsn('"postgresql://a:half-${CRON_SECRET}@db/app"'),
    "a password as a parameter": dsn('"postgresql://db/app?user=a&password=hunter2"'),
    "a password of a key": dsn('"host=db sslpassword=hunter2"'),
    "a command's password": with_("run: [npm, test]", "run: [psql, 'postgresql://a:hunter2@db/app']"),
    "a command's option": with_("run: [npm, test]", "run: [deploy, --token=abc]"),
    "a header of a command": with_("run: [npm, test]", 'run: [curl, -H, "Authorization: Bearer abc123def"]'),
    "a password in an instruction": with_('"Pin the capacity"', '"psql postgresql://a:hunter2@db/app"'),
    "a private key": environment('PEM: "-----BEGIN PRIVATE KEY-----"'),
    "a value that a variable has": with_('"Pin the capacity"', '"log in with hunter2-hunter2"'),
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_plaintext_secret_is_refused_without_being_shown(
    loaded: Callable[[str], Loaded], text: str
) -> None:
    with pytest.raises(PlanError) as caught:
        loaded(text)
    [problem] = caught.value.problems
    assert "packets" in problem.message or "a token goes to bearer or headers" in problem.message
    assert not any(
        secret in str(problem) for secret in ("xyz", "half-", "abc", "hunter2", "ter2", "0123456789")
    )


TAKEN = {
    "a header": request('path: /, headers: {Authorization: "Bearer ${CRON_SECRET}"}'),
    "a cookie": request('path: /, headers: {Cookie: "session=${CRON_SECRET}"}'),
    "another header": request("path: /, headers: {X-Stage: staging}"),
    "a value of the run": request('path: "/builds?key={{version}}"').replace("version: {}", "version: {required: true}"),
    "a variable of a program": environment('DB_PASSWORD: "${CRON_SECRET}", STAGE: staging, DB_USER: reader'),
    "a password of a URL": dsn('"postgresql://a:${CRON_SECRET}@db/app"'),
    "a password": dsn('"host=db user=a password=${CRON_SECRET}"'),
    "an instruction": with_('"Pin the capacity"', '"Run DB_PASSWORD=$PW deploy --tokens 3, then tell: token expired"'),
    "words": with_('"Pin the capacity"', '"The password is in the vault: ask on-call; author=ana, user:ben"'),
    "a pattern": with_("run: [npm, test]", "run: [npm, test]\n        read: {passed: 'tokens: (\\d+)'}"),
}  # fmt: skip


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_a_text_that_is_no_secret_is_accepted(loaded: Callable[[str], Loaded], text: str) -> None:
    assert [one for one in loaded(text).warnings() if "token" in one.message] == []


@pytest.mark.parametrize(
    "text",
    [
        request('path: "/hook/Zk93hPqL77xTr2MmQz81"'),
        request('path: /, query: {t: "0123456789abcdef0123456789abcdef"}'),
        app('base_url: "https://a.example/Zk93hPqL77xTr2MmQz81"'),
        with_("run: [npm, test]", "run: [deploy, Zk93hPqL77xTr2MmQz81]"),
    ],
)
def test_a_text_that_may_be_a_token_is_asked_about(loaded: Callable[[str], Loaded], text: str) -> None:
    [warning] = [one for one in loaded(text).warnings() if "token" in one.message]
    assert warning.message.startswith("is this a token?")
    assert "Zk93" not in warning.message


@pytest.mark.parametrize(
    "text",
    [
        request('path: "/tenants/3f2504e0-4f89-11d3-9a0c-0305e82c3301/background-job-dispatcher"'),
        with_("run: [npm, test]", "run: [npx, playwright, test, --reporter=junit-with-attachments-2]"),
    ],
)
def test_ids_and_words_are_not_asked_about(loaded: Callable[[str], Loaded], text: str) -> None:
    assert [one for one in loaded(text).warnings() if "token" in one.message] == []


def test_a_value_too_short_to_be_redacted_is_reported(loaded: Callable[..., Loaded], tmp_path: Path) -> None:
    found = loaded(environment('PIN: "${PIN}"'), PIN="123").missing_here(tmp_path)
    assert [one.message for one in found if "PIN" in one.message] == [
        "the value of PIN is too short to distinguish from ordinary text, and is not redacted"
    ]
