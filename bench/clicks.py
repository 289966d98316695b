"""Clicks at a fixed rate, whatever the answers do, from a process of its own: `python -m bench.clicks URL RATE SECONDS`.

Prints a JSON list: seconds from when each click was due until it was acknowledged.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
import uuid

import aiohttp

from bench.stage import signed

LATE = 10.0  # seconds; worse than any answer


def click() -> dict[str, str]:
    """By somebody who may not vote, on a run that is there: everything is looked up, nothing is decided."""
    action = {
        "action_id": "vote_go",
        "action_ts": uuid.uuid4().hex,
        "value": os.environ["BUTTON"],
        "type": "button",
    }
    body = {
        "type": "block_actions",
        "team": {"id": "T0ACME"},
        "user": {"id": "U04MIA"},
        "channel": {"id": "C0RELEASES"},
        "container": {"type": "message", "message_ts": "1.0", "channel_id": "C0RELEASES"},
        "actions": [action],
        "trigger_id": uuid.uuid4().hex,
    }
    return {"payload": json.dumps(body)}


async def one(session: aiohttp.ClientSession, url: str, due: float) -> float:
    await asyncio.sleep(due - time.perf_counter())
    body, headers = signed(click(), os.environ["SLACK_SIGNING_SECRET"])
    try:
        async with session.post(url, data=body, headers=headers) as answer:
            return time.perf_counter() - due if answer.status == 200 else LATE
    except (aiohttp.ClientError, TimeoutError):
        return LATE


async def main(url: str, rate: float, length: float) -> None:
    start = time.perf_counter() + 0.2
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(LATE)) as session:
        clicks = (one(session, url, start + number / rate) for number in range(int(rate * length)))
        sys.stdout.write(json.dumps(await asyncio.gather(*clicks)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3])))
