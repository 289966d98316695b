"""What a person typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Misused
from commands.parse import (
    LONGEST,
    CancelCommand,
    HelpCommand,
    OwnersCommand,
    RunCommand,
    ShowCommand,
    StatusCommand,
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
        ("status", StatusCommand()),
        ("status staging", StatusCommand("staging")),
        ("show #412", ShowCommand(412)),
        ("show 412 queue-age", ShowCommand(412, "queue-age")),
        ("cancel #412 it's the wrong version", CancelCommand(412, "it's the wrong version")),
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
        ("", "Tell me what to do"),
        ("rnu staging", "Did you mean “run”?"),
        ("launch the missiles", "I know no command “launch”"),
        ("run", "Which environment?"),
        ("run staging 1.42.0", "arguments are written name=value"),
        ("run staging version=1 version=2", "version= is there twice"),
        ("run staging Version=1", "is no argument"),
        ("show", "Which run?"),
        ("show #0", "is no run number"),
        ("show staging", "is no run number"),
        ("show #1 queue-age please", "do not know what to do with “please”"),
        ("cancel #1", "Say why run #1 is cancelled"),
        ("run " + "x" * LONGEST, "characters long"),
        ("run sta\x00ging", "control characters"),
        ("run sta\u202eging", "control characters"),
        ("run staging " + " ".join(f"a{n}=1" for n in range(30)), "at most 20"),
    ],
)
def test_what_is_no_command_is_said(text: str, says: str) -> None:
    with pytest.raises(Misused) as misused:
        parse(text)
    assert says in str(misused.value)
    assert misused.value.example or misused.value.hint


@given(st.text(max_size=200))
def test_any_text_is_a_command_or_is_said_not_to_be(text: str) -> None:
    said = ""
    try:
        said = str(parse(text))
    except Misused as misused:
        said = str(misused)
    assert said
