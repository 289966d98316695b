"""Short constructors of blocks and views for tests."""

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


def cell(text):
    return {"type": "raw_text", "text": text}


def data_table(rows=2, columns=1, text="x", **more):
    cells = [[cell(text)] * columns for _ in range(rows)]
    return {"type": "data_table", "caption": "Results", "rows": cells, **more}


def chart(points=2, series=1, kind="line", **more):
    labels = [str(at) for at in range(points)]
    drawn = [
        {"name": f"s{each}", "data": [{"label": label, "value": at} for at, label in enumerate(labels)]}
        for each in range(series)
    ]
    body = {"type": kind, "series": drawn, "axis_config": {"categories": labels}}
    return {"type": "data_visualization", "title": "Queue age", "chart": body, **more}


def pie(count=2):
    segments = [{"label": str(at), "value": at + 1} for at in range(count)]
    return {"type": "data_visualization", "title": "Checks", "chart": {"type": "pie", "segments": segments}}


def container(*blocks, title="Passed", collapsed=True, **more):
    return {
        "type": "container",
        "title": plain(title),
        "child_blocks": list(blocks),
        "is_collapsible": True,
        "default_collapsed": collapsed,
        **more,
    }


def alert(text, **more):
    return {"type": "alert", "text": mrkdwn(text), **more}


def a_card(title="Run #1", **more):
    return {"type": "card", "title": mrkdwn(title), **more}
