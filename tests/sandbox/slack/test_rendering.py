"""Messages as plain text, and the active sequences in them."""

from __future__ import annotations

import pytest

from tests.sandbox.slack.kit import actions, ask_for, button, mrkdwn, plain, section


@pytest.mark.parametrize(
    ("mrkdwn_text", "read"),
    [
        ("<@U01ANA> and <@U0GONE|zed>", "@ana and @zed"),
        ("<#C0RELEASES>", "#releases"),
        ("<!subteam^S0PLATFORM>", "@platform"),
        ("<!channel>", "@channel"),
        ("<!date^1795435200^{date_short}|23 Nov 2026>", "23 Nov 2026"),
        ("<!date^1795435200^{date_short}>", "2026-11-23 12:00 UTC"),
        ("<https://example.com/a|runbook>", "runbook (https://example.com/a)"),
        ("<https://example.com/a>", "https://example.com/a"),
        ("queue &lt; 180 s &amp; rising", "queue < 180 s & rising"),
        ("&lt;!channel&gt;", "<!channel>"),
    ],
)
async def test_mrkdwn_is_rendered_as_people_see_it(slack, client, mrkdwn_text, read):
    await client.chat_postMessage(channel="C0RELEASES", text=mrkdwn_text)
    assert slack.render_text(slack.channel("#releases").messages[-1]) == read


async def test_a_card_as_text(slack, client):
    cell = {"type": "raw_text"}
    blocks = [
        {"type": "header", "text": plain("Run #1")},
        section("*FAIL* queue age", fields=[mrkdwn("limit &lt; 180 s")], accessory=button("Open", "open")),
        {"type": "divider"},
        {
            "type": "table",
            "rows": [
                [{**cell, "text": "check"}, {**cell, "text": "p95"}],
                [{**cell, "text": "a"}, {**cell, "text": "9"}],
            ],
        },
        {"type": "context", "elements": [mrkdwn("<@U01ANA>"), plain("UTC")]},
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "queue age rises"},
        ask_for("Reason"),
        actions(button("Go"), button("No-go…", "no")),
    ]
    await client.chat_postMessage(channel="C0RELEASES", text="summary", blocks=blocks)
    assert slack.render_text(slack.channel("#releases").messages[-1]).splitlines() == [
        "Run #1",
        "*FAIL* queue age",
        "limit < 180 s",
        "[ Open ]",
        "─" * 40,
        "check  p95",
        "a      9",
        "@ana · UTC",
        "[picture: queue age rises]",
        "Reason: ____",
        "[ Go ]  [ No-go… ]",
    ]


async def test_a_thread_as_text(slack, client):
    root = await client.chat_postMessage(channel="C0RELEASES", text="card")
    await client.chat_postMessage(
        channel="C0RELEASES", text="two\nlines", thread_ts=root["ts"], reply_broadcast=True
    )
    slack.user("ben").says("#releases", "looks good @ana", thread=slack.channel("#releases").messages[0])
    shown = slack.render_thread(slack.channel("#releases").messages[0]).splitlines()
    assert shown[0].startswith("canary · ")
    assert shown[1:3] == ["  card", ""]
    assert shown[3].endswith("also in the channel")
    assert shown[4:6] == ["      two", "      lines"]
    assert shown[-1] == "      looks good @ana"


async def test_active_sequences_are_found(slack, client):
    blocks = [
        section("<!channel> see <https://evil.example|here>"),
        {"type": "header", "text": plain("<!here>")},
    ]
    await client.chat_postMessage(channel="C0RELEASES", text="by <@U01ANA> &lt;!everyone&gt;", blocks=blocks)
    message = slack.channel("#releases").messages[-1]
    assert slack.live_sequences(message) == ["<@U01ANA>", "<!channel>", "<https://evil.example|here>"]


async def test_a_person_who_waits_in_vain_reports_what_they_saw(slack, client):
    await client.chat_postEphemeral(channel="C0RELEASES", user="U01ANA", text="not you")
    with pytest.raises(AssertionError, match="was told \\['not you'\\]"):
        await slack.user("ana").is_told("approved", timeout=0.05)
    with pytest.raises(AssertionError, match="did not show 'GO'"):
        await slack.sees("#releases", "GO", timeout=0.05)
    with pytest.raises(LookupError, match="no user 'zed'; there are"):
        slack.user("zed")
