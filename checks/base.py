"""The protocol of a check kind and of a source, on one screen.

A kind is a pydantic model (its configuration in canary.yaml) with one method, `measure`. It never
judges: `checks.evaluate` repeats it over windows and samples and hands each measurement to
`checks.judge`. Nothing here knows Slack, runs or the bot's own database.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from checks.limits import Limits
from checks.reading import Measurement, Moment, Window
from checks.sample import Sampling
from checks.secrets import Secrets
from checks.units import Duration


class Source(BaseModel):
    """Where numbers come from: one entry under `sources:` in canary.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str

    def open(self, secrets: Secrets) -> AbstractAsyncContextManager[Any]:
        """The live connection that checks of this source are handed. Opens lazily, closes always."""
        raise NotImplementedError


class Check(BaseModel):
    """One question put to the world: one entry under `checks:` of an environment."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    source_kind: ClassVar[str | None] = None  # the kind of source it needs; None: it needs none

    kind: str
    title: str = ""  # what people read; the check's name where empty
    source: str = ""  # a name under `sources:`
    owner: str = Field(description="Who mends it when it fails, and may waive it: a name under `people:`")
    window: Duration | None = None  # how far back one look reaches
    consecutive: int = Field(default=1, ge=1, le=100)  # each of so many windows, back to back, must pass
    sample: Sampling = Sampling()  # how often to look over a bake time, and how many looks may fail
    timeout: Duration = timedelta(seconds=60)  # for the whole check, all windows and samples
    at_least: int = Field(default=0, ge=0)  # a reading with a smaller n is UNKNOWN
    pass_: Limits = Field(default_factory=Limits, alias="pass")
    warn: Limits = Field(default_factory=Limits)  # what is neither pass nor warn fails
    fallback: str = ""  # a check whose PASS mitigates this one's ERROR

    def readings(self) -> Mapping[str, str] | None:
        """Reading name -> unit, for validating limits at load; None: known only once measured."""
        return None

    async def measure(self, source: Any, moment: Moment, window: Window | None) -> Measurement:
        """Look once. Raises CheckError when it cannot; is cancelled at the time limit."""
        raise NotImplementedError
