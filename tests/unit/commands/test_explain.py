"""What a command says about an error that ended it, whichever library raised it and however it is wrapped."""

from __future__ import annotations

import socket

import aiohttp
import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout
from redis.exceptions import ConnectionError as RedisConnectionError
from slack_sdk.errors import SlackClientError

from bot.base.errors import Unavailable
from commands.shell.console import UNCERTAIN
from commands.shell.program import explain


def wrapped(error: Exception) -> Exception:
    wrapper = ConnectorException()
    wrapper.__cause__ = error
    return wrapper


def told(error: Exception, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that is said about it."""
    with pytest.raises(SystemExit) as ended:
        explain(error)
    assert ended.value.code == UNCERTAIN
    said = capsys.readouterr()
    assert said.out == ""
    [line] = said.err.splitlines()
    return line


@pytest.mark.parametrize(
    ("error", "server"),
    [
        (psycopg.OperationalError("secret"), "the database"),
        (PoolTimeout("secret"), "the database"),
        (wrapped(psycopg.errors.AdminShutdown("secret")), "the database"),
        (RedisConnectionError("secret"), "Redis"),
        (aiohttp.ServerDisconnectedError("secret"), "a server"),
        (SlackClientError("secret"), "Slack"),
        (ConnectionResetError("secret"), "a server"),
        (TimeoutError("secret"), "a server"),
        (socket.gaierror("secret"), "a server"),
    ],
)
@pytest.mark.parametrize("groups", [0, 1, 3])
def test_a_failing_server_is_named_and_no_bug(
    error: Exception, server: str, groups: int, capsys: pytest.CaptureFixture[str]
) -> None:
    name = type(error).__name__
    for _ in range(groups):
        error = ExceptionGroup("unhandled errors in a TaskGroup", [error, ValueError("later")])
    assert (
        told(error, capsys)
        == f"canary: {server} does not respond as it should: {name}. Try again in a moment."
    )


def test_an_error_for_people_is_told_as_it_is_from_within_a_group(capsys: pytest.CaptureFixture[str]) -> None:
    error = ExceptionGroup("unhandled", [Unavailable("The database does not answer.", hint="Start it.")])
    assert told(error, capsys) == "canary: The database does not answer. Start it."


@pytest.mark.parametrize("error", [KeyError("secret"), psycopg.errors.SyntaxError("secret")])
def test_a_bug_in_a_group_is_reported_by_its_own_name_and_place(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        raise error
    except Exception as raised:  # noqa: BLE001 — so that it has a place
        line = told(ExceptionGroup("unhandled", [ExceptionGroup("again", [raised])]), capsys)
    assert line.startswith(f"canary: this is a bug: {type(error).__name__} in test_explain.py, line ")


def test_an_error_of_a_file_names_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    line = told(FileNotFoundError(2, "No such file or directory", "canary.yaml"), capsys)
    assert line.startswith("canary: canary.yaml: No such file or directory. ")
