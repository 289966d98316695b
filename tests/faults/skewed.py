"""`python -m tests.faults.skewed SECONDS serve`: the bot's command line on a machine whose clock is SECONDS ahead.

The clock is replaced before anything of the bot is imported, so that all of its code sees that time. Monotonic
clocks, which timeouts use, are unaffected.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import gc
import sys
import time


def put_forward(seconds: float) -> None:
    real_time, real_now = time.time, dt.datetime.now
    ahead = dt.timedelta(seconds=seconds)

    def now(cls: type[dt.datetime], tz: dt.tzinfo | None = None) -> dt.datetime:
        return real_now(tz) + ahead

    def utcnow(cls: type[dt.datetime]) -> dt.datetime:
        return real_now(dt.UTC).replace(tzinfo=None) + ahead

    time.time = lambda: real_time() + seconds
    time.time_ns = lambda: int((real_time() + seconds) * 1e9)
    (attributes,) = gc.get_referents(dt.datetime.__dict__)  # attributes of a C type cannot be set otherwise
    attributes |= {"now": classmethod(now), "utcnow": classmethod(utcnow)}
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(dt.datetime))


if __name__ == "__main__":
    before = dt.datetime.now(dt.UTC)
    put_forward(float(sys.argv.pop(1)))
    sys.stderr.write(f"clock: {dt.datetime.now(dt.UTC) - before}\n")
    from commands.shell import main

    main()
