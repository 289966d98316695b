"""Features that servers with Slack's protocol may lack."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, TypeAlias

from sandbox.slack.refusal import Json

Feature: TypeAlias = Literal[
    "alert",
    "api.test",
    "auth.test",  # auth.test returns only team and user, and no scopes are in the headers
    "blocks.validate",
    "card",
    "carousel",
    "container",
    "data_table",
    "data_visualization",
    "ephemeral",
    "error details",  # which block is invalid, and why
    "files",
    "forms",  # views.open, views.push, views.update
    "home",  # views.publish
    "metadata",
    "response_url",
    "tables",  # in messages
    "usergroups",
    "users.bots",
    "users.deleted",  # present only on deactivated accounts, as in Slack
    "users.guests",
    "users.profile",
    "users.teams",
]

NEWEST_BLOCKS: tuple[Feature, ...] = (
    "alert",
    "card",
    "carousel",
    "container",
    "data_table",
    "data_visualization",
)
_FIELDS: Mapping[Feature, tuple[str, ...]] = {
    "users.bots": ("is_bot", "is_app_user"),
    "users.guests": ("is_restricted", "is_ultra_restricted"),
    "users.profile": ("profile", "real_name", "tz", "tz_label", "tz_offset", "locale", "color", "updated"),
    "users.teams": ("team_id",),
}
_LEAST_IDENTITY = ("team_id", "user_id")


def unknown_blocks(without: Collection[Feature]) -> frozenset[str]:
    """The types of blocks that this server does not know."""
    return frozenset({*without} & {*NEWEST_BLOCKS}) | ({"table"} if "tables" in without else set())


def told(problems: Sequence[str], without: Collection[Feature]) -> Sequence[str]:
    """The details that this server gives about invalid blocks."""
    return () if "error details" in without else problems


def user_without(user: Json, without: Collection[Feature]) -> Json:
    """A user without the fields that this server lacks."""
    left_out = {name for feature, names in _FIELDS.items() if feature in without for name in names}
    if "users.deleted" in without and not user.get("deleted"):
        left_out.add("deleted")
    return {name: value for name, value in user.items() if name not in left_out}


def identity_without(identity: Json, without: Collection[Feature]) -> Json:
    if "auth.test" not in without:
        return identity
    return {name: identity[name] for name in _LEAST_IDENTITY}


def payload_without(payload: Json, without: Collection[Feature]) -> Json:
    if "response_url" not in without:
        return payload
    return {name: value for name, value in payload.items() if name != "response_url"}
