"""Which arguments of a command are code."""

from __future__ import annotations

import pytest

from checks.interpreters import reads_as_code

VALUE = "{{version}}"


@pytest.mark.parametrize(
    ("command", "because"),
    [
        ("sh -c X", "-c"),
        ("bash -lc X", "-lc"),
        ("/usr/bin/perl5.36 -E X", "-E"),
        ("perl -nE X", "-nE"),
        ("perl -e X", "-e"),
        ("node -p X", "-p"),
        ("node --print X", "--print"),
        ("/opt/node22/bin/node -pe X", "-pe"),
        ("php -r X", "-r"),
        ("php8.3 -r X", "-r"),
        ("pwsh -Command X", "-Command"),
        ("awk X data", "awk"),
        ("gawk -n X data", "gawk"),
        ("sed X data", "sed"),
        ("sed -n X data", "sed"),
        ("sed -e X data", "-e"),
        ("deno eval X", "deno eval"),
        ("ssh host deploy X", "ssh"),
        ("watch deploy X", "watch"),
        ("env A=1 awk X data", "awk"),
        ("docker exec web perl -E X", "-E"),
        ("timeout 5 ssh host X", "ssh"),
        ("kubectl exec web -- sh -c X", "-c"),
    ],
)
def test_arguments_that_are_code(command: str, because: str) -> None:
    words = [VALUE if word == "X" else word for word in command.split()]
    assert reads_as_code(words, words.index(VALUE)) == because


@pytest.mark.parametrize(
    "command",
    [
        "npm test X",
        "npm run watch X",
        "npm test -p X",
        "mkdir -p X",
        "pytest -r X",
        "pip install -r X",
        "awk -f program.awk X",
        "awk {print} X",
        "sed -n p X",
        "sed -f program.sed X",
        "perl script.pl X",
        "perl -E code X",
        "node script.js -q X",
        "php script.php X",
        "deno run script.ts X",
        "sh -c code sh X",
        "git grep ssh X",
        "docker run image X",
    ],
)
def test_arguments_that_are_not_code(command: str) -> None:
    words = [VALUE if word == "X" else word for word in command.split()]
    assert reads_as_code(words, words.index(VALUE)) == ""
