"""Why a command failed, judged by its exit code and last lines."""

from __future__ import annotations

import pytest

from checks.failure import classify, signal_name
from checks.outcome import Cause


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Error: Missing required environment variable: DATABASE_URL", "DATABASE_URL"),
        ("error: Environment variable not found: DATABASE_URL.", "DATABASE_URL"),
        ("./deploy.sh: line 3: STRIPE_KEY: unbound variable", "STRIPE_KEY"),
        ("deploy: 1: STRIPE_KEY: parameter not set", "STRIPE_KEY"),
        ("deploy: 1: STRIPE_KEY: parameter null or not set", "STRIPE_KEY"),
        ("KeyError: 'DATABASE_URL'", "DATABASE_URL"),
        ('config.rb:3:in `fetch\': key not found: "DATABASE_URL" (KeyError)', "DATABASE_URL"),
        ("Error: DATABASE_URL is not set", "DATABASE_URL"),
        ('Error: "PORT" must be set', "PORT"),
        ("panic: NEXT_PUBLIC_API_URL is required", "NEXT_PUBLIC_API_URL"),
        ("❌ Invalid environment variables:", ""),
    ],
)
def test_a_missing_variable_is_a_configuration_error(line: str, name: str) -> None:
    failure = classify(1, ["building", line, "    at main.js:3"])

    assert failure.cause is Cause.CONFIGURATION
    assert failure.lines == (line,)
    assert f"as {name or 'NAME'}: ${{{name or 'NAME'}}}" in failure.hint


@pytest.mark.parametrize(
    "line",
    [
        "Error: connect ECONNREFUSED 127.0.0.1:5432",
        "psql: error: connection to server failed: Connection refused",
        "P1001: Can't reach database server at `db`:`5432`",
        "npm ERR! code ENOSPC",
        "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        "java.lang.OutOfMemoryError: Java heap space. Out of memory",
        "fatal: unable to access 'x': Could not resolve host: example.com",
        "Error: listen EADDRINUSE: address already in use :::3000",
    ],
)
def test_a_missing_resource_is_an_environment_error(line: str) -> None:
    failure = classify(1, [line])

    assert (failure.cause, failure.lines) == (Cause.ENVIRONMENT, (line,))


@pytest.mark.parametrize(
    "line",
    [
        "AssertionError: expected 3 to equal 4",
        "ReferenceError: FOO is not defined",
        "error TS2304: Cannot find name 'DATABASE_URL'.",
        "FAIL src/cart.test.ts",
        "error: test failed, to rerun pass `--lib`",
        "2 failing",
        "KeyError: 'total'",
        "",
    ],
)
def test_anything_else_is_a_regression(line: str) -> None:
    assert classify(1, [line]).cause is Cause.REGRESSION


@pytest.mark.parametrize(
    ("exit_code", "output", "cause", "ended"),
    [
        (127, ["sh: 1: jest: not found"], Cause.CONFIGURATION, "exit code 127: a program was not found"),
        (
            126,
            ["sh: x: Permission denied"],
            Cause.CONFIGURATION,
            "exit code 126: a program cannot be executed",
        ),
        (-9, [], Cause.ENVIRONMENT, "ended by signal SIGKILL"),
        (
            137,
            ["Killed"],
            Cause.ENVIRONMENT,
            "exit code 137: a program that it ran was ended by signal SIGKILL",
        ),
        (143, [], Cause.ENVIRONMENT, "exit code 143: a program that it ran was ended by signal SIGTERM"),
        (139, [], Cause.REGRESSION, "exit code 139: a program that it ran was ended by signal SIGSEGV"),
        (-6, [], Cause.REGRESSION, "ended by signal SIGABRT"),
        (
            134,
            ["JavaScript heap out of memory"],
            Cause.ENVIRONMENT,
            "exit code 134: a program that it ran was ended by signal SIGABRT",
        ),
        (124, ["timed out"], Cause.TIMEOUT, "exit code 124: it ran into a time limit of its own"),
        (124, ["124 failing"], Cause.REGRESSION, ""),
        (2, ["make: *** [all] Error 2"], Cause.REGRESSION, ""),
        (200, [], Cause.REGRESSION, ""),
        (255, [], Cause.REGRESSION, ""),
    ],
)
def test_the_exit_code_tells_the_cause(exit_code: int, output: list[str], cause: Cause, ended: str) -> None:
    failure = classify(exit_code, output)

    assert (failure.cause, failure.ended) == (cause, ended)


def test_failed_tests_are_a_regression_whatever_was_printed() -> None:
    assert classify(1, ["DATABASE_URL is not set"], failed_tests=True).cause is Cause.REGRESSION


@pytest.mark.parametrize("number", range(1, 65))
def test_every_signal_has_a_name(number: int) -> None:
    assert signal_name(-number)


def test_any_amount_of_output_is_read_quickly() -> None:
    lines = ["MISSING " * 100_000, *["environment variable " * 1000] * 5000]

    assert classify(1, lines).cause is Cause.REGRESSION
