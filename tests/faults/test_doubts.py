"""Slack gave no clear answer: an existing message is found, whatever hinders the search, and nothing is posted twice."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.slack.sending import PAGE, PAGES
from commands.serve import Running
from sandbox.slack.faults import Fault
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import MANIFEST, World, both_go
from tests.journeys.test_attacks import go_button
from tests.outbox import (
    both_vote,
    change,
    living,
    make_due,
    make_older,
    rows,
    saying,
    settled,
    shown_twice,
    until,
    until_shown,
    with_packets,
)
from tests.timing import BRISK

READING = ("conversations.history", "conversations.replies")


def cannot_read(slack: LocalSlack) -> None:
    for method in READING:
        slack.faults.inject(Fault.ERROR_BEFORE, method, times=None)


async def looked_for_again(dsn: str) -> None:
    """Let the outbox look once more; then the message is posted, or waits for the next look."""
    await make_due(dsn)
    await until(
        dsn, "SELECT bool_and(not_before > now()) FROM message WHERE state IN ('sending', 'ambiguous')"
    )


# ---------------------------------------------------------------- when history cannot be read


async def test_if_history_cannot_be_read_the_message_stays_ambiguous_and_an_alert_is_raised(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await settled(slack, bot_database)
    cannot_read(slack)
    slack.faults.inject(Fault.RESET_AFTER, "chat.postMessage", times=1)
    await both_vote(slack, card, bot_database)  # one after the other, so that Ana's is the ambiguous one
    await until(bot_database, "SELECT count(*) FROM decision")
    await until(bot_database, "SELECT count(*) FROM message WHERE error LIKE 'not to be looked for%'")
    await change(bot_database, "UPDATE message SET doubted_at = doubted_at - interval '30 seconds'")
    await until(bot_database, "SELECT count(*) FROM message WHERE alerted_at IS NOT NULL")
    (lost,) = await rows(bot_database, "SELECT kind, state FROM message WHERE alerted_at IS NOT NULL")
    assert lost == ("vote", "ambiguous")
    assert len(saying(slack, "*Go*: @ana")) == 1
    assert not saying(slack, "*Go*: @ben")  # it would precede one that may be missing
    slack.faults.clear()
    await until_shown(bot_database)
    await slack.sees("#releases", "Decision on run #1")
    assert not shown_twice(slack)


@pytest.mark.parametrize(
    "replies_too", [False, True]
)  # in that case Slack puts the new reply into the channel
async def test_an_ambiguous_reply_is_found_even_if_its_card_was_deleted_meanwhile(
    bot: Running, slack: LocalSlack, bot_database: str, replies_too: bool
) -> None:
    card = await settled(slack, bot_database)
    go = go_button(card)
    cannot_read(slack)
    slack.faults.inject(Fault.RESET_AFTER, "chat.postMessage", times=1)
    # the reply is sent before the card's update
    slack.faults.inject(Fault.RATE_LIMITED, "chat.update", times=1, seconds=2)
    for message in slack.thread(card) if replies_too else [card]:
        slack.delete(message)
    await slack.user("ana").clicks_from_an_old_screen(card, go)
    await slack.sees("#releases", "*Go*: @ana")
    anew = await slack.wait_for(lambda: saying(slack, "by @raj · run #1"), PATIENCE)
    slack.faults.clear()
    await until_shown(bot_database)
    assert len(saying(slack, "*Go*: @ana")) == 1
    await slack.user("ben").click(anew[0], "Go")
    decision = await slack.sees("#releases", "Decision on run #1")
    assert decision.thread_ts == anew[0].ts
    assert not shown_twice(slack)


IN_DOUBT = (
    "UPDATE message SET state = 'ambiguous', doubted_at = now(), not_before = now() WHERE kind = '{kind}'"
)


async def test_a_hanging_lookup_holds_up_no_other(bot: Running, slack: LocalSlack, bot_database: str) -> None:
    await settled(slack, bot_database)
    slack.faults.inject(Fault.HANG_BEFORE, "conversations.replies", times=1)
    await change(bot_database, IN_DOUBT.format(kind="table"))
    await slack.wait_for(lambda: not slack.faults.injected, PATIENCE)  # it hangs
    await change(bot_database, IN_DOUBT.format(kind="card"))
    await until(bot_database, "SELECT state = 'sent' FROM message WHERE kind = 'card'")
    (table,) = await rows(bot_database, "SELECT state, error FROM message WHERE kind = 'table'")
    assert table == ("ambiguous", None)  # the first lookup still hangs
    await until_shown(bot_database)
    assert not shown_twice(slack)


THE_CARD_IS_GONE = """
CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE message
    SET earlier = earlier || ts, ts = NULL, posted_at = NULL, state = 'pending', wanted = wanted + 1, claim = claim + 1
    WHERE run = NEW.run AND kind = 'card';
    RETURN NULL;
END $$;
CREATE TRIGGER gone AFTER UPDATE OF state ON message FOR EACH ROW
    WHEN (NEW.kind = 'vote' AND NEW.state = 'sending' AND NEW.claim = 1) EXECUTE FUNCTION gone()
"""


async def test_a_reply_waits_for_a_card_found_to_be_deleted_at_the_last_moment(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await settled(slack, bot_database)
    go = go_button(card)
    await change(bot_database, THE_CARD_IS_GONE)  # as if another bot had just found out
    slack.delete(card)
    await slack.user("ana").clicks_from_an_old_screen(card, go)
    vote = await slack.sees("#releases", "*Go*: @ana")
    await until_shown(bot_database)
    (anew,) = saying(slack, "by @raj · run #1")
    assert vote.thread_ts == anew.ts


async def test_with_too_much_history_to_read_the_message_stays_ambiguous(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await settled(slack, bot_database)
    for _ in range(PAGE * PAGES):
        ts = slack.workspace.new_ts()
        slack.workspace.post(Message("C0RELEASES", ts, user="U04MIA", text="and", thread_ts=card.ts))
    slack.faults.inject(Fault.RESET_AFTER, "chat.postMessage", times=1)
    await slack.user("ana").click(card, "Go")
    await until(
        bot_database, "SELECT count(*) FROM message WHERE error LIKE '%messages since it was written'"
    )
    await looked_for_again(bot_database)
    assert len(saying(slack, "*Go*: @ana")) == 1


@pytest.mark.usefixtures("bot")
class TestASlackThatKeepsNoMetadata:
    @pytest.fixture
    async def slack(self) -> AsyncIterator[LocalSlack]:
        async with LocalSlack(manifest=MANIFEST, without=("metadata",)) as slack:
            yield slack

    async def test_a_candidate_for_the_ambiguous_message_is_named_and_nothing_is_reposted(
        self, slack: LocalSlack, bot_database: str
    ) -> None:
        card = await settled(slack, bot_database)
        slack.faults.inject(Fault.RESET_AFTER, "chat.postMessage", times=1)
        await slack.user("ana").click(card, "Go")
        await until(bot_database, "SELECT count(*) FROM message WHERE error LIKE 'Slack keeps no mark%'")
        (there,) = saying(slack, "*Go*: @ana")
        ((error,),) = await rows(bot_database, "SELECT error FROM message WHERE state = 'ambiguous'")
        assert error.endswith(f"it may be the one at {there.ts}")
        await looked_for_again(bot_database)
        assert saying(slack, "*Go*: @ana") == [there]

    async def test_a_message_that_is_surely_missing_is_posted(
        self, slack: LocalSlack, bot_database: str
    ) -> None:
        card = await settled(slack, bot_database)
        slack.faults.inject(Fault.RESET_BEFORE, "chat.postMessage", times=1)
        await slack.user("ana").click(card, "Go")
        await slack.sees("#releases", "*Go*: @ana")
        await until_shown(bot_database)
        assert len(saying(slack, "*Go*: @ana")) == 1


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.ERROR_AFTER])
async def test_a_file_is_looked_for_before_its_last_step_is_repeated(
    bot: Running, slack: LocalSlack, bot_database: str, fault: Fault
) -> None:
    card = await settled(slack, bot_database)
    slack.faults.inject(fault, "files.completeUploadExternal", times=1)
    await both_go(slack, card)
    await slack.sees("#releases", ".json, ")
    await until_shown(bot_database)
    assert not shown_twice(slack)
    assert len(slack.calls("files.completeUploadExternal")) == 3  # one per file


async def test_a_file_that_appears_late_is_waited_for_and_not_uploaded_again(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await settled(slack, bot_database)
    # longer than it is looked for before the step is retried
    slack.workspace.file_sharing = BRISK.outbox.file_lost.total_seconds() - 3.0
    slack.faults.inject(Fault.RESET_AFTER, "files.completeUploadExternal", times=1)
    await both_go(slack, card)
    await slack.sees("#releases", ".md, ")
    await slack.sees("#releases", ".json, ")
    await until(bot_database, "SELECT bool_and(state = 'sent') FROM message", patience=60)
    assert "file_not_found" in [call.error for call in slack.calls("files.completeUploadExternal")]
    assert not shown_twice(slack)


async def test_a_file_that_slack_lost_is_uploaded_again(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await settled(slack, bot_database)
    slack.faults.inject(Fault.RESET_BEFORE, "files.completeUploadExternal", times=1)
    await both_go(slack, card)
    await until(bot_database, "SELECT count(*) FROM message WHERE kind = 'packet' AND state = 'ambiguous'")
    slack.workspace.files.clear()
    await until(bot_database, "SELECT count(*) FROM message WHERE error = 'file_not_found'")
    await make_older(bot_database)
    await make_due(bot_database)
    await slack.sees("#releases", ".json, ")
    await until_shown(bot_database)
    assert not shown_twice(slack)


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.ERROR_BEFORE])
async def test_bytes_that_may_not_have_arrived_are_uploaded_as_a_new_file(
    bot: Running, slack: LocalSlack, bot_database: str, fault: Fault
) -> None:
    card = await settled(slack, bot_database)
    slack.faults.inject(fault, "upload", times=1)
    await both_go(slack, card)
    await slack.sees("#releases", ".json, ")
    assert not shown_twice(slack)


# ---------------------------------------------------------------- alerts


async def test_a_person_is_alerted_at_most_twice_if_delivery_is_unclear(
    bot: Running, slack: LocalSlack, world: World, bot_database: str
) -> None:
    await with_packets(slack, bot_database)
    slack.archive("#releases")
    await world.put("duplicates", 2)
    await until(bot_database, "SELECT count(*) FROM message WHERE kind = 'prompt' AND error IS NOT NULL")
    slack.faults.inject(Fault.ERROR_AFTER, "chat.postMessage", times=None)
    await make_older(bot_database)
    raj = slack.workspace.direct("U03RAJ").id

    def alerts() -> list[Message]:
        return [message for message in living(slack, raj) if "the rollback prompt of run #1" in message.text]

    await slack.wait_for(lambda: len(alerts()) == 2, PATIENCE)
    await until(bot_database, "SELECT count(*) FROM message WHERE kind = 'alert' AND state = 'failed'")
    assert len(alerts()) == 2
