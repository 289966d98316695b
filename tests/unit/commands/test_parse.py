"""Parsing of what a person types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.base.errors import Misused
from commands.slack.parse import (
    LONGEST,
    CancelCommand,
    HelpCommand,
    OwnersCommand,
    RunCommand,
    ShowCommand,
    StatusCommand,
    WithdrawCommand,
    parse,
)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("run staging", RunCommand("staging")),
        ("RUN staging version=1.42.0", RunCommand("staging", {"version": "1.42.0"})),
        ('run staging note="two words"', RunCommand("staging", {"note": "two words"})),
        ("run staging note=“two words”", RunCommand("staging", {"note": "two words"})),
        ("run staging baseline=a=b", RunCommand("staging", {"baseline": "a=b"})),
        ("run staging Version=1", RunCommand("staging", {"version": "1"})),
        ("status", StatusCommand()),
        ("status staging", StatusCommand("staging")),
        ("show #412", ShowCommand(412)),
        ("show 412 queue-age", ShowCommand(412, "queue-age")),
        ("cancel #412 it's the wrong version", CancelCommand(412, "it's the wrong version")),
        ("withdraw #412", WithdrawCommand(412)),
        ("owners staging", OwnersCommand("staging")),
        ("help", HelpCommand()),
        ("  help   run ", HelpCommand("run")),
    ],
)
def test_commands(text: str, command: object) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rnu staging", "Did you mean “run”?"),
        ("launch the missiles", "There is no command “launch”"),
        ("run", "The environment is missing"),
        ("run staging 1.42.0", "Write arguments as `name=value`"),
        ("run staging version=1 version=2", "`version=` is given twice"),
        ("show", "The run number is missing"),
        ("show #0", "is not a run number"),
        ("show staging", "is not a run number"),
        ("show #1 queue-age please", "don't know what to do with “please”"),
        ("cancel #1", "Say why run #1 is cancelled"),
        ("cancel #1 \u2800\u3164", "Say why run #1 is cancelled"),
        ("no-go #1 \u0301\ufe0f", "Say why run #1 should not go ahead"),
        ("go #1?", "reads like a question"),
        ("go #1 ？", "reads like a question"),
        ("run " + "x" * LONGEST, "characters long"),
        ("run sta\x00ging", "a control character (U+0000)"),
        ("run sta\u202eging", "changes the direction of text (U+202E)"),
        ("run staging version=\uf8ff", "only some fonts have (U+F8FF)"),
        ("run staging version=a\ufffd", "damaged in transit (U+FFFD)"),
        ("run staging version=a\U000e0041", "an invisible character (U+E0041)"),
        ("run staging " + " ".join(f"a{n}=1" for n in range(30)), "at most 20"),
    ],
)
def test_invalid_commands_are_explained(text: str, says: str) -> None:
    with pytest.raises(Misused) as misused:
        parse(text)
    assert says in str(misused.value)
    assert misused.value.example or misused.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "run\xa0staging\u3000version=1.42.0-rc1",
        "run stag\u200bing version=\u200e1.42.0-rc1\ufeff",
        "run staging version = 1.42.0-rc1",
        "run staging version= 1.42.0-rc1",
        "run staging version =1.42.0-rc1",
        "run staging version＝1.42.0-rc1",
        "run staging version=1.42.0–rc1",
        "run staging version=1.42.0\u2011rc1",
        "run staging --version=1.42.0-rc1",
        "run staging –-version=1.42.0-rc1",
        "run staging version=“1.42.0-rc1”",
        "run staging version=‘1.42.0-rc1’",
        "run staging version=«1.42.0-rc1»",
        "run staging version='1.42.0-rc1'",
        "run staging version=`1.42.0-rc1`",
        "run `staging` version=1.42.0-rc1",
        "Run: Staging, VERSION=1.42.0-rc1",
        "ｒｕｎ ｓｔａｇｉｎｇ version=1.42.0-rc1",
        "/canary run staging version=1.42.0-rc1",
        "@canary run staging version=1.42.0-rc1",
        "run staging\nversion=1.42.0-rc1\n",
        "run staging version=<http://1.42.0-rc1|1.42.0-rc1>",
    ],
)
def test_pasted_text_means_what_it_looks_like(text: str) -> None:
    assert parse(text) == RunCommand("staging", {"version": "1.42.0-rc1"})


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("version=1, commit=abc; note=x", {"version": "1", "commit": "abc", "note": "x"}),
        ("author=<@U02BEN|ben>", {"author": "U02BEN"}),
        ("author=<@U02BEN>", {"author": "U02BEN"}),
        ("author = <@U02BEN|ben>", {"author": "U02BEN"}),
        ("author=“<@U02BEN|ben>”", {"author": "U02BEN"}),
        ('author="<@U02BEN|ben>", version=1', {"author": "U02BEN", "version": "1"}),
        ("author=‘<@U02BEN>’", {"author": "U02BEN"}),
        ("author=`<@U02BEN|ben>`", {"author": "U02BEN"}),
        ("link=<https://example.com/a?b=1&amp;c=2>", {"link": "https://example.com/a?b=1&c=2"}),
        ("link=<https://example.com|the site>", {"link": "https://example.com"}),
        ("note=a&lt;b&gt;&amp;amp;", {"note": "a<b>&amp;"}),
        ("note=don’t", {"note": "don’t"}),
        (r"path=C:\temp\new", {"path": r"C:\temp\new"}),
        ("note=“one – two”", {"note": "one – two"}),
        ("note=👩\u200d💻", {"note": "👩\u200d💻"}),
        ("note=می\u200cخواهم", {"note": "می\u200cخواهم"}),
        ("note=❤\ufe0f", {"note": "❤\ufe0f"}),
        (
            "note=🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            {"note": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"},
        ),
    ],
)
def test_argument_values_are_unchanged(text: str, arguments: dict[str, str]) -> None:
    assert parse(f"run staging {text}") == RunCommand("staging", arguments)


@pytest.mark.parametrize("number", ["12", "#12", "＃12", "#１２", "№12", "#12.", "#12,"])
def test_a_run_by_its_number(number: str) -> None:
    assert parse(f"show {number}") == ShowCommand(12)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("it’s “wrong” – a\\b", "it’s “wrong” – a\\b"),
        ('the "quoted" word', 'the "quoted" word'),
        ("two\nlines", "two\nlines"),
        ("<@U02BEN|ben> said so", "@ben said so"),
        ("see <https://example.com/x>", "see https://example.com/x"),
        ("می\u200cخواهم 👩\u200d💻", "می\u200cخواهم 👩\u200d💻"),
        ("a\u200bb\u200dc", "abc"),
    ],
)
def test_a_reason_is_recorded_as_written(written: str, reason: str) -> None:
    assert parse(f"cancel #412 {written}") == CancelCommand(412, reason)


@given(st.text(max_size=200))
def test_any_text_is_either_a_command_or_explained(text: str) -> None:
    said = ""
    try:
        said = str(parse(text))
    except Misused as misused:
        said = str(misused)
    assert said
