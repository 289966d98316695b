"""`canary`: the command line. Exit codes: 0 pass, 1 fail, 2 unknown or error."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from bot.errors import CanaryError
from bot.observe import log_to_stderr
from bot.outbox_cli import outbox
from bot.plan.load import Loaded, load
from bot.plan.problems import PlanError
from bot.role import Role
from checks.outcome import Outcome

PASS, FAIL, UNCERTAIN = 0, 1, 2

app = typer.Typer(
    name="canary",
    help="Decide in Slack, on evidence, whether a change goes on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Config = Annotated[
    Path, typer.Option("--config", envvar="CANARY_CONFIG", help="canary.yaml, or a folder of such files")
]
DEFAULT_CONFIG = Path("canary.yaml")


app.add_typer(outbox, name="outbox")


def main() -> None:
    try:
        app()
    except CanaryError as error:
        _stop(str(error), error.hint)


@app.command()
def serve(
    config: Config = DEFAULT_CONFIG,
    role: Annotated[
        Role,
        typer.Option(help="All of it, or only taking what people do in Slack, or only the work behind it"),
    ] = Role.ALL,
) -> None:
    """Run the bot: Slack, checks, delivery. Settings come from the environment."""
    from slack_sdk.errors import SlackApiError

    from bot.serve import serve as serve_bot
    from bot.settings import read_settings

    settings = read_settings()
    configuration = _loaded(config)
    log_to_stderr()
    try:
        asyncio.run(serve_bot(settings, configuration, role))
    except SlackApiError as error:
        _stop(
            f"Slack does not accept the token: {error.response.get('error')}.",
            "Check SLACK_BOT_TOKEN and SLACK_APP_TOKEN.",
        )


@app.command()
def check(
    environment: str,
    arguments: Annotated[list[str] | None, typer.Argument(help="name=value …, as for /canary run")] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this check; may be given several times")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Results as JSON instead of a table")] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Answer an environment's checks here and now, without Slack. Exit code 0 pass, 1 fail, 2 unknown or error."""
    from bot.report import answer_all, as_document, as_table

    configuration = _loaded(config)
    given = dict(_pair(word) for word in arguments or [])
    report = asyncio.run(answer_all(configuration, environment, given, only or []))
    if as_json:
        sys.stdout.write(as_document(report) + "\n")
    else:
        Console().print(as_table(report))
    raise typer.Exit(exit_code(report.verdict.outcome))


def exit_code(outcome: Outcome) -> int:
    if outcome.recommends_go:
        return PASS
    return FAIL if outcome is Outcome.FAIL else UNCERTAIN


@app.command()
def lint(config: Config = DEFAULT_CONFIG) -> None:
    """Check canary.yaml whole: every problem with its file, line and key."""
    loaded = _loaded(config)
    for name, environment in loaded.plan.environments.items():
        typer.echo(f"{name}: {len(environment.checks)} checks")
    typer.echo(f"no problems in {config}; {loaded.digest}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of canary.yaml, for editors."""
    from bot.plan.schema import as_text

    typer.echo(as_text(), nl=False)


@app.command()
def migrate(
    database: Annotated[
        str, typer.Option(envvar="DATABASE_URL", help="URL of the database to bring up to date, as its owner")
    ],
    grant_to: Annotated[
        str | None,
        typer.Option(help="The role that the bot connects as: it is given what the bot needs, no more"),
    ] = None,
) -> None:
    """Bring the database's schema to this version; `canary serve` does so by itself where its role may."""
    from bot.store.migrate import migrate as migrate_database

    migrate_database(database, grant_to=grant_to)
    typer.echo("the database is up to date")
    if grant_to:
        typer.echo(f"{grant_to} may do the bot's work; it can add to the audit log, and not change it")


@app.command()
def checkpoint(
    database: Annotated[
        str | None,
        typer.Option(envvar="DATABASE_URL", help="Its URL; the embedded one of CANARY_DATA when unset"),
    ] = None,
) -> None:
    """Print where the audit log stands, signed: keep it elsewhere, and hold the database to it with `canary verify`."""
    from bot.checkpoint import KIND
    from bot.ledger import stand
    from bot.signature import sealed

    data = _data()
    document = asyncio.run(stand(database, data)).as_text()
    typer.echo(sealed(document, KIND, data))


@app.command()
def verify(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[PACKET | URL]",
            help="A decision packet, the .json of a run's thread; or with --database its URL, else DATABASE_URL",
        ),
    ] = None,
    database: Annotated[bool, typer.Option("--database", help="The whole database")] = False,
    checkpoint: Annotated[
        Path | None, typer.Option(help="What `canary checkpoint` printed: nothing of then may be gone")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="The public key it is signed with, or its file; else CANARY_DATA's")
    ] = None,
) -> None:
    """Compute a packet's digests, or the whole audit log, again. Exit code 0 when all holds, 1 when not, 2 when it cannot be read."""
    if not database and (checkpoint or key):
        _stop("--checkpoint and --key go with --database.")
    if database:
        _verify_database(what or os.environ.get("DATABASE_URL") or None, checkpoint, key)
    elif what:
        _verify_packet(Path(what))
    else:
        _stop("Say what to verify: a packet's file, or --database.")


def _verify_packet(packet: Path) -> None:
    from bot.verification import LARGEST, problems

    if wrong := problems(_text(packet, LARGEST)):
        for problem in wrong:
            typer.echo(problem, err=True)
        raise typer.Exit(FAIL)
    typer.echo(f"{packet}: every digest holds")


def _verify_database(url: str | None, checkpoint: Path | None, key: str | None) -> None:
    from bot.checkpoint import KIND, LARGEST, Against, read
    from bot.ledger import verify as verify_all
    from bot.signature import ForgedError, opened, public_key

    data, against = _data(), None
    if checkpoint:
        text = _text(checkpoint, LARGEST)
        try:
            against = Against(read(opened(text, KIND, public_key(key, data))))
        except ForgedError as error:
            typer.echo(f"{checkpoint}: {error} {error.hint}", err=True)
            raise typer.Exit(FAIL) from None
    verified = asyncio.run(verify_all(url, data, against, say=lambda problem: typer.echo(problem, err=True)))
    if not verified.holds:
        raise typer.Exit(FAIL)
    typer.echo(verified.summary)


def _data() -> Path:
    """Where `canary serve` keeps its servers, and we the key."""
    from bot.settings import Settings

    return Path(os.environ.get("CANARY_DATA") or Settings.model_fields["canary_data"].default)


def _text(path: Path, largest: int) -> str:
    try:
        if path.stat().st_size > largest:
            _stop(f"{path} is larger than {largest // 2**20} MiB; that is not what it should be.")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        _stop(f"{path} cannot be read: {error}.")


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def demo(context: typer.Context) -> None:
    """Try it on this machine, with nothing installed: a local Slack in the browser and a system to be judged."""
    os.execv(sys.executable, [sys.executable, "-m", "sandbox", *context.args])  # noqa: S606 — our own interpreter and module


def _loaded(config: Path) -> Loaded:
    try:
        return load(config, os.environ)
    except PlanError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        raise typer.Exit(UNCERTAIN) from None


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        _stop(f"{word!r} is no argument: arguments are written name=value.")
    return name, value


def _stop(message: str, hint: str = "") -> NoReturn:
    typer.echo(" ".join(part for part in ("canary:", message, hint) if part), err=True)
    raise SystemExit(UNCERTAIN)
