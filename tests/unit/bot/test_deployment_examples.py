"""The examples in examples/ci, deploy and monitoring parse, and every command, setting, path and metric in them exists."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from bot.base.metrics import Metrics
from commands.settings import Settings
from commands.shell.program import program
from tests import prometheus

EXAMPLES = Path(__file__).parents[3] / "examples"
DEPLOY, MONITORING = EXAMPLES / "deploy", EXAMPLES / "monitoring"
WORKFLOWS = sorted((EXAMPLES / "ci").glob("*.yml"))
SETTINGS = {name.upper() for name in Settings.model_fields} | {"CANARY_CONFIG"}
IMAGE_USER = 10001
MANIFESTS = {
    "ConfigMap": "v1",
    "ServiceAccount": "v1",
    "Job": "batch/v1",
    "Deployment": "apps/v1",
    "PodDisruptionBudget": "policy/v1",
}
SERVICE_KEYS = {
    *("build", "image", "command", "environment", "env_file", "volumes", "ports", "restart", "depends_on"),
    *("healthcheck", "read_only", "tmpfs", "cap_drop", "security_opt", "stop_grace_period", "mem_limit"),
}


def documents(path: Path) -> list[Any]:
    return list(YAML(typ="safe", pure=True).load_all(path))


def refuse_unknown(words: list[str]) -> None:
    """Fail unless `canary <words>` is a command with those options."""
    command: click.Command = program()
    while isinstance(command, click.Group) and words:
        found = command.get_command(click.Context(command), words[0])
        assert found, f"canary has no command {words[0]}"
        command, words = found, words[1:]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def nested(value: Any, key: str) -> Iterator[Any]:
    """Yield every value of that key, at any depth."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name == key:
                yield each
            yield from nested(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from nested(each, key)


# ------------------------------------------------------------ CI


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_commands_that_exist(workflow: Path) -> None:
    (body,) = documents(workflow)
    assert {"name", "on", "permissions", "jobs"} <= set(body)
    runs = [shlex.split(run, comments=True) for run in nested(body, "run")]
    ours = [words[1:] for words in runs if words[0] == "canary"]
    assert ours
    for words in ours:
        refuse_unknown([word for word in words if word not in {">", ">>"}])


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_interpolates_no_input_into_a_script(workflow: Path) -> None:
    assert [run for run in nested(documents(workflow)[0], "run") if "${{" in run] == []


# ------------------------------------------------------------ compose


def test_the_compose_file_uses_only_keys_that_compose_knows() -> None:
    (body,) = documents(DEPLOY / "compose.yaml")
    assert set(body) == {"name", "services", "volumes"}
    for name, service in body["services"].items():
        assert set(service) <= SERVICE_KEYS, name
        assert set(service.get("depends_on", {})) <= set(body["services"])
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            yours = source.startswith("../../")  # readers supply canary.yaml and .env
            assert yours or source in body["volumes"] or (DEPLOY / source).exists(), source
        for build in [service["build"]] if "build" in service else []:
            assert (DEPLOY / build / "Dockerfile").exists()


def test_the_compose_file_starts_our_commands_with_our_settings() -> None:
    services = documents(DEPLOY / "compose.yaml")[0]["services"]
    refuse_unknown([word for word in services["migrate"]["command"] if word != "canary_bot"])
    for name in ("bot", "migrate"):
        assert set(services[name]["environment"]) <= SETTINGS


@pytest.mark.parametrize("script", sorted(DEPLOY.glob("*.sh")), ids=lambda path: path.name)
def test_a_script_parses(script: Path) -> None:
    subprocess.run(["/bin/sh", "-n", script], check=True)


# ------------------------------------------------------------ systemd


def unit() -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / "canary.service")
    return parser


def test_the_unit_starts_our_commands_with_our_settings() -> None:
    service = unit()["Service"]
    for key in ("ExecStartPre", "ExecStart"):
        program, *words = shlex.split(service[key])
        assert Path(program).name == "canary"
        refuse_unknown(words)
    assert {each.partition("=")[0] for each in shlex.split(service["Environment"])} <= SETTINGS


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    text = (DEPLOY / "canary.service").read_text().replace("/opt/canary/bin/canary", sys.executable)
    (tmp_path / "canary.service").write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / "canary.service"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "canary.service" not in checked.stderr, checked.stderr


# ------------------------------------------------------------ Kubernetes


def manifests() -> dict[str, Any]:
    return {each["kind"]: each for each in documents(DEPLOY / "kubernetes.yaml")}


def pods() -> Iterator[Any]:
    for kind in ("Job", "Deployment"):
        yield manifests()[kind]["spec"]["template"]


def test_every_manifest_has_a_kind_and_version_that_exist() -> None:
    assert {kind: each["apiVersion"] for kind, each in manifests().items()} == MANIFESTS
    assert all(
        re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", each["metadata"]["name"])
        for each in manifests().values()
    )


def test_selectors_match_the_deployments_pods_and_no_others() -> None:
    found = manifests()
    labels = found["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for selector in nested([found["Deployment"], found["PodDisruptionBudget"]], "matchLabels"):
        assert selector == labels
    assert found["Job"]["spec"]["template"]["metadata"]["labels"] != labels
    assert found["PodDisruptionBudget"]["spec"]["minAvailable"] < found["Deployment"]["spec"]["replicas"]


def test_containers_run_our_commands_as_the_images_user_and_mount_existing_volumes() -> None:
    for pod in pods():
        spec = pod["spec"]
        assert spec["securityContext"]["runAsUser"] == IMAGE_USER
        assert spec["serviceAccountName"] == manifests()["ServiceAccount"]["metadata"]["name"]
        volumes = {volume["name"] for volume in spec["volumes"]}
        for container in spec["containers"]:
            refuse_unknown([word for word in container["args"] if word != "canary_bot"])
            assert {mount["name"] for mount in container["volumeMounts"]} <= volumes


def test_probes_ask_paths_that_the_bot_serves() -> None:
    (container,) = manifests()["Deployment"]["spec"]["template"]["spec"]["containers"]
    ports = {port["name"] for port in container["ports"]}
    probes = {name: each["httpGet"] for name, each in container.items() if name.endswith("Probe")}
    assert {name: get["path"] for name, get in probes.items()} == {
        "startupProbe": "/healthz",
        "livenessProbe": "/healthz",  # an unreachable database is no reason to restart the bot
        "readinessProbe": "/readyz",
    }
    assert {get["port"] for get in probes.values()} <= ports


# ------------------------------------------------------------ monitoring


def samples() -> set[str]:
    """The sample names in /metrics."""
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
    families = Metrics().registry.collect()
    return {f"{family.name}{suffix}" for family in families for suffix in suffixes[family.type]}


def dashboard() -> Any:
    return json.loads((MONITORING / "dashboard.json").read_text())


def rules() -> list[Any]:
    (body,) = documents(MONITORING / "rules.yaml")
    return [rule for group in body["groups"] for rule in group["rules"]]


def test_every_metric_in_rules_and_dashboard_exists_and_every_existing_one_is_shown() -> None:
    asked = [*nested(dashboard(), "expr"), *(rule["expr"] for rule in rules())]
    assert {name for expression in asked for name in re.findall(r"\bcanary_\w+", expression)} <= samples()
    shown = json.dumps(dashboard())
    assert [family.name for family in Metrics().registry.collect() if family.name not in shown] == []


def test_every_alert_says_what_to_do() -> None:
    for rule in rules():
        assert set(rule["annotations"]) == {"summary", "description"}
        for words in re.findall(r"`canary (\w+)", rule["annotations"]["description"]):
            refuse_unknown([words])


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    cells = [
        (x, y)
        for panel in dashboard()["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))


@pytest.mark.parametrize("words", [("check", "rules", "rules.yaml"), ("test", "rules", "rules.test.yaml")])
def test_prometheus_accepts_the_rules(words: tuple[str, ...]) -> None:
    prometheus.required()
    checked = subprocess.run(
        [prometheus.program("promtool"), *words], cwd=MONITORING, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
