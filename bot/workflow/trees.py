"""Whether the trees under test are clean, for environments that require it of every run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from bot.base.errors import Refused
from bot.plan.model import Environment
from bot.workflow.answering import Answering
from checks.base import Check, Source
from checks.secrets import Secrets
from checks.tree import Tree, abbreviated
from checks.units import say_count


async def must_be_clean(
    answering: Answering,
    environment: Environment,
    sources: Mapping[str, Source],
    secrets: Secrets,
    *,
    name: str,
    checks: Mapping[str, Check],
) -> None:
    """Raises Refused if a file differs from the commit in a workspace whose tree one of `checks` tests, or if git cannot
    tell. `name`: of the environment.
    """
    if environment.tree != "clean":
        return
    tested = dict.fromkeys(check.source for check in checks.values() if check.tests_tree)

    async def state(source: str) -> Tree:
        async with answering.opened(sources[source], secrets, environment=name) as workspace:
            found: Tree = await workspace.state()
            return found

    trees = zip(tested, await asyncio.gather(*map(state, tested)), strict=True)
    unfit = [(_place(source, sources[source]), tree) for source, tree in trees if not tree.is_clean]
    if unfit:
        raise _not_clean(name, unfit, secrets)


def _place(source: str, of: Source) -> str:
    return f"{source} ({getattr(of, 'path', '')})"


def _not_clean(name: str, unfit: Sequence[tuple[str, Tree]], secrets: Secrets) -> Refused:
    said = " ".join(f"In {place}, {_described(tree)}." for place, tree in unfit)
    is_known = all(tree.commit for _, tree in unfit)
    hint = (
        "Commit, stash or remove what differs, then start again."
        if is_known
        else "A workspace must be a checkout with a commit: see `git status` there."
    )
    return Refused(secrets.redact(f"{name} needs a clean tree (`tree: clean`). {said}"), hint=hint)


def _described(tree: Tree) -> str:
    if not tree.commit:
        return "git finds no commit"
    differ = "differs" if tree.count == 1 else "differ"
    return f"{say_count(tree.count or 0, 'file')} {differ} from {abbreviated(tree.commit)}: {tree.named}"
