"""`canary`: the command line. Exit codes: 0 pass, 1 fail, 2 unknown or error.

One module for each command or family of commands. A module imports what its command needs when the command runs,
so that none of them waits for what only another one uses.
"""

from commands.shell.program import main

__all__ = ["main"]
