"""Posting, editing and deleting messages, as slack_sdk's client sees it."""

from __future__ import annotations

import asyncio

import pytest
from slack_sdk import WebClient

from sandbox.slack.channel import Channel
from tests.sandbox.slack.kit import actions, button, section


async def test_a_message_is_stored_as_it_was_posted(slack, client):
    posted = await client.chat_postMessage(
        channel="C0RELEASES", text="Run #1: GO", blocks=[section("*GO*"), actions(button("Go"))]
    )
    message = slack.channel("#releases").messages[-1]
    assert message.text == "Run #1: GO"
    assert message.buttons == ["Go"]
    assert posted["ts"] == message.ts
    assert posted["message"]["bot_id"] == slack.app.bot_id
    assert all(block["block_id"] for block in posted["message"]["blocks"])


async def test_the_synchronous_client_can_post_too(slack):
    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    await asyncio.to_thread(client.chat_postMessage, channel="C0RELEASES", text="hello")
    assert [message.text for message in slack.channel("#releases").messages] == ["hello"]


async def test_arguments_may_be_json_form_fields_or_a_query_string(slack, client):
    for sent in (
        {"json": {"channel": "C0RELEASES", "text": "1"}},
        {"data": {"channel": "C0RELEASES", "text": "2"}},
    ):
        await client.api_call("chat.postMessage", **sent)
    await client.api_call("chat.postMessage", params={"channel": "C0RELEASES", "text": "3"})
    assert [message.text for message in slack.channel("#releases").messages] == ["1", "2", "3"]


async def test_every_message_has_a_timestamp_of_its_own(slack, client):
    posts = [client.chat_postMessage(channel="C0RELEASES", text=str(n)) for n in range(20)]
    stamps = [answer["ts"] for answer in await asyncio.gather(*posts)]
    assert len(set(stamps)) == 20


async def test_replies_are_listed_under_their_parent(slack, client):
    root = await client.chat_postMessage(channel="C0RELEASES", text="card")
    first = await client.chat_postMessage(channel="C0RELEASES", text="one", thread_ts=root["ts"])
    await client.chat_postMessage(channel="C0RELEASES", text="two", thread_ts=first["ts"])
    await client.chat_postMessage(
        channel="C0RELEASES", text="prompt", thread_ts=root["ts"], reply_broadcast=True
    )

    card = slack.channel("#releases").log[root["ts"]]
    assert [message.text for message in slack.thread(card)] == ["card", "one", "two", "prompt"]
    assert [message.text for message in slack.channel("#releases").messages] == ["card", "prompt"]


async def test_a_reply_to_a_deleted_parent_goes_to_the_channel_and_only_the_response_shows_it(slack, client):
    root = await client.chat_postMessage(channel="C0RELEASES", text="card")
    await client.chat_delete(channel="C0RELEASES", ts=root["ts"])
    orphan = await client.chat_postMessage(channel="C0RELEASES", text="late", thread_ts=root["ts"])
    assert "thread_ts" not in orphan["message"]
    assert [message.text for message in slack.channel("#releases").messages] == ["late"]


async def test_an_edit_changes_existing_references_to_the_message(slack, client):
    posted = await client.chat_postMessage(
        channel="C0RELEASES", text="running", blocks=[actions(button("Stop"))]
    )
    message = slack.channel("#releases").messages[-1]
    await client.chat_update(channel="C0RELEASES", ts=posted["ts"], text="done", blocks=[section("done")])
    assert (message.text, message.buttons, bool(message.edited_ts)) == ("done", [], True)


async def test_an_edit_with_text_alone_removes_the_blocks(slack, client):
    posted = await client.chat_postMessage(channel="C0RELEASES", text="a", blocks=[section("a")])
    await client.chat_update(channel="C0RELEASES", ts=posted["ts"], text="b")
    assert slack.channel("#releases").messages[-1].blocks == []


async def test_metadata_survives_an_edit_and_is_returned_on_request(slack, client):
    metadata = {"event_type": "outbox", "event_payload": {"id": "17"}}
    posted = await client.chat_postMessage(channel="C0RELEASES", text="a", metadata=metadata)
    await client.chat_update(channel="C0RELEASES", ts=posted["ts"], text="b")

    asked = await client.conversations_history(channel="C0RELEASES", include_all_metadata=True)
    not_asked = await client.conversations_history(channel="C0RELEASES")
    assert asked["messages"][0]["metadata"] == metadata
    assert "metadata" not in not_asked["messages"][0]


async def test_an_ephemeral_message_is_visible_to_one_person(slack, client):
    await client.chat_postEphemeral(channel="C0RELEASES", user="U01ANA", text="only you")
    assert [message.text for message in slack.ephemerals_for("ana")] == ["only you"]
    assert slack.ephemerals_for("ben") == []
    assert slack.channel("#releases").messages == []


async def test_long_text_is_truncated_like_in_slack(slack, client):
    await client.chat_postMessage(channel="C0RELEASES", text="x" * 40_001)
    assert len(slack.channel("#releases").messages[-1].text) == 40_000


async def test_a_permalink_leads_to_the_thread(slack, client):
    root = await client.chat_postMessage(channel="C0RELEASES", text="card")
    reply = await client.chat_postMessage(channel="C0RELEASES", text="one", thread_ts=root["ts"])
    link = (await client.chat_getPermalink(channel="C0RELEASES", message_ts=reply["ts"]))["permalink"]
    assert f"thread_ts={root['ts']}" in link


async def test_a_user_id_as_channel_means_direct_messages(slack, client):
    posted = await client.chat_postMessage(channel="U01ANA", text="psst")
    assert slack.channel(posted["channel"]).user == "U01ANA"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0GENERAL", "text": "x"}, "not_in_channel"),
        ({"channel": "C0ATTIC", "text": "x"}, "is_archived"),
        ({"channel": "G0SECRET", "text": "x"}, "channel_not_found"),
        ({"channel": "C0RELEASES", "text": " "}, "no_text"),
        ({"channel": "C0RELEASES", "text": "x", "thread_ts": "yesterday"}, "invalid_thread_ts"),
        ({"channel": "C0RELEASES", "text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        (
            {"channel": "C0RELEASES", "text": "x", "attachments": [{"text": "x"}] * 101},
            "too_many_attachments",
        ),
        ({"channel": "C0RELEASES", "text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"channel": "C0RELEASES", "text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
        (
            {
                "channel": "C0RELEASES",
                "text": "x",
                "metadata": {"event_type": "x", "event_payload": {"a": "b" * 16_000}},
            },
            "metadata_too_large",
        ),
    ],
)
async def test_invalid_posts_are_refused(slack, client, refused, arguments, error):
    slack.add_channel(Channel("C0ATTIC", "attic", is_archived=True))
    slack.add_channel(Channel("G0SECRET", "secret", kind="private"))
    assert (await refused(client.api_call("chat.postMessage", json=arguments)))[0] == error


async def test_invalid_edits_are_refused(slack, client, refused):
    posted = await client.chat_postMessage(channel="C0RELEASES", text="x")
    mine = {"channel": "C0RELEASES", "ts": posted["ts"]}
    theirs = {"channel": "C0RELEASES", "ts": slack.user("ana").says("#releases", "hello").ts}
    assert (await refused(client.chat_update(**mine, text="x" * 4001)))[0] == "msg_too_long"
    assert (await refused(client.api_call("chat.update", json=mine)))[0] == "no_text"
    assert (await refused(client.chat_update(**theirs, text="x")))[0] == "cant_update_message"
    assert (await refused(client.chat_update(channel="C0RELEASES", ts="1.2", text="x")))[
        0
    ] == "message_not_found"
    slack.workspace.edit_window = 60.0
    slack.clock.advance(61)
    assert (await refused(client.chat_update(**mine, text="y")))[0] == "edit_window_closed"


async def test_invalid_deletions_are_refused(slack, client, refused):
    theirs = slack.user("ana").says("#releases", "hello")
    assert (await refused(client.chat_delete(channel="C0RELEASES", ts=theirs.ts)))[0] == "cant_delete_message"
    assert (await refused(client.chat_delete(channel="C0RELEASES", ts="1.2")))[0] == "message_not_found"


async def test_ephemeral_messages_need_a_member_of_the_channel(client, refused):
    nobody = client.chat_postEphemeral(channel="C0RELEASES", user="U0NOBODY", text="x")
    gone = client.chat_postEphemeral(channel="C0RELEASES", user="U07DEE", text="x")
    assert (await refused(nobody))[0] == "user_not_found"
    assert (await refused(gone))[0] == "user_not_in_channel"
