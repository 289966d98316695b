"""`canary keys`: the key that signs packets, checkpoints and exports, and the public keys that verify them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.base.environment import pasted
from commands.shell.console import columns, note, say, stop
from commands.shell.options import data_folder

if TYPE_CHECKING:
    from bot.record.proof.keys import Entry, Keyring


@click.group()
def keys() -> None:
    """Create, show and replace the signing key in CANARY_DATA. Its public half verifies what it signed, anywhere."""


@keys.command()
def create() -> None:
    """Create the signing key, readable by its owner only. A running bot signs with it at once."""
    from bot.record.proof.key_folder import KEYRING, PRIVATE, PUBLIC, KeyFolder

    folder = _own_folder()
    key = KeyFolder(folder).create(datetime.now(UTC))
    say(key.public.name)
    note(f"{folder / PRIVATE} signs from now on: keep it secret, and in a backup.")
    note(f"{folder / PUBLIC} and {folder / KEYRING} verify: give them to whoever has to.")


@keys.command()
@click.option("--pem", "form", flag_value="pem", help="The newest public key as PEM, as openssl reads it")
@click.option("--keyring", "form", flag_value="keyring", help="All public keys with their periods, for --key")
def show(form: str | None) -> None:
    """Show the public keys, and in which period each one signs."""
    from bot.record.proof.keys import PublicKey

    found = _public()
    if form == "pem":
        say(PublicKey(found.keys[-1].key).pem.removesuffix("\n"))
    elif form == "keyring":
        say(found.as_text().removesuffix("\n"))
    else:
        say("\n".join(columns([("key", "since", "until"), *map(_row, found.keys)])))


@keys.command()
def rotate() -> None:
    """Replace the signing key. What the old one signed stays valid; it still counts for an hour, for what is under way."""
    from bot.record.proof.key_folder import KEYRING, KeyFolder

    folder = _own_folder()
    key = KeyFolder(folder).rotate(datetime.now(UTC))
    say(key.public.name)
    note(f"{folder / KEYRING} has the new key, too: give it again to whoever verifies.")


def _own_folder() -> Path:
    if pasted(os.environ.get("SIGNING_KEY")):
        stop(
            "SIGNING_KEY is set, so a key in a file would not be used.",
            "Unset it for this command, and then set it to the new content of signing.key.",
        )
    return data_folder()


def _public() -> Keyring:
    """Of SIGNING_KEY, if set: its periods are known only to a keyring in the folder."""
    from bot.record.proof.key_folder import KeyFolder, Signing
    from bot.record.proof.keys import Entry, Keyring, KeyUnusableError

    folder = data_folder()
    keyring = KeyFolder(folder).keyring
    given = pasted(os.environ.get("SIGNING_KEY"))
    if given:
        key = Signing(given=given).key
        assert key
        name = key.public.name
        if keyring is None or name not in {entry.key for entry in keyring.keys}:
            return Keyring(keys=(Entry(key=name),))
    if keyring is None:
        raise KeyUnusableError(f"There is no key in {folder}.", hint="`canary keys create` makes one.")
    return keyring


def _row(entry: Entry) -> tuple[str, str, str]:
    from bot.record.proof.keys import said

    return entry.key, said(entry.since) if entry.since else "", said(entry.until) if entry.until else ""
