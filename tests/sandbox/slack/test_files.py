"""Files: uploads in three steps, and pictures in blocks."""

from __future__ import annotations

import aiohttp
import pytest

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


async def test_a_file_appears_in_its_thread_with_its_comment(slack, client):
    root = await client.chat_postMessage(channel="C0RELEASES", text="card")
    uploaded = await client.files_upload_v2(
        channel="C0RELEASES",
        thread_ts=root["ts"],
        filename="queue-age.png",
        file=PNG,
        title="Queue age",
        alt_txt="Queue age rises to 184 s",
        initial_comment="The reading that moved",
    )
    [_, reply] = slack.thread(slack.channel("#releases").messages[0])
    assert (reply.text, reply.files[0].alt_txt) == ("The reading that moved", "Queue age rises to 184 s")
    assert uploaded["file"]["mimetype"] == "image/png"
    assert (await client.files_info(file=uploaded["file"]["id"]))["file"]["title"] == "Queue age"

    async with aiohttp.ClientSession() as session, session.get(uploaded["file"]["url_private"]) as response:
        assert await response.read() == PNG


async def test_an_upload_can_be_completed_only_once(slack, client, refused):
    uploaded = await client.files_upload_v2(channel="C0RELEASES", filename="a.txt", content="x")
    again = client.files_completeUploadExternal(
        files=[{"id": uploaded["file"]["id"]}], channel_id="C0RELEASES"
    )
    assert (await refused(again))[0] == "file_not_found"
    assert len(slack.channel("#releases").messages) == 1


async def test_a_file_needs_its_content_and_a_channel_with_the_bot(slack, client, refused):
    announced = await client.files_getUploadURLExternal(filename="a.txt", length=1)
    complete = {"files": [{"id": announced["file_id"]}]}
    error, _ = await refused(client.files_completeUploadExternal(**complete, channel_id="C0RELEASES"))
    assert error == "file_not_found"
    async with (
        aiohttp.ClientSession() as session,
        session.post(announced["upload_url"], data=b"x") as response,
    ):
        assert await response.text() == "OK - 1"
    error, _ = await refused(client.files_completeUploadExternal(**complete, channel_id="C0GENERAL"))
    assert error == "not_in_channel"
    slack.invite("#general")
    await client.files_completeUploadExternal(**complete, channel_id="C0GENERAL")


async def test_alternative_text_of_a_picture_is_limited(client, refused):
    call = client.files_getUploadURLExternal(filename="a.png", length=1, alt_txt="x" * 1001)
    assert (await refused(call))[0] == "alt_txt_too_large"


@pytest.mark.parametrize(("name", "shown"), [("chart.png", True), ("packet.md", False)])
async def test_a_block_can_show_an_uploaded_picture_and_nothing_else(slack, client, refused, name, shown):
    uploaded = await client.files_upload_v2(channel="C0RELEASES", filename=name, file=PNG)
    image = {"type": "image", "alt_text": "chart", "slack_file": {"id": uploaded["file"]["id"]}}
    post = client.chat_postMessage(channel="C0RELEASES", text="chart", blocks=[image])
    if shown:
        await post
    else:
        assert (await refused(post))[0] == "invalid_blocks"


async def test_slack_needs_a_moment_before_it_shows_a_picture(slack, client, refused):
    slack.workspace.file_processing = 2.0
    uploaded = await client.files_upload_v2(channel="C0RELEASES", filename="a.png", file=PNG)
    image = {"type": "image", "alt_text": "chart", "slack_file": {"id": uploaded["file"]["id"]}}
    message = {"channel": "C0RELEASES", "text": "chart", "blocks": [image]}
    assert (await refused(client.chat_postMessage(**message)))[0] == "invalid_blocks"
    slack.clock.advance(2)
    await client.chat_postMessage(**message)


async def test_a_file_can_appear_some_time_after_its_upload(slack, client, refused):
    slack.workspace.file_sharing = 0.5
    uploaded = await client.files_upload_v2(channel="C0RELEASES", filename="a.txt", content="x")
    assert not slack.channel("#releases").messages
    again = client.files_completeUploadExternal(
        files=[{"id": uploaded["file"]["id"]}], channel_id="C0RELEASES"
    )
    assert (await refused(again))[0] == "file_not_found"
    shown = await slack.wait_for(lambda: slack.channel("#releases").messages)
    history = (await client.conversations_history(channel="C0RELEASES"))["messages"]
    assert [file["id"] for file in history[0]["files"]] == [shown[0].files[0].id]
