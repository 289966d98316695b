"""CEL's extension module, without its package, which imports a command line and takes half a second."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import Any

_NAME = "cel.cel"


def compiled(text: str) -> Any:
    """A `cel.Program`. Raises ValueError if the text is not CEL."""
    return _extension().compile(text)


def context(variables: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
    """The names that a program may use."""
    return _extension().Context(dict(variables), dict(functions))


def _extension() -> Any:
    if found := sys.modules.get(_NAME):
        return found
    package = find_spec("cel")
    spec = PathFinder.find_spec(_NAME, package.submodule_search_locations) if package else None
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("no module named 'cel'", name="cel")
    module = sys.modules[_NAME] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
