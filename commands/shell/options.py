"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from bot.base import environment
from bot.base.environment import own_secrets, pasted
from checks.regular import open_regular
from commands.shell.console import UNCERTAIN, note, stop

if TYPE_CHECKING:
    from bot.plan.load import Loaded, Selection
    from bot.record.proof.keys import SigningKey
    from bot.rules.principal import Principal
    from checks.secrets import Secrets


class Time(click.ParamType[datetime]):
    """A day, which begins at midnight UTC, or a time with its offset."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!r} is not a day or a time, such as 2026-03-01 or 2026-03-01T12:00Z", param, ctx
            )
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found


class Retention(click.ParamType[timedelta]):
    """A length of time, like the setting RETENTION, but not "never": then nothing may have been removed."""

    name = "time"

    def convert(
        self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        from bot.rules.retention import parse_retention

        if isinstance(value, timedelta):
            return value
        try:
            return parse_retention(pasted(value) or "13 months") or timedelta.max
        except ValueError as error:
            self.fail(f"{value!r} {error}", param, ctx)


class Length(click.ParamType[timedelta]):
    """A length of time, as in canary.yaml."""

    name = "time"

    def convert(
        self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        from checks.units import parse_duration

        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


TIME = Time()
LENGTH = Length()
DEFAULT_CONFIG = Path("canary.yaml")
FILE = click.Path(path_type=Path)

config_option = click.option(
    "-c",
    "--config",
    envvar="CANARY_CONFIG",
    type=FILE,
    default=DEFAULT_CONFIG,
    show_default=True,
    help="canary.yaml, or a folder of such files  [CANARY_CONFIG]",
)
database_option = click.option(
    "--database",
    envvar="DATABASE_URL",
    metavar="URL",
    help="The bot's database; by default the embedded one in CANARY_DATA  [DATABASE_URL]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text")
limit_option = click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="How many to list, newest first",
)


def loaded(
    config: Path,
    *,
    environ: Mapping[str, str] | None = os.environ,
    selection: Selection | None = None,
    lenient: bool = False,
) -> Loaded:
    """Load the configuration with `bot.plan.load`, or print every problem and end the command."""
    from bot.plan.load import load
    from bot.plan.problems import PlanError

    try:
        return load(config, environ, selection, lenient=lenient)
    except PlanError as error:
        for problem in error.problems:
            note(str(problem))
        if not config.exists():
            note("Write one with canary init, or name another with --config.")
        raise SystemExit(UNCERTAIN) from None


def data_folder() -> Path:
    """The bot's data folder, from this command's environment."""
    return environment.data_folder(os.environ)


def signing_key(folder: Path) -> SigningKey:
    """SIGNING_KEY, or the folder's key, which is created if there is none."""
    from bot.record.proof.key_folder import KeyFolder

    return own_key(folder) or KeyFolder(folder).ensure(datetime.now(UTC))


def own_key(folder: Path) -> SigningKey | None:
    """SIGNING_KEY, or the folder's key; None without either."""
    from bot.record.proof.key_folder import Signing

    return Signing(folder, pasted(os.environ.get("SIGNING_KEY"))).key


def start_log(secrets: Secrets | None = None) -> None:
    """Log to standard error, with `secrets` and the bot's own secrets redacted."""
    from bot.base.logs import log_to_stderr
    from checks.secrets import Secrets

    hidden = (secrets or Secrets({})).besides(own_secrets(os.environ))
    log_to_stderr(pasted(os.environ.get("CANARY_LOG")), hidden.redact)


def operator() -> Principal:
    """The user of this machine who runs the command."""
    import getpass

    from bot.rules.principal import Principal

    try:
        return Principal.operator(getpass.getuser())
    except (KeyError, OSError):  # a user in a container may have no name
        return Principal.operator(f"uid {os.getuid()}")


def text_of(path: Path, largest: int) -> str:
    """Returns a file's text. Ends the command if it cannot be read, or has more than `largest` bytes."""
    with opened(path) as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        stop(f"{path} is larger than {largest // 2**20} MiB, so it cannot be the right file.")
    try:
        return content.decode()
    except UnicodeDecodeError:
        stop(f"{path} is not UTF-8 text.")


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Ends the command if the file cannot be read.

    A pipe is read only if the shell made it, as for `<(…)`: one that lies in a folder would be waited for.
    """
    try:
        is_ours = path.is_relative_to("/dev") and path.is_fifo()
        with path.open("rb") if is_ours else open_regular(path) as file:
            yield file
    except OSError as error:
        stop(f"{path} cannot be read: {error.strerror}.")
