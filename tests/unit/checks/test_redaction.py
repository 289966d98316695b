"""A secret is found in every encoding in which programs print it, for every kind of secret."""

from __future__ import annotations

import base64
import html
import json
import quopri
import re
import shlex
import textwrap
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.redaction.parts import parts
from checks.redaction.redactor import LONGEST, REDACTED, Redactor

PASSWORD = "q'W3\"r\\t&y %é<7>zX"
PLAIN = "Zk93-hPqL_77xTr2"


def b64(text: str, before: str = "", after: str = "") -> str:
    return base64.b64encode(f"{before}{text}{after}".encode()).decode()


def each(text: str, spell: Callable[[str], str]) -> str:
    return "".join(map(spell, text))


def full_width(text: str) -> str:
    return each(text, lambda char: chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char)


SHAPES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in upper case": str.upper,
    "in lower case": str.lower,
    "percent-encoded": lambda text: quote(text, safe=""),
    "percent-encoded in lower case": lambda text: re.sub("%..", lambda m: m[0].lower(), quote(text, safe="")),
    "percent-encoded but for what a path may hold": lambda text: quote(text, safe="/:@!$&'()*+,;="),
    "percent-encoded throughout": lambda text: each(text.encode().hex(" "), str).replace(" ", "%").join(["%", ""]),
    "percent-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "as a form": quote_plus,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON in UTF-8": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[1:-1],
    "JSON with every unit escaped": lambda text: each(text, lambda char: f"\\u{ord(char):04x}"),
    "repr": lambda text: repr(text)[1:-1],
    "repr of bytes": lambda text: repr(text.encode())[2:-1],
    "hexadecimal escapes": lambda text: each(text.encode().decode("latin-1"), lambda char: f"\\x{ord(char):02x}"),
    "octal escapes": lambda text: each(text.encode().decode("latin-1"), lambda char: f"\\{ord(char):03o}"),
    "JavaScript's escapes": lambda text: each(text, lambda char: f"\\u{{{ord(char):x}}}"),
    "Python's long escapes": lambda text: each(text, lambda char: f"\\U{ord(char):08x}"),
    "quoted by a shell": shlex.quote,
    "quoted by a shell, otherwise": lambda text: "'" + text.replace("'", "'\\''") + "'",
    "escaped for a shell": lambda text: re.sub(r"([^\w-])", r"\\\1", text),
    "quoted in SQL": lambda text: text.replace("'", "''"),
    "quoted in CSV": lambda text: text.replace('"', '""'),
    "HTML": lambda text: html.escape(text, quote=True),
    "XML": escape,
    "an XML attribute": lambda text: quoteattr(text)[1:-1],
    "decimal entities": lambda text: each(text, lambda char: f"&#{ord(char)};"),
    "hexadecimal entities": lambda text: each(text, lambda char: f"&#x{ord(char):X};"),
    "HTML in JSON": lambda text: json.dumps(html.escape(text))[1:-1],
    "base64": b64,
    "base64 without padding": lambda text: b64(text).rstrip("="),
    "base64, begun one byte before": lambda text: b64(text, "x", "yz"),
    "base64, begun two bytes before": lambda text: b64(text, "xy", "z"),
    "base64 of a user and it": lambda text: b64(text, "u:"),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(f"ab{text}".encode()).decode(),
    "base64, wrapped": lambda text: "\n".join(textwrap.wrap(b64(text), 10)),
    "base64 of base64": lambda text: b64(b64(text)),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "base64, percent-encoded": lambda text: quote(b64(text), safe=""),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "base85": lambda text: base64.b85encode(text.encode()).decode(),
    "Ascii85": lambda text: base64.a85encode(text.encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal in upper case": lambda text: text.encode().hex().upper(),
    "hexadecimal with spaces": lambda text: text.encode().hex(" "),
    "hexadecimal with colons": lambda text: text.encode().hex(":").upper(),
    "hexadecimal of UTF-16": lambda text: text.encode("utf-16-le").hex(),
    "a list of bytes": lambda text: str(list(text.encode())),
    "a list of bytes, a line each": lambda text: json.dumps(list(text.encode()), indent=2),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()).decode(),
    "split by zero-width spaces": "\u200b".join,
    "split by soft hyphens": "\u00ad".join,
    "split by zero bytes": "\0".join,
    "split by colours": "\x1b[31m".join,
    "split by directions": "\u202e".join,
    "wrapped": lambda text: f"{text[:7]}\n{text[7:]}",
    "wrapped and indented": lambda text: f"{text[:7]}\r\n      {text[7:]}",
    "continued by a shell": lambda text: f"{text[:7]}\\\n{text[7:]}",
    "wrapped in JSON": lambda text: json.dumps(f"{text[:7]}\n{text[7:]}"),
    "with a line break at its end": lambda text: f"{text}\n",
    "full width": full_width,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "composed": lambda text: unicodedata.normalize("NFKC", text),
}  # fmt: skip


@pytest.mark.parametrize("secret", [PASSWORD, PLAIN])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_secret_is_redacted_in_every_encoding(shape: str, secret: str) -> None:
    written = SHAPES[shape](secret)
    shown = Redactor([secret]).redact(f"before {written} after")

    assert shown.startswith("before ") and shown.rstrip().endswith(" after"), shown
    assert REDACTED in shown
    left = shown.removeprefix("before ").rstrip().removesuffix(" after").replace(REDACTED, "")
    assert not re.search(r"[A-Za-z0-9]{3}", left), shown


KEY = (
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"
    "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu\nNMoSfm76oqFvAp8Gy0iz5sxjZmSnXg==\n"
    "-----END PRIVATE KEY-----\n"
)
ACCOUNT = json.dumps(
    {"type": "service_account", "client_id": 104, "private_key": KEY, "inner": {"password": "pw99"}}
)


@pytest.mark.parametrize(
    ("secret", "part"),
    [
        ("postgresql://canary:hunter2-x@db/app", "hunter2-x"),
        ("postgresql://canary:hunter2%2Dx@db/app", "hunter2-x"),
        ("postgresql://canary:hunter2%2Dx@db/app", "hunter2%2Dx"),
        ("postgresql://canary:hunter2-x@db/app", "canary:hunter2-x"),
        ("postgresql://canary:hun/ter@2x@db/app", "hun/ter@2x"),
        ("postgresql://a:hunter2-x@h1:5432,h2:5433/app", "hunter2-x"),
        ("postgresql://db/app?user=a&password=hunter2-x&sslmode=require", "hunter2-x"),
        ("postgresql://db/app?sslpassword=hunter%202", "hunter 2"),
        ("redis://:hunter2-x@cache:6379/0", "hunter2-x"),
        ("jdbc:postgresql://db/app?user=a&password=hunter2-x", "hunter2-x"),
        ("https://0123456789abcdef0123@sentry.example/7", "0123456789abcdef0123"),
        ("https://hooks.example/services/T0AAA/B0BBB/Zk93hPqL77xTr2Mm", "Zk93hPqL77xTr2Mm"),
        ("https://api.example/?access_token=hunter2-x", "hunter2-x"),
        ("https://api.example/#id_token=hunter2-x", "hunter2-x"),
        ("host=db user=a password=hunter2-x dbname=app", "hunter2-x"),
        ("host=db password='hun ter\\'2' dbname=app", "hun ter'2"),
        ("host=db password = hunter2-x", "hunter2-x"),
        ("host=db sslpassword=hunter2-x", "hunter2-x"),
        ("Server=db;User Id=a;Password=hun ter2;Timeout=3", "hun ter2"),
        ("AccountName=a;AccountKey=Zk93hPqL77xTr2Mm==;Suffix=x", "Zk93hPqL77xTr2Mm=="),
        ("export TOKEN=hunter2-x\nexport STAGE=production", "hunter2-x"),
        ("db:5432:app:canary:hunter2-x", "hunter2-x"),
        ("canary:hunter2-x", "hunter2-x"),
        ("Bearer hunter2-x", "hunter2-x"),
        (f"Basic {b64('canary:hunter2-x')}", "hunter2-x"),
        ("machine h login a password hunter2-long-enough\nmachine i", "machine h login a password hunter2-long-enough"),
        ('{"password": "pw99", "port": 5432}', "pw99"),
        ('{"a": [{"api_key": 123456}]}', "123456"),
        (ACCOUNT, "pw99"),
        (ACCOUNT, "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu"),
        (b64(ACCOUNT), "pw99"),
        (KEY, "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu"),
        (KEY.replace("\n", "\\n"), "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu"),
        (KEY, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKjMzEfYyjiWA4R4/M2"),
        (KEY, "R4/M2bS1GB4t7NXp98C3SC6dVMvDuict"),  # any long piece of it
        ("a long pass phrase", "a long\n  pass phrase"),
        (KEY, base64.b64decode("".join(KEY.split("\n")[1:4])).hex()),
    ],
)  # fmt: skip
def test_only_the_secret_part_of_a_url_or_connection_string_is_redacted(secret: str, part: str) -> None:
    assert Redactor([secret]).redact(f"<{part}>") == f"<{REDACTED}>"


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("unix:///run/canary-run-8f3k2q9x/valkey.sock", "canary-run-8f3k2q9x"),
        ("postgresql://canary:hunter2hunter@db/jobs_2026_11_production", "jobs_2026_11_production"),
        ("postgresql://canary:hunter2hunter@db/jobs?host=/run/postgres-18-main-01", "/run/postgres-18-main-01"),
        ("host=postgres-18-main-01 dbname=jobs_2026_production password=hunter2hunter", "jobs_2026_production"),
        ("postgresql://canary:hunter2-x@db.example:5432/app?sslmode=require", "postgresql db.example 5432 app sslmode"),
        ("host=db user=canary password=hunter2-x", "db canary host user password"),
        ("https://staging.example.com/health", "staging.example.com health https"),
        ('{"type": "x", "password": "pw99"}', "type password x"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080 8080"),
        ("abc", "abc"),
        ("", "nothing at all"),
        ("   \n", "   \n"),
        ("pass", "lates t pa\nss P A S S"),
        (KEY, "-----BEGIN PRIVATE KEY-----"),
        (PLAIN, "100% of &lt; C:\\temp\\new and 68 65 6c 6c 6f"),
    ],
)  # fmt: skip
def test_text_that_is_not_secret_is_kept(secret: str, text: str) -> None:
    assert Redactor([secret]).redact(text) == text


@pytest.mark.parametrize("end", [10, 12, 15])
def test_a_truncated_random_secret_is_found(end: int) -> None:
    redactor = Redactor([PLAIN])
    assert redactor.redact(f"token {PLAIN[:end]}… is wrong") == f"token {REDACTED}… is wrong"
    assert redactor.redact(f"…{PLAIN[-end:]} is wrong") == f"…{REDACTED} is wrong"


@pytest.mark.parametrize("end", ["", "…", "...", "… and more"])
def test_a_passphrase_is_found_where_a_text_was_truncated(end: str) -> None:
    redactor = Redactor(["correct horse battery staple"])
    assert redactor.redact(f"FATAL: correct horse battery{end}") == f"FATAL: {REDACTED}{end}"
    assert redactor.redact(f"the correct horse b{end}") == f"the {REDACTED}{end}"
    assert redactor.redact(f"the correct{end}") == f"the correct{end}"


def test_neighbours_of_a_base64_secret_that_share_its_bits_are_redacted_too() -> None:
    assert (
        Redactor(["hunter2hunter"]).redact(f"Basic {b64('hunter2hunter', 'u:')} x").endswith("[redacted] x")
    )


@settings(max_examples=60)
@given(
    secret=st.text(st.characters(min_codepoint=33, max_codepoint=0x24F, categories=["L", "N", "P", "Sm"]), min_size=8, max_size=40),
    before=st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    shape=st.sampled_from(["as it is", "JSON", "percent-encoded", "base64", "hexadecimal", "HTML", "wrapped"]),
)  # fmt: skip
def test_a_secret_is_redacted_whatever_precedes_it(secret: str, before: str, shape: str) -> None:
    shown = Redactor([secret]).redact(f"{before} {SHAPES[shape](secret)}")
    assert REDACTED in shown
    assert secret not in shown.replace(REDACTED, "")


def test_an_overlong_text_loses_its_middle_and_no_secret_survives_at_the_cut() -> None:
    half = "x" * (LONGEST // 2 - 8)
    shown = Redactor([PLAIN]).redact(f"{PLAIN} {half}{PLAIN}{half} {PLAIN}")
    assert len(shown) <= LONGEST + 100
    assert shown.startswith(REDACTED) and shown.endswith(REDACTED)
    assert PLAIN not in shown


def test_parts_of_any_secret_are_found_without_failing() -> None:
    for secret in (
        "postgresql://[::1",
        "://@",
        "{" * 200_000,
        "[" * 5000 + "]" * 5000,
        "a:" * 1000,
        "\ud800",
        "=;=;=",
    ):
        assert all(isinstance(part, str) for part in parts(secret[:20_000]))
        Redactor([secret[:500]]).redact("anything")
