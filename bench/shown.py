"""From a click on Go until the card shows the vote, in a local Slack."""

from __future__ import annotations

import time

from aiohttp import web

from bench.figure import Figure, percentile, seconds
from bench.stage import free_port, process, responding, stage

VOTES = 20  # each on a run of its own: updates of one card are limited
MOST = 1.0  # seconds

PLAN = """
version: 1
people:
  owners: {{members: [U01ANA, U02BEN]}}
sources:
  here: {{kind: http, base_url: "{url}"}}
environments:
{environments}
"""
ENVIRONMENT = """
  environment-{number}:
    channel: C0RELEASES
    checks:
      probe: {{kind: http.probe, source: here, owner: owners, request: {{path: /}}, expect: ["last.status == 200"]}}
    decide: {{approve: {{owners: 2}}}}
    rollback: {{mitigation: "stop", steps: ["go back"], on_call: owners}}
"""


async def measure() -> list[Figure]:
    took = await _votes()
    worst = percentile(took, 0.95)
    return [
        Figure(
            "click → card shows the vote, p95",
            seconds(worst),
            "",
            None,
            f"≤ {MOST:.1f} s",
            worst <= MOST,
            f"{len(took)} votes, one after the other; median {seconds(percentile(took, 0.5))}",
        )
    ]


async def _votes() -> list[float]:
    """Returns the seconds that each vote took, with a bot in a process of its own."""
    async with stage() as on, responding(_answer) as url:
        environments = "".join(ENVIRONMENT.format(number=number) for number in range(VOTES))
        given = PLAN.format(url=url, environments=environments)
        environment = on.environment(given, free_port(), socket_mode=True)
        async with process(environment, "commands", "serve", log=on.folder / "ours.log"):
            slack = on.slack
            await slack.connected(timeout=60)
            took = []
            for number in range(VOTES):
                await slack.user("raj").command("#releases", "/canary", f"run environment-{number}")
                card = await slack.sees("#releases", f"· run #{number + 1}", timeout=60)
                await slack.wait_for(lambda card=card: "*GO recommended*" in slack.render_text(card), 60)
                began = time.perf_counter()
                await slack.user("ana").click(card, "Go")
                await slack.wait_for(lambda card=card: "*Go* from @ana" in slack.render_text(card), 60)
                took.append(time.perf_counter() - began)
            return took


async def _answer(_: web.Request) -> web.Response:
    return web.json_response({})
