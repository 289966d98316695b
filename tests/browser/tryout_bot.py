"""A small app that posts everything the page must be able to draw, and responds to what people do there."""

from __future__ import annotations

import json
import re
import struct
import zlib
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.manifest import least_manifest

SCOPES = ("channels:read", "im:write")


def manifest() -> dict[str, Any]:
    """The minimum for a bot, a command with a hint, and a shortcut of each kind."""
    body = least_manifest()
    body["oauth_config"]["scopes"]["bot"] += SCOPES
    body["features"]["slash_commands"] = [
        {
            "command": "/canary",
            "description": "Judge a change",
            "usage_hint": "run <environment> | status | help",
            "should_escape": True,
        }
    ]
    body["features"]["shortcuts"] = [
        {"name": "Start a run", "type": "global", "callback_id": "start", "description": "Judge a change"},
        {"name": "Act on this run", "type": "message", "callback_id": "act", "description": "Remind, cancel"},
    ]
    return body


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str, action_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def png(width: int = 64, height: int = 32) -> bytes:
    """An image of a single color."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data))
            + kind
            + data
            + struct.pack(">I", zlib.crc32(kind + data) & 0xFFFFFFFF)
        )

    rows = b"".join(b"\0" + b"\x2e\xb6\x7d" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def card() -> list[dict[str, Any]]:
    """The card of a run that waits for its approvers."""
    sure = {
        "title": plain("Go for staging?"),
        "text": mrkdwn("Everyone in *#releases* will see it."),
        "confirm": plain("Yes, go"),
        "deny": plain("Not yet"),
    }
    return [
        {"type": "header", "text": plain("Run #412 on staging")},
        section("*Recommended: GO.* 12 of 12 checks passed."),
        {
            "type": "actions",
            "block_id": "vote",
            "elements": [
                button(
                    "Go", "go", style="primary", confirm=sure, accessibility_label="Go for 1.42 on staging"
                ),
                button("No-go…", "no_go", style="danger", accessibility_label="No-go for 1.42 on staging"),
            ],
        },
    ]


def choices() -> list[dict[str, Any]]:
    """One of each element that acts as soon as something is chosen."""
    options = [{"text": plain(words), "value": words.lower()} for words in ("Early", "Late")]
    kinds: dict[str, dict[str, Any]] = {
        "overflow": {"options": options},
        "static_select": {"options": options, "placeholder": plain("When")},
        "users_select": {"placeholder": plain("Who")},
        "datepicker": {"placeholder": plain("Day")},
        "timepicker": {"placeholder": plain("Hour")},
        "radio_buttons": {"options": options},
        "checkboxes": {"options": options},
    }
    elements = [{"type": kind, "action_id": f"choice_{kind}", **more} for kind, more in kinds.items()]
    return [{"type": "actions", "elements": elements}]


def reports() -> list[dict[str, Any]]:
    """The blocks that only show something."""
    cells = [
        [("raw_text", "Check"), ("raw_text", "Reading")],
        [("raw_text", "queue age"), ("raw_text", "184 s")],
    ]
    words = {
        "type": "rich_text_section",
        "elements": [{"type": "text", "text": "ready", "style": {"bold": True}}],
    }
    return [
        {"type": "section", "fields": [mrkdwn("*Version*\n1.42.0"), mrkdwn("*Deadline*\n18:00")]},
        {"type": "divider"},
        {"type": "table", "rows": [[{"type": kind, "text": text} for kind, text in row] for row in cells]},
        {"type": "rich_text", "elements": [words]},
        {"type": "markdown", "text": "## Rollback\n1. **Pin** capacity\n2. Promote `1.41`\n   - nested"},
        {"type": "context", "elements": [mrkdwn("evidence _frozen_")]},
    ]


def reason_form() -> dict[str, Any]:
    reason = {"type": "plain_text_input", "action_id": "text", "multiline": True}
    until = {"type": "datepicker", "action_id": "day"}
    who = {"type": "users_select", "action_id": "who", "placeholder": plain("Choose a person")}
    return {
        "type": "modal",
        "callback_id": "no_go",
        "title": plain("No-go"),
        "submit": plain("Record"),
        "close": plain("Back"),
        "blocks": [
            {"type": "input", "block_id": "reason", "label": plain("Reason"), "element": reason},
            {
                "type": "input",
                "block_id": "until",
                "label": plain("Until"),
                "element": until,
                "optional": True,
            },
            {"type": "input", "block_id": "who", "label": plain("Told to"), "element": who, "optional": True},
        ],
    }


def build(client: AsyncWebClient, signing_secret: str) -> AsyncApp:
    app = AsyncApp(name="tryout", client=client, signing_secret=signing_secret)

    @app.command("/canary")
    async def canary(ack: Any, command: dict[str, Any]) -> None:
        if command["text"].startswith("run"):
            await client.chat_postMessage(channel=command["channel_id"], text="Run #412", blocks=card())
        else:
            await client.chat_postEphemeral(
                channel=command["channel_id"], user=command["user_id"], text="Try `/canary run staging`."
            )
        await ack()

    @app.action("go")
    async def go(ack: Any, body: dict[str, Any]) -> None:
        decided = [section(f"*GO*, decided by <@{body['user']['id']}>")]
        place = body["container"]
        await client.chat_update(
            channel=place["channel_id"], ts=place["message_ts"], text="GO", blocks=decided
        )
        await ack()

    @app.action("no_go")
    async def no_go(ack: Any, body: dict[str, Any]) -> None:
        view = {**reason_form(), "private_metadata": body["channel"]["id"]}
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.view("no_go")
    async def recorded(ack: Any, view: dict[str, Any]) -> None:
        values = view["state"]["values"]
        reason = values["reason"]["text"]["value"]
        if len(reason) < 10:
            await ack(response_action="errors", errors={"reason": "Say it in a sentence."})
            return
        told = values["who"]["who"]["selected_user"]
        text = f"NO-GO: {reason} (until {values['until']['day']['selected_date']}, told to <@{told}>)"
        await client.chat_postMessage(channel=view["private_metadata"], text=text)
        await ack()

    @app.action(re.compile("^choice_"))
    async def chosen(ack: Any, action: dict[str, Any], body: dict[str, Any]) -> None:
        choice = {name: value for name, value in action.items() if name.startswith("selected_")}
        told = json.dumps(choice, sort_keys=True)
        await client.chat_postMessage(channel=body["channel"]["id"], text=f"{action['type']} {told}")
        await ack()

    @app.shortcut("act")
    async def act(ack: Any, body: dict[str, Any]) -> None:
        await client.chat_postEphemeral(
            channel=body["channel"]["id"], user=body["user"]["id"], text="Reminded the owners."
        )
        await ack()

    @app.event("app_home_opened")
    async def home(event: dict[str, Any]) -> None:
        waiting = section(f"Nothing waits for <@{event['user']}>.")
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [waiting]})

    return app
