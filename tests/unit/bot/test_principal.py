"""Principals as text: it is stored and hashed, so it never changes."""

from __future__ import annotations

import pytest

from bot.rules.principal import BOT, Principal


@pytest.mark.parametrize(
    ("principal", "text", "slack_id"),
    [
        (Principal.slack_user("U01ANA"), "U01ANA", "U01ANA"),
        (BOT, "canary", None),
        (Principal.operator("ana"), "operator ana", None),
        (Principal.operator("uid 1000"), "operator uid 1000", None),
        (Principal.operator("U01ANA"), "operator U01ANA", None),
    ],
)
def test_a_stored_principal_is_read_back(principal: Principal, text: str, slack_id: str | None) -> None:
    assert str(principal) == text
    assert Principal.parse(text) == principal
    assert principal.slack_id == slack_id


@pytest.mark.parametrize("text", ["", "token:ci", "S0PLATFORM", "U01ANA\n"])
def test_an_unknown_kind_of_principal_is_nobody(text: str) -> None:
    assert Principal.parse(text) is None
