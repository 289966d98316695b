"""One file in the thread proves a decision to anyone who has the public key and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.record.proof.examination import examined, same_packet
from bot.record.proof.key_folder import KeyFolder, Signing
from bot.record.proof.keys import Keyring, KeyUnusableError, SigningKey
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, both_go, decided
from tests.journeys.test_attacks import facts

NAME = "canary-1-staging"


@pytest.fixture
def signing(tmp_path: Path) -> Signing:
    """A signing key, created as `canary keys create` does."""
    KeyFolder(tmp_path / "data").create(datetime.now(UTC))
    return Signing(tmp_path / "data")


@pytest.fixture
async def signing_bot(start_bot: StartBot, slack: LocalSlack, signing: Signing) -> AsyncIterator[None]:
    async with start_bot(canary_data=signing.folder):
        await slack.connected()
        yield


def files(slack: LocalSlack) -> dict[str, str]:
    """Returns name, without the date -> content, of the newest file with that name."""
    return {
        re.sub(r"-\d{4}-\d\d-\d\d(?=\.)", "", file.name): file.content.decode()
        for message in slack.channel("#releases").log.values()
        for file in message.files
        if file.name.startswith(NAME)
    }


async def the_signed_one(slack: LocalSlack) -> str:
    await slack.wait_for(lambda: f"{NAME}.intoto.json" in files(slack))
    return files(slack)[f"{NAME}.intoto.json"]


async def test_the_thread_has_a_file_that_proves_the_decision_and_contains_the_same_packet(
    signing_bot: None, slack: LocalSlack, signing: Signing
) -> None:
    await both_go(slack, await decided(slack))
    envelope = await the_signed_one(slack)
    assert signing.folder
    keyring = KeyFolder(signing.folder).keyring
    result = examined(envelope, keyring)
    assert (list(result.found), result.open) == ([], "")
    assert result.proved.startswith("run #1: GO; signed at 20")
    await slack.wait_for(lambda: f"{NAME}.json" in files(slack))
    assert same_packet(files(slack)[f"{NAME}.json"], envelope)


async def test_a_packet_posted_again_is_signed_with_the_new_key(
    signing_bot: None, slack: LocalSlack, signing: Signing
) -> None:
    """Without a restart; what the old key signed stays valid."""
    await both_go(slack, await decided(slack))
    first = await the_signed_one(slack)
    assert signing.folder
    new = KeyFolder(signing.folder).rotate(datetime.now(UTC)).public.name
    reply = await slack.user("ana").command("#releases", "/canary", "packet #1")
    await reply.told("of run #1 again")
    await slack.wait_for(lambda: files(slack)[f"{NAME}.intoto.json"] != first)
    second = files(slack)[f"{NAME}.intoto.json"]
    assert json.loads(second)["signatures"][0]["keyid"] == new
    keyring = KeyFolder(signing.folder).keyring
    assert not examined(first, keyring).found
    assert not examined(second, keyring).found


async def test_without_a_key_the_bot_works_and_posts_no_signed_file(
    start_bot: StartBot, slack: LocalSlack, bot_database: str, tmp_path: Path
) -> None:
    async with start_bot(canary_data=tmp_path / "none"):
        await slack.connected()
        await both_go(slack, await decided(slack))
        await slack.wait_for(lambda: {f"{NAME}.json", f"{NAME}.md"} <= files(slack).keys())
    assert await facts(bot_database, "SELECT FROM message WHERE kind = 'signed packet'") == []


async def test_a_key_from_the_environment_signs(start_bot: StartBot, slack: LocalSlack) -> None:
    key = SigningKey.create()
    async with start_bot(signing_key=key.pem):
        await slack.connected()
        await both_go(slack, await decided(slack))
        envelope = await the_signed_one(slack)
    result = examined(envelope, Keyring.parse(key.public.pem, "here"))
    assert (list(result.found), result.open) == ([], "")


async def test_an_unusable_key_stops_the_start(start_bot: StartBot) -> None:
    with pytest.raises(KeyUnusableError, match="in SIGNING_KEY cannot be used"):
        async with start_bot(signing_key="s3cr3t"):
            pass
