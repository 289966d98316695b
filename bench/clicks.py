"""Clicks at a fixed rate, regardless of responses, from a separate process: `python -m bench.clicks RATE SECONDS [PEOPLE]`.

For each line `URL ACTION_ID` that it reads, it clicks there for SECONDS and prints a JSON list: seconds from
when each click was due until it was acknowledged.
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

LATE = 10.0  # seconds; more than any response takes


def click(action_id: str, user: str) -> dict[str, str]:
    """A click on an existing run by someone who may not vote: everything that a vote needs is looked up, but nothing is
    decided.
    """
    action = {
        "action_id": action_id,
        "action_ts": uuid.uuid4().hex,
        "value": os.environ["BUTTON"],
        "type": "button",
    }
    body = {
        "type": "block_actions",
        "team": {"id": "T0ACME"},
        "user": {"id": user},
        "channel": {"id": "C0RELEASES"},
        "container": {"type": "message", "message_ts": "1.0", "channel_id": "C0RELEASES"},
        "actions": [action],
        "trigger_id": uuid.uuid4().hex,
    }
    return {"payload": json.dumps(body)}


async def one(session: aiohttp.ClientSession, url: str, clicked: dict[str, str], due: float) -> float:
    await asyncio.sleep(due - time.perf_counter())
    body, headers = signed(clicked, os.environ["SLACK_SIGNING_SECRET"])
    try:
        async with session.post(url, data=body, headers=headers) as answer:
            return time.perf_counter() - due if answer.status == 200 else LATE
    except (aiohttp.ClientError, TimeoutError):
        return LATE


def person(number: int) -> str:
    """The id of a clicking person. A single person would be refused for clicking too fast."""
    return f"U8CLICK{number:02}" if number else "U04MIA"


async def clicks(url: str, action_id: str, rate: float, length: float, people: int) -> list[float]:
    start = time.perf_counter() + 0.2
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(LATE)) as session:
        return await asyncio.gather(
            *(
                one(session, url, click(action_id, person(number % people)), start + number / rate)
                for number in range(int(rate * length))
            )
        )


def main(rate: float, length: float, people: int = 1) -> None:
    for line in sys.stdin:
        url, action_id = line.split()
        print(json.dumps(asyncio.run(clicks(url, action_id, rate, length, people))), flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), *map(int, sys.argv[3:]))
