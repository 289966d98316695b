"""`canary`: the command line. Exit codes: 0 pass, 1 fail, 2 unknown or error.

One module for each command or group of commands. A module imports what its command needs when the command runs,
so that no command waits for the imports of another.
"""

from commands.shell.program import main

__all__ = ["main"]
