"""A Prometheus with a history up to noon, and alerting rules that are evaluated now."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import prometheus
from tests.prometheus import Server

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
STEP = timedelta(seconds=15)
RULES = """
groups:
  - name: shop
    interval: 1s
    rules:
      - alert: HighErrorRate
        expr: vector(1)
        labels: {service: shop, severity: page}
        annotations: {summary: "12 % of checkouts fail"}
      - alert: DiskFillsUp
        expr: vector(1)
        for: 1h
        labels: {service: disks, severity: page}
      - alert: Quiet
        expr: vector(1) < 0
        labels: {service: cart, severity: page}
      - alert: OfATenant
        expr: label_replace(vector(1), "tenant", "acme", "", "")
        labels: {severity: info}
      - alert: Templated
        expr: vector(1) < 0
        labels: {team: '{{ if gt $value 9.0 }}disks{{ else }}memory{{ end }}', service: hosts}
      - alert: Broken
        expr: vector(1) == on() (label_replace(vector(1), "a", "1", "", "") or label_replace(vector(1), "a", "2", "", ""))
        labels: {service: broken}
"""


def history() -> str:
    """An hour of samples, one every 15 s: steadily growing counters, constant gauges, a series that ends, and values
    that are not finite.
    """
    lines = ["# TYPE requests counter"]
    steps = [NOON - timedelta(hours=1) + STEP * step for step in range(241)]
    for status, pod, each in (("200", "a", 96), ("500", "a", 4), ("200", "b", 99), ("500", "b", 1)):
        lines += [
            f'requests_total{{service="shop",status="{status}",pod="{pod}"}} {each * step} {at.timestamp()}'
            for step, at in enumerate(steps)
        ]
    gauges = {
        'latency_seconds{pod="a"}': "0.12",
        'latency_seconds{pod="b"}': "0.25",
        'latency_seconds{pod="c",quote="it\'s \\"x\\""}': "0.2",
        'version_info{version="1.2.3"}': "1",
        'version_info{version="1x2y3"}': "7",
        "nothing": "NaN",
        "endless": "+Inf",
    }
    for name, value in gauges.items():
        lines.append(f"# TYPE {name.partition('{')[0]} gauge")
        lines += [f"{name} {value} {at.timestamp()}" for at in steps]
    lines += shop(steps)
    lines.append("# TYPE ended gauge")
    lines += [f"ended 1 {at.timestamp()}" for at in steps[:180]]
    lines.append("# TYPE rising gauge")
    lines += [f"rising {step} {at.timestamp()}" for step, at in enumerate(steps)]
    return "\n".join([*dict.fromkeys(lines), "# EOF\n"])


def shop(steps: list[datetime]) -> Iterator[str]:
    """The metrics that examples/prometheus queries: 1 of 200 requests fails, 97 of 100 are answered within 0.25 s."""
    of = 'job="shop",version="2.3.0"'
    yield "# TYPE http_requests counter"
    for code, each in (("200", 199), ("500", 1)):
        for step, at in enumerate(steps):
            yield f'http_requests_total{{{of},code="{code}"}} {each * step} {at.timestamp()}'
    yield "# TYPE http_request_duration_seconds histogram"
    for step, at in enumerate(steps):
        for bound, each in (("0.1", 50), ("0.25", 97), ("1.0", 100), ("+Inf", 100)):
            yield f'http_request_duration_seconds_bucket{{{of},le="{bound}"}} {each * step} {at.timestamp()}'
        yield f"http_request_duration_seconds_count{{{of}}} {100 * step} {at.timestamp()}"
        yield f"http_request_duration_seconds_sum{{{of}}} {step} {at.timestamp()}"
    yield "# TYPE process_resident_memory_bytes gauge"
    for pod, size in (("a", 1 << 30), ("b", 1.25 * (1 << 30))):
        for at in steps:
            yield f'process_resident_memory_bytes{{{of},pod="{pod}"}} {size:.0f} {at.timestamp()}'


@pytest.fixture(scope="session")
def metrics_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration and an hour of history, also for tests that start a server of their own."""
    prometheus.required()
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "rules.yml").write_text(RULES)
    (folder / "prometheus.yml").write_text("rule_files: [rules.yml]\n")
    prometheus.backfill(folder, history())
    return folder


@pytest.fixture(scope="session")
def metrics(metrics_folder: Path) -> Iterator[Server]:
    """A server that has evaluated each of its rules."""
    with prometheus.prometheus(metrics_folder) as server:
        while "unknown" in healths(server):
            time.sleep(0.05)
        yield server


def healths(server: Server) -> list[str]:
    with urllib.request.urlopen(f"{server.url}/api/v1/rules") as answer:
        groups = json.load(answer)["data"]["groups"]
    return [rule["health"] for group in groups for rule in group["rules"]]
