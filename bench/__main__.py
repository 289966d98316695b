"""`python -m bench [ack] [fifty] [measures] [start] …`: all of them, or those named."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bench import ack, fifty, flood, measures, outbox, start, votes, waiting
from bench.figure import Figure, show

MEASUREMENTS: Mapping[str, Callable[[], Awaitable[list[Figure]]]] = {
    "start": start.measure,
    "ack": ack.measure,
    "fifty": fifty.measure,
    "votes": votes.measure,
    "flood": flood.measure,
    "outbox": outbox.measure,
    "waiting": waiting.measure,
    "measures": measures.measure,
}


async def main(names: Sequence[str]) -> None:
    figures: list[Figure] = []
    try:
        for name in names or MEASUREMENTS:
            began = time.monotonic()
            figures += await MEASUREMENTS[name]()
            print(f"measured {name} in {time.monotonic() - began:.0f} s", file=sys.stderr)
    finally:
        show(figures)


if __name__ == "__main__":
    if unknown := set(sys.argv[1:]) - set(MEASUREMENTS):
        sys.exit(f"bench: no {', '.join(unknown)}; there is {', '.join(MEASUREMENTS)}")
    asyncio.run(main(sys.argv[1:]))
