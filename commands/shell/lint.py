"""`canary lint` and `canary schema`: what canary.yaml, and a packet, may contain."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.base.environment import pasted
from commands.shell.console import FAIL, PASS, UNCERTAIN, note, run, say, stop
from commands.shell.options import config_option, data_folder, loaded

if TYPE_CHECKING:
    from bot.plan.model import Plan


@click.command(short_help="Check canary.yaml; list every problem with its line and key.")
@config_option
@click.option(
    "--no-env", is_flag=True, help="Check without the variables that the file uses, as in a pull request"
)
@click.option(
    "--slack",
    "with_slack",
    is_flag=True,
    help="Also have Slack validate every kind of message and form, without showing any; uses SLACK_BOT_TOKEN",
)
def lint(config: Path, *, no_env: bool, with_slack: bool) -> None:
    """Check canary.yaml; list every problem with its file, line and key. Warnings do not change the exit code.

    Exits with 0 if everything is fine, 1 if Slack would refuse a message or form, 2 if the configuration has a problem or Slack cannot
    be asked.
    """
    from checks.kinds import refused_kinds
    from checks.units import say_count

    data = data_folder()
    found = loaded(config, environ=None if no_env else os.environ)
    for refused in refused_kinds():  # kinds that the configuration uses were reported as its problems
        note(f"warning: {refused}")
    for problem in (*found.warnings(), *found.missing_here(data)):
        note(problem.as_warning())
    if impossible := found.impossible_here(data) if not no_env else ():
        for problem in impossible:
            note(str(problem))
        raise SystemExit(UNCERTAIN)
    for name, environment in found.plan.environments.items():
        say(f"{name}: {say_count(len(environment.checks), 'check')}")
    say(f"no problems in {config}; {found.digest}")
    if with_slack:
        raise SystemExit(run(_have_validated(found.plan)))


async def _have_validated(plan: Plan) -> int:
    """Returns the exit code. Prints each problem as: kind of message or form, JSON pointer, Slack's explanation."""
    from datetime import UTC, datetime

    from bot.slack.client import web_client
    from bot.slack.form_samples import form_samples
    from bot.slack.messages.posting import Posting
    from bot.slack.samples import samples
    from bot.slack.validation import View, validated
    from checks.units import say_count

    token = pasted(os.environ.get("SLACK_BOT_TOKEN"))
    if not token:
        stop("SLACK_BOT_TOKEN is not set: Slack validates messages for an app's token. No scope is needed.")
    now = datetime.now(UTC)
    pinned = [(name, plan.pinned(name)) for name in plan.environments]
    posted = [(f"{name}: {each.name}", each.posting) for name, one in pinned for each in samples(one, now)]
    opened = [(f"{name}: {each.name}", each.view) for name, one in pinned for each in form_samples(one, now)]
    every: list[tuple[str, Posting | View]] = [*posted, *opened]
    wrong = 0
    url = (pasted(os.environ.get("SLACK_API_URL")) or "https://slack.com/api/").rstrip("/") + "/"
    async with web_client(token, url) as client:
        answers = validated(client, [shown for _, shown in every])
        for (name, _), found in zip(every, [each async for each in answers], strict=True):
            for problem in found:
                say(f"{name}: {problem.pointer or '-'}: {problem.said}")
            wrong += bool(found)
    said = f"{say_count(len(posted), 'message')} and {say_count(len(opened), 'form')}"
    say(f"Slack refuses {wrong} of {said}" if wrong else f"Slack accepts all {said}")
    return FAIL if wrong else PASS


@click.command()
@click.argument("of", type=click.Choice(["canary.yaml", "packet"]), default="canary.yaml")
def schema(of: str) -> None:
    """Print the JSON Schema of canary.yaml, for editors; or of decision packets, for programs that read them."""
    from bot.plan.schema import as_text
    from bot.record.schema import as_text as as_text_of_packets

    say((as_text() if of == "canary.yaml" else as_text_of_packets()).removesuffix("\n"))
