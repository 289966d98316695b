"""Collected only by `test_left_behind`: starts servers and a bot-like child, reports them, and hangs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.embedded.servers import SERVERS


def test_hangs(postgres_server: str, valkey_server: str, server_folder: Path) -> None:
    servers = [server.process(server_folder).pid for server in SERVERS.values()]
    config = str(server_folder / "canary.yaml")
    child = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], env={"CANARY_CONFIG": config}
    )
    said = {"pids": [*servers, child.pid]}
    unfinished = Path(os.environ["SAYS"] + ".new")
    unfinished.write_text(json.dumps(said))
    unfinished.rename(os.environ["SAYS"])
    time.sleep(600)
