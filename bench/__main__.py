"""`python -m bench [ack] [fifty] [measures] [start] …`: run all benchmarks, or those named."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bench import (
    ack,
    calculation,
    command,
    fifty,
    flood,
    guard,
    home,
    measures,
    outbox,
    packet,
    probes,
    proof,
    reference,
    shown,
    siege,
    start,
    votes,
    waiting,
)
from bench.figure import Figure, show

MEASUREMENTS: Mapping[str, Callable[[], Awaitable[list[Figure]]]] = {
    "command": command.measure,
    "start": start.measure,
    "ack": ack.measure,
    "fifty": fifty.measure,
    "reference": reference.measure,
    "votes": votes.measure,
    "shown": shown.measure,
    "flood": flood.measure,
    "outbox": outbox.measure,
    "home": home.measure,
    "waiting": waiting.measure,
    "measures": measures.measure,
    "guard": guard.measure,
    "probes": probes.measure,
    "calculation": calculation.measure,
    "proof": proof.measure,
    "packet": packet.measure,
    "siege": siege.measure,
}


async def main(names: Sequence[str]) -> bool:
    """Returns whether every target was met."""
    figures: list[Figure] = []
    try:
        for name in names or MEASUREMENTS:
            began = time.monotonic()
            figures += await MEASUREMENTS[name]()
            print(f"measured {name} in {time.monotonic() - began:.0f} s", file=sys.stderr)
    finally:
        show(figures)
    return all(figure.met for figure in figures)


if __name__ == "__main__":
    if unknown := set(sys.argv[1:]) - set(MEASUREMENTS):
        sys.exit(f"bench: unknown benchmark {', '.join(unknown)}; known: {', '.join(MEASUREMENTS)}")
    sys.exit(0 if asyncio.run(main(sys.argv[1:])) else 1)
