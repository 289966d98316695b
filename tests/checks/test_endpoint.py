"""Every way in which a client can authenticate to an HTTP endpoint."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest
from aiohttp import encode_basic_auth, web
from pydantic import ValidationError

from checks.outcome import Cause, Outcome
from checks.secrets import Secrets
from checks.sources.http import HttpSource
from tests.checks.probing import PEM, always, probe, result_of, serving, tls

HERS = Secrets({"PASSWORD": "tops3cret-passw0rd"})
BASIC = {"basic": {"username": "canary", "password": "${PASSWORD}"}}
ITSELF = {"client_certificate": {"cert_file": str(PEM), "key_file": str(PEM)}}
HELLO = probe("last.status == 200", path="/")


async def echoing(request: web.Request) -> web.StreamResponse:
    """Echo the authorization header, as a debugging page might."""
    sent = request.headers.get("Authorization", "nothing")
    return web.json_response({"sent": sent}, headers={"X-Sent": sent})


async def test_a_username_and_password_are_sent_and_not_shown() -> None:
    async def guarded(request: web.Request) -> web.StreamResponse:
        sent = request.headers.get("Authorization", "")
        right = sent == encode_basic_auth("canary", "tops3cret-passw0rd")
        return web.json_response({"sent": sent}, status=200 if right else 401)

    async with serving(guarded) as port:
        right = await result_of(HELLO, port, HERS, **BASIC)
        wrong = await result_of(HELLO, port, Secrets({"PASSWORD": "another-passw0rd"}), **BASIC)
        nobody = await result_of(HELLO, port)

    assert [each.outcome for each in (right, wrong, nobody)] == ["PASS", "FAIL", "FAIL"]
    assert encode_basic_auth("canary", "another-passw0rd").split()[1] not in wrong.model_dump_json()
    assert "another-passw0rd" not in wrong.model_dump_json()


async def test_a_token_file_is_reread_and_its_token_never_shown(tmp_path: Path) -> None:
    token, sent = tmp_path / "token", []

    async def noting(request: web.Request) -> web.StreamResponse:
        sent.append(request.headers["Authorization"])
        return await echoing(request)

    async with serving(noting) as port:
        for written in ("first-t0ken\n", "second-t0ken"):
            token.write_text(written)
            result = await result_of(probe('last.body.sent == "x"', path="/"), port, bearer_file=str(token))
            assert result.outcome is Outcome.FAIL
            assert "Bearer ***" in result.model_dump_json()
            assert "t0ken" not in result.model_dump_json()
    assert sent == ["Bearer first-t0ken", "Bearer second-t0ken"]


@pytest.mark.parametrize(
    ("content", "said"), [("", "empty"), ("two words", "more than a token"), (None, "No such file")]
)
async def test_a_file_without_a_token_is_an_error_before_anything_is_sent(
    tmp_path: Path, content: str | None, said: str
) -> None:
    token = tmp_path / "token"
    if content is not None:
        token.write_text(content)
    await _refuses(token, said)


async def test_a_pipe_in_place_of_a_token_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "token")
    await _refuses(tmp_path / "token", "it is not a regular file")


async def _refuses(token: Path, said: str) -> None:
    asked: list[str] = []

    async def noting(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.json_response({})

    async with serving(noting) as port:
        result = await result_of(HELLO, port, bearer_file=str(token))
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert said in result.reason
    assert asked == []


async def test_a_server_that_requires_a_client_certificate_gets_one() -> None:
    wanting = tls()
    wanting.verify_mode = ssl.CERT_REQUIRED
    wanting.load_verify_locations(PEM)
    async with serving(always({}), wanting) as port:
        url = f"https://localhost:{port}"
        shown = await result_of(HELLO, url, ca_file=str(PEM), **ITSELF)
        without = await result_of(HELLO, url, ca_file=str(PEM))

    assert shown.outcome is Outcome.PASS, shown.reason
    assert without.outcome is Outcome.ERROR


async def test_a_certificate_without_its_key_is_an_error_that_names_both(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("not a key")
    pair = {"cert_file": str(PEM), "key_file": str(tmp_path / "key.pem")}
    async with serving(always({}), tls()) as port:
        result = await result_of(
            HELLO, f"https://localhost:{port}", ca_file=str(PEM), client_certificate=pair
        )
    assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert "key.pem" in result.reason


def test_only_one_way_to_authenticate_is_accepted() -> None:
    with pytest.raises(ValidationError, match="not bearer and basic"):
        HttpSource.model_validate({"kind": "http", "base_url": "http://a", "bearer": "${T}", **BASIC})
    with pytest.raises(ValidationError, match="packets show this file"):
        HttpSource.model_validate(
            {"kind": "http", "base_url": "http://a", "basic": {"username": "a", "password": "plain"}}
        )
