"""Signatures of requests to S3, and where PACKETS says that packets are kept."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.archive.folder import Folder
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


def test_a_bucket_of_aws_is_in_the_host_and_one_of_others_in_the_path() -> None:
    own = S3("packets", "of/canary", EXAMPLE, region="eu-west-1")
    other = S3("packets", "of/canary", EXAMPLE, region="eu-west-1", endpoint="http://minio:9000/")
    assert (own._host, own._path) == ("packets.s3.eu-west-1.amazonaws.com", "/of/canary")
    assert (other._host, other._path) == ("minio:9000", "/packets/of/canary")
