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
        ("\n".join(f"F{at}=1" for at in range(501)), "501 facts, at most 500"),
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
    ],
)
def test_what_does_not_is(name: str, value: str) -> None:
    assert kept({name: value}) == {name: value}


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
