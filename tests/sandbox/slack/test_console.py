"""The page's API, as the browser uses it."""

from __future__ import annotations

import aiohttp
import pytest

from sandbox.slack.panels import Panel
from tests.sandbox.slack.kit import actions, ask_for, button, modal, section


class Page:
    """The browser's part for one person."""

    def __init__(self, slack, session, person):
        self.slack, self.session, self.person = slack, session, person

    async def get(self, path, **query):
        url = f"{self.slack.url}/console/{path}"
        async with self.session.get(url, params={"as": self.person, **query}) as response:
            return await response.json()

    async def post(self, path, method="POST", **body):
        url = f"{self.slack.url}/console/{path}"
        async with self.session.request(method, url, json={"as": self.person, **body}) as response:
            return await response.json()

    async def listen(self):
        return await self.session.ws_connect(f"{self.slack.url}/console/socket", params={"as": self.person})


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def ana(slack, session):
    return Page(slack, session, "U01ANA")


@pytest.fixture
def ben(slack, session):
    return Page(slack, session, "U02BEN")


async def test_the_state_lists_people_channels_and_what_the_app_offers(slack, ana):
    slack.console.panels.append(Panel("System under test", "http://127.0.0.1:1/dials"))
    state = await ana.get("state")
    assert state["me"]["name"] == "ana"
    assert state["commands"][0]["command"] == "/canary"
    assert [(channel["name"], channel["bot_is_member"]) for channel in state["channels"]] == [
        ("releases", True),
        ("general", False),
    ]
    assert state["panels"] == [{"title": "System under test", "url": "http://127.0.0.1:1/dials"}]
    assert {user["name"]: user["deleted"] for user in state["users"]}["dee"] is True


async def test_messages_reach_their_readers_and_count_as_unread(slack, client, ana, ben):
    root = await client.chat_postMessage(channel="C0RELEASES", text="card")
    await client.chat_postMessage(channel="C0RELEASES", text="reply", thread_ts=root["ts"])
    await client.chat_postEphemeral(channel="C0RELEASES", user="U01ANA", text="only ana")
    assert (await ana.get("state"))["channels"][0]["unread"] == 1

    seen = (await ana.get("messages", channel="C0RELEASES"))["messages"]
    assert [(message["text"], message["ephemeral"]) for message in seen] == [
        ("card", False),
        ("only ana", True),
    ]
    assert seen[0]["reply_count"] == 1
    assert [message["text"] for message in (await ben.get("messages", channel="C0RELEASES"))["messages"]] == [
        "card"
    ]
    thread = await ana.get("messages", channel="C0RELEASES", thread_ts=root["ts"])
    assert [message["text"] for message in thread["messages"]] == ["card", "reply"]
    assert (await ana.get("state"))["channels"][0]["unread"] == 0


async def test_a_picture_comes_with_its_alternative_text_and_content(slack, client, ana, session):
    await client.files_upload_v2(channel="C0RELEASES", filename="a.png", file=b"\x89PNG", alt_txt="a chart")
    [message] = (await ana.get("messages", channel="C0RELEASES"))["messages"]
    [file] = message["files"]
    assert (file["alt_txt"], file["mimetype"], file["size"]) == ("a chart", "image/png", 4)
    async with session.get(slack.url + file["url"]) as response:
        assert await response.read() == b"\x89PNG"


async def test_an_uploaded_html_file_is_only_ever_downloaded(slack, client, session):
    uploaded = await client.files_upload_v2(channel="C0RELEASES", filename="a.html", content="<script>")
    async with session.get(uploaded["file"]["url_private"]) as response:
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_whole_conversation_on_the_page(slack, bot, ana, ben):
    @bot.command("/canary")
    async def canary(ack, say):
        await ack()
        await say(text="card", blocks=[actions(button("No-go…", "no_go", value="17"), block_id="votes")])

    @bot.action("no_go")
    async def no_go(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(ask_for("Reason")))

    @bot.view("why")
    async def why(ack, view, client):
        words = view["state"]["values"]["ask"]["words"]["value"]
        if len(words) < 3:
            await ack(response_action="errors", errors={"ask": "Say more"})
            return
        await ack()
        await client.chat_postMessage(channel="C0RELEASES", text=f"No-go: {words}")

    pushed, others = await ana.listen(), await ben.listen()
    assert await ana.post("command", channel="C0RELEASES", text="/canary run staging") == {"ok": True}
    card = await pushed.receive_json()
    assert (card["type"], card["channel"], card["message"]["text"]) == ("message", "C0RELEASES", "card")

    container = {"type": "message", "channel": "C0RELEASES", "ts": card["message"]["ts"]}
    click = await ana.post("click", container=container, block_id="votes", action_id="no_go")
    assert click == {"ok": True}
    opened = await pushed.receive_json()
    assert (opened["type"], opened["view"]["title"]["text"]) == ("view_opened", "Why")

    def form(words):
        return {"values": {"ask": {"words": {"type": "plain_text_input", "value": words}}}}

    view_id = opened["view"]["id"]
    assert await ana.post("submit", view_id=view_id, state=form("no")) == {
        "ok": True,
        "errors": {"ask": "Say more"},
    }
    assert await ana.post("submit", view_id=view_id, state=form("too slow")) == {"ok": True}
    kinds = {(await pushed.receive_json())["type"] for _ in range(2)}
    assert kinds == {"view_closed", "message"}

    heard = [(await others.receive_json())["message"]["text"] for _ in range(2)]
    assert heard == ["card", "No-go: too slow"]
    await pushed.close()
    await others.close()


async def test_an_impossible_action_is_explained(slack, client, ana):
    assert (await ana.post("command", channel="C0RELEASES", text="/deploy now"))["error"] == (
        "/deploy is not a valid command."
    )
    gone = {"type": "message", "channel": "C0RELEASES", "ts": "1.2"}
    answer = await ana.post("click", container=gone, block_id="a", action_id="b")
    assert answer == {"ok": False, "error": "That message no longer exists."}
    assert (await ana.post("submit", view_id="V0NONE"))["ok"] is False


async def test_a_failed_command_shows_a_notice_on_the_page(slack, ana, ben):
    pushed, others = await ana.listen(), await ben.listen()
    await ana.post("command", channel="C0RELEASES", text="/canary run staging")
    notice = await pushed.receive_json()
    assert notice == {"type": "notice", "text": '/canary failed with the error "dispatch_failed"'}
    await ana.post("message", channel="C0RELEASES", text="hm, <script> @ben")
    assert (await others.receive_json())["message"]["text"] == "hm, &lt;script&gt; <@U02BEN|ben>"
    await pushed.close()
    await others.close()


async def test_home_shortcuts_closing_and_joining_work(slack, bot, client, ana):
    @bot.event("app_home_opened")
    async def opened(event, client):
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section("hello")]})

    @bot.shortcut("start_run")
    async def start(ack, shortcut, client):
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal(section("x")))

    pushed = await ana.listen()
    assert (await ana.get("home"))["view"] is None
    assert (await pushed.receive_json())["type"] == "home"
    assert (await ana.post("shortcut", callback_id="start_run")) == {"ok": True}
    view = (await pushed.receive_json())["view"]
    assert await ana.post("close", view_id=view["id"]) == {"ok": True}
    assert (await pushed.receive_json())["type"] == "view_closed"
    await ana.post("join", channel="C0GENERAL")
    assert "U0CANARY" in slack.channel("#general").members
    await pushed.close()


async def test_faults_can_be_set_as_dials_on_the_page(slack, client, ana, refused):
    dials = {dial["name"]: dial for dial in await ana.get("dials")}
    assert dials["rate_limited"]["kind"] == "range"
    assert dials["error_before"] == {
        "name": "error_before",
        "title": "Slack answers 500, and nothing happened",
        "kind": "toggle",
        "value": False,
    }
    await ana.post("dials", method="PUT", name="rate_limited", value=30)
    assert (await refused(client.auth_test()))[0] == "ratelimited"
    await ana.post("dials", method="PUT", name="rate_limited", value=0)
    await client.auth_test()
    await ana.post("dials", method="PUT", name="rate_limits", value=True)
    assert slack.gateway.rates.enforced
    await ana.post("dials/reset")
    assert not slack.gateway.rates.enforced
    assert (await ana.post("dials", method="PUT", name="gravity", value=1))["ok"] is False


async def test_a_dial_cuts_the_connections(slack, bot, ana):
    await ana.post("dials", method="PUT", name="disconnect", value=True)
    await slack.wait_for(lambda: not slack.socket_mode.sockets)
    await slack.connected(timeout=10)


async def test_other_origins_and_other_files_are_refused(slack, session):
    async with session.post(
        f"{slack.url}/console/command", json={"as": "U01ANA"}, headers={"Origin": "https://evil.example"}
    ) as response:
        assert response.status == 403
    for path in ("/page/..%2Fapp.py", "/page/%2e%2e/app.py", "/page/none.js", "/files/F0NONE/a.txt"):
        async with session.get(aiohttp.client.URL(slack.url + path, encoded=True)) as response:
            assert response.status == 404
    async with session.get(f"{slack.url}/console/state", params={"as": "zed"}) as response:
        assert response.status == 404


async def test_a_permalink_opens_the_page_at_that_thread(slack, client, session):
    root = await client.chat_postMessage(channel="C0RELEASES", text="card")
    reply = await client.chat_postMessage(channel="C0RELEASES", text="one", thread_ts=root["ts"])
    link = (await client.chat_getPermalink(channel="C0RELEASES", message_ts=reply["ts"]))["permalink"]
    async with session.get(link, allow_redirects=False) as response:
        assert response.headers["Location"] == f"/#channel=C0RELEASES&thread={root['ts']}"
