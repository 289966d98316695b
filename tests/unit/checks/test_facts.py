"""Facts about a configuration: how they are read, what is kept of secrets, and what has changed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from checks.configuration.facts import Change, Kept, assigned, changes, flat, is_secret, listed

KEY = b"the bot's own"


def kept(found: dict[str, Any], **how: Any) -> dict[str, Any]:
    return dict(Kept(**{"key": KEY, **how}).of(found))


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("FLOOR=1024\nSTEP=64\n", {"FLOOR": "1024", "STEP": "64"}),
        ("# a comment\nexport FLOOR='1024'\n\nNOTE=\"a = b\"", {"FLOOR": "1024", "NOTE": "a = b"}),
        ("EMPTY=", {"EMPTY": ""}),
        ('{"flags": {"fast": true}, "floor": 1024}', {"flags.fast": True, "floor": 1024}),
        ("", {}),
    ],
)
def test_what_a_file_or_a_program_says(text: str, facts: dict[str, Any]) -> None:
    assert assigned(text) == facts


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hunter2", "a line that is no NAME=value"),
        ("FLOOR=1\nhunter2 is the password", "a line that is no NAME=value"),
        ('{"password": hunter2}', "no JSON: Expecting value, in line 1"),
        ("\n".join(f"F{at}=1" for at in range(501)), "more than 500 facts"),
        (f"{'F' * 201}=1", "a name of more than 200 characters"),
    ],
    ids=["text", "a line of text", "no JSON", "too many", "a long name"],
)
def test_what_cannot_be_read_is_not_quoted(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}$"):
        assigned(text)


def test_a_part_of_a_document() -> None:
    document = {"app": {"env": {"FLOOR": "1024", "list": [1, 2], "none": None, "deep": {"a": {"b": 1}}}}}
    assert flat(document, "app.env") == {"FLOOR": "1024", "list": [1, 2], "none": None, "deep.a.b": 1}
    for at in ("app.missing", "app.env.FLOOR"):
        with pytest.raises(ValueError, match=f"no JSON object at {at}"):
            flat(document, at)
    with pytest.raises(ValueError, match="no JSON object"):
        flat([document])


def test_rows_of_name_and_value() -> None:
    assert listed(("value", "name"), [("1024", "FLOOR"), (None, "OFF")]) == {"FLOOR": "1024", "OFF": None}
    with pytest.raises(ValueError, match="the columns flag, value, not name and value"):
        listed(("flag", "value"), [])
    with pytest.raises(ValueError, match="'FLOOR' twice"):
        listed(("name", "value"), [("FLOOR", 1), ("FLOOR", 2)])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRON_SECRET", "x"),
        ("stripe.apiKey", "x"),
        ("DATABASE_PASSWORD", "x"),
        ("githubToken", "x"),
        ("DATABASE_URL", "postgresql://app:hunter2@db/app"),
        ("WEBHOOK", "xoxb-1-2"),
        ("SESSION", "eyJhbGciOi.eyJzdWIi.c2ln"),
        ("PEM", "-----BEGIN PRIVATE KEY-----"),
        ("PGPASSWORD", "hunter2"),
        ("SECRETKEY", "hunter2"),
        ("accesskey", "hunter2"),
        ("REDIS_AUTH", "hunter2"),
        ("pass\uff57ord", "hunter2"),
        ("URL", "postgres:///db?password=hunter2"),
        ("URL", " https://app:hunter2/@db/app"),
        ("URL", "https://example.com/?sv=1&sig=abc"),
        ("URL", "https://hooks.slack.com/services/T0/B0/abc"),
        ("DSN2", "host=db password=hunter2"),
        ("HEADER", "Bearer hunter"),
        ("HEADER", "Authorization: Basic YTpi"),
        ("PAY", "see sk_live_4242"),
        ("PAY", "\nsk_live_4242"),
        ("CERT", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"),
        ("SETTINGS", '{"db": {"password": "hunter2"}}'),
        ("SETTINGS", "db:\n  password: hunter2"),
        ("NOTE", "secret 0123456789abcdef"),
    ],
)
def test_what_looks_like_a_secret_is_never_kept(name: str, value: str) -> None:
    assert is_secret(name, value)
    [said] = kept({name: value}).values()
    assert value not in said or value == "x"
    assert said.startswith("secret ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BACKGROUND_JOB_AUTOSCALE_GLOBAL_FLOOR", "1024"),
        ("version", "4f2a9c1"),
        ("URL", "https://example.com/a"),
        ("URL", "https://example.com:8080/a?page=2"),
        ("commit", "4f2a9c14f2a9c14f2a9c14f2a9c14f2a9c14f2a9"),
        ("image", "app@sha256:" + "4f" * 32),
        ("schedule", "at: 12:30, every: 5m"),
        ("risk_level", "task-1"),
    ],
)
def test_what_does_not_is(name: str, value: str) -> None:
    assert kept({name: value}) == {name: value}


@pytest.mark.parametrize("value", [[{"password": "hunter2"}], {"a": {"credentials": {"x": "hunter2"}}}])
def test_a_secret_within_a_value_hides_all_of_it(value: Any) -> None:
    [said] = kept(flat({"a": {"b": {"c": {"d": {"e": value}}}}})).values()
    assert said.startswith("secret ")


@pytest.mark.parametrize(
    "value", ["://" + ":" * 1_000_000, "://" * 300_000, "a=" * 500_000, "a" * 1_000_000, "eyJ" * 300_000]
)
def test_a_long_value_costs_no_more_than_a_short_one(value: str) -> None:
    """A search from every place in it to its end would take hours."""
    assert len(kept({f"F{number}": value for number in range(50)})) == 50


@pytest.mark.parametrize("name", ["\x1b[31mFLOOR", "FLOOR\nSTEP", "\u202eFLOOR", "FLO\u200bOR", "\ud800"])
def test_a_name_that_a_terminal_obeys_is_refused(name: str) -> None:
    for read in (lambda: flat({name: 1}), lambda: listed(("name", "value"), [(name, 1)])):
        with pytest.raises(ValueError, match="a name with characters that are not printable"):
            read()


def test_numbers_are_exact() -> None:
    assert kept(assigned('{"a": 12345678901234567890.25, "b": [0.12345678901234567890]}')) == {
        "a": "12345678901234567890.25",
        "b": '["0.12345678901234567890"]',
    }


def test_a_secret_that_changed_is_noticed_and_not_shown() -> None:
    before, after = kept({"CRON_SECRET": "hunter2"}), kept({"CRON_SECRET": "hunter3"})
    assert list(map(str, changes(before, after))) == ["CRON_SECRET: changed (secret)"]
    assert changes(before, kept({"CRON_SECRET": "hunter2"})) == []
    assert kept({"A_KEY": "same"})["A_KEY"] != kept({"B_KEY": "same"})["B_KEY"]
    assert kept({"A_KEY": "same"}) != kept({"A_KEY": "same"}, key=b"another")
    assert kept({"A_KEY": "same"}, key=b"") == {"A_KEY": "secret set"}
    assert kept({"A_KEY": ""}) == {"A_KEY": ""}  # that it is empty is worth knowing


def test_names_are_chosen_and_others_declared_secret() -> None:
    found = {"JOB_FLOOR": "1024", "JOB_REGION": "eu", "HOME": "/root"}
    assert kept(found, names=("job_*",), secret=("*region",)).keys() == {"JOB_FLOOR", "JOB_REGION"}
    assert kept(found, secret=("*region",))["JOB_REGION"].startswith("secret ")


def test_a_long_value_is_cut_and_its_end_still_counts() -> None:
    one, other = kept({"LIST": "a" * 1000})["LIST"], kept({"LIST": "a" * 999 + "b"})["LIST"]
    assert len(one) < 250
    assert one != other


def test_values_of_any_sort_are_text() -> None:
    assert kept({"a": True, "b": 1.5, "c": None, "d": [1]}) == {
        "a": "true",
        "b": "1.5",
        "c": "null",
        "d": "[1]",
    }
    assert kept({"a": "x\x1b[31my\u202ez"}) == {"a": "xyz"}


def test_changes_in_words() -> None:
    before = {"FLOOR": "1024", "GONE": "1", "SAME": "1", "OLD_KEY": "secret 1", "WAS": "x"}
    after = {"FLOOR": "2048", "NEW": "", "SAME": "1", "NEW_KEY": "secret 2", "WAS": "secret 3"}
    assert [str(change) for change in changes(before, after)] == [
        "FLOOR: 1024 → 2048",
        "GONE: gone, was 1",
        "NEW: new, (empty)",
        "NEW_KEY: new, (secret)",
        "OLD_KEY: gone, was (secret)",
        "WAS: x → (secret)",
    ]
    assert changes(before, before) == []
    assert Change("FLOOR", "1", None) in changes({"FLOOR": "1"}, {})
