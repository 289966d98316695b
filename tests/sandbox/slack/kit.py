"""Blocks and views in as few words as a test needs."""

from __future__ import annotations


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def button(text, action_id="go", **more):
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements, **more):
    return {"type": "actions", "elements": list(elements), **more}


def section(text, **more):
    return {"type": "section", "text": mrkdwn(text), **more}


def ask_for(label, element=None, block_id="ask", **more):
    element = element or {"type": "plain_text_input", "action_id": "words"}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def modal(*blocks, title="Why", **more):
    return {
        "type": "modal",
        "callback_id": "why",
        "title": plain(title),
        "submit": plain("Send"),
        "blocks": list(blocks),
        **more,
    }
