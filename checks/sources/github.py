"""The check runs of a repository on GitHub, or on a server with its API."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote, urlencode

from pydantic import Field, field_validator

from checks.api import (
    REDIRECTS,
    Call,
    Cause,
    CheckError,
    Context,
    HttpEndpoint,
    HttpTarget,
    Refusals,
    refused,
)

_OK, _TOO_MANY = 200, 429
_PAGE = 30  # check runs: each may carry a summary of 64 KiB
_MOST_PAGES = 20
_LONGEST = 200  # characters of a server's message
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", re.ASCII)
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_SHOWN_BYTES = 8 << 20
_MOVED = "Was the repository renamed? Write its new name, or where it leads to as base_url."
_REFUSALS: Refusals = {
    401: ("does not accept the token", Cause.CONFIGURATION, "Renew it; it needs to read checks."),
    403: ("forbids it", Cause.CONFIGURATION, "Give the token the permission to read checks."),
    404: (
        "knows no such repository or commit, or the token may not see it",
        Cause.CONFIGURATION,
        "Correct `repository`, and give the token the permission to read checks.",
    ),
    422: ("knows no such commit", Cause.CONFIGURATION, "Has it been pushed?"),
    _TOO_MANY: ("is asked too often", Cause.ENVIRONMENT, "Ask less often, or with a token of its own."),
}


class GithubSource(HttpEndpoint):
    """`{kind: github, repository: acme/shop, bearer: "${GITHUB_TOKEN}"}`"""

    kind: Literal["github"]
    base_url: str = Field(
        default="https://api.github.com",
        description="Of its API; GitHub Enterprise's ends with /api/v3",
    )
    repository: str = Field(description="owner/name", examples=["acme/shop"])
    max_bytes: int = Field(default=_SHOWN_BYTES, ge=1, le=16 << 20, description="Of one body")

    @field_validator("repository")
    @classmethod
    def _has_an_owner(cls, text: str) -> str:
        if not _REPOSITORY.fullmatch(text) or any(part in {".", ".."} for part in text.split("/")):
            raise ValueError(f"expected a repository like acme/shop, not {text[:100]!r}")
        return text

    @asynccontextmanager
    async def open(self, context: Context) -> AsyncIterator[Github]:
        async with super().open(context) as target:
            yield Github(self, target)

    async def reach(self, opened: Github) -> str:
        return f"answers: the repository {await opened.full_name()}"


@dataclass(frozen=True)
class CheckRun:
    """One attempt of a check. `conclusion` "": not finished."""

    number: int
    name: str
    commit: str
    status: str
    conclusion: str
    app: str
    started_at: datetime | None
    completed_at: datetime | None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> CheckRun:
        """Raises CheckError if it cannot come from GitHub."""
        app = said.get("app")
        match said:
            case {"id": int(number), "name": str(name), "head_sha": str(commit), "status": str(status)}:
                return cls(
                    number,
                    name,
                    commit,
                    status,
                    str(said.get("conclusion") or ""),
                    str(app.get("slug") or "") if isinstance(app, dict) else "",
                    _time(said.get("started_at")),
                    _time(said.get("completed_at")),
                )
        raise _not_theirs("a check run")


class Github:
    """An opened source. Every method raises CheckError for a missing or invalid response."""

    def __init__(self, source: GithubSource, target: HttpTarget) -> None:
        self._repository = source.repository
        self._target = target
        self.redact = target.redact

    async def full_name(self) -> str:
        said = await self._get(f"/repos/{self._repository}")
        return self.redact(str(said.get("full_name")))[:_LONGEST]

    async def check_runs(self, commit: str, name: str) -> Sequence[CheckRun]:
        """All attempts of the check of that name, for a commit or the head of a branch."""
        path = f"/repos/{self._repository}/commits/{quote(commit, safe='')}/check-runs"
        found: dict[int, CheckRun] = {}
        for page in range(1, _MOST_PAGES + 1):
            asked = {"check_name": name, "filter": "all", "per_page": _PAGE, "page": page}
            said = await self._get(f"{path}?{urlencode(asked)}")
            runs, total = said.get("check_runs"), said.get("total_count")
            if not isinstance(runs, list) or type(total) is not int:
                raise _not_theirs(path)
            read = [CheckRun.of(run if isinstance(run, dict) else {}) for run in runs]
            found |= {run.number: run for run in read}  # pages shift while attempts are added
            if len(found) >= total:
                return [run for run in found.values() if run.name == name]
            if not read:
                raise CheckError(
                    f"GitHub counts {total:,} check runs named {name!r}, and lists {len(found):,}",
                    cause=Cause.ENVIRONMENT,
                )
        raise CheckError(
            f"there are more than {_PAGE * _MOST_PAGES:,} check runs named {name!r}", cause=Cause.ENVIRONMENT
        )

    async def _get(self, path: str) -> Mapping[str, Any]:
        status, said = await self._target.json(Call("GET", path, headers=_HEADERS))
        if status == _OK and isinstance(said, dict):
            return said
        raise self._refusal(path.partition("?")[0], status, said)

    def _refusal(self, path: str, status: int, said: Any) -> CheckError:
        if status == _OK:
            return _not_theirs(path)
        why = self.redact(str(said.get("message", "")))[:_LONGEST] if isinstance(said, dict) else ""
        if "rate limit" in why.lower() and status not in REDIRECTS:
            status = _TOO_MANY
        return refused(path, status, why, _REFUSALS, who="GitHub", moved=_MOVED)


def _time(found: Any) -> datetime | None:
    if not isinstance(found, str):
        return None
    try:
        at = datetime.fromisoformat(found)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _not_theirs(what: str) -> CheckError:
    return CheckError(
        f"{what}: this is not what GitHub answers",
        cause=Cause.CONFIGURATION,
        hint="Check base_url: it may lead to a login page instead of the API.",
    )
