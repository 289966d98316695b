"""Help that shows the whole first sentence of each command."""

from __future__ import annotations

import click

_LONGEST = 300  # characters; click would truncate at the terminal's width, in the middle of a sentence


class HelpfulGroup(click.Group):
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, command.get_short_help_str(_LONGEST)) for name, command in found if command]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
