"""`canary init`: writes a first canary.yaml."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from bot.base.errors import Misused
from bot.plan.member import PATTERN
from commands.shell.console import note, say, stop
from commands.shell.draft import Draft, as_yaml
from commands.shell.options import config_option

T = TypeVar("T")

_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}", re.ASCII)
_MEMBER = re.compile(PATTERN)
_ENVIRONMENT = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)


@click.command()
@click.option("--environment", default="staging", show_default=True, help="The environment's name")
@click.option("--channel", help="The id of the channel for run cards (C…, at the end of its link)")
@click.option(
    "--owner", "owners", multiple=True, metavar="ID", help="Who decides, by id: U… or S…; repeat for more"
)
@click.option("--http", default="", metavar="URL", help="Check that this URL returns 200, and how fast")
@click.option("--sql", default="", metavar="QUERY", help="Check what this query returns")
@click.option("--gate", default="", metavar="COMMAND", help="Check that this command, run here, exits with 0")
@click.option("--promql", default="", metavar="QUERY", help="Check what this Prometheus query returns")
@click.option("--force", is_flag=True, help="Replace an existing file")
@config_option
def init(
    *,
    environment: str,
    channel: str | None,
    owners: tuple[str, ...],
    http: str,
    sql: str,
    gate: str,
    promql: str,
    force: bool,
    config: Path,
) -> None:
    """Write a first canary.yaml, from options or, on a terminal, from your answers."""
    if config.exists() and not force:
        stop(f"{config} already exists.", "Use --force to replace it.")
    if sys.stdin.isatty():
        channel = channel or _ask("Channel for run cards, by its id (C…)", _channel)
        owners = owners or _ask("Who decides, by id: people (U…), user groups (S…)", _owners)
        if not (http or sql or gate or promql):
            http, sql, promql, gate = _asked()
    draft = Draft(
        environment=_like(_ENVIRONMENT, environment, "--environment", "a name like staging"),
        channel=_channel(channel or ""),
        owners=_owners(" ".join(owners)),
        http=http,
        sql=sql,
        gate=gate,
        folder=str(Path.cwd()),
        promql=promql,
    )
    if not (http or sql or gate or promql):
        stop("There is nothing to check.", "Give at least one of --http, --sql, --promql and --gate.")
    _write(as_yaml(draft), config)
    say(f"wrote {config}")
    if sql:
        note(f"Set {draft.database} to the URL of the database that the query reads.")
    if promql:
        note(
            "Set PROMETHEUS_URL to your Prometheus's URL; if it needs authentication, add bearer or basic to the source."
        )
    note(f"Next: edit the limits and the rollback, then run canary lint and canary check {environment}.")


def _ask(question: str, accept: Callable[[str], T], **options: Any) -> T:
    """Ask until the answer is usable, so that one slip does not lose the earlier answers."""

    def accepted(answer: str) -> T:
        try:
            return accept(answer)
        except Misused as error:
            raise click.UsageError(str(error)) from None

    return cast("T", click.prompt(question, value_proc=accepted, err=True, **options))


def _asked() -> tuple[str, str, str, str]:
    while True:
        note("What to check; press Enter to skip one:")
        http, sql, promql, gate = (
            _ask(f"  {question}", partial(_usable, kind), default="", show_default=False)
            for kind, question in (
                ("http", "A URL that should return 200"),
                ("sql", "A SQL query whose value should be 0"),
                ("promql", "A Prometheus query whose value should be 0"),
                ("gate", "A command that should exit with 0"),
            )
        )
        if http or sql or promql or gate:
            return http, sql, promql, gate
        note("At least one is needed.")


def _usable(kind: str, answer: str) -> str:
    """Raises Misused if no check can be made from the answer."""
    draft = Draft("staging", "C0RELEASES", ("U01ANA",))
    match kind:
        case "http":
            as_yaml(replace(draft, http=answer))
        case "sql":
            as_yaml(replace(draft, sql=answer))
        case "promql":
            as_yaml(replace(draft, promql=answer))
        case _:
            as_yaml(replace(draft, gate=answer))
    return answer


def _channel(text: str) -> str:
    return _like(_CHANNEL, text, "--channel", "the id of a channel, like C0RELEASES")


def _owners(text: str) -> tuple[str, ...]:
    """Separated by spaces or commas."""
    return tuple(
        _like(_MEMBER, owner, "--owner", "an id like U01ANA or S0PLATFORM")
        for owner in text.replace(",", " ").split() or [""]
    )


def _like(pattern: re.Pattern[str], value: str, option: str, example: str) -> str:
    """Raises Misused."""
    if not value:
        raise Misused(f"{option} is missing: it takes {example}.")
    if not pattern.fullmatch(value):
        raise Misused(f"{option} takes {example}, not {value!r}.")
    return value


def _write(text: str, config: Path) -> None:
    """Write everything or nothing, and only if `canary lint` accepts it."""
    from bot.plan.load import load
    from bot.plan.problems import PlanError

    unfinished = config.with_name(f".{config.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        load(unfinished, None)
        unfinished.replace(config)
    except PlanError as error:
        stop(
            "these answers do not make a valid canary.yaml.",
            "; ".join(f"{each.path}: {each.message}" for each in error.problems),
        )
    except OSError as error:
        stop(f"{config} cannot be written: {error.strerror}.", "Choose another path with --config.")
    finally:
        unfinished.unlink(missing_ok=True)
