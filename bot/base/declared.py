"""Finds the classes of one kind that are declared in a package's modules.

So a declaration is complete in itself, and no table has to list it. All modules are imported, in the order of
their names, so that the result does not depend on earlier imports.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

Base = TypeVar("Base")


def declared(package: ModuleType, base: type[Base]) -> tuple[type[Base], ...]:
    """Returns the concrete subclasses of `base` that are defined in the modules of `package`."""
    modules = [import_module(f"{package.__name__}.{name}") for _, name, _ in iter_modules(package.__path__)]
    return tuple(
        found
        for module in modules
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, base)
        and found.__module__ == module.__name__
        and not inspect.isabstract(found)
    )
