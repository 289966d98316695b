"""`canary serve`: the bot itself."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from commands.role import Role
from commands.shell.console import stop
from commands.shell.options import config_option, loaded, start_log


@click.command()
@config_option
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.ALL.value,
    show_default=True,
    help="What to run: everything, only receiving what people do in Slack, or only the work behind it",
)
def serve(config: Path, role: str) -> None:
    """Run the bot: Slack, checks, delivery. Its settings are environment variables."""
    import asyncio

    from slack_sdk.errors import SlackApiError

    from commands.serve import serve as serve_bot
    from commands.settings import read_settings

    settings = read_settings()
    configuration = loaded(config, lenient=True)
    start_log(configuration.secrets)
    try:
        gc.enable()
        asyncio.run(serve_bot(settings, configuration, Role(role)))
    except SlackApiError as error:
        stop(
            f"Slack does not accept the token: {error.response.get('error')}.",
            "Check SLACK_BOT_TOKEN and SLACK_APP_TOKEN.",
        )
