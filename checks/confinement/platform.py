"""What this machine lacks to isolate a program from the bot, determined by trying."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from checks.confinement.launch import LAUNCHER
from checks.confinement.launcher import NOT_CONFINED
from checks.confinement.policy import Confinement

_PATIENCE = 20  # seconds


def lacking(confinement: Confinement) -> str:
    """In a few words; "" if it lacks nothing, or if that cannot be determined: then the gate reports it."""
    if sys.platform != "linux":
        return f"that takes Linux, and this is {sys.platform}"
    private = tempfile.mkdtemp(prefix="canary-gate-")
    for name in ("root", "tmp"):
        Path(private, name).mkdir(mode=0o700)
    report, told = os.pipe()
    try:
        environment = {"PATH": os.defpath}
        asked = confinement.request(["true"], environment, private=private, report=told)
        subprocess.run(  # noqa: S603 — our own words
            LAUNCHER, input=asked, env={}, cwd="/", pass_fds=[told], timeout=_PATIENCE, check=False
        )
        os.close(told)
        told = -1
        match marshal.loads(os.read(report, 4096) or marshal.dumps(None)):
            case (str(kind), str(missing)) if kind == NOT_CONFINED:
                return missing
    except subprocess.TimeoutExpired:
        return ""
    finally:
        for descriptor in (report, told):
            if descriptor >= 0:
                os.close(descriptor)
    return ""
