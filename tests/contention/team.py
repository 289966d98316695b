"""A small team in which everything occurs: two roles, a user group, a person with both roles, and a requester who may
approve elsewhere. Its configuration has four variants, which a bot may switch between during a run.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.plan.load import Loaded, load

RAJ, ANA, ABE, BEN, CAL, MIA = people = ("U0RAJ", "U0ANA", "U0ABE", "U0BEN", "U0CAL", "U0MIA")
EVERYBODY: tuple[str, ...] = people
PLATFORM, OTHERS = "S0PLATFORM", "S0OTHERS"
GROUPS: Mapping[str, frozenset[str]] = {PLATFORM: frozenset({BEN, CAL}), OTHERS: frozenset({BEN, MIA})}

CHECKS: Mapping[str, str] = {"age": "platform", "duplicates": "managers"}  # check -> its owner

# environment -> (who has to approve, whether the requester is excluded, whether it is watched)
ENVIRONMENTS: Mapping[str, tuple[Mapping[str, int], bool, bool]] = {
    "both": ({"managers": 1, "platform": 1}, True, True),
    "pair": ({"managers": 2}, True, True),
    "lone": ({"platform": 1}, False, False),
    "three": ({"managers": 2, "platform": 1}, False, False),
}

# role -> members in each variant, which a restart with another canary.yaml switches between; a run starts with one of
# them
VARIANTS: tuple[Mapping[str, tuple[str, ...]], ...] = (
    {"managers": (RAJ, ANA, ABE, CAL), "platform": (PLATFORM, RAJ)},
    {"managers": (RAJ, ABE, CAL, MIA), "platform": (PLATFORM, RAJ)},  # Mia replaces Ana
    {"managers": (RAJ, ANA, ABE, CAL), "platform": (OTHERS, RAJ)},  # another group
    {"leads": (RAJ, ANA, ABE, CAL), "platform": (PLATFORM, RAJ)},  # a role with another name
)


def called(role: str, variant: int) -> str:
    """The name of a role in that variant."""
    return "leads" if role == "managers" and "leads" in VARIANTS[variant] else role


def configurations(folder: Path) -> tuple[Loaded, ...]:
    """One configuration per variant."""
    loaded = []
    for variant in range(len(VARIANTS)):
        path = folder / f"canary-{variant}.yaml"
        path.write_text(_yaml(variant))
        loaded.append(load(path, {"WORLD_DSN": "postgresql://nowhere"}))
    return tuple(loaded)


def _yaml(variant: int) -> str:
    members = "\n".join(
        f"  {role}: {{members: [{', '.join(who)}]}}" for role, who in VARIANTS[variant].items()
    )
    environments = "\n".join(_environment(name, variant) for name in ENVIRONMENTS)
    return f"""
version: 1
people:
{members}
sources:
  world: {{kind: postgres, dsn: "${{WORLD_DSN}}", tables: [reading]}}
environments:
{environments}
"""


def _environment(name: str, variant: int) -> str:
    required, separate_duties, watched = ENVIRONMENTS[name]
    approve = ", ".join(f"{called(role, variant)}: {places}" for role, places in required.items())
    checks = "\n".join(_check(check, called(owner, variant)) for check, owner in CHECKS.items())
    watch = 'watch: {for: 1h, every: 1m, triggers: {age: {check: age, prompt: "Stop"}}}' if watched else ""
    return f"""
  {name}:
    channel: C0RELEASES
    checks:
{checks}
    decide: {{approve: {{{approve}}}, separate_duties: {str(separate_duties).lower()}, expires: 1h}}
    rollback: {{mitigation: "Stop it", steps: ["Go back"], on_call: platform}}
    {watch}
"""


def _check(name: str, owner: str) -> str:
    return f"""      {name}:
        kind: sql
        source: world
        query: "SELECT value AS {name} FROM reading"
        pass: {{{name}: "< 1"}}
        owner: {owner}"""
