"""The jobs that tenants enqueue: a pure function of seed and minute."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

TENANTS = tuple(f"workspace-{number:02}" for number in range(1, 63))
HOT_TENANT = TENANTS[0]

_TYPES = ("SEND_MESSAGE", "SEND_FOLLOW_UP", "DRAFT_REPLY", "SYNC_LEAD")
_STEADY = (3, 2, 4)  # jobs a minute, in rotation: all hours are alike, as the baseline requires
_BURSTS = 4  # an hour
_BURST = (8, 14)  # jobs
_LONE_BURST = 0.04  # the fraction of bursts that come almost entirely from one tenant
_FLOOD = (
    26  # jobs a minute of the hot tenant with its dial at maximum: slightly more than the workers can process
)
_MINUTE_MS = 60_000


@dataclass(frozen=True, order=True)
class Arrival:
    """A job that is enqueued, and due immediately."""

    at: datetime
    id: str
    type: str
    tenant: str
    lead: str
    message: str


def arrivals(seed: int, minute: datetime, hot: float) -> list[Arrival]:
    """The jobs enqueued in the minute, in order of time. `hot` (0 to 1) adds the hot tenant's flood."""
    luck = random.Random(f"{seed}/{minute.isoformat()}")
    tenants = luck.choices(TENANTS, k=_STEADY[minute.minute % len(_STEADY)])
    if minute.minute in _bursts(seed, minute):
        tenants += _burst(luck)
    tenants += [HOT_TENANT] * round(hot * _FLOOD)
    return sorted(_arrival(luck, minute, tenant) for tenant in tenants)


def _bursts(seed: int, minute: datetime) -> list[int]:
    """The minutes of the hour in which a burst starts."""
    return random.Random(f"{seed}/{minute:%Y-%m-%dT%H}").sample(range(60), _BURSTS)


def _burst(luck: random.Random) -> list[str]:
    loud, alone = luck.choice(TENANTS), luck.random() < _LONE_BURST
    share = 0.95 if alone else luck.uniform(0.1, 0.6)
    count = luck.randint(*_BURST)
    return [loud if luck.random() < share else luck.choice(TENANTS) for _ in range(count)]


def _arrival(luck: random.Random, minute: datetime, tenant: str) -> Arrival:
    return Arrival(
        at=minute + timedelta(milliseconds=luck.randrange(_MINUTE_MS)),
        id=f"job_{luck.getrandbits(96):024x}",
        type=luck.choice(_TYPES),
        tenant=tenant,
        lead=f"lead_{luck.getrandbits(32):08x}",
        message=f"msg_{luck.getrandbits(64):016x}",
    )
