"""`${NAME}` is replaced by its value, which is redacted from everything shown."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from checks.secrets import Secrets

DSN = "postgres://canary:p%40ss-word@db.example/app"


def test_names_are_filled_in() -> None:
    secrets = Secrets.named_in(["Bearer ${TOKEN}"], {"TOKEN": "abcd", "OTHER": "x"})

    assert secrets.fill("Bearer ${TOKEN}, $TOKEN, {TOKEN}") == "Bearer abcd, $TOKEN, {TOKEN}"


def test_a_missing_variable_is_reported() -> None:
    with pytest.raises(KeyError, match="TOKEN"):
        Secrets.named_in(["${TOKEN}"], {})


@pytest.mark.parametrize(
    "shape",
    [DSN, quote(DSN, safe=""), "p%40ss-word", "p@ss-word", json.dumps('quote"d\\secret')[1:-1]],
)
def test_a_secret_is_redacted_in_every_encoding(shape: str) -> None:
    secrets = Secrets({"DSN": DSN, "QUOTED": 'quote"d\\secret'})

    assert secrets.redact(f"<{shape}>") == "<[redacted]>"


def test_the_longer_of_two_secrets_is_redacted_first() -> None:
    assert Secrets({"A": "abcd", "B": "abcdefgh"}).redact("abcdefgh") == "[redacted]"


def test_nested_values_are_redacted_and_keep_their_structure() -> None:
    secrets = Secrets({"A": "hunter2"})

    assert secrets.redact_within({"a": ["hunter2", 1, None, ("x hunter2",)], "b": 2.5}) == {
        "a": ["[redacted]", 1, None, ("x [redacted]",)],
        "b": 2.5,
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_the_line_end_of_a_mounted_secret_is_not_part_of_it(end: str) -> None:
    secrets = Secrets({"TOKEN": f"hunter2{end}", "DSN": f"{DSN}{end}"})

    assert secrets.fill("Bearer ${TOKEN}") == "Bearer hunter2"
    assert (
        secrets.redact(f"<hunter2> <hunter2{end}> p@ss-word") == f"<[redacted]> <[redacted]{end}> [redacted]"
    )


def test_other_whitespace_in_a_secret_is_kept() -> None:
    assert Secrets({"TOKEN": " a\nb "}).fill("${TOKEN}") == " a\nb "


def test_each_line_of_a_key_is_redacted() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----\n"
    secrets = Secrets({"KEY": key})

    assert secrets.redact("2: BKcwggSjAgEAAoIBAQC7") == "2: [redacted]"
    assert secrets.redact("-----BEGIN PRIVATE KEY-----") == "-----BEGIN PRIVATE KEY-----"


def test_ordinary_short_words_are_left_alone() -> None:
    assert Secrets({"STAGE": "qa"}).redact("qa is up") == "qa is up"
