"""The bot in a process of its own, with the short times of `DROWSY`: python -m tests.faults.drowsy serve --role ROLE"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from commands.role import Role
from commands.serve import serve
from commands.settings import read_settings
from commands.shell.options import loaded, start_log
from tests.timing import DROWSY


def main(role: str) -> None:
    configuration = loaded(Path(os.environ["CANARY_CONFIG"]))
    start_log(configuration.secrets)
    asyncio.run(serve(read_settings(), configuration, Role(role), DROWSY))


if __name__ == "__main__":
    main(sys.argv[-1])
