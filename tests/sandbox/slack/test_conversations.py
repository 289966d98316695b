"""Reading the history of channels, page by page."""

from __future__ import annotations


async def say(client, *texts, **more):
    return [(await client.chat_postMessage(channel="C0RELEASES", text=text, **more))["ts"] for text in texts]


async def test_history_is_newest_first_and_comes_in_pages(client):
    await say(client, *"abcde")
    pages = [
        [message["text"] for message in page["messages"]]
        async for page in await client.conversations_history(channel="C0RELEASES", limit=2)
    ]
    assert pages == [["e", "d"], ["c", "b"], ["a"]]


async def test_history_between_two_times(client):
    stamps = await say(client, *"abcd")
    inside = {"channel": "C0RELEASES", "oldest": stamps[0], "latest": stamps[3]}
    texts = [message["text"] for message in (await client.conversations_history(**inside))["messages"]]
    ends = [
        message["text"]
        for message in (await client.conversations_history(**inside, inclusive=True))["messages"]
    ]
    assert (texts, ends) == (["c", "b"], ["d", "c", "b", "a"])


async def test_a_thread_starts_with_its_parent_which_counts_its_replies(client):
    [root] = await say(client, "card")
    await say(client, "one", "two", thread_ts=root)
    thread = (await client.conversations_replies(channel="C0RELEASES", ts=root))["messages"]
    assert [message["text"] for message in thread] == ["card", "one", "two"]
    assert thread[0]["reply_count"] == 2
    assert thread[1]["parent_user_id"] == "U0CANARY"
    history = (await client.conversations_history(channel="C0RELEASES"))["messages"]
    assert [message["text"] for message in history] == ["card"]


async def test_a_deleted_parent_leaves_its_replies_under_a_tombstone(client):
    mark = {"event_type": "mark", "event_payload": {"id": "1"}}
    [root] = await say(client, "card", metadata=mark)
    await say(client, "one", thread_ts=root)
    await client.chat_delete(channel="C0RELEASES", ts=root)
    asked = {"channel": "C0RELEASES", "ts": root, "include_all_metadata": True}
    thread = (await client.conversations_replies(**asked))["messages"]
    assert (thread[0]["subtype"], thread[1]["text"]) == ("tombstone", "one")
    assert thread[0]["user"] == "USLACKBOT"
    assert not thread[0].keys() & {"metadata", "bot_id", "app_id", "blocks"}


async def test_unreadable_history_is_refused(slack, client, refused):
    assert (await refused(client.conversations_history(channel="C0NOWHERE")))[0] == "channel_not_found"
    assert (await refused(client.conversations_history(channel="C0GENERAL")))[0] == "not_in_channel"
    assert (await refused(client.conversations_replies(channel="C0RELEASES", ts="1.2")))[
        0
    ] == "thread_not_found"
    assert (await refused(client.conversations_history(channel="C0RELEASES", cursor="?")))[
        0
    ] == "invalid_cursor"
    slack.kick("#releases")
    assert (await refused(client.conversations_history(channel="C0RELEASES")))[0] == "not_in_channel"


async def test_a_channel_is_described(slack, client):
    channel = (await client.conversations_info(channel="C0GENERAL"))["channel"]
    assert (channel["name"], channel["is_member"], channel["is_archived"]) == ("general", False, False)
    slack.invite("#general")
    assert (await client.conversations_info(channel="C0GENERAL"))["channel"]["is_member"] is True


async def test_direct_messages_are_opened_once(client, refused):
    opened = [(await client.conversations_open(users="U01ANA"))["channel"]["id"] for _ in range(2)]
    assert opened[0] == opened[1]
    assert (await refused(client.conversations_open(users="U0NOBODY")))[0] == "user_not_found"
    assert (await refused(client.conversations_open(users="U07DEE")))[0] == "user_disabled"


async def test_an_archived_channel_is_read_only_and_a_deleted_one_is_neither_readable_nor_writable(
    slack, client, refused
):
    await say(client, "one")
    slack.archive("#releases")
    assert (await refused(client.chat_postMessage(channel="C0RELEASES", text="two")))[0] == "is_archived"
    assert (await client.conversations_history(channel="C0RELEASES"))["messages"][0]["text"] == "one"
    slack.unarchive("#releases")
    await say(client, "two")
    gone = slack.delete_channel("#releases")
    for asked in (
        client.chat_postMessage(channel="C0RELEASES", text="three"),
        client.conversations_history(channel="C0RELEASES"),
    ):
        assert (await refused(asked))[0] == "channel_not_found"
    slack.add_channel(gone)
    assert len((await client.conversations_history(channel="C0RELEASES"))["messages"]) == 2
