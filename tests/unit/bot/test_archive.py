"""Signatures of requests to S3, and where PACKETS says that packets are kept."""

from __future__ import annotations

import asyncio
import hashlib
import stat
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.archive.base import NotKept
from bot.archive.folder import Folder, write_atomically
from bot.archive.location import ArchiveError, archive_at
from bot.archive.s3 import S3
from bot.archive.sigv4 import Credentials, encoded, signed

# the examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
EXAMPLE = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
HOST = "examplebucket.s3.amazonaws.com"
AT = datetime(2013, 5, 24, tzinfo=UTC)
KEYS = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "very secret"}


def signature(method: str, path: str, headers: dict[str, str], content: bytes) -> str:
    made = signed(method, HOST, path, headers, content, credentials=EXAMPLE, region="us-east-1", at=AT)
    assert made["x-amz-content-sha256"] == hashlib.sha256(content).hexdigest()
    return made["authorization"]


def test_an_object_is_put_as_in_the_published_example() -> None:
    headers = {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}
    path = encoded("/test$file.text")
    assert path == "/test%24file.text"
    assert signature("PUT", path, headers, b"Welcome to Amazon S3.") == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,"
        "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    )


def test_an_object_is_read_as_in_the_published_example() -> None:
    assert signature("GET", "/test.txt", {"Range": "bytes=0-9"}, b"").endswith(
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )


def test_secrets_are_not_in_what_is_shown_of_them() -> None:
    shown = repr(Credentials("AKIA", "very secret", "a token"))
    assert "very secret" not in shown
    assert "a token" not in shown


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("s3://packets", "s3://packets"),
        ("s3://packets/", "s3://packets"),
        ("s3://my.packets/of/canary/", "s3://my.packets/of/canary"),
        ("file:///srv/packets", "/srv/packets"),
        ("file:///srv/our%20packets", "/srv/our packets"),
    ],
)
def test_a_url_says_where(url: str, place: str) -> None:
    assert archive_at(url, KEYS).place == place


@pytest.mark.parametrize(
    ("url", "given", "says"),
    [
        ("", KEYS, "file:///srv/packets"),
        ("/srv/packets", KEYS, "file:///srv/packets"),
        ("file://server/share", KEYS, "file:///srv/packets"),
        ("s3:///prefix", KEYS, "s3://bucket/prefix"),
        ("s3://UPPER/prefix", KEYS, "s3://bucket/prefix"),
        ("https://example.com", KEYS, "s3://bucket/prefix"),
        ("s3://packets", {}, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is not set"),
        ("s3://packets", {"AWS_ACCESS_KEY_ID": "AKIA"}, "but AWS_SECRET_ACCESS_KEY is not set"),
        ("s3://packets", {**KEYS, "S3_ENDPOINT": "minio:9000"}, "https://s3.example.com"),
        ("s3://packets", {**KEYS, "S3_ENDPOINT": "https://user:pw@minio"}, "https://s3.example.com"),
    ],
)
def test_what_is_no_place_is_said_without_secrets(url: str, given: dict[str, str], says: str) -> None:
    with pytest.raises(ArchiveError) as raised:
        archive_at(url, given)
    said = " ".join(raised.value.sentences)
    assert says in said
    assert "very secret" not in said
    assert "pw@" not in said


async def test_a_folder_holds_whole_files_and_replaces_them(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "packets")
    await folder.keep("staging/a.json", b"one")
    await folder.keep("staging/a.json", b"two")
    files = [path for path in (tmp_path / "packets").rglob("*") if path.is_file()]
    assert [(path.name, path.read_bytes()) for path in files] == [("a.json", b"two")]


async def test_a_file_system_that_does_not_answer_blocks_one_thread(tmp_path: Path) -> None:
    answers, begun = threading.Event(), []

    def write(path: Path, content: bytes) -> None:
        begun.append(path.name)
        answers.wait()
        write_atomically(path, content)

    folder = Folder(tmp_path, write=write, within=0.05)
    for name in ("a.json", "b.json", "c.json"):
        with pytest.raises(NotKept, match="does not answer"):
            await folder.keep(name, b"one")
    assert begun == ["a.json"]
    answers.set()
    await Folder(tmp_path, write=write).keep("d.json", b"two")
    assert (tmp_path / "d.json").read_bytes() == b"two"


def test_the_process_ends_while_a_file_system_does_not_answer() -> None:
    program = """
import asyncio, threading
from pathlib import Path
from bot.archive.folder import Folder
folder = Folder(Path("/nowhere"), write=lambda *_: threading.Event().wait(), within=0.05)
asyncio.run(folder.keep("a.json", b"one"))
"""
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert "/nowhere does not answer" in ended.stderr


async def test_a_folder_that_answers_again_is_written_again(tmp_path: Path) -> None:
    answers = threading.Event()

    def write(path: Path, content: bytes) -> None:
        answers.wait()
        write_atomically(path, content)

    folder = Folder(tmp_path, write=write, within=0.05)
    with pytest.raises(NotKept):
        await folder.keep("a.json", b"one")
    answers.set()
    for _ in range(1000):
        try:
            await folder.keep("a.json", b"two")
            break
        except NotKept:
            continue
    assert (tmp_path / "a.json").read_bytes() == b"two"
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o644


@pytest.mark.parametrize("is_begun", [False, True], ids=["headers", "body"])
async def test_a_store_that_answers_byte_by_byte_is_given_up(is_begun: bool) -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 500 Slow\r\n" + (b"content-length: 999999\r\n\r\n" if is_begun else b"x: "))
        with suppress(ConnectionError):
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()
        ended.set()

    ended = asyncio.Event()
    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        store = S3("packets", "", EXAMPLE, region="eu-west-1", endpoint=url, within=0.5)
        with pytest.raises(NotKept, match=r"does not answer within 0\.5 s"):
            await store.keep("a.json", b"one")
        await ended.wait()


def test_a_bucket_of_aws_is_in_the_host_and_one_of_others_in_the_path() -> None:
    own = S3("packets", "of/canary", EXAMPLE, region="eu-west-1")
    other = S3("packets", "of/canary", EXAMPLE, region="eu-west-1", endpoint="http://minio:9000/")
    assert (own._host, own._path) == ("packets.s3.eu-west-1.amazonaws.com", "/of/canary")
    assert (other._host, other._path) == ("minio:9000", "/packets/of/canary")
