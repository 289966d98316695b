"""A first canary.yaml from a few answers: YAML with comments, to be edited. Pure."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.base.errors import Misused
from bot.plan.hints import TO_BE_REPLACED
from checks.interpreters import OPERATORS

_ALIAS = re.compile(r'\bAS\s+"?([A-Za-z_]\w*)"?', re.IGNORECASE)
_COUNT = re.compile(r"\bcount\s*\(", re.IGNORECASE)
_TABLES = re.compile(r'\b(?:FROM|JOIN)\s+((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)', re.IGNORECASE)


@dataclass(frozen=True)
class Draft:
    environment: str
    channel: str
    owners: tuple[str, ...]
    http: str = ""  # a URL to probe
    sql: str = ""  # a query that returns one row
    gate: str = ""  # a command line
    folder: str = "."  # where the gate runs
    promql: str = ""  # a query that returns one number

    @property
    def database(self) -> str:
        """The environment variable for the database's URL."""
        return f"{re.sub(r'[^A-Z0-9]', '_', self.environment.upper())}_DATABASE_URL"


def as_yaml(draft: Draft) -> str:
    """Raises Misused if no check can be made from an answer."""
    return "\n".join([*_head(draft), *_sources(draft), *_environment(draft), *_decision()]) + "\n"


def _head(draft: Draft) -> Iterator[str]:
    yield "# What canary measures, who decides, and how to roll back. `canary lint` checks it,"
    yield f"# `canary check {draft.environment}` runs it once without Slack."
    yield "version: 1"
    yield ""
    yield "people:"
    yield "  # Member ids (U…, in a Slack profile under ⋮) or ids of user groups (S…)."
    yield f"  owners: {{members: [{', '.join(draft.owners)}]}}"
    yield ""


def _sources(draft: Draft) -> Iterator[str]:
    yield "# Where to measure. Secrets are written as ${NAME}: an environment variable."
    yield "sources:"
    if draft.http:
        yield f"  app: {{kind: http, base_url: {_quoted(_url(draft.http)[0])}}}"
    if draft.sql:
        tables = ", ".join(map(_quoted, _tables(draft.sql)))
        yield "  database:"
        yield "    kind: postgres"
        yield f'    dsn: "${{{draft.database}}}"'
        yield f"    tables: [{tables}]  # what checks may read"
    if draft.promql:
        yield '  prometheus: {kind: prometheus, base_url: "${PROMETHEUS_URL}"}'
    if draft.gate:
        yield f"  workspace: {{kind: workspace, path: {_quoted(draft.folder)}}}"
    yield ""


def _environment(draft: Draft) -> Iterator[str]:
    yield "environments:"
    yield f"  {draft.environment}:"
    yield f"    channel: {draft.channel}  # the channel's id, from the end of its link; invite the bot: /invite @canary"
    yield "    arguments:"
    yield '      version: {description: "The version that goes out"}'
    yield "    checks:"
    if draft.http:
        yield from _probe(draft.http)
    if draft.sql:
        yield from _query(draft.sql)
    if draft.promql:
        yield from _metric(draft.promql)
    if draft.gate:
        yield from _gate(draft.gate)


def _probe(address: str) -> Iterator[str]:
    yield "      health:"
    yield "        kind: http.probe"
    yield "        source: app"
    yield f"        request: {{path: {_quoted(_url(address)[1])}, repeat: 5}}"
    yield '        expect: ["last.status == 200"]'
    yield '        pass: {latency_p95: "< 500ms"}'
    yield '        warn: {latency_p95: "< 2s"}  # outside both, it fails'
    yield "        owner: owners  # fixes it when it fails, and may waive it"


def _query(query: str) -> Iterator[str]:
    yield "      query:"
    yield "        kind: sql"
    yield "        source: database"
    yield f"        query: {_quoted(query)}"
    yield f'        pass: {{{_reading(query)}: "== 0"}}  # replace this with your limit'
    yield "        owner: owners"


def _metric(query: str) -> Iterator[str]:
    yield "      metric:"
    yield "        kind: prometheus.query"
    yield "        source: prometheus"
    yield f"        queries: {{value: {_quoted(query)}}}"
    yield '        pass: {value: "== 0"}  # replace this with your limit'
    yield "        owner: owners"


def _gate(command: str) -> Iterator[str]:
    yield "      gate:"
    yield "        kind: gate"
    yield "        source: workspace"
    yield f"        run: [{', '.join(map(_quoted, _words(command)))}]  # passes with exit code 0"
    yield "        timeout: 10m"
    yield "        owner: owners"


def _decision() -> Iterator[str]:
    yield "    decide:"
    yield "      approve: {owners: 1}  # how many votes from which group; nobody can approve a run that they started"
    yield "      expires: 24h"
    yield "    rollback:"
    yield f'      mitigation: "{TO_BE_REPLACED}: what stops the harm immediately"'
    yield '      steps: ["Redeploy {{previous_version}}"]'
    yield "      on_call: owners"


def _url(text: str) -> tuple[str, str]:
    """Returns the scheme and host, and the path."""
    try:
        url = urlsplit(text)
        is_good = url.scheme in {"http", "https"} and url.hostname and not (url.username or url.password)
    except ValueError:
        is_good = False
    if not is_good:
        raise Misused("--http takes a URL like https://staging.example.com/healthz, without a user.")
    return f"{url.scheme}://{url.netloc}", (url.path or "/") + (f"?{url.query}" if url.query else "")


def _tables(query: str) -> list[str]:
    found = list(dict.fromkeys(name.replace('"', "") for name in _TABLES.findall(query)))
    if not found:
        raise Misused(
            "--sql takes a query that reads a table, like SELECT count(*) AS failed FROM job WHERE status = 'failed'."
        )
    return found


def _reading(query: str) -> str:
    """The column that gets a limit."""
    if named := _ALIAS.search(query):
        return named[1] if query[named.start(1) - 1] == '"' else named[1].lower()
    if _COUNT.search(query):
        return "count"
    raise Misused("--sql takes a query that names its value, like SELECT max(lag) AS lag FROM replica.")


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise Misused(f"--gate cannot be split into words: {error}.") from None
    if not words:
        raise Misused("--gate takes a command, like 'npm test'.")
    if operator := next((word for word in words if word in OPERATORS), None):
        raise Misused(f"--gate takes one command without a shell: for {operator}, use sh -c '…' or a script.")
    return words


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
